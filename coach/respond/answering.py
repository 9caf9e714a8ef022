"""Write one answer: which pieces it has for this kind of message, and where each comes from."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from coach.reply import Scope, Sentence
from coach.respond.acts import Act, ActName, find_act
from coach.respond.advising import Advisor
from coach.respond.drawing import Draw, Place
from coach.respond.echo import Encoder, pick_clause, quoted, readable, to_second_person
from coach.respond.feelings import NEUTRAL, Heard, hear
from coach.respond.moments import Moment, MomentBook, Recognised
from coach.respond.phrasebook import Voice
from coach.respond.situation import Situation, partner_of
from coach.respond.thread import Memory, Thread, fact_line

__all__ = ["Answer", "Tools", "sentences"]

_CHAT = 12  # words; who writes so shortly gets a short answer
_STORY = 45  # words; who writes so much gets all of it
_NOVEL = 90  # words; in so long a story a single word says little
_FRAGMENT = 9  # words of hers that may stand in quotation marks
_NEAR = 4  # of a moment's first lines, those among which is drawn
_ALONE = 0.6  # a moment this sure may contradict that the article has nothing on a question
_FIRM = 0.65  # and this sure a passage that seems certain
_CERTAIN = 0.93
_TELLING = 3  # words from which a message can be about something by itself
_LIKELY = 0.6  # a passage this likely is heard where there is no moment
_ELSEWHERE = 0.9  # and this likely even where there was one before
_ANSWER = 4  # words of an answer that may be said back whole
_PLAIN_START = re.compile(
    r"(?:nothing|no|not|on|because|bc|i|im|it|its|that|just|none|never|ok|okay|yes|yeah|her|she|shes|"
    r"he|hes|they|we|so|maybe|lol|well|and|but)\b",
    re.IGNORECASE,
)
_ABOUT = frozenset({"story", "vent", "answer", "advice", "prediction", "follow_up", "good_news"})
_FORETELLS = frozenset({"will-ex-come-back", "how-long-does-it-take"})
_TOWARD = frozenset({"longing", "hopeful", "jealous"})
_HARM = frozenset({"abuse", "cheating"})
_LIGHT = frozenset({"relieved", "calm", "hopeful"})
_PLAIN = str.maketrans({"’": "", "'": ""})


class Tools(NamedTuple):
    """What answers are made with; they hold nothing of any person.

    Attributes:
        voice: The lines.
        encoder: Embeds texts.
        book: Recognises moments.
        memory: The lines, to know them again in a thread.
        advisor: Gives the ideas.
    """

    voice: Voice
    encoder: Encoder
    book: MomentBook
    memory: Memory
    advisor: Advisor

    @classmethod
    def of(cls, voice: Voice, encoder: Encoder) -> "Tools":
        """The tools for a phrase book."""
        book = MomentBook(voice.moments, voice.cues, encoder)
        return cls(voice, encoder, book, Memory.of(voice), Advisor(voice, encoder))


class Answer:
    """One answer in the making.

    Args:
        tools: What it is made with.
        situation: What it answers.

    Attributes:
        moment: The moment she is in, None where none was recognised.
        scope: What the answer rests on, where it names no passage.
    """

    def __init__(self, tools: Tools, situation: Situation) -> None:
        self._voice = tools.voice
        self._encoder = tools.encoder
        self._advisor = tools.advisor
        self._now = situation
        self._thread = Thread(situation.history, tools.memory)
        self._act: Act = find_act(situation.message, situation.history)
        self._closed = bool(situation.forbidden)
        self._draw = Draw(situation.message, situation.history, partner_of(situation), self._closed)
        self._words = len(situation.message.split())
        self._about: str | None = None
        self.scope: Scope = "feeling"
        earlier = self._open(self._thread.moment)
        own = None
        if self._act.name in _ABOUT:
            found = tools.book.recognise(situation.message)
            own = self._open(found.moment) if found and self._trusts(found) else None
        self._own = own
        self._new = own is not None and own is not earlier
        self.moment = own or earlier

    @property
    def act(self) -> ActName:
        """What kind of message it answers."""
        return self._act.name

    def write(self) -> list[Sentence]:
        """The sentences."""
        shapes = {
            "thanks": self._thanks,
            "pushback": self._pushback,
            "about_coach": self._about_coach,
            "small_talk": self._small_talk,
            "nonsense": self._nonsense,
            "short": self._short,
            "prediction": self._prediction,
            "follow_up": self._follow_up,
            "good_news": self._good_news,
            "answer": self._answer,
            "vent": self._vent,
        }
        written = shapes.get(self._act.name, self._story)()
        return [s for s in self._gently(written) if s.text]

    def _gently(self, written: list[Sentence]) -> list[Sentence]:
        """Less of it, after she has said that it is too much or beside the point."""
        if not self._thread.wary or self._act.name in ("pushback", "thanks"):
            return written
        kept = [x for x in written[1:] if x.passage or not x.text.endswith("?")][:1]
        asks = [x for x in written[1:] if x.text.endswith("?")]
        if self._thread.weary or (kept and self._act.name != "advice"):
            asks = []
        return [*written[:1], *kept, *asks]

    def _story(self) -> list[Sentence]:
        advice = self._advice()
        if not advice and self._silent():
            self.scope = "silent"
            pool = self._voice.hearing.silent
            first = self._hear() if self._own else []
            return [*first, *self._say(Place.IDEA, pool.say), self.ask(pool.questions)]
        hear = self._hear()
        extra = self._extra() if self._words > _CHAT or not (advice and self._own) else []
        return [*hear, *extra, *(advice or self._stay()), self.ask()]

    def _vent(self) -> list[Sentence]:
        if self._new:
            return self._story()
        self._leaves()
        idea = self._advice() if not self._thread.ideas(2) else []
        rest = [*self._hear(), *self._extra(), *(idea or self._stay())]
        return rest if self._thread.asked else [*rest, self.ask()]

    def _answer(self) -> list[Sentence]:
        if self._thread.last_act == "good_news":
            return self._good_news()
        fresh = not self._thread.ideas(2) or self._advisor.believes(self._now.message)
        if self._new or self._leaves():
            idea = self._advice() if fresh else []
            return [*self._hear(), *(idea or self._extra()), self.ask()]
        first = self._acknowledge() if self._words <= _CHAT else self._hear()
        best = self._now.passages[0].slug if self._now.passages else None
        fits = self.moment is not None and best in self.moment.passages
        idea = self._advice()[:1] if fresh and fits and len(self._thread.ours) > 1 else []
        rest = idea or self._extra() or self._soon()
        if not rest and not self.moment and self._draw.even:
            return [*first, *self._stay()]
        return [*first, *rest, self.ask(deeper=True)]

    def _leaves(self) -> bool:
        """Whether a passage hears her better than the moment of before does."""
        now = self._now
        if not now.passages or not now.scores or self._closed or self._words < _TELLING:
            return False
        slug, score = now.passages[0].slug, now.scores[0]
        if self.moment is not None and (score < _ELSEWHERE or slug in self.moment.passages):
            return False
        if score < _LIKELY or not self._voice.listening.get(slug):
            return False
        self.moment, self._about = None, slug
        return True

    def _short(self) -> list[Sentence]:
        kind = self._act.kind
        first = self._say(Place.HEAR, self._acts(kind))
        smaller = self._voice.acts["smaller"]
        if kind in ("agree", "deny", "maybe") and self._thread.ours:
            return [*first, *self._soon(), self.ask(deeper=True)]
        if kind in ("nothing", "okay") and self._thread.asked:
            return [*first, *self._stay()]
        return [*first, self.ask(smaller)]

    def _thanks(self) -> list[Sentence]:
        first = self._say(Place.HEAR, self._acts("thanks"))
        return [*first, *self._say(Place.STAY, self._acts("thanks_stay"))]

    def _pushback(self) -> list[Sentence]:
        kind = self._act.kind
        then = {"misunderstood": "misunderstood_ask", "quoting": "repeated_stay"}
        if self._thread.weary:
            then["misunderstood"] = "questions_stay"
        first = self._say(Place.HEAR, self._acts(kind), again=True)
        return [*first, *self._say(Place.STAY, self._acts(then.get(kind, f"{kind}_stay")))]

    def _about_coach(self) -> list[Sentence]:
        first = self._say(Place.HEAR, self._acts(self._act.kind), again=True)
        return [*first, self.ask(self._voice.acts["about_ask"])]

    def _small_talk(self) -> list[Sentence]:
        pool = self._acts("laugh" if self._act.kind == "laugh" else "small_talk")
        return [*self._say(Place.HEAR, pool), self.ask(self._voice.acts["small_talk_ask"])]

    def _nonsense(self) -> list[Sentence]:
        first = self._say(Place.HEAR, self._acts("nonsense"), again=True)
        return [*first, self.ask(self._voice.acts["nonsense_ask"])]

    def _prediction(self) -> list[Sentence]:
        if self._closed:
            # Whether somebody changes or comes back is not weighed with her then.
            first = self._say(Place.HEAR, self._acts("prediction_closed"), again=True)
            return [*first, self.ask(self._voice.hearing.feeling.questions)]
        pools = [f"prediction_{self._act.kind}", "prediction_when", "prediction_return"]
        hear = self._hear() if self._own and self._words > 3 else []
        idea = self._advice()[:1] if not self._thread.ideas(1) else []
        honest = next((s for pool in pools if (s := self._say(Place.STAY, self._acts(pool)))), [])
        if self._own and self._own.id in _FORETELLS and idea:
            # Its own line has said that nobody knows.
            honest = [] if idea[0].text.startswith("Neither") else honest
        if self._own and self._draw.value(Place.CHOICE) % 2:
            return [*hear, *honest, *idea, self.ask()]
        return [*hear, *honest, *idea, self.ask(self._acts("prediction_ask"))]

    def _follow_up(self) -> list[Sentence]:
        lead = self._say(Place.HEAR, self._acts(self._act.kind))
        idea = [] if self._thread.ideas(1) and not self._new else self._advice()
        heard = self._hear() if self._new and self._words > 4 else []
        rest = [*heard, *lead] if self._act.kind != "but" else [*lead, *heard]
        rest += idea[:1] or self._soon() or self._stay()
        return rest if self._thread.asked and not self._new else [*rest, self.ask()]

    def _good_news(self) -> list[Sentence]:
        if self._own and _LIGHT & set(self._own.feelings):
            return [*self._hear(), *self._say(Place.STAY, self._acts("good_stay")), self.ask()]
        return [
            *self._say(Place.HEAR, self._acts("good_news"), again=True),
            *self._say(Place.STAY, self._acts("good_stay")),
            self.ask(self._voice.acts["good_ask"]),
        ]

    def _hear(self) -> list[Sentence]:
        if self._own and (lines := self._say(Place.HEAR, self._nearest(self._own.hear))):
            return lines
        likely = self.moment.feelings if self.moment else ()
        # Still in the moment of before, her own words need not be searched for another.
        still = self.moment is not None and self._own is None and self._words <= _STORY
        if self.moment and still and (lines := self._say(Place.HEAR, self.moment.hear)):
            return lines
        heard = hear(self._now.message, self._voice.hearing.feelings, likely)
        if self._closed and heard.name in _TOWARD:
            heard = Heard(NEUTRAL)  # a pull towards the ex is not fed
            harmed = _HARM & self._now.forbidden
            if harmed and (lines := self._say(Place.HEAR, self._acts("pull_closed"))):
                return lines
        feeling = self._voice.hearing.feelings[heard.name]
        listening: Sequence[str] = ()
        if self._about and not self._closed and not self.moment:
            listening = self._nearest(self._voice.listening.get(self._about, ()))
        first = self._in_her_words(heard) if not listening or self._draw.even else []
        return (
            first
            or self._say(Place.HEAR, listening)
            or self._in_her_words(heard)
            or self._say(Place.HEAR, feeling.strong if heard.strength == "strong" else ())
            or self._say(Place.HEAR, feeling.plain)
            or self._say(Place.HEAR, self._voice.hearing.feelings["calm"].plain)
            or self._say(Place.HEAR, self._voice.hearing.feeling.say, again=True)
        )

    def _nearest(self, lines: Sequence[str]) -> Sequence[str]:
        """The lines that come nearest to her message."""
        return self._advisor.nearest(self._now.message, list(lines), _NEAR)

    def _in_her_words(self, heard: Heard) -> list[Sentence]:
        """A short piece of her message, where it reads well, and not in every answer."""
        thread = self._thread
        if thread.no_quotes or thread.wary or thread.quoted(2) or self._words <= _CHAT:
            return []
        clause = pick_clause(self._now.message, self._encoder, heard.cues)
        if clause is None or not readable(clause, _FRAGMENT):
            return []
        feeling = self._voice.hearing.feelings[heard.name]
        turned = to_second_person(clause)
        if turned is not None and self._draw.value(Place.CHOICE) % 3 == 0:
            return self._say(Place.HEAR, feeling.echo, hers=turned)
        return self._say(Place.HEAR, feeling.quote, quote=quoted(clause[:1].upper() + clause[1:]))

    def _acknowledge(self) -> list[Sentence]:
        thread, message = self._thread, self._now.message.strip(" .!?…\"'“”")
        short = self._words <= _ANSWER and not _PLAIN_START.match(message)
        if short and not thread.no_quotes and not thread.quoted(3) and readable(message, _ANSWER):
            said = quoted(message[:1].upper() + message[1:])
            if line := self._say(Place.HEAR, self._acts("answer_quote"), quote=said):
                return line
        return self._say(Place.HEAR, self._acts("answer"))

    def _extra(self) -> list[Sentence]:
        """A line on something in her message, or on what she told, once every few turns."""
        plain = f" {re.sub(r'[^a-z0-9éÉ]+', ' ', self._now.message.lower().translate(_PLAIN))} "
        for detail in self._voice.details.values() if self._words <= _NOVEL else ():
            if any(f" {word} " in plain for word in detail.words) and not self._covers(
                detail.words
            ):
                return self._say(Place.EXTRA, detail.say)
        if self._thread.recalled(3):
            return []
        if told := fact_line(self._now.facts):
            pool, span = told
            if line := self._say(Place.EXTRA, self._acts(pool), fact=span):
                return line
        return self._recall()

    def _recall(self) -> list[Sentence]:
        thread = self._thread
        if len(thread.hers) < 3 or thread.no_quotes or thread.wary or thread.quoted(2):
            return []
        clause = pick_clause(thread.hers[0], self._encoder)
        if clause is None or not readable(clause, _FRAGMENT) or self._draw.value(Place.CHOICE) % 2:
            return []
        return self._say(Place.EXTRA, self._acts("recall_quote"), quote=quoted(clause))

    def _covers(self, words: Sequence[str]) -> bool:
        """Whether the moment speaks of a thing by itself."""
        if self.moment is None:
            return False
        said = " ".join(self.moment.says).lower()
        return sum(said.count(word.split()[-1]) for word in words) >= 3

    def _soon(self) -> list[Sentence]:
        return self._say(Place.EXTRA, self.moment.soon) if self.moment else []

    def _stay(self) -> list[Sentence]:
        pool = self.moment.stay if self.moment else self._voice.hearing.feeling.say
        return self._say(Place.STAY, pool) or self._say(Place.STAY, self._voice.hearing.feeling.say)

    def ask(self, pool: Sequence[str] = (), *, deeper: bool = False) -> Sentence:
        """One question that the thread has not heard."""
        general = self._voice.hearing.feeling.questions
        own = self._nearest(self.moment.ask) if self.moment else ()
        if deeper and not own:
            own = self._voice.acts["deeper"]
        idea = self._voice.questions(self._about, self._now.forbidden) if self._about else ()
        for lines in (pool, own, self._nearest(idea), general):
            if said := self._draw.one(Place.ASK, lines):
                return Sentence(text=said)
        return Sentence(text=self._draw.one(Place.ASK, general, again=True) or "")

    def _advice(self) -> list[Sentence]:
        if self._thread.wary and self._act.name != "advice":
            return []
        much = self._words > _STORY or self._act.name == "advice"
        advice = self._advisor.advise(
            self._now, self._thread, self._draw, self.moment, new=self._own is not None, much=much
        )
        self._about = next((s.passage for s in advice if s.passage), self._about)
        return advice

    def _silent(self) -> bool:
        """Whether she asks for something that the article does not speak to."""
        if not self._now.asks or self._now.passages or (self._own and self._own.passages):
            return False
        # Where a feeling is told, that is what wants an answer.
        return not hear(self._now.message, self._voice.hearing.feelings).cues

    def _trusts(self, found: Recognised) -> bool:
        """Whether nothing speaks louder than a moment that was only just recognised."""
        now = self._now
        if not now.passages:
            return found.score >= _ALONE or not now.asks
        other = now.passages[0].slug not in found.moment.passages
        return found.score >= _FIRM or not (other and now.scores and now.scores[0] >= _CERTAIN)

    def _open(self, moment: Moment | None) -> Moment | None:
        return None if moment is not None and self._closed and moment.about_ex else moment

    def _acts(self, key: str) -> Sequence[str]:
        return self._voice.acts[key]

    def _say(
        self, place: Place, pool: Sequence[str], *, again: bool = False, **slots: str
    ) -> list[Sentence]:
        return sentences(self._draw.one(place, pool, again=again, **slots))


def sentences(*texts: str | None) -> list[Sentence]:
    """Sentences without a passage; None and nothing are left out."""
    return [Sentence(text=text) for text in texts if text]
