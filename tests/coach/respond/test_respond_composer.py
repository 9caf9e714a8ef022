"""The composer on a hundred messages it was not made for, and on long and restricted threads."""

import itertools
import random
import re

import pytest

from coach.reply import Sentence, Turn
from coach.respond.composer import Composed, Composer, Situation
from coach.respond.phrasebook import Voice
from knowledge.embeddings import MiniLM
from knowledge.retriever import PassageRetriever
from knowledge.stance import Stance

RESTRICTED = ["abuse", "cheating", "minor", "crisis", "no_contact"]
QUOTED = re.compile(r"“[^”]*”")


def situation(
    retriever: PassageRetriever, message: str, history: tuple[Turn, ...] = ()
) -> Situation:
    found = retriever.search(message, k=3)
    passages = [hit.passage for hit in found.hits] if found.fits else []
    return Situation(message, history, passages, asks="?" in message)


@pytest.fixture(scope="module")
def situations(retriever: PassageRetriever, messages: list[str]) -> list[Situation]:
    return [situation(retriever, message) for message in messages]


@pytest.fixture(scope="module")
def composed(composer: Composer, situations: list[Situation]) -> list[Composed]:
    return [composer.compose(one) for one in situations]


@pytest.fixture(scope="module")
def frames(voice: Voice) -> list[re.Pattern[str]]:
    """First lines with a hole where her words go."""
    lines = [line for f in voice.hearing.feelings.values() for line in (*f.echo, *f.quote)]
    holed = (
        re.escape(line).replace(r"\{hers\}", "(.+)").replace(r"\{quote\}", "(.+)") for line in lines
    )
    return [re.compile(line, re.IGNORECASE) for line in holed]


def without_her_words(answer: Composed, frames: list[re.Pattern[str]]) -> list[str]:
    """The sentences of an answer, with a mark where her words stand in the first."""
    first, *more = [sentence.text for sentence in answer.sentences]
    holed = (text_around(first, found) for frame in frames if (found := frame.fullmatch(first)))
    return [max(holed, key=len, default=QUOTED.sub("◆", first)), *more]


def text_around(text: str, found: re.Match[str]) -> str:
    return f"{text[: found.start(1)]}◆{text[found.end(1) :]}"


def text_of(answer: Composed) -> str:
    return " ".join(sentence.text for sentence in answer.sentences)


def test_no_two_answers_are_the_same(composed: list[Composed]) -> None:
    assert len({text_of(answer) for answer in composed}) == len(composed)


def test_no_two_answers_share_three_sentences(
    composed: list[Composed], frames: list[re.Pattern[str]]
) -> None:
    sets = [set(without_her_words(answer, frames)) for answer in composed]
    shared = [len(a & b) for a, b in itertools.combinations(sets, 2)]
    assert max(shared) <= 2
    assert max(shared) > 0  # or nothing was compared


def test_an_answer_is_nearest_to_its_own_message(
    composed: list[Composed], messages: list[str], encoder: MiniLM
) -> None:
    ours = encoder.encode([text_of(answer) for answer in composed])
    hers = encoder.encode(messages)
    draw = random.Random(0)  # noqa: S311
    right = 0
    for i in range(len(messages)):
        ten = [i, *draw.sample([j for j in range(len(messages)) if j != i], 9)]
        right += max(ten, key=lambda j: float(ours[i] @ hers[j])) == i
    assert right / len(messages) >= 0.70


def test_the_form_of_every_answer(composed: list[Composed], situations: list[Situation]) -> None:
    for answer, given in zip(composed, situations, strict=True):
        text = text_of(answer)
        assert text.count("?") == 1, text
        assert text.endswith("?")
        assert "!" not in text
        assert not set("{}<>") & set(text)
        assert len(text.split()) < 110
        named = [s.passage for s in answer.sentences if s.passage]
        assert set(named) <= {passage.slug for passage in given.passages[:2]}
        assert bool(named) == (answer.scope == "covered")
        if answer.scope == "covered":
            assert [bool(s.passage) for s in answer.sentences[:2]] == [False, True]


def test_the_same_message_gets_the_same_answer(
    composer: Composer, situations: list[Situation], composed: list[Composed]
) -> None:
    assert [composer.compose(one) for one in situations[:10]] == composed[:10]


def test_no_sentence_comes_twice_in_a_thread(
    composer: Composer, retriever: PassageRetriever, frames: list[re.Pattern[str]]
) -> None:
    history: tuple[Turn, ...] = ()
    seen: list[str] = []
    for turn in range(12):
        message = f"i keep looking at his page, {turn + 1} times today, and i cant stop"
        answer = composer.compose(situation(retriever, message, history))
        seen += without_her_words(answer, frames)
        history += (
            Turn(role="user", content=message),
            Turn(role="assistant", content=text_of(answer)),
        )
    assert [text for text in set(seen) if seen.count(text) > 1] == []


@pytest.mark.parametrize("restriction", RESTRICTED)
def test_a_restricted_person_reads_nothing_that_is_closed(
    composer: Composer,
    retriever: PassageRetriever,
    voice: Voice,
    stance: Stance,
    messages: list[str],
    restriction: str,
) -> None:
    forbidden = frozenset({restriction})
    rests_on: dict[str, str] = {}
    for message in messages[:20]:
        found = retriever.search(message, k=3, usable=lambda p: stance.usable(p, forbidden))
        passages = [hit.passage for hit in found.hits]
        answer = composer.compose(Situation(message, (), passages, forbidden))
        for sentence in answer.sentences:
            if sentence.passage is None:
                continue
            pool = dict(
                [
                    *voice.ideas(sentence.passage, forbidden),
                    *voice.then(sentence.passage, forbidden),
                ]
            )
            constant = {text.split("{")[0]: source for text, source in pool.items()}
            source = next(v for k, v in constant.items() if sentence.text.startswith(k))
            rests_on[sentence.passage] = source
            said = stance.sentence(sentence.passage, source)
            assert said is not None
            assert said.allowed(forbidden)
        question = answer.sentences[-1].text
        assert question in {*voice.hearing.feeling.questions, *voice.hearing.silent.questions}
    assert rests_on


@pytest.mark.parametrize(
    ("message", "greeting"),
    [
        ("hi", True),
        ("Hello there!", True),
        ("hey coach :)", True),
        ("good evening", True),
        ("are you a real person?", True),
        ("hi, who are you?", True),
        ("hey he left me", False),
        ("hello i miss him", False),
        ("hi im so sad", False),
        ("good morning texts stopped", False),
        ("how are you supposed to sleep", False),
        ("yo she blocked me", False),
        ("...", False),
        ("💔", False),
    ],
)
def test_only_a_hello_is_greeted(composer: Composer, message: str, greeting: bool) -> None:
    assert composer.greets(Situation(message)) is greeting
    answer = composer.compose(Situation(message))
    assert ("AI" in answer.sentences[0].text) is greeting


@pytest.mark.parametrize(
    "message", ["ok", "💔", "?", "....", "x" * 8000, "no no no no", "a. b. c."]
)
def test_odd_messages_are_answered(composer: Composer, message: str) -> None:
    for asks in (True, False):
        answer = composer.compose(Situation(message, asks=asks))
        texts = [sentence.text for sentence in answer.sentences]
        assert len(set(texts)) == len(texts)
        assert texts[-1].endswith("?")


def test_no_answer_says_the_same_line_twice(composer: Composer) -> None:
    for number in range(60):
        answer = composer.compose(Situation(f"hm {number}"))
        texts = [sentence.text for sentence in answer.sentences]
        assert len(set(texts)) == len(texts)


def test_what_is_missing_is_finished(composer: Composer, situations: list[Situation]) -> None:
    covered = next(s for s in situations if composer.compose(s).scope == "covered")
    whole = composer.compose(covered).sentences
    slug = whole[1].passage
    heard, advice = Sentence(text="That hurts."), Sentence(text="Let it be.", passage=slug)
    asked = Sentence(text="What now?")
    assert composer.finish(covered, []) == whole
    assert composer.finish(covered, [heard, advice]) == (whole[-1],)
    assert composer.finish(covered, [heard, asked]) == ()
    bridged = composer.finish(covered, [heard])
    assert bridged[0].passage is None
    assert bridged[1:] == whole[1:]
    long = Sentence(text="word " * 70)
    assert composer.finish(covered, [long]) == (whole[-1],)
    assert composer.question(covered) == whole[-1].text
