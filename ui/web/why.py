"""Why this answer: what was heard, in which of her words, and by which part of the program."""

from collections.abc import Iterator, Mapping

from coach import Reply
from ui.web.sources import Block, as_text, folded
from ui.web.words import Words

__all__ = ["quoted", "why"]

_QUOTES = 3  # of one kind; more is a list of charges
_LONGEST = 140  # characters of one quotation
# Disclosures that no road of their own tells of: they limit what follows nevertheless.
_TOLD = frozenset({"abuse", "violence", "cheating", "no_contact"})


def why(reply: Reply, words: Words) -> list[Block]:
    """Why an answer is the one it is, closed, to stand under it.

    Args:
        reply: The answer, as it was shown and stored.
        words: The page's words.

    Returns:
        One message that opens on a click, or none for an answer that needs no reason.
    """
    heard: dict[tuple[str, bool], list[str]] = {}
    layers: dict[str, None] = {}
    for kind, earlier, evidence, layer in _found(reply):
        heard.setdefault((kind, earlier), []).append(evidence)
        if evidence:
            layers[_layer(layer, words.why.layers, words.why.layer_other)] = None
    if not heard:
        return []
    lines = [_line(kind, earlier, said, words) for (kind, earlier), said in heard.items()]
    lines.append(" ".join([*layers, words.why.limit]))
    return [folded(words.why.title, "\n\n".join(as_text(line) for line in lines))]


def quoted(text: str) -> str:
    """Her words between quotation marks, cut between two words when they are long."""
    plain = " ".join(text.split())
    if len(plain) > _LONGEST:
        plain = plain[:_LONGEST].rsplit(" ", 1)[0] + " …"
    return f"“{plain}”"


def _found(reply: Reply) -> Iterator[tuple[str, bool, str, str]]:
    """What was found: its kind, whether earlier, her words, the layer."""
    kinds: set[str] = set()
    for reason in reply.reasons:
        # A way back that she asks for may be closed by what the other one asked for.
        kind = reason.kind or reason.route
        kinds.add(kind)
        yield kind, reason.earlier, reason.evidence, reason.by
    # A door's or a goodbye's words, stopped halfway, go by nothing she told before.
    if reply.mode == "redirect" and not reply.reasons and reply.route not in ("coach", "close"):
        yield reply.route, True, "", ""
    for told in reply.disclosures:
        if told.kind in _TOLD and told.kind not in kinds:
            yield told.kind, False, told.evidence, told.by


def _line(kind: str, earlier: bool, said: list[str], words: Words) -> str:
    frame = words.why.earlier if earlier else words.why.now
    line = frame.format(what=words.why.heard.get(kind, words.why.heard_other))
    quotes = list(dict.fromkeys(quoted(text) for text in said if text))[:_QUOTES]
    if not quotes:
        return f"{line} {words.why.not_kept}"
    return f"{line} {words.why.quotes.format(quotes=', '.join(quotes))}"


def _layer(by: str, layers: Mapping[str, str], other: str) -> str:
    return layers.get(by.partition(":")[0], other)
