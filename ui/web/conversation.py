"""A stored conversation: read from the records, and laid out as messages of the chat."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from coach import NotFoundError, Reply
from coach.excerpts import still_open
from coach.records import CheckIn, Moment, Rating, Records, StoredDisclosure, StoredTurn
from coach.safety.policy import restrictions
from ui.web.exercise import options, waiting
from ui.web.misread import chips, concerned, in_crisis, note, open_to_correction
from ui.web.sources import Block, message, sources
from ui.web.why import why
from ui.web.words import Words

__all__ = ["Conversation", "known_disclosures", "moment_of", "read_conversation"]

_SITTING = timedelta(hours=3)
_PAUSE = timedelta(hours=1)
_MOMENT = timedelta(minutes=1)
_VISIT = timedelta(minutes=45)  # later she has come again, and was asked about another day


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation, and what its person told in any.

    Attributes:
        thread: Its id, "" when there is none.
        turns: What was said, in order.
        told: What she disclosed, oldest first, corrected or not.
        page: Id of the page in her journal that the exercise which has just ended left, "" for
            none.
        moment: Of which moment she may be asked how she is, None for none.
        ratings: What she thought of answers, by the id of the turn.
    """

    thread: str = ""
    turns: list[StoredTurn] = field(default_factory=list)
    told: list[StoredDisclosure] = field(default_factory=list)
    page: str = ""
    moment: Moment | None = None
    ratings: dict[str, Rating] = field(default_factory=dict)

    @property
    def last_said(self) -> str | None:
        """Her last message, None when there is none."""
        hers = (one.turn.content for one in reversed(self.turns) if one.turn.role == "user")
        return next(hers, None)

    @property
    def newest(self) -> Reply | None:
        """The answer to her last message, None when there is none."""
        return self.turns[-1].reply if self.turns else None

    @property
    def in_crisis(self) -> bool:
        """Whether she told of a crisis and has not said since that she is safe."""
        return in_crisis(self.told)

    @property
    def may_be_misread(self) -> bool:
        """Whether something limits her that no chip under the newest answer is about."""
        if self.in_crisis:
            return False  # one thing at a time
        offered = [one.id for one in concerned(self.turns[-1], self.told)] if self.turns else []
        return any(one.id not in offered for one in open_to_correction(self.told))

    @property
    def may_be_hidden(self) -> bool:
        """Whether she told here of being hurt, and may want no trace of it on this device."""
        told = (one for one in self.told if one.disclosure.kind == "abuse" and not one.corrected)
        return bool(self.thread) and any(one.thread == self.thread for one in told)

    def blocks(self, words: Words) -> list[Block]:
        """The conversation as messages for Gradio's chatbot."""
        blocks = [block for block, _ in self._laid_out(words)]
        if blocks and blocks[-1]["role"] == "assistant":
            # Gradio shows the options of the last message, and of no other.
            offered = [] if self.in_crisis else options(self.newest)
            blocks[-1]["options"] = offered + chips(self.turns[-1], self.told, words)
        return blocks

    def turn_at(self, index: object, words: Words) -> StoredTurn | None:
        """The turn that a message of the chat belongs to.

        Args:
            index: Its place among `blocks`, as a browser says.
            words: The page's words.

        Returns:
            The turn, None where there is none.
        """
        laid_out = self._laid_out(words)
        if not isinstance(index, int) or not 0 <= index < len(laid_out):
            return None
        return laid_out[index][1]

    def rated(self, words: Words) -> list[str | None]:
        """What she thought of each message of the coach's, as Gradio's chatbot wants it."""
        return [
            words.rating.shown(self.ratings.get(stored.id)) if stored is not None else None
            for block, stored in self._laid_out(words)
            if block["role"] == "assistant"
        ]

    def before(self, turn: StoredTurn) -> "Conversation":
        """The conversation as it was before a turn."""
        ids = [one.id for one in self.turns]
        return replace(self, turns=self.turns[: ids.index(turn.id)])

    def _laid_out(self, words: Words) -> list[tuple[Block, StoredTurn | None]]:
        """Messages for the chatbot, each with its turn."""
        found: list[tuple[Block, StoredTurn | None]] = []
        due = _reminded_before(self.turns)
        forbidden = restrictions([one.disclosure for one in self.told if not one.corrected])
        for stored in self.turns:
            if stored.id in due:
                found.append((message("assistant", words.reminder), None))
            if stored.turn.content:  # empty when she stopped before the first word
                found.append((message(stored.turn.role, stored.turn.content), stored))
                if stored.reply is not None:
                    # Those of old answers too: what she told since may have closed some of it.
                    open_ones = still_open(stored.reply.passages, forbidden)
                    under = sources(open_ones, words, stored.reply.sentences)
                    under += why(stored.reply, words)
                    under += note(stored, self.told, words)
                    found += [(block, stored) for block in under]
        return found

    def waiting(self, words: Words) -> str:
        """How long a step of an exercise takes, as markup for the line under the conversation."""
        return waiting(self.newest, self.turns[-1].created_at, words) if self.turns else ""


def _reminded_before(turns: Sequence[StoredTurn]) -> set[str]:
    """Answers before which she is reminded that a program writes them.

    Every three hours of one sitting, as the laws on companion chatbots ask; a pause of an hour
    ends a sitting.
    """
    due: set[str] = set()
    began = before = turns[0].created_at if turns else None
    for stored in turns:
        if began is None or before is None or stored.created_at - before > _PAUSE:
            began = stored.created_at
        elif stored.turn.role == "assistant" and stored.created_at - began >= _SITTING:
            due.add(stored.id)
            began = stored.created_at
        before = stored.created_at
    return due


def known_disclosures(records: Records, person: str) -> list[StoredDisclosure]:
    """Everything she disclosed, corrected or not; nothing for somebody not known."""
    try:
        return records.disclosures(person)
    except NotFoundError:
        return []


def read_conversation(records: Records, person: str, thread: str | None) -> Conversation:
    """Read a conversation of this person.

    Args:
        records: The records.
        person: Whose conversation.
        thread: Its id, "" for one that has not begun, None for the latest.

    Returns:
        The conversation; an id that is not hers is treated as if there were none.

    Raises:
        StorageError: The records cannot be read.
    """
    try:
        if thread is None:
            latest = records.latest_thread(person)
            thread = latest.id if latest else ""
        told = records.disclosures(person)
        turns = records.history(person, thread) if thread else []
        page = _page_left(records, person, turns[-1]) if turns else ""
        rated = records.ratings.of_thread(person, thread) if turns else {}
        now = Conversation(thread, turns, told, page, ratings=rated)
        if now.newest is not None and now.newest.check_in is not None:
            said = records.moods.check_ins(person)
            now = replace(now, moment=moment_of(now, said, datetime.now(UTC)))
    except NotFoundError:
        return Conversation()
    return now


def _page_left(records: Records, person: str, newest: StoredTurn) -> str:
    state = newest.reply.exercise if newest.reply is not None else None
    if state is None or state.status != "done":
        return ""
    # It was stored with the answer, a moment before or after.
    left = (
        page.id
        for page in records.journal.pages(person)
        if page.exercise == state.id and abs(page.created_at - newest.created_at) < _MOMENT
    )
    return next(left, "")


def moment_of(now: Conversation, said_before: list[CheckIn], time: datetime) -> Moment | None:
    """Whether to ask how she is, and of which moment.

    Args:
        now: The open conversation.
        said_before: How she said she was, in order.
        time: The time, aware.

    Returns:
        The moment, None when there is nothing to ask: it was answered, it is long past, or
        there are other things to do, a crisis or a step of an exercise.
    """
    if now.newest is None or now.newest.check_in is None or now.in_crisis:
        return None
    if now.newest.exercise is not None and now.newest.exercise.status == "running":
        return None
    answered_at, moment = now.turns[-1].created_at, now.newest.check_in
    told = any(
        one.thread == now.thread and one.moment == moment and one.created_at >= answered_at
        for one in said_before
    )
    return None if told or time - answered_at > _VISIT else moment
