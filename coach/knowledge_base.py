"""The articles as the settings name them: notes and index, opened together."""

from typing import NamedTuple

from coach.errors import ConfigError, StorageError
from coach.settings import Settings
from knowledge.article import load_folder
from knowledge.errors import ArticleError, KnowledgeError
from knowledge.notes import Notes, load_notes
from knowledge.retriever import PassageRetriever

__all__ = ["KnowledgeBase", "open_knowledge"]


class KnowledgeBase(NamedTuple):
    """What is known of the articles.

    Attributes:
        notes: Ideas and questions by passage.
        retriever: Finds passages; to be closed by whoever opened it.
    """

    notes: Notes
    retriever: PassageRetriever


def open_knowledge(settings: Settings) -> KnowledgeBase:
    """Read the articles and open their index, building it first where needed.

    Args:
        settings: The settings; `articles`, `cache_dir` and `chroma_url` are read.

    Returns:
        The notes and the retriever.

    Raises:
        ConfigError: An article or a note is wrong.
        StorageError: The index cannot be built or opened.
    """
    try:
        articles = load_folder(settings.articles)
        notes = load_notes(passage for article in articles for passage in article.passages)
        retriever = PassageRetriever.open(articles, notes, settings.cache_dir, settings.chroma_url)
        try:
            # It loads on first use: a wrong file is told now, and not to her first message.
            retriever.embeddings.encode(["hello"])
        except KnowledgeError:
            retriever.close()
            raise
    except ArticleError as error:
        raise ConfigError(str(error)) from error
    except KnowledgeError as error:
        raise StorageError(str(error)) from error
    return KnowledgeBase(notes, retriever)
