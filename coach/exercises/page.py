"""The page an exercise leaves: its headings and her own words."""

import re
from collections.abc import Mapping

from coach.exercises.definition import Exercise
from coach.reply import JournalPage
from coach.respond.partner import Partner

__all__ = ["as_plain_text", "journal_page"]

# Everything that Markdown, HTML or a formula could be made of; the rest of the punctuation has
# a meaning only at the start of a line.
_MARKS = re.compile(r"([\\`*_\[\]<>&#|~$^=@])")
_AT_START = re.compile(r"^(\d{1,9})([.)])|^([-+:])")
_ADDRESS = re.compile(r"\b(https?|ftp|mailto)(?=:)|\b(www)(?=\.)", re.IGNORECASE)
_INDENT = re.compile(r"^[ \t]+")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


def journal_page(
    exercise: Exercise, answers: Mapping[int, str], partner: Partner
) -> JournalPage | None:
    """Make the page.

    Args:
        exercise: The exercise.
        answers: Her answers by the number of their step.
        partner: Her word for the ex.

    Returns:
        The page, or None when she has written nothing down here.
    """
    parts = [
        f"**{as_plain_text(partner.fill(step.page))}**\n\n{_quoted(answers[number])}"
        for number, step in enumerate(exercise.steps, start=1)
        if number in answers
    ]
    if not parts:
        return None
    return JournalPage(
        exercise=exercise.id,
        title=partner.fill(exercise.title),
        text="\n\n".join(parts) + "\n",
        revisit_days=exercise.revisit_days,
    )


def as_plain_text(text: str) -> str:
    """Markdown that shows a text of one line exactly as it is.

    Args:
        text: Any text without line breaks.

    Returns:
        The text, with a backslash before whatever would mean something.
    """
    shown = _NO_TEXT.sub("", text)
    indent = _INDENT.match(shown)
    # Spaces at the start would be dropped, or make code of the line.
    lead = "\u00a0" * len(indent[0]) if indent else ""
    shown = _MARKS.sub(r"\\\1", shown[len(lead) :].rstrip())
    shown = _ADDRESS.sub(_broken, shown)
    return lead + _AT_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", shown)


def _broken(match: re.Match[str]) -> str:
    """An address with its colon or dot escaped, so that no renderer makes a link of it."""
    return f"{match[0]}\\"


def _quoted(words: str) -> str:
    lines = words.strip("\n\r").splitlines() or [""]
    shown = [as_plain_text(line) for line in lines]
    quoted = []
    for place, line in enumerate(shown):
        more = place + 1 < len(shown) and line and shown[place + 1]
        quoted.append(f"> {line}\\" if more else f"> {line}".rstrip(" "))
    return "\n".join(quoted)
