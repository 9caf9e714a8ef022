"""The pages for signing in and out: plain HTML, in the page's colours."""

from base64 import b64encode
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

from ui.web.leave import ARRIVED
from ui.web.theme import variables
from ui.web.words import Words

__all__ = ["SignInPages"]

# No other script runs on these pages.
_SCRIPT_HASH = b64encode(sha256(ARRIVED.encode()).digest()).decode()
_ASSETS = Path(__file__).parent / "assets"


class SignInPages:
    """Makes the pages.

    Args:
        words: The page's words.
    """

    def __init__(self, words: Words) -> None:
        self._words = words.sign_in
        danger = escape(words.help.local_emergency)
        lines = f'<a href="/help-lines">{escape(words.lock.help)}</a>'
        self._help = f'<p class="small">{danger}</p><p class="more">{lines}</p>'
        self._frame = Template((_ASSETS / "sign_in.html").read_text(encoding="utf-8"))
        self._style = variables() + (_ASSETS / "sign_in.css").read_text(encoding="utf-8")

    def form(self, *, error: str = "", said: str = "", name: str = "") -> str:
        """The page to sign in on.

        Args:
            error: What went wrong the last time; announced, and read with the field in focus.
            said: What has happened, where nothing went wrong.
            name: The name that was typed, so that it need not be typed again.

        Returns:
            HTML.
        """
        words = self._words
        about = ' aria-describedby="error"' if error else ""
        # After an error the cursor stands where the next try most likely begins.
        on_name, on_password = ("", about + " autofocus") if name else (about + " autofocus", "")
        body = f"""{_line(error, 'role="alert" id="error" class="said"')}
{_line(said, 'role="status" class="said"')}
<form method="post" action="/sign-in">
<label for="name">{escape(words.name)}</label>
<input id="name" name="name" value="{escape(name)}" autocomplete="username" autocapitalize="none"
 spellcheck="false" maxlength="64" required{on_name}>
<label for="password">{escape(words.password)}</label>
<input id="password" name="password" type="password" autocomplete="current-password"
 required{on_password}>
<button>{escape(words.submit)}</button>
</form>
{_line(words.forgotten, 'class="small"')}
{self._help}"""
        if error:
            return self._page(words.title_failed, words.title, body)
        return self._page(words.title, words.title, f"{body}<script>{ARRIVED}</script>")

    def nobody(self) -> str:
        """The page in place of that one, while nobody has been added."""
        words = self._words
        lines = (words.nobody, words.nobody_more)
        body = "".join(_line(text) for text in lines) + self._help
        return self._page(words.title, words.title, body)

    def unavailable(self) -> str:
        """The page in place of that one, while the records cannot be read."""
        words = self._words
        body = _line(words.unavailable, 'role="alert"') + self._help
        return self._page(words.title_failed, words.title, body)

    def out(self) -> str:
        """The page to sign out on."""
        words = self._words
        body = f"""{_line(words.out_kept)}
<form method="post" action="/sign-out">
<button name="where" value="here" autofocus>{escape(words.out_here)}</button>
<button name="where" value="everywhere" class="second" aria-describedby="everywhere">
{escape(words.out_everywhere)}</button>
</form>
<a class="button second" href="/">{escape(words.back)}</a>
{_line(words.out_everywhere_more, 'class="small" id="everywhere"')}"""
        return self._page(words.out, words.out, body)

    def _page(self, title: str, heading: str, body: str) -> str:
        return self._frame.substitute(
            title=escape(title),
            heading=escape(heading),
            script=_SCRIPT_HASH,
            style=self._style,
            body=body,
        )


def _line(text: str, more: str = "") -> str:
    return f"<p {more}>{escape(text)}</p>" if text else ""
