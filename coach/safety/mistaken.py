"""When what sounded like a crisis was none, and she says so.

The trained layer hears by likeness, and now and then it hears wrongly: "a bit hollow, then I
slept". Where no phrase rule heard a crisis either, the coach asks before it takes anything for
granted, and her plain no to that question is her word that she is safe. It is plain when the
whole message is a denial, and what may stand beside one; everything else leaves what was heard in
force: silence does, a change of subject does, and so does a no with anything more behind it.
"""

from collections.abc import Iterable, Sequence

from coach.reply import Disclosure, Turn
from coach.safety.normalise import normalise
from coach.safety.redirect_files import load_redirects
from coach.safety.rules import Signal

__all__ = [
    "denied",
    "in_force",
    "likeness_in_force",
    "set_right",
    "was_mistaken",
    "without_mistaken",
]

_LAYER = "classifier:"
_RULE = "answer:misheard"
_LONGEST = 200  # characters; who says more than that says more than no
_TO_OTHERS: frozenset[str] = frozenset({"abuse", "violence"})


def denied(
    text: str, signals: Iterable[Signal], told: Iterable[Disclosure], before: Sequence[Turn]
) -> Signal | None:
    """Her no to the coach's direct question, where only likeness had raised it.

    Args:
        text: Her message.
        signals: What the screen found in it. A crisis heard in a message that is nothing but a
            denial was heard in the words of the question that it repeats.
        told: What she disclosed before, oldest first.
        before: The thread before her message.

    Returns:
        Her word that she is safe, None when the message is no such answer.
    """
    said = before[-1] if before else None
    if said is None or said.role != "assistant" or said.route != "crisis":
        return None
    if not likeness_in_force(told) or len(text) > _LONGEST:
        return None
    if any(signal.route in _TO_OTHERS for signal in signals):
        return None
    crisis, plain = load_redirects()["crisis"], normalise(text).text.strip()
    if not crisis.says("asked", normalise(said.content).text) or crisis.says("now", plain):
        return None
    if not (crisis.says("no", plain) or crisis.says("denied", plain)):
        return None
    return Signal(
        route="safe_now", rule=_RULE, evidence=text, span=(0, len(text)), score=0.9, about="self"
    )


def set_right(signals: Iterable[Signal], no: Signal) -> tuple[Signal, ...]:
    """What a message says whose whole meaning is that no.

    Args:
        signals: What the screen found in it.
        no: What `denied` made of it.

    Returns:
        The rest, and the no.
    """
    return (*(one for one in signals if one.route not in ("crisis", "safe_now")), no)


def in_force(told: Iterable[Disclosure]) -> list[Disclosure]:
    """The crises that nothing has ended.

    Args:
        told: What she disclosed, oldest first.

    Returns:
        Those since she last said that she is safe, less the likenesses that she denied.
    """
    kept = without_mistaken(told)
    return [one for one in kept[_since_safe(kept) :] if one.kind == "crisis"]


def likeness_in_force(told: Iterable[Disclosure]) -> bool:
    """Whether a crisis is in force that was heard by likeness alone.

    Args:
        told: What she disclosed, oldest first.

    Returns:
        True when the trained layer heard each crisis that is, and nothing else did.
    """
    crises = in_force(told)
    return bool(crises) and all(map(_is_likeness, crises))


def was_mistaken(told: Iterable[Disclosure]) -> bool:
    """Whether the last word on her safety is that a likeness was none.

    Args:
        told: What she disclosed, oldest first.

    Returns:
        True when she denied it and no crisis came after.
    """
    last = [one.by for one in told if one.kind in ("crisis", "safe_now")]
    return bool(last) and last[-1] == _RULE


def without_mistaken(told: Iterable[Disclosure]) -> list[Disclosure]:
    """What she disclosed, less the likenesses that she denied.

    Args:
        told: What she disclosed, oldest first.

    Returns:
        The rest, in order.
    """
    kept: list[Disclosure] = []
    for one in told:
        if one.by == _RULE:
            since = _since_safe(kept)
            kept[since:] = [old for old in kept[since:] if not _is_likeness(old)]
        else:
            kept.append(one)
    return kept


def _since_safe(told: Sequence[Disclosure]) -> int:
    """Where what she disclosed since she last said that she is safe begins."""
    return max((at for at, one in enumerate(told, 1) if one.kind == "safe_now"), default=0)


def _is_likeness(one: Disclosure) -> bool:
    return one.kind == "crisis" and one.by.startswith(_LAYER)
