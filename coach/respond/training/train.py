"""Make the gate's classifier anew: `python -m coach.respond.training.train` (`make gate`).

Reads the pairs of sentences and the composer's own, and writes the weights of both readers.
"""

import argparse
import logging
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path

import yaml

from coach.lora.training import Plan, fit
from coach.respond.draft import split_sentences
from coach.respond.gate_classifier import FILES
from coach.respond.gate_rules import load_rules
from coach.respond.partner import Partner
from coach.respond.phrasebook import load_voice
from coach.respond.prompting import load_prompt
from coach.respond.training.sentences import LABELS, UNREAD, Label, digest, examples, read_rows
from knowledge.stance import Stance, load_stance

__all__: list[str] = []

_HERE = Path(str(resources.files("coach.respond")))
_EX = (Partner("your ex", "he"), Partner("your wife", "she"), Partner("your ex", "they"))
# What a rule of gate.yaml finds wrong, as the classes call it.
_BY_RULE: dict[str, Label] = {
    "starts-contact": "contact",
    "begs": "begs",
    "third-party": "third_party",
    "checks-on-ex": "checks",
    "promises-return": "promise",
    "contact-outright": "contact",
    "goes-outright": "contact",
    "blames": "blame",
    "blames-outright": "blame",
    "lethal-detail": "lethal",
    "diagnoses": "diagnosis",
    "outside-advice": "outside",
}


def _said() -> list[tuple[str, Label]]:
    """What the composer says of the article, and the examples of the gate's rules and prompt.

    What both abuse and cheating close is marked as reopening.
    """
    stance = load_stance()
    found: list[tuple[str, Label]] = []
    for path in sorted((_HERE / "voice").glob("passages-*.yaml")):
        passages = yaml.safe_load(path.read_text(encoding="utf-8"))["passages"]
        for slug, voice in passages.items():
            for advice in [*voice["ideas"], *voice["then"]]:
                source = stance.sentence(slug, advice["rests_on"])
                closed = source is not None and source.forbidden_after >= {"abuse", "cheating"}
                found += [(text, "reopens" if closed else "good") for text in advice["say"]]
    said = [(_EX[at % len(_EX)].fill(text), label) for at, (text, label) in enumerate(found)]
    return [*said, *_heard(stance), *_examples()]


def _heard(stance: Stance) -> Iterator[tuple[str, Label]]:
    """What the composer says besides: of feelings, and of moments that are not about the ex.

    The lines about the ex are left out: they are closed under a restriction, but not each of
    them reopens something, so they would teach the wrong thing either way.
    """
    voice = load_voice(stance)
    pools = [f.plain + f.strong for f in voice.hearing.feelings.values()]
    pools += [moment.lines for moment in voice.moments if not moment.about_ex]
    lines = (line for pool in pools for line in pool)
    yield from ((_EX[at % len(_EX)].fill(line), "good") for at, line in enumerate(lines))


def _examples() -> Iterator[tuple[str, Label]]:
    for rule in load_rules():
        label = _BY_RULE.get(rule.id)
        if label is not None:
            yield from ((text, label) for text in rule.must_match)
        yield from ((text, "good") for text in rule.must_not_match)
    for role, text in load_prompt().parts:
        if role == "assistant":
            yield from ((one, "good") for one in split_sentences(f"{text}\n") if one)


def main() -> None:
    """Train with the plan and write the weights."""
    parser = argparse.ArgumentParser(description="Train the classifier of the gate.")
    plan = Plan(epochs=7, first_layer=0, rank=8, joined=0.0)  # it reads one sentence at a time
    parser.add_argument("--out", type=Path, default=_HERE / "data", help="folder for the weights")
    parser.add_argument("--epochs", type=int, default=plan.epochs)
    parser.add_argument("--only", type=int, choices=range(len(FILES)), help="one of the readers")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    plan = replace(plan, epochs=options.epochs)
    for reader, (name, unread) in enumerate(zip(FILES, UNREAD, strict=True)):
        if options.only in (None, reader):
            shown, made_of = examples(read_rows(without=unread), _said()), digest(without=unread)
            (options.out / name).write_bytes(fit(shown, LABELS, plan, made_of).to_bytes())


if __name__ == "__main__":
    main()
