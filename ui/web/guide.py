"""The guide to a running exercise: its steps, what this one asks, and how to go on or leave.

It only shows where the conversation stands. Whatever she does here is sent as a message of hers,
so what it leads to is decided where every message is.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from coach.records import StoredTurn
from coach.reply import Chip
from ui.web.conversation import Conversation
from ui.web.exercise import CHIPS
from ui.web.panel import said
from ui.web.sources import as_text
from ui.web.words import Words

if TYPE_CHECKING:
    from ui.web.chat import Chat

__all__ = ["Guide", "GuidePanel", "guide_of"]

Update = dict[Any, Any]

_WAIT = Path(__file__).parent / "assets" / "wait.js"


@dataclass(frozen=True, slots=True)
class Guide:
    """Where a running exercise stands.

    Attributes:
        title: Its name.
        step: Number of the step that was asked for, from 1.
        names: What each step is called.
        asked: What was asked, by the number of the step.
        chips: Words that may be sent with one touch.
    """

    title: str
    step: int
    names: Sequence[str]
    asked: Mapping[int, str]
    chips: Sequence[Chip]


def guide_of(turns: Sequence[StoredTurn], words: Words) -> Guide | None:
    """The exercise that is running at the end of a conversation, None when there is none.

    Args:
        turns: The conversation, in order.
        words: The page's words.
    """
    newest = turns[-1].reply if turns else None
    state = newest.exercise if newest is not None else None
    if newest is None or state is None or state.status != "running":
        return None
    asked: dict[int, str] = {}
    for turn in reversed(turns):
        one = turn.reply.exercise if turn.reply is not None else None
        if one is None or one.id != state.id:
            continue
        if one.status == "done" or one.step > state.step:
            break  # an earlier time that she did it
        if one.status == "running":
            asked.setdefault(one.step, one.asked)
    numbers = range(1, state.steps + 1)
    unnamed = [words.guide.unnamed.format(step=number) for number in numbers]
    return Guide(
        title=state.title,
        step=state.step,
        names=state.names or unnamed,
        asked=asked,
        chips=newest.chips[:CHIPS],
    )


class GuidePanel:
    """The guide, between the conversation and the box.

    Args:
        words: The page's words.

    Attributes:
        read: Once laid out, the button that opens the page which an exercise has left.
    """

    read: gr.Button

    def __init__(self, words: Words) -> None:
        self._words = words

    def lay_out(self) -> None:
        """Put it on the page."""
        with gr.Column(visible=False, elem_id="guide") as self._guide:
            # No gr.Walkthrough: it keeps steps in sight that are not visible, locks the one she is
            # at while she looks back, and where room is scarce its buttons have no names. No
            # gr.Tabs: they keep such steps too, and what a step asks took half of a phone.
            with gr.Accordion("", open=False, elem_id="guide-steps") as self._title:
                self._steps = gr.HTML()
            with gr.Row(elem_classes="buttons"):
                self._go_on = gr.Button(
                    self._words.guide.go_on, size="sm", scale=0, min_width=0, elem_id="go-on"
                )
                self._chips = [
                    gr.Button("", size="sm", scale=0, min_width=0, elem_classes="guide-chip")
                    for _ in range(CHIPS)
                ]

        with gr.Row(visible=False, elem_id="left-page", elem_classes="line") as self._left:
            gr.HTML(said(self._words.exercise.page))
            self.read = gr.Button(self._words.guide.opened, size="sm", min_width=0, scale=0)

    @property
    def parts(self) -> list[Any]:
        """What `shown` changes."""
        acts = [self._go_on, *self._chips]
        return [self._left, self._guide, self._title, self._steps, *acts]

    def build(self, chat: "Chat", give: gr.Button, asked: list[Any], event: Any) -> list[Any]:
        """Make it work, once it is on the page.

        Args:
            chat: The chat.
            give: The button that asks for an exercise.
            asked: The components with the open conversation and her country.
            event: How events of the chat run.

        Returns:
            The events that end in an answer.
        """
        shown, box = chat.parts.all(), chat.parts.box
        events = [
            give.click(self._give(chat), asked, shown, api_name="give", **event),
            self._go_on.click(self._done(chat), [box, *asked], shown, api_name="go_on", **event),
        ]
        for number, chip in enumerate(self._chips, start=1):
            name = f"guide_{number}"
            events.append(
                chip.click(_saying_it(chat), [chip, *asked], shown, api_name=name, **event)
            )
        chat.parts.status.change(None, js=_WAIT.read_text(encoding="utf-8"))
        return events

    # What happens

    def _give(self, chat: "Chat") -> Any:
        async def give(
            thread: str | None, country: str, request: gr.Request
        ) -> AsyncIterator[Update]:
            text = self._words.exercise.give
            async for update in chat.send(text, thread, country, request, typed=False):
                yield update

        return give

    def _done(self, chat: "Chat") -> Any:
        """Go on: with what stands in the box, or with word that it is done."""

        async def go_on(
            text: str, thread: str | None, country: str, request: gr.Request
        ) -> AsyncIterator[Update]:
            typed = bool(text.strip())
            said = text if typed else self._words.guide.done
            async for update in chat.send(said, thread, country, request, typed=typed):
                yield update

        return go_on

    # What she sees

    def shown(self, now: Conversation) -> Update:
        """The guide as it stands in a conversation.

        Args:
            now: The open conversation.
        """
        guide = None if now.in_crisis else guide_of(now.turns, self._words)
        left = {self._left: gr.update(visible=bool(now.page))}
        if guide is None:
            return left | {self._guide: gr.update(visible=False)}
        words, last = self._words, guide.step == len(guide.names)
        title = words.exercise.step.format(
            title=guide.title, step=guide.step, steps=len(guide.names)
        )
        update: Update = left | {
            self._guide: gr.update(visible=True),
            self._title: gr.update(label=title),
            self._steps: _listed(guide, words),
            self._go_on: gr.update(value=words.guide.finish if last else words.guide.go_on),
        }
        for place, button in enumerate(self._chips):
            chip = guide.chips[place].text if place < len(guide.chips) else ""
            update[button] = gr.update(value=chip, visible=bool(chip))
        return update


def _listed(guide: Guide, words: Words) -> str:
    """The steps: the one she is at open, those before it to be opened, those to come by name."""
    items: list[str] = []
    for number, name in enumerate(guide.names, start=1):
        if number > guide.step:
            items.append(f"<li><p>{as_text(name)}</p></li>")
            continue
        here = number == guide.step
        asked = as_text(guide.asked.get(number) or words.guide.not_asked)
        more = "" if here else f"<p><small>{as_text(words.guide.earlier)}</small></p>"
        first = (
            '<li aria-current="step"><details name="step" open>'
            if here
            else ('<li><details name="step">')
        )
        items.append(
            f"{first}<summary>{as_text(name)}</summary><p>{asked}</p>{more}</details></li>"
        )
    return f"<ol>{''.join(items)}</ol>"


def _saying_it(chat: "Chat") -> Any:
    """Send what a button says."""

    async def say(
        text: str, thread: str | None, country: str, request: gr.Request
    ) -> AsyncIterator[Update]:
        async for update in chat.send(text, thread, country, request, typed=False):
            yield update

    return say
