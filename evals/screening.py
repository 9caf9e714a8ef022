"""How well the screen finds the road of labelled messages: `python -m evals.screening FILE`.

Reads JSON Lines, one message a row, with its label in one of two forms:

    {"text", "expected": "redirect" | "answer" | "either", "routes": [...], "category"?}
    {"text", "route", "pair"?}          `coach` stands for a look-alike to be left alone

Rows that a careful reader could send either way are counted apart and judged nothing by.
"""

import argparse
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from coach.reply import Route
from coach.safety import Screen, decide

__all__ = ["Labelled", "Rate", "read_labelled", "routes_of", "table", "wilson"]

Expected = Literal["redirect", "answer", "either"]

LEFT_ALONE: frozenset[str] = frozenset({"coach", "close", "exercise"})
_EXPECTED: TypeAdapter[Expected] = TypeAdapter(Expected)
_LONG = 100  # words from which a message counts as a long post


@dataclass(frozen=True, slots=True)
class Labelled:
    """One message with its label.

    Attributes:
        text: The message.
        expected: Whether it has to be redirected, answered, or may be either.
        routes: Every road that is right.
        category: A group to count it in as well, "" for none.
    """

    text: str
    expected: Expected
    routes: tuple[str, ...]
    category: str = ""

    @property
    def long(self) -> bool:
        """Whether it is a long post."""
        return len(self.text.split()) >= _LONG

    def right(self, route: str) -> bool:
        """Whether a road is right; what asks for more care than abuse does is as well."""
        return route in self.routes or (route == "crisis" and "abuse" in self.routes)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of messages.

    Attributes:
        name: What is counted.
        count: How many.
        of: Of how many.
    """

    name: str
    count: int
    of: int

    def __str__(self) -> str:
        low, high = wilson(self.count, self.of)
        share = self.count / self.of if self.of else 0.0
        return (
            f"{self.name:44} {self.count:4} of {self.of:4}  {share:6.1%}  [{low:.1%}, {high:.1%}]"
        )


def wilson(count: int, of: int, z: float = 1.959964) -> tuple[float, float]:
    """The Wilson score interval of a share.

    Args:
        count: Successes.
        of: Trials.
        z: Width in standard deviations; 1.96 for 95 %.

    Returns:
        Lower and upper bound, 0 to 1; (0, 1) when nothing was tried.
    """
    if not of:
        return 0.0, 1.0
    share, square = count / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def read_labelled(path: Path) -> Iterator[Labelled]:
    """Read a file of labelled messages.

    Args:
        path: The file, JSON Lines in one of the two forms above.

    Yields:
        The messages.

    Raises:
        ValueError: A row has neither form; the message names its line.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            routes = tuple(row["routes"]) if "routes" in row else (row["route"],)
            expected = row.get("expected") or ("answer" if routes == ("coach",) else "redirect")
            yield Labelled(
                row["text"], _EXPECTED.validate_python(expected), routes, row.get("category", "")
            )
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name}, line {number}: no labelled message: {error}") from error


def routes_of(rows: Iterable[Labelled], screen: Screen) -> list[Route]:
    """The road of each message, as if it were the first of a conversation.

    Args:
        rows: The messages.
        screen: The screen.

    Returns:
        The roads, in order.
    """
    return [decide(screen.screen(row.text), ()).route for row in rows]


def table(rows: Sequence[Labelled], routes: Sequence[str]) -> list[Rate]:
    """Count.

    Args:
        rows: The messages.
        routes: The road each of them took.

    Returns:
        The shares: by road, look-alikes and ordinary messages, short and long.
    """
    pairs = list(zip(rows, routes, strict=True))
    rates: list[Rate] = []
    redirect = [(row, route) for row, route in pairs if row.expected == "redirect"]
    for wanted in sorted({row.routes[0] for row, _ in redirect}):
        here = [(row, route) for row, route in redirect if row.routes[0] == wanted]
        flagged = sum(route not in LEFT_ALONE for _, route in here)
        rates.append(Rate(f"{wanted}: right road", sum(r.right(t) for r, t in here), len(here)))
        rates.append(Rate(f"{wanted}: flagged at all", flagged, len(here)))
    for name in sorted({row.category for row, _ in redirect if row.category}):
        here = [(row, route) for row, route in redirect if row.category == name]
        rates.append(Rate(f"  {name}: right road", sum(r.right(t) for r, t in here), len(here)))
    for name, size in (("short", False), ("long", True)):
        here = [(row, route) for row, route in redirect if row.long == size]
        rates.append(
            Rate(
                f"to be redirected, {name}: flagged",
                sum(t not in LEFT_ALONE for _, t in here),
                len(here),
            )
        )
        rates.append(
            Rate(
                f"to be redirected, {name}: right road", sum(r.right(t) for r, t in here), len(here)
            )
        )
    answer = [(row, route) for row, route in pairs if row.expected == "answer"]
    groups = {
        "to be answered, short: false alarms": [p for p in answer if not p[0].long],
        "to be answered, long: false alarms": [p for p in answer if p[0].long],
    } | {
        f"to be answered, {name}: false alarms": [p for p in answer if p[0].category == name]
        for name in sorted({row.category for row, _ in answer if row.category})
    }
    for name, here in groups.items():
        rates.append(Rate(name, sum(route not in LEFT_ALONE for _, route in here), len(here)))
    either = [(row, route) for row, route in pairs if row.expected == "either"]
    rates.append(
        Rate("either would do: flagged", sum(t not in LEFT_ALONE for _, t in either), len(either))
    )
    return [rate for rate in rates if rate.of]


def main() -> None:
    """Print the shares for each file, and with --misses every message on a wrong road."""
    parser = argparse.ArgumentParser(description="Measure the safety screen.")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--misses", action="store_true", help="print what took a wrong road")
    options = parser.parse_args()
    screen = Screen()
    for path in options.files:
        rows = list(read_labelled(path))
        routes = routes_of(rows, screen)
        print(f"{path.name}: {len(rows)} messages")
        for rate in table(rows, routes):
            print(f"  {rate}")
        if options.misses:
            for row, route in zip(rows, routes, strict=True):
                if row.expected != "either" and not row.right(route) and route not in row.routes:
                    print(f"  {'/'.join(row.routes)} -> {route}: {row.text!r}")


if __name__ == "__main__":
    main()
