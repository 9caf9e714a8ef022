"""What she can do with what stands there: change it, ask again, take back, rate, hide."""

from pathlib import Path
from typing import Any

import pytest

HIT = "He hit me on Sunday and I still want him back."
SAD = "She left me on Sunday and I miss her <3 & the dog"
MORE = "It is so quiet in the evenings."


async def _edit(tab: Any, index: int, value: str) -> list[Any]:
    about = {"index": index, "previous_value": "", "value": value}
    return list(await tab.event("edit", None, "", about=about))


def _texts(data: list[Any]) -> list[str]:
    chat = data[0]["value"] if isinstance(data[0], dict) else data[0]
    return [one["content"][0]["text"] for one in chat if not one["metadata"]]


pytestmark = pytest.mark.anyio


async def test_a_changed_message_gets_an_answer_of_its_own(serving, settings) -> None:
    async with serving(settings) as server:
        tab = await server.tab()
        first = await tab.send(SAD)
        assert first.texts[0] == SAD, "she sees her own signs again"
        await tab.send(MORE)
        changed = _texts(await _edit(tab, 0, "He left me in May &amp; I am <b>furious</b>."))
        assert changed[0] == "He left me in May & I am &lt;b>furious&lt;/b>."
        assert len(changed) == 2
        assert changed[1] != first.texts[1]
        assert (await tab.load()).texts[0] == changed[0]


async def test_what_she_disclosed_outlives_the_change(serving, settings) -> None:
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send(HIT)
        await _edit(tab, 0, "How do I get him back?")
        cookie = tab.http.cookies["coach_person"]
        records = server.app.state.coach.records
        assert "abuse" in {one.kind for one in records.in_force(cookie)}
        seen = await tab.load()
        assert seen.texts[0] == "How do I get him back?"
        assert seen.why, "and the answer says that it goes by it"


async def test_nothing_is_sent_that_could_not_be_typed(serving, settings) -> None:
    async with serving(settings) as server:
        tab = await server.tab()
        before = await tab.send(SAD)
        for value in ("", "   ", "x" * 9000):
            data = await _edit(tab, 0, value)
            assert 'class="alert"' in data[1]
            assert (await tab.load()).texts == before.texts
        for index in (1, 99, -1, [0, 0]):  # an answer, nothing, nonsense
            await tab.event(
                "edit", None, "", about={"index": index, "previous_value": "", "value": "new"}
            )
            assert (await tab.load()).texts == before.texts


async def test_asked_again_it_says_something_else(serving, settings) -> None:
    async with serving(settings) as server:
        tab = await server.tab()
        first = _texts(await tab.event("send", SAD, None, ""))
        seen = {first[1]}
        for _ in range(3):
            again = _texts(await tab.event("retry", None, "", about={"index": 0, "value": SAD}))
            assert again[0] == SAD
            assert len(again) == 2
            seen.add(again[1])
        assert len(seen) == 4


async def test_a_message_is_taken_back_into_the_box(serving, settings, tmp_path: Path) -> None:
    async with serving(settings) as server:
        tab = await server.tab()
        first = await tab.send(SAD)
        second = await tab.send("My canaryword is Albert.")
        index = second.texts.index("My canaryword is Albert.")
        data = await tab.event("undo", None, about={"index": index, "value": ""})
        assert data[2]["value"] == "My canaryword is Albert."
        assert (await tab.load()).texts == first.texts
    for file in (tmp_path / "data").iterdir():
        assert b"canaryword" not in file.read_bytes()


async def test_what_she_thinks_of_an_answer_is_kept_with_it(serving, settings) -> None:
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send(SAD)
        about: dict[str, Any] = {"index": 1, "value": "", "liked": "It felt cold"}
        data = await tab.event("rate", None, about=about)
        assert data[0]["feedback_value"][0] == "It felt cold"
        data = await tab.event("rate", None, about={**about, "liked": True})
        assert data[0]["feedback_value"][0] == "Like"
        other = await server.tab()
        thread = server.app.state.coach.records.latest_thread(tab.http.cookies["coach_person"])
        await other.event("rate", thread.id, about={**about, "liked": False})
        assert (await tab.event("load"))[0]["feedback_value"][0] == "Like"


async def test_a_temporary_chat_is_written_nowhere(serving, settings, tmp_path: Path) -> None:
    async with serving(settings) as server:
        tab = await server.tab()
        begun = await tab.event("temporary")
        ids = [one for _, one in server.app.state.turns.temporary._turns]
        assert "nothing of this chat is written down" in begun[1].lower()
        await tab.event("send", "canaryword: he hit me", ids[0], "")
        seen = _texts(await tab.event("send", MORE, ids[0], ""))
        assert len(seen) == 4
        cookie = tab.http.cookies["coach_person"]
        again = _texts(await tab.event("retry", ids[0], "", about={"index": 2, "value": MORE}))
        assert len(again) == 4
        other = await server.tab()
        stolen = await other.event("send", "And then?", ids[0], "")
        assert "canaryword" not in str(stolen)
        assert (await tab.load()).chat == []
        records = server.app.state.coach.records
        records.ensure_person(cookie)
        assert records.export(cookie)["threads"] == []
        assert records.in_force(cookie) == ()
    for file in (tmp_path / "data").iterdir():
        assert b"canaryword" not in file.read_bytes()


async def test_what_she_told_before_counts_in_a_temporary_chat(serving, settings) -> None:
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send(HIT)
        await tab.event("temporary")
        (key,) = server.app.state.turns.temporary._turns
        seen = await tab.event("send", "How do I win him back?", key[1], "")
        assert "earlier" in str(seen[0]).lower()


async def test_a_chat_in_which_she_told_of_being_hurt_can_be_made_temporary(
    serving, settings, tmp_path: Path
) -> None:
    async with serving(settings) as server:
        tab = await server.tab()
        assert not (await tab.send(SAD)).may_hide
        await tab.new()
        assert (await tab.send("canaryword: he hit me")).may_hide
        cookie = tab.http.cookies["coach_person"]
        records = server.app.state.coach.records
        thread = records.latest_thread(cookie).id
        made = await tab.event("make", thread)
        assert _texts(made)[0] == "canaryword: he hit me"
        assert "only on this page" in made[1]
        assert [one.id for one in records.threads(cookie)] != [thread]
        assert {one.kind for one in records.in_force(cookie)} == {"abuse"}
        assert "canaryword" not in str(records.export(cookie))
    for file in (tmp_path / "data").iterdir():
        assert b"canaryword" not in file.read_bytes()
