"""Whether a message tells of something good: a night slept through, a day without checking."""

import re

__all__ = ["is_good_news"]

_FEW = 24  # words; in a longer message only the sentence that tells it counts
_GOOD = re.compile(
    r"\b(?:for the first time(?: in| since|\W*$)|slept (?:\d|six|seven|eight|nine) hours|"
    r"slept (?:through|well|all night|the whole)|(?:i )?(?:finally|actually) (?:slept|ate|"
    r"laughed|smiled|cooked|cleaned|did it|went|deleted|left|felt (?:ok|okay|good|fine|calm|"
    r"happy|free))|(?:i|im|been|actually) (?:am )?feel(?:ing)? (?:a (?:bit|little) )?(?:better|"
    r"lighter|good|proud|stronger|happier)\b|(?:whole|entire|full|\d+|two|three|four|"
    r"five) (?:days?|weeks?|weekends?|months?|nights?|evenings?) without|"
    r"good (?:day|news)|better (?:day|today|week)|i did it|"
    r"(?:did not|didnt|havent) (?:check|text|texted|cry|cried|look|looked)\w*[^.!?]{0,30}"
    r"(?:today|all day|"
    r"this week|yesterday|in \w+ (?:days|weeks))|(?:laughed|smiled) (?:today|out loud|at)|"
    r"proud of myself|(?:im|i am) (?:actually |really )?(?:ok|okay|happy) today|got the job|"
    r"starting to (?:be|feel) (?:ok|okay|better)|end of the tunnel|weight off my|"
    r"havent felt this (?:good|calm|free|light)|(?:totally|perfectly|actually) (?:fine|ok|"
    r"okay)|(?:finally|im|i am|starting to|actually|really|almost|nearly) (?:be |"
    r"get(?:ting)? )?over (?:it|him|her|them|my ex)|dont (?:even )?(?:want|need|"
    r"feel the urge) to (?:check|look|text|stalk)\b|(?:booked|signed up|started|joined|tried|"
    r"got) (?:a|an|my|for) (?:new )?(?:haircut|class|course|trip|pottery|yoga|gym|run|"
    r"hobby)\w*|signed up for|enrolled (?:in|on|for)|\bproud\b)\b"
)
_SPOILED = re.compile(
    r"\b(?:just kidding|try(?:ing)? to|now im|paranoid|even though|worse|jealous|alone|"
    r"miserable|want to|wish|but (?!ok|good|nice|fine|proud)|guilty|scares?|scared|cant|dont|"
    r"hurts?|cry(?:ing)?|cried|sad|except|miss|not|until|then he|then she)\b"
)
# "I don't want to check" is no lack.
_UNSPOILED = re.compile(
    r"\b(?:dont (?:even )?(?:want|need|feel the urge) to|havent felt this|not (?:alone|checking|"
    r"texting))\b"
)


def is_good_news(plain: str) -> bool:
    """Whether something good is told, and nothing bad beside it.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        True for "slept seven hours", not for "slept seven hours and cried the rest".
    """
    found = list(_GOOD.finditer(plain))
    if not found or plain.endswith("?"):
        return False
    start = max(plain.rfind(mark, 0, found[-1].start()) for mark in ".!?\n") + 1
    told = plain if len(plain.split()) <= _FEW else plain[start:]
    return not _SPOILED.search(_UNSPOILED.sub(" ", told))
