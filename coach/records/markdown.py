"""What is kept of a person as one text to read: Markdown made of `Records.export`."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from coach.plain import as_plain_text, quoted
from coach.reply import About, DisclosureKind, FactKind

__all__ = ["as_markdown"]

_FACTS: Final[dict[FactKind, str]] = {
    "ex_name": "A name",
    "ex_word": "Your word for the other person",
    "ex_pronoun": "How you speak of the other person",
    "together": "How long you were together",
    "since": "When it ended",
    "who_ended": "Who ended it",
    "tie": "What still ties you",
}
_WHO: Final = {"ex": "the other person", "me": "you", "both": "both of you"}
_NOTED: Final[dict[DisclosureKind, str]] = {
    "crisis": "A sign that you might not be safe",
    "safe_now": "Your word that you are safe",
    "abuse": "Being hurt or controlled",
    "violence": "Someone being hurt, or a wish to hurt someone",
    "boundary": "Going further than the other person has agreed to",
    "cheating": "Someone having been unfaithful",
    "minor": "Being under 18",
    "no_contact": "Someone not wanting to be contacted",
}
_ABOUT: Final[dict[About, str]] = {
    "ex": "the person you were with",
    "earlier_partner": "an earlier partner",
    "parent": "a parent",
    "self": "yourself",
    "other": "someone else",
}


def as_markdown(exported: dict[str, Any]) -> str:
    """Everything of a person as one text, in the order in which it happened.

    Her words and the answers are shown as they are, whatever is written in them.

    Args:
        exported: Values of `Records.export`.

    Returns:
        Markdown; times are those of this machine's clock.
    """
    sections = [
        _head(exported),
        _section("Conversations", [_thread(one) for one in exported["threads"]], "\n\n"),
        _section("Journal", [_page(one) for one in exported["journal"]], "\n\n"),
        _section("How you were", [_check_in(one) for one in exported["check_ins"]]),
        _section("Last in touch", _contact(exported["last_contact"])),
        _section("What is remembered", [_fact(one) for one in exported["facts"]]),
        _section("Noted for your safety", [_noted(one) for one in exported["disclosures"]]),
    ]
    return "\n\n".join(one for one in sections if one) + "\n"


def _head(exported: dict[str, Any]) -> str:
    days = exported["keep_days"]
    kept = "until you delete them"
    if days is not None:
        kept = f"{days} {'day' if days == 1 else 'days'} after the last message in them"
    return (
        "# Everything that is kept of you\n\n"
        f"Since {_time(exported['created_at'])}. Times are those of the clock "
        f"of the machine that kept it ({datetime.now().astimezone():%Z}).\n\n"
        f"Conversations are kept {kept}."
    )


def _section(title: str, parts: Sequence[str], between: str = "\n") -> str:
    return f"## {title}\n\n{between.join(parts)}" if parts else ""


def _thread(thread: dict[str, Any]) -> str:
    title = thread["title"] or "Without a title"
    parts = [f"### {as_plain_text(title)}", f"Begun on {_time(thread['created_at'])}."]
    return "\n\n".join([*parts, *_turns(thread["turns"])])


def _turns(turns: Sequence[dict[str, Any]]) -> Iterator[str]:
    before: str | None = None
    for turn in turns:
        if turn["parent"] != before:  # an edit, or an answer asked for once more
            yield "(You went back to an earlier point from here.)"
        before = turn["id"]
        if not turn["content"]:  # she stopped it before its first word
            continue
        who = "You" if turn["role"] == "user" else "The coach"
        said = quoted(turn["content"])
        yield f"**{who}**, {_time(turn['created_at'])}:\n\n{said}"


def _page(page: dict[str, Any]) -> str:
    written, changed = _time(page["created_at"]), _time(page["updated_at"])
    when = f"Written on {written}." + (f" Changed on {changed}." if changed != written else "")
    if page["revisit_on"]:
        when += f" To be read again from {_day(datetime.fromisoformat(page['revisit_on']))}."
    return f"### {as_plain_text(page['title'])}\n\n{when}\n\n{page['text'].strip()}"


def _check_in(said: dict[str, Any]) -> str:
    moment = "when you came" if said["moment"] == "start" else "before you left"
    how = f"{said['mood']} of 5" if said["word"] is None else as_plain_text(said["word"])
    return f"- {_time(said['created_at'])}, {moment}: {how}"


def _contact(day: str | None) -> list[str]:
    return [f"- {_day(datetime.fromisoformat(day))}"] if day else []


def _fact(fact: dict[str, Any]) -> str:
    value = _WHO.get(fact["value"], fact["value"]) if fact["kind"] == "who_ended" else fact["value"]
    told = f"told on {_time(fact['created_at'])}"
    return f"- {_FACTS[fact['kind']]}: {as_plain_text(value)} ({told})"


def _noted(noted: dict[str, Any]) -> str:
    line = f"- {_time(noted['created_at'])}: {_NOTED[noted['kind']]}"
    if noted["kind"] not in ("crisis", "safe_now", "minor"):
        line += f" (about {_ABOUT[noted['about']]})"
    words = " ".join(noted["evidence"].split())
    line += f". Your words: “{as_plain_text(words)}”." if words else ". Your words are not kept."
    return line + (" You said that it was a misunderstanding." if noted["corrected"] else "")


def _time(written: str) -> str:
    time = datetime.fromisoformat(written).astimezone()
    return f"{_day(time)}, {time:%H:%M}"


def _day(day: datetime) -> str:
    return f"{day.day} {day:%b %Y}"
