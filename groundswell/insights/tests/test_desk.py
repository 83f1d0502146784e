"""Slow questions go on while the page says so, and nobody asks the same twice."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from groundswell.insights import desk as desks
from groundswell.insights.desk import Desk
from groundswell.insights.kinds import check
from groundswell.insights.types import Answer, Question
from groundswell.kernel.asker import Asker, on_behalf_of
from groundswell.kernel.errors import Refusal
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

PROJECT = ProjectCard(1, "Ada's", "UTC", "USD", "en")
OTHER = ProjectCard(2, "Ben's", "UTC", "USD", "en")


def question(event: str) -> Question:
    days = {"date_from": "2026-01-01", "date_to": "2026-01-02"}
    return check({"kind": "trend", "series": [{"event": event}], **days}, "UTC")


QUESTION = question("A")
JSON = {name: value for name, value in QUESTION.as_json().items() if name != "timezone"}


def rows(answer: Answer | None) -> list[list[Any]]:
    assert answer is not None
    return answer.rows


def rows_after_begun(desk: Desk) -> list[list[Any]]:
    """As a page asks that is loaded."""
    desk.begin(PROJECT, QUESTION)
    return rows(desk.ask(PROJECT, QUESTION))


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not is_so() and time.monotonic() < end:
        time.sleep(0.005)
    assert is_so()


class Slow:
    """Answers when it is told to; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked, self.rows = 0, 1
        self.may_go_on = threading.Event()

    def __call__(self, project: ProjectCard, question: Mapping[str, Any], **_: Any) -> Answer:
        self.asked += 1
        while not self.may_go_on.wait(0.01):
            store.look()
        return Answer(check(question, "UTC"), (), [[self.asked]] * self.rows, "", 1.0)


class Data:
    """The state in which a project's data is."""

    def __init__(self) -> None:
        self.state: int | None = 1

    def moves(self) -> None:
        self.state = (self.state or 0) + 1


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch) -> Data:
    made = Data()
    monkeypatch.setattr(store, "state", lambda project: made.state)
    monkeypatch.setattr(desks, "counted", lambda project: project)
    return made


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


def test_a_page_that_is_loaded_again_asks_again_when_data_changed_but_its_chart_does_not(
    slow: Slow, data: Data
) -> None:
    desk = Desk()
    slow.may_go_on.set()
    assert rows_after_begun(desk) == [[1]]
    data.moves()
    assert rows(desk.ask(PROJECT, QUESTION)) == [[1]]
    assert rows_after_begun(desk) == [[2]]
    assert rows(desk.ask(PROJECT, QUESTION)) == [[2]]


def test_an_answer_is_exact_until_the_data_changes_however_long(
    slow: Slow, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "KEPT", -1.0)  # it is old at once
    desk = Desk()
    slow.may_go_on.set()
    assert rows_after_begun(desk) == rows_after_begun(desk) == rows(desk.ask(PROJECT, QUESTION)) == [[1]]
    assert desk.is_exact(PROJECT, QUESTION)
    data.moves()
    assert not desk.is_exact(PROJECT, QUESTION)
    assert rows(desk.ask(PROJECT, QUESTION)) == [[2]]


def test_where_others_may_write_no_answer_is_exact(slow: Slow, data: Data) -> None:
    desk, data.state = Desk(), None
    slow.may_go_on.set()
    assert rows_after_begun(desk) == [[1]]
    assert rows(desk.ask(PROJECT, QUESTION)) == [[1]]  # what belongs to the page
    assert rows_after_begun(desk) == [[2]]
    assert desk.answer(PROJECT, JSON).rows == [[3]]


def test_what_changes_while_it_is_worked_on_makes_it_old(slow: Slow, data: Data) -> None:
    desk = Desk()
    desk.begin(PROJECT, QUESTION)
    data.moves()
    slow.may_go_on.set()
    assert rows(desk.ask(PROJECT, QUESTION)) == [[1]]
    assert not desk.is_exact(PROJECT, QUESTION)
    assert desk.answer(PROJECT, JSON).rows == [[2]]


def test_a_page_may_show_an_older_answer_while_another_is_worked_out(slow: Slow, data: Data) -> None:
    desk = Desk()
    assert desk.old(PROJECT, QUESTION) is None
    slow.may_go_on.set()
    assert rows_after_begun(desk) == [[1]]
    slow.may_go_on.clear()
    data.moves()
    desk.begin(PROJECT, QUESTION)
    assert desk.ask(PROJECT, QUESTION, patience=0.01) is None
    assert rows(desk.old(PROJECT, QUESTION)) == [[1]]
    slow.may_go_on.set()
    assert rows(desk.ask(PROJECT, QUESTION)) == rows(desk.old(PROJECT, QUESTION)) == [[2]]


# Programs ------------------------------------------------------------------------------------------------------------


def test_a_program_is_given_what_is_exact_and_told_so(slow: Slow, data: Data) -> None:
    desk = Desk()
    slow.may_go_on.set()
    found = [desk.answer(PROJECT, JSON) for _ in range(2)]
    assert [(each.rows, each.is_cached) for each in found] == [([[1]], False), ([[1]], True)]
    data.moves()
    assert (desk.answer(PROJECT, JSON).rows, desk.answer(PROJECT, JSON).rows) == ([[2]], [[2]])


def test_a_program_may_have_it_worked_out_anew(slow: Slow) -> None:
    desk = Desk()
    slow.may_go_on.set()
    desk.answer(PROJECT, JSON)
    again = desk.answer(PROJECT, JSON, afresh=True)
    assert (again.rows, again.is_cached) == ([[2]], False)
    assert rows(desk.ask(PROJECT, QUESTION)) == [[2]]


def test_a_program_does_not_join_what_was_begun_before_its_data_came(slow: Slow, data: Data) -> None:
    desk = Desk()
    desk.begin(PROJECT, QUESTION)
    until(lambda: slow.asked == 1)
    data.moves()
    with ThreadPoolExecutor(1) as program:
        asked = program.submit(desk.answer, PROJECT, JSON)
        until(lambda: slow.asked == 2)
        slow.may_go_on.set()
        assert asked.result(5).rows != []
    assert slow.asked == 2


def test_a_program_is_not_refused_for_what_was_stopped_before(slow: Slow) -> None:
    desk = Desk()
    desk.begin(PROJECT, QUESTION)
    desk.stop(PROJECT, QUESTION)
    with pytest.raises(Refusal, match="was stopped"):
        desk.ask(PROJECT, QUESTION)
    slow.may_go_on.set()
    assert len(desk.answer(PROJECT, JSON).rows) == 1


# Stopping ------------------------------------------------------------------------------------------------------------


def test_all_who_wait_are_told_that_it_was_stopped(slow: Slow) -> None:
    desk = Desk()
    with ThreadPoolExecutor(3) as several:
        waiting = [several.submit(desk.ask, PROJECT, QUESTION) for _ in range(2)]
        until(lambda: slow.asked == 1)
        waiting.append(several.submit(desk.answer, PROJECT, JSON))
        time.sleep(0.05)
        assert desk.stop(PROJECT, QUESTION)
        for each in waiting:
            with pytest.raises(Refusal, match="was stopped before it was answered") as refused:
                each.result(5)
            assert refused.value.status == 409
    assert slow.asked == 1
    assert not desk.stop(PROJECT, QUESTION)


def test_it_counts_as_stopped_before_whoever_works_on_it_hears(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "look", lambda: None)
    desk = Desk()
    desk.begin(PROJECT, QUESTION)
    until(lambda: slow.asked == 1)
    assert desk.stop(PROJECT, QUESTION)
    assert desk.was_stopped(PROJECT, QUESTION)
    assert not desk.stop(PROJECT, QUESTION)
    desk.begin(PROJECT, QUESTION)
    until(lambda: slow.asked == 2)
    assert not desk.was_stopped(PROJECT, QUESTION)


def test_what_waits_in_line_leaves_it(slow: Slow) -> None:
    desk = Desk()
    for number in range(desks.OF_A_PROJECT):
        desk.begin(PROJECT, question(str(number)))
    desk.begin(PROJECT, QUESTION)
    assert desk.stop(PROJECT, QUESTION)
    with pytest.raises(Refusal, match="was stopped"):
        desk.ask(PROJECT, QUESTION)
    slow.may_go_on.set()
    assert rows_after_begun(desk) != []  # a page that is loaded begins it again
    assert slow.asked == desks.OF_A_PROJECT + 1


def test_stopping_leaves_other_questions_and_the_older_answer(slow: Slow, data: Data) -> None:
    desk, other = Desk(), question("B")
    slow.may_go_on.set()
    rows_after_begun(desk)
    slow.may_go_on.clear()
    data.moves()
    desk.begin(PROJECT, QUESTION)
    desk.begin(PROJECT, other)
    desk.stop(PROJECT, QUESTION)
    assert rows(desk.old(PROJECT, QUESTION)) == [[1]]
    slow.may_go_on.set()
    assert desk.ask(PROJECT, other) is not None


def test_how_far_it_is_is_said_while_it_is_worked_on(monkeypatch: pytest.MonkeyPatch, slow: Slow) -> None:
    desk = Desk()
    monkeypatch.setattr(store, "progress", lambda inquiry: 0.4)
    assert desk.progress(PROJECT, QUESTION) == 0
    desk.begin(PROJECT, QUESTION)
    assert desk.progress(PROJECT, QUESTION) == 0.4
    slow.may_go_on.set()
    desk.ask(PROJECT, QUESTION)
    assert desk.progress(PROJECT, QUESTION) == 0


# Hanging up ----------------------------------------------------------------------------------------------------------


def asked_by(asker: Asker, desk: Desk) -> Answer:
    with on_behalf_of(asker):
        return desk.answer(PROJECT, JSON)


def test_what_nobody_waits_for_any_more_is_stopped(slow: Slow) -> None:
    desk, ada, ben = Desk(), Asker(), Asker()
    with ThreadPoolExecutor(2) as programs:
        first = programs.submit(asked_by, ada, desk)
        until(lambda: slow.asked == 1)
        second = programs.submit(asked_by, ben, desk)
        until(lambda: [each.programs for each in desk._at_work] == [2])
        ada.hang_up()
        time.sleep(0.05)
        assert not first.done()
        ben.hang_up()
        for each in (first, second):
            with pytest.raises(Refusal, match="was stopped"):
                each.result(5)
    assert not desk.was_stopped(PROJECT, QUESTION)  # nobody stopped it: a page says nothing of it
    slow.may_go_on.set()
    assert len(desk.answer(PROJECT, JSON).rows) == 1


def test_what_a_page_waits_for_goes_on_when_a_program_hangs_up(slow: Slow) -> None:
    desk, ada = Desk(), Asker()
    with ThreadPoolExecutor(1) as programs:
        asked = programs.submit(asked_by, ada, desk)
        until(lambda: slow.asked == 1)
        assert desk.ask(PROJECT, QUESTION, patience=0.01) is None
        ada.hang_up()
        time.sleep(0.05)
        slow.may_go_on.set()
        assert asked.result(5).rows == rows(desk.ask(PROJECT, QUESTION)) == [[1]]
    assert slow.asked == 1


def test_nothing_is_begun_for_who_has_hung_up(slow: Slow) -> None:
    desk, ada = Desk(), Asker()
    ada.hang_up()
    with pytest.raises(Refusal, match="was stopped"):
        asked_by(ada, desk)
    assert slow.asked == 0


# And else ------------------------------------------------------------------------------------------------------------


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
    monkeypatch.setattr(desks, "OF_AN_ANSWER", 1)
    slow.rows = 10
    slow.may_go_on.set()
    desk = Desk()
    kept = [rows(desk.ask(PROJECT, question(str(number)))) for number in range(4)]
    assert rows(desk.ask(PROJECT, question("3"))) == kept[3]
    assert rows(desk.ask(PROJECT, question("2"))) == kept[2]
    assert rows(desk.ask(PROJECT, question("0"))) != kept[0]
    assert rows(desk.ask(PROJECT, question("2"))) == kept[2]  # used last; 3 had to go
    assert rows(desk.ask(PROJECT, question("3"))) != kept[3]


def test_a_list_of_many_people_does_not_push_out_the_answers(slow: Slow) -> None:
    desk = Desk()
    slow.may_go_on.set()
    rows_after_begun(desk)
    desk._exactly(PROJECT.id, ["who"], lambda: np.zeros(1_100_000, np.uint64))
    assert desk.old(PROJECT, QUESTION)


def test_what_took_longer_than_answers_are_kept_is_not_begun_again_when_it_is_there(
    slow: Slow, data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks, "KEPT", 0.2)
    desk = Desk()
    desk.begin(PROJECT, QUESTION)
    time.sleep(0.3)
    slow.may_go_on.set()
    data.moves()
    until(lambda: desk.old(PROJECT, QUESTION) is not None)
    assert rows(desk.ask(PROJECT, QUESTION, patience=0)) == [[1]]
    assert slow.asked == 1


def test_answers_without_rows_are_not_kept_without_end(slow: Slow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desks, "MOST_KEPT", 3 * desks.OF_AN_ANSWER)
    slow.rows = 0
    slow.may_go_on.set()
    desk = Desk()
    for number in range(10):
        desk.ask(PROJECT, question(str(number)))
    assert sum(desk.old(PROJECT, question(str(number))) is not None for number in range(10)) == 3
