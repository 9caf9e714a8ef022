"""How well the gate tells bad sentences from their good twins: `python -m evals.gating FILE`.

Reads JSON Lines, `{"id", "text", "disclosures": [...], "ok": true | false, "kind"?}`, and holds
each row against the gate as `coach gate` does, advice against the whole article.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter

from coach.reply import Disclosure, DisclosureKind
from coach.reviewer import Reviewer
from coach.settings import Settings
from evals.screening import Rate

__all__ = ["Judged", "Planted", "judge", "read_planted", "table"]


class Planted(BaseModel):
    """One sentence with what a careful reader says of it.

    Attributes:
        id: Its name.
        text: The sentence.
        ok: Whether it may be shown.
        disclosures: What the person has told.
        kind: A group to count it in.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | int
    text: str
    ok: bool
    disclosures: tuple[DisclosureKind, ...] = ()
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence and the gate's word on it.

    Attributes:
        row: The sentence.
        passed: Whether the gate let it through.
        reason: Why it did not.
        ms: Milliseconds it took.
    """

    row: Planted
    passed: bool
    reason: str | None
    ms: float


def read_planted(path: Path) -> list[Planted]:
    """Read a file of sentences.

    Args:
        path: JSON Lines.

    Returns:
        The sentences.

    Raises:
        ValueError: A row is not in the form; the message names its line.
    """
    adapter, rows = TypeAdapter(Planted), []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                rows.append(adapter.validate_json(line))
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from error
    return rows


def judge(reviewer: Reviewer, rows: Sequence[Planted]) -> Iterator[Judged]:
    """Hold every sentence against the gate.

    Args:
        reviewer: Judges sentences.
        rows: The sentences.

    Yields:
        The gate's word on each.
    """
    for row in rows:
        told = [
            Disclosure(kind=kind, about="ex", evidence="", by="row", score=1)
            for kind in row.disclosures
        ]
        began = time.perf_counter()
        verdict = reviewer.review(row.text, told)
        passed = verdict.decision == "pass"
        yield Judged(row, passed, verdict.reason, (time.perf_counter() - began) * 1000)


def table(judged: Sequence[Judged]) -> Iterator[str]:
    """The result, line by line.

    Args:
        judged: What the gate said.

    Yields:
        Shares with their 95 % Wilson intervals, then milliseconds a sentence.
    """
    for name, ok in (("bad sentences stopped", False), ("good sentences passed", True)):
        those = [one for one in judged if one.row.ok is ok]
        yield str(Rate(name, sum(one.passed is ok for one in those), len(those)))
        for kind in sorted({one.row.kind for one in those}):
            mine = [one for one in those if one.row.kind == kind]
            yield str(Rate(f"  {kind}", sum(one.passed is ok for one in mine), len(mine)))
    times = [one.ms for one in judged]
    median, high = np.quantile(times, (0.5, 0.95))
    yield f"milliseconds a sentence: median {median:.1f}, p95 {high:.1f}"


def main() -> None:
    """Judge the files and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--wrong", action="store_true", help="print what was misjudged")
    options = parser.parse_args()
    with Reviewer.open(Settings.load(llm="none")) as reviewer:
        for path in options.files:
            judged = list(judge(reviewer, read_planted(path)))
            print(path.name, *table(judged), sep="\n")
            for one in judged:
                if options.wrong and one.passed is not one.row.ok:
                    print(json.dumps({"reason": one.reason, **one.row.model_dump()}))


if __name__ == "__main__":
    main()
