"""Whatever she writes, in whatever order: no error, one question at most, no loop."""

from hypothesis import given, settings
from hypothesis import strategies as st

from coach.exercises import Exercises
from coach.reply import Turn
from coach.respond.partner import Partner

EXERCISES = Exercises.load()
IDS = [exercise.id for exercise in EXERCISES]
PARTNERS = [Partner(), Partner("your husband", "he"), Partner("your wife", "she")]
KNOWN = [
    "idk", "stop", "skip", "done", "no", "ok", "yes please", "what do you mean?", "bye",
    "go on with the exercise", "give me an exercise", "what exercises are there?", "{hers} {0}",
    "should i text him?", "he just texted me", "his patience", "I miss you, can we meet? why?",
    "<b>x</b> **y**", "the second one", "not now", "…", "I want to text him", "a" * 3000,
    *(exercise.chip for exercise in EXERCISES),
]  # fmt: skip
MESSAGES = st.lists(st.one_of(st.sampled_from(KNOWN), st.text(max_size=60)), max_size=12)
FORBIDDEN = st.frozensets(
    st.sampled_from(["abuse", "cheating", "crisis", "minor", "no_contact"]), max_size=1
)


@settings(max_examples=120, deadline=None)
@given(
    messages=MESSAGES,
    forbidden=FORBIDDEN,
    first=st.sampled_from(IDS),
    partner=st.sampled_from(PARTNERS),
    plain=st.booleans(),
)
def test_any_conversation_holds(
    messages: list[str], forbidden: frozenset[str], first: str, partner: Partner, plain: bool
) -> None:
    begun = EXERCISES.get(first)
    assert begun is not None
    history: list[Turn] = []
    reply = EXERCISES.start(begun, history, partner)

    def keep(message: str, sentences: object, tag: str | None) -> None:
        text = " ".join(one.text for one in sentences) or "An ordinary answer."
        assert text.count("?") <= 1, text
        assert "!" not in text.replace(message.strip(), "")
        assert "{" not in text
        kept = None if plain else tag
        route = None if plain else "exercise" if tag else "coach"
        history.append(Turn(role="user", content=message))
        history.append(Turn(role="assistant", content=text, route=route, exercise=kept))

    keep("hello", reply.sentences, reply.tag)
    for message in messages:
        position = EXERCISES.running(history)
        if position is not None:
            before = (position.step, position.again)
            reply = EXERCISES.advance(position, message, partner, forbidden)
            after = (reply.state.step, EXERCISES.running(history) is not None)
            assert reply.state.status != "running" or reply.state.step >= before[0]
            assert not (before[1] and reply.state.status == "running" and after[0] == before[0])
            keep(message, reply.sentences, reply.tag)
            continue
        asked = EXERCISES.asked(message, forbidden, history, partner)
        if asked is None:
            found = EXERCISES.fitting(message, history, ["mourn"], forbidden)
            offer = [EXERCISES.offer(found, history, partner)] if found is not None else []
            assert found is None or found.open_to(forbidden)
            keep(message, offer, None)
        elif asked.exercise is not None:
            reply = EXERCISES.start(asked.exercise, history, partner, forbidden)
            keep(message, reply.sentences, reply.tag)
        elif asked.position is not None:
            reply = EXERCISES.resume(asked.position, partner, forbidden)
            keep(message, reply.sentences, reply.tag)
        else:
            keep(message, asked.sentences, None)
