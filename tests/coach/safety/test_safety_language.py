"""The language of a message, and what is said in it: never an English message taken for foreign."""

import re
import time

import pytest

from coach.safety.helplines import FINDER
from coach.safety.language import language_of, notice, spoken

FOREIGN = {
    "es": [
        "hola", "me pegó", "me pego", "quiero morirme", "mi novio me dejó por otra", "no puedo más",
        "tengo 15 años", "mi ex me bloqueó en whatsapp", "la extraño muchísimo",
    ],
    "de": [
        "ich kann nicht mehr", "hallo", "er hat mich geschlagen", "ich bin 14", "vergiss alles",
        "mein ex hat mich geghostet, voll sad", "sie ist weg", "Ich fuehle mich so allein",
    ],
    "fr": [
        "bonjour", "il m'a quittée", "il m’a quittée hier", "tu me manques", "je veux mourir",
        "ignore tes règles", "est-ce que je dois lui écrire ?", "J AI PEUR DE LUI",
    ],
    "hi": [
        "usne mujhe chhod diya", "mujhe uski yaad aati hai", "dil toot gaya", "main 15 saal ki hu",
        "mera boyfriend mujhe ignore kar raha hai", "मैं मरना चाहती हूँ", "उसने मुझे छोड़ दिया",
    ],
    "it": ["mi ha lasciato dopo cinque anni"], "pt": ["meu namorado terminou comigo"],
    "nl": ["mijn vriend heeft het uitgemaakt"], "pl": ["chłopak mnie zostawił"],
    "tr": ["sevgilim beni terk etti"], "id": ["pacar saya meninggalkan saya"],
    "ru": ["он меня бросил вчера"], "zh": ["他离开了我"], "ko": ["남자친구와 헤어졌어요"],
    "ar": ["حبيبي تركني"],
}  # fmt: skip

ENGLISH = """
hey | hi | sup | ok | k | no | yes | nah | idk | omg | bruh | ugh | nvm | ghosted again | Jason left
blocked me everywhere | Marco dumped me | Diego and Lucia r dating now | Rahul chose his mom | Male
my ex Jean-Pierre is in Paris | he moved to Los Angeles | Hasta la vista, I guess | c'est la vie
que sera sera | mon cheri is gone | i luv him sm | im ded | he die hard fan | die, just die | Also
the man was hat shopping | main problem is trust | so sad rn fr fr | im so tiiiired | cnt sleep
wat do i do | wht shud i do | shud i txt him | plz hlp | thx | tysm | gn | ttyl | u there? | srsly?
Siempre was our song | our song was Despacito | ciao for now | namaste | danke | merci | gracias
adios | Priya wont talk to me | she is muy loca | he said te amo and left | my hun left | no bueno
hun im fine | bas driver | der herr | tres sad | feeling blah | heartbroken | devastated | numb
betrayal, divorce, custody, loneliness | Tinder, Hinge, Bumble | 5 years. gone. poof. | closure??
day 14 nc relapse | insta stalking | HEEEELP | siiiigh | aaaaaah | asdfghjkl | ... | 😭😭😭 | 💔
1234 | 😭 he left | @mia told me | Mia: hi Tom: bye | rebound much? | crying rn
ex texted. again. smh | situationship ended | fwb caught feelings | gf cheated | tmi but
imma block him | narc ex | bf of 2yrs
dating apps suck | I can't even | lemme vent | 𝓘 𝓶𝓲𝓼𝓼 𝓱𝓲𝓶 | ｉ ｍｉｓｓ ｈｉｍ
i wаnt him back | ex boyfriend | No anguish, no joy, no fury | 15, Male | kar broke down
three years gone | self respect > him
"""

MIXED = [
    "i miss him, no puedo mas",
    "quiero a mi ex but he has a new gf and i am so done",
    "बॉयफ्रेंड ने मुझे छोड़ दिया, I feel so lonely",
    "я больше не могу, i miss him so much",
]


@pytest.mark.parametrize(("code", "text"), [(c, t) for c, ts in FOREIGN.items() for t in ts])
def test_a_foreign_message_is_known(code: str, text: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize("text", [t.strip() for t in re.split(r"[|\n]", ENGLISH) if t.strip()])
def test_english_is_never_foreign(text: str) -> None:
    assert language_of(text) is None


@pytest.mark.parametrize("text", MIXED)
def test_two_languages_count_as_english(text: str) -> None:
    assert language_of(text) is None


def test_a_short_answer_is_in_the_language_of_the_thread() -> None:
    before = ["i left him", "mi novio me dejó ayer"]
    assert language_of("ok", before) == "es"
    assert language_of("sí", before) == "es"
    assert language_of("i can write english", before) is None
    assert language_of("ok", [*before, "let us talk in english then"]) is None
    assert language_of("ok") is None


def test_a_long_message_takes_no_time() -> None:
    language_of("mi ha lasciato, male")  # the lists, and the identifier
    began = time.perf_counter()
    for text in ("no se que hacer " * 60_000, "zxqv " * 200_000, "愛" * 1_000_000):
        language_of(text)
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("code", [*spoken(), "it", "zh"])
def test_the_notice_says_where_help_is_and_is_shorter_the_second_time(code: str) -> None:
    first, again = notice(code, country="DE"), notice(code, again=True, country="DE")
    assert "112" in first
    assert "112" in again
    assert FINDER in first
    assert len(again) < len(first) / 2
    assert "{" not in first + again + notice(code) + notice(code, again=True)
    assert "!" not in first + again


def test_the_notice_is_in_her_language() -> None:
    for code in spoken():
        assert language_of(notice(code)) == code
        assert language_of(notice(code, again=True)) == code
    assert language_of(notice("it")) is None
