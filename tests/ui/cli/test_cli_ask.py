"""`coach ask`, with the real index and no model, and with an endpoint that can go wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from fakes.endpoint import FakeEndpoint

from knowledge.retriever import PassageRetriever

from .conftest import InProcess, Program

KEYS = [
    "id",
    "text",
    "route",
    "scope",
    "disclosures",
    "reasons",
    "passages",
    "sentences",
    "mode",
    "model",
    "prompt_version",
    "stopped_sentences",
    "interrupted",
    "exercise",
    "facts",
    "chips",
    "check_in",
    "timings_ms",
]
LETTER = "i wrote him four times today and he still hasn't answered, should i try again"


def lines(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line, parse_constant=pytest.fail) for line in output.splitlines()]


def test_rows_are_answered_in_order_and_a_bad_one_stops_nothing(program: Program) -> None:
    rows = [
        {"id": "letter", "text": LETTER},
        {"id": "bad", "text": "x", "messages": []},
        {"id": "long", "text": "x" * 8001},
        {
            "id": "talk",
            "messages": [
                {"role": "user", "content": "i want to die"},
                {"role": "assistant", "content": "I am glad you said it."},
                {"role": "user", "content": "ok"},
            ],
        },
        {"id": 5, "text": "i want to die"},
    ]
    result = program("ask", "--jsonl", "-", stdin="\n".join(map(json.dumps, rows)).encode())
    assert (result.returncode, result.stderr) == (1, b"")
    letter, bad, long, talk, crisis = lines(result.stdout)
    assert list(letter) == KEYS
    assert letter["id"] == "letter"
    assert letter["text"] == " ".join(sentence["text"] for sentence in letter["sentences"])
    assert (letter["route"], letter["scope"], letter["mode"]) == ("coach", "covered", "article")
    assert list(letter["passages"][0]) == ["id", "section", "text", "score", "before", "after"]
    assert list(letter["sentences"][0]) == ["text", "passage", "gap", "rests_on"]
    assert {one["passage"] for one in letter["sentences"]} - {None} == {
        passage["id"] for passage in letter["passages"]
    }
    assert [list(bad), bad["id"]] == [["id", "error"], "bad"]
    assert [list(long), long["id"]] == [["id", "error"], "long"]
    assert "8,000" in long["error"] or "8000" in long["error"]
    assert "x" * 100 not in long["error"]
    # What was told earlier in the conversation still counts.
    assert (talk["id"], talk["route"], talk["disclosures"]) == ("talk", "crisis", [])
    assert (crisis["id"], crisis["route"], crisis["mode"]) == (5, "crisis", "redirect")
    assert crisis["disclosures"][0]["kind"] == "crisis"


def test_a_fault_of_the_coach_ends_one_row_and_not_the_file(
    in_process: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = PassageRetriever.search

    def broken(self: PassageRetriever, text: str, **more: Any) -> Any:
        if "tulip" in text:
            raise ZeroDivisionError(text)
        return search(self, text, **more)

    monkeypatch.setattr(PassageRetriever, "search", broken)
    rows = b'{"id": 1, "text": "i miss his tulips so"}\n{"id": 2, "text": "i miss him so"}\n'
    result = in_process("ask", "--jsonl", "-", stdin=rows)
    bad, good = lines(result.stdout_bytes)
    assert result.exit_code == 1
    assert bad == {"id": 1, "error": "This is a fault of the coach (ZeroDivisionError)."}
    assert (good["id"], good["route"]) == (2, "coach")


def test_the_same_rows_give_the_same_answers_and_leave_no_trace(
    in_process: InProcess, environment: dict[str, str]
) -> None:
    rows = b'{"id": 1, "text": "i miss him"}\n{"id": 2, "text": "i miss him so much tonight"}\n'
    first, second = (
        lines(in_process("ask", "--jsonl", "-", stdin=rows).stdout_bytes) for _ in range(2)
    )
    for row in [*first, *second]:
        del row["timings_ms"]
    assert len(first) == 2
    assert first == second
    assert not Path(environment["COACH_DATA_DIR"]).exists()


def test_one_message_as_text_and_as_json(in_process: InProcess) -> None:
    plain = in_process("ask", LETTER)
    assert plain.exit_code == 0
    (value,) = lines(in_process("ask", LETTER, "--json").stdout_bytes)
    assert list(value) == KEYS
    assert value["id"] is None
    assert plain.stdout == f"{value['text']}\n"


def test_helplines_are_those_of_the_country(in_process: InProcess) -> None:
    assert "1737" in in_process("ask", "i want to die", "--country", "nz").stdout
    assert "1737" not in in_process("ask", "i want to die", "--country", "gb").stdout


def test_a_message_over_the_limit_is_refused(in_process: InProcess) -> None:
    result = in_process("ask", "x" * 8001)
    assert (result.exit_code, result.stdout) == (2, "")
    assert len(result.stderr.splitlines()) == 1


def test_an_endpoint_answers_only_when_asked_for_by_name(
    in_process: InProcess, fake_endpoint: FakeEndpoint
) -> None:
    env = {"OPENAI_BASE_URL": fake_endpoint.url, "OPENAI_API_KEY": "x", "COACH_MODEL": "ok"}
    (value,) = lines(
        in_process("ask", "i miss him", "--json", "--llm", "none", env=env).stdout_bytes
    )
    assert (value["mode"], fake_endpoint.requests) == ("article", [])
    result = in_process("ask", "i miss him", "--json", "--llm", "endpoint", env=env)
    (value,) = lines(result.stdout_bytes)
    assert value["model"] == "ok"
    assert len(fake_endpoint.requests) == 1
    assert "i miss him" not in result.stderr


def test_a_failing_endpoint_leaves_nobody_without_an_answer(
    in_process: InProcess, fake_endpoint: FakeEndpoint
) -> None:
    env = {"OPENAI_BASE_URL": fake_endpoint.url, "OPENAI_API_KEY": "x", "COACH_MODEL": "500"}
    result = in_process("ask", LETTER, "--json", "--llm", "endpoint", env=env)
    assert result.exit_code == 0
    (value,) = lines(result.stdout_bytes)
    assert value["text"]
    assert value["interrupted"] == "server"
    assert value["mode"] == "article"
    assert "four times" not in result.stderr
