"""Why an answer is the one it is, and what she can say when it misunderstood her."""

import pytest

from coach import Reply
from coach.records import Records
from coach.reply import Disclosure, Reason
from coach.safety.policy import restrictions
from ui.web.misread import misread_ids
from ui.web.why import why
from ui.web.words import load_words

pytestmark = pytest.mark.anyio

HIT = "he hit me last night and i'm scared"
WISH = "how do i get him back"
CALM = "i keep checking his page and it makes me sick"
MISUNDERSTOOD = "That was a misunderstanding"
SAFE = "I am safe now"
SET_ASIDE = "they no longer limit what we can talk about"


def _restrictions(server, tab) -> frozenset[str]:
    records: Records = server.app.state.coach.records
    return restrictions(records.in_force(tab.http.cookies["coach_person"]))


@pytest.mark.parametrize(
    ("text", "heard", "quote"),
    [
        (HIT, "being hurt or controlled by someone", "“he hit me”"),
        ("i want to die", "a sign that you might not be safe", "“want to die”"),
        ("can i take xanax with wine", "someone else who is trained", "“can i take xanax”"),
        ("he cheated on me with her", "having been unfaithful", "“he cheated"),
        ("he blocked me everywhere and i am so sad", "not wanting to be contacted", "“he blocked"),
        ("what is the capital of france", "something I am not made for", "“what is the capital of"),
    ],
)
async def test_an_answer_says_why_closed_and_after_a_reload(serving, settings, text, heard, quote):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await tab.send(text)
        (said,) = seen.why
        assert heard in said
        assert quote in said
        assert "They match a phrase on a fixed list." in said
        assert "it can be wrong" in said
        closed = next(m for m in seen.chat if m["content"][0]["text"] == said)
        assert closed["metadata"]["status"] == "done"
        assert (await tab.load()).chat == seen.chat


async def test_an_ordinary_answer_needs_no_reason_and_offers_nothing(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await tab.send(CALM)
        assert (seen.why, seen.chips, seen.asks) == ([], {}, False)


async def test_her_words_are_quoted_as_text(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await tab.send("my <b>ex</b> he <img src=x> hit me, he hit <i>me</i> hard")
        assert "<" not in "".join(seen.why)


async def test_a_misunderstanding_is_set_aside_for_good(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await tab.send(HIT)
        assert list(seen.chips) == [MISUNDERSTOOD]
        assert _restrictions(server, tab) == {"abuse"}
        after = await tab.choose(MISUNDERSTOOD)
        assert SET_ASIDE in after.texts[-1]
        assert after.chips == {}
        assert _restrictions(server, tab) == frozenset()
        assert (await tab.load()).chat == after.chat
        more = await tab.send(WISH)
        assert more.why == after.why  # nothing new had to be explained: the way is open
    async with serving(settings) as server:
        again = await server.tab(tab.http.cookies["coach_person"])
        assert any(SET_ASIDE in text for text in (await again.load()).texts)
        assert _restrictions(server, again) == frozenset()


async def test_nobody_sets_aside_what_another_person_told(serving, settings):
    async with serving(settings) as server:
        hers, other = await server.tab(), await server.tab()
        chip = (await hers.send(HIT)).chips[MISUNDERSTOOD]
        await other.send(HIT)
        refused = await other.event("choose", None, "", about={"index": 0, "value": chip})
        assert "nothing has changed" in refused[1]
        assert _restrictions(server, hers) == {"abuse"}
        assert _restrictions(server, other) == {"abuse"}


async def test_of_several_things_each_can_be_set_aside_alone(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await tab.send("he cheated on me with her. he hit me")
        assert list(seen.chips) == [
            f"Being hurt or controlled: {MISUNDERSTOOD.lower()}",
            f"Being unfaithful: {MISUNDERSTOOD.lower()}",
        ]
        after = await tab.choose("Being hurt or controlled: that was a misunderstanding")
        assert _restrictions(server, tab) == {"cheating"}
        assert "something else you told me still stands" in after.status
        assert list(after.chips) == [MISUNDERSTOOD]
        after = await tab.choose(MISUNDERSTOOD)
        assert _restrictions(server, tab) == frozenset()
        assert SET_ASIDE in after.texts[-1]


async def test_where_an_earlier_word_closes_the_way_it_can_be_set_aside_there(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send(HIT)
        await tab.new()
        seen = await tab.send(WISH)
        (said,) = seen.why
        assert said.startswith("Earlier, I read something you wrote as being hurt")
        assert "“" not in said  # her words stand elsewhere, perhaps in what she has deleted
        after = await tab.choose(MISUNDERSTOOD)
        assert SET_ASIDE in after.texts[-1]
        assert _restrictions(server, tab) == frozenset()


async def test_what_was_told_some_time_ago_is_found_again_on_asking(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        assert (await tab.send(HIT)).asks is False  # its chip is in sight
        seen = await tab.send(CALM)
        assert seen.asks
        assert seen.chips == {}  # nothing presses her to take it back
        asked = await tab.ask()
        assert list(asked.chips) == ["“he hit me”", "None of these"]
        kept = await tab.event("choose", None, "", about={"index": 1, "value": "keep"})
        assert kept[0]["value"] == seen.chat
        chosen = {"index": 0, "value": asked.chips["“he hit me”"]}
        chat, status, *_ = await tab.event("choose", None, "", about=chosen)
        assert SET_ASIDE in status  # the answer it was about is out of sight
        assert any(SET_ASIDE in message["content"][0]["text"] for message in chat["value"])
        assert (await tab.load()).asks is False
        assert _restrictions(server, tab) == frozenset()


async def test_a_crisis_is_no_misunderstanding_and_ends_when_she_is_safe(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        seen = await tab.send("i want to die. he hit me", "NZ")
        assert list(seen.chips) == [SAFE]
        assert seen.asks is False
        assert list((await tab.send("i don't know", "NZ")).chips) == [SAFE]
        after = await tab.choose(SAFE, "NZ")
        hers = [m["content"][0]["text"] for m in after.chat if m["role"] == "user"]
        assert hers[-1] == SAFE
        answer = next(t for t in after.texts[after.texts.index(SAFE) + 1 :])
        assert "1737" in answer or "0800 543 354" in answer or "111" in answer
        assert after.chips == {}
        assert after.asks  # what else she told can be looked at again now
        calm = await tab.send(CALM)
        records: Records = server.app.state.coach.records
        person = tab.http.cookies["coach_person"]
        thread = records.latest_thread(person)
        assert records.history(person, thread.id)[-1].reply.route == "coach"
        assert calm.chips == {}


async def test_the_chip_of_an_earlier_word_is_about_that_one_and_no_like_one(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        await tab.send(HIT)
        await tab.new()
        await tab.send("he hit me")
        await tab.choose(MISUNDERSTOOD)  # the second, which the same rule has found
        assert _restrictions(server, tab) == {"abuse"}
        await tab.new()
        seen = await tab.send(WISH)
        assert list(seen.chips) == [MISUNDERSTOOD]
        await tab.choose(MISUNDERSTOOD)
        assert _restrictions(server, tab) == frozenset()


async def test_of_several_ids_on_a_chip_those_that_are_hers_are_set_aside(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        chip = (await tab.send(HIT)).chips[MISUNDERSTOOD]
        chosen = {"index": 0, "value": f"{chip} nobodys"}
        chat, status, *_ = await tab.event("choose", None, "", about=chosen)
        assert "nothing has changed" not in status
        assert any(SET_ASIDE in message["content"][0]["text"] for message in chat["value"])
        assert _restrictions(server, tab) == frozenset()
        empty = {"index": 0, "value": "   "}
        assert (await tab.event("choose", None, "", about=empty))[0] == chat


@pytest.mark.parametrize("value", ["", "   ", None, "keep", "safe", 3])
def test_another_chip_names_no_misunderstanding(value):
    assert misread_ids(value) == []


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ("rules:abuse-hit", "a fixed list"),
        ("classifier:abuse", "trained on examples"),
        ("adjudicator:1", "A language model"),
        ("something-new", "A part of the program"),
    ],
)
def test_each_layer_is_named_in_plain_words_and_long_words_are_cut(layer, said):
    reason = Reason(route="abuse", by=layer, evidence="<b>he</b> " + "word " * 90, score=0.9)
    reply = Reply(
        text="a", route="abuse", scope="redirect", mode="redirect", reasons=[reason, reason]
    )
    (block,) = why(reply, load_words())
    text = block["content"][0]["text"]
    assert said in text
    assert text.count("“&lt;b&gt;he&lt;/b&gt; word") == 1
    assert len(text) < 400
    assert layer not in text


def test_an_answer_of_before_reasons_were_kept_says_so():
    reply = Reply(text="a", route="crisis", scope="redirect", mode="redirect")
    (block,) = why(reply, load_words())
    assert "I cannot show any more" in block["content"][0]["text"]


@pytest.mark.parametrize("route", ["coach", "close"])
def test_vetted_words_that_rest_on_nothing_told_need_no_reason(route):
    reply = Reply(text="a", route=route, scope="redirect", mode="redirect", interrupted="stopped")
    assert why(reply, load_words()) == []


def test_a_way_back_closed_by_a_block_says_so():
    told = {"by": "rules:no-contact-told", "score": 0.9, "kind": "no_contact", "about": "ex"}
    reply = Reply(
        text="a",
        route="boundary",
        scope="redirect",
        mode="redirect",
        reasons=[Reason(route="boundary", evidence="", earlier=True, **told)],
        disclosures=[Disclosure(evidence="he blocked me", **told)],
    )
    (block,) = why(reply, load_words())
    assert block["content"][0]["text"].count("not wanting to be contacted") == 1
