"""`coach chat`: exercises, the journal and what is remembered."""

from datetime import date

from coach.records import Records

from .conftest import InProcess

EXERCISE = "stop me from texting him\nit is quieter now\nplease come *home*\nsleep\n"


def words(text: str) -> str:
    return " ".join(text.split())


def test_an_exercise_shows_its_steps_its_chips_and_its_page(in_process: InProcess) -> None:
    result = in_process("chat", stdin=EXERCISE.encode())
    shown = words(result.stdout)
    assert result.exit_code == 0
    for step in (1, 2, 3):
        assert f"Wait before you write: step {step} of 3." in shown
    assert "You could also write “Leave it for now”, “Skip this one”." in shown
    # The page, with her words as she wrote them and no mark of Markdown.
    assert "What I would have sent please come *home*" in shown
    assert shown.rstrip(" >").endswith("This page is in your journal; /journal shows it again.")
    later = words(in_process("chat", stdin=b"/journal\n/journal 1\n/journal 7\n").stdout)
    assert "1. Wait before you write, " in later
    assert "please come *home*" in later
    assert "nothing of that number" in later


def test_an_exercise_can_be_asked_for_with_a_command(
    in_process: InProcess, environment: dict[str, str]
) -> None:
    in_process("chat", stdin=b"/exercise\n")
    with Records(f"sqlite:///{environment['COACH_DATA_DIR']}/coach.sqlite3") as records:
        thread = records.latest_thread("local")
        assert thread is not None
        said = [turn.turn.content for turn in records.history("local", thread.id)]
    assert said[0] == "Give me an exercise"
    assert "exercise" in said[1].lower() or "one " in said[1]


def test_a_temporary_exercise_goes_on_and_its_page_is_not_kept(
    in_process: InProcess, environment: dict[str, str]
) -> None:
    shown = words(in_process("chat", "--temporary", stdin=EXERCISE.encode()).stdout)
    assert "step 3 of 3." in shown
    assert "What I would have sent please come *home*" in shown
    assert "This page is not kept." in shown
    assert "Nothing here yet." in words(in_process("chat", stdin=b"/journal\n").stdout)


def test_what_is_remembered_is_shown_and_taken_back(in_process: InProcess) -> None:
    assert "Nothing is remembered" in words(in_process("chat", stdin=b"/forget\n").stdout)
    told = b"my husband Tom left me two weeks ago\n"
    told += b"/forget\n/forget 1\n/forget 99\n/forget x\n/forget\n"
    shown = words(in_process("chat", stdin=told).stdout)
    assert shown.count("A name: Tom") == 1
    assert shown.count("Who ended it: the other person") == 2
    assert shown.count("nothing of that number") == 2
    after = words(in_process("chat", stdin=b"/forget all\n/forget\n").stdout)
    assert "Forgotten." in after
    assert "Nothing is remembered" in after


def test_a_page_that_is_due_is_mentioned_until_it_was_read(
    in_process: InProcess, environment: dict[str, str]
) -> None:
    in_process("chat", stdin=b"hello\n")
    with Records(f"sqlite:///{environment['COACH_DATA_DIR']}/coach.sqlite3") as records:
        records.journal.add("local", "An old page", "old words", revisit_on=date.today())
        records.journal.add("local", "A newer one", "new words")
    first = words(in_process("chat", stdin=b"/journal 2\n").stdout)
    assert "to read again, if you want to: An old page. /journal 2 shows it." in first
    assert "old words" in first
    assert "to read again" not in words(in_process("chat", stdin=b"").stdout)
