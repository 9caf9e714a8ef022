"""How are you now: one line when she comes and when she goes, easy to leave alone."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from coach import Coach, CoachError
from coach.records import Moment
from ui.http.identity import person_of
from ui.web.conversation import read_conversation
from ui.web.panel import QUICK, said
from ui.web.words import Words

__all__ = ["CheckInLine"]

Update = dict[Any, Any]


class CheckInLine:
    """The line.

    Args:
        coach: The coach; need not be open yet.
        words: The page's words.
    """

    def __init__(self, coach: Coach, words: Words) -> None:
        self._coach = coach
        self._words = words.check_in

    def lay_out(self) -> None:
        """Put the line on the page."""
        words = self._words
        with gr.Row(visible=False, elem_id="check-in", elem_classes="line") as self._line:
            self._asked = gr.HTML(said(words.ask), elem_id="how")
            with gr.Row(elem_id="faces") as self._answers:
                self._faces = [
                    gr.Button(face, size="sm", min_width=0, scale=0, elem_classes=f"face-{number}")
                    for number, face in enumerate(words.faces, start=1)
                ]
                self._word = gr.Textbox(
                    label=words.word,
                    show_label=False,
                    container=False,
                    placeholder=words.word,
                    lines=1,
                    max_lines=1,
                    max_length=40,
                    min_width=0,
                    elem_id="mood-word",
                )
            self._not_now = gr.Button(
                words.not_now, size="sm", min_width=0, scale=0, elem_id="not-now"
            )

    @property
    def parts(self) -> list[Any]:
        """What `shown` changes."""
        return [self._line, self._asked, self._answers, self._not_now, self._word]

    def build(self, thread: gr.State) -> None:
        """Make the line work, once it is on the page.

        Args:
            thread: The open conversation.
        """
        shown = self.parts
        event = QUICK | {"preprocess": True}  # the conversation is a state of the session
        for mood, face in enumerate(self._faces, start=1):
            face.click(self._taking(mood), thread, shown, api_name=f"mood_{mood}", **event)
        self._word.submit(
            self._take_word, [self._word, thread], shown, api_name="mood_word", **event
        )
        self._not_now.click(lambda: gr.update(visible=False), None, self._line, **event)

    def shown(self, moment: Moment | None) -> Update:
        """The line as it stands after an answer.

        Args:
            moment: What to ask about, None to ask nothing.
        """
        return {
            self._line: gr.update(visible=moment is not None),
            self._asked: said(self._words.ask),
            self._answers: gr.update(visible=True),
            self._not_now: gr.update(visible=True),
            self._word: "",
        }

    def _taking(self, mood: int) -> Callable[[str | None, gr.Request], Update]:
        def take(thread: str | None, request: gr.Request) -> Update:
            return self._take(mood, thread, request)

        return take

    def _take_word(self, word: str, thread: str | None, request: gr.Request) -> Update:
        return self._take(word, thread, request) if word.strip() else {self._word: ""}

    def _take(self, mood: int | str, thread: str | None, request: gr.Request) -> Update:
        person, records = person_of(request), self._coach.records
        try:
            now = read_conversation(records, person, thread)
            if now.moment is None:  # answered in another tab, or long past
                return self.shown(None)
            records.moods.check_in(person, now.moment, mood, now.thread)
        except CoachError:
            return {self._asked: said(self._words.not_kept)}
        # The line keeps its place until her next message, so that nothing moves.
        return {
            self._asked: said(self._words.kept),
            self._answers: gr.update(visible=False),
            self._not_now: gr.update(visible=False),
            self._word: "",
        }
