"""`coach user …`."""

from coach.records import Records

from .conftest import InProcess, Program

PASSWORD = b"correct horse battery\n"


def _records(environment: dict[str, str]) -> Records:
    return Records(f"sqlite:///{environment['COACH_DATA_DIR']}/coach.sqlite3")


def test_add_list_password_remove(in_process: InProcess, environment: dict[str, str]) -> None:
    nobody = in_process("user", "list")
    assert (nobody.exit_code, nobody.stdout) == (0, "")
    assert "coach user add NAME" in nobody.stderr

    added = in_process("user", "add", "Ann", stdin=PASSWORD)
    assert (added.exit_code, added.output) == (0, "ann can sign in now.\n")
    assert in_process("user", "list").stdout.startswith("ann: since 20")
    with _records(environment) as records:
        assert records.users.check("ann", "correct horse battery"), "without its line end"
        token = records.users.sign_in("ann", "correct horse battery") or ""
        for _ in range(5):
            records.users.check("ann", "wrong")
    assert "locked until" in in_process("user", "list").stdout

    changed = in_process("user", "password", "ann", stdin="ein anderes Wört\r\n".encode())
    assert changed.exit_code == 0
    with _records(environment) as records:
        assert records.users.check("ann", "ein anderes Wört")
        assert records.sessions.person(token) is None
        person = records.users.known("ann").person
        records.ensure_person(person)

    unsaid = in_process("user", "remove", "ann")
    assert unsaid.exit_code == 2
    assert "--keep-data" in unsaid.output
    kept = in_process("user", "remove", "ann", "--keep-data")
    assert f"--person {person}" in kept.stdout
    back = in_process("user", "add", "anna", "--person", person, stdin=PASSWORD)
    assert back.exit_code == 0
    gone = in_process("user", "remove", "anna", "--delete-data")
    assert "deleted" in gone.stdout
    again = in_process("user", "add", "anna", "--person", person, stdin=PASSWORD)
    assert again.exit_code == 2


def test_what_is_wrong_is_one_sentence(in_process: InProcess) -> None:
    in_process("user", "add", "ann", stdin=PASSWORD)
    for args, stdin, sentence in (
        (["add", "ANN"], PASSWORD, "already"),
        (["add", "ben"], b"too short\n", "at least 10 characters"),
        (["add", "ben"], b"", "at least 10 characters"),
        (["add", "ben"], b"\xff" * 12, "not valid UTF-8"),
        (["add", "two names"], PASSWORD, "cannot be a name"),
        (["password", "ben"], PASSWORD, "nobody named 'ben'"),
        (["remove", "ben", "--keep-data"], b"", "nobody named 'ben'"),
    ):
        result = in_process("user", *args, stdin=stdin)
        assert result.exit_code == 2, args
        assert sentence in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert result.stdout == ""
    assert len(in_process("user", "list").stdout.splitlines()) == 1


def test_a_password_is_never_an_argument(program: Program) -> None:
    result = program("user", "add", "ann", "correct horse battery")
    assert result.returncode == 2
    help_text = program("user", "add", "--help").stdout
    assert b"standard input" in help_text
    assert b"--password" not in help_text
