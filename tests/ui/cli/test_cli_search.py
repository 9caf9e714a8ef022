"""`coach search` and `coach index`, on the real index."""

import json
from pathlib import Path

import pytest

from knowledge.article import load_article

from .conftest import InProcess, Program

LETTER = "i wrote him four times today and he still hasn't answered, should i try again"
STRANGER = "what is the boiling point of nitrogen at two atmospheres"


def test_rows_give_passages_word_for_word(program: Program) -> None:
    conversation = {
        "id": "talk",
        "messages": [
            {"role": "user", "content": STRANGER},
            {"role": "assistant", "content": "I cannot help with that."},
            {"role": "user", "content": LETTER},
        ],
    }
    rows = [{"id": 1, "text": LETTER}, {"id": 2, "text": STRANGER}, conversation]
    result = program("search", "--jsonl", "-", stdin="\n".join(map(json.dumps, rows)).encode())
    assert (result.returncode, result.stderr) == (0, b"")
    first, second, talk = map(json.loads, result.stdout.splitlines())
    assert list(first) == ["id", "passages", "fits"]
    assert list(first["passages"][0]) == ["id", "section", "text", "score"]
    assert first["fits"] is True
    assert second["fits"] is False
    known = {passage.slug: passage for passage in load_article().passages}
    for found in first["passages"]:
        assert found["text"] == known[found["id"]].text
        assert found["section"] == known[found["id"]].section
        assert 0 <= found["score"] <= 1
    assert first["passages"][0]["section"].startswith("Don’t Reach Out")
    # Of a conversation, the last message is searched for.
    assert talk["passages"] == first["passages"]


def test_the_same_words_give_the_same_answer(in_process: InProcess) -> None:
    outputs = {in_process("search", LETTER, "--json", "--top", "2").stdout_bytes for _ in range(2)}
    assert len(outputs) == 1
    (output,) = outputs
    value = json.loads(output)
    assert value["id"] is None
    assert len(value["passages"]) == 2


def test_one_message_as_text(in_process: InProcess) -> None:
    assert "Don’t Reach Out" in in_process("search", LETTER).stdout.splitlines()[0]
    assert in_process("search", STRANGER).stdout == "Nothing in the article fits.\n"


def test_a_message_of_any_length_is_searched_for(in_process: InProcess) -> None:
    result = in_process("search", LETTER + " and again" * 20_000, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["passages"]


def test_an_index_that_is_there_is_up_to_date(in_process: InProcess) -> None:
    result = in_process("index")
    assert result.exit_code == 0
    assert result.stdout.startswith("The index is up to date: ")


def test_more_articles_are_built_in_and_found(
    in_process: InProcess, tmp_path: Path, environment: dict[str, str]
) -> None:
    # A link to the index that is there saves embedding the built-in article anew.
    cache = tmp_path / "cache"
    (cache / "index").mkdir(parents=True)
    for folder in (Path(environment["COACH_CACHE_DIR"]) / "index").iterdir():
        if folder.is_dir():
            (cache / "index" / folder.name).symlink_to(folder)
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "moving.md").write_text(
        "# Moving house with a dog\n\nLet the dog smell the empty boxes for a week before the "
        "van comes, so that the noise of packing is nothing new to her.\n",
        encoding="utf-8",
    )
    env = {"COACH_CACHE_DIR": str(cache), "COACH_ARTICLES": str(articles)}
    assert in_process("index", env=env).stdout.startswith("The index is built: ")
    assert in_process("index", env=env).stdout.startswith("The index is up to date: ")
    found = in_process("search", "how do I get my dog used to the packing boxes", "--json", env=env)
    value = json.loads(found.stdout)
    assert value["fits"] is True
    assert value["passages"][0]["section"] == "Moving house with a dog"


@pytest.mark.parametrize("top", [1, 3])
def test_no_more_passages_than_asked_for(in_process: InProcess, top: int) -> None:
    result = in_process("search", LETTER, "--json", "--top", str(top))
    assert len(json.loads(result.stdout)["passages"]) == top
