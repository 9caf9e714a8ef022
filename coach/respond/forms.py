"""Messages that are no story told to a coach: a letter to the ex, comfort for others, a link.

People bring in here what they write elsewhere. Each form is known by several signs at once,
because every single one of them stands in ordinary stories too.
"""

import re

from coach.respond.phrases import load_phrases

__all__ = [
    "asks_for_herself",
    "find_form",
    "is_plan",
    "mood",
    "moved_out",
    "parts",
    "passes_on",
    "speaks_to_ex",
    "tells_of_an_end",
    "worn_down",
]

_PHRASES = load_phrases("forms")

_SHORT, _MIDDLE = 40, 100  # words
_TITLE = 10  # words at the beginning that say what it is going to be
_ADDRESSED = 0.6  # "you" for every "I" from which it is written to others
_DENSE = 0.03  # share of "you" among the words of a letter
_SHOUT = 0.6  # share of capitals from which a message is shouted
_LETTER = re.compile(r"[^\W\d_]")
_LETTER_YOU = 3
_BARE_LINK = 30  # words beside which a link is what it is about
_MOOD_WORDS = 8


def find_form(message: str, plain: str, *, running: bool) -> str:
    """The form of a message that is no story told to a coach.

    Args:
        message: As it was written.
        plain: In lower case, without apostrophes.
        running: Whether the thread has begun; then only what is plain beyond doubt is taken.

    Returns:
        Its name, such as `letter_love` or `comfort`; empty for none.
    """
    words = len(plain.split())
    if _bereaved(plain):
        return "bereaved"
    if words <= _SHORT and _PHRASES["hug"].search(plain):
        return "hug"
    if (
        words <= _MIDDLE
        and _PHRASES["irony"].search(plain)
        and len(set(_PHRASES["bitter"].findall(plain))) >= 2
    ):
        return "irony"
    if not running and _to_community(plain, words):
        return "community"
    if _is_letter(plain, words, running):
        kind = next(
            (name for name, pattern in _PHRASES.kinds("letter") if pattern.search(plain)), "plain"
        )
        return f"letter_{kind}"
    if running:
        return "loud" if _shouted(message, words) else ""
    return _to_a_crowd(plain, words) or ("loud" if _shouted(message, words) else "")


def _to_a_crowd(plain: str, words: int) -> str:
    """What is written for the readers of a forum."""
    own, you = len(_PHRASES["own"].findall(plain)), len(_PHRASES["you"].findall(plain))
    told = _PHRASES["happened"].search(plain) is not None
    title = " ".join(plain.split()[: 2 * _TITLE])
    if _PHRASES["shared"].search(title) and not plain.endswith("?"):
        return "comfort"
    if _PHRASES["warning"].search(" ".join(plain.split()[:_TITLE])):
        return "warning"
    if (words <= _SHORT or you >= _ADDRESSED * own) and (kind := _given(plain)):
        return kind
    if words <= _MIDDLE and not told:
        if own <= 6 and _PHRASES["points"].search(plain):
            bare = words <= _BARE_LINK and _PHRASES["link"].search(plain)
            return "link" if bare else "quotation"
        if own <= 3 and _PHRASES["long_quote"].search(plain):
            return "quotation"
    return _asked(plain, words)


def _to_community(plain: str, words: int) -> bool:
    thanks = [match.start() for match in _PHRASES["thanks"].finditer(plain)]
    if (
        not thanks
        or plain.endswith("?")
        or not _PHRASES["crowd"].search(plain)
        or _PHRASES["asked"].search(plain)
    ):
        return False
    early = len(plain[: thanks[0]].split()) <= _TITLE
    return early or (
        len(thanks) >= 2 and words <= _MIDDLE and not _PHRASES["happened"].search(plain)
    )


def _given(plain: str) -> str:
    """Comfort or a warning, for others who go through it."""
    given = [
        m[0]
        for m in _PHRASES["comfort"].finditer(plain)
        if not _PHRASES["wished"].search(plain[: m.start()])
    ]
    to_others = _PHRASES["others"].search(plain) is not None and "?" not in plain
    warned = _PHRASES["warning"].findall(plain)
    if len(warned) >= 2 or (warned and to_others):
        return "warning"
    return "comfort" if len(set(given)) >= 2 or (given and to_others) else ""


def _asked(plain: str, words: int) -> str:
    """A question that only others, or another sort of adviser, could answer."""
    if "?" in plain and words <= _MIDDLE and _PHRASES["songs"].search(plain):
        return "songs"
    title = " ".join(plain.split()[:_TITLE])
    asks = "?" in plain or title.startswith(("dae ", "couples "))
    if asks and _PHRASES["survey"].search(plain if words <= _MIDDLE else title):
        return "survey"
    if _PHRASES["leaving"].search(plain):
        return "together"
    running = _PHRASES["running"].search(plain) and not _PHRASES["over"].search(
        _PHRASES["hers_ex"].sub(" ", plain)
    )
    return "together" if running and 20 < words <= 2 * _MIDDLE else ""


def _bereaved(plain: str) -> bool:
    if _PHRASES["died"].search(plain):
        return True
    hers = _PHRASES["hers"].search(plain)
    return bool(hers and _PHRASES["he_died"].search(plain) and not _PHRASES["kin"].search(plain))


def passes_on(plain: str) -> bool:
    """Whether a message in small letters passes on to others what helped its writer."""
    return _PHRASES["passes_on"].search(plain) is not None


def _is_letter(plain: str, words: int, running: bool) -> bool:
    you, third = len(_PHRASES["you"].findall(plain)), len(_PHRASES["third"].findall(plain))
    signs = len(_PHRASES["to_ex"].findall(plain))
    if _PHRASES["to_coach"].search(plain) or (
        _PHRASES["others"].search(plain) and (_PHRASES["comfort"].search(plain) or passes_on(plain))
    ):
        return False
    if _PHRASES["unsent"].search(plain) and you >= _LETTER_YOU and signs:
        return True
    if words <= 25 and not running:
        return signs >= 2 and third == 0
    dense = you > third and you >= max(_LETTER_YOU, _DENSE * words)
    return signs >= _LETTER_YOU and dense


def _shouted(message: str, words: int) -> bool:
    letters = _LETTER.findall(message)
    return words >= 3 and sum(one.isupper() for one in letters) > _SHOUT * max(len(letters), 1)


def asks_for_herself(plain: str) -> bool:
    """Whether a message asks what its writer should do.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        True for "how do I get over this", not for "how did you get over it".
    """
    return _PHRASES["for_herself"].search(plain) is not None


def parts(plain: str) -> tuple[float, float]:
    """How much of a message is about its writer, and how much about whoever reads it.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        The shares of "I", "my" and the like among its words, and of "you", "your" and the like.
    """
    words = max(1, len(plain.split()))
    own, you = (len(_PHRASES[name].findall(plain)) for name in ("own", "you"))
    return own / words, you / words


def speaks_to_ex(plain: str) -> bool:
    """Whether the "you" of a message is the ex, not the people who read it.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        True for "you left and I still miss you", not for "you will all be fine".
    """
    others = _PHRASES["others"].search(plain) or _PHRASES["comfort"].search(plain)
    return _PHRASES["to_ex"].search(plain) is not None and others is None


def tells_of_an_end(plain: str, *, plainly: bool = False) -> bool:
    """Whether a message speaks of a breakup.

    Args:
        plain: Her message in lower case, without apostrophes.
        plainly: Whether only words will do that mean nothing else.

    Returns:
        True for "he left me in May", not for "she wants to bring her ex along".
    """
    name = "over_plainly" if plainly else "over"
    return _PHRASES[name].search(_PHRASES["hers_ex"].sub(" ", plain)) is not None


def mood(plain: str) -> str:
    """How she says she is, where she says no more than that.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        `low`, `mid` or `well`; empty where there is more in it, or less.
    """
    if len(plain.split()) > _MOOD_WORDS or not _PHRASES["mood_only"].fullmatch(plain):
        return ""
    kinds = _PHRASES.kinds("mood")
    return next((kind for kind, pattern in kinds if pattern.search(plain)), "")


def is_plan(plain: str) -> bool:
    """Whether she thinks of doing something of her own that has nothing to do with the ex.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        True for "maybe I could talk to my friend".
    """
    return _PHRASES["plan"].search(plain) is not None and _PHRASES["no_plan"].search(plain) is None


def moved_out(plain: str) -> bool:
    """Whether she tells that it was she who went.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        True for "I moved out".
    """
    return _PHRASES["moved_out"].search(plain) is not None


def worn_down(plain: str) -> bool:
    """Whether she was worn down by the ex, or is ill.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        True for "he called me names" and "he left when I got my diagnosis".
    """
    return any(_PHRASES[name].search(plain) for name in ("worn_down", "ill"))
