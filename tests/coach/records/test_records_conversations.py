import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from coach.errors import ConfigError, NotFoundError
from coach.records import Records
from coach.reply import Disclosure, Reply

MakeReply = Callable[..., Reply]
MakeDisclosure = Callable[..., Disclosure]


def _texts(records: Records, person: str, thread: str, leaf: str | None = None) -> list[str]:
    return [stored.turn.content for stored in records.history(person, thread, leaf)]


def test_an_exchange_comes_back_whole(
    records: Records, person: str, thread: str, reply: MakeReply
) -> None:
    answer = reply("It’s a lot to carry 💔.")

    ids = records.add_exchange(person, thread, "he left\nme", answer, None)

    hers, ours = records.history(person, thread)
    assert (hers.id, ours.id) == ids
    assert (hers.parent, ours.parent) == (None, ids.user)
    assert (hers.turn.role, hers.turn.content, hers.turn.route) == ("user", "he left\nme", None)
    assert (ours.turn.role, ours.turn.content, ours.turn.route) == (
        "assistant",
        "It’s a lot to carry 💔.",
        "coach",
    )
    assert hers.reply is None
    assert ours.reply == answer
    assert abs(ours.created_at - datetime.now(UTC)) < timedelta(minutes=1)
    assert ours.created_at.utcoffset() == timedelta(0)


def test_history_survives_a_restart(
    records: Records, person: str, thread: str, reply: MakeReply
) -> None:
    first = records.add_exchange(person, thread, "one", reply("1"), None)
    records.add_exchange(person, thread, "two", reply("2"), first.coach)
    records.close()

    records.open()

    assert _texts(records, person, thread) == ["one", "1", "two", "2"]


def test_an_edit_makes_a_branch_and_the_newest_one_is_shown(
    records: Records, person: str, thread: str, reply: MakeReply
) -> None:
    root = records.add_exchange(person, thread, "one", reply("1"), None)
    old = records.add_exchange(person, thread, "two", reply("2"), root.coach)
    records.add_exchange(person, thread, "two, edited", reply("2b"), root.coach)

    assert _texts(records, person, thread) == ["one", "1", "two, edited", "2b"]
    assert _texts(records, person, thread, old.coach) == ["one", "1", "two", "2"]
    assert _texts(records, person, thread, root.user) == ["one"]

    records.add_exchange(person, thread, "one, edited", reply("1b"), None)
    assert _texts(records, person, thread) == ["one, edited", "1b"]


def test_a_message_never_follows_a_message(
    records: Records, person: str, thread: str, reply: MakeReply
) -> None:
    ids = records.add_exchange(person, thread, "one", reply(), None)

    with pytest.raises(NotFoundError):
        records.add_exchange(person, thread, "two", reply(), ids.user)

    assert len(records.history(person, thread)) == 2


def test_a_turn_of_another_conversation_is_no_parent_and_no_leaf(
    records: Records, person: str, thread: str, reply: MakeReply
) -> None:
    elsewhere = records.create_thread(person).id
    ids = records.add_exchange(person, elsewhere, "one", reply(), None)

    with pytest.raises(NotFoundError):
        records.add_exchange(person, thread, "two", reply(), ids.coach)
    with pytest.raises(NotFoundError):
        records.history(person, thread, leaf=ids.coach)
    assert records.history(person, thread) == []


def test_a_failed_exchange_leaves_nothing(
    records: Records,
    person: str,
    thread: str,
    reply: MakeReply,
    disclosed: MakeDisclosure,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("coach.records.store._add_disclosures", stop)
    with pytest.raises(KeyboardInterrupt):
        records.add_exchange(person, thread, "one", reply("1", disclosed("abuse")), None)

    assert records.history(person, thread) == []
    assert records.thread(person, thread).title is None
    assert records.disclosures(person) == []


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("  he  left\n me ", "he left me"),
        ("He left on Sunday and I have not slept since, not even once.", None),
        ("a" * 500, "a" * 47 + "…"),
        ("   ", None),
    ],
)
def test_the_first_words_become_the_title(
    records: Records, person: str, thread: str, reply: MakeReply, message: str, title: str | None
) -> None:
    ids = records.add_exchange(person, thread, message, reply(), None)
    first = records.thread(person, thread).title
    records.add_exchange(person, thread, "something else", reply(), ids.coach)

    if message.isspace():
        assert records.thread(person, thread).title == "something else"
    else:
        expected = title or "He left on Sunday and I have not slept since,…"
        assert records.thread(person, thread).title == first == expected


def test_a_given_title_stays_until_it_is_changed(
    records: Records, person: str, reply: MakeReply
) -> None:
    thread = records.create_thread(person, "  Evenings ").id
    records.add_exchange(person, thread, "one", reply(), None)
    assert records.thread(person, thread).title == "Evenings"

    assert records.rename_thread(person, thread, "x" * 300).title == "x" * 119 + "…"
    assert records.rename_thread(person, thread, " ").title is None


def test_threads_come_newest_first_and_speaking_moves_one_up(
    records: Records, person: str, reply: MakeReply
) -> None:
    assert records.threads(person) == []
    assert records.latest_thread(person) is None
    first, second = (records.create_thread(person, name).id for name in ("a", "b"))
    assert [info.id for info in records.threads(person)] == [second, first]

    records.add_exchange(person, first, "one", reply(), None)
    records.rename_thread(person, second, "c")

    latest = records.latest_thread(person)
    assert latest == records.thread(person, first)
    assert [info.id for info in records.threads(person)] == [first, second]


def test_what_is_somebody_elses_looks_like_what_is_not_there(
    records: Records, person: str, thread: str, reply: MakeReply, disclosed: MakeDisclosure
) -> None:
    records.add_exchange(person, thread, "one", reply("1", disclosed("abuse")), None)
    disclosure = records.disclosures(person)[0].id
    other = records.create_person()

    def message(call: Callable[[str], object], name: str) -> str:
        with pytest.raises(NotFoundError) as caught:
            call(name)
        return str(caught.value).replace(repr(name), "X")

    calls: list[tuple[Callable[[str], object], str]] = [
        (lambda name: records.thread(other, name), thread),
        (lambda name: records.history(other, name), thread),
        (lambda name: records.rename_thread(other, name, "t"), thread),
        (lambda name: records.delete_thread(other, name), thread),
        (lambda name: records.add_exchange(other, name, "a", reply(), None), thread),
        (lambda name: records.correct(other, name), disclosure),
    ]
    for call, theirs in calls:
        assert message(call, theirs) == message(call, "nosuch") == message(call, "\x00'; --")
    assert len(records.history(person, thread)) == 2
    assert records.threads(other) == []


def test_an_unknown_person_is_not_found(records: Records) -> None:
    calls: list[Callable[[], object]] = [
        lambda: records.threads("nobody"),
        lambda: records.create_thread("nobody"),
        lambda: records.latest_thread("nobody"),
        lambda: records.disclosures("nobody"),
        lambda: records.in_force("nobody"),
        lambda: records.export("nobody"),
        lambda: records.delete_person("nobody"),
        lambda: records.threads("no\x00body"),
    ]
    for call in calls:
        with pytest.raises(NotFoundError):
            call()


def test_a_person_can_be_made_with_a_given_id(records: Records) -> None:
    records.ensure_person("local")
    records.create_thread("local")
    records.ensure_person("local")
    assert len(records.threads("local")) == 1


@pytest.mark.parametrize("bad", ["", "a b", "../x", "é", "a\n", "a" * 65])
def test_other_ids_are_refused(records: Records, bad: str) -> None:
    with pytest.raises(ConfigError, match="person's id"):
        records.ensure_person(bad)


def test_ids_are_long_and_new_each_time(records: Records) -> None:
    ids = {records.create_person() for _ in range(5)}
    assert len(ids) == 5
    assert min(map(len, ids)) >= 22


def test_odd_characters_are_kept_or_replaced_but_never_refused(
    records: Records, person: str, thread: str, reply: MakeReply, disclosed: MakeDisclosure
) -> None:
    odd = "\ud83d half, \x00 nul, \u202e turned, 👩‍👩‍👧 whole"
    records.add_exchange(person, thread, odd, reply("a\x00b", disclosed("abuse", "a\x00b")), None)

    hers, ours = records.history(person, thread)
    assert hers.turn.content == "� half, � nul, \u202e turned, 👩‍👩‍👧 whole"
    assert ours.turn.content == "a�b"
    assert records.in_force(person)[0].evidence == "a�b"


def test_an_export_is_plain_and_complete(
    records: Records, person: str, thread: str, reply: MakeReply, disclosed: MakeDisclosure
) -> None:
    root = records.add_exchange(person, thread, "one", reply("1", disclosed("cheating")), None)
    records.add_exchange(person, thread, "two", reply("2"), root.coach)
    records.add_exchange(person, thread, "two, edited", reply("2b"), root.coach)
    records.correct(person, records.disclosures(person)[0].id)

    exported = json.loads(json.dumps(records.export(person)))

    assert exported["person"] == person
    (conversation,) = exported["threads"]
    assert [turn["content"] for turn in conversation["turns"]] == [
        *("one", "1", "two", "2", "two, edited", "2b")
    ]
    assert conversation["turns"][1]["reply"]["passages"][0]["text"] == "Words."
    assert "Win him back" not in json.dumps(exported), "shown to her, though it was stopped"
    (disclosure,) = exported["disclosures"]
    assert (disclosure["kind"], disclosure["evidence"]) == ("cheating", "her words")
    assert disclosure["corrected"] is True
    assert datetime.fromisoformat(disclosure["created_at"]).utcoffset() == timedelta(0)


def test_many_threads_of_one_process_write_at_once(
    records: Records, person: str, reply: MakeReply
) -> None:
    def talk(number: int) -> list[str]:
        thread = records.create_thread(person).id
        parent = None
        for turn in range(4):
            parent = records.add_exchange(person, thread, f"{number} {turn}", reply(), parent).coach
        return [text for text in _texts(records, person, thread) if text.startswith(str(number))]

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(talk, range(16)))

    assert told == [[f"{number} {turn}" for turn in range(4)] for number in range(16)]
