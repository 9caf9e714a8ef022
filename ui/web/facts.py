"""A remembered fact, in words that can be read without knowing how it is kept."""

from coach.records import StoredFact
from ui.web.days import in_words
from ui.web.words import Words

__all__ = ["fact_line"]


def fact_line(stored: StoredFact, words: Words) -> str:
    """One line that shows a fact.

    Args:
        stored: The fact.
        words: The page's words.

    Returns:
        Such as `How long you were together: nine years`.
    """
    kind, value = stored.fact.kind, stored.fact.value
    value = words.remembered.values.get(kind, {}).get(value, value)
    day = in_words(stored.created_at.astimezone().date())
    return words.remembered.kinds[kind].format(value=value, day=day)
