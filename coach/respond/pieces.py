"""The pieces of an answer: what is heard, the idea, the line that stays, the question."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from coach.reply import Scope, Sentence
from coach.respond.acts import Act, ActName, find_act
from coach.respond.advising import Advisor
from coach.respond.drawing import Draw, Place
from coach.respond.echo import (
    Encoder,
    pick_clause,
    quoted,
    readable,
    to_second_person,
)
from coach.respond.feelings import NEUTRAL, Heard, hear
from coach.respond.fitting import fitting
from coach.respond.forms import tells_of_an_end
from coach.respond.key_clause import key_clause
from coach.respond.moments import Moment, MomentBook, Recognised
from coach.respond.phrasebook import Voice
from coach.respond.phrases import load_phrases
from coach.respond.reading import MessageReader, Reading
from coach.respond.situation import Situation
from coach.respond.thread import Memory, Thread, fact_line, told_in
from coach.respond.whole import may_grieve, read_whole

__all__ = ["CHAT", "LIGHT", "TOLD", "Pieces", "Tools", "sentences"]

CHAT = 12
"""Words up to which a message is chat, and gets a short answer."""
TOLD = 20
"""Words from which a message has a clause in which it comes to its point."""

_PHRASES = load_phrases("telling")
_STORY = 45  # words; who writes so much gets all of it, and a single word in it says little
_GRIEVES = 0.7  # from this likely it is grief for a relationship of her own
_SURELY = 0.5  # from this likely a passage's questions go with its idea
_ONE_WORD = 1  # of a feeling may stand in any long story
_HERS = 0.5  # from this likely it is her own story, and one of the moments may hold
_FRAGMENT = 9  # words of hers that may stand in quotation marks
_NEAR = 4  # of a moment's first lines, those among which is drawn
_ALONE = 0.6  # a moment this sure may contradict that the article has nothing on a question
_FIRM = 0.65  # and this sure a passage that seems certain
_CERTAIN = 0.93
_ANSWER = 4  # words of an answer that may be said back whole
_ABOUT = frozenset(
    {"story", "vent", "answer", "advice", "prediction", "follow_up", "good_news", "form"}
)
_GETTING_TO_KNOW = 3  # answers within which is asked how long ago it was, and how it ended
_HEAVY = (
    *("left", "leave", "leaving", "gone", "ended", "divorce", "dumped", "broke", "broken", "lost"),
    *("alone", "without", "never", "nobody", "stopped", "empty", "quiet", "silence", "blocked"),
    *("replaced", "used to", "anymore", "any more", "still", "cant", "couldnt", "instead", "even"),
    *("moved out", "told me", "new girlfriend", "new boyfriend", "wedding", "apologised", "guilt"),
)
LIGHT = frozenset({"relieved", "calm", "hopeful"})
"""Feelings of a moment that goes with a light day."""
_TOWARD = frozenset({"longing", "hopeful", "jealous"})
_HARM = frozenset({"abuse", "cheating"})
# A span of time says nothing when it is said back.
_COUNTED = re.compile(r"\d|\b(?:days?|weeks?|months?|years?|yrs?)\b", re.IGNORECASE)
_PLAIN = str.maketrans({"’": "", "'": ""})


class Tools(NamedTuple):
    """What answers are made with; they hold nothing of any person.

    Attributes:
        voice: The lines.
        encoder: Embeds texts.
        book: Recognises moments.
        memory: The lines, to know them again in a thread.
        advisor: Gives the ideas.
        reader: Tells what a first message is as a whole.
    """

    voice: Voice
    encoder: Encoder
    book: MomentBook
    memory: Memory
    advisor: Advisor
    reader: MessageReader

    @classmethod
    def of(cls, voice: Voice, encoder: Encoder) -> "Tools":
        """The tools for a phrase book."""
        book = MomentBook(voice.moments, voice.cues, encoder)
        advisor = Advisor(voice, encoder)
        return cls(voice, encoder, book, Memory.of(voice), advisor, MessageReader.load())


class Pieces:
    """What one answer can be made of.

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
        self._thread = Thread(situation.history, tools.memory)
        self._words = len(situation.message.split())
        act = find_act(situation.message, situation.history)
        reading = self._read(situation.message, tools)
        short = reading is None or self._words <= _STORY
        self._may_grieve = short or (reading is not None and may_grieve(reading, situation.message))
        self._grieves = reading is not None and reading.shares["pain"] >= _GRIEVES
        self._pained = reading is not None and reading.shares["pain"] >= _HERS
        self._act: Act = act if reading is None else read_whole(act, reading, situation.message)
        self._now = fitting(situation, reading, self._act)
        self._closed = bool(situation.forbidden)
        self._draw = Draw.of(situation, self._closed)
        self._about: str | None = None
        self._heard = Heard(NEUTRAL)
        self._bare = False  # nothing definite could be heard
        self._retold = False  # her own words were said back
        self.scope: Scope = "feeling"
        earlier = self._open(self._thread.moment)
        own = None
        if self._act.name in _ABOUT and (reading is None or reading.own >= _HERS):
            found = tools.book.recognise(situation.message)
            own = self._open(found.moment) if found and self._trusts(found) else None
        self._own = own
        self._new = own is not None and own is not earlier
        self.moment = own or earlier

    @property
    def act(self) -> ActName:
        """What kind of message it answers."""
        return self._act.name

    def _read(self, message: str, tools: Tools) -> Reading | None:
        """What a first message is as a whole; None in a thread, where that is known already."""
        if self._thread.hers or self._words <= CHAT:
            return None
        return tools.reader.read(message)

    def _hear(self) -> list[Sentence]:
        if self._words > _STORY and self._own is not None and (key := self._key_words()):
            return [*key, *self._say(Place.EXTRA, self._own.hear)]
        if self._own and (lines := self._say(Place.HEAR, self._own.hear)):
            return lines
        likely = self.moment.feelings if self.moment else ()
        # Still in the moment of before, her own words need not be searched for another.
        still = self.moment is not None and self._own is None and self._words <= _STORY
        if self.moment and still and (lines := self._say(Place.HEAR, self.moment.hear)):
            return lines
        # A light word in a sad story is of another day.
        without = LIGHT if self._pained else frozenset()
        heard = hear(self._now.message, self._voice.hearing.feelings, likely, without)
        if self._closed and heard.name in _TOWARD:
            heard = Heard(NEUTRAL)  # a pull towards the ex is not fed
            harmed = _HARM & self._now.forbidden
            if harmed and (lines := self._say(Place.HEAR, self._acts("pull_closed"))):
                return lines
        self._heard = heard
        feeling = self._voice.hearing.feelings[heard.name]
        if self._words > TOLD and (key := self._key_words()):
            return key
        listening: Sequence[str] = ()
        if self._about and not self._closed and not self.moment:
            listening = self._nearest(self._voice.listening.get(self._about, ()))
        first = self._in_her_words(heard) if not listening or self._draw.even else []
        first = first or self._say(Place.HEAR, listening) or self._in_her_words(heard)
        bare = not first and heard.name == NEUTRAL
        if bare and self._thread.begun < 2 and (told := self._told()):
            return told
        if bare and _HARM & self._now.forbidden:
            first = self._say(Place.HEAR, self._acts("harm_hear"))
        self._bare = bare and not first
        return (
            first
            or self._say(Place.HEAR, feeling.strong if heard.strength == "strong" else ())
            or self._say(Place.HEAR, feeling.plain if self._bare else self._nearest(feeling.plain))
            or self._say(Place.HEAR, self._voice.hearing.feelings["calm"].plain)
            or self._say(Place.HEAR, self._voice.hearing.feeling.say, again=True)
        )

    def _nearest(self, lines: Sequence[str]) -> Sequence[str]:
        """The lines that come nearest to her message."""
        return self._advisor.nearest(self._now.message, list(lines), _NEAR)

    def _key_words(self, *, plainly: bool = False) -> list[Sentence]:
        """The clause in which her story comes to its point, said back.

        Our own lines have to fit everybody who feels the same; her words fit her.

        Args:
            plainly: Whether no feeling is heard in it, as where she writes for others.
        """
        thread = self._thread
        if thread.no_quotes or thread.wary or thread.quoted(2):
            return []
        clause = key_clause(self._now.message, self._encoder)
        if clause is None:
            return []
        # What is asked next goes with the words that were said back, not with others.
        self._retold = True
        self._heard = Heard(NEUTRAL) if plainly else hear(clause, self._voice.hearing.feelings)
        feeling = self._voice.hearing.feelings[self._heard.name]
        turned = None if plainly else to_second_person(clause)
        if turned is not None and self._draw.value(Place.CHOICE) % 3:
            return self._say(Place.HEAR, feeling.echo, hers=turned)
        return self._say(Place.HEAR, feeling.quote, quote=quoted(clause[:1].upper() + clause[1:]))

    def _in_her_words(self, heard: Heard) -> list[Sentence]:
        """A short piece of her message, where it reads well, and not in every answer."""
        thread = self._thread
        if thread.no_quotes or thread.wary or thread.quoted(2) or self._words <= CHAT:
            return []
        # Where no feeling is named, words of loss carry it; a clause without either says nothing.
        heavy = heard if heard.cues else Heard(heard.name, _HEAVY)
        clause = pick_clause(self._now.message, self._encoder, heavy.cues, self._words > _STORY)
        if clause is None or not readable(clause, _FRAGMENT) or not heavy.said_in(clause):
            return []
        feeling = self._voice.hearing.feelings[heard.name]
        turned = to_second_person(clause)
        if turned is not None and self._draw.value(Place.CHOICE) % 3 == 0:
            return self._say(Place.HEAR, feeling.echo, hers=turned)
        return self._say(Place.HEAR, feeling.quote, quote=quoted(clause[:1].upper() + clause[1:]))

    def _acknowledge(self) -> list[Sentence]:
        thread, message = self._thread, self._now.message.strip(" .!?…\"'“”")
        short = self._words <= _ANSWER and not _PHRASES["thin_start"].match(message.lower())
        short = short and not _COUNTED.search(message)
        if short and not thread.no_quotes and not thread.quoted(3) and readable(message, _ANSWER):
            said = quoted(message[:1].upper() + message[1:])
            if line := self._say(Place.HEAR, self._acts("answer_quote"), quote=said):
                return line
        return self._say(Place.HEAR, self._acts("answer"))

    def _extra(self) -> list[Sentence]:
        """A line on something in her message, or on what she told, once every few turns."""
        if self._own is not None and self._words > _STORY:
            return []  # the moment's line stands there already
        plain = f" {re.sub(r'[^a-z0-9éÉ]+', ' ', self._now.message.lower().translate(_PLAIN))} "
        for detail in self._voice.details.values() if self._words <= _STORY else ():
            if any(f" {word} " in plain for word in detail.words) and not self._covers(
                detail.words
            ):
                return self._say(Place.EXTRA, detail.say)
        if self._thread.recalled(3):
            return []
        if not self._bare and (told_here := self._told()):
            return told_here
        if told := fact_line(self._now.facts):
            pool, span = told
            if line := self._say(Place.EXTRA, self._acts(pool), fact=span):
                return line
        return self._recall()

    def _told(self) -> list[Sentence]:
        """When it ended, and how long it had been, where this message says so."""
        if self._closed or (told := told_in(self._now.message, self._now.facts)) is None:
            return []
        line = self._draw.one(Place.EXTRA, self._acts(told.pool), again=False, **told.slots)
        return sentences(line)

    def _recall(self) -> list[Sentence]:
        thread = self._thread
        if len(thread.hers) < 3 or thread.no_quotes or thread.wary or thread.quoted(2):
            return []
        clause = pick_clause(thread.hers[0], self._encoder, told=True)
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
        if self._retold and not self.moment:
            return []
        if self._bare and not self.moment and self._draw.value(Place.STAY) % 2:
            return []  # two lines in a row that say nothing definite are often one too many
        pool = self.moment.stay if self.moment else self._voice.hearing.feeling.say
        return self._say(Place.STAY, pool) or self._say(Place.STAY, self._voice.hearing.feeling.say)

    def ask(self, pool: Sequence[str] = (), *, deeper: bool = False) -> Sentence:
        """One question that the thread has not heard."""
        general = self._voice.hearing.feeling.questions
        own: Sequence[str] = self.moment.ask if self.moment else ()
        if deeper and not own:
            own = self._voice.acts["deeper"]
        idea = self._voice.questions(self._about, self._now.forbidden) if self._about else ()
        for lines in (pool, own, self._nearest(idea), *self._to_know(), general):
            if said := self._draw.one(Place.ASK, lines):
                return Sentence(text=said)
        return Sentence(text=self._draw.one(Place.ASK, general, again=True) or "")

    def _to_know(self) -> list[Sequence[str]]:
        """Questions that go with the feeling, or with what is not known yet."""
        name = self._heard.name
        # A clause of hers that sounds light is asked about as it stands.
        plain = name == NEUTRAL or (self._retold and name in LIGHT | {"relieved"})
        feeling = () if plain else self._acts(f"ask_{name}")
        if self._closed:
            return [] if name in _TOWARD else [feeling]
        known = {fact.kind for fact in self._now.facts}
        # Who has told so much already is not asked for the dates.
        early = self._thread.begun < _GETTING_TO_KNOW and self._words <= _STORY
        kinds = ("since", "together") if early else ()
        unknown = [
            line for kind in kinds if kind not in known for line in self._acts(f"ask_{kind}")
        ]
        # Where nothing definite was heard, one pool more keeps two answers from being the same.
        other = self._bare and self._draw.even
        general = self._voice.hearing.feeling.questions if other else self._acts("ask_open")
        open_ones = self._acts("ask_retold") if self._retold else general
        return [self._nearest(feeling), unknown if self._draw.even else (), open_ones]

    def _advice(self) -> list[Sentence]:
        if self._thread.wary and self._act.name != "advice":
            return []
        much = self._words > _STORY or self._act.name == "advice"
        advice = self._advisor.advise(
            self._now,
            self._thread,
            self._draw,
            self.moment,
            new=self._own is not None,
            much=much,
            likely=self._likely(),
        )
        now = self._now
        sure = now.passages[:1] if not now.scores or now.scores[0] >= _SURELY else []
        retrieved = {passage.slug for passage in sure}
        fits = [s.passage for s in advice if s.passage and (self.moment or s.passage in retrieved)]
        self._about = next(iter(fits), self._about)
        return advice

    def _likely(self) -> Sequence[str]:
        """Passages that go with the feeling, where she tells of an end or asks how to bear it."""
        if self.moment is not None or (self._words <= CHAT and self._act.name != "advice"):
            return ()
        if self._act.name == "good_news":
            return self._voice.hearing.feelings["relieved"].passages
        heard = hear(self._now.message, self._voice.hearing.feelings)
        plain = " ".join(self._now.message.lower().translate(_PLAIN).split())
        # Of a long message a word such as "left" or "single" says little.
        long = self._words > _STORY
        ended = tells_of_an_end(plain, plainly=long) and (self._may_grieve or self._grieves)
        ended = ended or self._thread.begun > 0 or (self._grieves and not long)
        told = heard.cues[_ONE_WORD if self._words > _STORY and not self._grieves else 0 :]
        if not ended or not (
            told or (self._act.name == "advice" and _PHRASES["asks_to_bear"].search(plain))
        ):
            return ()
        return self._voice.hearing.feelings[heard.name].passages

    def _silent(self) -> bool:
        """Whether she asks for something that the article does not speak to."""
        if not self._now.asks or self._now.passages or (self._own and self._own.passages):
            return False
        # Where a feeling is told, that is what wants an answer.
        return not hear(self._now.message, self._voice.hearing.feelings).cues

    def _trusts(self, found: Recognised) -> bool:
        """Whether nothing speaks louder than a moment that was only just recognised."""
        now = self._now
        if self._act.name == "good_news" and not LIGHT & set(found.moment.feelings):
            return False
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
