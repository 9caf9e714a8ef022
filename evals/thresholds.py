"""What each threshold of the trained layer would give: `python -m evals.thresholds FILE`.

Reads labelled messages as `evals.screening` does, lets the trained layer alone read them, and
prints for each road, at a row of thresholds, the share of its messages that would be flagged and
the share of messages to be answered that would be false alarms of this road. The numbers in
`coach/safety/data/classifier.yaml` were chosen from such tables.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from coach.safety.classifier import Classifier
from coach.safety.normalise import normalise
from evals.screening import Labelled, read_labelled

__all__ = ["Reading", "readings", "rows_for"]

_GRID = tuple(step / 2 for step in range(-4, 15))

Reading = dict[str, float]
"""By road, the largest log odds that any piece of a message has for it."""


def readings(rows: Sequence[Labelled], layer: Classifier) -> list[Reading]:
    """Let the layer read.

    Args:
        rows: The messages.
        layer: The layer.

    Returns:
        For each message, by road, what is compared with the threshold; a road that no piece
        speaks of most is left out.
    """
    found = []
    for row in rows:
        best: Reading = {}
        for piece in layer.read(normalise(row.text)):
            best[piece.route] = max(best.get(piece.route, piece.odds), piece.odds)
        found.append(best)
    return found


def rows_for(
    route: str, rows: Sequence[Labelled], found: Sequence[Reading], grid: Sequence[float] = _GRID
) -> list[tuple[float, float, float]]:
    """The table of one road.

    Args:
        route: The road.
        rows: The messages.
        found: What the layer read in each.
        grid: Thresholds to try.

    Returns:
        Threshold, share of the road's messages flagged as any road's piece of it, share of
        the messages to be answered that are flagged by mistake.
    """
    hits = [r.get(route, -99.0) for m, r in zip(rows, found, strict=True) if route in m.routes[:1]]
    wrong = [
        r.get(route, -99.0) for m, r in zip(rows, found, strict=True) if m.expected == "answer"
    ]
    return [(at, _share(hits, at), _share(wrong, at)) for at in grid]


def _share(values: Sequence[float], at: float) -> float:
    return sum(value >= at for value in values) / len(values) if values else 0.0


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description="Tables to choose thresholds from.")
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    layer = Classifier.load()
    rows = [
        row for path in options.files for row in read_labelled(path) if row.expected != "either"
    ]
    found = readings(rows, layer)
    for route in layer.thresholds.at_least:
        print(f"{route} (now {layer.thresholds.at_least[route]:g})")
        for at, share, wrong in rows_for(route, rows, found):
            print(f"  {at:5.1f}  found {share:6.1%}  false {wrong:6.2%}")


if __name__ == "__main__":
    main()
