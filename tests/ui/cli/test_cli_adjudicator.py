"""The adjudicator from the command line: `coach ask` has it, `coach screen` never."""

import json

from fakes.endpoint import FakeEndpoint

from .conftest import InProcess

HINT = "the drawers are empty and the cat lives with my aunt, sunday is the last one"


def _on(fake: FakeEndpoint) -> dict[str, str]:
    return {
        "COACH_ADJUDICATOR": "true",
        "COACH_LLM": "endpoint",
        "COACH_MODEL": "ok",
        "OPENAI_BASE_URL": fake.url,
    }


def test_ask_takes_it_from_the_settings(in_process: InProcess, fake_endpoint: FakeEndpoint) -> None:
    fake_endpoint.first = ["crisis | sunday is the last one"]
    answered = in_process("ask", HINT, "--json", env=_on(fake_endpoint))
    assert json.loads(answered.stdout)["route"] == "crisis"
    assert len(fake_endpoint.requests) == 1


def test_screen_asks_no_language_model(in_process: InProcess, fake_endpoint: FakeEndpoint) -> None:
    fake_endpoint.first = ["crisis | sunday is the last one"]
    screened = in_process("screen", HINT, "--json", env=_on(fake_endpoint))
    assert json.loads(screened.stdout)["route"] == "coach"
    assert fake_endpoint.requests == []
