"""The page's own words, from `words.yaml`."""

from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from coach import ConfigError
from coach.safety.helplines import HelplineKind

__all__ = ["HelpWords", "MisreadWords", "Starter", "WhyWords", "Words", "load_words"]


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
    call: str
    text: str
    chat: str
    ways_or: str
    hours: str
    spoken: str
    languages: dict[str, str]


class WhyWords(_Texts):
    """Words of "Why this answer?". `{what}` and `{quotes}` are filled in.

    Attributes:
        heard: By road or kind of disclosure, what the coach took her words for.
        layers: By the name of a layer of the screen, how it works.
    """

    title: str
    now: str
    earlier: str
    heard: dict[str, str]
    heard_other: str
    quotes: str
    not_kept: str
    layers: dict[str, str]
    layer_other: str
    limit: str


class MisreadWords(_Texts):
    """Words for what she may say about an answer. `{what}` is filled in.

    Attributes:
        safe: The chip that ends a crisis, and the message that it sends as hers.
        kinds: By kind of disclosure, a name that can be seen over a shoulder.
    """

    safe: str
    was_one: str
    was_of: str
    kinds: dict[str, str]
    set_aside: str
    set_aside_partly: str
    not_done: str
    ask: str
    which: str
    keep: str


class Words(_Texts):
    """Every text of the page. `{count}`, `{length}` and `{limit}` are filled in."""

    title: str
    lead: str
    what_answers: str
    who: str
    reminder: str
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
    why: WhyWords
    misread: MisreadWords
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
