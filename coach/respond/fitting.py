"""Which passages may be put to her at all, by what is known of her situation."""

from collections.abc import Set
from dataclasses import replace

from coach.respond.acts import Act
from coach.respond.forms import moved_out, worn_down
from coach.respond.reading import Reading
from coach.respond.situation import Situation
from coach.respond.whole import is_calm

__all__ = ["fitting"]

_PLAIN = str.maketrans({"’": "", "'": ""})
# Ideas for the one who was left, which miss the one who left and those who parted together.
_FOR_THE_LEFT = frozenset({"wanting-control-back", "accept-his-decision", "give-it-to-him"})
# Worn down by the ex, or ill, nobody is told to look at her own part, past the other's bad sides,
# or to respect what was decided over her head.
_NOT_WORN_DOWN = _FOR_THE_LEFT | {
    *("let-him-be", "your-part-without-guilt", "do-differently", "start-over-prompt"),
    *("three-things", "strawberries"),
}
# Who sees it calmly is not told to want less, and on a light day nobody is sent back to grief.
_NOT_CALM = frozenset(
    {
        *("mourn", "mixed-days", "still-want-him", "wanting-control-back", "accept-his-decision"),
        *("strawberries", "give-it-to-him", "fear-he-moves-on", "new-energy", "three-things"),
        *("qualities-you-lack", "start-over-prompt", "no-overnight"),
    }
)
_NOT_LIGHT = _NOT_CALM | {
    *("focus-on-you", "his-socials", "brave-face", "holding-onto-pain"),
    *("your-part-without-guilt", "do-differently", "let-him-be", "give-space", "he-reaches-out"),
    "not-what-you-want",
}


def fitting(situation: Situation, reading: Reading | None, act: Act) -> Situation:
    """The situation without passages whose idea would turn against her.

    Those that speak to the one who was left, for the one who left; those on her own part and on
    letting the other be, for someone who tells how she was worn down; grief, for a light day.

    Args:
        situation: What the composer knows.
        reading: What her message is as a whole, None where it was not read.
        act: What kind of message it is.

    Returns:
        The same, with fewer passages.
    """
    message = situation.message.lower().translate(_PLAIN)
    ended = [fact.value for fact in situation.facts if fact.kind == "who_ended"]
    went = ended[-1:] in (["me"], ["both"]) or (not ended and moved_out(message))
    unfit: Set[str] = _FOR_THE_LEFT if went else frozenset()
    if worn_down(message):
        unfit |= _NOT_WORN_DOWN
    if act.name == "good_news":
        unfit |= _NOT_LIGHT
    elif reading is not None and is_calm(reading, situation.message):
        unfit |= _NOT_CALM
    kept = [at for at, passage in enumerate(situation.passages) if passage.slug not in unfit]
    return replace(
        situation,
        passages=[situation.passages[at] for at in kept],
        scores=[situation.scores[at] for at in kept if situation.scores],
        more=[passage for passage in situation.more if passage.slug not in unfit],
    )
