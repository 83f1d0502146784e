"""Somebody asks what takes long: they see how far it is, have it stopped, and are told so; who hangs up has it stopped
as well."""

import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.journeys.browsing import chromium, why_not
from tests.journeys.running import HTTP, Project, Server
from tests.journeys.test_stories import PATIENCE, Person

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())
LANGUAGES = pytest.mark.parametrize("language", ["en", "ko"])
DAYS = {"date_from": "-30d", "date_to": "-0d"}
SIGN_UPS = {"kind": "trend", "series": [{"event": "Signed Up", "measure": "total"}], "interval": "day", **DAYS}
ABORTED = ("htmx:afterRequest", "htmx:sendAbort")  # as htmx says it
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose questions wait while they are held."""
    program = [sys.executable, str(Path(__file__).with_name("held.py"))]
    running = Server(tmp_path_factory.mktemp("held"), program=program)
    running.start()
    yield running
    let_go(running)
    assert running.stop() == 0


@pytest.fixture
def board(slow: Server) -> Project:
    """A project of Ada's where two signed up."""
    let_go(slow)
    made = slow.new_project(f"Held {next(_numbers)}")
    signs_up(made, "ada", "ben")
    return made


def signs_up(board: Project, *users: str) -> None:
    batch = [{"type": "track", "userId": user, "event": "Signed Up"} for user in users]
    before = board.get("ingestion")["accepted"]
    assert HTTP.post(f"{board.url}/v1/batch", json={"writeKey": board.write_key, "batch": batch}).status_code == 200
    board.settled(before + len(batch))


def hold(slow: Server) -> None:
    (slow.data / "hold").touch()


def let_go(slow: Server) -> None:
    (slow.data / "hold").unlink(missing_ok=True)


def stopped(slow: Server) -> int:
    """How many questions were stopped so far."""
    kept = slow.data / "stopped"
    return len(kept.read_text()) if kept.exists() else 0


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not is_so() and time.monotonic() < end:
        time.sleep(0.05)
    assert is_so()


@pytest.fixture
def comes(slow: Server, browser: Browser) -> Iterator[Any]:
    """Ada at the server; nothing may go wrong in her browser but what is refused, or not waited for any more, because
    she stopped it."""
    here: list[Person] = []

    def person(language: str) -> Person:
        here.append(Person(browser, slow.url, language))
        here[-1].signs_in("ada@example.com", "correct horse")
        return here[-1]

    yield person
    for each in here:
        each.end()
        assert [text for text in each.complaints if "409" not in text and not text.startswith(ABORTED)] == []


def sees_progress(within: Locator) -> None:
    expect(within.locator("progress")).to_have_attribute("value", "40", timeout=PATIENCE)


@LANGUAGES
def test_a_long_question_is_watched_stopped_and_asked_again(
    slow: Server, board: Project, comes: Any, language: str
) -> None:
    ada = comes(language)
    answer, before = ada.page.locator("#answer"), stopped(slow)
    hold(slow)
    ada.page.goto(f"{board.url}/p/{board.id}/insights/ask?q={quote(json.dumps(SIGN_UPS))}")
    ada.reads("Looking at many events. The answer comes in a moment.")
    sees_progress(answer)
    expect(answer).to_contain_text("40%")
    ada.presses("Stop")
    ada.reads("Stopped.")
    expect(answer.locator("progress")).to_have_count(0)
    until(lambda: stopped(slow) == before + 1)

    ada.follows("Ask again", within="#answer")
    sees_progress(answer)
    let_go(slow)
    ada.reads("Number by number")  # comes by itself
    expect(answer.locator("tbody")).to_contain_text("2")

    hold(slow)
    signs_up(board, "cleo")
    ada.page.reload()
    ada.reads("Number by number")  # what was known stands there
    sees_progress(answer)
    ada.presses("Stop")
    ada.reads("Stopped.")
    expect(answer.locator("tbody")).to_contain_text("2")
    let_go(slow)
    ada.follows("Ask again", within="#answer")
    expect(answer.locator("tbody")).to_contain_text("3", timeout=PATIENCE)


@LANGUAGES
def test_a_card_says_what_it_said_last_is_stopped_and_asked_again(
    slow: Server, board: Project, comes: Any, language: str
) -> None:
    cards = [{"question": SIGN_UPS, "title": "Sign-ups", "display": "number"}]
    made = board.post("dashboards", {"name": "Mondays", "cards": cards, "filters": DAYS})
    ada = comes(language)
    tile = ada.page.locator(".tile")
    hold(slow)
    ada.page.goto(f"{board.url}/p/{board.id}/dashboards/{made['id']}/")
    sees_progress(tile)
    let_go(slow)
    expect(tile.locator("strong").first).to_have_text("2", timeout=PATIENCE)

    signs_up(board, "cleo")
    hold(slow)
    ada.page.goto(f"{board.url}/p/{board.id}/")
    ada.page.goto(f"{board.url}/p/{board.id}/dashboards/{made['id']}/")
    expect(tile.locator("strong").first).to_have_text("2")  # at once
    sees_progress(tile)
    before = stopped(slow)
    ada.presses("Stop")
    ada.reads("Stopped.")
    expect(tile.locator("strong").first).to_have_text("2")  # what was known stays
    assert stopped(slow) == before + 2  # the days before, too

    ada.presses("Ask again")
    expect(tile.locator("strong").first).to_have_text("2", timeout=PATIENCE)
    sees_progress(tile)
    let_go(slow)
    expect(tile.locator("strong").first).to_have_text("3", timeout=PATIENCE)
    expect(tile.locator("progress")).to_have_count(0)


def test_who_hangs_up_has_their_question_stopped(slow: Server, board: Project) -> None:
    before = stopped(slow)
    hold(slow)
    address = f"{board.url}/api/v1/projects/{board.id}/ask"
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(address, json=SIGN_UPS, headers={"Authorization": f"Bearer {board.secret_key}"}, timeout=1)
    until(lambda: stopped(slow) == before + 1)
    let_go(slow)
    assert sum(row[3] for row in board.post("ask", SIGN_UPS)["rows"]) == 2
