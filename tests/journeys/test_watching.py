"""Somebody watches what comes in, in a real browser: it appears by itself, rests when told to, and names are given."""

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browsing import chromium, why_not
from tests.journeys.running import HTTP, Project, Server
from tests.journeys.test_stories import PATIENCE, Person

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())
ONCE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
LANGUAGES = pytest.mark.parametrize("language", ["en", "ko"])
_numbers = itertools.count(1)
REST = 5_000  # milliseconds: longer than the page waits between two looks


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def board(server: Server) -> Project:
    return server.new_project(f"Watched {next(_numbers)}")


def sends(board: Project, event: str) -> None:
    body = {"writeKey": board.write_key, "event": event, "userId": "ada"}
    assert HTTP.post(f"{board.url}/v1/track", json=body).status_code == 200


def rests(person: Person) -> None:
    """Looks on for a while, without waiting for it; what the page asks for then is answered."""
    person.page.clock.fast_forward(REST)
    person.page.wait_for_timeout(500)


@ONCE
@LANGUAGES
def test_events_appear_while_one_watches(server: Server, board: Project, browser: Browser, language: str) -> None:
    ada = Person(browser, server.url, language)
    ada.signs_in("ada@example.com", "correct horse")
    ada.page.clock.install()
    ada.page.goto(f"{server.url}/p/{board.id}/live")
    ada.reads("Nothing came in lately.")
    stream = ada.page.locator("#stream > li")

    ada.presses("Send a test event")
    expect(stream).to_have_count(1, timeout=PATIENCE)
    expect(stream.first).to_contain_text("Test Event")
    expect(ada.page.get_by_text(ada.words("Nothing came in lately."))).not_to_be_visible()

    stream.first.locator("summary").click()
    sends(board, "Opened")
    expect(stream).to_have_count(2, timeout=PATIENCE)
    expect(stream.first).to_contain_text("Opened")
    expect(stream.nth(1).locator("pre")).to_be_visible()  # what was open stays open

    ada.presses("Pause")
    sends(board, "Closed")
    board.settled(3)
    rests(ada)
    expect(stream).to_have_count(2)
    ada.presses("Go on")
    expect(stream).to_have_count(3, timeout=PATIENCE)

    ada.page.fill("input[name=name]", "clos")
    sends(board, "Saved")
    board.settled(4)
    rests(ada)
    expect(stream).to_have_count(3)  # whoever types is not disturbed
    ada.page.keyboard.press("Enter")
    expect(stream).to_have_count(1, timeout=PATIENCE)
    expect(stream.first).to_contain_text("Closed")
    ada.end()
    assert ada.complaints == []


@ONCE
@LANGUAGES
def test_a_sign_up_of_another_name_is_named(server: Server, board: Project, browser: Browser, language: str) -> None:
    sends(board, "user_registered")
    board.settled(1)
    ada = Person(browser, server.url, language)
    ada.signs_in("ada@example.com", "correct horse")
    ada.page.goto(f"{server.url}/p/{board.id}/")
    ada.follows("Name your sign-up")
    ada.page.get_by_label(ada.words("Sign-up"), exact=True).fill("user_registered")
    ada.presses("Save")
    ada.reads("Written down.")
    named = ada.page.locator(".role").filter(has_text=ada.words("Sign-up")).first
    named.locator("a").click()
    expect(ada.page.locator("h1")).to_have_text("user_registered")
    expect(ada.page.locator("main")).to_contain_text(ada.words("Sign-up"))
    ada.page.get_by_label(ada.words("What it means")).fill("Somebody became ours")
    ada.presses("Save")
    ada.goes("Events")
    expect(ada.page.locator("main")).to_contain_text("Somebody became ours")
    ada.end()
    assert ada.complaints == []
