"""Dashboards in a real browser: a question is put on one, cards are arranged by hand, and it is shared with somebody
who has no account, until it is not any more."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.browsing import chromium, why_not
from tests.journeys.running import HTTP, Project, Server
from tests.journeys.test_stories import PATIENCE, Person

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())
ONCE = pytest.mark.parametrize("server", ["sqlite"], indirect=True)
LANGUAGES = pytest.mark.parametrize("language", ["en", "ko"])
PASSWORD = "tide-over-anchor"
DAYS = {"date_from": "-30d", "date_to": "-0d"}
SIGN_UPS = {"kind": "trend", "series": [{"event": "Signed Up"}], "interval": "day", **DAYS}
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def board(server: Server) -> Project:
    """A project of Ada's: two signed up, one of them made a board."""
    made = server.new_project(f"Dashboards {next(_numbers)}")
    events = [("ada", "Signed Up"), ("ben", "Signed Up"), ("ada", "Board Created")]
    batch = [
        {"type": "track", "userId": user, "event": event, "properties": {"plan": "free"}} for user, event in events
    ]
    assert HTTP.post(f"{made.url}/v1/batch", json={"writeKey": made.write_key, "batch": batch}).status_code == 200
    made.settled(len(batch))
    return made


def dashboard(board: Project, *cards: dict[str, Any]) -> str:
    """The path of a dashboard with these cards."""
    made = board.post("dashboards", {"name": "Mondays", "cards": list(cards), "filters": DAYS})
    return f"/p/{board.id}/dashboards/{made['id']}/"


def texts(letters: str) -> list[dict[str, Any]]:
    """A text card for each letter, four in a row."""
    return [{"text": letter, "title": letter, "width": 3} for letter in letters]


def arrangement(board: Project, path: str) -> list[tuple[str, int]]:
    """Its cards as they are kept."""
    number = path.rstrip("/").rpartition("/")[2]
    return [(card["title"], card["width"]) for card in board.get(f"dashboards/{number}")["cards"]]


def is_kept(board: Project, path: str, expected: list[tuple[str, int]], person: Person) -> None:
    """Waits until the cards are kept so."""
    for _ in range(100):
        if arrangement(board, path) == expected:
            return
        person.page.wait_for_timeout(100)
    assert arrangement(board, path) == expected


def card(person: Person, title: str) -> Locator:
    return person.page.locator(".tile").filter(has=person.page.get_by_role("heading", name=title, exact=True))


def grip(person: Person, title: str) -> Locator:
    return card(person, title).locator("[data-grip]")


@pytest.fixture
def comes(server: Server, browser: Browser) -> Iterator[Any]:
    """Somebody at the server, signed in or not; nothing may go wrong in their browser but what is refused to them."""
    here: list[Person] = []

    def person(language: str, *, is_ada: bool = True) -> Person:
        here.append(Person(browser, server.url, language))
        if is_ada:
            here[-1].signs_in("ada@example.com", "correct horse")
        return here[-1]

    yield person
    for each in here:
        each.end()
        assert each.complaints == []


@ONCE
@LANGUAGES
def test_a_question_is_put_on_a_dashboard_and_shared_until_it_is_revoked(
    board: Project, comes: Any, language: str
) -> None:
    ada = comes(language)
    ada.page.goto(f"{board.url}/p/{board.id}/insights/ask?kind=funnel")
    expect(ada.page.locator(".bar").first).to_contain_text("2", timeout=PATIENCE)
    ada.page.locator("summary").filter(has_text=ada.words("Add to a dashboard")).click()
    ada.page.get_by_placeholder(ada.words("Name of a new dashboard")).fill("Activation")
    ada.presses("Make it")
    ada.reads("The question is on the dashboard.")
    expect(ada.page.locator(".tile .way")).to_contain_text("Signed Up", timeout=PATIENCE)

    ada.page.locator("main a[href$='/shares/']").click()
    ada.page.get_by_label(ada.words("For whom")).fill("The board")
    ada.page.get_by_label(ada.words("Password, if you like")).fill(PASSWORD)
    ada.presses("Make a link")
    link = ada.page.locator("section.once pre").inner_text().strip()

    stranger = comes(language, is_ada=False)
    stranger.page.goto(link)
    stranger.page.get_by_label(stranger.words("Password"), exact=True).fill("a guess")
    stranger.page.locator("form.form button.go").click()
    stranger.reads("This is not the password.")
    stranger.complaints = [each for each in stranger.complaints if "401" not in each]
    stranger.page.get_by_label(stranger.words("Password"), exact=True).fill(PASSWORD)
    stranger.page.locator("form.form button.go").click()
    expect(stranger.page.locator("h1")).to_have_text("Activation")
    expect(stranger.page.locator(".tile .way")).to_contain_text("Signed Up", timeout=PATIENCE)
    expect(stranger.page.locator("html")).to_have_attribute("lang", language)
    assert stranger.page.locator("main a").count() == 0
    assert stranger.page.context.request.get(f"{board.url}/p/{board.id}/").url.startswith(f"{board.url}/sign-in")

    ada.page.reload()
    expect(ada.page.locator("main .rows")).to_contain_text("The board")
    ada.presses("Revoke")
    ada.reads("The link is revoked; it leads nowhere any more.")
    stranger.page.reload()
    stranger.reads("This link leads nowhere any more.")
    expect(stranger.page.locator(".tile")).to_have_count(0)
    stranger.complaints = [each for each in stranger.complaints if "404" not in each]


@ONCE
def test_cards_are_dragged_into_place(board: Project, comes: Any) -> None:
    path, ada = dashboard(board, *texts("abcd")), comes("en")
    ada.page.goto(board.url + path)
    begin, end = grip(ada, "d").bounding_box(), card(ada, "b").bounding_box()
    assert begin and end
    ada.page.mouse.move(begin["x"] + 4, begin["y"] + 4)
    ada.page.mouse.down()
    ada.page.mouse.move(end["x"] + 40, end["y"] + 40, steps=12)
    ada.page.mouse.up()
    is_kept(board, path, [("a", 3), ("d", 3), ("b", 3), ("c", 3)], ada)
    ada.page.reload()
    assert re.findall("[abcd]", "".join(ada.page.locator(".tile h2").all_inner_texts())) == list("adbc")

    edge = card(ada, "a").locator(".edge").bounding_box()
    assert edge
    ada.page.mouse.move(edge["x"] + 5, edge["y"] + 20)
    ada.page.mouse.down()
    ada.page.mouse.move(edge["x"] + edge["width"] + 260, edge["y"] + 20, steps=8)
    ada.page.mouse.up()
    is_kept(board, path, [("a", 6), ("d", 3), ("b", 3), ("c", 3)], ada)


@ONCE
def test_escape_puts_back_what_was_dragged(board: Project, comes: Any) -> None:
    path, ada = dashboard(board, *texts("abcd")), comes("en")
    ada.page.goto(board.url + path)
    begin, end = grip(ada, "d").bounding_box(), card(ada, "a").bounding_box()
    assert begin and end
    ada.page.mouse.move(begin["x"] + 4, begin["y"] + 4)
    ada.page.mouse.down()
    ada.page.mouse.move(end["x"] + 40, end["y"] + 40, steps=12)
    expect(ada.page.locator(".tile").first).to_contain_text("d")
    ada.page.keyboard.press("Escape")
    ada.page.mouse.up()
    expect(ada.page.locator(".tile").first).to_contain_text("a")
    assert "".join(ada.page.locator(".tile h2").all_inner_texts()).split() == ["abcd"]
    assert arrangement(board, path) == [(letter, 3) for letter in "abcd"]


@ONCE
@LANGUAGES
def test_cards_are_moved_and_widened_by_keys_and_it_is_said_where_they_are(
    board: Project, comes: Any, language: str
) -> None:
    path, ada = dashboard(board, *texts("abc")), comes(language)
    ada.page.goto(board.url + path)
    grip(ada, "c").focus()
    ada.page.keyboard.press("ArrowLeft")
    said = ada.words("is now card {place} of {all}").replace("{place}", "2").replace("{all}", "3")
    expect(ada.page.locator("#arranged")).to_have_text(f"c {said}")
    expect(grip(ada, "c")).to_be_focused()
    ada.page.keyboard.press("ArrowUp")
    ada.page.keyboard.press("Shift+ArrowRight")
    is_kept(board, path, [("c", 4), ("a", 3), ("b", 3)], ada)


@ONCE
@LANGUAGES
def test_all_cards_are_narrowed_in_the_address(board: Project, comes: Any, language: str) -> None:
    path = dashboard(board, {"question": SIGN_UPS, "title": "Sign-ups", "display": "number"})
    ada = comes(language)
    ada.page.goto(board.url + path)
    expect(card(ada, "Sign-ups").locator("strong")).to_have_text("2", timeout=PATIENCE)
    ada.page.locator("details.word.more summary").click()
    sheet = ada.page.locator("details.word.more .sheet")
    sheet.locator("input[name=name]").fill("plan")
    sheet.locator("input[name=value]").fill("pro")
    sheet.locator("button.go").click()
    expect(card(ada, "Sign-ups").locator("strong")).to_have_text("0", timeout=PATIENCE)
    assert "where=" in ada.page.url
    ada.presses("Open it so from now on")
    ada.reads("The dashboard opens with these filters from now on.")
    assert "where=" not in ada.page.url
    expect(card(ada, "Sign-ups").locator("strong")).to_have_text("0", timeout=PATIENCE)
