"""Answer from the article alone, without a model.

What kind of message it is decides the shape of the answer (coach/respond/acts.py), the moment she
is in decides its words (coach/respond/moments.py), and a line is never said twice in a thread
(coach/respond/drawing.py). A story gets: hear her, one idea, one question. Everything else gets
less.
"""

from collections.abc import Sequence
from dataclasses import replace

from coach.reply import Sentence
from coach.respond.acts import is_greeting
from coach.respond.answering import Answer, Tools, sentences
from coach.respond.drawing import Draw, Place
from coach.respond.echo import Encoder
from coach.respond.partner import Partner
from coach.respond.phrasebook import Voice
from coach.respond.situation import Composed, Situation, partner_of

__all__ = ["Composed", "Composer", "Situation", "partner_of"]

_ENOUGH = 60  # words of a broken-off answer after which only its question is wanted


class Composer:
    """Writes answers from the phrase book.

    Args:
        voice: The sentences.
        encoder: Embeds messages, to recognise the moment and to pick the clause that says most.
    """

    def __init__(self, voice: Voice, encoder: Encoder) -> None:
        self._voice = voice
        self._tools = Tools.of(voice, encoder)

    def compose(self, situation: Situation) -> Composed:
        """Write a whole answer.

        Args:
            situation: Her message, thread, passages and restrictions.

        Returns:
            The answer; each sentence of advice names its passage.
        """
        hearing = self._voice.hearing
        if self.greets(situation):
            draw = Draw(situation.message, situation.history, Partner(), False, situation.already)
            say = draw.one(Place.IDEA, hearing.greeting.say, again=True)
            ask = draw.one(Place.ASK, hearing.greeting.questions, again=True)
            return Composed(tuple(sentences(say, ask)), "feeling", act="greeting")
        answer = Answer(self._tools, situation)
        written = answer.write()
        if situation.offer is not None:
            written = [s for s in written if not s.text.endswith("?")] + [situation.offer]
        scope = "covered" if any(s.passage for s in written) else answer.scope
        moment = answer.moment.id if answer.moment else None
        return Composed(tuple(written), scope, moment, answer.act)

    def greets(self, situation: Situation) -> bool:
        """Whether the message is a hello, or asks who answers here, and nothing more."""
        return is_greeting(situation.message)

    def question(self, situation: Situation) -> str:
        """The question a composed answer would end with; a model may ask it too.

        Args:
            situation: As for `compose`.

        Returns:
            One open question that the thread has not heard.
        """
        last = self.compose(replace(situation, offer=None)).sentences[-1].text
        return last if last.endswith("?") else Answer(self._tools, situation).ask().text

    def idea(self, situation: Situation) -> Sentence | None:
        """The first sentence of advice of a composed answer, None where there is none.

        Args:
            situation: As for `compose`.

        Returns:
            One sentence that names its passage.
        """
        advice = (sentence for sentence in self.compose(situation).sentences if sentence.passage)
        return next(advice, None)

    def finish(self, situation: Situation, shown: Sequence[Sentence]) -> tuple[Sentence, ...]:
        """Finish an answer that a model began and could not end.

        Args:
            situation: As for `compose`.
            shown: The sentences she has already read.

        Returns:
            The sentences that are missing: all of them when nothing was shown.
        """
        whole = self.compose(situation)
        if whole.sentences[: len(shown)] == tuple(shown):
            return whole.sentences[len(shown) :]
        if any(sentence.text.endswith("?") for sentence in shown):
            return ()
        rest = list(whole.sentences[1:])
        words = sum(len(sentence.text.split()) for sentence in shown)
        if words > _ENOUGH or any(sentence.passage for sentence in shown):
            rest = [sentence for sentence in rest[-1:] if sentence.passage is None]
        if len(rest) > 1:
            draw = Draw(situation.message, situation.history, partner_of(situation))
            bridge = draw.one(Place.HEAR, self._voice.hearing.interrupted, again=True)
            rest = [*sentences(bridge), *rest]
        return tuple(rest)
