"""`coach screen`, and what every command does with rows."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from .conftest import COMMAND, InProcess, Program


def lines(output: bytes) -> list[dict[str, Any]]:
    assert output.endswith(b"\n") or not output
    return [json.loads(line, parse_constant=pytest.fail) for line in output.splitlines()]


def test_rows_give_one_object_a_line_in_order(program: Program) -> None:
    rows = [
        {"id": "a", "text": "he hit me last night", "label": "an extra field is no fault"},
        {"id": 2, "text": "i miss him"},
        {
            "id": "c",
            "messages": [
                {"role": "user", "content": "i want to die"},
                {"role": "assistant", "content": "I am glad you said it."},
                {"role": "user", "content": "ok"},
            ],
        },
    ]
    result = program("screen", "--jsonl", "-", stdin="\n\n".join(map(json.dumps, rows)).encode())
    assert (result.returncode, result.stderr) == (0, b"")
    first, second, third = lines(result.stdout)
    assert list(first) == ["id", "route", "disclosures", "ms", "reasons"]
    assert (first["id"], first["route"]) == ("a", "abuse")
    assert list(first["disclosures"][0]) == ["kind", "about", "evidence", "by", "score"]
    assert first["disclosures"][0]["evidence"] in rows[0]["text"]
    assert (second["id"], second["route"], second["disclosures"]) == (2, "coach", [])
    # What was told earlier in the conversation still counts.
    assert (third["id"], third["route"], third["disclosures"]) == ("c", "crisis", [])


@pytest.mark.parametrize(
    ("row", "row_id", "error"),
    [
        (b"nope", None, "not valid JSON"),
        (b"[1]", None, "not a JSON object"),
        (b"\xff\xfe", None, "not valid UTF-8"),
        (b'{"id": 1, "text": NaN}', None, "NaN"),
        (b"[" * 100_000, None, "nested too deeply"),
        (b'{"id": ' + b"9" * 5000 + b', "text": "x"}', None, "endless number"),
        (b'{"text": "x"}', 2, "no id"),
        (b'{"id": null, "text": "x"}', None, "neither a string nor a whole number"),
        (b'{"id": true, "text": "x"}', None, "neither a string nor a whole number"),
        (b'{"id": 1e999, "text": "x"}', None, "neither a string nor a whole number"),
        (b'{"id": "b"}', "b", "neither text nor messages"),
        (b'{"id": "b", "text": "x", "messages": []}', "b", "both text and messages"),
        (b'{"id": "b", "text": 7}', "b", "text: input should be a valid string"),
        (b'{"id": "b", "text": " \\n"}', "b", "the message is empty"),
        (b'{"id": "b", "messages": []}', "b", "last message must be the user's"),
        (
            b'{"id": "b", "messages": [{"role": "assistant", "content": "x"}]}',
            "b",
            "last message must be the user's",
        ),
        (
            b'{"id": "b", "messages": [{"role": "system", "content": "x"}]}',
            "b",
            "messages.0.role: input should be 'user' or 'assistant'",
        ),
        (b'{"id": "b", "messages": ["x"]}', "b", "messages.0"),
    ],
)
def test_a_bad_row_is_told_and_the_rest_goes_on(
    in_process: InProcess, row: bytes, row_id: object, error: str
) -> None:
    good = b'{"id": "good", "text": "i miss him"}'
    result = in_process("screen", "--jsonl", "-", stdin=b"\n".join([good, row, good, b""]))
    assert result.exit_code == 1
    before, bad, after = lines(result.stdout_bytes)
    assert list(bad) == ["id", "error"]
    assert bad["id"] == row_id
    assert bad["error"].startswith("Line 2: ")
    assert error in bad["error"]
    assert before["route"] == after["route"] == "coach"
    assert result.stderr == ""


def test_each_answer_comes_before_the_next_row_is_there(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        [*COMMAND, "screen", "--jsonl", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):
            process.stdin.write(b'{"id": %d, "text": "i miss him"}\n' % number)
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.wait(20) == 0


def test_the_first_answer_comes_quickly(program: Program) -> None:
    program("screen", "warm the disk")
    took = []
    for _ in range(3):
        began = time.perf_counter()
        assert program("screen", "i miss him", "--json").returncode == 0
        took.append(time.perf_counter() - began)
    assert min(took) < 1.5


def test_neither_language_model_nor_index_is_loaded(environment: dict[str, str]) -> None:
    code = (
        "import sys; sys.argv = ['coach', 'screen', 'i miss him', '--json']\n"
        "from ui.cli import main\n"
        "try: main()\n"
        "finally: print([name for name in ('langchain_core', 'chromadb', 'jax',"
        " 'langgraph', 'openai', 'gradio', 'rich') if name in sys.modules], file=sys.stderr)\n"
    )
    result = subprocess.run(
        [COMMAND[0], "-c", code], env=environment, capture_output=True, check=True, timeout=60
    )
    assert result.stderr.strip() == b"[]"


def test_a_message_of_any_length_is_screened_to_its_end(program: Program) -> None:
    row = {"id": 1, "text": "i miss him so much. " * 20_000 + "he hit me last night"}
    result = program("screen", "--jsonl", "-", stdin=json.dumps(row).encode())
    assert lines(result.stdout)[0]["route"] == "abuse"


def test_json_is_utf8_whatever_the_locale_says(program: Program) -> None:
    row = '{"id": "é\\u2028💔\\ud83d", "text": "he hit me"}'.encode()
    poor = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONCOERCECLOCALE": "0"}
    result = program("screen", "--jsonl", "-", stdin=row, env=poor)
    text = result.stdout.decode("utf-8")
    assert len(text.splitlines()) == 1  # a line separator inside a string stays escaped
    assert json.loads(text)["id"] == "é\u2028💔\ufffd"
    assert "é" in text


def test_a_byte_order_mark_is_no_part_of_the_first_row(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b'\xef\xbb\xbf{"id": 1, "text": "i miss him"}\r\n{"id": 2, "text": "x"}')
    result = program("screen", "--jsonl", str(file))
    assert result.returncode == 0
    assert [row["id"] for row in lines(result.stdout)] == [1, 2]


def test_one_message_as_text_and_as_json(in_process: InProcess) -> None:
    plain = in_process("screen", "he hit me last night")
    assert plain.stdout.splitlines()[0] == "abuse"
    (value,) = lines(in_process("screen", "he hit me last night", "--json").stdout_bytes)
    assert list(value) == ["id", "route", "disclosures", "ms", "reasons"]
    assert (value["id"], value["route"]) == (None, "abuse")


def test_the_road_is_the_one_that_an_answer_takes(in_process: InProcess) -> None:
    row = {
        "id": 1,
        "messages": [
            {"role": "user", "content": "he hit me"},
            {"role": "assistant", "content": "I am glad you said it."},
            {"role": "user", "content": "how do i win him back"},
        ],
    }
    result = in_process("screen", "--jsonl", "-", stdin=json.dumps(row).encode())
    (value,) = lines(result.stdout_bytes)
    assert (value["route"], value["disclosures"]) == ("abuse", [])
