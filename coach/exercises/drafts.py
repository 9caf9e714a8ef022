"""Look over a reply to the ex with phrases alone; nothing of it leaves the machine."""

from collections.abc import Callable

from coach.exercises.definition import Draft, Exercise, Finding
from coach.exercises.saying import pick
from coach.reply import Sentence
from coach.safety.normalise import normalise

__all__ = ["needs_nothing", "passed_over", "remarks"]

_MOST = 2  # things that could be left out that are named at once


def needs_nothing(draft: Draft, text: str) -> bool:
    """Whether there is nothing in a reply that could be left out."""
    return all(finding.name == "kind" for finding in _found(draft, text))


def remarks(draft: Draft, text: str, said: str, fill: Callable[[str], str]) -> tuple[Sentence, ...]:
    """What is kind in a reply, and what could be left out.

    Args:
        draft: How it is looked over.
        text: The reply.
        said: What the coach has said in the thread.
        fill: Fills the slots for the ex.

    Returns:
        One to three sentences, each with the passage it rests on.
    """
    found = _found(draft, text)
    kind = [finding for finding in found if finding.name == "kind"]
    spare = [finding for finding in found if finding.name != "kind"]
    clean = [finding for finding in draft.findings if finding.name == "clean"]
    return tuple(
        Sentence(
            text=pick(finding.say, said, fill, text),
            passage=finding.passage,
            rests_on=finding.rests_on,
        )
        for finding in (*kind, *(spare[:_MOST] or clean))
    )


def passed_over(exercise: Exercise, number: int, answers: dict[int, str]) -> bool:
    """Whether a step is not needed: a second draft where the first could stay as it is.

    Args:
        exercise: The exercise.
        number: The step.
        answers: Her answers by the number of their step.

    Returns:
        Whether to go on to the step after it.
    """
    if exercise.draft is None or exercise.steps[number - 1].takes != "redraft":
        return False
    first = answers.get(number - 1)
    return first is None or needs_nothing(exercise.draft, first)


def _found(draft: Draft, text: str) -> list[Finding]:
    plain = normalise(text).text
    lines = [line for line in text.splitlines() if line.strip()]
    long = len(lines) > draft.lines or len(plain.split()) > draft.words
    return [
        finding
        for finding in draft.findings
        if (finding.name == "long" and long) or any(p.search(plain) for p in finding.match)
    ]
