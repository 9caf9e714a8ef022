"""Two people side by side, each in a browser of her own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from chrome import Server, Watched, answered, button, write
from playwright.sync_api import Route, expect

from coach.records import Records

pytestmark = pytest.mark.browser

HERS = "he left on a sunday and i keep counting the weeks"
OTHERS = ("the flat is so quiet without her", "i cannot sleep since she went")


def _threads(server: Server, person: Watched) -> list[str]:
    """The ids of her conversations, the latest first."""
    (cookie,) = (one for one in person.context.cookies() if one["name"] == "coach_person")
    data = Path(server.environment["COACH_DATA_DIR"])
    with Records(f"sqlite:///{data}/coach.sqlite3") as records:
        return [one.id for one in records.threads(cookie["value"])]


def test_neither_sees_a_word_of_the_other(newcomer: Callable[..., Watched], server: Server) -> None:
    she, other = newcomer(), newcomer()
    first, second = she.open(server.url), other.open(server.url)
    write(first, HERS)
    for count, text in enumerate(OTHERS):
        if count:
            button(second, "Start a new conversation").click()
            expect(second.locator("#talk .user-row")).to_have_count(0)
        write(second, text)
        answered(second)
    answered(first)
    for page, text in ((first, HERS), (second, OTHERS[-1])):
        page.reload()
        expect(page.locator("#talk .user-row")).to_have_text(text)
        button(page, "Your conversations").click()
        expect(page.locator("#thread-list label").first).to_contain_text(text[:20])
    assert first.locator("#thread-list label").count() == 1
    assert second.locator("#thread-list label").count() == 2

    # A browser can be made to ask for a conversation that is not in its list.
    (wanted,), own = _threads(server, she), _threads(server, other)
    asked: list[str] = []

    def ask_for_hers(route: Route) -> None:
        said = route.request.post_data or ""
        if own[-1] in said:
            asked.append(route.request.url)
        route.continue_(post_data=said.replace(own[-1], wanted))

    second.route("**/gradio_api/**", ask_for_hers)
    second.locator("#thread-list label").last.click()
    # It is as if there were none.
    expect(second.get_by_text("What is on your mind?")).to_be_visible()
    assert asked
    for text in (HERS, HERS[:20], wanted):
        assert text not in second.content()
    second.unroute("**/gradio_api/**")
    second.locator("#thread-list label").last.click()
    expect(second.locator("#talk .user-row")).to_have_text(OTHERS[0])
    first.reload()
    expect(first.locator("#talk .user-row")).to_have_text(HERS)
