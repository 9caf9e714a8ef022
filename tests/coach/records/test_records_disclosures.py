from collections.abc import Callable
from itertools import pairwise

import pytest

from coach.errors import NotFoundError
from coach.records import CorrectionError, Records
from coach.reply import Disclosure, DisclosureKind, Reply
from coach.safety.screen import crisis_in_force

MakeReply = Callable[..., Reply]
MakeDisclosure = Callable[..., Disclosure]


@pytest.fixture
def tell(
    records: Records, person: str, reply: MakeReply, disclosed: MakeDisclosure
) -> Callable[..., None]:
    """Say something in a new conversation that discloses these kinds."""

    def say(*kinds: DisclosureKind) -> None:
        thread = records.create_thread(person).id
        found = [disclosed(kind) for kind in kinds]
        records.add_exchange(person, thread, "words", reply("answer", *found), None)

    return say


def _kinds(records: Records, person: str) -> list[str]:
    return [one.kind for one in records.in_force(person)]


def test_a_disclosure_knows_where_it_was_made(
    records: Records, person: str, thread: str, reply: MakeReply, disclosed: MakeDisclosure
) -> None:
    abuse = disclosed("abuse", "he hit me")
    ids = records.add_exchange(person, thread, "he hit me", reply("1", abuse), None)

    (stored,) = records.disclosures(person)

    assert stored.disclosure == abuse
    assert (stored.thread, stored.turn, stored.corrected) == (thread, ids.user, False)


def test_disclosures_reach_over_threads_and_branches_but_not_to_others(
    records: Records, person: str, thread: str, reply: MakeReply, disclosed: MakeDisclosure
) -> None:
    records.add_exchange(person, thread, "he hit me", reply("1", disclosed("abuse")), None)
    records.add_exchange(person, thread, "hello", reply("1b"), None)
    records.create_thread(person)

    assert _kinds(records, person) == ["abuse"]
    assert records.in_force(records.create_person()) == ()


def test_what_was_told_stays_in_order_and_so_does_her_word_that_she_is_safe(
    records: Records, person: str, tell: Callable[..., None]
) -> None:
    tell("abuse")
    tell("crisis")
    tell()
    assert crisis_in_force(records.in_force(person))

    tell("safe_now")
    assert _kinds(records, person) == ["abuse", "crisis", "safe_now"]
    assert not crisis_in_force(records.in_force(person))

    tell("crisis")
    assert _kinds(records, person) == ["abuse", "crisis", "safe_now", "crisis"]
    assert crisis_in_force(records.in_force(person))


@pytest.mark.parametrize("order", [("crisis", "safe_now"), ("safe_now", "crisis")])
def test_a_crisis_in_the_same_message_as_safe_now_stands(
    records: Records,
    person: str,
    tell: Callable[..., None],
    order: tuple[DisclosureKind, DisclosureKind],
) -> None:
    tell("crisis")
    tell(*order)
    assert _kinds(records, person) == ["crisis", "safe_now", "crisis"]


def test_a_disclosure_without_a_thread_keeps_none_of_her_words(
    records: Records, person: str, tell: Callable[..., None], disclosed: MakeDisclosure
) -> None:
    tell("minor")
    records.add_disclosures(
        person, [disclosed("crisis", "end it all"), disclosed("safe_now"), disclosed("abuse")]
    )

    _, *kept = records.disclosures(person)

    assert [one.disclosure.kind for one in kept] == ["safe_now", "crisis", "abuse"]
    assert {(one.disclosure.evidence, one.thread, one.turn) for one in kept} == {("", None, None)}
    records.correct(person, kept[-1].id)
    assert _kinds(records, person) == ["minor", "safe_now", "crisis"]
    with pytest.raises(NotFoundError):
        records.add_disclosures("nobody", [disclosed("abuse")])


@pytest.mark.parametrize("kind", ["abuse", "cheating", "no_contact"])
def test_a_false_alarm_about_the_past_can_be_corrected_once_and_for_all(
    records: Records, person: str, tell: Callable[..., None], kind: DisclosureKind
) -> None:
    tell(kind)
    (stored,) = records.disclosures(person)
    assert stored.correctable

    records.correct(person, stored.id)
    records.correct(person, stored.id)

    assert _kinds(records, person) == []
    assert [one.corrected for one in records.disclosures(person)] == [True]

    tell(kind)
    assert _kinds(records, person) == [kind], "a correction must not cover what is told later"


@pytest.mark.parametrize("kind", ["crisis", "minor", "boundary", "safe_now"])
def test_other_kinds_cannot_be_corrected(
    records: Records, person: str, tell: Callable[..., None], kind: DisclosureKind
) -> None:
    tell(kind)
    before = records.in_force(person)
    (stored,) = records.disclosures(person)
    assert not stored.correctable

    with pytest.raises(CorrectionError, match=kind):
        records.correct(person, stored.id)

    assert records.in_force(person) == before
    assert [one.corrected for one in records.disclosures(person)] == [False]


def test_deleting_a_thread_keeps_the_disclosure_without_her_words(
    records: Records, person: str, thread: str, reply: MakeReply, disclosed: MakeDisclosure
) -> None:
    records.add_exchange(
        person, thread, "he hit me", reply("1", disclosed("abuse", "he hit me")), None
    )
    other = records.create_thread(person).id
    kept = disclosed("no_contact", "he blocked me")
    records.add_exchange(person, other, "he blocked me", reply("2", kept), None)

    records.delete_thread(person, thread)

    abuse, no_contact = records.disclosures(person)
    assert (abuse.disclosure.kind, abuse.disclosure.about) == ("abuse", "ex")
    assert (abuse.disclosure.evidence, abuse.thread, abuse.turn) == ("", None, None)
    assert no_contact.disclosure == kept
    assert no_contact.thread == other
    records.correct(person, abuse.id)
    assert _kinds(records, person) == ["no_contact"]


def test_the_order_of_a_crisis_and_its_end_survives_deletion(
    records: Records, person: str, tell: Callable[..., None]
) -> None:
    tell("safe_now")
    tell("crisis", "safe_now")
    for info in records.threads(person):
        records.delete_thread(person, info.id)
    assert _kinds(records, person) == ["safe_now", "safe_now", "crisis"]


def test_rows_are_only_ever_added(records: Records, person: str, tell: Callable[..., None]) -> None:
    seen: list[list[str]] = []

    def note() -> None:
        seen.append([one.id for one in records.disclosures(person)])

    tell("abuse", "cheating")
    note()
    records.correct(person, seen[0][0])
    note()
    tell("crisis")
    note()
    records.delete_thread(person, records.threads(person)[-1].id)
    note()
    assert all(after[: len(before)] == before for before, after in pairwise(seen))
    assert len(seen[-1]) == 3
