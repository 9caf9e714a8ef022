"""Pieces of which the patterns for facts are made, and what forbids to believe a sentence."""

import re

__all__ = [
    "ADVERBS",
    "DAY",
    "DURATION",
    "EX",
    "EX_NOUN",
    "GONE",
    "MONTH",
    "NUMBERS",
    "UNIT",
    "compiled",
    "of_others",
    "unreal",
]

EX_NOUN = (
    r"(?:(?:(?:soon[\s-]to[\s-]be[\s-])?ex[\s-]?)?(?:husband|hubby|boyfriend|bf|fianc[eé]e?|wife|"
    r"girlfriend|gf|partner|so|s\.o)|ex)"
)
_MIDDLE = r"(?:(?:dear|lovely|beautiful|wonderful|amazing|own|long[\s-]term|live[\s-]in|ldr) ){0,2}"
EX = rf"(?:my {_MIDDLE}(?:{EX_NOUN})\b)"

_COUNTED = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|twenty"
)
NUMBERS = {word: value for value, word in enumerate(_COUNTED.split("|"), start=1)} | {
    "thirty": 30,
    "forty": 40,
    "a": 1,
    "an": 1,
}
_NUMBER = (
    r"(?:\d{1,2}(?:[.,]\d)?(?:\s?1/2)?\+?|half an?|an? (?:few|couple(?: of)?|half)|few|"
    r"several|couple(?: of)?|(?:twenty|thirty|forty)[\s-](?:one|two|three|four|five|six|seven|"
    rf"eight|nine)|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
)
UNIT = r"(?:days?|weeks?|wks?|months?|mos?|years?|yrs?|decades?)"
_ABOUT = (
    r"(?:(?:exactly|about|almost|nearly|over|around|roughly|approximately|just (?:over|under|"
    r"about)|more than|less than|close to|a little (?:over|under|more than|less than)|"
    r"well over) )?"
)
# Taken whole or not at all: "a year and a half ago" holds no "a year".
DURATION = (
    rf"(?>{_ABOUT}{_NUMBER}(?: and a half)?[\s-]*(?:long |short |full |whole )?{UNIT}"
    rf"(?: (?:and a (?:half|bit)|1/2|½)|(?: and|,| &)? {_NUMBER}\s*{UNIT})?\b)"
)
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|aug|sept?|oct|nov|dec)"
)
DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"

# Words that may stand between subject and verb; whatever else stands there ("would", "never",
# "almost") changes what the sentence says.
ADVERBS = (
    r"(?:'s|'ve|'d|ve)?(?: (?:just|then|finally|suddenly|recently|actually|basically|eventually|"
    r"really|literally|abruptly|also|already|unexpectedly|officially|simply|ultimately|first|both|"
    r"up and|has|had|have|kind of|sort of|mutually|amicably))*"
)
# After "he left me": "on read", "alone", "with the bills" are not the end of a relationship.
GONE = (
    r"(?=\s*(?:$|[,:)\"-]|for (?!dead|a (?:bit|while|minute|moment|second)|hours|the\b)|"
    r"(?:because|bc|cause|cuz|after|when|and|but|last|yesterday|today|tonight|recently|suddenly|"
    r"earlier|this|without|over (?:text|the phone)|out of (?:the blue|nowhere))\b|"
    rf"(?:on {DAY}|in (?:early |late )?{MONTH}|at christmas)\b|{DURATION} (?:ago|back)|"
    r"(?:about|almost|nearly|over|around|just) (?:an?|\d|two|three|four|five|six)\b))"
)


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern in which case does not count and a space stands for any white space."""
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE)


_UNREAL = compiled(
    r"\b(?:if|unless|whether|imagin\w+|dream\w*|nightmares?|pretend\w*|scared|afraid|worr(?:y|ied)|"
    r"fear\w*|terrified|wish|hope|hoping|suspect\w*|hypothetical\w*|as though|every time|each time|"
    r"whenever|what would|until|till|thought|assume[ds]?|convinced|someday|one day|suppose|"
    r"think (?:that )?(?:he|she|they)|threaten\w*|in case|might|"
    r"(?:feel|felt|feels|acts?|acted|seems?|seemed|looks?|looked) like|as if)\b"
)
_OF_OTHERS = compiled(
    r"\b(?:(?:previous|prior|earlier|past|former|last|first|second|third|other|another|next|old|"
    r"different|high\s*school|childhood|new|current|recent|most recent|rebound) (?:serious |"
    r"real |long[\s-]term |long |actual |true |adult )?(?:relationships?|boyfriends?|"
    r"girlfriends?|bfs?|gfs?|partners?|ex(?:es)?|marriages?|husband|wife|guys?|girls?|loves?|"
    r"break[\s-]?ups?|dudes?|m[ae]n|wom[ae]n|ones?)|"
    r"(?:his|her|their|your|someone'?s?|people'?s?|\w+'s) (?:own )?(?:\w+ )?(?:ex|exes|"
    r"ex[\s-]\w+|parents|"
    r"marriage|boyfriend|girlfriend|husband|wife|gf|bf|fianc[eé]e?|relationships?)|"
    r"\w+ ex'?s before|ex before|exes|before (?:him|her)|years before|back then|"
    r"(?:my|a|his|her|our|one of my|another) (?:best |close |good |mutual |old |"
    r"other |older |younger |little |big |guy |girl )*(?:friends?|sister|brother|"
    r"cousin|mum|mom|mother|dad|father|parents|grand\w+|aunt|uncle|daughter|son|roommate|flatmate|"
    r"house\s?mate|coworker|co-worker|colleague|boss|therapist|counsell?or|neighbou?r)(?:\b|'s)|"
    r"your|you|someone|somebody|people|anyone|any(?:one)?|random|op)\b"
)


def unreal(before: str) -> bool:
    """Whether the words before a find make it feared, dreamt, wished or only possible."""
    return bool(_UNREAL.search(before[-90:]))


def of_others(sentence: str) -> bool:
    """Whether a sentence speaks also of another couple, an earlier one, or people at large."""
    return bool(_OF_OTHERS.search(sentence))
