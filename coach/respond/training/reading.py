"""Make the reader of messages anew: `python -m coach.respond.training.reading` (`make gate`)."""

import argparse
import logging
from importlib import resources
from pathlib import Path

from coach.lora.training import Plan, fit
from coach.respond.reading import FILE, KINDS
from coach.respond.training.messages import digest, examples, read_rows

__all__: list[str] = []

_DATA = Path(str(resources.files("coach.respond"))) / "data"


def main() -> None:
    """Train and write the weights."""
    parser = argparse.ArgumentParser(description="Train the reader of messages.")
    parser.add_argument("--out", type=Path, default=_DATA, help="folder for the weights")
    parser.add_argument("--epochs", type=int, default=9)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    plan = Plan(epochs=options.epochs, first_layer=0, rank=8, joined=0.0, smoothing=0.1)
    made = fit(examples(read_rows()), KINDS, plan, digest())
    (options.out / FILE).write_bytes(made.to_bytes())


if __name__ == "__main__":
    main()
