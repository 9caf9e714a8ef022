"""What kind of message this is in its thread: a story, an answer, thanks, a protest.

Only what is plain from the words and from what was asked last is decided here; what a message is
about is the moment's matter (coach/respond/moments.py).
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from coach.reply import Turn

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
    r"definitely|exactly|true|that(?:s| is) (?:it|true|right)|right|a lot|very|both|all of it|mhm+",
    "deny": r"no+|nah|nope|not really|not at all|i dont|i didnt|never|none|neither|no i dont|"
    "nobody|"
    r"no one",
    "unsure": r"idk|i ?d(?:o|u)n?t? ?k(?:now)?|dunno|i (?:really |honestly )?(?:dont|do not) know"
    r"(?: (?:really|tbh|honestly|anymore|what to say))?|no idea|no clue|not sure|im not sure|"
    r"hard to say|cant say|who knows|i have no idea",
    "maybe": r"maybe|perhaps|possibly|i guess(?: so)?|probably|could be|sometimes|depends|i suppose"
    r"(?: so)?|it depends",
    "nothing": r"nothing(?: really| much)?|whatever|nvm|never ?mind|forget it|dont care|meh+|"
    r"doesnt matter|skip|pass|lol whatever|i dont care|nothing to say",
    "okay": r"(?:i )?(?:ill|i will) (?:try|see|do that|think about (?:it|that))|"
    r"ok+(?:ay)?|k+|kk|alright|all right|fine|sure|hm+|mm+|oh|ah|i see|got it|cool|right "
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
        r"you (?:already|just) (?:said|told me|asked|wrote)|(?:said|asked|told) (?:me )?(?:that|"
        r"this) "
        r"(?:already|before|twice)|you(?:re| are)? (?:keep )?(?:repeating|saying the same)|"
        r"you keep (?:saying|asking|repeating)|same (?:thing|question) (?:again|over)|"
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
        "questions",
        r"(?:tired|sick|enough|fed up|done) (?:of|with) (?:the |your |all |all the |all these |"
        r"these |being )?"
        r"(?:questions|asked)|stop asking|(?:no more|too many|another|so many) questions?|(?:dont|"
        r"do not) "
        r"ask me|stop with the questions|quit asking",
    ),
    (
        "no_help",
        r"(?:that|this|it|you)(?:s|re|is|are)? ?(?:is|are)? ?(?:does(?:nt| not)|isnt|is not|not|"
        r"didnt|"
        r"arent|wont)(?: really| exactly)? (?:help|helping|helpful|useful|work)|useless|"
        r"(?:no|zero) (?:help|use)\b|waste of time|(?:dont|not) (?:need|want) (?:advice|your "
        r"advice|"
        r"another question)|easy (?:for you )?to say|easier said than done|what(?:s| is) the "
        r"point of (?:this|you)|"
        r"thats (?:stupid|rubbish|bullshit|crap|bs)",
    ),
]
_PUSHBACKS = [(kind, re.compile(rf"\b(?:{words})")) for kind, words in _PUSHBACK]
_ABOUT = [
    (
        "human",
        r"are you (?:even )?(?:an? )?(?:real|human|person|bot|robot|ai|machine|computer|chatgpt|"
        r"gpt|"
        r"program|alive|a real)|is (?:this|there) an? (?:bot|ai|person|human|real)|"
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
    ("how_are_you", r"^(?:and )?(?:how are you|hows you|how do you feel|and you)\b"),
]
_ABOUTS = [
    (kind, re.compile(rf"\b(?:{words})" if words[0] != "^" else words)) for kind, words in _ABOUT
]
_PREDICT = [
    (
        "return",
        r"(?:will|would|could|can|does|is|are|might) (?:he|she|they|my ex|my \w+|it|"
        r"we)\b[^.?!]{0,30}"
        r"\b(?:come back|coming back|get back together|back together|change (?:his|her|their) mind|"
        r"want me back|regret|realise|realize|reach out|text me|contact me|ever (?:call|text|"
        r"write))|"
        r"(?:is there|any|a) (?:still )?(?:a |any )?(?:chance|hope)\b[^.!]{0,40}\?|"
        r"(?:think|reckon|believe) (?:he|she|they)(?:ll| will| might| would)? ?(?:ever )?"
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
        r"(?:will|does|do) (?:i|it|this|that|the \w+) (?:ever |eventually |really )?(?:get "
        r"(?:better|over|"
        r"easier)|stop|end|go away|be (?:ok|okay|happy|fine|over)|feel|move on|love|heal|find|"
        r"hurt less|"
        r"pass|last|stay|work)\b[^.!]*\?|^(?:so )?(?:(?:will|does) (?:i|it|this) ever)|"
        r"when (?:will|does|"
        r"do|am) (?:i|it|this|the)\b|"
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
    r"\b(?:should i|shall i|what (?:do|should|can|could|would) (?:i|you|we)|how (?:do|can|should|"
    r"could) "
    r"(?:i|you|one|people)|(?<!know )how to|do i\b|can i|"
    r"is it (?:ok|okay|normal|bad|wrong|weird|right|too|"
    r"better|"
    r"worth|stupid|fair)|any (?:advice|tips|ideas)|(?:help|tell|advise) me|i need (?:advice|help|"
    r"to know)|"
    r"what now|what next|do you think|am i (?:wrong|crazy|stupid|being))\b"
)
_GOOD = re.compile(
    r"\b(?:for the first time(?: in| since|\W*$)|slept (?:\d|six|seven|eight|nine) hours|"
    r"slept (?:through|well|all night|the whole)|"
    r"(?:i )?(?:finally|actually) (?:slept|ate|laughed|smiled|cooked|cleaned|did it|went|deleted|"
    r"left|felt (?:ok|okay|good|fine|calm|happy|free))|"
    r"(?:i|im|been|actually) (?:am )?feel(?:ing)? (?:a (?:bit|little) )?"
    r"(?:better|lighter|good|proud|stronger|happier)\b|"
    r"(?:whole|entire|full|\d|two|three|four|five) days? without|"
    r"good day|better (?:day|today|week)|i did it|"
    r"(?:did not|didnt|havent) (?:check|text|texted|cry|cried|look|looked)\w*[^.!?]{0,30}"
    r"(?:today|all day|this week|yesterday|in \w+ (?:days|weeks))|"
    r"(?:laughed|smiled) (?:today|out loud|at)|proud of myself|"
    r"(?:im|i am) (?:actually |really )?(?:ok|okay|happy) today|got the job|"
    r"starting to (?:be|feel) (?:ok|okay|better)|"
    r"(?:booked|signed up|started|joined|tried|got) (?:a|an|my|for) (?:new )?"
    r"(?:haircut|class|course|trip|pottery|yoga|gym|run|hobby)\w*)\b"
)
_SPOILED = re.compile(
    r"\b(?:but (?!ok|good|nice|fine|proud)|guilty|scares?|scared|cant|dont|hurts?|cry(?:ing)?|"
    r"cried|sad|except|miss|not|until|then he|then she)\b"
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
    name, kind = small or _of_her(plain, bool(before), asked)
    return Act(name, kind, asked)


def _of_her(plain: str, running: bool, asked: bool) -> tuple[ActName, str]:
    """A message about her own matters."""
    words = len(plain.split())
    if words <= 2 * _STRONG_TALK and (kind := _first(_PREDICTS, plain)):
        return "prediction", kind
    if running and words <= _STRONG_TALK + 3 and (kind := _first(_FOLLOWS, plain)):
        return "follow_up", kind
    if _GOOD.search(plain) and not _SPOILED.search(plain) and not plain.endswith("?"):
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
    if words <= 2 * _STRONG_TALK and _THANKS.match(plain) and " but " not in plain:
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
