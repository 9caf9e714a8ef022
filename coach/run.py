"""One turn while it is under way, and the reply that is made of it."""

import logging
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coach.errors import CoachError, MessageError
from coach.parts import Parts
from coach.records import Records, StoredDisclosure
from coach.reply import Reason, Reply, joined
from coach.road import Answer, RoadState
from coach.screening import Decided, heard

__all__ = ["Run", "check_message"]

_log = logging.getLogger(__name__)

_HALF_LETTER = re.compile(r"[\ud800-\udfff]")  # of a pair that a broken encoding tore apart


@dataclass(slots=True)
class Run:
    """One turn.

    Attributes:
        person: Who speaks, None for nobody of whom anything is kept.
        thread: Where, None for a message whose words are not kept.
        parent: The coach's turn that her message follows.
        told: What she disclosed before and has not corrected, oldest first.
        text: Her message.
        began: When it came in, on the performance counter.
        decided: The decision, as soon as there is one.
        answer: What the road has made so far.
        shown: How many sentences of it were handed over.
        stored: Whether it was recorded.
    """

    person: str | None
    thread: str | None
    parent: str | None
    told: Sequence[StoredDisclosure]
    text: str
    began: float
    decided: Decided | None = None
    answer: Answer | None = None
    shown: int = 0
    stored: bool = False

    @property
    def worth_keeping(self) -> bool:
        """Whether something was shown, or told that must not be forgotten."""
        return self.shown > 0 or bool(self.decided is not None and self.decided.disclosures)

    def hear(self, parts: Parts, state: RoadState) -> None:
        """Screen a message whose turn ended before its road was known.

        What she told counts from now on, also when she did not wait for the answer.

        Args:
            parts: What the road works with.
            state: What went into the road.
        """
        if self.decided is not None or self.person is None:
            return
        road = state["history"], state["retell"], state["carried"]
        try:
            self.decided = heard(parts, self.text, *road).decided
        except Exception as error:  # noqa: BLE001  the fault that ended the turn is told instead
            _log.error("a turn cut short could not be screened: %s", type(error).__name__)

    def reply(self, interrupted: str | None = None) -> Reply:
        """Make the reply of what was shown.

        Args:
            interrupted: Why it ends here, None when it came to its end.

        Returns:
            The reply.

        Raises:
            CoachError: The road ended before it had an answer.
        """
        answer, decided = self.answer, self.decided
        if answer is None and interrupted is not None:
            answer = Answer()  # cut short before anything was made of it
        if answer is None or decided is None:
            raise CoachError("The answer ended before it was complete.")
        # When she stops it, the road may be a sentence ahead of what she has seen.
        sentences = answer.sentences[: self.shown]
        rests_on = {sentence.passage for sentence in sentences}
        total = round((time.perf_counter() - self.began) * 1000, 2)
        return Reply(
            text=joined(sentences),
            route=decided.decision.route,
            scope=answer.scope,
            disclosures=decided.disclosures,
            reasons=tuple(self._named(reason) for reason in decided.decision.reasons),
            passages=tuple(passage for passage in answer.passages if passage.id in rests_on),
            sentences=tuple(sentences),
            mode=answer.mode,
            model=answer.model,
            prompt_version=answer.prompt_version,
            stopped_sentences=tuple(answer.stopped),
            interrupted=interrupted or answer.interrupted,
            exercise=answer.exercise,
            facts=answer.facts,
            chips=answer.chips if self.shown == len(answer.sentences) else (),
            check_in=answer.check_in,
            timings_ms=answer.timings_ms | {"total": total},
        )

    def _named(self, reason: Reason) -> Reason:
        """A reason with the disclosure it rests on: the last one in force that fits it."""
        if not reason.earlier:
            return reason
        wanted = (reason.kind, reason.about, reason.by, reason.score)
        fitting = [
            one.id
            for one in self.told
            for told in [one.disclosure]
            if (told.kind, told.about, told.by, told.score) == wanted
        ]
        return reason.model_copy(update={"disclosure": fitting[-1]}) if fitting else reason

    def record(self, records: Callable[[], Records], reply: Reply) -> None:
        """Store the turn: in its thread, or else only what a person disclosed in it.

        Args:
            records: Gives the records; not called when there is nothing to store.
            reply: The answer, as it was shown.

        Raises:
            NotFoundError: The person or the thread is not there any more.
            StorageError: The records cannot be used.
        """
        if self.person is None:
            return
        if self.thread is not None:
            records().add_exchange(self.person, self.thread, self.text, reply, self.parent)
        elif reply.disclosures:
            records().add_disclosures(self.person, reply.disclosures)


def check_message(text: object, most: int) -> str:
    """Refuse what is no message.

    Args:
        text: What was given.
        most: The longest message, in characters.

    Returns:
        The message.

    Raises:
        MessageError: It is empty, no text, or too long.
    """
    if not isinstance(text, str):
        raise MessageError(f"A message must be text, not {type(text).__name__}.")
    if "\x00" in text or _HALF_LETTER.search(text):
        raise MessageError("This message holds bytes that are not text.")
    if not text.strip():
        raise MessageError("There is nothing to answer yet: the message is empty.")
    if len(text) > most:
        raise MessageError(
            f"This message has {len(text):,} characters, and one message can hold {most:,}. "
            "It may help to send it in two or three parts."
        )
    return text
