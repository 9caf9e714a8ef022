"""What a message is as a whole: the reader of messages, and what its reading changes."""

from pathlib import Path

import pytest

from coach.errors import ConfigError
from coach.lora.adapter import Adapter
from coach.respond.acts import Act
from coach.respond.composer import Composer, Situation
from coach.respond.reading import KINDS, Kind, MessageReader, Reading, plain
from coach.respond.training.messages import digest, examples, kind_of, read_rows
from coach.respond.whole import read_whole

ROWS = read_rows()
READER = MessageReader.load()

# None of them was trained on; told without a phrase that names their kind.
READ = [
    (
        "light",
        "Eleven weeks\n\nIn October I could not hear his name without leaving the room. Today a "
        "colleague said it and I laughed and went on eating my soup. Best soup of the year.",
    ),
    (
        "gives",
        "For those who are in the first week: put the phone in the freezer, drink water, ring your "
        "sister. You will not believe me, I did not believe anybody either, but the mornings "
        "change first.",
    ),
    (
        "other_person",
        "My best mate got left by his girlfriend on Friday and he has not come out of his room. I "
        "bring him food. What do I say to him?",
    ),
    (
        "together",
        "My wife and I have been together for six years. We keep arguing about money and about her "
        "mother, and I would like us to stop. How do we talk about it without shouting?",
    ),
    (
        "crowd",
        "How did you all spend your first birthday as a single person? Did anybody do something "
        "that turned out fine?",
    ),
    (
        "pain",
        "Everything is still where she left it. I walk past the coat every morning and I can't "
        "touch it, I miss her so much that the flat feels like a museum of us.",
    ),
]


def reading(**shares: float) -> Reading:
    rest = (1 - sum(shares.values())) / (len(KINDS) - len(shares))
    return Reading({kind: shares.get(kind, rest) for kind in KINDS})


def test_the_weights_were_made_of_these_messages() -> None:
    assert READER.adapter.made_of == digest(), "run `make gate` after a change"


def test_there_are_messages_of_every_kind() -> None:
    kinds = [kind_of(row) for row in ROWS]
    assert len(ROWS) >= 900
    assert all(kinds.count(kind) >= 15 for kind in KINDS)
    assert len(examples(ROWS)) == len(ROWS)


@pytest.mark.parametrize(("kind", "message"), READ)
def test_a_message_is_read_for_what_it_is(kind: Kind, message: str) -> None:
    assert message not in {row.text for row in ROWS}
    assert READER.read(message).kind == kind


def test_of_a_long_message_the_beginning_and_the_end_are_read() -> None:
    words = [f"word{i}" for i in range(400)]
    short = plain(" ".join(words)).split()
    assert short[:35] == words[:35]
    assert short[-70:] == words[-70:]
    assert len(short) == 106
    assert plain("Two  Words’ \n here") == "two words' here"


HERS = "I went to my class and I sat in my row. " + "The lecture was about rivers. " * 7
GIVEN = "Drink water and ring your sister, the mornings change first. " * 5


@pytest.mark.parametrize(
    ("act", "shares", "message", "expected"),
    [
        (Act("story"), {"gives": 0.7}, GIVEN, ("form", "comfort")),
        (Act("story"), {"gives": 0.7}, HERS, ("story", "")),
        (Act("story"), {"gives": 0.9}, "Being replaced hurts. It is painful. ", ("story", "")),
        (Act("advice"), {"other_person": 0.75}, HERS, ("form", "other")),
        (Act("story"), {"letter": 0.9}, HERS + "I miss you. " * 3, ("form", "letter_plain")),
        (Act("story"), {"letter": 0.9}, GIVEN, ("story", "")),
        (Act("form", "survey"), {"crowd": 0.9}, "I cried and it hurts. ", ("story", "")),
        (Act("story"), {"together": 0.8}, HERS, ("form", "together")),
        (Act("story"), {"together": 0.6}, HERS, ("story", "")),
        (Act("story"), {"together": 0.8}, HERS + "My ex was there.", ("story", "")),
        (Act("story"), {"together": 0.8}, HERS + "He has taken a flat.", ("story", "")),
        (Act("story"), {"light": 0.8}, HERS + "I am glad.", ("good_news", "")),
        (Act("story"), {"light": 0.8}, HERS, ("story", "")),
        (Act("story"), {"light": 0.8}, HERS + "I cried and it hurts.", ("story", "")),
        (Act("story"), {"light": 0.3}, HERS + "I laughed and felt free.", ("good_news", "")),
        (Act("story"), {"pain": 0.95}, HERS + "I laughed and felt free.", ("story", "")),
        (Act("form", "letter_love"), {"gives": 0.9}, GIVEN, ("form", "letter_love")),
        (Act("form", "comfort"), {"pain": 0.9}, HERS, ("story", "")),
        (Act("form", "comfort"), {"pain": 0.6, "gives": 0.3}, HERS, ("form", "comfort")),
        (Act("greeting"), {"gives": 0.9}, GIVEN, ("greeting", "")),
        (Act("prediction", "return"), {"crowd": 0.9}, GIVEN, ("prediction", "return")),
    ],
)
def test_a_reading_corrects_what_no_phrase_names(
    act: Act, shares: dict[str, float], message: str, expected: tuple[str, str]
) -> None:
    found = read_whole(act, reading(**shares), message)
    assert (found.name, found.kind) == expected


def test_nobody_on_a_light_day_is_sent_back_to_grief(composer: Composer) -> None:
    answer = composer.compose(Situation(READ[0][1]))
    assert answer.act == "good_news"
    assert not {s.passage for s in answer.sentences} & {"mourn", "mixed-days", "still-want-him"}


TIP = (
    "A small thing that helped me in the bad weeks: whenever my ex came into my head I named five "
    "things in the room, aloud, the lamp, the cup, the blue chair, the window and so on. It felt "
    "silly, and it took me out of the sad thoughts every time. Maybe it helps somebody here who is "
    "sitting where I sat in spring, when I did not leave the house and my phone was never far."
)


def test_a_heart_is_no_good_news(composer: Composer) -> None:
    told = "She left me on Sunday after four years and the flat is so quiet <3"
    assert composer.compose(Situation(told)).act == "story"


def test_what_helped_is_passed_on_though_she_tells_it_of_herself(composer: Composer) -> None:
    gives = reading(gives=0.85)
    assert read_whole(Act("story"), gives, TIP) == Act("form", "comfort")
    untold = TIP.replace("Maybe it helps somebody here", "Nothing like it for somebody")
    untold = untold.replace("A small thing that helped me in", "How I spent")
    assert read_whole(Act("story"), gives, untold) == Act("story")
    composed = composer.compose(Situation(TIP))
    assert not [s.text for s in composed.sentences if s.passage], "nobody sends her into grief"


def test_a_reader_of_other_kinds_is_refused(tmp_path: Path) -> None:
    good = READER.adapter
    other = Adapter(
        KINDS[:-1], good.head, good.bias, good.places, good.left, good.right, good.made_of
    )
    with pytest.raises(ConfigError, match="other kinds"):
        MessageReader(other)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('{"text": "a", "kind": "song", "over": "over", "left": "me", "mood": "sad"}', "kind"),
        ('{"text": "", "kind": "story", "over": "over", "left": "me", "mood": "sad"}', "text"),
        ("not json", "line 1"),
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, line: str, named: str) -> None:
    (tmp_path / "a.jsonl").write_text(line + "\n")
    with pytest.raises(ConfigError, match=named):
        read_rows(tmp_path)


def test_a_message_stands_there_once(tmp_path: Path) -> None:
    row = ROWS[0].model_dump_json()
    (tmp_path / "a.jsonl").write_text(f"{row}\n{row}\n")
    with pytest.raises(ConfigError, match="twice"):
        read_rows(tmp_path)
