"""The page's own words, from `words.yaml`."""

from importlib import resources

import yaml
from pydantic import ValidationError

from coach import ConfigError
from coach.records import Rating
from coach.reply import FactKind
from coach.safety.helplines import HelplineKind
from ui.web.words_around import (
    AccessWords,
    AwayWords,
    GuideWords,
    LockWords,
    PassagesWords,
    SignInWords,
    Texts,
    ThreadsWords,
    WelcomeWords,
    YourDataWords,
)

__all__ = [
    "CheckInWords",
    "ContactWords",
    "ExerciseWords",
    "HelpWords",
    "JournalWords",
    "MisreadWords",
    "MoodsWords",
    "NotesWords",
    "RatingWords",
    "RememberedWords",
    "Starter",
    "TemporaryWords",
    "WhyWords",
    "Words",
    "load_words",
]


class Starter(Texts):
    """A way to begin.

    Attributes:
        label: What its button says.
        text: The message it sends, in her words.
    """

    label: str
    text: str


class HelpWords(Texts):
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


class WhyWords(Texts):
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


class MisreadWords(Texts):
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


class ExerciseWords(Texts):
    """Words under a step of an exercise. `{title}`, `{step}`, `{steps}`, `{minutes}` are filled in.

    Attributes:
        give: The button that asks for one, and the message that it sends as hers.
    """

    give: str
    step: str
    wait: str
    wait_over: str
    page: str


class CheckInWords(Texts):
    """Words of the question how she is.

    Attributes:
        faces: What the five faces say, from the worst to the best.
    """

    ask: str
    faces: tuple[str, str, str, str, str]
    word: str
    not_now: str
    kept: str
    not_kept: str


class NotesWords(Texts):
    """Words of the panel that holds what is hers."""

    button: str
    unread: str


class ContactWords(Texts):
    """Words of the days without contact. `{count}` and `{example}` are filled in."""

    title: str
    lead: str
    day: str
    set: str
    clear: str
    days: str
    one_day: str
    no_day: str
    unclear: str
    to_come: str


class MoodsWords(Texts):
    """Words of what she said of herself. `{day}` and `{mood}` are filled in."""

    title: str
    empty: str
    line: str


class JournalWords(Texts):
    """Words of the journal. `{title}` and `{day}` are filled in."""

    title: str
    empty: str
    pages: str
    entry: str
    entry_due: str
    change: str
    edit: str
    save: str
    cancel: str
    delete: str
    sure: str
    delete_yes: str
    delete_no: str
    deleted: str
    saved: str
    wordless: str
    due: str
    due_read: str
    due_not_now: str


class RememberedWords(Texts):
    """Words of what the coach remembers. `{value}` and `{day}` are filled in.

    Attributes:
        kinds: By kind of fact, the line that shows it.
        values: By kind of fact, words for values that are no words of hers.
    """

    title: str
    lead: str
    empty: str
    facts: str
    forget: str
    forget_all: str
    sure: str
    forget_yes: str
    forget_no: str
    forgotten: str
    none_chosen: str
    kinds: dict[FactKind, str]
    values: dict[FactKind, dict[str, str]]


class RatingWords(Texts):
    """Words for what she thinks of an answer.

    Attributes:
        reasons: What was wrong with it, by rating; a thumb says the rest.
        noted: What is said once it is stored.
    """

    reasons: dict[Rating, str]
    noted: str

    @property
    def options(self) -> list[str]:
        """What can be chosen, as Gradio's chatbot wants it: two thumbs, and then reasons."""
        return ["Like", "Dislike", *self.reasons.values()]

    def shown(self, rating: Rating | None) -> str | None:
        """A rating as Gradio's chatbot shows it."""
        thumbs: dict[Rating | None, str | None] = {None: None, "good": "Like", "bad": "Dislike"}
        return thumbs[rating] if rating in thumbs else self.reasons.get(rating or "bad")

    def rating(self, chosen: object) -> Rating | None:
        """The rating that was chosen; None when it was taken back."""
        if isinstance(chosen, bool):
            return "good" if chosen else "bad"
        return next((one for one, text in self.reasons.items() if text == chosen), None)


class TemporaryWords(Texts):
    """Words of a conversation that is not written down."""

    begin: str
    make: str
    about: str
    made: str
    placeholder: str


class Words(Texts):
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
    writing: str
    taken_back: str
    starters: tuple[Starter, ...]
    why: WhyWords
    misread: MisreadWords
    exercise: ExerciseWords
    check_in: CheckInWords
    notes: NotesWords
    contact: ContactWords
    moods: MoodsWords
    journal: JournalWords
    remembered: RememberedWords
    rating: RatingWords
    temporary: TemporaryWords
    help: HelpWords
    threads: ThreadsWords
    lock: LockWords
    your_data: YourDataWords
    welcome: WelcomeWords
    away: AwayWords
    access: AccessWords
    sign_in: SignInWords
    passages: PassagesWords
    guide: GuideWords
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
        return Words.model_validate(
            yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        )
    except (yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"words.yaml cannot be read: {error}") from error
