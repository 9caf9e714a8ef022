"""The page an exercise leaves: its headings and her own words."""

from collections.abc import Mapping

from coach.exercises.definition import Exercise
from coach.plain import as_plain_text, quoted
from coach.reply import JournalPage
from coach.respond.partner import Partner

__all__ = ["journal_page"]


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
        f"**{as_plain_text(partner.fill(step.page))}**\n\n{quoted(answers[number])}"
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
