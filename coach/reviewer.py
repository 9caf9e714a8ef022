"""Holds drafts against the gate without a conversation: for engineers and evaluation suites."""

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

from coach.errors import ConfigError
from coach.knowledge_base import KnowledgeBase, open_knowledge
from coach.reply import Disclosure
from coach.respond.draft import split_sentences
from coach.respond.gate import Gate, Verdict, tidy
from coach.respond.partner import find_partner
from coach.respond.phrasebook import load_voice
from coach.respond.support import Support
from coach.safety.helplines import contacts
from coach.safety.policy import restrictions
from coach.settings import Settings
from knowledge.errors import ArticleError
from knowledge.stance import load_stance

__all__ = ["Reviewer"]


class Reviewer:
    """Judges drafts by themselves; advice is held against every passage there is.

    Use it as a context manager.

    Args:
        knowledge: Articles and index; closed with the reviewer.

    Raises:
        ConfigError: A data file is wrong.
    """

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge
        try:
            stance = load_stance()
            self._support = Support(knowledge.notes, load_voice(stance), stance)
        except ArticleError as error:
            raise ConfigError(str(error)) from error
        self._gate = Gate(knowledge.retriever.embeddings, contacts())

    @classmethod
    def open(cls, settings: Settings) -> "Reviewer":
        """Open the articles, building their index first where needed.

        Args:
            settings: The settings.

        Returns:
            A reviewer.

        Raises:
            ConfigError: A setting or a data file is wrong.
            StorageError: The index cannot be built or opened.
        """
        return cls(open_knowledge(settings))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._knowledge.retriever.close()

    def review(self, text: str, disclosures: Iterable[Disclosure] = ()) -> Verdict:
        """Judge a draft of one or more sentences.

        Args:
            text: The draft.
            disclosures: What the person it is meant for has told.

        Returns:
            The verdict of the first sentence that may not be shown, or else of the last one.
        """
        forbidden = restrictions(list(disclosures))
        passages = self._knowledge.retriever.passages.values()
        support = self._support.of_all(passages, forbidden, find_partner([text]))
        session = self._gate.open(support, forbidden, whole=True)
        verdict = Verdict("drop", "empty")
        for sentence in _sentences(text):
            verdict = session.judge(sentence)
            if verdict.decision != "pass":
                break
        return verdict


def _sentences(text: str) -> Sequence[str]:
    pieces = [tidy(piece) for piece in split_sentences(f"{text.strip()}\n")]
    return [piece for piece in pieces if piece]
