"""The exercises of the article, for whoever answers a message."""

from collections.abc import Iterator, Sequence, Set
from pathlib import Path

from coach.exercises.choosing import Asked, Chooser
from coach.exercises.definition import Exercise
from coach.exercises.loading import load_exercises
from coach.exercises.runner import Runner, StepReply
from coach.exercises.thread import Marks, Position, Run, runs, said_in
from coach.exercises.words import Phrasing, Words, load_phrasing, load_words
from coach.reply import Sentence, Turn
from coach.respond.partner import Partner

__all__ = ["Exercises"]

_ANYBODY = Partner()
_NOTHING: frozenset[str] = frozenset()


class Exercises:
    """All exercises, and everything that can be done with them.

    Nothing is kept between calls: where an exercise stands follows from the conversation.
    `history` is always the thread before her message.

    Args:
        exercises: The definitions, in their order.
        words: Words they share.
        moves: How her messages are read inside an exercise.
        requests: What she says about exercises outside of one.
    """

    def __init__(
        self,
        exercises: Sequence[Exercise],
        words: Words,
        moves: Phrasing,
        requests: Phrasing,
    ) -> None:
        self._by_id = {exercise.id: exercise for exercise in exercises}
        self._moves = moves
        self._marks = Marks(self._by_id, words)
        self._runner = Runner(words, moves)
        self._chooser = Chooser(tuple(exercises), words, requests)

    @classmethod
    def load(cls, folder: Path | None = None) -> "Exercises":
        """Read and check the files.

        Args:
            folder: Folder with the definitions; the built-in ones when left out.

        Returns:
            The exercises.

        Raises:
            ConfigError: A file cannot be read, breaks its form, or says what the stance forbids.
        """
        exercises = load_exercises() if folder is None else load_exercises(folder)
        return cls(exercises, load_words(), load_phrasing("moves"), load_phrasing("requests"))

    def __iter__(self) -> Iterator[Exercise]:
        return iter(self._by_id.values())

    def get(self, name: str) -> Exercise | None:
        """The exercise of an id, None when there is none."""
        return self._by_id.get(name)

    # Outside an exercise

    def asked(
        self,
        message: str,
        forbidden: Set[str] = _NOTHING,
        history: Sequence[Turn] = (),
        partner: Partner = _ANYBODY,
    ) -> Asked | None:
        """What she asks for: one by its name or chip, any one, what there is, the one she left.

        Args:
            message: Her message.
            forbidden: Restrictions in force.
            history: The thread before it; an offer in the coach's last turn can be accepted.
            partner: Her word for the ex.

        Returns:
            One to start, one to resume, or sentences to answer with; None when she asks for none.
        """
        return self._chooser.asked(message, forbidden, history, self.left(history), partner)

    def fitting(
        self,
        message: str,
        history: Sequence[Turn],
        passages: Sequence[str] = (),
        forbidden: Set[str] = _NOTHING,
    ) -> Exercise | None:
        """The exercise to offer beside the answer to a message.

        Args:
            message: Her message.
            history: The thread before it.
            passages: Slugs of the passages that fit the message, best first.
            forbidden: Restrictions in force.

        Returns:
            One to offer with `offer` and its `start_chip`, None when it is not the moment.
        """
        done = self._runs(history)
        if done and done[-1].status == "running":
            return None
        return self._chooser.fitting(message, history, passages, forbidden, done)

    def offer(
        self, exercise: Exercise, history: Sequence[Turn] = (), partner: Partner = _ANYBODY
    ) -> Sentence:
        """One sentence, no question, that offers an exercise.

        Args:
            exercise: The exercise.
            history: The thread before it.
            partner: Her word for the ex.

        Returns:
            The sentence; by its words the offer is known again in the thread.
        """
        return self._chooser.offer(exercise, history, partner)

    # Inside an exercise

    def running(self, history: Sequence[Turn]) -> Position | None:
        """Where she is, when the coach's last turn asked for a step; else None."""
        last = self._runs(history)[-1:]
        return self._position(last[0], history) if last and last[0].status == "running" else None

    def left(self, history: Sequence[Turn]) -> Position | None:
        """Where the exercise stands that she left last in this thread and could resume."""
        gone = [run for run in self._runs(history) if run.status == "left"]
        return self._position(gone[-1], history) if gone else None

    def start(
        self,
        exercise: Exercise,
        history: Sequence[Turn] = (),
        partner: Partner = _ANYBODY,
        forbidden: Set[str] = _NOTHING,
    ) -> StepReply:
        """Begin an exercise with its first step.

        Args:
            exercise: The exercise.
            history: The thread before it.
            partner: Her word for the ex.
            forbidden: Restrictions in force; under one that closes it, it does not begin.

        Returns:
            What to say.
        """
        position = Position(exercise, 1, said=said_in(history))
        return self._runner.start(position, partner, forbidden)

    def resume(
        self,
        position: Position,
        partner: Partner = _ANYBODY,
        forbidden: Set[str] = _NOTHING,
    ) -> StepReply:
        """Take up an exercise where she left it.

        Args:
            position: From `left` or `asked`.
            partner: Her word for the ex.
            forbidden: Restrictions in force.

        Returns:
            What to say.
        """
        return self._runner.start(position, partner, forbidden)

    def advance(
        self,
        position: Position,
        message: str,
        partner: Partner = _ANYBODY,
        forbidden: Set[str] = _NOTHING,
    ) -> StepReply:
        """Go on by one step.

        Args:
            position: From `running`.
            message: Her message.
            partner: Her word for the ex.
            forbidden: Restrictions in force, with those the message has just brought.

        Returns:
            What to say. Without sentences the exercise is left and the message is to be
            answered in the ordinary way: it asks something, or is about something else.
        """
        other = self._chooser.named(message, strictly=True)
        if other is not None and other is not position.exercise and other.open_to(forbidden):
            return self._runner.aside(position)
        return self._runner.advance(position, message, partner, forbidden)

    def _runs(self, history: Sequence[Turn]) -> list[Run]:
        return runs(history, self._by_id, self._marks, self._moves)

    def _position(self, run: Run, history: Sequence[Turn]) -> Position:
        again = run.status == "running" and run.times > 1
        return Position(run.exercise, run.step, dict(run.answers), again, said_in(history))
