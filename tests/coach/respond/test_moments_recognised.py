"""Which moment a message is taken to be in."""

from pathlib import Path

import numpy as np
import pytest

from coach.errors import ConfigError
from coach.respond.moments import WEIGHTS, MomentBook, fit
from coach.respond.partner import Partner
from coach.respond.phrasebook import Voice, load_voice
from knowledge.embeddings import MiniLM
from knowledge.stance import Stance

PARTNERS = [Partner("your husband", "he"), Partner("your wife", "she"), Partner("your ex", "they")]


@pytest.fixture(scope="module")
def book(voice: Voice, encoder: MiniLM) -> MomentBook:
    return MomentBook(voice.moments, voice.cues, encoder)


@pytest.mark.parametrize(
    ("message", "moment"),
    [
        ("my thumb is over send, i want to text him so badly", "urge-to-write"),
        ("I checked her instagram eleven times before lunch.", "checking-socials"),
        ("he is already dating someone new", "ex-has-someone-new"),
        ("cant sleep, its 4am again", "nights-awake"),
        ("do you think she will come back", "will-ex-come-back"),
        ("he ghosted me after three months", "ghosted"),
        ("I have to hand over the kids every Friday and see her at the door.", "tied-by-children"),
        ("She fell out of love with me, she says.", "fell-out-of-love"),
        ("I ended it and now I wonder if I made a mistake", "i-ended-it-and-doubt"),
        ("i'm so angry at myself for still missing her", "angry-at-self-for-missing"),
        ("my friends keep telling me to move on", "others-say-move-on"),
    ],
)
def test_a_plain_message_is_recognised(book: MomentBook, message: str, moment: str) -> None:
    found = book.recognise(message)
    assert found is not None
    assert found.moment.id == moment


@pytest.mark.parametrize(
    "message",
    [
        "hello",
        "ok",
        "",
        "   ",
        "what's the capital of france",
        "asdfghjkl",
        "who gets the flat if we were never married",
        "this breakup is killing me",
        "I don't want him back",
        "I wrote a cover letter for a job in a nursery",
        "my landlord put the rent up",
    ],
)
def test_what_is_no_moment_is_left_alone(book: MomentBook, message: str) -> None:
    assert book.recognise(message) is None


def test_a_long_story_is_in_the_moment_it_comes_to(book: MomentBook) -> None:
    story = (
        "We met at a bus stop in the rain, I was twenty four. He was funny and a bit rude. "
        "For a while we lived above a bakery and everything smelled of bread. "
        "Then his work got busier and mine did too. Nobody was angry. "
        "And now I lie awake until four every night and stare at the ceiling."
    )
    found = book.recognise(story)
    assert found is not None
    assert found.moment.id == "nights-awake"


def test_it_takes_the_same_message_the_same_way(book: MomentBook) -> None:
    message = "she unfollowed me and took down all our photos"
    assert book.recognise(message) == book.recognise(message)


def test_the_shipped_weights_are_those_of_the_moments(
    voice: Voice, encoder: MiniLM, caplog: pytest.LogCaptureFixture
) -> None:
    MomentBook(voice.moments, voice.cues, encoder).recognise("he left")
    assert not caplog.records, "run `python -m coach.respond.training.moments`"


def test_stale_weights_are_learned_anew(voice: Voice, encoder: MiniLM, tmp_path: Path) -> None:
    some = voice.moments[:4]
    file = tmp_path / "weights.npz"
    fit(some, encoder, file)
    kept = MomentBook(some, voice.cues, encoder, file).ranked(some[1].says[0])
    file.write_bytes(b"broken")
    anew = MomentBook(some, voice.cues, encoder, file).ranked(some[1].says[0])
    assert [r.moment.id for r in kept] == [r.moment.id for r in anew]
    assert np.allclose([r.score for r in kept], [r.score for r in anew], atol=1e-2)
    assert kept[0].moment == some[1]


def test_its_own_examples_lead_to_most_moments(book: MomentBook) -> None:
    moments = list(book)
    right = [book.ranked(m.says[0])[0].moment is m for m in moments]
    assert np.mean(right) >= 0.8


def test_the_weights_are_small(voice: Voice) -> None:
    assert WEIGHTS.stat().st_size < 100_000
    assert set(voice.cues) <= {m.id for m in voice.moments}


@pytest.mark.parametrize("partner", PARTNERS, ids=lambda p: p.pronoun)
def test_every_line_of_a_moment_can_be_said(voice: Voice, partner: Partner) -> None:
    pools = [
        *(m.lines for m in voice.moments),
        *voice.acts.values(),
        *voice.listening.values(),
        *(d.say for d in voice.details.values()),
    ]
    told = {"together": "nine years", "since": "three weeks ago"}
    slots = {"quote": "“the bed is cold”", "fact": "nine years", **told}
    slots |= {name.capitalize(): words.capitalize() for name, words in told.items()}
    for line in (line for pool in pools for line in pool):
        filled = partner.fill(line, **slots)
        assert not set("{}!—") & set(filled), filled
        assert filled.count("?") <= 1, filled
        assert filled.rstrip("”")[-1] in ".?", filled


def test_a_moment_hears_before_it_asks(voice: Voice) -> None:
    for moment in voice.moments:
        assert not any("?" in line for line in (*moment.hear, *moment.stay, *moment.turn))
        assert all(line.endswith("?") for line in moment.ask)


def test_every_belief_that_is_contradicted_rests_on_something_sayable(
    voice: Voice, stance: Stance
) -> None:
    said = [(m, line, slug) for m in voice.moments for line, slug in voice.turns(m)]
    assert len(said) == sum(len(m.turn) for m in voice.moments)
    for _, line, slug in said:
        assert slug is None or any(s.stance != "never" for s in stance.sentences(slug)), line


def test_a_moment_on_an_unknown_passage_is_refused(
    voice: Voice, stance: Stance, tmp_path: Path
) -> None:
    moment = voice.moments[0].model_dump(mode="json") | {"passages": ["the-moon"]}
    for name in ("hearing.yaml", "passages-1.yaml"):
        source = Path("coach/respond/voice") / name
        (tmp_path / name).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "moments").mkdir()
    import yaml

    file = tmp_path / "moments" / "one.yaml"
    file.write_text(yaml.safe_dump({"moments": [moment]}), encoding="utf-8")
    with pytest.raises(ConfigError, match="the-moon"):
        load_voice(stance, tmp_path)
