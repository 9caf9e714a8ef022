"""The act of a first message, read as a whole.

Phrases name an act where they are plain beyond doubt; most messages have no such phrase. Here the
trained reader is believed where the words bear it out: whoever gives comfort speaks of others more
than of herself, and a story that is light ends in light words.
"""

from coach.respond.acts import Act
from coach.respond.forms import asks_for_herself, parts, passes_on, speaks_to_ex, tells_of_an_end
from coach.respond.good_news import brightness
from coach.respond.reading import Kind, Reading

__all__ = ["is_calm", "is_light", "may_grieve", "read_whole"]

# Acts that may be corrected, and forms known by a single sign.
_READ = frozenset({"story", "vent", "advice", "answer", "good_news", "thanks", "form"})
_OVERRULED = frozenset({"comfort", "warning", "survey", "together", "community", "link"})
_AS_FORM: dict[Kind, str] = {
    "gives": "comfort",
    "crowd": "survey",
    "thanks": "community",
    "other_person": "other",
    "together": "together",
    "elsewhere": "elsewhere",
    "letter": "letter_plain",
}
_SURE: dict[Kind, float] = {
    "crowd": 0.8,
    "thanks": 0.6,
    "other_person": 0.7,
    "letter": 0.7,
    "together": 0.7,
}
_ELSE = 0.5
_CERTAIN = 0.8  # a form known by a single sign is a story after all, a short message a form
_SHORT = 45  # words
_FEW_OWN = 0.08  # share of "I" and "my" among the words of somebody who speaks to others
_BRIGHT = 0.5
_NOT_DARK = 0.0
_PAIN = 0.4
_PLAIN = str.maketrans({"’": "", "'": ""})


def read_whole(act: Act, reading: Reading, message: str) -> Act:
    """The act of a first message.

    Args:
        act: What the phrases say.
        reading: What the reader says.
        message: Her message.

    Returns:
        The act.
    """
    if act.name not in _READ or (act.name == "form" and act.kind not in _OVERRULED):
        return act
    kind, share = reading.kind, reading.shares[reading.kind]
    if act.name == "form" and act.kind == "survey" and brightness(message) <= -2 * _BRIGHT:
        return Act("story", asked=act.asked)  # "does anyone else …?", asked in pain
    if act.name == "form":
        return Act("story", asked=act.asked) if kind == "pain" and share >= _CERTAIN else act
    plain = " ".join(message.lower().translate(_PLAIN).split())
    least = _SURE.get(kind, _ELSE) if len(plain.split()) > _SHORT else _CERTAIN
    if kind in _AS_FORM and share >= least and _borne_out(kind, share, message, plain):
        return Act("form", _AS_FORM[kind], act.asked)
    if is_light(reading, message):
        return Act("good_news", asked=act.asked)
    # In a long story a good word or two may be of better days.
    if act.name == "good_news" and len(plain.split()) > _SHORT:
        return Act("story", asked=act.asked)
    return act


def is_light(reading: Reading, message: str) -> bool:
    """Whether a story of her own is told on a light day.

    Args:
        reading: What the reader says.
        message: Her message.

    Returns:
        True where its words are light and the reader is not sure of grief, or where the reader
        is sure of light and the words are not heavy.
    """
    bright = brightness(message)
    if reading.own < _ELSE and not reading.of("gives", "thanks") >= _ELSE:
        return False
    if reading.kind == "light" and reading.shares["light"] >= _ELSE:
        return bright > _NOT_DARK
    # Joy at somebody's grief hurts more than a light day passed over.
    return bright >= 2 * _BRIGHT and reading.shares["pain"] < _ELSE


def is_calm(reading: Reading, message: str) -> bool:
    """Whether a message is told from some way off, so that nobody need be sent into grief.

    Args:
        reading: What the reader says.
        message: Her message.

    Returns:
        False where its end is dark, whatever the reader says.
    """
    calm = reading.of("light", "calm", "gives", "thanks") >= _ELSE
    return calm and brightness(message) > -_BRIGHT


def may_grieve(reading: Reading, message: str) -> bool:
    """Whether words of an end in a long message may be about an end of hers.

    Args:
        reading: What the reader says.
        message: Her message.

    Returns:
        False where it speaks of others, of a couple that is together, or of something else.
    """
    if reading.shares["pain"] >= _PAIN:
        return True
    others = reading.of("gives", "other_person", "together", "elsewhere", "thanks")
    return others < _ELSE and brightness(message) <= -_BRIGHT


def _borne_out(kind: Kind, share: float, message: str, plain: str) -> bool:
    """Whether her words speak for it too."""
    if kind == "gives":
        if share >= _CERTAIN and passes_on(plain):
            return True
        own, you = parts(plain)
        # "Being replaced within days. Unimaginably painful.": nobody is spoken to.
        return own <= _FEW_OWN and (you > 0 or brightness(message) > -2 * _BRIGHT)
    if kind == "letter":
        return speaks_to_ex(plain)
    if kind == "crowd":
        return not asks_for_herself(plain)
    return kind != "together" or not tells_of_an_end(plain, plainly=True)
