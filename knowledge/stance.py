"""What the coach may do with each sentence of the article (stance.yaml).

Default deny: a sentence of the built-in article that the file does not list is
never used. Articles that the file does not speak of are quoted as they are.
"""

import re
from collections.abc import Iterable, Mapping, Set
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from knowledge.article import Passage
from knowledge.errors import ArticleError
from knowledge.restriction import Restriction

__all__ = ["Stance", "StanceSentence", "load_stance"]

_FILE = Path(__file__).with_name("stance.yaml")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_ITEM = re.compile(r"\n[ \t]*[-*+] ")


class StanceSentence(BaseModel):
    """One sentence of the article and what may be done with it.

    Attributes:
        text: The sentence, word for word.
        stance: `voice`, `soften`, `attribute` or `never`; stance.yaml explains them.
        why: The reason.
        forbidden_after: Disclosures that close the sentence to that person.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1)
    stance: Literal["voice", "soften", "attribute", "never"]
    why: str = Field(min_length=1)
    forbidden_after: frozenset[Restriction] = frozenset()

    def allowed(self, forbidden: Set[str]) -> bool:
        """Whether the sentence may be used under these restrictions."""
        return self.stance != "never" and not (self.forbidden_after & forbidden)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1]
    article: str
    passages: dict[str, tuple[StanceSentence, ...]]


class Stance:
    """The stance of one article.

    Args:
        article: Name of the article it speaks of.
        passages: Its sentences by passage slug, in reading order.
    """

    def __init__(self, article: str, passages: Mapping[str, tuple[StanceSentence, ...]]) -> None:
        self._article = article
        self._passages = dict(passages)

    def covers(self, passage: Passage) -> bool:
        """Whether this file speaks of the article a passage comes from."""
        return passage.article == self._article

    def sentences(self, slug: str) -> tuple[StanceSentence, ...]:
        """All sentences of a passage; empty for a passage the file does not list."""
        return self._passages.get(slug, ())

    def sentence(self, slug: str, prefix: str) -> StanceSentence | None:
        """The sentence of a passage that begins with these words, or None."""
        found = [s for s in self.sentences(slug) if s.text.startswith(prefix)]
        return found[0] if len(found) == 1 else None

    def shown(self, passage: Passage, forbidden: Set[str] = frozenset()) -> str:
        """The words of a passage that may be put before this person or a model.

        Args:
            passage: The passage.
            forbidden: Restrictions in force.

        Returns:
            Allowed sentences word for word and in their paragraphs, an ellipsis where some were
            left out; empty when nothing may be shown. A passage of an article that the file does
            not speak of is shown whole but for its comments, or under restrictions not at all.
        """
        if not self.covers(passage):
            # Nobody has said to whom its sentences may be closed: to all who need care.
            # A comment is no part of what its readers see, and may speak to a model.
            return "" if forbidden else _COMMENT.sub("", passage.text).strip()
        sentences = self.sentences(passage.slug)
        return _laid_out(passage.text, ((s.text, s.allowed(forbidden)) for s in sentences))

    def still_shown(self, slug: str, text: str, forbidden: Set[str]) -> str:
        """What of a passage that was shown once may be shown now.

        Args:
            slug: The passage.
            text: What was shown of it then.
            forbidden: Restrictions that have come into force.

        Returns:
            All of it without a restriction. Under one, those of its sentences that are allowed;
            words that this file does not list are left out.
        """
        if not forbidden:
            return text
        return _laid_out(
            text,
            (
                (s.text, s.allowed(forbidden) and _place(s.text, text) is not None)
                for s in self.sentences(slug)
            ),
        )

    def usable(self, passage: Passage, forbidden: Set[str] = frozenset()) -> bool:
        """Whether anything of a passage may be used under these restrictions."""
        return bool(self.shown(passage, forbidden))


def _place(sentence: str, text: str, start: int = 0) -> re.Match[str] | None:
    """Where a text has a sentence, however its lines are broken."""
    return re.compile(r"\s+".join(map(re.escape, sentence.split()))).search(text, start)


def _laid_out(text: str, sentences: Iterable[tuple[str, bool]]) -> str:
    """The sentences of a text that may be shown, in the paragraphs that they stand in there.

    Args:
        text: The text.
        sentences: Its sentences in order, and of each whether it may be shown.

    Returns:
        The sentences, an ellipsis where some between them were left out.
    """
    shown, gap, end = "", False, 0
    for sentence, allowed in sentences:
        if not allowed:
            gap = True
            continue
        found = _place(sentence, text, end)
        between = text[end : found.start()] if found else ""
        space = "\n\n" if _PARAGRAPH.search(between) else "\n" if _ITEM.search(between) else " "
        if shown:
            shown += f"{space}… " if gap else space
        shown += sentence
        gap, end = False, found.end() if found else end
    return shown


def load_stance(path: Path = _FILE) -> Stance:
    """Read and check a stance file.

    Args:
        path: A YAML file of the form stance.yaml describes.

    Returns:
        The stance.

    Raises:
        ArticleError: The file cannot be read or breaks its schema.
    """
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        data = _File.model_validate(raw)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ArticleError(f"The stance file {path.name!r} cannot be used: {error}") from error
    return Stance(data.article, data.passages)
