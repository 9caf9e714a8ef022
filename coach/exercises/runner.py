"""One step of an exercise: from where it stands and her message to what is said next."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from typing import Literal

from coach.exercises.definition import Step
from coach.exercises.drafts import needs_nothing, passed_over, remarks
from coach.exercises.page import journal_page
from coach.exercises.reading import Move, read
from coach.exercises.saying import pick, split
from coach.exercises.thread import Position
from coach.exercises.words import Phrasing, Words
from coach.reply import Chip, ExerciseState, JournalPage, Sentence
from coach.respond.partner import Partner

__all__ = ["Runner", "StepReply"]

# Her words are given back only when they are few and plain.
_GIVEN_BACK = re.compile(r"[a-zà-ÿ]+(?:[ ,'’-]{1,2}[a-zà-ÿ]+){0,4}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StepReply:
    """What the coach says in an exercise.

    Attributes:
        sentences: In the order they are shown; empty when the exercise was left because
            something else came up, which is then to be answered in the ordinary way.
        state: Where the exercise stands after it, None when it is only spoken of exercises.
        tag: For the turn that is stored.
        chips: What may stand under it.
    """

    sentences: tuple[Sentence, ...]
    state: ExerciseState | None
    tag: str | None
    chips: tuple[Chip, ...] = ()


class Runner:
    """Runs exercises; holds nothing of any conversation.

    Args:
        words: Words they share.
        moves: How her messages are read.
    """

    def __init__(self, words: Words, moves: Phrasing) -> None:
        self._words = words
        self._moves = moves

    def start(self, position: Position, partner: Partner, forbidden: Set[str]) -> StepReply:
        """Begin, or take up again, with the step of a position."""
        if not position.exercise.open_to(forbidden):
            return self._end(position, self._words.closed, partner)
        new = position.step == 1 and not position.answers
        opening = self._words.begin if new else self._words.resume
        said = Sentence(text=pick(opening, position.said, partner.fill, position.exercise.id))
        return self._ask(position, (said,), partner)

    def advance(
        self, position: Position, message: str, partner: Partner, forbidden: Set[str]
    ) -> StepReply:
        """Take her message as the answer to a step, or as whatever else it is."""
        if not position.exercise.open_to(forbidden):
            return self._end(position, self._words.ended, partner)
        step = position.exercise.steps[position.step - 1]
        news = position.exercise.news
        move = read(self._moves, step, message, again=position.again, news=news)
        if move == "aside":
            return self.aside(position)
        if move == "leave":
            return self._end(position, self._words.leave, partner, self._words.chips.left)
        if move == "little" and not position.again:
            lead = pick(self._words.smaller, position.said, partner.fill, message)
            return self._ask_smaller(position, (Sentence(text=lead),), partner)
        heard = self._heard(position, step, message, move, partner)
        if move == "answer":
            answers = {**position.answers, position.step: message}
            position = replace(position, answers=answers)
            if self._once_more(position, step, message):
                return self._ask_smaller(position, heard, partner)
        return self._go_on(position, heard, partner)

    def aside(self, position: Position) -> StepReply:
        """Leave without a word, so that something else can be answered."""
        return StepReply((), _state(position, "left"), f"{position.exercise.id}:left")

    def _once_more(self, position: Position, step: Step, message: str) -> bool:
        draft = position.exercise.draft
        second = step.takes == "redraft" and not position.again
        return second and draft is not None and not needs_nothing(draft, message)

    def _heard(
        self, position: Position, step: Step, message: str, move: Move, partner: Partner
    ) -> tuple[Sentence, ...]:
        if move != "answer":
            pools = {
                "skip": self._words.skipped,
                "bare": self._words.ready if step.takes == "ready" else self._words.elsewhere,
            }
            pool = pools.get(move, self._words.open)
            return (Sentence(text=pick(pool, position.said, partner.fill, message)),)
        short = _GIVEN_BACK.fullmatch(message.strip()) and step.takes in ("words", "free")
        if short and len(message) % 2:
            line = pick(
                self._words.short,
                position.said,
                lambda text: partner.fill(text, hers=message.strip()),
                message,
            )
            return (Sentence(text=line),)
        if self._once_more(position, step, message):
            # Not the last word on it: heard as the first draft was.
            step = position.exercise.steps[position.step - 2]
        said = Sentence(text=pick(step.heard, position.said, partner.fill, message))
        draft = position.exercise.draft
        if draft is None or not self._looked_over(position, step):
            return (said,)
        return (said, *remarks(draft, message, position.said, partner.fill))

    def _looked_over(self, position: Position, step: Step) -> bool:
        return step.takes == "draft" or (step.takes == "redraft" and not position.again)

    def _go_on(
        self, position: Position, heard: tuple[Sentence, ...], partner: Partner
    ) -> StepReply:
        exercise, number = position.exercise, position.step + 1
        answers = dict(position.answers)
        while number <= len(exercise.steps) and passed_over(exercise, number, answers):
            number += 1
        if number <= len(exercise.steps):
            return self._ask(replace(position, step=number), heard, partner)
        page = journal_page(exercise, answers, partner)
        pool = exercise.close if page else self._words.empty
        close = _sentences(pick(pool, position.said, partner.fill))
        state = _state(position, "done", page)
        return StepReply((*heard, *close), state, f"{exercise.id}:done")

    def _ask(self, position: Position, before: tuple[Sentence, ...], partner: Partner) -> StepReply:
        step = position.exercise.steps[position.step - 1]
        advice = tuple(
            Sentence(
                text=pick(one.say, position.said, partner.fill),
                passage=one.passage,
                rests_on=one.rests_on,
            )
            for one in step.advice
        )
        asked = pick(step.ask, position.said, partner.fill)
        return self._running(position, (*before, *advice), asked, partner)

    def _ask_smaller(
        self, position: Position, before: tuple[Sentence, ...], partner: Partner
    ) -> StepReply:
        step = position.exercise.steps[position.step - 1]
        asked = pick(step.smaller, position.said, partner.fill)
        return self._running(position, before, asked, partner)

    def _running(
        self, position: Position, before: tuple[Sentence, ...], asked: str, partner: Partner
    ) -> StepReply:
        tag = f"{position.exercise.id}:{position.step}"
        names = tuple(partner.fill(step.page) for step in position.exercise.steps)
        state = _state(position, "running").model_copy(update={"names": names, "asked": asked})
        return StepReply((*before, *_sentences(asked)), state, tag, self._words.chips.running)

    def _end(
        self,
        position: Position,
        pool: Sequence[str],
        partner: Partner,
        chips: tuple[Chip, ...] = (),
    ) -> StepReply:
        said = Sentence(text=pick(pool, position.said, partner.fill))
        tag = f"{position.exercise.id}:left"
        return StepReply((said,), _state(position, "left"), tag, chips)


def _sentences(text: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(text=sentence) for sentence in split(text))


def _state(
    position: Position, status: Literal["running", "left", "done"], page: JournalPage | None = None
) -> ExerciseState:
    exercise = position.exercise
    steps = len(exercise.steps)
    wait = exercise.steps[position.step - 1].wait_minutes
    return ExerciseState(
        id=exercise.id,
        title=exercise.title,
        step=steps if status == "done" else position.step,
        steps=steps,
        status=status,
        wait_minutes=wait if status == "running" else None,
        page=page,
    )
