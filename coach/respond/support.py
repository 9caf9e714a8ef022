"""What may be said of a passage: the ground a sentence of advice has to stand on."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from coach.respond.partner import Partner, in_words_of
from coach.respond.phrasebook import Voice
from knowledge.article import Passage
from knowledge.notes import Notes
from knowledge.stance import Stance

__all__ = ["Support"]

_NOTE_WORDS = 60  # of a passage without notes, as much as a prompt can hold
_SAID = 4  # of the composer's sentences for a passage


@dataclass(frozen=True, slots=True)
class Support:
    """Knows for every passage what may be said of it, and to whom.

    Attributes:
        notes: Ideas by passage.
        voice: The composer's sentences.
        stance: What may be said of the article.
    """

    notes: Notes
    voice: Voice
    stance: Stance

    def of(self, passage: Passage, forbidden: Set[str], partner: Partner) -> list[str]:
        """What may be said of a passage; the first is what a model is given to say.

        Args:
            passage: The passage.
            forbidden: Restrictions in force.
            partner: Her word for the ex.

        Returns:
            Sentences; empty when all of it is closed to her.
        """
        slug = passage.slug
        note = self.notes.note(slug)
        neutral = Partner(pronoun=partner.pronoun)
        said = [neutral.fill(text) for text, _ in self.voice.ideas(slug, forbidden)[:_SAID]]
        allowed = [s.text for s in self.stance.sentences(slug) if s.allowed(forbidden)]
        if not allowed:
            words = self.stance.shown(passage, forbidden).split()
            allowed = [" ".join(words[:_NOTE_WORDS])] if words else []
        # The note's idea speaks to everybody; under a restriction our own softened words
        # come first, since they inherit to whom they may be said.
        if note is not None and not forbidden:
            return [in_words_of(partner, note.idea), *allowed, *said]
        return [*said, *allowed]

    def of_all(
        self, passages: Iterable[Passage], forbidden: Set[str], partner: Partner
    ) -> dict[str, list[str]]:
        """As `of`, for several passages.

        Args:
            passages: The passages.
            forbidden: Restrictions in force.
            partner: Her word for the ex.

        Returns:
            By slug, what may be said; passages that are closed to her are left out.
        """
        found = {passage.slug: self.of(passage, forbidden, partner) for passage in passages}
        return {slug: texts for slug, texts in found.items() if texts}
