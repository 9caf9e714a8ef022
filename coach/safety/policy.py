"""From what was found, and what is known of the person, to what happens now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coach.reply import Disclosure, DisclosureKind, Reason, Route
from coach.safety.mistaken import without_mistaken
from coach.safety.screen import Door, ScreenResult, crisis_in_force
from knowledge.restriction import Restriction

__all__ = ["Decision", "Restriction", "decide", "joined", "restrictions"]

Kind = Literal["redirect", "soft", "respond", "close"]

_HARD: frozenset[Route] = frozenset(
    {"crisis", "abuse", "violence", "boundary", "minor", "injection", "off_topic"}
)
_SOFT: frozenset[Route] = frozenset({"cheating", "professional"})
# A person under 18 is answered by the words for minors, unless something graver,
# or an attack on the coach, is on the table.
_BEFORE_MINOR: frozenset[Route] = frozenset(
    {"crisis", "abuse", "violence", "boundary", "injection", "close"}
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What happens with a message.

    Attributes:
        route: Whose words are used.
        kind: `redirect` shows vetted words only; `soft` shows a vetted opening and then
            an answer under the restrictions; `respond` answers; `close` says goodbye.
        forbidden: Restrictions in force for everything that is written or offered.
        also: Further roads the message asks for, highest first; a redirect has a
            paragraph for each.
        way_back: Whether she asks for a way back that her own disclosures have closed; the
            words say so kindly, and an answer follows.
        reasons: Which layer and which of her words led to this road, the strongest first.
        door: What she tells of besides the breakup that needs an honest word and another door.
    """

    route: Route
    kind: Kind
    forbidden: frozenset[Restriction]
    also: tuple[Route, ...] = ()
    way_back: bool = False
    reasons: tuple[Reason, ...] = ()
    door: Door | None = None


def decide(screen_result: ScreenResult, carried: Sequence[Disclosure]) -> Decision:
    """Decide about one message.

    Args:
        screen_result: What the screen found.
        carried: What the person disclosed before, in any thread, oldest first.

    Returns:
        The road, what kind of answer, and the restrictions in force.
    """
    before = (*carried, *screen_result.thread)
    known = (*before, *screen_result.disclosures)
    forbidden = restrictions(known)
    # The turn on which she says she is safe still belongs to the crisis: it ends with help.
    if crisis_in_force(known) or crisis_in_force(before):
        route: Route = "crisis"
    elif "minor" in forbidden and screen_result.route not in _BEFORE_MINOR:
        route = "minor"
    else:
        route = screen_result.route
    closed = _closed_way_back(route, forbidden, screen_result)
    if closed is not None:
        restriction, words = closed
        also = _also(words, screen_result)
        reasons = _closing(restriction, words, screen_result, before)
        return Decision(words, "soft", forbidden, also, way_back=True, reasons=reasons)
    also = _also(route, screen_result)
    reasons = _reasons(route, screen_result, before)
    door = _door(screen_result) if route == "coach" else None
    kind = "soft" if door else _kind(route)
    return Decision(route, kind, forbidden, also, reasons=reasons, door=door)


def joined(records: Sequence[Disclosure], retold: Sequence[Disclosure]) -> list[Disclosure]:
    """Two accounts of the same person whose order in time is not known, as one.

    Neither can end the crisis of the other: the one in which a crisis is in force is taken
    for the later. Only what she says now ends both.

    Args:
        records: What she disclosed by the records, oldest first.
        retold: What she disclosed in a conversation that was handed over, oldest first.

    Returns:
        Both, as if one had come after the other.
    """
    if crisis_in_force(records):
        return [*retold, *records]
    return [*records, *retold]


def restrictions(disclosures: Sequence[Disclosure]) -> frozenset[Restriction]:
    """The restrictions that a person's disclosures put in force, for good.

    Abuse and cheating count when they are of this relationship, by either side: what an
    earlier partner or a parent did says nothing about this ex. Being safe again ends the
    crisis, not the care: its restriction stays.

    Args:
        disclosures: Everything the person told.

    Returns:
        The restrictions.
    """
    found: set[Restriction] = set()
    for disclosure in without_mistaken(disclosures):
        kind, of_this_ex = disclosure.kind, disclosure.about in ("ex", "self")
        if kind in ("abuse", "violence") and of_this_ex:
            found.add("abuse")
        elif kind in ("cheating", "no_contact") and of_this_ex:
            found.add("cheating" if kind == "cheating" else "no_contact")
        elif kind in ("crisis", "minor"):
            found.add("crisis" if kind == "crisis" else "minor")
    return frozenset(found)


def _closed_way_back(
    route: Route, forbidden: frozenset[Restriction], result: ScreenResult
) -> tuple[Restriction, Route] | None:
    """What has closed the way back that she asks for, and whose words say so.

    Also beside what goes on with an answer: "I need a lawyer, and how do I win him back". That
    he cheated, told in the same message, is answered by its own opening, which says it too.
    """
    asked = any(signal.route == "way_back" for signal in result.signals)
    if not asked or route not in ("coach", *_SOFT):
        return None
    closing: tuple[tuple[Restriction, Route], ...] = (
        ("abuse", "abuse"),
        ("cheating", "cheating"),
        ("no_contact", "boundary"),
    )
    first = next((one for one in closing if one[0] in forbidden), None)
    return None if first is not None and first[1] == route else first


def _closing(
    restriction: Restriction, route: Route, result: ScreenResult, before: Sequence[Disclosure]
) -> tuple[Reason, ...]:
    """The disclosure that closed a way back, of this message or else the last one before it."""
    now = [one for one in result.disclosures if restriction in restrictions([one])]
    if now:
        return tuple(_told(one, route, earlier=False) for one in now)
    then = [one for one in before if restriction in restrictions([one])]
    return tuple(_told(one, route, earlier=True) for one in then[-1:])


def _reasons(
    route: Route, result: ScreenResult, before: Sequence[Disclosure]
) -> tuple[Reason, ...]:
    """What led to a road: what she wrote now, else what she told before."""
    told = [one for one in before if one.kind == route] if route in ("crisis", "minor") else []
    now = [
        Reason(
            route=route,
            by=signal.rule,
            evidence=signal.evidence,
            score=signal.score,
            kind=_kind_of(signal.route),
            about=signal.about,
        )
        for signal in result.signals
        if signal.route == route
    ]
    if now:
        return tuple(sorted(now, key=lambda reason: -reason.score))
    return tuple(_told(one, route, earlier=True) for one in told[-1:])


def _told(one: Disclosure, route: Route, *, earlier: bool) -> Reason:
    return Reason(
        route=route,
        by=one.by,
        # Earlier words stand in another answer, perhaps of a thread she has deleted.
        evidence="" if earlier else one.evidence,
        score=one.score,
        earlier=earlier,
        kind=one.kind,
        about=one.about,
    )


def _kind_of(route: str) -> DisclosureKind | None:
    return next((kind for kind in get_args(DisclosureKind) if kind == route), None)


def _door(result: ScreenResult) -> Door | None:
    marks = {signal.route for signal in result.signals}
    return next((door for door in get_args(Door) if f"door_{door}" in marks), None)


def _kind(route: Route) -> Kind:
    if route in _HARD:
        return "redirect"
    if route in _SOFT:
        return "soft"
    return "close" if route == "close" else "respond"


def _also(route: Route, result: ScreenResult) -> tuple[Route, ...]:
    wanted: dict[Route, None] = {}
    for signal in result.signals:
        if signal.route in ("abuse", "violence", "cheating", "minor", "professional"):
            wanted[signal.route] = None
    wanted.pop(route, None)
    return tuple(wanted)
