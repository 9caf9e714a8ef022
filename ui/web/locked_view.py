"""The locked view, and the helplines by themselves, as plain HTML without anything of hers."""

from collections.abc import Container
from pathlib import Path

from coach.records import LockState
from coach.safety.helplines import load_helplines
from ui.web.help import help_html
from ui.web.leave import ARRIVED, LEAVE_SCRIPT, leave_button
from ui.web.sources import as_text
from ui.web.theme import variables
from ui.web.words import Words

__all__ = ["failed_html", "help_lines_html", "locked_html"]

_STYLE = (Path(__file__).parent / "assets" / "quiet.css").read_text(encoding="utf-8")
_ICON = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E"


def locked_html(state: LockState, asked: Container[str], words: Words) -> str:
    """The locked view.

    Args:
        state: How her lock stands.
        asked: Names after the `?` of its address: `wrong`, `failed` or `forgotten`.
        words: The page's words.
    """
    lock = words.lock
    if state.has_passphrase and "forgotten" in asked:
        return _locked([lock.sure], _forgotten(words), words)
    lines: list[str] = []
    if "failed" in asked:
        lines.append(lock.failed)
    elif state.wait:
        lines.append(lock.wait.format(wait=lock.in_words(state.wait)))
    elif "wrong" in asked and state.tried:
        lines.append(lock.wrong)
    return _locked(lines, _opening(state, words), words)


def failed_html(words: Words) -> str:
    """What is shown when it cannot be known whether her page is locked.

    Args:
        words: The page's words.
    """
    return _html(words.lock.page_title, _alone([words.lock.failed], "", words))


def help_lines_html(country: str, words: Words) -> str:
    """The helplines by themselves.

    Args:
        country: Two-letter code, "" for somewhere else.
        words: The page's words.
    """
    return _html(words.lock.help, _help(country, words), LEAVE_SCRIPT)


def _locked(lines: list[str], form: str, words: Words) -> str:
    return _html(words.lock.page_title, _alone(lines, form, words), f"<script>{ARRIVED}</script>")


def _html(title: str, body: str, head: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{as_text(title)}</title><link rel="icon" href="{_ICON}">'
        f"<style>{variables()}\n{_STYLE}</style>{head}</head><body>{body}</body></html>"
    )


def _alone(lines: list[str], form: str, words: Words) -> str:
    said = "".join(f'<p role="status">{as_text(line)}</p>' for line in lines)
    help_link = f'<a href="/help-lines">{as_text(words.lock.help)}</a>'
    title = f"<h1>{as_text(words.lock.locked)}</h1>"
    return f'<main class="alone">{title}{said}{form}<p class="more">{help_link}</p></main>'


def _opening(state: LockState, words: Words) -> str:
    lock = words.lock
    if not state.has_passphrase:
        return _form("/unlock", f"<button>{as_text(lock.open_again)}</button>")
    field = (
        f'<label for="passphrase">{as_text(lock.passphrase)}</label>'
        '<input id="passphrase" name="passphrase" type="password" autocomplete="off"'
        ' autocapitalize="none" spellcheck="false" required autofocus>'
    )
    forgotten = f'<p class="more"><a href="/?forgotten=1">{as_text(lock.forgotten)}</a></p>'
    return _form("/unlock", f"{field}<button>{as_text(lock.open)}</button>") + forgotten


def _forgotten(words: Words) -> str:
    back = f'<p class="more"><a href="/">{as_text(words.lock.back)}</a></p>'
    return _form("/delete-all", f"<button>{as_text(words.lock.delete)}</button>") + back


def _form(where: str, inside: str) -> str:
    return f'<form method="post" action="{where}">{inside}</form>'


def _help(country: str, words: Words) -> str:
    listed = {code for line in load_helplines() for code in line.countries}
    named = sorted((words.countries.get(code, code), code) for code in listed)
    choices = "".join(
        f'<option value="{as_text(code)}"{" selected" if code == country else ""}>'
        f"{as_text(name)}</option>"
        for name, code in [(words.help.elsewhere, ""), *named]
    )
    back = f'<nav><a href="/">{as_text(words.lock.back)}</a>{leave_button(words)}</nav>'
    form = (
        f'<form method="get"><label for="country">{as_text(words.help.country)}</label>'
        f'<select id="country" name="country">{choices}</select>'
        f"<button>{as_text(words.lock.show)}</button></form>"
    )
    heading = f"<h1>{as_text(words.lock.help)}</h1>"
    # On the page they stand under a heading of the second order, here under that of the first.
    lines = help_html(country, words).replace("h3>", "h2>")
    return f"{back}<main>{heading}{form}{lines}</main>"
