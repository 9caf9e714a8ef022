"""A stored conversation: read from the records, and laid out as messages of the chat."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from coach import NotFoundError
from coach.records import Records, StoredDisclosure, StoredTurn
from ui.web.misread import chips, concerned, in_crisis, note, open_to_correction
from ui.web.sources import Block, message, sources
from ui.web.why import why
from ui.web.words import Words

__all__ = ["Conversation", "read_conversation"]

_SITTING = timedelta(hours=3)
_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation, and what its person told in any.

    Attributes:
        thread: Its id, "" when there is none.
        turns: What was said, in order.
        told: What she disclosed, oldest first, corrected or not.
    """

    thread: str = ""
    turns: list[StoredTurn] = field(default_factory=list)
    told: list[StoredDisclosure] = field(default_factory=list)

    @property
    def last_said(self) -> str | None:
        """Her last message, None when there is none."""
        hers = (one.turn.content for one in reversed(self.turns) if one.turn.role == "user")
        return next(hers, None)

    @property
    def may_be_misread(self) -> bool:
        """Whether something limits her that no chip under the newest answer is about."""
        if in_crisis(self.told):
            return False  # one thing at a time
        offered = [one.id for one in concerned(self.turns[-1], self.told)] if self.turns else []
        return any(one.id not in offered for one in open_to_correction(self.told))

    def blocks(self, words: Words) -> list[Block]:
        """The conversation as messages for Gradio's chatbot."""
        blocks: list[Block] = []
        due = _reminded_before(self.turns)
        for stored in self.turns:
            if stored.id in due:
                blocks.append(message("assistant", words.reminder))
            if stored.turn.content:  # empty when she stopped before the first word
                blocks.append(message(stored.turn.role, stored.turn.content))
                if stored.reply is not None:
                    blocks += sources(stored.reply.passages, words)
                    blocks += why(stored.reply, words)
                    blocks += note(stored, self.told, words)
        if blocks and blocks[-1]["role"] == "assistant":
            # Gradio shows the options of the last message, and of no other.
            blocks[-1]["options"] = chips(self.turns[-1], self.told, words)
        return blocks


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
    except NotFoundError:
        return Conversation()
    return Conversation(thread, turns, told)
