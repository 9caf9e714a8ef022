"""What she can say about an answer: that it misunderstood her, or that she is safe now.

Both are chips under the newest answer. A chip's value names disclosures by their ids;
`Records.correct` takes only ids of her own.
"""

from collections.abc import Iterable, Sequence

from coach.records import StoredDisclosure, StoredTurn
from coach.safety.policy import restrictions
from coach.safety.screen import crisis_in_force
from ui.web.sources import Block, message
from ui.web.why import quoted
from ui.web.words import Words

__all__ = [
    "KEEP",
    "SAFE",
    "Option",
    "chips",
    "concerned",
    "in_crisis",
    "misread_ids",
    "note",
    "open_to_correction",
    "which",
]

Option = dict[str, str]

SAFE = "safe"
KEEP = "keep"
_MISREAD = "misread"
_SHORT = 40  # characters of her words on a chip


def concerned(stored: StoredTurn, told: Sequence[StoredDisclosure]) -> list[StoredDisclosure]:
    """What an answer goes by and she may call a misunderstanding, corrected or not.

    Args:
        stored: A turn of the coach.
        told: Everything she disclosed, oldest first.

    Returns:
        What she told in the message before it, and earlier things that it names as a reason.
    """
    if stored.reply is None:
        return []
    # Which of several like ones an earlier reason meant, only its id can tell.
    named = {reason.disclosure for reason in stored.reply.reasons if reason.earlier}
    found = [
        one
        for one in told
        if one.id in named or (one.turn is not None and one.turn == stored.parent)
    ]
    return [one for one in found if one.correctable]


def note(stored: StoredTurn, told: Sequence[StoredDisclosure], words: Words) -> list[Block]:
    """The line that says, also after a reload, that a misunderstanding was set aside."""
    about = concerned(stored, told)
    if not about or not all(one.corrected for one in about):
        return []
    return [message("assistant", set_aside(told, words))]


def set_aside(told: Iterable[StoredDisclosure], words: Words) -> str:
    """What is said once something was set aside, by what still stands."""
    rest = restrictions([one.disclosure for one in told if not one.corrected])
    return words.misread.set_aside_partly if rest else words.misread.set_aside


def chips(stored: StoredTurn, told: Sequence[StoredDisclosure], words: Words) -> list[Option]:
    """The chips under the newest answer.

    Args:
        stored: The coach's last turn.
        told: Everything she disclosed, oldest first.
        words: The page's words.

    Returns:
        Options for Gradio's chatbot.
    """
    crisis = stored.reply is not None and stored.reply.route == "crisis"
    if crisis and in_crisis(told):
        # Nothing else now: a crisis is no misunderstanding, and one choice is calmer than two.
        return [{"value": SAFE, "label": words.misread.safe}]
    kinds: dict[str, list[str]] = {}
    for one in concerned(stored, told):
        if not one.corrected:
            kinds.setdefault(one.disclosure.kind, []).append(one.id)
    plain = len(kinds) == 1 and not crisis
    return [
        {
            "value": " ".join([_MISREAD, *ids]),
            "label": words.misread.was_one
            if plain
            else words.misread.was_of.format(what=words.misread.kinds[kind]),
        }
        for kind, ids in kinds.items()
    ]


def open_to_correction(told: Iterable[StoredDisclosure]) -> list[StoredDisclosure]:
    """What limits her still and may be called a misunderstanding, oldest first."""
    return [
        one
        for one in told
        if one.correctable and not one.corrected and restrictions([one.disclosure])
    ]


def which(told: Iterable[StoredDisclosure], words: Words) -> Block:
    """The question which of her words were misunderstood, with a chip for each."""
    options: list[Option] = [
        {"value": f"{_MISREAD} {one.id}", "label": _name(one, words)}
        for one in open_to_correction(told)
    ]
    none = {"value": KEEP, "label": words.misread.keep}
    return message("assistant", words.misread.which) | {"options": [*options, none]}


def in_crisis(told: Iterable[StoredDisclosure]) -> bool:
    """Whether she told of a crisis and has not said since that she is safe."""
    return crisis_in_force(one.disclosure for one in told)


def misread_ids(value: object) -> list[str]:
    """The disclosures that a chip calls misunderstood, none for another chip."""
    words = value.split() if isinstance(value, str) else []
    return words[1:] if words[:1] == [_MISREAD] else []


def _name(one: StoredDisclosure, words: Words) -> str:
    said = one.disclosure.evidence
    if not said:
        return words.misread.kinds[one.disclosure.kind]
    return quoted(said if len(said) <= _SHORT else said[:_SHORT].rsplit(" ", 1)[0] + " …")
