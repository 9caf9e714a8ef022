"""What travels along the road of one message, from one node of the pipeline to the next."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypedDict

from langgraph.config import get_stream_writer

from coach.excerpts import excerpt, resting
from coach.exercises import StepReply
from coach.parts import Parts
from coach.reply import (
    Chip,
    Disclosure,
    ExerciseState,
    Fact,
    Mode,
    PassageRef,
    Scope,
    Sentence,
    Turn,
)
from coach.safety import Decision, ScreenResult
from coach.sitting import Sitting
from knowledge.retriever import Hit

__all__ = ["Answer", "RoadState", "milliseconds_since", "show"]


@dataclass(slots=True)
class Answer:
    """What the nodes have made of the answer so far.

    Attributes:
        opened: How many of the sentences are vetted words.
        sentences: Everything shown, in order.
        scope: What it rests on.
        mode: Who wrote it.
        model: Model that was asked.
        prompt_version: Prompt it was asked with.
        passages: Passages the sentences rest on.
        stopped: Sentences the gate kept back, with the reason behind a tab.
        interrupted: Why the model did not finish.
        exercise: Where an exercise stands.
        facts: What she newly told.
        chips: Words that may stand under the answer.
        check_in: Whether to ask how she is now.
        timings_ms: Milliseconds a stage took.
    """

    opened: int = 0
    sentences: list[Sentence] = field(default_factory=list)
    scope: Scope = "feeling"
    mode: Mode = "article"
    model: str | None = None
    prompt_version: str | None = None
    passages: tuple[PassageRef, ...] = ()
    stopped: list[str] = field(default_factory=list)
    interrupted: str | None = None
    exercise: ExerciseState | None = None
    facts: tuple[Fact, ...] = ()
    chips: tuple[Chip, ...] = ()
    check_in: Literal["start", "end"] | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)


class RoadState(TypedDict, total=False):
    """State of one run; nothing of it outlives the run."""

    text: str
    history: Sequence[Turn]
    retell: Sequence[Turn]  # of the history, what is in no records and has to be screened again
    already: Sequence[str]  # answers to this very message, which she asked to have again
    carried: Sequence[Disclosure]
    facts: Sequence[Fact]  # what she told before, oldest first
    sitting: Sitting
    country: str | None
    language: str | None  # None for English
    began: float
    screened: ScreenResult
    decision: Decision
    step: StepReply  # of an exercise that goes on with this message
    hits: tuple[Hit, ...]
    scores: dict[str, float]  # by slug, of everything that was found
    closed: bool
    answer: Answer


def show(parts: Parts, state: RoadState, sentence: Sentence) -> None:
    """Hand over a sentence, and keep it with the passage it rests on.

    Args:
        parts: What the road works with.
        state: The run; its answer grows by the sentence.
        sentence: A sentence that may be shown.
    """
    answer = state["answer"]
    answer.timings_ms.setdefault("first_sentence", milliseconds_since(state["began"]))
    if answer.opened and len(answer.sentences) == answer.opened:
        sentence = sentence.model_copy(update={"gap": "\n\n"})  # after vetted words
    if sentence.passage is not None:
        passage = parts.retriever.passages[sentence.passage]
        sentence = resting(sentence, passage, parts.stance, state["decision"].forbidden)
    answer.sentences.append(sentence)
    if sentence.passage is not None:
        answer.passages = _refs(parts, state)
    get_stream_writer()(sentence)


def _refs(parts: Parts, state: RoadState) -> tuple[PassageRef, ...]:
    said = state["answer"].sentences
    scores, passages = state.get("scores", {}), parts.retriever.passages
    refs = [
        excerpt(
            passages[slug],
            round(scores.get(slug, 0.0), 4),
            passages.values(),
            parts.stance,
            state["decision"].forbidden,
            known=any(one.passage == slug and one.rests_on for one in said),
            closed=parts.orders,
        )
        for slug in {one.passage for one in said if one.passage}
    ]
    return tuple(sorted(refs, key=lambda ref: (-ref.score, ref.id)))


def milliseconds_since(began: float) -> float:
    """Milliseconds that have passed on the performance counter."""
    return round((time.perf_counter() - began) * 1000, 2)
