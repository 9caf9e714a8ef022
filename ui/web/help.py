"""Need help now: always in sight, with the helplines of the country she chooses."""

import re
from typing import Any

import gradio as gr

from coach import Settings
from coach.safety.helplines import (
    FINDER,
    Helpline,
    HelplineKind,
    country_of_locale,
    helplines,
    load_helplines,
)
from ui.web.sources import as_text
from ui.web.words import HelpWords, Words

__all__ = ["HelpPanel", "country_for_answers", "help_html"]

# Numbers as people dial them: "116 123", "1-800-799-7233", "741741".
_NUMBER = re.compile(r"\d(?:[ -]?\d){2,}")
# An address that somebody may have written into a helpline, with or without its scheme.
_ADDRESS = re.compile(r"(?:https://)?(?P<host>(?:[a-z0-9-]+\.)+[a-z]{2,})(?P<path>/[\w./-]*)?")
_ORDER: tuple[HelplineKind, ...] = ("emergency", "crisis", "abuse", "youth")

# Her choice stays in her browser, and is nothing but a country's code. The "secret" keeps
# nothing secret; Gradio makes a new one in each process, and would forget her choice.
_STORAGE_KEY = "coach-country"
_SECRET = "a country is no secret"  # noqa: S105
_ELSEWHERE = "ZZ"  # no country's code; the coach takes none for "as the settings say"

_EVENT: dict[str, Any] = {
    "queue": False,
    "show_progress": "hidden",
    "api_visibility": "undocumented",
}


class HelpPanel:
    """The panel.

    Args:
        settings: The settings; `country` comes before what the browser says.
        words: The page's words.

    Attributes:
        country: Once built, the country that is chosen, a two-letter code or "".
    """

    country: gr.Dropdown

    def __init__(self, settings: Settings, words: Words) -> None:
        self._words = words
        self._listed = {code for line in load_helplines() for code in line.countries}
        self._set = self._if_listed(settings.country)

    def build(self, page: gr.Blocks) -> None:
        """Put the panel on the page.

        Args:
            page: The page it is on.
        """
        words = self._words
        named = sorted((words.countries.get(code, code), code) for code in self._listed)
        chosen = gr.BrowserState(None, storage_key=_STORAGE_KEY, secret=_SECRET)
        with gr.Accordion(words.help.button, open=False, elem_id="help"):
            # Its button is no heading, and those of its groups would stand under none.
            gr.HTML(f"<h2>{as_text(words.help.button)}</h2>", elem_classes="sr-only")
            self.country = gr.Dropdown(
                [(words.help.elsewhere, ""), *named],
                value=self._set,
                label=words.help.country,
                elem_id="help-country",
            )
            lines = gr.HTML(help_html(self._set, words), elem_id="help-lines")
        page.load(self._load, chosen, [self.country, lines], api_name="country", **_EVENT)
        self.country.input(
            lambda code: (help_html(code, words), code),
            self.country,
            [lines, chosen],
            api_name="helplines",
            **_EVENT,
        )

    def _load(self, chosen: object, request: gr.Request) -> tuple[str, str]:
        """Her choice, else what the operator set, else the country of her browser's language."""
        if isinstance(chosen, str) and chosen in {"", *self._listed}:
            country = chosen
        else:
            said = country_of_locale(request.headers.get("accept-language", ""))
            country = self._set or self._if_listed(said)
        return country, help_html(country, self._words)

    def _if_listed(self, country: str | None) -> str:
        return country if country in self._listed else ""


def country_for_answers(chosen: str | None) -> str:
    """The country whose helplines an answer names.

    Args:
        chosen: What the panel says, "" for somewhere else.

    Returns:
        A code; one of no country when she is somewhere else.
    """
    return chosen or _ELSEWHERE


def help_html(country: str | None, words: Words) -> str:
    """The helplines of a country, each number ready to be tapped.

    Args:
        country: Two-letter code; anything else gets the world's finder alone.
        words: The page's words.

    Returns:
        HTML.
    """
    found = helplines(country)
    parts = [f"<p>{as_text(words.help.lead)}</p>"]
    if not any("emergency" in line.kinds for line in found):
        parts.append(f"<p><strong>{as_text(words.help.local_emergency)}</strong></p>")
    left = list(found)
    for kind in _ORDER:
        # A line that serves two kinds stands once, under the graver one.
        here = [line for line in left if kind in line.kinds]
        left = [line for line in left if line not in here]
        if here:
            items = "".join(f"<li>{_line(line, words.help)}</li>" for line in here)
            parts.append(f"<h3>{as_text(words.help.groups[kind])}</h3><ul>{items}</ul>")
    parts.append(
        f'<p><a href="https://{FINDER}" target="_blank" rel="noopener noreferrer">{FINDER}</a> '
        f"{as_text(words.help.finder)}</p>"
    )
    return "".join(parts)


def _line(line: Helpline, words: HelpWords) -> str:
    ways: list[str] = []
    if line.phone:
        ways.append(words.call.format(number=_linked(line.phone, "tel")))
    if line.text:
        ways.append(words.text.format(number=_linked(line.text, "sms")))
    if line.chat:
        ways.append(words.chat.format(where=_ADDRESS.sub(_link, as_text(line.chat))))
    spoken = [words.languages.get(code, code) for code in line.languages]
    more = (
        line.hours and words.hours.format(hours=as_text(line.hours)),
        spoken and words.spoken.format(languages=as_text(", ".join(spoken))),
        line.note and as_text(line.note),  # whether to call or to text, it says itself
    )
    shown = "".join(f"<br><small>{part}</small>" for part in more if part)
    return f"<strong>{as_text(line.name)}</strong>: {words.ways_or.join(ways)}{shown}"


def _linked(text: str, scheme: str) -> str:
    def link(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match[0])
        return f'<a href="{scheme}:{digits}">{match[0]}</a>'

    return _NUMBER.sub(link, as_text(text))


def _link(match: re.Match[str]) -> str:
    where = match["host"] + (match["path"] or "")
    return f'<a href="https://{where}" target="_blank" rel="noopener noreferrer">{where}</a>'
