"""What kind of message this is in its thread: a story, an answer, thanks, a protest.

Only what is plain from the words and from what was asked last is decided here; what a message is
about is the moment's matter (coach/respond/moments.py).
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from coach.reply import Turn
from coach.respond.forms import find_form, is_plan, mood
from coach.respond.good_news import is_good_news

__all__ = ["Act", "ActName", "find_act", "is_greeting"]

ActName = Literal[
    "greeting",
    "thanks",
    "pushback",
    "about_coach",
    "small_talk",
    "nonsense",
    "short",
    "prediction",
    "follow_up",
    "answer",
    "advice",
    "good_news",
    "mood",
    "plan",
    "form",
    "vent",
    "story",
]

_HELLO = r"(?:hi+|hey+|hello+|hiya|yo|good (?:morning|evening|afternoon))"
_GREETING = re.compile(
    rf"^\W*(?:{_HELLO}(?: (?:there|again|coach|you|everyone|all))?\W*)?"
    rf"(?:{_HELLO}|(?:so )?(?:who|what) are you|how are you(?: (?:today|doing))?|nice to meet you|"
    r"is (?:anyone|anybody|somebody|someone) there|am i (?:talking|speaking|writing) to an? \w+|"
    r"(?:so )?are you (?:an? )?(?:real|ai|bot|robot|human|machine|computer|person|program)"
    r"(?: (?:person|human|being))?(?: or (?:an? )?\w+)?)?\W*$",
    re.IGNORECASE,
)
_PLAIN = str.maketrans({"’": "", "'": "", "“": '"', "”": '"'})

_SHORT = {
    "agree": r"y(?:es|eah|ep|up|a)?|ye|i (?:do|did|am|was|have|think so|guess so)|kind ?of|sort "
    "?of|"
    r"definitely|exactly|true|(?:that|it)(?:s| is) (?:it|true|right|correct|fair|a (?:good|"
    r"fair) point)|(?:i )?agree(?:d)?|makes sense|(?:good|fair) point|you(?:re| are) right|"
    r"right|a lot|very|"
    r"both|all of it|mhm+",
    "deny": r"no+|nah|nope|not really|not at all|i dont|i didnt|never|none|neither|no i dont|"
    "nobody|"
    r"no one",
    "unsure": r"idk|i ?d(?:o|u)n?t? ?k(?:now)?|dunno|i (?:really |honestly )?(?:dont|do not) know"
    r"(?: (?:really|tbh|honestly|anymore|what to say))?|dont know|no idea|no clue|not sure|"
    r"im not sure|hard to say|cant say|who knows|i have no idea",
    "maybe": r"maybe|perhaps|possibly|i guess(?: so)?|probably|could be|sometimes|depends|i suppose"
    r"(?: so)?|it depends",
    "nothing": r"nothing(?: really| much)?|whatever|nvm|never ?mind|forget it|dont care|meh+|"
    r"doesnt matter|skip|pass|lol whatever|i dont care|nothing to say",
    "okay": r"(?:i )?(?:ill|i will) (?:try|see|do that|think about (?:it|that))|"
    r"ok+(?:ay)?|k+|kk|alright|all right|fine|sure|hm+|mm+|oh|ah|i see(?: (?:your point|what you "
    r"mean))?|got it|cool|right "
    "ok|"
    r"understood|will do",
}
_SHORTS = [
    (
        kind,
        re.compile(
            rf"^(?:(?:um+|uh+|well|ok|oh|hm+|so)[ ,.]+)?(?:{words})(?:[ ,.]+(?:{words}))*"
            r"(?:[ ,.]+(?:tbh|honestly|really|lol|i guess))?$"
        ),
    )
    for kind, words in _SHORT.items()
]
_THANKS = re.compile(
    r"^(?:(?:ok|okay|oh|aw+|wow|hm+|right|well|yes|yeah|alright)[ ,.!]+)?"
    r"(?:thank(?:s| you)|ty\b|thx|tysm|cheers|much appreciated|i appreciate (?:it|this|that|you)|"
    r"that (?:really |actually )?help(?:s|ed)|this (?:really |actually )?help(?:s|ed))"
)
_PUSHBACK = [
    (
        "quoting",
        r"(?:stop|quit|dont|do not) (?:just )?(?:quoting|repeating (?:back )?(?:me|what i)|"
        r"parroting|copying)|(?:repeat|parrot|quot)\w* (?:my|me|back my|what i|back what i)|"
        r"my own words|that(?:s| is) (?:just )?what i (?:just )?(?:said|wrote)",
    ),
    (
        "repeated",
        r"you (?:already|just) (?:said|told me|asked|wrote)|(?:said|asked|"
        r"told) (?:me )?(?:that|this) (?:already|before|twice)|you(?:re|"
        r" are)? (?:keep )?(?:repeating|saying the same)|you keep (?:saying|asking|repeating)|"
        r"same (?:thing|question) (?:again|over)|"
        r"stop repeating|broken record",
    ),
    (
        "cold",
        r"you sound (?:like|so) (?:a )?(?:robot|bot|machine|fake|cold|generic|leaflet|fortune)|"
        r"(?:so|very|too|this is|thats) (?:generic|robotic|fake|cold)\b|copy ?paste|canned|"
        r"fortune cookie|template|scripted|typical (?:bot|ai)|just a (?:bot|program|machine|"
        r"computer)",
    ),
    (
        "misunderstood",
        r"you (?:dont|do not|didnt|still dont|really dont|just dont) (?:get (?:it|me|what)|"
        r"understand(?: me| it| what| anything| this)?\b|listen|hear me|read)|"
        r"(?:not|isnt|wasnt) what i (?:meant|said|asked|mean|am asking)|you(?:re| are) not "
        r"(?:listening|hearing|getting|answering)|youve got (?:it|that|me) wrong|"
        r"you misunderstood|did you even read|that(?:s| is) not (?:it|true|right|the point)\b|"
        r"missing the point|thats wrong|i (?:didnt|never) (?:say|said) that",
    ),
    (
        "unclear",
        r"what(?:s| is| do you| does)? (?:that|this|it|"
        r"you)? ?(?:supposed to )?mean(?: by (?:that|this))?\W*$|(?:i )?dont (?:get|"
        r"understand) (?:that|what you (?:mean|said|are saying)|your \w+)|"
        r"that makes no sense|^(?:huh|what)\W*$",
    ),
    (
        "questions",
        r"(?:tired|sick|enough|fed up|done) (?:of|with) (?:the |your |all |all the |all these |"
        r"these |being )?(?:questions|asked)|stop asking|(?:no more|too many|another|"
        r"so many) questions?|(?:dont|do not) "
        r"ask me|stop with the questions|quit asking",
    ),
    (
        "no_help",
        r"(?:that|this|it|you)(?:s|re|is|are)? ?(?:is|are)? ?(?:does(?:nt| not)|isnt|is not|"
        r"not|didnt|arent|wont)(?: really| exactly)? (?:help|helping|helpful|useful|work)|"
        r"useless|(?:no|zero) (?:help|use)\b|waste of time|(?:dont|not) (?:need|"
        r"want) (?:advice|your advice|another question)|easy (?:for you )?to say|"
        r"easier said than done|what(?:s| is) the point of (?:this|you)|"
        r"thats (?:stupid|rubbish|bullshit|crap|bs)",
    ),
]
_PUSHBACKS = [(kind, re.compile(rf"\b(?:{words})")) for kind, words in _PUSHBACK]
_ABOUT = [
    (
        "human",
        r"are you (?:even )?(?:an? )?(?:real|human|person|bot|robot|ai|machine|computer|"
        r"chatgpt|gpt|program|alive|a real)|is (?:this|there) an? (?:bot|ai|person|human|real)|"
        r"am i talking to|(?:do|can) you (?:even )?(?:feel|have feelings|love|ever been)|"
        r"have you ever (?:been|loved|had|felt)|what are you\b",
    ),
    (
        "memory",
        r"(?:do|will|can) you (?:even |still )?(?:remember|recall|know who i am|know me|forget)\b",
    ),
    (
        "privacy",
        r"who (?:can |else |will )?(?:reads?|sees?|see|read) (?:this|these|my|what)|is (?:this|it) "
        r"(?:private|confidential|anonymous|safe to|secret|saved|stored|recorded)|"
        r"(?:do|are|will) you (?:save|store|keep|record|share|sell|sharing|saving|tell anyone)|"
        r"(?:can|will) (?:anyone|anybody|someone|people|he|she) (?:else )?(?:see|read|find) "
        r"(?:this|what i)|"
        r"where does (?:this|my) (?:go|data)",
    ),
    (
        "ability",
        r"what (?:can|do) you (?:do|know|offer)|how (?:do|does|can) (?:you|this) (?:work|help)|"
        r"what is this(?: (?:thing|place|for|app))?|who made you|where do you get|"
        r"are you (?:qualified|a therapist|a counsellor|a counselor|trained)",
    ),
    (
        "how_are_you",
        r"^(?:and )?(?:how (?:are|r) (?:you|u)|hows you|how do you feel|and you|"
        r"how(?: is|s| was| has)? your day)\b",
    ),
]
_ABOUTS = [
    (kind, re.compile(rf"\b(?:{words})" if words[0] != "^" else words)) for kind, words in _ABOUT
]
_PREDICT = [
    (
        "return",
        r"(?:will|would|could|can|does|is|are|might) (?:he|she|they|my ex|my \w+|it|"
        r"we)\b[^.?!]{0,30}\b(?:come back|coming back|get back together|back together|"
        r"change (?:his|her|their) mind|want me back|regret|realise|realize|reach out|text me|"
        r"contact me|ever (?:call|text|write))|(?:is there|any|a) (?:still )?(?:a |"
        r"any )?(?:chance|hope)\b[^.!]{0,40}\?|(?:think|reckon|believe) (?:he|she|they)(?:ll|"
        r" will| might| would)? ?(?:ever )?"
        r"(?:come|be|regret|want|miss|change|realise|realize|text|call)",
    ),
    (
        "heart",
        r"(?:does|did|do) (?:he|she|they|my ex|my \w+) (?:even |still |ever |really |actually )*"
        r"(?:love|loved|miss|think|care|feel|remember|regret|want)|"
        r"(?:is|are) (?:he|she|they) (?:happy|happier|thinking|missing|hurting|over me|sad)",
    ),
    (
        "when",
        r"(?:will|does|do) (?:i|it|this|that|the \w+) (?:ever |eventually |"
        r"really )?(?:get (?:better|over|easier)|stop|end|go away|be (?:ok|okay|happy|fine|"
        r"over)|feel|move on|love|heal|find|hurt less|pass|last|stay|work)\b[^.!]*\?|"
        r"^(?:so )?(?:(?:will|does) (?:i|it|this) ever)|when (?:will|does|do|am) (?:i|it|this|"
        r"the)\b|"
        r"how (?:long|many \w+) (?:will|does|do|until|till|before|is this|am i)",
    ),
]
_PREDICTS = [(kind, re.compile(rf"\b(?:{words})")) for kind, words in _PREDICT]
_FOLLOW = [
    (
        "what_if",
        r"(?:(?:and|but|so|ok|okay|yeah|yes|ya|yea|sure|right|well|hm+),? )*(?:what if (?!i\b)|"
        r"what happens (?:if|when)|"
        r"what about|suppose|(?:and|but) if|and when)",
    ),
    ("why", r"(?:(?:and|but|so|ok|okay|yeah|yes|then|well),? )*(?:why|how come)\b"),
    (
        "how",
        r"(?:(?:and|but|so|ok|okay|yeah|yes),? )*(?:how|like what|like how|for example|"
        r"such as|what do you mean|meaning)\b",
    ),
    ("but", r"(?:yes but|yeah but|ok but|okay but|sure but|but|except|i know but)\b"),
]
_FOLLOWS = [(kind, re.compile(rf"^(?:{words})")) for kind, words in _FOLLOW]
_ADVICE = re.compile(
    r"\b(?:should i|shall i|what (?:do|should|can|could|would) (?:i|you|we)|how (?:do|can|"
    r"should|could) (?:i|you|one|people)|(?<!know )how to|do i\b|can i|is it (?:ok|okay|normal|"
    r"bad|wrong|weird|right|too|better|worth|stupid|fair)|any (?:advice|tips|ideas)|(?:help|"
    r"tell|advise) me|i need (?:advice|help|to know)|what now|what next|do you think|"
    r"am i (?:wrong|crazy|stupid|being))\b"
)
_SMALL = re.compile(
    r"^(?:(?:good (?:morning|evening|afternoon)|hi|hello|hey)\W+(?:how are you|did you have|"
    r"how was your|hows your)|(?:how(?:s| is) the weather|nice weather|"
    r"its (?:raining|sunny|cold|hot|snowing)|tell me a (?:joke|story)|"
    r"what(?:s| is) (?:the capital|your favou?rite|the time|the weather|\d)|do you like|"
    r"happy (?:monday|friday|new year|christmas)|merry christmas|nice (?:day|evening)|whats up|sup|"
    r"lets talk about|can we talk about something else|im bored)\b|"
    r"(?:good ?night|morning)\b)"
)
_LAUGH = re.compile(r"^(?:(?:ha)+h?|lo+l|lmf?ao+|rofl|heh+|[\W_]*(?:😂|🤣)+[\W_]*|xd+)\W*$")
_VOWELLESS = re.compile(
    r"^(?:[bcdfghjklmnpqrstvwxz]{4,}|(?:[asdfghjkl;]{5,})|(?:[qwertyuiop]{6,})|(.)\1{4,})$"
)
# "He keeps saying you do not get it" is about somebody else.
_REPORTED = re.compile(r"\b(?:he|she|they|everyone|people) (?:said|says|told|keeps?)\b")
_YOU = re.compile(r"\bu\b")
_WORD = re.compile(r"[^\W\d_]+")
_AND_YOU = re.compile(r"\b(?:how (?:are|r) you|and you|you\W*$)")
_STOP = re.compile(r"[.!?]+\s+")
_MORE = 4  # words behind a thank you that are more than that
_FIRST = 3  # answers within which "not so good" replies to a hello
_STRONG_TALK = 12  # words up to which pushback, thanks and questions about us are the whole message


class Act(NamedTuple):
    """The kind of a message.

    Attributes:
        name: The act.
        kind: Which of its kinds, such as `agree` of a short reply; empty for none.
        asked: Whether the coach's last turn ended with a question.
    """

    name: ActName
    kind: str = ""
    asked: bool = False


def is_greeting(message: str) -> bool:
    """Whether a message is a hello, or asks who answers here, and nothing more.

    Args:
        message: Her message.

    Returns:
        True for a greeting.
    """
    return re.search(r"\w", message) is not None and _GREETING.match(message) is not None


def find_act(message: str, history: Sequence[Turn] = ()) -> Act:
    """The act of a message.

    Args:
        message: Her message.
        history: The thread before it.

    Returns:
        The act; `story` where nothing else is plain.
    """
    before = [turn.content for turn in history if turn.role == "assistant"]
    asked = bool(before) and "?" in before[-1][-200:]
    plain = _YOU.sub("you", " ".join(message.lower().translate(_PLAIN).split()))
    bare = plain.strip(" .,!?…")
    if is_greeting(message) and not (before and bare.startswith("how are you")):
        return Act("greeting", asked=asked)
    small = _odd(plain, bare) or _short(bare) or _to_us(plain, bool(before))
    early = len(before) < _FIRST and (before or _AND_YOU.search(plain))
    if small is None and early and (state := mood(plain)):
        small = "mood", state
    # In a first message thanks are not for the coach.
    open_yet = small is None or (small[0] == "thanks" and not before)
    if open_yet and (form := find_form(message, plain, running=bool(before))):
        small = "form", form
    name, kind = small or _of_her(_after_thanks(plain), bool(before), asked)
    return Act(name, kind, asked)


def _after_thanks(plain: str) -> str:
    """What she says behind a thank you, where there is something behind it."""
    first, *rest = _STOP.split(plain, maxsplit=1)
    return rest[0] if rest and len(rest[0].split()) >= _MORE and _THANKS.match(first) else plain


def _of_her(plain: str, running: bool, asked: bool) -> tuple[ActName, str]:
    """A message about her own matters."""
    words = len(plain.split())
    if words <= 2 * _STRONG_TALK and (kind := _first(_PREDICTS, plain)):
        return "prediction", kind
    if running and words <= _STRONG_TALK + 3 and (kind := _first(_FOLLOWS, plain)):
        return "follow_up", kind
    if running and words <= 2 * _STRONG_TALK + 16 and is_plan(plain) and not plain.endswith("?"):
        return "plan", ""
    if is_good_news(plain):
        return "good_news", ""
    if _ADVICE.search(plain) or plain.endswith("?"):
        return "advice", ""
    if asked and words <= 30:
        return "answer", ""
    return ("vent" if running else "story"), ""


def _short(bare: str) -> tuple[ActName, str] | None:
    """A reply of a word or two."""
    return next((("short", kind) for kind, words in _SHORTS if words.match(bare)), None)


def _odd(plain: str, bare: str) -> tuple[ActName, str] | None:
    """Laughter, small talk, and what is no language."""
    if _LAUGH.match(plain):
        return "small_talk", "laugh"
    if _SMALL.match(plain) and len(plain.split()) <= _STRONG_TALK:
        return "small_talk", ""
    words = _WORD.findall(bare)
    if not words and not re.search(r"\w", bare):
        return "short", "nothing"  # dots, a heart, a question mark
    if words and len(words) <= 3 and all(_VOWELLESS.match(word) for word in words):
        return "nonsense", ""
    return None


def _to_us(plain: str, running: bool) -> tuple[ActName, str] | None:
    """Thanks, protest against the coach, or a question about it."""
    words = len(plain.split())
    thanks = _THANKS.match(plain) is not None and _after_thanks(plain) == plain
    if words <= 2 * _STRONG_TALK and thanks and " but " not in plain:
        return "thanks", ""
    most = 2 * _STRONG_TALK if running else _STRONG_TALK // 2
    kind = _first(_PUSHBACKS, plain) if words <= most else ""
    if kind and not _REPORTED.search(plain):
        return "pushback", kind
    if words <= _STRONG_TALK and (kind := _first(_ABOUTS, plain)):
        return "about_coach", kind
    return None


def _first(kinds: Sequence[tuple[str, re.Pattern[str]]], plain: str) -> str:
    return next((kind for kind, pattern in kinds if pattern.search(plain)), "")
