"""From a message to the facts in it."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from coach.facts import durations, endings, names, ties
from coach.facts.endings import Found
from coach.facts.passages import passages, readable, shortened
from coach.facts.vocabulary import compiled, of_others
from coach.reply import Fact, FactKind
from coach.respond.partner import Partner, find_partner

__all__ = ["facts_in"]

_LOOK_AT_CHARS: Final = 6000
_EVIDENCE_CHARS: Final = 160
_UNSAID = Partner()
_HER_WORD = compiled(r"\bmy (?:ex[\s-])?[^\W\d_]+")
_BARE_EX = re.compile(
    r"\bmy\s+ex\b(?![ -](?:husband|boyfriend|bf|wife|gf|girlfriend|partner|fianc))", re.I
)
_NEW_ONE = compiled(
    r"\b(?:my|a) (?:new|current|present) (?:\w+ )?(?:partner|boyfriend|girlfriend|bf|gf|husband|"
    r"wife|guy|girl|man|woman|relationship|fianc\w+)\b"
)
_HE = compiled(r"\b(?:he|him|his|himself|he's|he'd)\b")
_SHE = compiled(r"\b(?:she|her|hers|herself|she's|she'd)\b")
_TOWARDS_ME = compiled(r"\b(?:me|us|we|our|my|i)\b")
_YOU = compiled(r"\b(?:you|your|yours|you're)\b")
# "My gf's are out tonight", "my partner in crime"; "in my first relationship, my boyfriend".
_ANOTHER = compiled(r"['’]?s (?:are|were|have)\b| in (?:crime|this|life)\b")
_EARLIER = compiled(
    r"\b(?:first|last|previous|prior|past|earlier) (?:serious |real )?(?:relationship|marriage)\b"
    r"[^.!?]{0,30}$"
)
_KIN = {
    "he": compiled(r"\b(?:my|our) (?:\S+ ){0,3}(?:son|boy|brother|dad|father|uncle|cousin)\b"),
    "she": compiled(r"\b(?:my|our) (?:\S+ ){0,3}(?:daughter|sister|mum|mom|mother|aunt|cousin)\b"),
}
_MARGIN: Final = 4


def facts_in(message: str, history_facts: Sequence[Fact] = ()) -> tuple[Fact, ...]:
    """Find what a message newly tells.

    Args:
        message: As she wrote it; of a very long one only the beginning is read.
        history_facts: What is known already, oldest first. It is not told again, and a known
            name is understood ("tom left me").

    Returns:
        The new facts: names, her word, the pronoun, how long together, how long over, who
        ended it, ties.
    """
    message = message[:_LOOK_AT_CHARS]
    known = {(fact.kind, fact.value.casefold()) for fact in history_facts}
    newest = {fact.kind: fact.value.casefold() for fact in history_facts}
    return tuple(
        fact
        for fact in _facts(message, history_facts)
        if (fact.kind, fact.value.casefold()) not in known
        or (fact.kind not in ("ex_name", "tie") and newest[fact.kind] != fact.value.casefold())
    )


def _facts(message: str, history_facts: Sequence[Fact]) -> Iterator[Fact]:
    called = [fact.value for fact in history_facts if fact.kind == "ex_name"]
    named = names.ex_names(list(passages(readable(message))), frozenset(map(str.lower, called)))
    for name in named:
        yield _fact("ex_name", message, name)
    text = readable(message, [*called, *(name.value for name in named)])
    sentences = list(passages(text))
    ended = endings.who_ended(sentences)
    yield from _partner(message, history_facts, sure=ended is not None)
    read: tuple[tuple[FactKind, Found | None], ...] = (
        ("together", durations.together(sentences)),
        ("since", endings.since(sentences)),
        ("who_ended", ended),
    )
    for kind, found in read:
        if found is not None:
            yield _fact(kind, message, found)
    for tie in ties.ties(sentences):
        yield _fact("tie", message, tie)


def _fact(kind: FactKind, message: str, found: Found) -> Fact:
    evidence = shortened(message[found.start : found.end])
    return Fact(kind=kind, value=found.value, evidence=evidence[:_EVIDENCE_CHARS])


def _partner(message: str, history_facts: Sequence[Fact], *, sure: bool) -> Iterator[Fact]:
    """Her word and the pronoun; `sure` when the message says who ended it."""
    if _NEW_ONE.search(message):
        return
    partner = find_partner([message])
    evidence = "" if _BARE_EX.search(message) else _words_for(message, partner.noun)
    if evidence:
        word = partner.noun.removeprefix("your ")
        yield Fact(kind="ex_word", value=word, evidence=evidence)
        # "Fiance" and "fiancee" are both written of both.
        if "fianc" not in word and find_partner([evidence]).pronoun != _UNSAID.pronoun:
            yield Fact(kind="ex_pronoun", value=partner.pronoun, evidence=evidence)
            return
    # A word for the ex settles the pronoun; without one a new "he" may be somebody else.
    if not any(fact.kind == "ex_pronoun" for fact in history_facts):
        yield from _pronoun(message, partner, least=1 if sure else 2)


def _words_for(message: str, noun: str) -> str:
    """Her words in which `find_partner` finds this noun; empty when it finds none."""
    for match in _HER_WORD.finditer(message):
        if noun != _UNSAID.noun and find_partner([match[0]]).noun == noun:
            if _ANOTHER.match(message, match.end()) or _EARLIER.search(message[: match.end()]):
                return ""
            return shortened(match[0])
    return ""


def _pronoun(message: str, partner: Partner, least: int) -> Iterator[Fact]:
    """The pronoun where hardly another one stands beside it, and she speaks of the two."""
    counts = {"he": len(_HE.findall(message)), "she": len(_SHE.findall(message))}
    other = {"he": "she", "she": "he"}.get(partner.pronoun)
    if other is None:
        return
    # A letter to the ex, or advice for others: then "he" is somebody else.
    you = len(_YOU.findall(message))
    if you > min(2 * counts[partner.pronoun], len(_TOWARDS_ME.findall(message))):
        return
    if counts[partner.pronoun] < max(least, _MARGIN * counts[other]):
        return
    if least > 1 and _KIN[partner.pronoun].search(message):
        return
    pattern = _HE if partner.pronoun == "he" else _SHE
    for sentence in passages(readable(message)):
        if (
            pattern.search(sentence.text)
            and (least == 1 or _TOWARDS_ME.search(sentence.text))
            and not of_others(sentence.text)
        ):
            start, end = sentence.start, sentence.start + len(sentence.text)
            evidence = shortened(message[start:end])[:_EVIDENCE_CHARS]
            yield Fact(kind="ex_pronoun", value=partner.pronoun, evidence=evidence)
            return
