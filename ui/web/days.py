"""Days as she counts them: her own today, and how a day is written on the page."""

from datetime import date, datetime, timedelta

__all__ = ["HER_TODAY", "in_words", "today_of"]

# Her browser knows her day, the server may sit elsewhere; it comes as the last input.
HER_TODAY = """(...inputs) => {
  const now = new Date(), two = (number) => String(number).padStart(2, "0");
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  return [...inputs.slice(0, -1), day];
}"""

_APART = timedelta(days=1)  # no two places on earth are further apart


def today_of(said: object) -> date:
    """Her day.

    Args:
        said: What her browser said of it, as `2025-03-14`.

    Returns:
        That day; the server's where it said nothing that can be.
    """
    here = datetime.now().astimezone().date()
    try:
        day = date.fromisoformat(said) if isinstance(said, str) else here
    except ValueError:
        return here
    return day if abs(day - here) <= _APART else here


def in_words(day: date) -> str:
    """A day as it is written on the page, such as `3 Nov 2025`."""
    return f"{day.day} {day:%b %Y}"
