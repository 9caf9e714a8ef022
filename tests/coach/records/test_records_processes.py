"""Several processes on one database, and one that is killed."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from coach.records import Records
from coach.reply import Reply

WRITER = """
import sys
from coach.records import Records
from coach.reply import Disclosure, Reply

url, person, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
told = Disclosure(kind="abuse", about="ex", evidence="words", by="rules:test", score=1)
answer = Reply(text="answer " * 200, route="coach", scope="feeling", mode="article",
               disclosures=(told,))
with Records(url) as records:
    records.ensure_person(person)
    thread = records.create_thread(person).id
    parent = None
    for number in range(count):
        parent = records.add_exchange(person, thread, f"{number}", answer, parent).coach
        print(thread, number, flush=True)
"""


def _start(url: str, person: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", WRITER, url, person, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )


def _go(*writers: subprocess.Popen[str]) -> None:
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n", writer.communicate()[1]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()


def test_two_processes_start_at_once_and_write_at_once(database: Path) -> None:
    url = f"sqlite:///{database}"
    writers = [_start(url, "same-person", 25) for _ in range(2)]
    _go(*writers)
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0, errors

    with Records(url) as records:
        threads = records.threads("same-person")
        assert len(threads) == 2
        for thread in threads:
            hers = records.history("same-person", thread.id)[::2]
            assert [stored.turn.content for stored in hers] == [str(n) for n in range(25)]
        assert len(records.disclosures("same-person")) == 50


def test_a_killed_process_loses_nothing_it_had_stored_and_leaves_nothing_half(
    database: Path, reply: Callable[..., Reply]
) -> None:
    url = f"sqlite:///{database}"
    writer = _start(url, "a-person", 100_000)
    _go(writer)
    assert writer.stdout is not None
    lines = [writer.stdout.readline() for _ in range(60)]
    writer.kill()
    rest, _ = writer.communicate()
    reported = len(lines) + rest.count("\n")

    with Records(url) as records:
        (thread,) = records.threads("a-person")
        history = records.history("a-person", thread.id)
        roles = [stored.turn.role for stored in history]
        assert roles == ["user", "assistant"] * (len(history) // 2)
        assert reported <= len(history) // 2 <= reported + 1
        assert len(records.disclosures("a-person")) == len(history) // 2
        records.add_exchange("a-person", thread.id, "and on", reply(), history[-1].id)
