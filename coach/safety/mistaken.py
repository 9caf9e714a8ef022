"""When what sounded like a crisis was none, and she says so.

The trained layer hears by likeness, and now and then it hears wrongly: "a bit hollow, then I
slept". Where no phrase rule heard a crisis either, the coach asks before it takes anything for
granted, and her plain no to that question is her word that she is safe. Nothing else ends what
was heard: silence does not, and a change of subject does not.
"""

from collections.abc import Collection, Iterable, Sequence

from coach.reply import Disclosure, Turn
from coach.safety.normalise import normalise
from coach.safety.redirect_files import load_redirects
from coach.safety.rules import Signal

__all__ = ["denied", "guessed", "was_mistaken", "without_mistaken"]

_LAYER = "classifier:"
_RULE = "answer:misheard"
_LONGEST = 400  # characters; who says more than that says more than no
_GRAVE: frozenset[str] = frozenset({"crisis", "abuse", "violence"})


def guessed(signals: Collection[Signal]) -> bool:
    """Whether a crisis was heard by likeness alone.

    Args:
        signals: What the screen found in her message.

    Returns:
        True when there is a crisis among it, and the trained layer found each.
    """
    found = [signal.rule for signal in signals if signal.route == "crisis"]
    return bool(found) and all(rule.startswith(_LAYER) for rule in found)


def denied(
    text: str, signals: Collection[Signal], told: Sequence[Disclosure], before: Sequence[Turn]
) -> Signal | None:
    """Her no to the coach's direct question, where only likeness had raised it.

    Args:
        text: Her message.
        signals: What the screen found in it.
        told: What she disclosed before, oldest first.
        before: The thread before her message.

    Returns:
        Her word that she is safe, None when the message is no such answer.
    """
    said = before[-1] if before else None
    if said is None or said.role != "assistant" or said.route != "crisis" or not _open(told):
        return None
    if len(text) > _LONGEST or any(signal.route in _GRAVE for signal in signals):
        return None
    crisis, plain = load_redirects()["crisis"], normalise(text).text.strip()
    if not crisis.says("asked", normalise(said.content).text) or crisis.says("now", plain):
        return None
    if not (crisis.says("no", plain) or crisis.says("meant", plain)):
        return None
    return Signal(
        route="safe_now", rule=_RULE, evidence=text, span=(0, len(text)), score=0.9, about="self"
    )


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
            kept = _before_the_last(kept)
        else:
            kept.append(one)
    return kept


def _before_the_last(told: list[Disclosure]) -> list[Disclosure]:
    """Without the crises since she last said that she is safe."""
    safe = max((at for at, one in enumerate(told) if one.kind == "safe_now"), default=-1)
    return [one for at, one in enumerate(told) if at <= safe or one.kind != "crisis"]


def _open(told: Sequence[Disclosure]) -> bool:
    """Whether a crisis is in force, and each that is was heard by likeness alone."""
    safe = max((at for at, one in enumerate(told) if one.kind == "safe_now"), default=-1)
    since = [one.by for one in told[safe + 1 :] if one.kind == "crisis"]
    return bool(since) and all(by.startswith(_LAYER) for by in since)
