"""The gate's phrase rules (gate.yaml): load, check, match."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import ConfigError

__all__ = ["GateRule", "is_directive", "load_rules"]

_FILE = Path(__file__).with_name("gate.yaml")
_EX = (
    # "her" is also a possessive: "her life" is not her.
    r"(?:him|them|her(?=[.,;:!?]|$|\s(?:and|or|but|so|that|if|when|how|what|why|whether|about|again|back|"
    r"for|to|with|once|one|a|an|the|now|today|tonight|because|in|on|at|first|directly|know|out|over|up|"
    r"away|more|by|after|before|until|while|is|was|will|from|this|some|in)\b)|your (?:ex|husband|wife|boyfriend|girlfriend|partner|fianc[eé]e?)(?:[- ]\w+)?"
    r"|the person you (?:love|loved))"
)
_VERB = (
    r"(?:try|consider|think about|go|write|text|call|message|send|reach|tell|ask|talk|speak|"
    r"let|give|take|make|keep|start|stop|allow|remember|focus|imagine|list|name|look|check|"
    r"find|spend|do|join|set|put|use|meet|visit|practi[cs]e|express|share|confide|turn|lean|"
    r"get|be|stay|avoid|follow|watch|show|remind|invite|contact|accept|respect|apologi[sz]e|"
    r"fight|beg|win|persuade|convince|delete|block|note|journal|read|bring|choose|decide|learn)"
)
_DIRECTIVE = re.compile(
    rf"^(?:please |just |maybe |perhaps |now |then |so |first,? |next,? |instead,? |why not |"
    rf"how about |go ahead and |start by |begin by |simply |also,? )*{_VERB}(?:ing)?\b"
    r"|\byou (?:could|can|should|might|may|must|need to|have to|ought to|deserve to|will want to|"
    r"might want to|may want to|could try|are allowed to)\b"
    r"|\b(?:it|that) (?:might|may|could|can|would|will) (?:also )?(?:help|be (?:good|helpful|useful|wise|best|better|worth|time))\b"
    r"|\b(?:it’s|it's|it is) (?:maybe |perhaps )?(?:time|good|okay|ok|fine|best|worth|important|helpful|better|wise) to\b"
    r"|\b(?:i|the article) (?:suggest|recommend|advise|encourage|invite|would have|asks?|says?|thinks?)\w*\b"
    r"|\b(?:why (?:don’t|don't|not)|how about|what if) you\b|\blet(?:’s|'s) \b|\bhave you (?:considered|thought (?:about|of))\b"
    r"|\bwhat would (?:happen|it be like) if you\b|\bone (?:thing|way|idea|step)(?: you| is| would| could)",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:don’t|don't|do not|not|never|no|without|instead of|rather than|resist|resisting|"
    r"avoid|avoiding|stop|stopping|urge to|pull to|wish to|want to|wanting to|longing to|tempted to|"
    r"need not|nothing|before you|less)\b[^.?!;,]{0,60}$",
    re.IGNORECASE,
)


class _Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    verdict: Literal["stop", "drop"]
    directive: bool = False
    patterns: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    must_match: tuple[str, ...] = Field(min_length=3)
    must_not_match: tuple[str, ...] = Field(min_length=3)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1]
    rules: tuple[_Rule, ...]


@dataclass(frozen=True, slots=True)
class GateRule:
    """One compiled rule.

    Attributes:
        id: Its name, the reason that is recorded.
        verdict: `stop` or `drop`.
        must_match: Sentences it has to catch.
        must_not_match: Near ones it has to leave alone.
    """

    id: str
    verdict: Literal["stop", "drop"]
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
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        rules = _File.model_validate(raw).rules
        return tuple(
            GateRule(
                rule.id,
                rule.verdict,
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


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("{ex}", _EX), re.IGNORECASE)
