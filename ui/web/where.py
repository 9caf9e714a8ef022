"""Where her text goes, as the settings have it."""

from urllib.parse import urlsplit

from coach import Settings
from coach.models import ModelStatus
from ui.web.sources import as_text
from ui.web.words_around import YourDataWords

__all__ = ["where_it_goes"]


def where_it_goes(settings: Settings, model: ModelStatus, words: YourDataWords) -> str:
    """Say in plain words where her text goes.

    Args:
        settings: The settings.
        model: How it stands with the model.
        words: The words.

    Returns:
        HTML.
    """
    in_file = settings.records_url.startswith("sqlite")
    answers = words.by_none
    if settings.llm == "endpoint":
        answers = words.by_endpoint.format(host=_host(settings.endpoint_url))
    elif model.state == "ready":
        answers = words.by_local
    sentences = [words.in_file if in_file else words.in_database, answers]
    if settings.chroma_url:
        sentences.append(words.index.format(host=_host(settings.chroma_url)))
    elif settings.llm != "endpoint":
        sentences.append(words.nowhere)
    browser = words.browser_signed_in if settings.sign_in_needed else words.browser
    return f"<p>{as_text(' '.join(sentences))}</p><p>{as_text(browser)}</p>"


def _host(address: str) -> str:
    # Without a name or a key that may be written into the address.
    return urlsplit(address).hostname or address.rpartition("@")[2]
