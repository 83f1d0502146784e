"""Slow questions go on while the page says so, and nobody asks the same twice."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from groundswell.insights import desk as desks
from groundswell.insights.desk import Desk
from groundswell.insights.kinds import check
from groundswell.insights.types import Answer, Question
from groundswell.kernel.errors import Refusal
from groundswell.workspace.types import ProjectCard

PROJECT = ProjectCard(1, "Ada's", "UTC", "USD", "en")
OTHER = ProjectCard(2, "Ben's", "UTC", "USD", "en")


def question(event: str) -> Question:
    days = {"date_from": "2026-01-01", "date_to": "2026-01-02"}
    return check({"kind": "trend", "series": [{"event": event}], **days}, "UTC")


QUESTION = question("A")


class Slow:
    """Answers when it is told to; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked, self.rows = 0, 1
        self.may_go_on = threading.Event()

    def __call__(self, project: ProjectCard, question: Mapping[str, Any], **_: Any) -> Answer:
        self.asked += 1
        self.may_go_on.wait(10)
        return Answer(check(question, "UTC"), (), [[self.asked]] * self.rows, "", 1.0)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    made = Slow()
    monkeypatch.setattr(desks, "ask", made)
    yield made
    made.may_go_on.set()


def test_a_page_does_not_wait_for_a_slow_answer_and_gets_it_later(slow: Slow) -> None:
    desk = Desk()
    desk.begin(PROJECT, QUESTION)
    assert desk.ask(PROJECT, QUESTION, patience=0.01) is None
    slow.may_go_on.set()
    assert desk.ask(PROJECT, QUESTION) is not None
    assert slow.asked == 1


def test_who_asks_the_same_meanwhile_waits_for_the_same(slow: Slow) -> None:
    desk = Desk()
    for _ in range(3):
        desk.begin(PROJECT, QUESTION)
        assert desk.ask(PROJECT, QUESTION, patience=0.01) is None
    assert slow.asked == 1


def test_a_page_that_is_loaded_again_asks_again_but_its_chart_does_not(slow: Slow) -> None:
    desk = Desk()
    slow.may_go_on.set()
    desk.begin(PROJECT, QUESTION)
    first = desk.ask(PROJECT, QUESTION)
    assert desk.ask(PROJECT, QUESTION) is first
    desk.begin(PROJECT, QUESTION)
    second = desk.ask(PROJECT, QUESTION)
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

    monkeypatch.setattr(desks, "ask", refuse)
    with pytest.raises(Refusal, match="Too much"):
        Desk().ask(PROJECT, QUESTION)


def test_another_project_s_answer_is_not_taken(slow: Slow) -> None:
    desk = Desk()
    slow.may_go_on.set()
    other = ProjectCard(2, "Ben's", "UTC", "USD", "en")
    assert desk.ask(PROJECT, QUESTION) is not desk.ask(other, QUESTION)


def test_slow_questions_of_one_project_do_not_hold_up_another_s(monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on = threading.Event()

    def ask(project: ProjectCard, asked: Mapping[str, Any], **_: Any) -> Answer:
        if project == PROJECT:
            may_go_on.wait(10)
        return Answer(check(asked, "UTC"), (), [], "", 1.0)

    monkeypatch.setattr(desks, "ask", ask)
    desk = Desk()
    for number in range(10):
        assert desk.ask(PROJECT, question(str(number)), patience=0.01) is None
    assert desk.ask(OTHER, QUESTION, patience=5) is not None
    may_go_on.set()
    for number in range(10):
        assert desk.ask(PROJECT, question(str(number)), patience=5) is not None


def test_a_project_that_asks_too_much_at_once_is_told(slow: Slow) -> None:
    desk, most = Desk(), desks.OF_A_PROJECT + desks.MOST_WAITING
    for number in range(most):
        assert desk.ask(PROJECT, question(str(number)), patience=0.001) is None
    with pytest.raises(Refusal, match="Many questions"):
        desk.ask(PROJECT, question("one more"))
    slow.may_go_on.set()
    assert desk.ask(PROJECT, question(str(most - 1)), patience=5) is not None
    assert desk.ask(PROJECT, question("one more"), patience=5) is not None


def test_of_many_large_answers_the_oldest_are_let_go(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "MOST_KEPT", 25)
    slow.rows = 10
    slow.may_go_on.set()
    desk = Desk()
    kept = [desk.ask(PROJECT, question(str(number))) for number in range(4)]
    assert desk.ask(PROJECT, question("3")) is kept[3]
    assert desk.ask(PROJECT, question("2")) is kept[2]
    assert desk.ask(PROJECT, question("0")) is not kept[0]
