"""Her own words, given back: as "you …" where that is safe, in quotation marks where not."""

import re
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

__all__ = [
    "HEADLESS",
    "MAX_WORDS",
    "Encoder",
    "about_her",
    "clauses_of",
    "own_words",
    "pick_clause",
    "quoted",
    "readable",
    "to_second_person",
]

MAX_WORDS = 15
_MIN_WORDS = 3
_CLAUSES_READ = 16
_SENTENCES = re.compile(r"[!?…]+|\.{2,}|(?<=\.)\s+|\n+|\s+[-–—]+\s+|[;()]+")
# "So scared" is no new clause, "so I left" is one.
_CLAUSES = re.compile(
    r",\s+|\s+(?=(?:and|but|because|cause|cos|bc|then|when|while|though)\b"
    r"|so (?:i|he|she|they|we|my|it|that)\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:and|but|so|because|cause|cos|bc|then|well|ok|okay|idk|like|just|honestly|also|hi|hey|"
    r"hello|lol|ugh|tbh)\b[\s,]*",
    re.IGNORECASE,
)
# Half of a longer sentence; said alone it hangs in the air.
HEADLESS = re.compile(
    r"^(?:while|when|because|cause|cos|bc|though|although|if|until|than|which|who|that|with|to)\b",
    re.IGNORECASE,
)
# Things that are not to be read back: addresses, numbers that could be private, markup,
# invisible characters. \w.\w is an address or a slip; either way another clause serves.
_UNFIT = re.compile(
    r"^\w{1,12}:|https?:|www\.|\w\.\w|@|[<>{}\[\]|\\`#*_=~$^]|&#?\w+;|\d{4,}|\d[\d\s./-]{4,}\d"
    r"|[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffd]"
)
# Left hanging, or not to be said with our voice.
_DANGLING = re.compile(
    r"\b(?:and|but|or|so|because|the|a|an|to|of|for|with|my|his|her|if|when|that|than|is|was|i|"
    r"im|words|following|like)$",
    re.IGNORECASE,
)
_CRUDE = re.compile(
    r"\b(?:fuck\w*|shit\w*|bitch\w*|cunt\w*|whore\w*|slut\w*|bastard\w*|asshole\w*|dick\w*|omg|"
    r"lol|lmao|"
    r"wtf|idk|reddit|tldr)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# What is not her own telling: links, names of places in the net, postscripts, summaries, and
# what stands in quotation marks and is somebody else's.
_LINK = re.compile(
    r"\[([^\]]*)\]\([^)]*\)|https?:\S+|www\.\S+|(?<!\w)/?[ru]/\w+|(?<!\w)#\w+|\[[^\]]{0,12}\]"
)
_AFTER = re.compile(
    r"(?:^|\s)(?:\W*edit(?:ed)?\b\s*\d*\W*[:\-]|\W*update\s*\d*:|tl;?dr\b).*",
    re.IGNORECASE | re.DOTALL,
)
_AFTER_MOST = 0.4  # of the words; a summary stands at the end
_SAID = re.compile(r"[\"“][^\"“”]{25,}[\"”]")
# A sentence with somebody in it who feels, does or is something.
_ABOUT_HER = re.compile(
    r"^(?:i|im|ive|id|i['’](?:m|ve|d)|my|we|we['’](?:re|ve|d)|our|it|its|it['’]s|he|she|they|hes|"
    r"shes|he['’]s|she['’]s|everything|nothing|nobody|no one|everyone|there)\b",
    re.IGNORECASE,
)
_HERSELF = re.compile(
    r"\b(?:i|im|ive|id|i['’](?:m|ve|d)|me|my|myself|mine|we|us|our)\b", re.IGNORECASE
)
# Told about telling, or to readers: "I just want to say", "I don't know if this is the place".
_FORUM = re.compile(
    r"\b(?:post(?:ed|ing|s)?|thread|sub(?:reddit)?|upvot\w*|comments?|advice|read(?:ing)? this|"
    r"thank\w*|sorry (?:for|if)|off my chest|out there|(?:this|the) (?:picture|pic|video|link|song|"
    r"quote)|help\w* (?:some|any)(?:one|body)|help\w* (?:else|others?|people)|"
    r"want(?:ed)? to (?:say|share|know|ask|hear)|just curious|guys|"
    r"you|your|u|ur|yall|sex|porn\w*|\d\S*)\b|\d",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"^(?:why|what|how|when|where|who|which|is|are|am|was|do|does|did|can|could|should|would|"
    r"will|shall|if)\b",
    re.IGNORECASE,
)
_STARTS = re.compile(
    r"^(?:i|im|ive|id|i['’](?:m|ve|d|ll)|my|he|she|they|hes|shes|he['’]s|she['’]s|his|her|their|"
    r"it|its|it['’]s|the|this|every|everyone|everything|nothing|nobody|no one)\b",
    re.IGNORECASE,
)
# Words that turning "I" into "you" would make wrong or double-sided.
_TANGLED = re.compile(
    r"\b(?:you|your|yours|u|ur|we|us|our|ours|ill|am i|was i|do i|have i|\w+ me i)\b"
    r"|[\"“”‘]|(?:^|\s)'|'(?:\s|$)"
    # Chat shorthand reads as a slip when somebody else says it.
    r"|\b(?:n|r|bc|cuz|cos|w|b4|tho|idk|tbh)\b"
    # A question after the comma; and figures of speech that only her own voice makes light.
    r"|,\s*(?:when|how|why|what|who|where)\s+(?:do|does|did|is|are|am|was|will|can|should)\b"
    r"|\b(?:kill(?:s|ed|ing)?|die|dying)\b"
    # Reported or quoted, the "I" may be somebody else's.
    r"|\b(?:said|says|saying|wrote|texted|goes|(?:was|were|is|s) like)\b.*\b(?:i|im|ive|id|my|"
    r"me)\b",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\"“”]|(?<!\w)['‘’]|['’](?!\w)")
_PAIRS: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (r"\bi[ ]?['’]?m\b|\bi am\b", "you are"),
    (r"\bi was(n['’]?t)?\b", lambda m: "you weren’t" if m.group(1) else "you were"),
    (r"\bi['’]ve\b|\bive\b", "you have"),
    (r"\bi['’]ll\b", "you will"),
    (r"\bi['’]d\b|\bid\b", "you’d"),
    (r"\bmyself\b", "yourself"),
    (r"\bmine\b", "yours"),
    (r"\bmy\b", "your"),
    (r"\bme\b", "you"),
    (r"\bi\b", "you"),
    (r"\b(ca|do|wo|did|does|is|was|could|would|should|have|has|had|are)nt\b", r"\1n’t"),
    (r"\b(he|she|that)s\b", r"\1’s"),
]
_SWAPS = [(re.compile(pattern, re.IGNORECASE), swap) for pattern, swap in _PAIRS]


class Encoder(Protocol):
    """Whatever turns texts into unit vectors."""

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of shape (texts, dimensions)."""


def pick_clause(
    message: str, encoder: Encoder, cues: Sequence[str] = (), told: bool = False
) -> str | None:
    """The clause of a message that says most of it.

    Args:
        message: Her message.
        encoder: Tells how near a clause is to the whole.
        cues: Words that carry the feeling found in it; a clause with one is preferred,
            so that the feeling that is named is the feeling that is quoted.
        told: Whether only a clause about her or the two of them will do, as of a long story, in
            which much is about the telling.

    Returns:
        The clause in her words, without end mark, or None when none can be given back.
    """
    own = own_words(message)
    clauses = list(dict.fromkeys(clauses_of(own)))
    if told:
        clauses = [clause for clause in clauses if about_her(clause)]
    clauses = clauses[:_CLAUSES_READ]
    if not clauses:
        return None
    vectors = encoder.encode([own, *clauses])
    nearness = vectors[1:] @ vectors[0]
    scores = [
        float(near)
        + (0.5 if any(_has(clause, cue) for cue in cues) else 0.0)
        + (0.1 if to_second_person(clause) else 0.0)
        - (0.3 if HEADLESS.match(clause) else 0.0)
        for clause, near in zip(clauses, nearness, strict=True)
    ]
    return clauses[scores.index(max(scores))]


def own_words(message: str) -> str:
    """A message without links, names of forums, summaries and long quotations.

    Args:
        message: Her message.

    Returns:
        What is left, with its line breaks.
    """
    text = _LINK.sub(lambda match: match[1] or "", message)
    after = _AFTER.search(text)
    if after is not None and len(after[0].split()) <= _AFTER_MOST * len(text.split()):
        text = text[: after.start()]
    # A line end, so that what stood before a quotation and after it do not become one sentence.
    return _SAID.sub("\n", text).strip()


def about_her(clause: str) -> bool:
    """Whether a clause tells of her or the two of them, and could stand in an answer.

    Args:
        clause: A clause in her words.

    Returns:
        False for what is said to readers, about the telling itself, or in numbers.
    """
    return (
        _ABOUT_HER.match(clause) is not None
        and _HERSELF.search(clause) is not None
        and _FORUM.search(clause) is None
    )


def quoted(clause: str) -> str:
    """A clause in curly quotation marks; inner marks are left out, they rarely come in pairs."""
    inner = _MARKS.sub("", clause)
    return f"“{inner}”"


def readable(clause: str, most: int) -> bool:
    """Whether a piece of hers reads well in quotation marks.

    Args:
        clause: The piece.
        most: Words it may have at most.

    Returns:
        False for questions, halves of sentences, slips and what is not to be read back.
    """
    return (
        1 <= len(clause.split()) <= most
        and not _UNFIT.search(clause)
        and not _ASKS.match(clause)
        and not HEADLESS.match(clause)
        and not _DANGLING.search(clause)
        and not _CRUDE.search(clause)
        and any(len(word) > 2 for word in _WORD.findall(clause))
    )


def to_second_person(clause: str) -> str | None:
    """Turn "i keep checking" into "you keep checking".

    Args:
        clause: A clause of hers.

    Returns:
        The clause about "you", lower case at its start, or None where that could go wrong.
    """
    if not _STARTS.match(clause) or _ASKS.match(clause) or _TANGLED.search(clause):
        return None
    turned = clause.lower() if clause.isupper() else clause
    for pattern, swap in _SWAPS:
        turned = pattern.sub(swap, turned)
    if re.search(r"\bam\b|\byou(?:r|rs)? you\b", turned):
        return None
    return turned[0].lower() + turned[1:]


def clauses_of(message: str) -> list[str]:
    """The clauses of a message that could be given back, in order.

    Args:
        message: Her own words; see `own_words`.

    Returns:
        Clauses of a few words, without end marks.
    """
    found = []
    for sentence in _SENTENCES.split(message):
        pieces = [sentence]
        if len(sentence.split()) > MAX_WORDS:
            pieces = _CLAUSES.split(sentence)
        for piece in pieces:
            clause = _trim(piece)
            words = _WORD.findall(clause)
            if (
                len(words) >= _MIN_WORDS
                and len(clause.split()) <= MAX_WORDS
                and not _UNFIT.search(clause)
            ):
                found.append(clause)
    return found


def _trim(piece: str) -> str:
    clause = " ".join(piece.split()).strip(" ,.!?…-–—'\"“”")
    shorter = _LEAD.sub("", clause)
    return shorter if len(shorter.split()) >= _MIN_WORDS else clause


def _has(clause: str, cue: str) -> bool:
    plain = clause.lower().replace("’", "").replace("'", "")
    return re.search(rf"\b{re.escape(cue)}\b", plain) is not None
