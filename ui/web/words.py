"""The page's own words, from `words.yaml`."""

from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from coach import ConfigError
from coach.safety.helplines import HelplineKind

__all__ = ["HelpWords", "Starter", "Words", "load_words"]


class _Texts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_min_length=1)


class Starter(_Texts):
    """A way to begin.

    Attributes:
        label: What its button says.
        text: The message it sends, in her words.
    """

    label: str
    text: str


class HelpWords(_Texts):
    """Words of the help panel; its helplines are the coach's."""

    button: str
    lead: str
    country: str
    elsewhere: str
    local_emergency: str
    finder: str
    groups: dict[HelplineKind, str]


class Words(_Texts):
    """Every text of the page. `{count}`, `{length}` and `{limit}` are filled in."""

    title: str
    lead: str
    what_answers: str
    greeting: str
    greeting_more: str
    box_label: str
    box_placeholder: str
    send: str
    stop: str
    new: str
    chat_label: str
    sources: str
    sources_many: str
    reading: str
    stopped: str
    finished: str
    empty: str
    too_long: str
    failed: str
    unread: str
    starters: tuple[Starter, ...]
    help: HelpWords
    countries: dict[str, str]


def load_words() -> Words:
    """Read the page's words.

    Returns:
        The words.

    Raises:
        ConfigError: `words.yaml` lacks one, or has one too many.
    """
    file = resources.files("ui.web") / "words.yaml"
    try:
        return Words.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"words.yaml cannot be read: {error}") from error
