"""The values that flow through one turn: what goes in, what comes out.

All are frozen pydantic models, validated once at the edge. Nothing here does
anything; the field names are the JSON that `coach ask --json` prints.
"""

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "About",
    "Chip",
    "Disclosure",
    "DisclosureKind",
    "ExerciseState",
    "Fact",
    "FactKind",
    "JournalPage",
    "Mode",
    "PassageRef",
    "Reason",
    "Reply",
    "Route",
    "Scope",
    "Sentence",
    "Status",
    "Turn",
    "joined",
]

Route = Literal[
    "crisis",
    "abuse",
    "violence",
    "boundary",
    "cheating",
    "minor",
    "professional",
    "injection",
    "off_topic",
    "coach",
    "exercise",
    "close",
]
Scope = Literal["covered", "silent", "feeling", "redirect", "exercise", "language"]
Mode = Literal["llm", "article", "mixed", "redirect"]
DisclosureKind = Literal[
    "crisis", "abuse", "violence", "boundary", "cheating", "minor", "no_contact", "safe_now"
]
About = Literal["ex", "earlier_partner", "parent", "self", "other"]
FactKind = Literal["ex_name", "ex_word", "ex_pronoun", "together", "since", "who_ended", "tie"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Turn(_Value):
    """One message of a conversation, as it was shown.

    Attributes:
        role: Who wrote it.
        content: The text.
        route: For the coach's own turns, the road that message took.
        exercise: For the coach's own turns, the step of an exercise it asked for, such as
            `urge:2`, and `urge:left` or `urge:done` where one ended.
    """

    role: Literal["user", "assistant"]
    content: str
    route: Route | None = None
    exercise: str | None = None


class Disclosure(_Value):
    """Something a person told that limits what may be said to her from now on.

    Attributes:
        kind: What was told. `no_contact` is "he blocked me", "he asked me not to
            write", "there is a court order"; `safe_now` is her own word that she is
            safe, or that she was misheard: the only thing that ends a crisis.
        about: Of whom she speaks.
        evidence: Her words that were matched, as she wrote them.
        by: The layer and rule that found it, such as `rules:abuse-hit`.
        score: How sure that layer is, 0 to 1.
    """

    kind: DisclosureKind
    about: About
    evidence: str
    by: str
    score: float = Field(ge=0, le=1)


class Reason(_Value):
    """Why a message took its road: one thing that a layer of the screen found.

    Attributes:
        route: The road it asked for.
        by: The layer, and its rule if it has any, such as `rules:abuse-hit`.
        evidence: Her words that raised it, as she wrote them.
        score: How sure the layer is, 0 to 1.
        earlier: Whether she wrote them earlier, and the road still follows from it.
        kind: What it discloses, None when it is of no kind that is remembered.
        about: Of whom she speaks.
        disclosure: Id in the records of what she told earlier, None when it is in none.
    """

    route: Route
    by: str
    evidence: str
    score: float = Field(ge=0, le=1)
    earlier: bool = False
    kind: DisclosureKind | None = None
    about: About | None = None
    disclosure: str | None = None


class Fact(_Value):
    """Something she told that the coach may come back to.

    Attributes:
        kind: What it is: the ex's name, her word for the ex ("husband"), the pronoun, how long
            they were together, how long it is over, who ended it, and what ties them still.
        value: In a few words, such as `nine years` or `ex`, `me`, `both`.
        evidence: Her words it was taken from.
    """

    kind: FactKind
    value: str
    evidence: str


class JournalPage(_Value):
    """What an exercise leaves for her journal.

    Attributes:
        exercise: Id of the exercise.
        title: Heading of the page.
        text: Markdown: what was asked, and her own words.
        revisit_days: After how many days it should be laid before her again, None for never.
    """

    exercise: str
    title: str
    text: str
    revisit_days: int | None = None


class ExerciseState(_Value):
    """Where an exercise stands after a reply.

    Attributes:
        id: The exercise.
        title: Its name.
        step: Number of the step that was asked for, from 1.
        steps: How many there are.
        status: `running`, `left` (it can be resumed) or `done`.
        wait_minutes: How long this step wants her to take, None for no time at all.
        names: What each step is called, on its journal page as well.
        asked: What she was asked to do, while it is running.
        page: What it produced, once it is done.
    """

    id: str
    title: str
    step: int = Field(ge=1)
    steps: int = Field(ge=1)
    status: Literal["running", "left", "done"]
    wait_minutes: int | None = None
    names: tuple[str, ...] = ()
    asked: str = ""
    page: JournalPage | None = None

    @property
    def tag(self) -> str:
        """Its place in one word, as a turn carries it: `urge-to-write:2`, `urge-to-write:done`."""
        return f"{self.id}:{self.step if self.status == 'running' else self.status}"


class Chip(_Value):
    """Words she can send with one touch instead of typing them.

    Attributes:
        text: The words.
        kind: What they do.
    """

    text: str
    kind: Literal["exercise", "leave", "follow_up"]


class Sentence(_Value):
    """One sentence of a reply and the passage it rests on.

    Attributes:
        text: The sentence.
        passage: Slug of the passage, or None for a feeling, a question or a redirect.
        gap: What stands between it and the sentence before it: vetted words have paragraphs,
            and a helpline has a line of its own.
        rests_on: The article's sentence that it says in other words, or the first words of it
            as long as it is not shown; None where no more than the passage is known.
    """

    text: str
    passage: str | None = None
    gap: Literal[" ", "\n", "\n\n"] = " "
    rests_on: str | None = None


def joined(sentences: Iterable[Sentence]) -> str:
    """Sentences as one text, with their paragraphs."""
    return "".join(sentence.gap + sentence.text for sentence in sentences).lstrip()


class PassageRef(_Value):
    """A passage a reply rests on, with its words kept as they were then.

    Attributes:
        id: The passage's slug.
        section: The heading it stands under.
        text: Its words, verbatim from the article.
        score: Calibrated fit, 0 to 1.
        before: What stands before it in the article and may be read with it, up to its first
            word; empty for nothing.
        after: What stands after it, in the same way.
    """

    id: str
    section: str
    text: str
    score: float
    before: str = ""
    after: str = ""


class Status(_Value):
    """A line for the person while she waits; never stored.

    Attributes:
        text: What the coach is doing.
    """

    text: str


class Reply(_Value):
    """One answer of the coach, complete.

    Attributes:
        text: What was shown.
        route: The road the message took.
        scope: What the answer rests on: the article covers it, the article is silent,
            only a feeling was spoken to, a redirect, or an exercise.
        disclosures: What this message newly disclosed.
        reasons: Why the message took its road, the strongest first; empty when it is coached.
        passages: Passages the answer rests on, best first; empty when it rests on none.
        sentences: The text, sentence by sentence.
        mode: Who wrote it: the model, the composer, both, or a vetted redirect.
        model: Name of the model that answered or tried to, None when none was asked.
        prompt_version: Version of the prompt, None when no model was asked.
        stopped_sentences: Sentences of the model that the gate stopped, with the reason
            behind a tab; for engineers, never shown to the person.
        interrupted: Why the model did not finish, None when it did or was not asked:
            `gate`, `timeout`, `rate_limit`, `connection`, `server`, `garbled` or `cut`.
            Also why the whole answer ends early: `stopped` (by the person) or `error` (a
            fault of the coach, whatever the model was doing).
        exercise: Where an exercise stands, None when there is none.
        facts: What she newly told in this message that the coach may come back to.
        chips: Words a front end may offer under the answer.
        check_in: Whether this is a moment to ask how she is now: when she comes, when she goes.
        timings_ms: Milliseconds a stage took: `screen`, `adjudicator`, `retrieve`,
            `first_sentence`, `total`.
    """

    text: str
    route: Route
    scope: Scope
    disclosures: tuple[Disclosure, ...] = ()
    reasons: tuple[Reason, ...] = ()
    passages: tuple[PassageRef, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    mode: Mode
    model: str | None = None
    prompt_version: str | None = None
    stopped_sentences: tuple[str, ...] = ()
    interrupted: str | None = None
    exercise: ExerciseState | None = None
    facts: tuple[Fact, ...] = ()
    chips: tuple[Chip, ...] = ()
    check_in: Literal["start", "end"] | None = None
    timings_ms: dict[str, float] = Field(default_factory=dict)

    @property
    def turn(self) -> Turn:
        """The reply as a turn of the history that the next message is given with."""
        tag = self.exercise.tag if self.exercise is not None else None
        return Turn(role="assistant", content=self.text, route=self.route, exercise=tag)

    @property
    def model_failed(self) -> bool:
        """Whether a model was asked and failed, so that the composer had to step in."""
        return self.interrupted not in (None, "gate", "stopped", "error")
