"""Make the trained layer anew: `python -m coach.safety.training.train` (`make classifier`).

Reads the sentences and the article's notes, and writes `data/classifier.npz`.
"""

import argparse
import logging
from dataclasses import replace
from importlib import resources
from pathlib import Path

from coach.lora.training import Plan, fit
from coach.safety.normalise import normalise
from coach.safety.rules import RuleBook
from coach.safety.training.sentences import LABELS, digest, read_rows, training_texts
from knowledge.article import load_article
from knowledge.notes import load_notes

__all__: list[str] = []


def _ordinary() -> list[str]:
    """What people say who need the article, as far as no phrase rule stops at it."""
    notes, rules = load_notes(load_article().passages), RuleBook.load()
    said = [phrase for note in notes.passages for phrase in note.says]
    return [phrase for phrase in said if not any(rules(normalise(phrase)))]


def main() -> None:
    """Train with the plan and write the weights."""
    parser = argparse.ArgumentParser(description="Train the classifier of the safety screen.")
    plan = Plan()
    default = Path(str(resources.files("coach.safety"))) / "data" / "classifier.npz"
    parser.add_argument("--out", type=Path, default=default, help="where the weights go")
    parser.add_argument("--epochs", type=int, default=plan.epochs)
    parser.add_argument("--seed", type=int, default=plan.seed)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    plan = replace(plan, seed=options.seed, epochs=options.epochs)
    adapter = fit(training_texts(read_rows(), _ordinary()), LABELS, plan, digest())
    options.out.write_bytes(adapter.to_bytes())


if __name__ == "__main__":
    main()
