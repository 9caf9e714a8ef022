"""The model's part of an answer: it drafts, the gate judges, and what passes is shown."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import replace

import anyio.to_thread

from coach.facts import fact_line
from coach.models import Served
from coach.parts import Parts
from coach.reply import Sentence
from coach.respond.acts import ActName
from coach.respond.bilingual import Pair, cut_lines, in_language, read_pair
from coach.respond.composer import Composed, Situation, partner_of
from coach.respond.draft import DraftError, draft
from coach.respond.gate import GateSession, Verdict, tidy
from coach.respond.prompting import Prompt
from coach.respond.tie import asks, ties
from coach.road import RoadState, show

__all__ = ["asks_model", "write"]

_log = logging.getLogger(__name__)

# What the composer answers better than any model: who answers here, and what is no story.
_BY_ITSELF: frozenset[ActName] = frozenset(
    {"greeting", "thanks", "about_coach", "small_talk", "nonsense"}
)
# And what it answers better than a small one.
_NOT_SMALL: frozenset[ActName] = _BY_ITSELF | {"short", "pushback", "prediction", "good_news"}
_PROMPTED = 2  # ideas in front of the model: one to use, one in case the first does not fit
_SURE = 0.3  # a passage at least this likely has its idea said, by the model or for it


def asks_model(composed: Composed, served: Served) -> bool:
    """Whether a model is asked to write this answer.

    A small one ties an idea to what she told, and asks; where there is no idea, or nothing to
    ask, it has nothing to add.

    Args:
        composed: What the composer would say.
        served: The model.

    Returns:
        False where the composer's answer stands as it is.
    """
    if served.kind == "local":
        asks = composed.sentences[-1].text.endswith("?")
        return composed.act not in _NOT_SMALL and bool(composed.ideas) and asks
    return composed.act not in _BY_ITSELF


async def write(
    parts: Parts, state: RoadState, situation: Situation, composed: Composed, served: Served
) -> list[Sentence]:
    """Let the model write, show what passes, and note why it ended.

    An endpoint writes it all. A model on this machine ends what the composer began: it is
    too small to be trusted with an idea, which it likes to turn into its opposite.

    Args:
        parts: What the road works with.
        state: The run; its answer is told the mode, what was stopped, and why it ended.
        situation: What the composer would write from.
        composed: What the composer would say.
        served: The model.

    Returns:
        The sentences that were shown, those of the composer among them.
    """
    return await _Writing(parts, state, situation, composed, served).run()


class _Writing:
    """One answer being written."""

    def __init__(
        self,
        parts: Parts,
        state: RoadState,
        situation: Situation,
        composed: Composed,
        served: Served,
    ) -> None:
        self._parts = parts
        self._state = state
        self._answer = state["answer"]
        self._situation = situation
        self._composed = composed
        self._served = served
        self._language = state.get("language")
        self._small = served.kind == "local"
        self._prompt = self._prompt_for()
        self._shown: list[Sentence] = []

    def _prompt_for(self) -> Prompt:
        prompt = self._parts.local_prompt if self._small else self._parts.prompt
        return prompt if self._language is None else in_language(prompt, self._language)

    async def run(self) -> list[Sentence]:
        answer, served = self._answer, self._served
        answer.model, answer.prompt_version = served.name, self._prompt.version
        answer.mode = "mixed" if self._small else "llm"  # also when she stops it before the end
        for sentence in self._begun:
            self._show(sentence)
        try:
            async with aclosing(await anyio.to_thread.run_sync(self._draft)) as raws:
                session = await anyio.to_thread.run_sync(self._gate)
                async for raw in raws:
                    if not await self._take(raw, session):
                        break
        except DraftError as error:
            answer.interrupted = error.failure
            _log.warning("draft of %s interrupted: %s", served.name, error.failure)
        if len(self._shown) == len(self._begun) and answer.interrupted is None:
            answer.interrupted = "gate"
        return self._shown

    @property
    def _begun(self) -> tuple[Sentence, ...]:
        whole = self._composed.sentences
        return tuple(one for one in whole if not one.text.endswith("?")) if self._small else ()

    async def _take(self, raw: str, session: GateSession) -> bool:
        """Show a drafted sentence or keep it back; whether the model may go on."""
        pair = Pair(tidy(raw), tidy(raw)) if self._language is None else read_pair(raw)
        if pair is not None and not pair.english:
            return True
        if pair is not None and pair.asks and self._situation.offer is not None:
            return False  # the answer ends with the offer, and asks nothing besides
        verdict = await anyio.to_thread.run_sync(self._judged, session, pair)
        if pair is not None and verdict.decision == "pass":
            if pair.asks and self._language is None:
                await self._idea_first()
            self._show(Sentence(text=pair.shown, passage=verdict.passage))
        else:
            written = raw if pair is None else pair.english
            self._answer.stopped.append(f"{written}\t{verdict.reason}")
        if verdict.decision == "stop":
            self._answer.interrupted = "gate"
        return verdict.decision != "stop" and not session.full

    def _judged(self, session: GateSession, pair: Pair | None) -> Verdict:
        if pair is None:
            return Verdict("stop", "not-in-two-languages")
        verdict = session.judge(pair.english)
        if self._small and verdict.decision == "pass" and not self._adds(pair):
            return Verdict("drop", "asks-astray" if pair.asks else "ties-nothing")
        # What is shown in another language is not what was judged: its numbers are looked at too.
        if verdict.decision == "pass" and not self._parts.gate.names_vetted_only(pair.shown):
            return Verdict("stop", "number-or-link")
        return verdict

    def _adds(self, pair: Pair) -> bool:
        """Whether what a small model wrote is worth more than leaving it out."""
        message = self._situation.message
        if pair.asks:
            return asks(pair.english, message, self._composed.sentences[-1].text)
        return ties(pair.english, message, [sentence.text for sentence in self._shown])

    async def _idea_first(self) -> None:
        """The composer's idea, when a model comes to its question and has offered none.

        A small model likes to skip from the feeling to the question; the idea of the article
        is what she came for.
        """
        hits = self._state["hits"]
        if hits and hits[0].score >= _SURE and not any(one.passage for one in self._shown):
            for idea in self._composed.ideas[:1]:
                self._show(idea)
                self._answer.mode = "mixed"

    def _show(self, sentence: Sentence) -> None:
        self._shown.append(sentence)
        show(self._parts, self._state, sentence)

    def _support(self) -> dict[str, list[str]]:
        if self._small:
            return {}  # it was given no idea, so it has nothing to advise
        passages = [hit.passage for hit in self._state["hits"][:_PROMPTED]]
        situation = self._situation
        partner = partner_of(situation)
        return self._parts.support.of_all(passages, situation.forbidden, partner)

    def _draft(self) -> AsyncGenerator[str]:
        situation = self._situation
        partner = partner_of(situation)
        ideas = [texts[0] for texts in self._support().values()]
        messages = self._prompt.messages(
            situation.message,
            situation.history,
            None if self._small else ideas,
            partner,
            self._parts.composer.question(replace(situation, offer=None)),
            silent=situation.asks,
            known=fact_line(situation.facts, partner),
            begun=" ".join(sentence.text for sentence in self._begun),
        )
        cut = None if self._language is None else cut_lines
        return draft(self._served.chat, messages, self._parts.limits, cut)

    def _gate(self) -> GateSession:
        turns = self._situation.history
        said = [turn.content for turn in turns if turn.role == "assistant"]
        said += self._situation.already
        said += [sentence.text for sentence in self._begun]
        forbidden = self._situation.forbidden
        return self._parts.gate.open(self._support(), forbidden, said, self._prompt.rules)
