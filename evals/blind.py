"""Blind reading: the coach against the same model behind an ordinary RAG prompt.

    python -m evals.blind answer MESSAGES --out answers.jsonl --llm local --systems coach rag
    python -m evals.blind pairs answers.jsonl --systems coach rag --out pairs.jsonl --key key.json
    python -m evals.blind score key.json verdicts.jsonl

MESSAGES holds `{"id", "messages": ["what she writes first", "then", ...]}`; every message is sent
whatever the answer before it was. In the pairs the systems are called A and B, every pair
stands there twice with the sides changed, and whoever reads them sees no key. A verdict is
`{"pair", "better": "A" | "B" | "tie", "safer": "A" | "B" | "tie"}`.
"""

import argparse
import asyncio
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import BaseModel, ConfigDict, TypeAdapter

from coach import Coach, Settings, Turn
from coach.respond.prompting import load_prompt
from evals.screening import wilson

__all__ = ["Answered", "Verdict", "make_pairs", "win_rate"]

_PROMPTS = Path(__file__).with_name("prompts")
_CONTEXT_PASSAGES = 3
_MODEL_SECONDS = 300.0  # to load the weights
# Nobody waits here, and a slow machine is no reason to lose.
_PATIENT: dict[str, Any] = {
    "first_token_timeout": 300.0,
    "stall_timeout": 120.0,
    "total_timeout": 900.0,
}

System = Literal["coach", "composer", "rag"]
Side = Literal["A", "B", "tie"]


class Answered(BaseModel):
    """One conversation, as every system answered it.

    Attributes:
        id: Its name.
        messages: What the person wrote, in order.
        answers: By system, an answer to each message.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    messages: tuple[str, ...]
    answers: dict[System, tuple[str, ...]]


class Verdict(BaseModel):
    """What a reader says of one pair.

    Attributes:
        pair: Name of the pair.
        better: The better answer as a whole.
        safer: The one that is more faithful to the article and safer for her.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    pair: str
    better: Side
    safer: Side = "tie"


def make_pairs(
    rows: Iterable[Answered], ours: System, other: System, seed: int = 0
) -> tuple[list[dict[str, Any]], dict[str, System]]:
    """Put the answers of two systems side by side without their names.

    Args:
        rows: The conversations.
        ours: One system.
        other: The other.
        seed: Of the order.

    Returns:
        The pairs, each conversation twice with the sides changed, shuffled; and by the name of
        a pair, which system is A.
    """
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    pairs, key = [], dict[str, System]()
    for row in rows:
        for first, second in ((ours, other), (other, ours)):
            name = f"p{chance.randrange(16**8):08x}"
            key[name] = first
            talk = [
                {"her": message, "A": a, "B": b}
                for message, a, b in zip(
                    row.messages, row.answers[first], row.answers[second], strict=True
                )
            ]
            pairs.append({"pair": name, "conversation": row.id, "turns": talk})
    chance.shuffle(pairs)
    return pairs, key


def win_rate(
    verdicts: Iterable[tuple[str, Side]], key: dict[str, System], ours: System
) -> tuple[float, int]:
    """How often one system was preferred; a tie counts half.

    Args:
        verdicts: Name of the pair, and the side that was preferred.
        key: Which system is A.
        ours: The system.

    Returns:
        Wins, ties counting half, and the number of verdicts.
    """
    wins, count = 0.0, 0
    for pair, side in verdicts:
        count += 1
        if side == "tie":
            wins += 0.5
        elif (side == "A") == (key[pair] == ours):
            wins += 1
    return wins, count


async def _answer(
    rows: Sequence[dict[str, Any]], out: Path, llm: str, systems: Sequence[System]
) -> None:
    done = {json.loads(line)["id"] for line in _lines(out)}
    async with (
        Coach(Settings.load(llm=llm, **_PATIENT)) as coach,
        Coach(Settings.load(llm="none")) as composer,
    ):
        served = None
        if set(systems) & {"coach", "rag"}:
            await coach.asettled(_MODEL_SECONDS)
            served = await coach.amodel()
            if served is None:
                raise SystemExit("No model is ready: the reading needs one.")
        for row in rows:
            if row["id"] in done:
                continue
            answers: dict[str, list[str]] = {}
            for system in systems:
                if system == "rag":
                    answers[system] = await _rag(coach, served, row["messages"])
                else:
                    who = coach if system == "coach" else composer
                    answers[system] = await _talk(who, row["messages"])
            _add(out, {"id": row["id"], "messages": row["messages"], "answers": answers})
            print(row["id"], file=sys.stderr)


def _add(out: Path, line: dict[str, Any]) -> None:
    with out.open("a", encoding="utf-8") as file:
        file.write(json.dumps(line, ensure_ascii=False) + "\n")


async def _talk(coach: Coach, messages: Sequence[str]) -> list[str]:
    history: list[Turn] = []
    for message in messages:
        reply = await coach.areply(message, history=history)
        history += [Turn(role="user", content=message), reply.turn]
    return [turn.content for turn in history if turn.role == "assistant"]


async def _rag(coach: Coach, served: Any, messages: Sequence[str]) -> list[str]:
    rules = load_prompt("rag", _PROMPTS).rules
    talk: list[BaseMessage] = []
    for message in messages:
        hits = coach.search(message, k=_CONTEXT_PASSAGES).hits
        context = "\n\n".join(hit.passage.text for hit in hits)
        talk.append(HumanMessage(message))
        answer = await served.chat.ainvoke(
            [SystemMessage(rules.replace("{context}", context)), *talk]
        )
        talk.append(AIMessage(str(answer.text)))
    return [str(one.content) for one in talk if isinstance(one, AIMessage)]


def _score(key_file: Path, verdict_files: Sequence[Path]) -> None:
    stored = json.loads(key_file.read_text(encoding="utf-8"))
    key, ours = stored["key"], stored["ours"]
    adapter = TypeAdapter(Verdict)
    lines = [line for path in verdict_files for line in _lines(path)]
    verdicts = [adapter.validate_json(line) for line in lines]
    of = defaultdict(list)
    for one in verdicts:
        of["better"].append((one.pair, one.better))
        of["safer"].append((one.pair, one.safer))
    for name, those in of.items():
        wins, count = win_rate(those, key, ours)
        # The two orders of a conversation are one observation, not two.
        low, high = wilson(round(wins / 2), round(count / 2))
        print(f"{ours} {name}: {wins:g} of {count}, {wins / count:.1%} [{low:.1%}, {high:.1%}]")


def _merged(paths: Iterable[Path]) -> list[Answered]:
    """The conversations of several files, with the answers of all of them."""
    found: dict[str, Answered] = {}
    for line in (line for path in paths for line in _lines(path)):
        one = Answered.model_validate_json(line)
        before = found.get(one.id, one)
        found[one.id] = one.model_copy(update={"answers": before.answers | one.answers})
    return list(found.values())


def _lines(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [line for line in text.splitlines() if line.strip()]


def main() -> None:
    """Answer, pair or score."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    answer = commands.add_parser("answer")
    answer.add_argument("messages", type=Path)
    answer.add_argument("--out", type=Path, required=True)
    answer.add_argument("--llm", choices=["local", "endpoint"], default="local")
    answer.add_argument("--limit", type=int)
    systems = ["coach", "composer", "rag"]
    answer.add_argument("--systems", nargs="+", choices=systems, default=systems)
    pairs = commands.add_parser("pairs")
    pairs.add_argument("answers", nargs="+", type=Path, help="files of the same conversations")
    pairs.add_argument("--systems", nargs=2, default=["coach", "rag"])
    pairs.add_argument("--out", type=Path, required=True)
    pairs.add_argument("--key", type=Path, required=True)
    pairs.add_argument("--seed", type=int, default=0)
    score = commands.add_parser("score")
    score.add_argument("key", type=Path)
    score.add_argument("verdicts", nargs="+", type=Path)
    options = parser.parse_args()
    if options.command == "answer":
        rows = [json.loads(line) for line in _lines(options.messages)]
        asyncio.run(_answer(rows[: options.limit], options.out, options.llm, options.systems))
    elif options.command == "pairs":
        ours, other = options.systems
        merged = _merged(options.answers)
        answered = [row for row in merged if {ours, other} <= set(row.answers)]
        if missing := len(merged) - len(answered):
            print(f"{missing} conversations left out: not answered by both.", file=sys.stderr)
        if not answered:
            parser.error(f"no conversation is answered by both {ours} and {other}")
        made, key = make_pairs(answered, ours, other, options.seed)
        text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in made)
        options.out.write_text(text, encoding="utf-8")
        options.key.write_text(json.dumps({"ours": ours, "key": key}), encoding="utf-8")
    else:
        _score(options.key, options.verdicts)


if __name__ == "__main__":
    main()
