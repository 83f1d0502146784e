"""Cards while they are worked on: what was known last stands there, how far the next answer is, what comes of it."""

import html
import json
import re
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from groundswell.dashboards.tests.conftest import FUNNEL, SIGN_UPS, made
from groundswell.dashboards.tests.test_board_page import PART, address, card_text
from groundswell.insights.desk import Desk, desk
from groundswell.insights.service import ask
from groundswell.insights.types import Answer
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.store import service as store
from groundswell.workspace.types import Role
from tests.visitors import member
from tests.world import World, track

VALUES = 1  # what is offered in a form of a condition is asked for too


@pytest.fixture
def ada(board: World) -> Client:
    return member(board.project, "ada", Role.EDITOR)


def test_a_refusal_stays_in_its_card(ada: Client, board: World) -> None:
    shown = made(board, {"question": {**SIGN_UPS, "interval": "hour"}}, {"question": FUNNEL})
    years = "?date_from=2020-01-01&date_to=2026-12-31"
    assert "makes more than 5000 periods" in card_text(ada, board, shown, 0, years)
    assert "100.0%" in card_text(ada, board, shown, 1, years)


def test_what_takes_long_says_for_how_long_and_asks_again(
    ada: Client, board: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = made(board, {"question": SIGN_UPS})
    monkeypatch.setattr(Desk, "ask", lambda *_args, **_more: None)
    monkeypatch.setattr("groundswell.dashboards.pages.cards.PATIENCE", 0.7)
    card = address(board, "card", shown.id, shown.cards[0].id)
    first = ada.get(card, headers=PART).content.decode()
    assert f'hx-get="{card}?waited=1" hx-trigger="load' in first
    later = ada.get(f"{card}?date_from=2026-01-01&date_to=2026-01-31&waited=61", headers=PART).content.decode()
    assert "for 1m 6s by now" in later
    assert "waited=66" in later


def test_where_too_much_is_asked_a_card_waits_for_its_turn(
    ada: Client, board: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_args: Any, **_more: Any) -> None:
        raise Refusal(503, "busy", said("Many questions of this project are being answered."))

    shown = made(board, {"question": SIGN_UPS})
    monkeypatch.setattr(Desk, "ask", busy)
    part = ada.get(address(board, "card", shown.id, shown.cards[0].id), headers=PART).content.decode()
    assert "<progress" in part and "Many questions" not in part


def test_what_is_known_stands_there_at_once_and_is_not_asked_again(ada: Client, board: World) -> None:
    shown = made(board, {"question": SIGN_UPS, "display": "number"}, {"question": FUNNEL})
    page = address(board, "board", shown.id)
    assert ada.get(page).content.decode().count("hx-get=") == 2 + VALUES
    card_text(ada, board, shown)
    again = ada.get(page).content.decode()
    assert again.count("hx-get=") == 1 + VALUES
    assert "<strong>" in again and ">3</a></strong>" in again


def test_what_was_known_before_something_came_is_shown_while_it_is_asked_anew(ada: Client, board: World) -> None:
    shown = made(board, {"question": SIGN_UPS, "display": "number"})
    card_text(ada, board, shown)
    board.send(track("eve", "Signed Up", "2026-01-20T10:00:00Z", plan="pro"))
    page = ada.get(address(board, "board", shown.id)).content.decode()
    assert ">3</a></strong>" in page
    assert f'hx-get="{address(board, "card", shown.id, shown.cards[0].id)}" hx-trigger="intersect once"' in page


def test_while_an_old_answer_stands_there_it_is_said_that_another_is_coming(
    ada: Client, board: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = made(board, {"question": SIGN_UPS, "display": "number"})
    card_text(ada, board, shown)
    board.send(track("eve", "Signed Up", "2026-01-20T10:00:00Z", plan="pro"))
    monkeypatch.setattr(Desk, "ask", lambda *_args, **_more: None)
    monkeypatch.setattr(Desk, "progress", lambda *_args: 0.42)
    part = ada.get(address(board, "card", shown.id, shown.cards[0].id), headers=PART).content.decode()
    assert ">3</a></strong>" in part and "being worked out anew" in part
    assert 'max="100" value="42"' in part
    assert 'action="/p/' in part and "/insights/stop" in part
    asked = [json.loads(html.unescape(each)) for each in re.findall(r'name="q" value="([^"]+)"', part)]
    assert [(each["interval"], each["date_from"]) for each in asked] == [
        ("whole", "2026-01-01"), ("whole", "2025-12-01"),
    ]  # fmt: skip


def test_a_card_that_somebody_stopped_can_be_asked_again(
    ada: Client, board: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_args: Any, **_more: Any) -> None:
        raise Refusal(409, "stopped", said("Somebody stopped it."))

    shown = made(board, {"question": SIGN_UPS})
    monkeypatch.setattr(Desk, "ask", stopped)
    card = address(board, "card", shown.id, shown.cards[0].id)
    part = ada.get(card, headers=PART).content.decode()
    assert "Somebody stopped it." in part and "Ask again" in part
    monkeypatch.undo()
    assert "Ask again" not in ada.get(card, headers=PART).content.decode()
    board.send(track("eve", "Signed Up", "2026-01-20T10:00:00Z", plan="pro"))
    monkeypatch.setattr(Desk, "ask", stopped)
    part = ada.get(card, headers=PART).content.decode()
    assert "Somebody stopped it." not in part and "Stopped." in part
    assert '<div class="plot">' in part  # what was known stays


class Slow:
    """No question is answered until it is told so; looks whether it is stopped meanwhile."""

    def __init__(self) -> None:
        self.may_go_on = threading.Event()

    def ask(self, *args: Any, **kwargs: Any) -> Answer:
        while not self.may_go_on.wait(0.01):
            store.look()
        return ask(*args, **kwargs)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    made = Slow()
    monkeypatch.setattr("groundswell.insights.desk.ask", made.ask)
    monkeypatch.setattr("groundswell.dashboards.pages.cards.PATIENCE", 0.05)
    yield made
    made.may_go_on.set()


def test_a_card_is_stopped_whole_and_begun_again(ada: Client, board: World, slow: Slow) -> None:
    shown = made(board, {"question": SIGN_UPS, "display": "number"})
    card = address(board, "card", shown.id, shown.cards[0].id)
    part = ada.get(card, headers=PART).content.decode()
    named = [html.unescape(each) for each in re.findall(r'name="q" value="([^"]+)"', part)]
    ada.post(f"/p/{board.project.id}/insights/stop", {"q": named}, headers=PART)
    end = time.monotonic() + 5
    while any(asked.project == board.project.id for asked in desk._at_work):
        assert time.monotonic() < end, "the days before are still worked on"
        time.sleep(0.01)
    stopped = ada.get(f"{card}?waited=1", headers=PART).content.decode()
    assert "was stopped before it was answered" in stopped
    assert f'hx-get="{card}" hx-target="closest .body"' in stopped
    assert "<progress" in ada.get(card, headers=PART).content.decode()
    slow.may_go_on.set()
    assert ">3</a></strong>" in ada.get(f"{card}?waited=1", headers=PART).content.decode()
