"""Where an exercise stands, read from the conversation and from nothing else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from coach.exercises.definition import Exercise
from coach.exercises.reading import read
from coach.exercises.saying import Template
from coach.exercises.words import Phrasing, Words
from coach.reply import Turn

__all__ = ["LEFT", "Mark", "Marks", "Position", "Run", "runs", "said_in"]

LEFT: Literal["left"] = "left"
DONE: Literal["done"] = "done"
_TAG = re.compile(r"(?P<id>[a-z-]+):(?P<what>[1-9]\d?|left|done)")


@dataclass(frozen=True, slots=True)
class Position:
    """A step she has been asked for.

    Attributes:
        exercise: The exercise.
        step: Number of the step, from 1.
        answers: What she has written so far, by the number of the step.
        again: Whether the smaller version of the step was the last thing asked.
        said: What the coach has said in the thread.
    """

    exercise: Exercise
    step: int
    answers: Mapping[int, str] = field(default_factory=dict)
    again: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one turn of the coach did with an exercise.

    Attributes:
        id: The exercise, None where its words do not tell.
        what: The number of a step, `left` or `done`.
    """

    id: str | None
    what: int | str


@dataclass(slots=True)
class Run:
    """One time she did an exercise, as far as it came.

    Attributes:
        exercise: The exercise.
        step: The step that was asked for last.
        status: `running`, `left` or `done`.
        times: How often in a row that step was asked for.
        answers: What she has written.
    """

    exercise: Exercise
    step: int = 1
    status: Literal["running", "left", "done"] = "running"
    times: int = 0
    answers: dict[int, str] = field(default_factory=dict)


class Marks:
    """Reads what a turn of the coach did with an exercise.

    By its tag; or, where a client hands the conversation over as text alone, by the words of
    the files.

    Args:
        exercises: By id.
        words: Words they share.
    """

    def __init__(self, exercises: Mapping[str, Exercise], words: Words) -> None:
        self._exercises = exercises
        self._known: list[tuple[Template, Mark]] = []
        for exercise in exercises.values():
            for number, step in enumerate(exercise.steps, start=1):
                mark = Mark(exercise.id, number)
                self._known += [(Template.of(t), mark) for t in (*step.ask, *step.smaller)]
            self._known += [(Template.of(t), Mark(exercise.id, DONE)) for t in exercise.close]
        for text in (*words.leave, *words.ended):
            self._known.append((Template.of(text), Mark(None, LEFT)))
        for text in words.empty:
            self._known.append((Template.of(text), Mark(None, DONE)))

    def of(self, turn: Turn) -> Mark | None:
        """The mark of a turn, None when it has to do with no exercise."""
        if turn.exercise is not None:
            return self._tagged(turn.exercise)
        if turn.route not in (None, "exercise"):
            return None
        return next((mark for known, mark in self._known if known.found_in(turn.content)), None)

    def _tagged(self, tag: str) -> Mark | None:
        found = _TAG.fullmatch(tag)
        exercise = self._exercises.get(found["id"]) if found else None
        if found is None or exercise is None:
            return None
        if not found["what"].isdigit():
            return Mark(exercise.id, found["what"])
        step = int(found["what"])
        return Mark(exercise.id, step) if step <= len(exercise.steps) else None


def runs(
    history: Sequence[Turn], exercises: Mapping[str, Exercise], marks: Marks, moves: Phrasing
) -> list[Run]:
    """Every exercise of a thread, the one she was in last at the end.

    Args:
        history: The thread, oldest first.
        exercises: By id.
        marks: Reads the turns.
        moves: How her messages are read.

    Returns:
        The runs; only the last one can be running.
    """
    found: list[Run] = []
    hers: str | None = None
    for turn in history:
        if turn.role == "user":
            hers = turn.content
            continue
        current = found[-1] if found and found[-1].status == "running" else None
        mark = marks.of(turn)
        if current is not None and hers is not None and _goes_on(current, mark):
            _take(current, hers, moves)
        hers = None
        _follow(found, current, mark, exercises)
    return found


def said_in(history: Sequence[Turn]) -> str:
    """All that the coach has said in a thread."""
    return "\n".join(turn.content for turn in history if turn.role == "assistant")


def _goes_on(run: Run, mark: Mark | None) -> bool:
    """Whether the turn after her message took it as part of the exercise."""
    if mark is None or mark.what == LEFT:
        return False
    return mark.id in (None, run.exercise.id)


def _take(run: Run, hers: str, moves: Phrasing) -> None:
    step, again = run.exercise.steps[run.step - 1], run.times > 1
    move = read(moves, step, hers, again=again, news=run.exercise.news)
    if move == "answer":
        run.answers[run.step] = hers


def _follow(
    found: list[Run], current: Run | None, mark: Mark | None, exercises: Mapping[str, Exercise]
) -> None:
    if mark is None or isinstance(mark.what, str):
        ends = DONE if mark is not None and mark.what == DONE else LEFT
        if current is not None and (mark is None or mark.id in (None, current.exercise.id)):
            current.status = ends
        return
    earlier = [run for run in found if run.exercise.id == mark.id]
    run = earlier[-1] if earlier else None
    if run is None or run.status == DONE or mark.what < run.step:
        run = Run(exercises[mark.id or ""])
    elif run is not found[-1]:
        found.remove(run)
    if current is not None and run is not current:
        current.status = LEFT
    # Taken up again, a step is asked in full and not made smaller.
    follows = run.status == "running" and run.step == mark.what
    run.times = run.times + 1 if follows else 1
    run.step, run.status = mark.what, "running"
    if not found or found[-1] is not run:
        found.append(run)
