"""The reply to the ex, looked over."""

from collections.abc import Callable

from coach.exercises import Exercises, StepReply

Text = Callable[[StepReply], str]


def test_a_draft_is_looked_over_and_shortened(exercises: Exercises, talk, text_of: Text) -> None:
    exercise = exercises.get("he-wrote")
    assert exercise is not None
    assert exercise.draft is not None
    say = {one.name: [talk.partner.fill(t) for t in one.say] for one in exercise.draft.findings}

    def found(reply: StepReply) -> set[str]:
        return {
            name for name, lines in say.items() if set(lines) & {s.text for s in reply.sentences}
        }

    talk.begin("he-wrote")
    talk.say("he wrote: how are you, saw your mum")
    first = talk.say("Thanks for asking. You never asked before, and I miss you. Coffee on Sunday?")
    assert first.state.step == 3
    assert found(first) == {"kind", "reproach", "longing"}
    second = talk.say("Thanks for asking, how are you?")
    assert second.state.step == 3
    assert found(second) == {"kind", "question"}
    third = talk.say("Thanks for asking. How are you?")
    assert third.state.step == 4
    assert found(third) == set()
    page = talk.say("sore, I think").state.page
    assert page is not None
    assert "> Thanks for asking. How are you?" in page.text
    assert "Thanks for asking, how are you?" not in page.text
    for sentence in (*first.sentences, *second.sentences):
        named = any(sentence.text in lines for lines in say.values())
        assert (sentence.passage is not None) is named


def test_a_draft_that_needs_nothing_is_not_written_twice(talk) -> None:
    talk.begin("he-wrote")
    talk.say("he asked for the drill")
    assert talk.say("Thanks for the message. The drill is in the shed.").state.step == 4


def test_a_reply_that_is_out_already_is_no_exercise(talk) -> None:
    talk.begin("he-wrote")
    assert talk.say("I already sent it").sentences == ()
