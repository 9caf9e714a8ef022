"""What she told that the coach may come back to, found by patterns alone.

Precision comes before all else: to come back to something she never said hurts more than
to come back to nothing. What is feared, wished, asked, quoted or told of somebody else is
no fact, and where a message says two things, nothing is taken from it.

Usage:
    >>> [(one.kind, one.value) for one in facts_in("my husband left me in march")]
    [('ex_word', 'husband'), ('ex_pronoun', 'he'), ('since', 'in march'), ('who_ended', 'ex')]
"""

from coach.facts.extract import facts_in
from coach.facts.lasting import still_fits
from coach.facts.line import fact_line

__all__ = ["fact_line", "facts_in", "still_fits"]
