"""Whatever people, models and articles write is shown as text, and the page keeps quiet."""

import re
from html.parser import HTMLParser

import pytest

from coach import PassageRef, Sentence, Settings
from coach.safety.helplines import FINDER, helplines, load_helplines
from ui.web.help import help_html
from ui.web.sources import as_text, message, sources
from ui.web.words import Words, load_words

NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "&lt;b&gt; &amp; <b>bold</b>",
    "$$x^2$$ **stars** # head",
    "<!-- gone --> </div>",
    "\u202eright to left \U0001f62d\U0001f62d",
]


class _Reader(HTMLParser):
    """Reads HTML as a browser does: its tags, and the text one would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        self.tags.append(tag)

    def handle_comment(self, data):
        self.tags.append("!")

    def handle_data(self, data):
        self.text += data


def _read(markup: str) -> _Reader:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader


@pytest.fixture(scope="module")
def words() -> Words:
    return load_words()


@pytest.mark.parametrize("text", NASTY)
def test_a_message_is_text(text):
    reader = _read(message("user", text)["content"][0]["text"])
    assert reader.tags == []
    assert reader.text == text


@pytest.mark.parametrize("text", NASTY)
def test_a_passage_is_text(text, words):
    passage = PassageRef(id="p", section=text, text=text, score=0.5)
    (block,) = sources([passage], words)
    reader = _read(block["content"][0]["text"])
    assert set(reader.tags) == {"small", "strong", "mark"}
    assert reader.text == f"{words.passages.marked}\n\n{text}\n{text}"


@pytest.mark.parametrize("text", NASTY)
def test_what_stands_beside_a_passage_and_what_is_marked_in_it_is_text(text, words):
    passage = PassageRef(
        id="p",
        section="S",
        text=f"One. {text} Two.",
        score=0.5,
        before=f"{text} ",
        after=f" {text}",
    )
    said = Sentence(text="So.", passage="p", rests_on=text)
    (block,) = sources([passage], words, [said])
    markup = block["content"][0]["text"]
    reader = _read(markup)
    assert set(reader.tags) == {"small", "strong", "mark"}
    assert reader.text.endswith(f"S\n{text} One. {text} Two. {text}")
    assert f"One. <mark>{as_text(text)}</mark> Two." in markup


def test_only_what_an_answer_rests_on_is_marked(words):
    passage = PassageRef(id="p", section="S", text="One two.\n\nThree.  Four.", score=0.5)

    def marked(*rests_on: str | None) -> list[str]:
        said = [Sentence(text="So.", passage="p", rests_on=one) for one in rests_on]
        said.append(Sentence(text="Else.", passage="q", rests_on="Three."))
        (block,) = sources([passage], words, said)
        return re.findall("<mark>(.*?)</mark>", block["content"][0]["text"], re.DOTALL)

    assert marked("Three. Four.", "Three. Four.") == ["Three.  Four."]
    assert marked("Four.", None, "One two.") == ["One two.", "Four."]
    assert marked(None) == [passage.text]  # no more than the passage is known
    assert marked("Words that were closed since.") == []


def test_an_answer_without_passages_has_no_accordion(words):
    assert sources([], words) == []


def test_several_passages_share_one_accordion(words):
    passage = PassageRef(id="p", section="S", text="T", score=0.5)
    (block,) = sources([passage, passage], words)
    assert "2 passages" in block["metadata"]["title"]


@pytest.mark.anyio
async def test_gradio_is_told_to_treat_everything_as_text_and_to_keep_quiet(serving, settings):
    async with serving(settings) as server:
        tab = await server.tab()
        config = (await tab.http.get("/config")).json()
        chatbot = next(c["props"] for c in config["components"] if c["type"] == "chatbot")
        assert chatbot["render_markdown"] is False
        assert chatbot["sanitize_html"] is True
        assert chatbot["allow_tags"] is False
        assert chatbot["latex_delimiters"] == []
        assert chatbot["buttons"] == ["copy"]  # and no way to share or to save elsewhere
        assert config["analytics_enabled"] is False
        assert config["run_history"] is False
        assert config["footer_links"] == []
        assert config["stylesheets"] == []
        public = (await tab.http.get("/gradio_api/info")).json()
        assert public == {"named_endpoints": {}, "unnamed_endpoints": {}}
        upload = await tab.http.post("/gradio_api/upload", files={"files": ("a.txt", b"words")})
        assert upload.status_code >= 400


def test_every_country_of_a_helpline_has_a_name(words):
    listed = {code for line in load_helplines() for code in line.countries}
    assert listed <= set(words.countries)


@pytest.mark.parametrize("code", ["GB", "US", "NZ", "DE"])
def test_help_shows_each_line_of_the_country_once_and_no_other(code, words):
    reader = _read(help_html(code, words))
    numbers = re.findall(r'href="(?:tel|sms):(\d+)"', help_html(code, words))
    for line in helplines(code):
        assert reader.text.count(f"{line.name}:") == 1
    theirs = {
        re.sub(r"\D", "", part)
        for line in helplines(code)
        for text in (line.phone, line.text)
        if text
        for part in re.findall(r"[\d][\d -]*\d", text)
    }
    assert set(numbers) == theirs
    assert FINDER in reader.text


def test_unknown_country_gets_the_finder_and_no_number(words):
    for code in (None, "", "ZZ", "<b>"):
        shown = help_html(code, words)
        assert FINDER in shown
        assert "tel:" not in shown
        assert "emergency number" in shown


def test_words_are_calm(words):
    for text in re.findall(r'"([^"]+)"', words.model_dump_json()):
        assert "!" not in text


@pytest.mark.anyio
async def test_country_of_the_settings_is_the_first_choice(serving, settings):
    chosen = Settings.load(
        llm="none", data_dir=settings.data_dir, cache_dir=settings.cache_dir, country="nz"
    )
    async with serving(chosen) as server:
        tab = await server.tab()
        config = (await tab.http.get("/config")).json()
        dropdown = next(c["props"] for c in config["components"] if c["type"] == "dropdown")
        assert dropdown["value"] == "NZ"
        shown, remembered = await tab.event("helplines", "IE")
        assert "1800 341 900" in shown
        assert remembered == "IE"
