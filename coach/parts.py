"""What the road of a message works with, loaded once and shared by all conversations."""

import logging
from dataclasses import dataclass

from coach.errors import ConfigError, StorageError
from coach.exercises import Exercises
from coach.knowledge_base import open_knowledge
from coach.models import ModelProvider
from coach.respond.composer import Composer
from coach.respond.draft import Limits
from coach.respond.gate import Gate
from coach.respond.pause import Pause
from coach.respond.phrasebook import Voice, load_voice
from coach.respond.prompting import Prompt, load_prompt
from coach.respond.support import Support
from coach.safety import Screen
from coach.safety.adjudicator import Adjudicator
from coach.safety.classifier import Classifier
from coach.safety.helplines import contacts
from coach.safety.normalise import normalise
from coach.safety.rules import RuleBook
from coach.settings import Settings
from knowledge.errors import ArticleError, KnowledgeError
from knowledge.notes import Notes
from knowledge.retriever import PassageRetriever
from knowledge.stance import Stance, load_stance

__all__ = ["Parts", "load_parts"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts; they hold nothing of any person.

    Attributes:
        screen: The safety screen.
        retriever: Finds passages.
        notes: Ideas and questions by passage.
        stance: What may be said of the article.
        voice: The composer's sentences.
        support: What may be said of a passage.
        composer: Writes without a model.
        exercises: The article's exercises.
        pause: Offers to leave it here after a long while.
        gate: Judges drafted sentences.
        prompt: The prompt for an endpoint, which writes the whole answer.
        local_prompt: The prompt for the small model here, which goes on with what the composer
            began.
        models: Offers the model.
        limits: Time limits of a draft.
        orders: Slugs of passages of the operator's own articles that speak to a machine
            instead of a reader; they are used nowhere.
        adjudicator: Asks the model for alarms the screen missed, None when it is off.
    """

    screen: Screen
    retriever: PassageRetriever
    notes: Notes
    stance: Stance
    voice: Voice
    support: Support
    composer: Composer
    exercises: Exercises
    pause: Pause
    gate: Gate
    prompt: Prompt
    local_prompt: Prompt
    models: ModelProvider
    limits: Limits
    orders: frozenset[str]
    adjudicator: Adjudicator | None


def load_parts(settings: Settings) -> Parts:
    """Load everything; the index is built first where that is needed.

    Args:
        settings: The settings.

    Returns:
        The parts. The models are not started yet.

    Raises:
        ConfigError: A setting or a data file is wrong.
        StorageError: The index cannot be built or opened.
    """
    try:
        stance = load_stance()
        voice, prompt, local = load_voice(stance), load_prompt(), load_prompt("coach-local")
    except ArticleError as error:
        raise ConfigError(str(error)) from error
    rules = RuleBook.load()
    notes, retriever = open_knowledge(settings)
    encoder = retriever.embeddings
    gate = Gate(encoder, contacts())
    if settings.llm != "none":
        gate.check("Good evening.")  # it loads on first use, and her first draft should not wait
    return Parts(
        screen=_screen(rules),
        retriever=retriever,
        notes=notes,
        stance=stance,
        voice=voice,
        support=Support(notes, voice, stance),
        composer=Composer(voice, encoder),
        exercises=Exercises.load(),
        pause=Pause.load(),
        gate=gate,
        prompt=prompt,
        local_prompt=local,
        models=ModelProvider(settings, warmup=local.prefix),
        limits=Limits(settings.first_token_timeout, settings.stall_timeout, settings.total_timeout),
        orders=_orders(rules, retriever, stance),
        adjudicator=Adjudicator.load() if settings.adjudicator else None,
    )


def _screen(rules: RuleBook) -> Screen:
    classifier = Classifier.load()
    try:
        # It loads on first use: a wrong file is told now, and not to her first message.
        classifier.logits(["hello"])
    except KnowledgeError as error:
        raise StorageError(str(error)) from error
    return Screen((rules, classifier))


def _orders(rules: RuleBook, retriever: PassageRetriever, stance: Stance) -> frozenset[str]:
    """Passages of which a phrase rule says that they try to change what the coach is."""
    found = frozenset(
        slug
        for slug, passage in retriever.passages.items()
        if not stance.covers(passage)
        and any(signal.route == "injection" for signal in rules(normalise(passage.text)))
    )
    if found:
        _log.warning("passages that give orders to a machine are left out: %s", sorted(found))
    return found
