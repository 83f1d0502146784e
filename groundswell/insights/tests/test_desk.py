"""Slow questions go on while the page says so, and nobody asks the same twice."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from groundswell.insights import desk as desks
from groundswell.insights.desk import Desk
from groundswell.insights.questions import check
from groundswell.insights.types import Answer, Question
from groundswell.kernel.errors import Refusal
from groundswell.workspace.types import ProjectCard

PROJECT = ProjectCard(1, "Ada's", "UTC", "USD", "en")
QUESTION = check(
    {"kind": "trend", "series": [{"event": "A"}], "date_from": "2026-01-01", "date_to": "2026-01-02"}, "UTC"
)


class Slow:
    """Answers when it is told to; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0
        self.may_go_on = threading.Event()

    def __call__(self, project: ProjectCard, question: Question, **_: Any) -> Answer:
        self.asked += 1
        self.may_go_on.wait(10)
        return Answer(question, (), [[self.asked]], "", 1.0)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    made = Slow()
    monkeypatch.setattr(desks, "answered", made)
    yield made
    made.may_go_on.set()


def test_a_page_does_not_wait_for_a_slow_answer_and_gets_it_later(slow: Slow) -> None:
    desk = Desk()
    assert desk.ask(PROJECT, QUESTION, patience=0.01, afresh=True) is None
    slow.may_go_on.set()
    assert desk.ask(PROJECT, QUESTION) is not None
    assert slow.asked == 1


def test_who_asks_the_same_meanwhile_waits_for_the_same(slow: Slow) -> None:
    desk = Desk()
    for _ in range(3):
        assert desk.ask(PROJECT, QUESTION, patience=0.01, afresh=True) is None
    assert slow.asked == 1


def test_a_page_that_is_loaded_again_asks_again_but_its_chart_does_not(slow: Slow) -> None:
    desk = Desk()
    slow.may_go_on.set()
    first = desk.ask(PROJECT, QUESTION, afresh=True)
    assert desk.ask(PROJECT, QUESTION) is first
    second = desk.ask(PROJECT, QUESTION, afresh=True)
    assert second is not None
    assert second.rows == [[2]]
    assert desk.ask(PROJECT, QUESTION) is second


def test_an_answer_is_forgotten_after_a_while(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    slow.may_go_on.set()
    desk.ask(PROJECT, QUESTION)
    monkeypatch.setattr(desks, "KEPT", -1.0)
    desk.ask(PROJECT, QUESTION)
    assert slow.asked == 2


def test_a_refusal_reaches_who_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> Answer:
        raise Refusal(422, "question_too_large", "Too much.")

    monkeypatch.setattr(desks, "answered", refuse)
    with pytest.raises(Refusal, match="Too much"):
        Desk().ask(PROJECT, QUESTION)


def test_another_project_s_answer_is_not_taken(slow: Slow) -> None:
    desk = Desk()
    slow.may_go_on.set()
    other = ProjectCard(2, "Ben's", "UTC", "USD", "en")
    assert desk.ask(PROJECT, QUESTION) is not desk.ask(other, QUESTION)
