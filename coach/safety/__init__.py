"""Safety: what a message says, what happens with it, and the vetted words for it.

Example:
    >>> screen = Screen()
    >>> found = screen.screen("he hit me last night")
    >>> decision = decide(found, carried=())
    >>> decision.route, decision.kind, sorted(decision.forbidden)
    ('abuse', 'redirect', ['abuse'])
    >>> words = redirect(decision.route, disclosures=found.disclosures, country="NZ")
"""

from coach.safety.helplines import Helpline, country_of_locale, emergency_number, helplines
from coach.safety.policy import Decision, Restriction, decide, joined, restrictions
from coach.safety.redirect import RedirectText, opened, redirect
from coach.safety.rules import Signal
from coach.safety.screen import Door, Layer, Screen, ScreenResult

__all__ = [
    "Decision",
    "Door",
    "Helpline",
    "Layer",
    "RedirectText",
    "Restriction",
    "Screen",
    "ScreenResult",
    "Signal",
    "country_of_locale",
    "decide",
    "emergency_number",
    "helplines",
    "joined",
    "opened",
    "redirect",
    "restrictions",
]
