"""Exercises from the article: data files and one runner that keeps nothing.

Usage:
    >>> exercises = Exercises.load()
    >>> position = exercises.running(history)
    >>> if position is not None:
    ...     reply = exercises.advance(position, message, partner, forbidden)
"""

from coach.exercises.choosing import Asked
from coach.exercises.definition import Exercise
from coach.exercises.exercises import Exercises
from coach.exercises.runner import StepReply
from coach.exercises.thread import Position

__all__ = ["Asked", "Exercise", "Exercises", "Position", "StepReply"]
