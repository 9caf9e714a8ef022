"""Where state meets the road: what is stored, stopped, carried over and kept apart."""

import asyncio
import inspect
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path

import anyio
import pytest
from fakes.endpoint import FakeEndpoint
from langsmith import Client

from coach import (
    Coach,
    CoachError,
    ConfigError,
    MessageError,
    NotFoundError,
    Reply,
    Sentence,
    Settings,
    StorageError,
)
from coach.models import ModelProvider
from coach.respond.composer import Composer
from coach.respond.prompting import load_prompt
from coach.safety import Screen
from knowledge import encoder
from knowledge.errors import IndexStoreError
from knowledge.retriever import PassageRetriever

from .conftest import Open
from .turns import HERS, heard, settled, shown, thread_of

pytestmark = pytest.mark.anyio

DRAFT = "That pull sounds strong. It sounds lonely as well. The night is long. What hurts most?"


async def test_what_was_shown_is_what_is_stored(open_coach: Open) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        first = await coach.areply(HERS, thread=thread, person="ann")
        second = await coach.areply(HERS, thread=thread, person="ann")
        turns = coach.records.history("ann", thread)
    assert [turn.turn.content for turn in turns] == [HERS, first.text, HERS, second.text]
    # What she can delete by itself is kept in one place only.
    kept = [reply.model_copy(update={"facts": ()}) for reply in (first, second)]
    assert [turn.reply for turn in turns] == [None, kept[0], None, kept[1]]
    assert turns[2].parent == turns[1].id
    assert first.text != second.text  # the thread was read


async def test_pressing_stop_keeps_what_was_shown(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    fake_endpoint.text = DRAFT.rpartition(" What")[0] + " It goes on." * 300  # half a minute
    async with asking("slow") as coach:
        thread = thread_of(coach)
        seen: list[str] = []
        async with aclosing(coach.astream(HERS, thread=thread, person="ann")) as events:
            async for event in events:
                if isinstance(event, Sentence):
                    seen.append(event.text)
                    break
        await settled(fake_endpoint)
        turns = coach.records.history("ann", thread)
        reply = turns[-1].reply
        assert reply is not None
        assert [turns[-1].turn.content] == seen == ["That pull sounds strong."]
        assert [sentence.text for sentence in reply.sentences] == seen
        assert (reply.interrupted, reply.passages) == ("stopped", ())
        fake_endpoint.text = DRAFT
        after = await coach.areply(HERS, thread=thread, person="ann")
        assert after.text
        assert len(coach.records.history("ann", thread)) == 4


async def test_stop_in_a_composed_answer_stores_no_unseen_sentence(open_coach: Open) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        async with aclosing(coach.astream(HERS, thread=thread, person="ann")) as events:
            async for event in events:
                if isinstance(event, Sentence):
                    await anyio.sleep(0.2)  # the road runs ahead meanwhile
                    break
        assert coach.records.history("ann", thread)[-1].turn.content == event.text


async def test_a_cancelled_task_keeps_what_was_shown(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    fake_endpoint.text = DRAFT.rpartition(" What")[0] + " It goes on." * 300  # half a minute
    async with asking("slow") as coach:
        thread = thread_of(coach)
        with anyio.CancelScope() as scope:
            async with aclosing(coach.astream(HERS, thread=thread, person="ann")) as events:
                async for event in events:
                    if isinstance(event, Sentence):
                        scope.cancel()
        await settled(fake_endpoint)
        stored = coach.records.history("ann", thread)
    assert stored[-1].turn.content == "That pull sounds strong."


@pytest.fixture
def when_storing() -> Iterator[Callable[[Callable[[], object]], None]]:
    """Registers what is done at the moment in which the storing of an exchange begins."""
    log, added = logging.getLogger("coach.session"), []

    def register(do: Callable[[], object]) -> None:
        handler = logging.Handler()
        handler.emit = lambda record: do()  # type: ignore[method-assign]
        log.addHandler(handler)
        added.append((handler, log.level))
        log.setLevel(logging.INFO)

    yield register
    for handler, level in added:
        log.removeHandler(handler)
        log.setLevel(level)


@pytest.mark.parametrize("times", [1, 3])
async def test_a_task_cancelled_while_storing_loses_nothing(
    open_coach: Open, when_storing: Callable[[Callable[[], object]], None], times: int
) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        talk = asyncio.create_task(coach.areply("he hit me", thread=thread, person="ann"))

        def again(left: int = times) -> None:
            talk.cancel()
            if left > 1:
                asyncio.get_running_loop().call_later(0.001, again, left - 1)

        when_storing(again)
        with pytest.raises(asyncio.CancelledError):
            await talk
        assert len(coach.records.history("ann", thread)) == 2
        assert [one.kind for one in coach.records.in_force("ann")] == ["abuse"]


async def test_a_scope_cancelled_while_storing_loses_nothing(
    open_coach: Open, when_storing: Callable[[Callable[[], object]], None]
) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        with anyio.CancelScope() as scope:
            when_storing(scope.cancel)
            await coach.areply("he hit me", thread=thread, person="ann")
        assert scope.cancelled_caught
        assert len(coach.records.history("ann", thread)) == 2
        assert [one.kind for one in coach.records.in_force("ann")] == ["abuse"]


async def test_a_fault_is_not_stored_as_her_stop(
    asking: Open, fake_endpoint: FakeEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of order")

    fake_endpoint.text = "It aches. It pulls at you. And then there is the long night, still."
    monkeypatch.setattr(Composer, "finish", broken)
    async with asking("cut") as coach:
        thread = thread_of(coach)
        with pytest.raises(RuntimeError, match="out of order"):
            await coach.areply(HERS, thread=thread, person="ann")
        stored = coach.records.history("ann", thread)[-1].reply
    assert stored is not None
    assert stored.text.startswith("It aches.")
    assert (stored.interrupted, stored.model_failed) == ("error", False)


async def test_without_the_index_she_is_still_answered(
    open_coach: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise IndexStoreError("The index cannot be read.")

    async with open_coach() as coach:
        monkeypatch.setattr(PassageRetriever, "search", broken)
        reply = await coach.areply(HERS)
    assert reply.text.endswith("?")
    assert (reply.passages, reply.route) == ((), "coach")


async def test_a_disclosure_outlives_a_stop_before_the_first_word(
    asking: Open, fake_endpoint: FakeEndpoint
) -> None:
    async with asking("silence", first_token_timeout=9.0) as coach:
        thread = thread_of(coach)
        with anyio.move_on_after(1.0):
            await coach.areply(
                "he blocked me everywhere and i am so sad", thread=thread, person="ann"
            )
        await settled(fake_endpoint)
        kinds = [disclosure.kind for disclosure in coach.records.in_force("ann")]
        assert kinds == ["no_contact"]
        assert (await coach.areply("hi", thread=thread, person="ann")).text


async def test_a_message_that_cannot_be_screened_is_not_answered(
    open_coach: Open, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("he hit me")

    async with open_coach() as coach:
        thread = thread_of(coach)
        monkeypatch.setattr(Screen, "screen", broken)
        with pytest.raises(RuntimeError):
            await coach.areply("he hit me", thread=thread, person="ann")
        assert coach.records.history("ann", thread) == []
    assert "could not be screened: RuntimeError" in caplog.text
    assert "he hit me" not in caplog.text


async def test_a_message_of_nobody_leaves_no_trace(open_coach: Open, tmp_path: Path) -> None:
    async with open_coach() as coach:
        reply = await coach.areply("he hit me last night")
    assert reply.disclosures
    assert not (tmp_path / "data").exists()


async def test_somebody_elses_thread_is_not_there(open_coach: Open) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        coach.records.ensure_person("bea")
        with pytest.raises(NotFoundError):
            await coach.areply(HERS, thread=thread, person="bea")


@pytest.mark.parametrize(
    "text", ["", "  \n", "a\x00b", "\ud83d", b"bytes", None, 7, "x" * 8001], ids=repr
)
async def test_what_is_no_message_is_refused_and_not_stored(open_coach: Open, text: object) -> None:
    async with open_coach() as coach:
        thread = thread_of(coach)
        with pytest.raises(MessageError) as caught:
            await coach.areply(text, thread=thread, person="ann")  # type: ignore[arg-type]
        assert str(caught.value).endswith(".")
        assert coach.records.history("ann", thread) == []
        assert coach.screen("x" * 9000).route == "coach"


async def test_the_longest_message_is_taken(open_coach: Open) -> None:
    async with open_coach() as coach:
        assert (await coach.areply(("i miss him " * 800)[:8000])).text


async def test_conversations_at_once_do_not_mix(open_coach: Open) -> None:
    words = [f"wren{chr(97 + n // 8)}{chr(97 + n % 8)}" for n in range(32)]
    replies: dict[str, Reply] = {}
    async with open_coach() as coach:
        threads = {word: thread_of(coach, f"p-{word}") for word in words}

        async def talk(word: str) -> None:
            thread, person = threads[word], f"p-{word}"
            replies[word] = await coach.areply(_crying(word), thread=thread, person=person)

        async with anyio.create_task_group() as tasks:
            for word in words:
                tasks.start_soon(talk, word)
        for word in words:
            turns = coach.records.history(f"p-{word}", threads[word])
            assert [turn.turn.content for turn in turns] == [_crying(word), replies[word].text]
        # Each got what she would have got alone, and it was not the same for all.
        for word in words[::4]:
            alone = await coach.areply(_crying(word))
            assert alone.text == replies[word].text
    assert len({reply.text for reply in replies.values()}) > len(words) / 4


def _crying(word: str) -> str:
    return f"i keep crying about {word} all night"


@pytest.mark.parametrize("sync", [False, True])
async def test_nothing_is_traced(
    coach_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, sync: bool
) -> None:
    sent: list[object] = []
    monkeypatch.setenv("LANGSMITH_TRACING", "true")
    monkeypatch.setenv("LANGSMITH_API_KEY", "k")
    for name in ("create_run", "update_run", "request_with_retries"):
        monkeypatch.setattr(Client, name, lambda *a, **k: sent.append((a, k)))
    if sync:

        def talk() -> None:
            with Coach(coach_settings()) as coach:
                assert isinstance(list(coach.stream(HERS))[-1], Reply)

        await anyio.to_thread.run_sync(talk)
    else:
        async with Coach(coach_settings()) as coach:
            await heard(coach, HERS)
    assert sent == []


async def test_records_stay_closed_after_the_coach(open_coach: Open) -> None:
    async with open_coach() as coach:
        coach.records.ensure_person("ann")
    with pytest.raises(CoachError, match="closed"):
        _ = coach.records
    async with coach:
        assert coach.records.threads("ann") == []


async def test_one_part_that_fails_to_close_keeps_no_other_open(
    coach_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    close = PassageRetriever.close
    monkeypatch.setattr(
        PassageRetriever, "close", lambda self: (closed.append("index"), close(self))
    )

    async def broken(self: ModelProvider) -> None:
        raise RuntimeError("does not end")

    coach = Coach(coach_settings())
    await coach.astart()
    records = coach.records
    records.ensure_person("ann")
    monkeypatch.setattr(ModelProvider, "aclose", broken)
    with pytest.raises(RuntimeError, match="does not end"):
        await coach.aclose()
    assert closed == ["index"]
    with pytest.raises(StorageError, match="not open"):
        records.threads("ann")


async def test_a_wrong_embedding_model_is_told_at_the_start(
    open_coach: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "_MODEL_SHA256", "0" * 64)
    with pytest.raises(StorageError, match="is not the one expected"):
        async with open_coach():
            pass


def test_the_sync_facade_is_the_same_coach(coach_settings: Callable[..., Settings]) -> None:
    async def asynchronous() -> Reply:
        async with Coach(coach_settings()) as coach:
            return await coach.areply(HERS)

    with Coach(coach_settings()) as coach:
        reply = coach.reply(HERS)
        events = list(coach.stream(HERS))
        thread = thread_of(coach)
        half = coach.stream(HERS, thread=thread, person="ann")
        seen = next(event.text for event in half if isinstance(event, Sentence))
        half.close()  # type: ignore[attr-defined]
        assert coach.records.history("ann", thread)[-1].turn.content == seen
    other = anyio.run(asynchronous)
    strip = {"timings_ms"}
    assert reply.model_dump(exclude=strip) == other.model_dump(exclude=strip)
    assert " ".join(shown(events)) == reply.text
    assert "coach" not in {thread.name for thread in threading.enumerate()}


def test_both_faces_take_the_same_arguments() -> None:
    assert list(inspect.signature(Coach.reply).parameters) == list(
        inspect.signature(Coach.areply).parameters
    )
    assert list(inspect.signature(Coach.stream).parameters) == list(
        inspect.signature(Coach.astream).parameters
    )


def test_a_prompts_version_changes_with_its_words(tmp_path: Path) -> None:
    source = Path("coach/respond/prompts/coach.md").read_text(encoding="utf-8")
    (tmp_path / "coach.md").write_text(source, encoding="utf-8")
    (tmp_path / "other.md").write_text(source.replace("short plain", "brief plain"))
    (tmp_path / "noted.md").write_text(source.replace("<!-- The", "<!-- Now the"))
    version = load_prompt().version
    assert load_prompt("coach", tmp_path).version == version
    assert load_prompt("other", tmp_path).version != version
    assert load_prompt("noted", tmp_path).version == version
    (tmp_path / "bare.md").write_text("## system\nx\n")
    with pytest.raises(ConfigError, match=r"bare\.md"):
        load_prompt("bare", tmp_path)
