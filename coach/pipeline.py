"""The road of one message as a LangGraph StateGraph, without a checkpointer.

    screen ─▶ policy ─┬─▶ redirect ─┬─▶ (end)
                      │             └─▶ retrieve   a soft redirect opens, then answers
                      ├─▶ exercise ─▶ (end)        the next step of the running exercise
                      └─▶ retrieve ─▶ respond      draft and gate, or the composer

The graph is stateless: history, disclosures and facts go in, shown sentences and what she newly
told come out. What may be shown is written to the `custom` stream as it passes.
"""

import logging
import re
import time
from collections.abc import Set
from dataclasses import replace

import anyio.to_thread
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from coach.drafting import asks_model, write
from coach.exercises import StepReply
from coach.facts import facts_in
from coach.parts import Parts
from coach.reply import Chip, Sentence, Status
from coach.respond.composer import Situation
from coach.respond.partner import Partner, find_partner
from coach.road import Answer, RoadState, milliseconds_since, show
from coach.safety import Decision, decide, opened, redirect
from coach.safety.language import language_of, notice
from coach.screening import Decided, screened
from knowledge.article import Passage
from knowledge.errors import KnowledgeError
from knowledge.retriever import SearchResult

__all__ = ["Graph", "build_pipeline"]

_log = logging.getLogger(__name__)

_PASSAGES = 3
_FAR = 0.2  # a passage this much less likely than the best is no help, only a temptation
_SHORT = 6  # words; a shorter message leans on the one before it
_ASKS = re.compile(
    r"\?|\b(?:how (?:do|can|to|long|many|much)|what (?:do|should|can|is|are|about)|should i|can i|"
    r"could i|is it|do you|does (?:he|she|it)|tell me|give me|help me|"
    r"i need (?:to know|advice)|who gets)\b",
    re.IGNORECASE,
)
# "And what if he does?" says nothing without what was said before.
_LEANS = re.compile(
    r"^\W*(?:and|but|so|or|then|ok(?:ay)?|well|yeah|hm+)?\W*(?:what if|why|how|and if|even if|"
    r"what about|what then|then what|but (?:he|she|they|i)|because|like what|such as|for example|"
    r"really|is that|does that|would that|do i|should i then|it|that|this)\b",
    re.IGNORECASE,
)
_LEANING = 14  # words; what is longer says by itself what it is about

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
    graph.add_node("exercise", road.exercise)
    graph.add_node("retrieve", road.retrieve)
    graph.add_node("respond", road.respond)
    graph.add_edge(START, "screen")
    graph.add_edge("screen", "policy")
    graph.add_conditional_edges("policy", _after_policy, ["redirect", "exercise", "retrieve"])
    graph.add_conditional_edges("redirect", _after_redirect, ["retrieve", END])
    graph.add_edge("exercise", END)
    graph.add_edge("retrieve", "respond")
    graph.add_edge("respond", END)
    return graph.compile()


def _after_policy(state: RoadState) -> str:
    if state["decision"].kind == "respond":
        return "exercise" if "step" in state else "retrieve"
    return "redirect"


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
        hers = [turn.content for turn in history if turn.role == "user"]
        return {
            "screened": found.result,
            "carried": found.carried,
            "language": await anyio.to_thread.run_sync(language_of, state["text"], hers),
            "answer": Answer(timings_ms=found.timings_ms),
        }

    async def policy(self, state: RoadState) -> RoadState:
        decision = decide(state["screened"], state["carried"])
        if decision.door is not None and opened(decision.door, state["history"]):
            decision = replace(decision, kind="respond", door=None)
        answer, out = state["answer"], RoadState(answer=state["answer"])
        english = state["language"] is None
        if decision.kind == "respond" and english:
            step = await anyio.to_thread.run_sync(self._step, state, decision)
            if step is not None:
                answer.exercise, answer.chips = step.state, step.chips
            if step is not None and step.sentences:
                decision = replace(decision, route="exercise")
                out["step"] = step
        if decision.kind in ("respond", "soft") and english:
            answer.facts = facts_in(state["text"], state["facts"])
        if decision.route == "close":
            answer.check_in = "end"
        elif decision.kind == "respond" and state["sitting"].fresh:
            answer.check_in = "start"
        get_stream_writer()(Decided(decision, state["screened"].disclosures))
        out["decision"] = decision
        return out

    def _step(self, state: RoadState, decision: Decision) -> StepReply | None:
        """The step of an exercise that her message leads to, None when it leads to none.

        Without sentences, an exercise was left because she speaks of something else.
        """
        exercises, text, history = self._parts.exercises, state["text"], state["history"]
        forbidden, partner = decision.forbidden, _partner(state)
        position = exercises.running(history)
        left = None
        if position is not None:
            left = exercises.advance(position, text, partner, forbidden)
            if left.sentences:
                return left
        asked = exercises.asked(text, forbidden, history, partner)
        if asked is None:
            return left
        if asked.exercise is not None:
            return exercises.start(asked.exercise, history, partner, forbidden)
        if asked.position is not None:
            return exercises.resume(asked.position, partner, forbidden)
        return StepReply(asked.sentences, None, None, asked.chips)

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
            seed=len(state["history"]) // 2 + len(state.get("already", ())),
            history=state["history"],
            also=decision.also,
            way_back=decision.way_back,
            text=state["text"],
            door=decision.door,
            signals=state["screened"].signals,
            language=state["language"],
        )
        answer.scope, answer.mode = "redirect", "redirect"
        answer.opened = len(words.sentences)
        for sentence in words.sentences:
            show(self._parts, state, sentence)
        if words.language != state["language"]:
            self._notice(state)  # vetted words that she may not understand
        return {"answer": answer}

    async def exercise(self, state: RoadState) -> RoadState:
        answer = state["answer"]
        answer.scope, answer.mode = "exercise", "article"
        for sentence in state["step"].sentences:
            show(self._parts, state, sentence)
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
        state["answer"].timings_ms["retrieve"] = milliseconds_since(began)
        return {
            "hits": tuple(near) if result.fits and not closed else (),
            "scores": {hit.passage.slug: hit.score for hit in result.hits},
            "closed": closed,
            "answer": state["answer"],
        }

    async def respond(self, state: RoadState) -> RoadState:
        answer, composer = state["answer"], self._parts.composer
        situation = await anyio.to_thread.run_sync(self._situation, state)
        served, foreign = await self._parts.models.current(), state["language"] is not None
        if foreign and (served is None or served.kind == "local"):
            self._notice(state)
            answer.scope = "language"
            return {"answer": answer}
        composed = await anyio.to_thread.run_sync(composer.compose, situation)
        if situation.offer is not None and answer.check_in != "end" and not composed.suits_exercise:
            # Nobody is led into an exercise for a breakup that is not hers, or on a light day.
            situation = replace(situation, offer=None)
            answer.chips = tuple(chip for chip in answer.chips if chip.kind != "exercise")
            composed = await anyio.to_thread.run_sync(composer.compose, situation)
        own: list[Sentence] = []
        if served is not None and (foreign or asks_model(composed, served)):
            own = await write(self._parts, state, situation, composed, served)
        rest: tuple[Sentence, ...] = ()
        if foreign and not own:
            self._notice(state)
        elif not foreign and (not own or answer.interrupted is not None):
            rest = await anyio.to_thread.run_sync(composer.finish, situation, own)
            answer.mode = "mixed" if own and rest else "llm" if own else "article"
        elif not foreign and not own[-1].text.endswith("?"):
            ending = situation.offer
            if ending is None:
                question = await anyio.to_thread.run_sync(composer.question, situation)
                ending = Sentence(text=question)
            rest = (ending,)
            answer.mode = "mixed"
        for sentence in rest:
            show(self._parts, state, sentence)
        covered = any(sentence.passage for sentence in answer.sentences)
        answer.scope = "covered" if covered else composed.scope
        return {"answer": answer}

    def _notice(self, state: RoadState) -> None:
        """Say in her language that the coach speaks English, unless it was just said."""
        language, country = state["language"], state["country"]
        if language is None:
            return
        said = "\n".join(turn.content for turn in state["history"] if turn.role == "assistant")
        first = notice(language, country=country)
        text = notice(language, again=True, country=country) if first in said else first
        show(self._parts, state, Sentence(text=text))

    def _situation(self, state: RoadState) -> Situation:
        """What the answer is written from."""
        forbidden, closed = state["decision"].forbidden, state["closed"]
        passages = [hit.passage for hit in state["hits"]]
        offer, chip = self._offer(state, [passage.slug for passage in passages])
        state["answer"].chips += (chip,) if chip is not None else ()
        return Situation(
            message=state["text"],
            history=state["history"],
            passages=passages,
            forbidden=forbidden,
            # The article is not silent on what is only closed to her.
            asks=not closed and _ASKS.search(state["text"]) is not None,
            scores=[hit.score for hit in state["hits"]],
            more=[] if closed else self._open(forbidden),
            facts=[*state["facts"], *state["answer"].facts],
            offer=offer,
            already=state.get("already", ()),
        )

    def _offer(self, state: RoadState, slugs: list[str]) -> tuple[Sentence | None, Chip | None]:
        """A pause after a long while, or else an exercise that fits."""
        if state["decision"].kind != "respond":
            return None, None
        sitting, history = state["sitting"], state["history"]
        visit = history[len(history) - sitting.turns :]
        pause = self._parts.pause.line(sitting.minutes, visit, len(history) // 2)
        if pause is not None:
            state["answer"].check_in = "end"
            return pause, None
        exercises, text = self._parts.exercises, state["text"]
        exercise = exercises.fitting(text, history, slugs, state["decision"].forbidden)
        if exercise is None:
            return None, None
        return exercises.offer(exercise, history, _partner(state)), exercise.start_chip

    def _open(self, forbidden: Set[str]) -> list[Passage]:
        found = self._parts.retriever.passages.values()
        return [passage for passage in found if self._usable(passage, forbidden)]

    def _usable(self, passage: Passage, forbidden: Set[str]) -> bool:
        # Of a passage that the stance does not speak of, nobody knows what it does to a
        # person under a restriction: default deny.
        if forbidden and not self._parts.stance.covers(passage):
            return False
        if passage.slug in self._parts.orders:
            return False
        return self._parts.stance.usable(passage, forbidden)


def _partner(state: RoadState) -> Partner:
    hers = [turn.content for turn in state["history"] if turn.role == "user"]
    return find_partner([state["text"], *reversed(hers)])


def _query(state: RoadState) -> str:
    """What to search for: a message that leans on the one before it is read with it."""
    text = state["text"]
    words = len(text.split())
    before = [turn.content for turn in state["history"] if turn.role == "user"]
    leans = words < _SHORT or (words <= _LEANING and _LEANS.match(text))
    return f"{before[-1]} {text}" if before and leans else text
