"""Need help now: always in sight, with the helplines of the country she chooses."""

import re
from dataclasses import dataclass

import gradio as gr

from coach import Settings
from coach.safety.helplines import FINDER, Helpline, HelplineKind, helplines, load_helplines
from ui.web.sources import as_text
from ui.web.words import Words

__all__ = ["HelpPanel", "build_help", "help_html"]

# Numbers as people dial them: "116 123", "1-800-799-7233", "741741".
_NUMBER = re.compile(r"\d(?:[ -]?\d){2,}")
_ORDER: tuple[HelplineKind, ...] = ("emergency", "crisis", "abuse", "youth")


@dataclass(frozen=True, slots=True)
class HelpPanel:
    """The panel's parts that others read.

    Attributes:
        country: The chosen country, a two-letter code or "".
    """

    country: gr.Dropdown


def build_help(settings: Settings, words: Words) -> HelpPanel:
    """Put the panel on the page.

    Args:
        settings: The settings; `country` is the choice it begins with.
        words: The page's words.

    Returns:
        The panel.
    """
    listed = {code for line in load_helplines() for code in line.countries}
    named = sorted((words.countries[code], code) for code in listed)
    first = settings.country if settings.country in listed else ""
    with gr.Accordion(words.help.button, open=False, elem_id="help"):
        country = gr.Dropdown(
            [(words.help.elsewhere, ""), *named],
            value=first,
            label=words.help.country,
            elem_id="help-country",
        )
        lines = gr.HTML(help_html(first, words), elem_id="help-lines")
    country.change(
        lambda code: help_html(code, words),
        country,
        lines,
        queue=False,
        show_progress="hidden",
        api_name="helplines",
        api_visibility="undocumented",
    )
    return HelpPanel(country)


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
            items = "".join(f"<li>{_line(line)}</li>" for line in here)
            parts.append(f"<h3>{as_text(words.help.groups[kind])}</h3><ul>{items}</ul>")
    parts.append(
        f'<p><a href="https://{FINDER}" target="_blank" rel="noopener noreferrer">{FINDER}</a> '
        f"{as_text(words.help.finder)}</p>"
    )
    return "".join(parts)


def _line(line: Helpline) -> str:
    if line.phone and line.phone == line.text:
        ways = [f"call {_linked(line.phone, 'tel')}", f"text {_linked(line.text, 'sms')}"]
    else:
        ways = [f"call {_linked(line.phone, 'tel')}"] if line.phone else []
        ways += [f"text {_linked(line.text, 'sms')}"] if line.text else []
    ways += [f"chat {as_text(line.chat)}"] if line.chat else []
    more = ", ".join(as_text(part) for part in (line.hours, line.note) if part)
    return f"<strong>{as_text(line.name)}</strong>: {', or '.join(ways)}" + (
        f"<br><small>{more}</small>" if more else ""
    )


def _linked(text: str, scheme: str) -> str:
    def link(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", match[0])
        return f'<a href="{scheme}:{digits}">{match[0]}</a>'

    return _NUMBER.sub(link, as_text(text))
