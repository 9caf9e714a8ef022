"""The passages under an answer: the very words marked, and closed with what she tells later."""

import re

import pytest

from knowledge.article import load_article
from knowledge.stance import load_stance

pytestmark = pytest.mark.anyio

FOLD = "What this answer rests on"
START = "stop me from texting him"
CLOSED = [
    one.text
    for passage in load_article().passages
    for one in load_stance().sentences(passage.slug)
    if not one.allowed({"abuse"}) and len(one.text) > 12
]


def _folds(seen):
    return [
        message["content"][0]["text"]
        for message in seen.chat
        if FOLD in str((message["metadata"] or {}).get("title"))
    ]


async def test_the_very_words_are_marked_and_close_after_harm(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await tab.send("i check his instagram every hour, i can't stop")
        seen = await tab.send("he left me and i keep begging him to come back, how do i stop")
        folds = _folds(seen)
        assert folds
        assert all("<mark>" in fold for fold in folds)
        seen = await tab.send("Wait before I write")
        (marked,) = re.findall("<mark>(.*?)</mark>", _folds(seen)[-1], re.DOTALL)
        assert marked.startswith("This means no begging")
        assert "move towards you again" in _folds(seen)[-1]
        # What is closed from now on is closed in what stands there already.
        after = await tab.send("he hit me last night and i'm scared to go home")
        shown = " ".join(" ".join(_folds(after)).split())
        assert [one for one in CLOSED if one in shown] == []
        assert _folds(await tab.load()) == _folds(after)
        # A misunderstanding that is set aside opens it again.
        chip = next(one for one in after.chips if "misunderstanding" in one)
        back = await tab.choose(chip)
        assert _folds(back)[: len(folds) + 1] == _folds(seen)
