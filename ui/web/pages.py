"""A page of the journal: read from its Markdown, and changed as plain text.

An exercise's page is headings with her words as quotations under them. She changes it
without a mark of Markdown in sight: a line that was a heading before stays one.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from coach.plain import as_plain_text
from ui.web.sources import as_text

__all__ = ["page_html", "page_markdown", "page_text"]

# Nothing but paragraphs, quotations, what is bold, and line breaks: whatever else is written in
# a page is shown as it stands.
_MARKDOWN = MarkdownIt("zero").enable(["blockquote", "emphasis", "escape", "newline"])


@dataclass(frozen=True, slots=True)
class _Part:
    """A paragraph: a heading, or what was written."""

    heading: bool
    text: str


def page_html(markdown: str) -> str:
    """A page to read.

    Args:
        markdown: The page.

    Returns:
        HTML that obeys nothing written in the page.
    """
    return "".join(
        f"<h4>{as_text(part.text)}</h4>" if part.heading else f"<p>{as_text(part.text)}</p>"
        for part in _parts(markdown)
    )


def page_text(markdown: str) -> str:
    """A page to change, as plain text."""
    return "\n\n".join(part.text for part in _parts(markdown))


def page_markdown(text: str, before: str) -> str:
    """The page made of plain text that she has changed.

    Args:
        text: The text, from `page_text` and her.
        before: The page as it was.

    Returns:
        Markdown.
    """
    headings = {part.text for part in _parts(before) if part.heading}
    made, quoting = "", False
    for lines in _paragraphs(text):
        while lines and lines[0].strip() in headings:
            made += f"\n\n**{as_plain_text(lines.pop(0).strip())}**"
            quoting = False
        if lines:
            quoted = "\\\n".join(f"> {as_plain_text(line)}" for line in lines)
            made += f"\n>\n{quoted}" if quoting else f"\n\n{quoted}"
            quoting = True
    return made.lstrip("\n") + "\n" if made else ""


def _paragraphs(text: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            lines.append(line)
        elif lines:
            yield lines
            lines = []


def _parts(markdown: str) -> Iterator[_Part]:
    for token in _MARKDOWN.parse(markdown):
        if token.type == "inline":
            inside = [one for one in token.children or [] if one.type != "text" or one.content]
            kinds = [one.type for one in inside]
            heading = kinds[:1] == ["strong_open"] and kinds.index("strong_close") == len(kinds) - 1
            text = _said(inside).strip()
            if text:
                yield _Part(heading, text)


def _said(tokens: Iterable[Token]) -> str:
    said = "".join(
        "\n" if token.type in ("hardbreak", "softbreak") else token.content for token in tokens
    )
    return said.replace("\u00a0", " ")
