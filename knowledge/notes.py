"""Notes on the article's passages (notes.yaml): who needs which, in their own words."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from knowledge.article import Passage
from knowledge.errors import ArticleError

__all__ = ["NOTES_FILE", "Note", "Notes", "load_notes"]

NOTES_FILE = Path(__file__).with_name("notes.yaml")

_log = logging.getLogger(__name__)


class Note(BaseModel):
    """What is known of one passage.

    Attributes:
        slug: The passage.
        hash: `Passage.hash` of the words the note was written for.
        idea: Its idea in one plain sentence.
        questions: Open questions it leads to, at least three.
        says: Things people say when they need it, at least twelve.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    slug: str
    hash: str
    idea: str = Field(min_length=1)
    questions: tuple[str, ...] = Field(min_length=3)
    says: tuple[str, ...] = Field(min_length=12)


class Notes(BaseModel):
    """All notes.

    Attributes:
        version: Version of the file's form.
        passages: One note a passage.
        silent: Things people bring that the articles do not speak to.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1]
    passages: tuple[Note, ...]
    silent: tuple[str, ...] = Field(min_length=12)

    def note(self, slug: str) -> Note | None:
        """The note on a passage, or None."""
        return next((note for note in self.passages if note.slug == slug), None)

    def check(self, passages: Iterable[Passage]) -> tuple[str, ...]:
        """Compare the notes with the article.

        Args:
            passages: The passages as parsed now.

        Returns:
            A sentence for each note whose passage is gone or has new words.
        """
        hashes = {passage.slug: passage.hash for passage in passages}
        moved = []
        for note in self.passages:
            if note.slug not in hashes:
                moved.append(f"The note {note.slug!r} speaks of a passage that is gone.")
            elif hashes[note.slug] != note.hash:
                moved.append(
                    f"The words of passage {note.slug!r} have changed since its note was "
                    f"written: re-read the note, then set its hash to {hashes[note.slug]}."
                )
        return tuple(moved)


def load_notes(passages: Iterable[Passage], path: Path = NOTES_FILE) -> Notes:
    """Read and check the notes; warn in the log where the article has moved on.

    Args:
        passages: The passages as parsed now.
        path: A YAML file.

    Returns:
        The notes.

    Raises:
        ArticleError: The file cannot be read or breaks its schema.
    """
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        notes = Notes.model_validate(raw)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ArticleError(f"The notes file {path.name!r} cannot be used: {error}") from error
    for line in notes.check(passages):
        _log.warning(line)
    return notes
