"""Messages that are no story told to a coach: a letter to the ex, comfort for others, a link.

People bring in here what they write elsewhere. Each form is known by several signs at once,
because every single one of them stands in ordinary stories too.
"""

import re
from collections.abc import Sequence

__all__ = ["find_form", "is_plan", "mood", "tells_of_an_end"]

_PARTNER = r"(?:husband|wife|boyfriend|girlfriend|bf|gf|partner|fian\w+|finac\w+)"
_KIN = re.compile(
    r"\b(?:dad|father|mum|mom|mother|gran\w*|nan|uncle|aunt|brother|sister|son|daughter|friend|"
    r"dog|cat|pet|baby)s?\b"
)
_DIED = re.compile(
    rf"\b(?:my|our) (?:\w+ )?(?:ex[ -]?)?{_PARTNER}\b[^.!?]{{0,40}}\b(?:died|passed away|was "
    rf"killed)\b"
    rf"|\blost my (?:ex[ -]?)?{_PARTNER}\b[^.!?]{{0,25}}\b(?:in an? (?:\w+ )?(?:accident|crash|"
    rf"fire)|"
    r"to (?:cancer|covid|a (?:stroke|heart)))"
    rf"|\bmy late {_PARTNER}\b"
)
_HE_DIED = re.compile(r"\b(?:he|she) (?:died|passed away|was killed)\b(?! inside)")

# Words to the ex.
_TO_EX = re.compile(
    r"\bi (?:\w+ ){0,2}?(?:love|loved|miss|missed|hate|hated|need|needed|forgive|trusted|"
    r"adored?) you\b|\byou (?:left|broke|hurt|cheated|promised|lied|chose|threw|destroyed|"
    r"ruined|walked|used me|dumped|ghosted|blocked|gave up|took|were (?:my|the|supposed)|"
    r"made me|want(?:ed)? me|said you|told me|never|dont even|didnt even|pushed)\b|"
    r"\b(?:without|about|with|see|seeing|beside|hold|lose|losing|lost|pushed|for|thinking of|"
    r"dream of|used to call|forget|thank) you\b(?! (?:guys|all|every\w+|folks|"
    r"so much for reading))|\bi (?:just |really |sincerely )?(?:hope|wish|know|knew|thought|"
    r"wonder(?: if)?|pray|bet) (?:that )?you(?:re|ve|d|ll)?\b(?! guys| all)|\byour (?:eyes|"
    r"voice|smile|face|name|hands?|arms|laugh|hair|family|things|touch|side|bed|heart|new \w+|"
    r"birthday|mother|mum|mom|coat|problems)\b|\b(?:babe|baby|my love|darling)\b(?=[,.!]| i\b)|"
    r"\byou and (?:i|me)\b|\b(?:me|i) and you\b|\bwe can be \w+ together\b|\bcome back to me\b|"
    r"\b(?:quit|stop) (?:\w+ )?(?:text|call|messag)ing me\b|\bforgives? me\b|\b(?:than|"
    r"not) mine\b"
)
_UNSENT = re.compile(
    r"\b(?:letter|e-?mail|message|text|words?) (?:to (?:my ex|him|her|them|you)\b|"
    r"(?:that )?i (?:just )?(?:cant|wont|will never|never|didnt|am not going to|"
    r"shouldnt) sen[dt])|\binstead of (?:\w+ )?(?:text|contact|call|messag|writ|"
    r"send)\w* (?:it to )?(?:him|her|them|my ex)|\bunsent (?:letter|e-?mail|message|text)|"
    r"\bnot going to send\b|^dear (?:you|[a-z]+,)"
)
_YOU = re.compile(r"\byou(?:r|rs|re|ve|d|ll|rself)?\b")
_THIRD = re.compile(r"\b(?:he|him|his|hes|she|her|hers|shes|my ex)\b")
_TO_COACH = re.compile(
    r"\b(?:do|can|could|would|will|are|dont) you (?:think|help|tell|know|give|see|have|suggest|"
    r"understand)|\byou(?:re)? (?:an? )?(?:coach|bot|ai|program|machine)\b|\bhelp me\b"
)
_LETTERS = (
    (
        "angry",
        re.compile(r"\b(?:hate you|fuck\w*|bitch|lied|liar|cheat\w*|quit \w+|selfish|coward)\b"),
    ),
    (
        "sorry",
        re.compile(
            r"\b(?:im sorry|i am sorry|forgive(?:s)? me|my fault|i pushed you|i hurt you)\b"
        ),
    ),
    (
        "love",
        re.compile(r"\b(?:love|loved|miss|missed|missing) you\b|\bthinking (?:of|about) you\b"),
    ),
)

# Words to other people who are left.
_OTHERS = re.compile(
    r"\b(?:you (?:guys|all|people)|yall|all of you|every ?one|everybody|guys|folks|people|"
    r"fellow \w+|those of you|(?:each|any|some) of you|you out there|whoever|anyone (?:who|"
    r"going)|help others|my friend|your (?:exs?|so)|if you(?:re| are) (?:still |just |new |"
    r"here|reading|hurting|suffering|going))\b"
)
_COMFORT = re.compile(
    r"\b(?:it(?: does| will|ll)? (?:gets?|all gets) (?:better|easier)|it(?:ll|"
    r" will) (?:get (?:better|easier)|be (?:ok|okay|fine|alright))|(?:its|"
    r"it is) (?:all )?(?:going to|gonna) be (?:ok|okay|fine|alright)|you(?:re| are|ll| will|"
    r"r)? (?:all )?(?:(?:are )?(?:going to|gonna) be|be) (?:ok|okay|fine|alright)|you(?:ll|"
    r" will| can)? (?:still )?(?:survive|get through|make it|move on)|everything will be (?:ok|"
    r"okay|just fine|fine|alright)|hang in there|stay strong|be strong|chin up|heads? up|"
    r"cheer (?:up|some)|dont (?:despair|give up|waste)|trust me|believe me|you (?:deserve|"
    r"are (?:awesome|worth|enough|strong))|get(?:ting)? through this together|you got this|"
    r"keep an open|do something for you|not the one for you)\b"
)
_WARNING = re.compile(
    r"\b(?:dont (?:do what i|cling|beg|wait\b|make (?:my|the same))|learn from (?:my|mine)|"
    r"my advice|do yoursel(?:f|ves) a favou?r|share your (?:mistakes?|stories)|"
    r"help others avoid|take it from me|if i had listened|(?:definitely |"
    r"just )?cut (?:off )?contact (?:right )?away|shouldve)\b"
)
# "Will it get better?", "tell me it gets better" is asked for, not given.
_WISHED = re.compile(
    r"\b(?:does|did|will|when|how|if|whether|says?|saying|said|told|tell|words|hope|know|think|"
    r"wonder|keep)\b[^.!?]{0,14}$"
)

_THANKS = re.compile(r"\b(?:thanks|thank (?:you|u)|grateful|thankful|i appreciate)\b")
_CROWD = re.compile(
    r"\b(?:you guys|guys|every ?one|everybody|all of you|reddit\w*|r/\w+|sub|subreddit|"
    r"community|forum|group|strangers|this place|each (?:and every )?one of you|your support|"
    r"you all)\b"
)
_ASKED = re.compile(r"\b(?:should i|how (?:do|can) i|what (?:do|should|can) i|any advice|am i)\b")
_POINTS = re.compile(
    r"https?:|www\.|\b(?:x-?post|read this|watch (?:this|the whole)|this video|saw this|found this|"
    r"came across|stumbled (?:on|upon|across)|(?:i(?:d| would)|thought id|wanted to) share)\b"
)
_OWN = re.compile(r"\b(?:i|im|ive|me|my|myself)\b")
_HAPPENED = re.compile(r"\b(?:broke up with|left me|dumped me|(?:my|our) break ?up was)\b")
_LONG_QUOTE = re.compile(r'"[^"]{40,}"')
_LINK = re.compile(r"https?:|www\.")
_SHORT, _MIDDLE = 40, 100  # words
_TITLE = 10  # words at the beginning that say what it is going to be
_ADDRESSED = 0.6  # "you" for every "I" from which it is written to others
_DENSE = 0.03  # share of "you" among the words of a letter
_SURVEY = re.compile(
    r"\b(?:(?:have|were|did) you (?:ever|guys)\b|did it work|tell (?:me|us) (?:your|"
    r"about your)|share your|your stories|you(?:ve| have)? ever done|what do (?:you guys|"
    r"(?:other )?people)|how do (?:guys|men|women|girls|other people|couples|you (?:guys|all|"
    r"spend))|dae\b|^any(?:one|body) else\b|\bany(?:one|body) else (?:here|feel|have|had|ever|"
    r"get|think|find|wonder|struggl\w+|going|out there)|what would you (?:say|do) (?:to (?:me|"
    r"them|him|her|your ex)|if you could)|couples who|people who have|question for)\b"
)
_SONGS = re.compile(
    r"\b(?:songs?|books?|films?|movies?|playlists?|series|"
    r"podcasts?)\b[^.!?]{0,25}\b(?:to (?:listen|watch|read)|recommend\w*|suggest\w*|"
    r"suggestions)|\b(?:any|some) (?:good )?(?:songs|books|films|movies|podcasts)\b"
)
_OVER = re.compile(
    r"\b(?:left|gone|walked out|single|missing|ex|exes|ex \w+|broke|broken|break ?up\w*|"
    r"breakup\w*|dumped|left me|left (?:him|her)|"
    r"leaving|separat\w*|divorc\w*|split|cheat\w*|bailed|we (?:were|dated)|were dating|"
    r"together (?:for|since)|need(?:s|ed)? (?:some |more )?(?:time|space)|a break|is leaving|"
    r"wants to end|ended|its over|no contact|miss (?:him|her|them)|heartbr\w*|moved out|"
    r"kicked me out|get over|back together)\b"
)
_RUNNING = re.compile(
    r"\b(?:my|your|our) (?:girlfriend|boyfriend|husband|wife|gf|bf|so|partner|fian\w+)\b|\bgf\b|"
    r"\bbf\b"
)
_HERS_EX = re.compile(r"\b(?:her|his|their) ex(?:es)?\b")
_HUG = re.compile(
    r"\b(?:need|want|could (?:really )?use|send|give me|have) (?:(?:a|some|an) )?(?:\w+ )?"
    r"(?:e ?)?hugs?\b"
    r"|\b(?:some|a few) (?:nice|kind|comforting|warm) words\b|\bhold me\b"
)
_IRONY = re.compile(
    r"\bjust kidding\b|\bjk\b|\b(?:break ?ups?|heart ?breaks?|being dumped|being single|"
    r"this month|tonight|life|my life) (?:is|has been|are) (?:just |so |the )?(?:awesome|great|"
    r"best|fantastic|wonderful|perfect|amazing|lovely|a blast)\b|\b(?:living|having) (?:my|"
    r"the) best (?:life|time)\b[^.!?]{0,20}(?:lol|haha|right)|\b(?:totally|completely|"
    r"so) (?:over|fine)\b[^.!?]{0,30}\b(?:lol|haha|right|not|obviously|as you can see)\b|"
    r"\boh joy\b|\bhow lovely for me\b"
)
_BITTER = re.compile(
    r"\b(?:dumped|sucks?|drunk|beer|wine|cry\w*|alone|hate|bitch|ex|heart ?break|kidding|jk|fine)\b"
)
_SHOUT = 0.6  # share of capitals from which a message is shouted
_LETTER = re.compile(r"[^\W\d_]")
_LETTER_YOU = 3

_LOW = re.compile(
    r"\b(?:not (?:\w+ )?(?:\w+ )?(?:good|great|well|hot|ok|okay|best|fine)|bad(?:ly)?|awful|"
    r"terrible|horrible|rough|low|upset|rubbish|crap\w*|shit\w*|could be better|been better)\b"
)
_MID = re.compile(
    r"\b(?:so so|soso|meh|up and down|getting by|surviving|could be worse|(?:ok(?:ay)?|alright|"
    r"fine) i guess)\b"
)
_WELL = re.compile(r"\b(?:good|great|well|fine|ok(?:ay)?|alright)\b")
_MOOD_WORDS = 8
_MOOD_ONLY = re.compile(
    r"(?:\b(?:hi+|hey|hello|hako|im|i am|i|a|am|was|been|feel(?:ing)?|doing|its|it|just|really|"
    r"so|too|very|all|pretty|kind of|kinda|little|bit|not|that|tbh|today|now|right|honestly|"
    r"and|thanks|how|r|are|you|u|yourself|guess|could|be|better|worse|up|down|by|getting|"
    r"hanging|in|there|the|good|great|well|fine|ok|okay|alright|bad|badly|awful|terrible|"
    r"horrible|rough|low|upset|rubbish|hot|best|meh|soso|surviving|crap|crappy|shit|shitty)\b|"
    r"\W)+"
)
_PLAN = re.compile(
    r"\b(?:maybe|perhaps|i think|thinking (?:of|about)|i (?:could|might|may|will|ll|want to|"
    r"plan to|guess)|ill|im (?:going to|gonna)|i am going to|"
    r"ive decided)\b[^.!?]{0,30}\b(?:talk(?:ing)? (?:to|with)|call(?:ing)?|visit(?:ing)?|"
    r"see(?:ing)?|meet(?:ing)?|go(?:ing)? (?:to|for|with|out)|organi[sz]\w+|plan(?:ning)? (?:a|"
    r"to)|join(?:ing)?|book(?:ing)?|try(?:ing)?|start(?:ing)?|sign(?:ing)? up|"
    r"get(?:ting)? (?:in|into|a)|spend(?:ing)?)\b[^.!?]{0,40}\b(?:(?:my|a|some|an old|"
    r"the) (?:\w+ )?(?:friends?|buddies|mates?|mum|mom|mother|dad|father|sister|brother|aunt|"
    r"parents|cousin|family|therapist|counsell?or|doctor)|class|course|gym|trip|walk|run|swim|"
    r"club|choir|hobby|yoga|holiday|garden)\b"
)
# With the ex, or through those who stand near the ex, it is no plan of her own.
_NO_PLAN = re.compile(
    r"\b(?:his|her|their|mutual|our) (?:\w+ )?(?:friends?|mum|mom|mother|dad|father|sister|"
    r"brother|parents|family|mates?|place|house)\b|\b(?:to|with|see|call|text|meet|"
    r"visit) (?:him|them|my ex)\b|\b(?:about|ask\w*) (?:how )?(?:he|she|him|her|my ex)\b|"
    r"\bshould i\b"
)


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
    if words <= _SHORT and _HUG.search(plain):
        return "hug"
    if words <= _MIDDLE and _IRONY.search(plain) and len(set(_BITTER.findall(plain))) >= 2:
        return "irony"
    if not running and _to_community(plain, words):
        return "community"
    if _is_letter(plain, words, running):
        kind = next((name for name, pattern in _LETTERS if pattern.search(plain)), "plain")
        return f"letter_{kind}"
    if running:
        return "loud" if _shouted(message, words) else ""
    return _to_a_crowd(plain, words) or ("loud" if _shouted(message, words) else "")


def _to_a_crowd(plain: str, words: int) -> str:
    """What is written for the readers of a forum."""
    own, you = len(_OWN.findall(plain)), len(_YOU.findall(plain))
    told = _HAPPENED.search(plain) is not None
    if _WARNING.search(" ".join(plain.split()[:_TITLE])):
        return "warning"
    if (words <= _SHORT or you >= _ADDRESSED * own) and (kind := _given(plain)):
        return kind
    if words <= _MIDDLE and not told:
        if own <= 6 and _POINTS.search(plain):
            return "link" if _LINK.search(plain) else "quotation"
        if own <= 3 and _LONG_QUOTE.search(plain):
            return "quotation"
    return _asked(plain, words)


def _to_community(plain: str, words: int) -> bool:
    thanks = [match.start() for match in _THANKS.finditer(plain)]
    if not thanks or plain.endswith("?") or not _CROWD.search(plain) or _ASKED.search(plain):
        return False
    early = len(plain[: thanks[0]].split()) <= _TITLE
    return early or (len(thanks) >= 2 and words <= _MIDDLE and not _HAPPENED.search(plain))


def _given(plain: str) -> str:
    """Comfort or a warning, for others who go through it."""
    given = [m[0] for m in _COMFORT.finditer(plain) if not _WISHED.search(plain[: m.start()])]
    to_others = _OTHERS.search(plain) is not None and "?" not in plain
    warned = _WARNING.findall(plain)
    if len(warned) >= 2 or (warned and to_others):
        return "warning"
    return "comfort" if len(set(given)) >= 2 or (given and to_others) else ""


def _asked(plain: str, words: int) -> str:
    """A question that only others, or another sort of adviser, could answer."""
    if "?" in plain and words <= _MIDDLE and _SONGS.search(plain):
        return "songs"
    title = " ".join(plain.split()[:_TITLE])
    asks = "?" in plain or title.startswith(("dae ", "couples "))
    if asks and _SURVEY.search(plain if words <= _MIDDLE else title):
        return "survey"
    running = _RUNNING.search(plain) and not _OVER.search(_HERS_EX.sub(" ", plain))
    return "together" if running and 20 < words <= 2 * _MIDDLE else ""


def _bereaved(plain: str) -> bool:
    if _DIED.search(plain):
        return True
    hers = re.search(rf"\bmy (?:ex[ -]?)?{_PARTNER}\b", plain)
    return bool(hers and _HE_DIED.search(plain) and not _KIN.search(plain))


def _is_letter(plain: str, words: int, running: bool) -> bool:
    you, third = len(_YOU.findall(plain)), len(_THIRD.findall(plain))
    signs = len(_TO_EX.findall(plain))
    if _TO_COACH.search(plain) or (_OTHERS.search(plain) and _COMFORT.search(plain)):
        return False
    if _UNSENT.search(plain) and you >= _LETTER_YOU and signs:
        return True
    if words <= 25 and not running:
        return signs >= 2 and third == 0
    dense = you > third and you >= max(_LETTER_YOU, _DENSE * words)
    return signs >= _LETTER_YOU and dense


def _shouted(message: str, words: int) -> bool:
    letters = _LETTER.findall(message)
    return words >= 3 and sum(one.isupper() for one in letters) > _SHOUT * max(len(letters), 1)


def tells_of_an_end(plain: str) -> bool:
    """Whether a message speaks of a breakup.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        True for "he left me in May", not for "she wants to bring her ex along".
    """
    return _OVER.search(_HERS_EX.sub(" ", plain)) is not None


def mood(plain: str) -> str:
    """How she says she is, where she says no more than that.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        `low`, `mid` or `well`; empty where there is more in it, or less.
    """
    if len(plain.split()) > _MOOD_WORDS or not _MOOD_ONLY.fullmatch(plain):
        return ""
    kinds: Sequence[tuple[str, re.Pattern[str]]] = (("mid", _MID), ("low", _LOW), ("well", _WELL))
    return next((kind for kind, pattern in kinds if pattern.search(plain)), "")


def is_plan(plain: str) -> bool:
    """Whether she thinks of doing something of her own that has nothing to do with the ex.

    Args:
        plain: Her message in lower case, without apostrophes.

    Returns:
        True for "maybe I could talk to my friend".
    """
    return _PLAN.search(plain) is not None and _NO_PLAN.search(plain) is None
