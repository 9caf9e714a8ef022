"""The trained layer: what it finds that no rule names, what it leaves, and how it reads."""

import numpy as np
import pytest

from coach.errors import ConfigError
from coach.lora.adapter import Adapter
from coach.safety import Screen
from coach.safety.classifier import Classifier, Thresholds
from coach.safety.normalise import normalise
from coach.safety.rules import RuleBook
from knowledge.encoder import Encoder, model_path

LAYER = Classifier.load()
RULES = RuleBook.load()

# No phrase rule finds these; a test says so, or the layer would not be tested.
SAID_OTHERWISE = [
    ("crisis", "i keep thinking they would all breathe out if i just stopped existing"),
    ("abuse", "he counts the miles on the car so he knows if i went further than the shop"),
    ("boundary", "i open her letters before she gets home so i know who writes to her"),
    ("minor", "my mom says i can't go out on school nights until i finish 10th grade"),
    ("professional", "which papers do I bring to the first hearing about the children"),
    ("off_topic", "how long do i boil an egg so the middle stays soft"),
]
ORDINARY = [
    "the kids cried for a month and then they started to laugh again",
    "he counted the miles on his bike rides, i miss his silly spreadsheets",
    "i read her last letter every evening, i know it by heart",
    "my mum says i should go out more, i'm thirty-one and still in my pyjamas",
    "the first evening without the children was so quiet i turned the radio on",
    "i boiled an egg and cried because he always did the eggs",
    "this breakup is killing me",
]
STORY = (
    "We met at a friend's wedding six years ago and moved in together after one winter. "
    "He liked cooking and I liked eating, so that went well. In the spring he got a job in "
    "another city and we tried the long distance for a year. We called every evening and then "
    "every other evening. I think we both got tired of talking about trains. In August he said "
    "that he wanted to stop, and he cried more than I did. I drove home along the coast. Since "
    "then I sleep badly and I keep his jumper in the drawer. My sister says I should throw it "
    "out. I go swimming on Tuesdays now, which helps a little. I still look at his side of the "
    "shelf. I do not know what to do with the plates we bought together. "
)


@pytest.mark.parametrize(("route", "text"), SAID_OTHERWISE)
def test_what_is_said_in_other_words_is_found(route: str, text: str) -> None:
    assert not [signal for signal in RULES(normalise(text)) if signal.route == route]
    assert route in {signal.route for signal in LAYER(normalise(text))}


@pytest.mark.parametrize("text", ORDINARY)
def test_its_look_alike_is_left(text: str) -> None:
    assert list(LAYER(normalise(text))) == []


def test_a_long_ordinary_story_raises_nothing() -> None:
    assert list(LAYER(normalise(STORY))) == []


def test_what_a_long_story_tells_in_passing_is_found_and_quoted() -> None:
    told = (
        "He took my wages every month and I had to ask him for bus money. "
        "I was not allowed to see my mum without him sitting there."
    )
    middle = STORY.index("In August")
    text = STORY[:middle] + told + " " + STORY[middle:]
    (signal,) = [signal for signal in LAYER(normalise(text)) if signal.route == "abuse"]
    assert signal.rule == "classifier:abuse"
    assert told[:30] in signal.evidence or "not allowed" in signal.evidence
    assert text[slice(*signal.span)].strip() == signal.evidence
    assert 0 < signal.score <= 1


def test_what_he_is_quoted_with_is_not_hers() -> None:
    wish = "i don't want to wake up tomorrow, it would be easier for everybody"
    assert [signal.route for signal in LAYER(normalise(wish))] == ["crisis"]
    quoted = f'last night he texted me "{wish}" and i did not know what to say'
    assert "crisis" not in {signal.route for signal in LAYER(normalise(quoted))}


def test_masked_words_are_read_as_well() -> None:
    assert "crisis" in {s.route for s in LAYER(normalise("i want to un-alive m y s e l f tonight"))}


def test_the_screen_names_the_layer() -> None:
    found = Screen().screen(SAID_OTHERWISE[1][1])
    assert found.route == "abuse"
    assert [told.by for told in found.disclosures] == ["classifier:abuse"]


def test_an_adapter_comes_back_from_its_file_and_changes_the_model() -> None:
    adapter = Adapter.from_bytes(LAYER.adapter.to_bytes())
    assert adapter.labels == LAYER.adapter.labels
    model = model_path().read_bytes()
    changed = adapter.applied(model)
    assert len(changed) == len(model)
    assert changed != model
    texts = ["i miss him", "he made me ask before i could spend anything"]
    plain = np.concatenate([hidden[0, 0] for _, hidden, _ in Encoder().batches(texts)])
    other = np.concatenate(
        [hidden[0, 0] for _, hidden, _ in Encoder(adapt=adapter.applied).batches(texts)]
    )
    assert not np.allclose(plain, other, atol=0.01)


def test_an_adapter_that_changes_nothing_leaves_the_model_as_it_is() -> None:
    adapter = LAYER.adapter
    nothing = Adapter(
        adapter.labels,
        adapter.head,
        adapter.bias,
        adapter.places,
        adapter.left,
        tuple(np.zeros_like(right) for right in adapter.right),
        "",
    )
    model = nothing.applied(model_path().read_bytes())
    for (at, scales_at, rows, columns), _ in zip(adapter.places, adapter.left, strict=True):
        published = model_path().read_bytes()
        old = np.frombuffer(published, np.int8, rows * columns, at).reshape(rows, columns)
        new = np.frombuffer(model, np.int8, rows * columns, at).reshape(rows, columns)
        scales = np.frombuffer(published, np.float32, columns, scales_at)
        finer = np.frombuffer(model, np.float32, columns, scales_at)
        np.testing.assert_allclose(new * finer, old * scales, atol=float(scales.max()) / 2 + 1e-6)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"not an archive"])
def test_a_broken_file_is_told(data: bytes) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        Adapter.from_bytes(data)


def test_each_road_needs_its_threshold() -> None:
    thresholds = Thresholds(at_least={"crisis": 0}, per_doubling=0, context=0, temperature=1)
    with pytest.raises(ConfigError, match="threshold for each"):
        Classifier(LAYER.adapter, thresholds)


@pytest.mark.parametrize(
    "message",
    [
        "I'm not sure I'm allowed to be here, I was the one who ended it",
        "Am I allowed to write here, if it was me who left?",
        "Not sure if I am in the right place with this.",
    ],
)
def test_shyness_of_the_page_is_no_crisis(message: str) -> None:
    assert all(signal.route != "crisis" for signal in LAYER(normalise(message)))


def test_what_stands_beside_shyness_is_still_heard() -> None:
    message = "I'm not allowed to be here anymore, they would all be better off without me alive."
    assert any(signal.route == "crisis" for signal in LAYER(normalise(message)))


@pytest.mark.parametrize(
    "message",
    [
        "14 years. FOURTEEN. and he's posting beach pictures with a woman called Saskia",
        "My flatmate can take the tablet. I'll ask her to log it out and not tell me.",
    ],
)
def test_a_span_is_no_age_and_a_screen_no_medicine(message: str) -> None:
    routes = {signal.route for signal in Screen().screen(message).signals}
    assert not routes & {"crisis", "minor"}


def test_an_age_and_a_medicine_are_still_heard() -> None:
    ages = LAYER(normalise("i'm fourteen. fourteen years old and he dumped me at school"))
    assert any(signal.route == "minor" for signal in ages)
    end = LAYER(normalise("i have counted the tablets and i will take them all tonight"))
    assert any(signal.route == "crisis" for signal in end)
