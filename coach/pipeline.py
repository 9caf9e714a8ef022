"""The road of one message as a LangGraph StateGraph, without a checkpointer.

    screen ─▶ policy ─┬─▶ redirect ─┬─▶ (end)
                      │             └─▶ retrieve   a soft redirect opens, then answers
                      └─▶ retrieve ─▶ respond      draft and gate, or the composer

The graph is stateless: history and disclosures go in, shown sentences and new disclosures
come out. What may be shown is written to the `custom` stream as it passes.
"""

import logging
import re
import time
from collections.abc import Sequence, Set
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TypedDict

import anyio.to_thread
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from coach.models import Served
from coach.parts import Parts
from coach.reply import Disclosure, Mode, PassageRef, Scope, Sentence, Status, Turn
from coach.respond.composer import Situation, partner_of
from coach.respond.draft import DraftError, draft
from coach.respond.gate import tidy
from coach.respond.partner import Partner, in_words_of
from coach.safety import Decision, ScreenResult, decide, opened, redirect
from coach.screening import Decided, screened
from knowledge.article import Passage
from knowledge.errors import KnowledgeError
from knowledge.retriever import Hit, SearchResult

__all__ = ["Answer", "Graph", "RoadState", "build_pipeline"]

_log = logging.getLogger(__name__)

_PASSAGES = 3
_PROMPTED = 2  # ideas in front of the model: one to use, one in case the first does not fit
_FAR = 0.2  # a passage this much less likely than the best is no help, only a temptation
_NOTE_WORDS = 60
_SURE = 0.3  # a passage at least this likely has its idea said, by the model or for it
_SHORT = 6  # words; a shorter message leans on the one before it
_ASKS = re.compile(
    r"\?|\b(?:how (?:do|can|to|long|many|much)|what (?:do|should|can|is|are|about)|should i|can i|"
    r"could i|is it|do you|does (?:he|she|it)|tell me|give me|help me|"
    r"i need (?:to know|advice)|who gets)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Answer:
    """What the nodes have made of the answer so far.

    Attributes:
        opening: Vetted words, with their paragraphs.
        opened: How many of the sentences are those words.
        sentences: Everything shown, in order.
        scope: What it rests on.
        mode: Who wrote it.
        model: Model that was asked.
        prompt_version: Prompt it was asked with.
        passages: Passages the sentences rest on.
        stopped: Sentences the gate kept back, with the reason behind a tab.
        interrupted: Why the model did not finish.
        timings_ms: Milliseconds a stage took.
    """

    opening: str = ""
    opened: int = 0
    sentences: list[Sentence] = field(default_factory=list)
    scope: Scope = "feeling"
    mode: Mode = "article"
    model: str | None = None
    prompt_version: str | None = None
    passages: tuple[PassageRef, ...] = ()
    stopped: list[str] = field(default_factory=list)
    interrupted: str | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)


class RoadState(TypedDict, total=False):
    """State of one run; nothing of it outlives the run."""

    text: str
    history: Sequence[Turn]
    retell: Sequence[Turn]  # of the history, what is in no records and has to be screened again
    carried: Sequence[Disclosure]
    country: str | None
    began: float
    screened: ScreenResult
    decision: Decision
    hits: tuple[Hit, ...]
    closed: bool
    answer: Answer


Graph = CompiledStateGraph[RoadState, None, RoadState, RoadState]


def build_pipeline(parts: Parts) -> Graph:
    """Compile the graph.

    Args:
        parts: What the nodes work with.

    Returns:
        The graph; run it with `stream_mode=["custom", "values"]`.
    """
    road = _Road(parts)
    graph: StateGraph[RoadState, None, RoadState, RoadState] = StateGraph(RoadState)
    graph.add_node("screen", road.screen)
    graph.add_node("policy", road.policy)
    graph.add_node("redirect", road.redirect)
    graph.add_node("retrieve", road.retrieve)
    graph.add_node("respond", road.respond)
    graph.add_edge(START, "screen")
    graph.add_edge("screen", "policy")
    graph.add_conditional_edges("policy", _after_policy, ["redirect", "retrieve"])
    graph.add_conditional_edges("redirect", _after_redirect, ["retrieve", END])
    graph.add_edge("retrieve", "respond")
    graph.add_edge("respond", END)
    return graph.compile()


def _after_policy(state: RoadState) -> str:
    return "retrieve" if state["decision"].kind == "respond" else "redirect"


def _after_redirect(state: RoadState) -> str:
    return "retrieve" if state["decision"].kind == "soft" else END


class _Road:
    """The nodes."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def screen(self, state: RoadState) -> RoadState:
        say, history = get_stream_writer(), state["history"]
        say(Status(text="Reading what you wrote"))
        found = await screened(
            self._parts, state["text"], history, state["retell"], state["carried"], say
        )
        return {
            "screened": found.result,
            "carried": found.carried,
            "answer": Answer(timings_ms=found.timings_ms),
        }

    async def policy(self, state: RoadState) -> RoadState:
        decision = decide(state["screened"], state["carried"])
        if decision.door is not None and opened(decision.door, state["history"]):
            decision = replace(decision, kind="respond", door=None)
        get_stream_writer()(Decided(decision, state["screened"].disclosures))
        return {"decision": decision}

    async def redirect(self, state: RoadState) -> RoadState:
        decision, answer = state["decision"], state["answer"]
        words = redirect(
            decision.route,
            disclosures=[
                *state["carried"],
                *state["screened"].thread,
                *state["screened"].disclosures,
            ],
            country=state["country"],
            seed=len(state["history"]) // 2,
            history=state["history"],
            also=decision.also,
            way_back=decision.way_back,
            text=state["text"],
            door=decision.door,
            signals=state["screened"].signals,
        )
        answer.opening, answer.scope, answer.mode = words.text, "redirect", "redirect"
        answer.opened = len(words.sentences)
        for sentence in words.sentences:
            self._show(state, sentence)
        return {"answer": answer}

    async def retrieve(self, state: RoadState) -> RoadState:
        began = time.perf_counter()
        forbidden = state["decision"].forbidden
        try:
            result = await anyio.to_thread.run_sync(
                lambda: self._parts.retriever.search(
                    _query(state), usable=lambda passage: self._usable(passage, forbidden)
                )
            )
        except KnowledgeError as error:
            # Company without an idea; and nothing is said of an article nobody could look into.
            _log.error("no passages: %s", type(error.__cause__ or error).__name__)
            result = SearchResult(hits=(), fits=False, closed=True)
        best = result.hits[0].score if result.hits else 0.0
        near = [hit for hit in result.hits[:_PASSAGES] if hit.score >= _FAR * best]
        # What is closed to her, a way back or an idea, gets company and no idea.
        closed = result.closed or state["decision"].way_back
        hits = tuple(near) if result.fits and not closed else ()
        state["answer"].timings_ms["retrieve"] = _since(began)
        return {"hits": hits, "closed": closed, "answer": state["answer"]}

    async def respond(self, state: RoadState) -> RoadState:
        answer = state["answer"]
        situation = Situation(
            message=state["text"],
            history=state["history"],
            passages=[hit.passage for hit in state["hits"]],
            forbidden=state["decision"].forbidden,
            # The article is not silent on what is only closed to her.
            asks=not state["closed"] and _ASKS.search(state["text"]) is not None,
        )
        # A hello is answered with who answers here; no model need be asked for that.
        greeted = await anyio.to_thread.run_sync(self._parts.composer.greets, situation)
        served = None if greeted else await self._parts.models.current()
        own: list[Sentence] = []
        if served is not None:
            answer.model, answer.prompt_version = served.name, self._parts.prompt.version
            own = await self._draft(state, situation, served)
        if not own or answer.interrupted is not None:
            rest = await anyio.to_thread.run_sync(self._parts.composer.finish, situation, own)
            answer.mode = "mixed" if own and rest else "llm" if own else "article"
        elif not own[-1].text.endswith("?"):
            question = await anyio.to_thread.run_sync(self._parts.composer.question, situation)
            rest = (Sentence(text=question),)
            answer.mode = "mixed"
        else:
            rest = ()
        for sentence in rest:
            self._show(state, sentence)
        answer.scope = _scope([*own, *rest], situation)
        return {"answer": answer}

    async def _draft(
        self, state: RoadState, situation: Situation, served: Served
    ) -> list[Sentence]:
        """Let the model write, show what passes, and note why it ended."""
        answer = state["answer"]
        answer.mode = "llm"  # also when she stops it before the end
        partner = partner_of(situation)
        support = self._support(state, partner)
        messages = self._parts.prompt.messages(
            situation.message,
            situation.history,
            [texts[0] for texts in support.values()],
            partner,
            self._parts.composer.question(situation),
            silent=situation.asks,
        )
        session = await anyio.to_thread.run_sync(
            self._parts.gate.open,
            support,
            situation.forbidden,
            [turn.content for turn in situation.history if turn.role == "assistant"],
            self._parts.prompt.rules,
        )
        shown: list[Sentence] = []
        try:
            async with aclosing(draft(served.chat, messages, self._parts.limits)) as sentences:
                async for raw in sentences:
                    text = tidy(raw)
                    if not text:
                        continue
                    verdict = await anyio.to_thread.run_sync(session.judge, text)
                    if verdict.decision == "pass":
                        sentence = Sentence(text=text, passage=verdict.passage)
                        shown += await self._idea_before(sentence, shown, state, situation)
                        shown.append(sentence)
                        self._show(state, sentence)
                    else:
                        answer.stopped.append(f"{text}\t{verdict.reason}")
                    if verdict.decision == "stop":
                        answer.interrupted = "gate"
                        break
                    if session.full:
                        break
        except DraftError as error:
            answer.interrupted = error.failure
            _log.warning("draft of %s interrupted: %s", served.name, error.failure)
        if not shown and answer.interrupted is None:
            answer.interrupted = "gate"
        return shown

    async def _idea_before(
        self,
        sentence: Sentence,
        shown: Sequence[Sentence],
        state: RoadState,
        situation: Situation,
    ) -> list[Sentence]:
        """The composer's idea, when a model comes to its question and has offered none.

        A small model likes to skip from the feeling to the question; the idea of the article
        is what she came for.
        """
        sure = state["hits"] and state["hits"][0].score >= _SURE
        if not sure or not sentence.text.endswith("?") or any(s.passage for s in shown):
            return []
        idea = await anyio.to_thread.run_sync(self._parts.composer.idea, situation)
        if idea is None:
            return []
        self._show(state, idea)
        state["answer"].mode = "mixed"
        return [idea]

    def _support(self, state: RoadState, partner: Partner) -> dict[str, list[str]]:
        """By passage, what may be said of it; the first is what the model is given to say."""
        forbidden = state["decision"].forbidden
        support: dict[str, list[str]] = {}
        for hit in state["hits"][:_PROMPTED]:
            slug = hit.passage.slug
            note = self._parts.notes.note(slug)
            neutral = Partner(pronoun=partner.pronoun)
            said = [neutral.fill(text) for text, _ in self._parts.voice.ideas(slug, forbidden)[:4]]
            allowed = [s.text for s in self._parts.stance.sentences(slug) if s.allowed(forbidden)]
            if not allowed:
                allowed = [_first_words(self._parts.stance.shown(hit.passage, forbidden))]
            # The note's idea speaks to everybody; under a restriction our own softened words
            # come first, since they inherit to whom they may be said.
            if note is not None and not forbidden:
                support[slug] = [in_words_of(partner, note.idea), *allowed, *said]
            else:
                support[slug] = [*said, *allowed]
        return support

    def _usable(self, passage: Passage, forbidden: Set[str]) -> bool:
        # Of a passage that the stance does not speak of, nobody knows what it does to a
        # person under a restriction: default deny.
        if forbidden and not self._parts.stance.covers(passage):
            return False
        if passage.slug in self._parts.orders:
            return False
        return self._parts.stance.usable(passage, forbidden)

    def _show(self, state: RoadState, sentence: Sentence) -> None:
        answer = state["answer"]
        answer.timings_ms.setdefault("first_sentence", _since(state["began"]))
        answer.sentences.append(sentence)
        if sentence.passage is not None:
            answer.passages = self._refs(state)
        get_stream_writer()(sentence)

    def _refs(self, state: RoadState) -> tuple[PassageRef, ...]:
        used = {sentence.passage for sentence in state["answer"].sentences if sentence.passage}
        forbidden = state["decision"].forbidden
        return tuple(
            PassageRef(
                id=hit.passage.slug,
                section=hit.passage.section,
                text=self._parts.stance.shown(hit.passage, forbidden),
                score=round(hit.score, 4),
            )
            for hit in state["hits"]
            if hit.passage.slug in used
        )


def _first_words(text: str) -> str:
    """As much of a passage without notes as a prompt can hold."""
    return " ".join(text.split()[:_NOTE_WORDS])


def _query(state: RoadState) -> str:
    """What to search for: a very short message leans on the one before it."""
    text = state["text"]
    before = [turn.content for turn in state["history"] if turn.role == "user"]
    return f"{before[-1]} {text}" if before and len(text.split()) < _SHORT else text


def _scope(sentences: Sequence[Sentence], situation: Situation) -> Scope:
    if any(sentence.passage for sentence in sentences):
        return "covered"
    return "silent" if situation.asks and not situation.passages else "feeling"


def _since(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 2)
