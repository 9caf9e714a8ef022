"""What can be wrong with an article, its notes or its index."""

__all__ = ["ArticleError", "IndexStoreError", "KnowledgeError"]


class KnowledgeError(Exception):
    """Base of all errors about the article and its index."""


class ArticleError(KnowledgeError):
    """An article, its stance or its notes cannot be read, or contradict each other."""


class IndexStoreError(KnowledgeError):
    """The index or the embedding model cannot be opened or built."""
