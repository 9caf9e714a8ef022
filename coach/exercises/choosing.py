"""Which exercise she asks for, and which one fits what she says."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from coach.exercises.definition import Exercise
from coach.exercises.saying import Template, pick
from coach.exercises.thread import Position, Run, said_in
from coach.exercises.words import Phrasing, Words
from coach.reply import Chip, Sentence, Turn
from coach.respond.partner import Partner
from coach.safety.normalise import normalise

__all__ = ["Asked", "Chooser"]

_LISTED = 3
_BETWEEN = 4  # turns of the coach from one offer, or the end of one exercise, to the next offer
_SAME_BETWEEN = 10  # from an offer she did not take up to the same one
_BY_PASSAGE = 3  # her message from which a fitting passage alone is a reason
_LOOKED_AT = 3  # of her newest messages, when she asks for an exercise and does not say which
_ORDINALS = {"1st": 0, "first": 0, "2nd": 1, "second": 1, "3rd": 2, "third": 2, "last": -1}


@dataclass(frozen=True, slots=True)
class Asked:
    """What she asks for.

    Attributes:
        exercise: The one to start.
        position: Where to take up one that she left.
        sentences: What to answer instead: what there is, or that it is closed to her.
        chips: What may stand under those sentences.
    """

    exercise: Exercise | None = None
    position: Position | None = None
    sentences: tuple[Sentence, ...] = ()
    chips: tuple[Chip, ...] = ()


class Chooser:
    """Chooses exercises.

    Args:
        exercises: All of them.
        words: Words they share.
        requests: What she says about exercises.
    """

    def __init__(self, exercises: Sequence[Exercise], words: Words, requests: Phrasing) -> None:
        self._exercises = exercises
        self._words = words
        self._requests = requests
        self._offers = {one.id: [Template.of(text) for text in one.offer] for one in exercises}
        self._abouts = {one.id: Template.of(one.about) for one in exercises}

    def asked(
        self,
        message: str,
        forbidden: Set[str],
        history: Sequence[Turn],
        left: Position | None,
        partner: Partner,
    ) -> Asked | None:
        """What she asks for, None when it is no exercise."""
        wanted = self.named(message) or self._taken_up(message, history)
        says, said = self._requests.says, said_in(history)
        if wanted is not None:
            if wanted.open_to(forbidden):
                return Asked(exercise=wanted)
            return self._none(forbidden, said, partner, message)
        if left is not None and says("resume", message):
            return Asked(position=left)
        if says("which", message):
            return self._several(message, forbidden, history, partner)
        if says("any", message):
            found = self._for_now(message, forbidden, history)
            if found is not None:
                return Asked(exercise=found)
            return self._several(message, forbidden, history, partner)
        return None

    def named(self, message: str, *, strictly: bool = False) -> Exercise | None:
        """The exercise a message asks for.

        Args:
            message: Her message.
            strictly: Whether only its chip, its title and the word "exercise" count.

        Returns:
            The exercise, None when none is named.
        """
        plain = normalise(message).text
        by_name = [one for one in self._exercises if one.named_by(plain)]
        by_words = [one for one in self._exercises if one.asked.found_in(plain)]
        if strictly and "exercise" not in plain:
            by_words = []
        return next(iter(by_name or by_words), None)

    def fitting(
        self,
        message: str,
        history: Sequence[Turn],
        passages: Sequence[str],
        forbidden: Set[str],
        done: Sequence[Run],
    ) -> Exercise | None:
        """The exercise to offer now, None when it is not the moment."""
        hers = [turn.content for turn in history if turn.role == "user"]
        lost = self._requests.says("lost", message)
        if not hers and not lost:
            return None
        about = (one for one in (*hers, message) if "exercise" in one.lower())
        if any(self._requests.says("refuse", one) for one in about):
            return None
        resting = {run.exercise.id for run in done}
        if self._too_soon(history):
            return None
        plain = normalise(message).text
        open_ones = [
            one
            for one in self._exercises
            if one.open_to(forbidden)
            and one.id not in resting
            and not self._closed(one, message, history)
        ]
        by_words = [one for one in open_ones if one.fitting.found_in(plain)]
        if by_words:
            return by_words[0]
        best = passages[:_LISTED] if lost else passages[:1]
        if not lost and len(hers) + 1 < _BY_PASSAGE:
            return None
        return next((one for slug in best for one in open_ones if slug in one.passages), None)

    def offer(self, exercise: Exercise, history: Sequence[Turn], partner: Partner) -> Sentence:
        """The sentence that offers it."""
        return Sentence(text=pick(exercise.offer, said_in(history), partner.fill))

    def _for_now(
        self, message: str, forbidden: Set[str], history: Sequence[Turn]
    ) -> Exercise | None:
        hers = [turn.content for turn in history if turn.role == "user"]
        for text in [message, *hers[: -_LOOKED_AT - 1 : -1]]:
            plain = normalise(text).text
            for one in self._exercises:
                if one.open_to(forbidden) and one.fitting.found_in(plain):
                    return one
        return None

    def _several(
        self, message: str, forbidden: Set[str], history: Sequence[Turn], partner: Partner
    ) -> Asked:
        said = said_in(history)
        open_ones = [one for one in self._exercises if one.open_to(forbidden)]
        if not open_ones:
            return self._none(forbidden, said, partner, message)
        hers = [normalise(t.content).text for t in history if t.role == "user"][-_LOOKED_AT:]
        hers.append(normalise(message).text)

        def rank(one: Exercise) -> tuple[bool, bool]:
            # What she has been told of already comes after what she has not.
            fits = any(one.fitting.found_in(text) for text in hers)
            return self._abouts[one.id].found_in(said), not fits

        # A reply to a message is no use to somebody who has got none.
        usable = [one for one in open_ones if not one.news or not rank(one)[1]]
        listed = sorted(usable or open_ones, key=rank)[:_LISTED]
        names = [partner.fill(one.about) for one in listed]
        words = ", ".join(names[:-1]) + " or " + names[-1] if len(names) > 1 else names[0]
        several = pick(
            self._words.several, said, lambda text: partner.fill(text, list=words), message
        )
        choose = pick(self._words.choose, said, partner.fill, message)
        return Asked(
            sentences=(Sentence(text=several), Sentence(text=choose)),
            chips=tuple(one.start_chip for one in listed),
        )

    def _none(self, forbidden: Set[str], said: str, partner: Partner, message: str) -> Asked:
        open_ones = [one for one in self._exercises if one.open_to(forbidden)]
        pool = self._words.closed if open_ones else self._words.none
        return Asked(sentences=(Sentence(text=pick(pool, said, partner.fill, message)),))

    def _taken_up(self, message: str, history: Sequence[Turn]) -> Exercise | None:
        """The exercise of the coach's last turn that her message accepts."""
        last = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
        if self._requests.says("accept", message):
            return next(self._offered(last), None)
        if self._requests.says("ordinal", message):
            named = [
                (place, one)
                for one in self._exercises
                if (place := self._abouts[one.id].last_in(last)) >= 0
            ]
            inside = sorted(named, key=lambda pair: pair[0])
            words = (word.strip(".,!") for word in normalise(message).text.split())
            place = next((_ORDINALS[word] for word in words if word in _ORDINALS), 0)
            if inside and place < len(inside):
                return inside[place][1]
        return None

    def _offered(self, text: str) -> Iterator[Exercise]:
        for one in self._exercises:
            if any(template.found_in(text) for template in self._offers[one.id]):
                yield one

    def _too_soon(self, history: Sequence[Turn]) -> bool:
        coach = [turn for turn in history if turn.role == "assistant"][-_BETWEEN:]
        return any(
            turn.exercise is not None
            or turn.route == "exercise"
            or next(self._offered(turn.content), None) is not None
            for turn in coach
        )

    def _closed(self, exercise: Exercise, message: str, history: Sequence[Turn]) -> bool:
        """Whether she has declined it, also with this message, or it was offered lately."""
        ago, following = 0, message
        for turn in reversed(history):
            if turn.role == "user":
                following = turn.content
                continue
            ago += 1
            offered = any(one.found_in(turn.content) for one in self._offers[exercise.id])
            if offered and (ago < _SAME_BETWEEN or self._requests.says("decline", following)):
                return True
        return False
