"""Many people at once, each with an answer of her own, and nobody waits for anybody."""

import secrets
from time import monotonic
from typing import Any

import anyio
import pytest

from coach import Settings

pytestmark = pytest.mark.anyio

PEOPLE = 32
# One sentence, so that all of it is waited for: at 50 ms for twelve letters some seconds, in which
# the machine has nothing to do.
TEXT = f"That is a lot to carry tonight{', and you looked again' * 60}."


async def test_thirty_two_people_write_at_once_and_none_waits(
    serving: Any, settings: Settings, fake_endpoint: Any
) -> None:
    fake_endpoint.text = TEXT
    slow = Settings.load(
        llm="endpoint",
        model="any",
        api_key="k",
        base_url=fake_endpoint.url,
        data_dir=settings.data_dir,
        cache_dir=settings.cache_dir,
    )
    async with serving(slow) as server:
        fake_endpoint.mode = "ok"
        await _took(await server.tab(), _words())  # the server is warm
        fake_endpoint.mode = "slow"
        alone = await _took(await server.tab(), _words())
        assert fake_endpoint.most_open == 1
        assert alone > 2, "the model was slow, and was waited for"

        said = [_words() for _ in range(PEOPLE)]
        tabs = [await server.tab() for _ in said]
        took: list[float] = []

        async def one(tab: Any, words: str) -> None:
            took.append(await _took(tab, words))

        async with anyio.create_task_group() as tasks:
            for tab, words in zip(tabs, said, strict=True):
                tasks.start_soon(one, tab, words)
        together = [round(one / alone, 1) for one in (min(took), max(took))]
        print(f"alone {alone:.1f} s; together, as multiples of it: {together}")
        # One after another the last would wait for 32 answers, three at a time for eleven; what is
        # left is what the machine has to do for each, also while others use it.
        assert max(took) < 8 * alone
        assert fake_endpoint.most_open > PEOPLE / 2, "the answers were written at the same time"

        for tab, words in zip(tabs, said, strict=True):
            shown = await tab.load()
            assert shown.texts[0] == words
            others = [other for other in said if other != words]
            assert not [other for other in others if other.split()[-1] in str(shown)]


def _words() -> str:
    # Letters alone: a figure may be read as an age, or as something else that no model answers.
    name = "".join(secrets.choice("bdfgklmnprstvz") + secrets.choice("aeiou") for _ in range(6))
    return f"i keep checking his page, and what i call it is {name}"


async def _took(tab: Any, words: str) -> float:
    began = monotonic()
    seen = await tab.send(words)
    assert seen.texts[0] == words
    assert seen.chat[1]["role"] == "assistant"
    return monotonic() - began
