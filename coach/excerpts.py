"""What is shown of the article under an answer: the passage, its place, the very words.

All of it goes through the stance of this person: a sentence that is closed to her is no passage,
no context, and nothing to rest on.
"""

import re
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

from coach.reply import PassageRef, Sentence
from knowledge.article import Passage
from knowledge.stance import Stance, load_stance

__all__ = ["excerpt", "resting", "still_open"]

_END = re.compile(r"(?<=[.!?…])[\"”’)]*\s+|\n+")


def resting(sentence: Sentence, passage: Passage, stance: Stance, forbidden: Set[str]) -> Sentence:
    """A sentence of the coach's with the article's own that it rests on, whole.

    Args:
        sentence: It names the article's sentence by its first words, or not at all.
        passage: The passage it rests on.
        stance: What may be shown of it.
        forbidden: Restrictions in force.

    Returns:
        The same, without the article's words where they are not among those that may be shown.
    """
    if sentence.rests_on is None:
        return sentence
    words: str | None = None
    if stance.covers(passage):
        found = stance.sentence(passage.slug, sentence.rests_on)
        if found is not None and found.allowed(forbidden):
            words = found.text
    else:
        quoted = " ".join(sentence.rests_on.split())
        if quoted in " ".join(stance.shown(passage, forbidden).split()):
            words = quoted
    return sentence.model_copy(update={"rests_on": words})


def excerpt(
    passage: Passage,
    score: float,
    passages: Iterable[Passage],
    stance: Stance,
    forbidden: Set[str],
    *,
    known: bool,
    closed: Set[str] = frozenset(),
) -> PassageRef:
    """A passage as it is shown under an answer.

    Args:
        passage: The passage.
        score: How well it fits.
        passages: All there are; beside this one stand some of them.
        stance: What may be shown of them.
        forbidden: Restrictions in force.
        known: Whether it is known on which of its sentences the answer rests. Where it is not,
            the passage is shown in its section; else with the rest of its paragraph alone.
        closed: Slugs of passages that are used nowhere.

    Returns:
        The passage, with what may be read beside it.
    """
    section = sorted(
        (p for p in passages if (p.article, p.path) == (passage.article, passage.path)),
        key=lambda one: one.start,
    )
    at = section.index(passage)
    before, after = "", ""
    for other in section[max(0, at - 1) : at]:
        words, space = _sentence(other, -1, stance, forbidden, closed), _space(other, passage)
        if words and (not known or space == " "):
            before = f"{words}{space}"
    for other in section[at + 1 : at + 2]:
        words, space = _sentence(other, 0, stance, forbidden, closed), _space(passage, other)
        if words and (not known or space == " "):
            after = f"{space}{words}"
    return PassageRef(
        id=passage.slug,
        section=passage.section,
        text=stance.shown(passage, forbidden),
        score=score,
        before=before,
        after=after,
    )


def still_open(passages: Sequence[PassageRef], forbidden: Set[str]) -> list[PassageRef]:
    """The passages of an earlier answer, as they may be shown now.

    Args:
        passages: As they were shown then.
        forbidden: Restrictions in force now.

    Returns:
        Without a restriction the same. Under one, of each the sentences that are open to her,
        and nothing beside them, for nobody noted where those words came from.
    """
    if not forbidden:
        return list(passages)
    texts = [_stance().still_shown(one.id, one.text, forbidden) for one in passages]
    return [
        one.model_copy(update={"text": text, "before": "", "after": ""})
        for one, text in zip(passages, texts, strict=True)
        if text
    ]


@lru_cache(maxsize=1)
def _stance() -> Stance:
    return load_stance()


def _sentence(
    passage: Passage, place: int, stance: Stance, forbidden: Set[str], closed: Set[str]
) -> str:
    """The first or the last sentence of a passage, empty when it is closed to her."""
    if passage.slug in closed:
        return ""
    if stance.covers(passage):
        sentences = stance.sentences(passage.slug)
        one = sentences[place] if sentences else None
        return one.text if one is not None and one.allowed(forbidden) else ""
    lines = [line.strip() for line in _END.split(stance.shown(passage, forbidden))]
    return next(iter([line for line in lines if line][:: 1 if place == 0 else -1]), "")


def _space(first: Passage, second: Passage) -> str:
    """What stands between two neighbours: one that was too long is cut inside a paragraph."""
    return " " if second.start - first.end <= 1 else "\n\n"
