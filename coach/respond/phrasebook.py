"""Load and check the composer's sentences (voice/*.yaml)."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import ConfigError
from coach.respond.moments import Moment
from knowledge.article import Passage
from knowledge.stance import Stance

__all__ = ["Advice", "Detail", "Feeling", "Hearing", "PassageVoice", "Voice", "load_voice"]

_FOLDER = Path(__file__).with_name("voice")
_NOTHING = "nothing"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Advice(_Data):
    """Sentences that rest on one sentence of the article.

    Attributes:
        rests_on: First words of that sentence.
        say: The coach's own sentences.
    """

    rests_on: str = Field(min_length=2)
    say: tuple[str, ...] = Field(min_length=1)


class PassageVoice(_Data):
    """What the composer may say from one passage.

    Attributes:
        ideas: The idea itself.
        then: A second sentence that makes it usable or gentler.
        questions: Open questions it leads to.
    """

    ideas: tuple[Advice, ...]
    then: tuple[Advice, ...]
    questions: tuple[str, ...] = Field(min_length=3)


class Feeling(_Data):
    """How one feeling is told and how it is heard.

    Attributes:
        cues: Words that show it; lower case, without apostrophes.
        passages: Passages whose idea goes with it, where nothing speaks for a nearer one.
        plain: Lines that hear it without her words.
        strong: Short lines for when it is very strong.
        quote: Lines with a fragment of hers in quotation marks.
        echo: Lines with a clause of hers turned to "you".
    """

    cues: tuple[str, ...]
    passages: tuple[str, ...]
    plain: tuple[str, ...]
    quote: tuple[str, ...]
    echo: tuple[str, ...]
    strong: tuple[str, ...]


class Pool(_Data):
    """Lines and questions for one kind of answer without advice."""

    say: tuple[str, ...]
    questions: tuple[str, ...]


class Hearing(_Data):
    """First lines, and answers without advice.

    Attributes:
        feelings: By name; `calm` also serves where no feeling was found.
        silent: For what the article does not speak to.
        feeling: For a feeling without a question.
        greeting: For a hello.
        interrupted: Lines that join two halves of an answer.
        quoting: Lines that quote an article without notes.
    """

    feelings: dict[str, Feeling]
    silent: Pool
    feeling: Pool
    greeting: Pool
    interrupted: tuple[str, ...]
    quoting: tuple[str, ...]


class Detail(_Data):
    """Something that stands around in a breakup: children, a dog, a date.

    Attributes:
        words: Words that show it; lower case, without apostrophes.
        say: Lines about it.
    """

    words: tuple[str, ...]
    say: tuple[str, ...]


class _PassageFile(_Data):
    passages: dict[str, PassageVoice]


class _ActsFile(_Data):
    acts: dict[str, tuple[str, ...]]


class _ListeningFile(_Data):
    listening: dict[str, tuple[str, ...]]


class _DetailsFile(_Data):
    details: dict[str, Detail]


class _CuesFile(_Data):
    cues: dict[str, tuple[str, ...]]


class _TurnsFile(_Data):
    turns: dict[str, tuple[str, ...]]


class _MomentsFile(_Data):
    moments: tuple[Moment, ...]


class Voice:
    """All sentences of the composer, checked against the stance.

    Args:
        hearing: First lines and answers without advice.
        passages: Sentences by passage.
        stance: What may be said of the article.
        acts: Lines by kind of message.
        listening: First lines by passage.
        details: Lines on things a message may mention.
        moments: The typical moments, each with its lines.
        cues: Patterns by moment.
        turns: By passage, or `nothing`, the first words of the moments' lines that rest on it.

    Raises:
        ConfigError: A sentence rests on nothing, or on something never to be said, or a moment
            names a passage without sentences.
    """

    def __init__(
        self,
        hearing: Hearing,
        passages: dict[str, PassageVoice],
        stance: Stance,
        *,
        acts: Mapping[str, Sequence[str]],
        listening: Mapping[str, Sequence[str]],
        details: Mapping[str, Detail],
        moments: Sequence[Moment] = (),
        cues: Mapping[str, Sequence[str]] | None = None,
        turns: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.hearing = hearing
        self.acts = acts
        self.listening = listening
        self.details = details
        self.moments = tuple(moments)
        self.cues = cues or {}
        self._turns = {
            line: None if slug == _NOTHING else slug
            for slug, starts in (turns or {}).items()
            for moment in self.moments
            for line in moment.turn
            if line.startswith(tuple(starts))
        }
        self._passages = passages
        self._stance = stance
        for slug, voice in passages.items():
            for advice in (*voice.ideas, *voice.then):
                sentence = stance.sentence(slug, advice.rests_on)
                if sentence is None or sentence.stance == "never":
                    raise ConfigError(
                        f"The voice of passage {slug!r} rests on {advice.rests_on!r}, "
                        "which is no sentence that may be said."
                    )

        twice = [name for name, count in Counter(m.id for m in moments).items() if count > 1]
        strange = sorted({s for m in moments for s in m.passages if not stance.sentences(s)})
        if twice or strange:
            raise ConfigError(f"Moments written twice: {twice}; unknown passages: {strange}.")

    @property
    def slugs(self) -> tuple[str, ...]:
        """Passages that have sentences here."""
        return tuple(self._passages)

    def speaks(self, slug: str, forbidden: Set[str]) -> bool:
        """Whether there is an idea of this passage for a person under these restrictions."""
        return bool(self.ideas(slug, forbidden))

    def quotable(self, passage: Passage, forbidden: Set[str]) -> str:
        """The words of a passage without notes, to be quoted as they are; empty for none."""
        if self._stance.covers(passage):
            return ""
        return self._stance.shown(passage, forbidden)

    def ideas(self, slug: str, forbidden: Set[str]) -> tuple[tuple[str, str], ...]:
        """Allowed (sentence, rests_on) pairs that say the passage's idea."""
        voice = self._passages.get(slug)
        return self._allowed(slug, voice.ideas, forbidden) if voice else ()

    def turns(self, moment: Moment) -> tuple[tuple[str, str | None], ...]:
        """The (line, passage) pairs of a moment's `turn` lines that may be said."""
        return tuple((line, self._turns[line]) for line in moment.turn if line in self._turns)

    def advice(self, slug: str) -> tuple[str, ...]:
        """Every sentence there is of a passage, whomever it is open to."""
        voice = self._passages.get(slug)
        if voice is None:
            return ()
        return tuple(text for group in (*voice.ideas, *voice.then) for text in group.say)

    def then(self, slug: str, forbidden: Set[str]) -> tuple[tuple[str, str], ...]:
        """Allowed (sentence, rests_on) pairs for a second sentence."""
        voice = self._passages.get(slug)
        return self._allowed(slug, voice.then, forbidden) if voice else ()

    def questions(self, slug: str, forbidden: Set[str]) -> tuple[str, ...]:
        """Questions of a passage; under any restriction only the general ones.

        A question has no sentence of the article under it, so nothing says to whom it
        may be put: default deny.
        """
        voice = self._passages.get(slug)
        if voice is None or forbidden:
            return self.hearing.feeling.questions
        return voice.questions

    def _allowed(
        self, slug: str, advice: tuple[Advice, ...], forbidden: Set[str]
    ) -> tuple[tuple[str, str], ...]:
        pairs = []
        for group in advice:
            sentence = self._stance.sentence(slug, group.rests_on)
            if sentence is not None and sentence.allowed(forbidden):
                pairs += [(text, group.rests_on) for text in group.say]
        return tuple(pairs)


def load_voice(stance: Stance, folder: Path = _FOLDER) -> Voice:
    """Read the composer's sentences.

    Args:
        stance: What may be said of the article.
        folder: Folder with hearing.yaml and passages-*.yaml; the other files and moments/ are
            the built-in ones where it has none.

    Returns:
        The checked sentences.

    Raises:
        ConfigError: A file cannot be read, breaks its schema, or contradicts the stance.
    """

    def file(name: str) -> Path:
        return folder / name if (folder / name).exists() else _FOLDER / name

    passages: dict[str, PassageVoice] = {}
    moments: list[Moment] = []
    try:
        hearing = Hearing.model_validate(_read(folder / "hearing.yaml"))
        for path in sorted(folder.glob("passages-*.yaml")):
            passages |= _PassageFile.model_validate(_read(path)).passages
        for path in sorted(file("moments").glob("*.yaml")):
            moments += _MomentsFile.model_validate(_read(path)).moments
        acts = _ActsFile.model_validate(_read(file("acts.yaml"))).acts
        listening = _ListeningFile.model_validate(_read(file("listening.yaml"))).listening
        details = _DetailsFile.model_validate(_read(file("details.yaml"))).details
        cues = _CuesFile.model_validate(_read(file("cues.yaml"))).cues
        turns = _TurnsFile.model_validate(_read(file("turns.yaml"))).turns
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ConfigError(f"The composer's sentences cannot be used: {error}") from error
    return Voice(
        hearing,
        passages,
        stance,
        acts=acts,
        listening=listening,
        details=details,
        moments=moments,
        cues=cues,
        turns=turns,
    )


def _read(path: Path) -> object:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
