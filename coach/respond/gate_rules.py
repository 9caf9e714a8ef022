"""The gate's phrase rules (gate.yaml): load, check, match."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import ConfigError

__all__ = ["GateRule", "Sayable", "is_directive", "is_offer", "load_rules", "load_sayable"]

_FILE = Path(__file__).with_name("gate.yaml")
_EX = (
    # "her" is also a possessive: "her life" is not her.
    r"(?:him|them|her(?=[.,;:!?]|$|\s(?:and|or|but|so|that|if|when|how|what|why|whether|about|"
    r"again|"
    r"back|for|to|with|once|one|a|an|the|now|today|tonight|tomorrow|this|some|because|in|on|at|"
    r"first|"
    r"directly|know|out|over|up|away|more|by|after|before|until|while|is|was|will|from|just|"
    r"calmly|"
    r"honestly|feel|hear|see|might|may|could|can|would)\b)"
    r"|your (?:ex|husband|wife|boyfriend|girlfriend|partner|fianc[eé]e?)(?:[- ](?!to\b|"
    r"and\b)\w+)?"
    r"|the person you (?:love|loved))"
)
_VERB = (
    r"(?:try|consider|think about|go|write|text|call|message|send|reach|tell|ask|talk|speak|"
    r"let|give|take|make|keep|start|stop|allow|remember|focus|imagine|list|name|look|check|"
    r"find|spend|do|join|set|put|use|meet|visit|practi[cs]e|express|share|confide|turn|lean|"
    r"get|be|stay|avoid|follow|watch|show|remind|invite|contact|accept|respect|apologi[sz]e|"
    r"fight|beg|plead|win|persuade|convince|prove|delete|block|note|journal|read|bring|choose|"
    r"decide|learn|phone|ring|email|dm|drop|leave|wait|drive|surprise|open|pour|sit|sleep|eat|"
    r"move|change|work|plan|sign|book|buy|travel|see|treat|return|offer|unblock|forgive|admit|"
    r"explain|hold|breathe|rest|cut|hope|trust|believe|dial|pick|reply|arrange|say|surround|"
    r"peek|answer|begin|build|carry|catch|clean|"
    r"close|collect|connect|cook|count|create|dance|describe|draw|dress|drink|enjoy|escape|"
    r"exercise|"
    r"explore|face|feel|figure|finish|forget|gather|grab|greet|grow|head|help|hide|hug|ignore|"
    r"introduce|knock|laugh|lie|lift|limit|listen|live|love|meditate|mention|mute|notice|"
    r"organi[sz]e|"
    r"paint|pay|pray|prepare|pretend|protect|push|reach|reconnect|reflect|relax|release|repair|"
    r"repeat|"
    r"request|run|save|scroll|search|seek|sing|smile|step|stand|stick|swim|talk|teach|think|"
    r"throw|"
    r"thank|touch|trade|train|tidy|understand|wake|walk|wash|wear|welcome|wish|wrap|have(?! "
    r"you\b))"
)
_LEAD = (
    r"(?:please |just |maybe |perhaps |now |then |and |so |first,? |next,? |instead,? |why not |"
    r"how about |"
    r"what about |go ahead and |start by |begin by |simply |also,? |rather,? |tonight,? |"
    r"tomorrow,? |"
    r"today,? |or |yes,? |ok,? |okay,? |always |at least |gently |calmly |quietly )*"
)
_EFFECT = (
    r"(?:help|ease|comfort|bring|clear|heal|lighten|calm|give|let|open|show|tell|take|change|"
    r"make|lift|"
    r"soothe|mend|save|"
    r"be (?:an? )?(?:good|helpful|useful|wise|best|better|worth|kind|gift|relief|step|start))\b"
)
_DIRECTIVE = re.compile(
    "|".join(
        [
            rf"^(?!(?:part of )?you\b|he\b|she\b|they\b|i\b|what\b|how\b)[^.?!]*\b(?:would|"
            rf"could|might|may|can) {_EFFECT}|^(?:sometimes )?(?:a|an) (?:[\w-]+ )*(?:hello|"
            rf"word) to\b",
            rf"^{_LEAD}{_VERB}\b(?!,| is\b| and \w+ (?:are|is)\b)",
            r"^(?:so |and |but |maybe |perhaps )*(?:why not|(?:how|what) about \w+ing|"
            r"what if you)\b",
            r"\byour (?:friends?|family|sister|brother|mother|mum|mom|dad|father) (?:can|could|"
            r"might|may|would)\b"
            r"|\bif i were you\b"
            r"|^(?:maybe |perhaps )?(?:a|some) (?:\w+ )?(?:friend|person|relative)s? (?:can|"
            r"could|might|would)\b",
            r"^(?:please |so |and |but )*(?:don’t|don't|do not|never|no need to|there is no "
            r"harm in)\b",
            # An order behind a condition or a prohibition: "Don't wait, text him."
            r"^(?:if|when|whenever|once|instead of|rather than|before|after|next time|the next "
            r"time|"
            r"don’t|don't|do not|never|stop|enough|to|for|as)\b[^.?!]*?[,;:—–]\s*"
            rf"{_LEAD}(?:you {_VERB}|{_VERB})\b",
            # Two orders, or an order after a statement: "It is late; text him."
            rf"[;:—–]\s*{_LEAD}{_VERB}\b",
            r"\byou (?:could|can|should|might|may|must|need to|have to|ought to|deserve to|will "
            r"want to|"
            r"might want to|may want to|could try|are allowed to|owe it to|had better)\b",
            r"\byou(?:’d|'d| would) (?:do well|be (?:wise|better)|better|feel better)\b",
            r"\b(?:it|that|this) (?:might|may|could|can|would|will) (?:also |even |really )?"
            r"(?:help|ease|heal|bring|be (?:a )?(?:good|helpful|useful|wise|best|better|worth|"
            r"time|kind|gift|relief|step|start))\b",
            # "Texting him could help", "a short letter might clear the air".
            r"^(?:maybe |perhaps )?(?:\w+ ){0,2}\w+ing\b[^.?!]*(?:\b(?:might|may|could|can|"
            r"would|will)"
            rf"(?: \w+)? {_EFFECT}|\bhelps?\b|\bis (?:a|the) (?:good|best|first|next)\b|"
            r"\bis (?:worth|okay|fine|allowed)\b)",
            r"\b(?:a|an|one|another|that|the) (?:(?!to\b)[\w-]+ ){0,3}(?:text|message|letter|"
            r"call|email|"
            r"note|visit|talk|conversation|apology|gift|walk|app|group|friend|therapist)\b[^.?!]*"
            rf"\b(?:might|may|could|can|would|will)(?: \w+)? {_EFFECT}",
            r"\b(?:it’s|it's|it is|that is|now is|this is|there is|there’s|there's)"
            r" (?:maybe |perhaps |probably |always |never |nothing |no )?(?:the |a |too |wrong |"
            r"harm |been )*"
            r"(?:time|moment|good|okay|ok|fine|best|worth|important|helpful|better|wise|late|"
            r"wrong with|harm in|in|with|nothing wrong with|idea)"
            r"(?: (?:to|for|in|with)\b| \w+ing\b)",
            r"\b(?:i(?:’d|'d| would)?|the article|we) (?:suggest|recommend|advise|encourage|"
            r"invite|"
            r"would have|asks?|says?|thinks?|urge|propose)\w*\b",
            r"\b(?:why (?:don’t|don't|not)|how about|what if) you\b|\blet(?:’s|'s) \b"
            r"|(?:^|, )have you (?:considered|tried|thought (?:about|of))\b",
            r"\bwhat would (?:happen|it be like) if you\b"
            r"|\bone (?:thing|way|idea|step|option)(?: you| is| would| could)",
            r"\b(?:the|your) (?:best|first|next|right|kindest|bravest) (?:thing|step|move|way|"
            r"option|plan)\b",
            r"\ball you (?:need|have) to do\b|\bfeel free to\b|\bthe (?:thing|answer|key) is "
            r"to\b",
        ]
    ),
    re.IGNORECASE,
)
# A question that is advice with a question mark.
_OFFER = re.compile(
    r"^(?:maybe |perhaps |so |and |but )*(?:why (?:don’t|don't|not)|how about|what about|what "
    r"if you|"
    r"have you (?:ever )?(?:considered|tried|thought (?:about|of))|(?:could|can|would|will) you "
    r"(?:try|consider|maybe|perhaps|like to|be (?:willing|open|able) to|give|write|text|call|"
    r"tell|ask|"
    r"reach|talk|speak|send|go|join|find|start|make|take|let)|is it time to|isn’t it time|"
    r"isn't it time|should you|shall we|do you want to (?:try|write|text|call|send|reach|"
    r"talk))\b",
    re.IGNORECASE,
)
# "Do not text him" is the opposite of "text him"; but "do not wait, text him" is not, so what
# denies has to stand in the same clause.
_DENIED = re.compile(
    r"\b(?<!why )(?:don’t|don't|do not|not|never|no|without|instead of|rather than|resist|"
    r"resisting|"
    r"avoid|avoiding|stop|stopping|urge to|pull to|wish to|want to|wanting to|longing to|"
    r"tempted to|"
    r"need not|nothing|before you|less)\b(?:(?!\b(?:hesitate|wait|worry|forget|afraid|fail|stop|"
    r"hurt to|harm in|wrong (?:with|in)|shame in|reason not|just|only|but|when you want to)\b)"
    r"[^.?!;:,—–]){0,60}$",
    re.IGNORECASE,
)


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    verdict: Literal["stop", "drop"]
    directive: bool = False
    pardon: bool = False
    patterns: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    must_match: tuple[str, ...] = Field(min_length=3)
    must_not_match: tuple[str, ...] = Field(min_length=3)


class Sayable(BaseModel):
    """What of the prompt's rules an answer may say all the same.

    Attributes:
        words: Ordinary words; any other word of the rules is a secret.
        phrases: Runs of words that the rules ask for.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1]
    rules: tuple[_Rule, ...]
    prompt_may_say: Sayable = Sayable()


@dataclass(frozen=True, slots=True)
class GateRule:
    """One compiled rule.

    Attributes:
        id: Its name, the reason that is recorded.
        verdict: `stop` or `drop`.
        pardon: Whether the trained half of the gate may overrule it.
        must_match: Sentences it has to catch.
        must_not_match: Near ones it has to leave alone.
    """

    id: str
    verdict: Literal["stop", "drop"]
    pardon: bool
    must_match: tuple[str, ...]
    must_not_match: tuple[str, ...]
    _directive: bool
    _patterns: tuple[re.Pattern[str], ...]
    _unless: tuple[re.Pattern[str], ...]

    def fires(self, sentence: str) -> bool:
        """Whether the rule speaks against a sentence."""
        if self._directive and not is_directive(sentence):
            return False
        if any(pattern.search(sentence) for pattern in self._unless):
            return False
        for pattern in self._patterns:
            for match in pattern.finditer(sentence):
                # "Do not text him" is the opposite of "text him".
                if not (self._directive and _DENIED.search(sentence[: match.start()])):
                    return True
        return False


def is_directive(sentence: str) -> bool:
    """Whether a sentence tells or offers her something to do."""
    return _DIRECTIVE.search(sentence) is not None


def is_offer(question: str) -> bool:
    """Whether a question is advice in disguise: "why not …", "have you considered …"."""
    return _OFFER.search(question) is not None


@lru_cache(maxsize=4)
def load_rules(path: Path = _FILE) -> tuple[GateRule, ...]:
    """Read the gate's rules.

    Args:
        path: A file of the form of gate.yaml.

    Returns:
        The rules, in order.

    Raises:
        ConfigError: The file cannot be read, breaks its schema, or holds a bad pattern.
    """
    try:
        rules = _read(path).rules
        return tuple(
            GateRule(
                rule.id,
                rule.verdict,
                rule.pardon,
                rule.must_match,
                rule.must_not_match,
                rule.directive,
                tuple(_compile(pattern) for pattern in rule.patterns),
                tuple(_compile(pattern) for pattern in rule.unless),
            )
            for rule in rules
        )
    except (OSError, yaml.YAMLError, ValidationError, re.error) as error:
        raise ConfigError(f"The gate's rules {path.name!r} cannot be used: {error}") from error


@lru_cache(maxsize=4)
def load_sayable(path: Path = _FILE) -> Sayable:
    """Read which words and phrases of the prompt's rules may be said.

    Args:
        path: A file of the form of gate.yaml.

    Returns:
        The words and phrases.

    Raises:
        ConfigError: The file cannot be read or breaks its schema.
    """
    try:
        return _read(path).prompt_may_say
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"The gate's rules {path.name!r} cannot be used: {error}") from error


def _read(path: Path) -> _File:
    return _File.model_validate(
        yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    )


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("{ex}", _EX), re.IGNORECASE)
