"""How her message is read inside an exercise."""

import re
from typing import Literal

from coach.exercises.definition import Step
from coach.exercises.words import Phrasing
from coach.safety.normalise import normalise

__all__ = ["Move", "read"]

Move = Literal["leave", "skip", "aside", "little", "bare", "answer"]

_WRITING = ("free", "letter", "draft", "redraft")
_TO_EX = ("letter", "draft", "redraft")
_NEWS_IN_WRITING = 8  # words; longer, "he just left" is part of what she writes
_BESIDE = 8  # words beside a question that make the message an answer all the same
_QUESTIONS = re.compile(r"[^.?\n]+\?*|\?+")
_ASKS = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|wait|also|hm+|oh|well|then|now) )*"
    r"(?:what (?:if|is|are|was|do|does|did|should|can|could|would|will|about|else|happens|now|"
    r"time|to do)|whats|how (?:do|does|did|can|could|should|would|will|is|are|am|was|long|many|"
    r"much|come|about|to)|why (?:do|does|did|is|are|am|was|would|wont|cant|should|not)|"
    r"when (?:will|do|does|should|can|is|am)|where (?:do|does|is|are|can|should)|"
    r"who (?:is|are|was|do|did|can|should)|which one|should|shall|can|could|do|does|did|is|are|"
    r"am|was|will|would|have|has) "
)
# Said to the coach, with or without a question mark.
_TO_COACH = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|wait|also|hm+|oh|well|then|now) )*"
    r"(?:should i|shall i|can i|could i|may i|what (?:should|do|can|shall) i (?:do|say)|"
    r"how (?:do|can|should) i|is (?:it|that|this) (?:ok|okay|normal|bad|wrong|too|weird|stupid)|"
    r"do i (?:have|need) to|(?:can|could|do|would|will|are) you|what do you|what would you|"
    r"who are you|how long (?:do|does|will|is))\b"
)
# These ask for an answer however long the message is; "is that stupid?" after one does not.
_FOR_ADVICE = re.compile(
    r"^\W*(?:(?:and|but|so|ok|okay|wait|also|oh|well|then|now) )*"
    r"(?:should i|shall i|what (?:should|do|can) i (?:do|say)|how (?:do|can|should) i|"
    r"do i (?:have|need) to|can you (?:help|tell|recommend))\b"
)
# In a letter to the ex, "can you" is said to the ex; these are not.
_ABOUT_SENDING = re.compile(
    r"^\W*(?:(?:and|but|so|ok|wait) )*(?:should i (?:even |really )?(?:send|reply|answer|text|"
    r"write|say)|is (?:it|that|this) (?:ok|okay|too \w+|good|fine)(?: (?:like|to) .*)?$|"
    r"what do you think)\b"
)


def read(moves: Phrasing, step: Step, message: str, *, again: bool, news: bool) -> Move:
    """Tell what a message does to the step that was asked for.

    Args:
        moves: The phrases.
        step: The step.
        message: Her message.
        again: Whether the smaller version has been asked already.
        news: Whether news of the ex belong to the exercise.

    Returns:
        `leave` and `skip` by her word; `aside` when something else has come up; `little` when
        there is hardly an answer; `bare` when she has waited or written elsewhere; `answer`.
    """
    for move in ("leave", "skip"):
        if moves.says(move, message):
            return "leave" if move == "leave" else "skip"
    if moves.says("help", message):
        return "little"
    if _aside(moves, step, message, news=news):
        return "aside"
    return _answer(moves, step, message, again=again)


def _answer(moves: Phrasing, step: Step, message: str, *, again: bool) -> Move:
    if moves.says("little", message):
        return "little"
    if moves.says("done", message):
        return "little" if step.takes in ("draft", "redraft") else "bare"
    if step.takes == "ready" and moves.says("assent", message):
        return "bare"
    if moves.says("none", message) or moves.says("assent", message):
        # Under the smaller version, where one word is enough, "no" is one.
        return "answer" if again or step.takes == "ready" else "little"
    return "answer"


def _aside(moves: Phrasing, step: Step, message: str, *, news: bool) -> bool:
    words = len(message.split())
    if not news and moves.says("news", message):
        return step.takes not in _WRITING or words <= _NEWS_IN_WRITING
    if moves.says("sent", message):
        return True
    if step.takes not in _TO_EX and moves.says("goodbye", message):
        return True
    if step.takes in _WRITING:
        # What she writes there may well begin with "I need to talk to you".
        if any(p.search(normalise(message).text) for p in moves.phrases["aside"].part):
            return True
    elif moves.says("aside", message):
        return True
    return _asks(step, message)


def _asks(step: Step, message: str) -> bool:
    """Whether the message is a question to the coach rather than an answer."""
    pieces = [found[0].strip() for found in _QUESTIONS.finditer(normalise(message).text)]
    asked = [piece for piece in pieces if piece and _asked(step, piece)]
    beside = sum(len(piece.split()) for piece in pieces if piece not in asked)
    if step.takes not in _WRITING and asked and _FOR_ADVICE.search(asked[-1]):
        return True
    return bool(asked) and beside < _BESIDE


def _asked(step: Step, piece: str) -> bool:
    if step.takes in _TO_EX:
        return _ABOUT_SENDING.search(piece) is not None
    if step.takes == "free":
        return piece.endswith("?") and _TO_COACH.search(piece) is not None
    return _TO_COACH.search(piece) is not None or (
        piece.endswith("?") and _ASKS.search(piece) is not None
    )
