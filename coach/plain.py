"""Text as Markdown that shows it exactly as it is, whatever is written in it."""

import re

__all__ = ["as_plain_text", "quoted"]

# Everything that Markdown, HTML or a formula could be made of; the rest of the punctuation has
# a meaning only at the start of a line.
_MARKS = re.compile(r"([\\`*_\[\]<>&#|~$^=@])")
_AT_START = re.compile(r"^(\d{1,9})([.)])|^([-+:])")
_ADDRESS = re.compile(r"\b(https?|ftp|mailto)(?=:)|\b(www)(?=\.)", re.IGNORECASE)
_INDENT = re.compile(r"^[ \t]+")
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1b\x7f]")


def as_plain_text(text: str) -> str:
    """Markdown that shows a text of one line exactly as it is.

    Args:
        text: Any text without line breaks.

    Returns:
        The text, with a backslash before whatever would mean something.
    """
    shown = _NO_TEXT.sub("", text)
    indent = _INDENT.match(shown)
    # Spaces at the start would be dropped, or make code of the line.
    lead = "\u00a0" * len(indent[0]) if indent else ""
    shown = _MARKS.sub(r"\\\1", shown[len(lead) :].rstrip())
    shown = _ADDRESS.sub(_broken, shown)
    return lead + _AT_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", shown)


def quoted(words: str) -> str:
    """Markdown that shows a text of any number of lines as a quotation.

    Args:
        words: Any text.

    Returns:
        The text, its lines and paragraphs kept.
    """
    lines = words.strip("\n\r").splitlines() or [""]
    shown = [as_plain_text(line) for line in lines]
    made = []
    for place, line in enumerate(shown):
        more = place + 1 < len(shown) and line and shown[place + 1]
        made.append(f"> {line}\\" if more else f"> {line}".rstrip(" "))
    return "\n".join(made)


def _broken(match: re.Match[str]) -> str:
    """An address with its colon or dot escaped, so that no renderer makes a link of it."""
    return f"{match[0]}\\"
