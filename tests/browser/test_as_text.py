"""Whatever people, models and articles write is shown as text: nothing of it is obeyed.

That nothing was executed, asked of another host or complained of is what `Watched` sees.
"""

import pytest
from chrome import Server, Watched, answered, fits, only_text, write
from playwright.sync_api import expect

from .conftest import NASTY

pytestmark = pytest.mark.browser


def test_what_people_write(person: Watched, server: Server) -> None:
    text = f"{NASTY} <b>loud</b> &lt;i&gt; **stars** $$x^2$$ I keep checking his page"
    page = person.open(server.url)
    write(page, text)
    answered(page)
    hers = page.locator("#talk .user-row [data-testid=user]")
    expect(hers).to_have_text(text)
    page.get_by_role("button", name="Your conversations").click()
    expect(page.locator("#thread-list label")).to_contain_text("<img src=x")
    only_text(page)
    page.reload()
    expect(hers).to_have_text(text)


def test_twenty_thousand_bytes_of_faces_from_right_to_left(person: Watched, server: Server) -> None:
    text = "\u202eהוא עזב אותי ואני עצוב\u202c " + "😭" * 5000 + " i miss him so much"
    assert len(text.encode()) > 20_000
    page = person.open_on_phone(server.url)
    write(page, text)
    answered(page)
    expect(page.locator("#talk .user-row [data-testid=user]")).to_have_text(text)
    only_text(page)
    page.set_viewport_size({"width": 320, "height": 568})
    fits(page)
    write(page, "and now it is quiet")
    answered(page, 2)
