"""Write one answer: which pieces it has for each kind of message."""

from coach.reply import Sentence
from coach.respond.drawing import Place
from coach.respond.pieces import CHAT, LIGHT, TOLD, Pieces, Tools, sentences

__all__ = ["Answer", "Tools", "sentences"]

_TELLING = 3  # words from which a message can be about something by itself
_LIKELY = 0.6  # a passage this likely is heard where there is no moment
_ELSEWHERE = 0.9  # and this likely even where there was one before
_FORETELLS = frozenset({"will-ex-come-back", "how-long-does-it-take"})
# Forms in which people tell their own story too; forms on which the article has nothing; forms
# with a line that stays.
_WITH_A_STORY = frozenset({"survey", "loud", "irony", "together", "warning"})
_NOT_OURS = frozenset({"songs", "together", "other", "elsewhere"})
_STAYING = frozenset({"letter", "bereaved", "hug"})
# Forms in which her own words are said back, after our line or before it.
_FOR_OTHERS = frozenset({"comfort", "warning"})
_RETOLD = _FOR_OTHERS | {"together", "other", "elsewhere"}


class Answer(Pieces):
    """One answer in the making."""

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
            "mood": self._mood,
            "plan": self._plan,
            "form": self._form,
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
        extra = self._extra() if self._words > CHAT or not (advice and self._own) else []
        return [*hear, *extra, *(advice or self._stay()), self.ask()]

    def _vent(self) -> list[Sentence]:
        if self._new:
            return self._story()
        self._leaves()
        idea = self._advice() if not self._thread.ideas(2) else []
        rest = [*self._hear(), *self._extra(), *(idea or self._stay())]
        enough = self._thread.asked and not self._bare
        return rest if enough else [*rest, self.ask()]

    def _answer(self) -> list[Sentence]:
        if self._thread.last_act == "good_news":
            return self._good_news()
        fresh = not self._thread.ideas(2) or self._advisor.believes(self._now.message)
        if self._new or self._leaves():
            idea = self._advice() if fresh else []
            return [*self._hear(), *(idea or self._extra()), self.ask()]
        first = self._acknowledge() if self._words <= CHAT else self._hear()
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

    def _mood(self) -> list[Sentence]:
        first = self._say(Place.HEAR, self._acts(f"mood_{self._act.kind}"))
        return [*first, self.ask(self._acts("mood_ask"))]

    def _plan(self) -> list[Sentence]:
        return [*self._say(Place.HEAR, self._acts("plan")), self.ask(self._acts("plan_ask"))]

    def _form(self) -> list[Sentence]:
        """What is no story told to a coach: a letter to the ex, comfort for others, a link."""
        kind = self._act.kind
        if self._own is not None and kind in _WITH_A_STORY:
            return self._story()
        letter = kind.startswith("letter_")
        if letter and self._closed and kind != "letter_angry":
            kind = "letter_plain"
        if kind in _NOT_OURS:
            self.scope = "silent"
        group = "letter" if letter else kind
        first = self._say(Place.HEAR, self._acts(f"form_{kind}"))
        if self._words > TOLD and kind in _RETOLD:
            key = self._key_words(plainly=True)
            first = [*first, *key] if kind in _FOR_OTHERS else [*key, *first]
        stay = self._say(Place.STAY, self._acts(f"form_{group}_stay")) if group in _STAYING else []
        idea = self._advice()[:1] if kind == "survey" and self._own else []
        return [*first, *stay, *idea, self.ask(self._acts(f"form_{group}_ask"))]

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
        if self._own and LIGHT & set(self._own.feelings):
            return [*self._hear(), *self._say(Place.STAY, self._acts("good_stay")), self.ask()]
        first = self._say(Place.HEAR, self._acts("good_news"), again=True)
        idea = self._advice()[:1] if self._words > CHAT and not self._thread.ideas(1) else []
        stay = idea or self._say(Place.STAY, self._acts("good_stay"))
        return [*first, *stay, self.ask(self._voice.acts["good_ask"])]
