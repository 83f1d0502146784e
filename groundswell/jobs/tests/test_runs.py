"""Runs, from being asked for to their end, done one after the other in the test itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from groundswell.jobs.line import take
from groundswell.jobs.models import Run
from groundswell.jobs.service import Work, enqueue, run_again, run_of, runs, stop, work_off
from groundswell.jobs.tests.conftest import NOON, Clock
from groundswell.jobs.types import Job, NotYet, State, TryAgain
from groundswell.jobs.workers import busy_projects
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import Sentence, said
from groundswell.workspace.types import Caller

pytestmark = pytest.mark.django_db(transaction=True)

Jobs = Callable[..., Job]
PROJECT = 7
OPERATOR = Caller(is_operator=True)


def enqueued(job: str = "note", **how: Any) -> int:
    return enqueue(job, **{"project": PROJECT, **how}).id


def test_what_is_enqueued_is_done_once_with_its_arguments(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job()
    number = enqueued(color="red", by="ada@example.com")
    assert run_of(PROJECT, number).state is State.WAITING
    assert (work_off(), work_off()) == (1, 0)
    done = run_of(PROJECT, number)
    assert (done.state, done.share, done.tries, done.by) == (State.DONE, 1.0, 1, "ada@example.com")
    assert notes == [{"color": "red"}]
    assert not DBTaskResult.objects.exists()


def test_what_is_to_be_done_later_waits_until_then(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job()
    enqueued(at=NOON + timedelta(hours=1))
    clock.goes_on(minutes=59, seconds=59)
    assert work_off() == 0
    clock.goes_on(seconds=1)
    assert work_off() == 1


def test_what_was_asked_for_in_vain_is_not_done(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueued()
        raise ZeroDivisionError
    assert (work_off(), Run.objects.count()) == (0, 0)


def test_what_comes_first_is_done_first_and_what_matters_more_before_it(
    clock: Clock, job: Jobs, notes: list[Any]
) -> None:
    job("later", lambda _work: notes.append("later"))
    job("sooner", lambda _work: notes.append("sooner"))
    job("urgent", lambda _work: notes.append("urgent"), priority=10)
    enqueued("later", at=NOON - timedelta(seconds=1))
    enqueued("sooner", at=NOON - timedelta(seconds=2))
    enqueued("urgent")
    work_off()
    assert notes == ["urgent", "sooner", "later"]


def test_of_those_alike_one_waits(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job()
    first = enqueued(once_key="a", n=1, at=NOON + timedelta(hours=1))
    assert enqueued(once_key="a", n=2, at=NOON + timedelta(minutes=30)) == first
    assert enqueued(once_key="a", n=3, at=NOON + timedelta(hours=2)) == first
    others = [enqueued(once_key="b"), enqueued(), enqueue("note", project=8, once_key="a").id]
    assert len({first, *others}) == 4
    assert run_of(PROJECT, first).due == NOON + timedelta(minutes=30)
    work_off()
    clock.goes_on(minutes=30)
    work_off()
    assert notes[-1] == {"n": 1}


def test_while_one_runs_another_that_is_alike_waits_for_its_end(clock: Clock, job: Jobs) -> None:
    """What changes while it runs may not have been seen by it, so it is done once more."""
    seen: list[Any] = []

    def refresh(work: Work) -> None:
        if len(seen) == 0:
            seen.append(enqueued("refresh", once_key="a"))
            assert enqueued("refresh", once_key="a") == seen[0]
            assert work_off() == 0, "it would run twice at once"
        else:
            seen.append("again")

    job("refresh", refresh)
    first = enqueued("refresh", once_key="a")
    assert work_off() == 2
    assert seen[0] != first and seen[1:] == ["again"]


def test_a_failing_job_says_why_and_stops_no_other(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    def broken(_work: Work) -> None:
        raise ZeroDivisionError("the log says it, the page does not")

    def refused(_work: Work) -> None:
        raise Refusal(404, "gone", said("%(what)s is gone.", what="It"), hint=said("Make another."))

    job("broken", broken)
    job("refused", refused)
    job()
    numbers = [enqueued("broken"), enqueued("refused"), enqueued("note")]
    work_off()
    first, second, third = (run_of(PROJECT, number) for number in numbers)
    assert (first.state, first.error) == (
        State.FAILED, "Something unexpected happened. The log of the server says what.",
    )  # fmt: skip
    assert (second.state, second.error) == (State.FAILED, "It is gone. Make another.")
    assert isinstance(second.error, Sentence)
    assert (third.state, len(notes)) == (State.DONE, 1)


def test_what_may_pass_is_tried_again_with_longer_and_longer_pauses(clock: Clock, job: Jobs) -> None:
    begun = []

    def away(_work: Work) -> None:
        begun.append(clock.now)
        raise Refusal(503, "away", said("The store is stopped."))

    job("away", away, tries=4)
    number = enqueued("away")
    for _ in range(100):
        work_off()
        clock.goes_on(seconds=10)
    # At noon; then after 30, after 60 more and after 120 more seconds.
    assert [(at - NOON).total_seconds() for at in begun] == [0, 30, 90, 210]
    over = run_of(PROJECT, number)
    assert (over.state, over.tries, over.error) == (State.FAILED, 4, "The store is stopped.")


def test_while_it_waits_for_another_try_it_says_what_went_wrong(clock: Clock, job: Jobs) -> None:
    def busy(work: Work) -> str:
        if work.tries < 2:
            raise TryAgain(said("They asked us to come later."), after=timedelta(minutes=7))
        return said("Sent.")

    job("busy", busy, tries=3)
    number = enqueued("busy")
    work_off()
    waiting = run_of(PROJECT, number)
    assert (waiting.state, waiting.error) == (State.WAITING, "They asked us to come later.")
    assert waiting.due == NOON + timedelta(minutes=7)
    clock.goes_on(minutes=7)
    work_off()
    done = run_of(PROJECT, number)
    assert (done.state, done.said, done.error, done.tries) == (State.DONE, "Sent.", "", 2)


def test_whose_turn_has_not_come_waits_and_that_is_no_try(clock: Clock, job: Jobs) -> None:
    def patient(work: Work) -> None:
        if clock.now < NOON + timedelta(seconds=3):
            raise NotYet(after=timedelta(seconds=1))

    job("patient", patient)
    number = enqueued("patient")
    for _ in range(4):
        work_off()
        clock.goes_on(seconds=1)
    assert (run_of(PROJECT, number).state, run_of(PROJECT, number).tries) == (State.DONE, 1)


def test_what_will_never_go_is_not_tried_again(clock: Clock, job: Jobs) -> None:
    def refused(_work: Work) -> None:
        raise Refusal(403, "forbidden", said("No."))

    job("refused", refused, tries=5)
    number = enqueued("refused")
    work_off()
    assert (run_of(PROJECT, number).state, run_of(PROJECT, number).tries) == (State.FAILED, 1)


def test_being_asked_for_meanwhile_shortens_no_pause_between_tries(clock: Clock, job: Jobs) -> None:
    def away(_work: Work) -> None:
        raise Refusal(503, "away", said("The store is stopped."))

    job("away", away, tries=2)
    number = enqueued("away", once_key="a")
    work_off()
    assert enqueued("away", once_key="a") == number
    assert work_off() == 0


def test_a_try_more_gives_way_to_one_that_is_alike_and_waits(clock: Clock, job: Jobs) -> None:
    def away(work: Work) -> None:
        if work.tries == 1 and Run.objects.count() == 1:
            enqueued("away", once_key="a")
            raise Refusal(503, "away", said("The store is stopped."))

    job("away", away, tries=2)
    first = enqueued("away", once_key="a")
    work_off()
    assert (run_of(PROJECT, first).state, run_of(PROJECT, first).error) == (State.FAILED, "The store is stopped.")
    assert {run.state for run in runs(PROJECT).items if run.id != first} == {State.DONE}


def test_progress_is_said_and_not_too_often(clock: Clock, job: Jobs) -> None:
    seen: list[tuple[float, str]] = []

    def counting(work: Work) -> None:
        for number in range(1, 4):
            work.progress(number / 4, said("%(number)s done.", number=number))
            card = run_of(PROJECT, work.run)
            seen.append((card.share, card.said))

    job("counting", counting)
    enqueued("counting")
    work_off()
    assert seen == [(0.25, "1 done.")] * 3, "the second and third word came within the same second"


def test_one_that_waits_is_stopped_at_once(clock: Clock, job: Jobs, notes: list[Any], project: int) -> None:
    job()
    number = enqueue("note", project=project).id
    assert stop(project, number, caller=OPERATOR).state is State.STOPPED
    assert stop(project, number, caller=OPERATOR).state is State.STOPPED
    assert (work_off(), notes, DBTaskResult.objects.count()) == (0, [], 0)


def test_one_that_runs_is_stopped_when_it_next_looks(clock: Clock, job: Jobs, project: int) -> None:
    reached = []

    def endless(work: Work) -> None:
        reached.append(stop(project, work.run, caller=OPERATOR).is_stopping)
        try:
            work.check()
        except Exception:  # as careless jobs have it
            reached.append("swallowed")
        reached.append("went on")

    job("endless", endless)
    number = enqueue("endless", project=project).id
    work_off()
    assert reached == [True]
    assert run_of(project, number).state is State.STOPPED


def test_what_is_being_stopped_is_not_tried_again(clock: Clock, job: Jobs, project: int) -> None:
    def away(work: Work) -> None:
        stop(project, work.run, caller=OPERATOR)
        raise Refusal(503, "away", said("The store is stopped."))

    job("away", away, tries=9)
    number = enqueue("away", project=project).id
    work_off()
    assert run_of(project, number).state is State.STOPPED


def test_what_is_over_can_be_done_again(clock: Clock, job: Jobs, notes: list[Any], project: int) -> None:
    job()
    first = enqueue("note", project=project, once_key="a", color="red", by="ada@example.com").id
    with pytest.raises(Refusal, match="This is not over yet"):
        run_again(project, first, caller=OPERATOR)
    work_off()
    again = run_again(project, first, caller=OPERATOR)
    assert (again.state, again.by) == (State.WAITING, "ada@example.com")
    assert run_again(project, first, caller=OPERATOR).id == again.id
    work_off()
    assert notes == [{"color": "red"}] * 2


def test_the_runs_of_others_are_not_there(clock: Clock, job: Jobs, project: int) -> None:
    job()
    number = enqueue("note", project=project).id
    enqueue("note")
    assert [run.id for run in runs(project).items] == [number]
    assert runs(project + 1).total == 0
    for verb in (run_of, lambda *of: stop(*of, caller=OPERATOR), lambda *of: run_again(*of, caller=OPERATOR)):
        with pytest.raises(Refusal, match="There is no such background work"):
            verb(project + 1, number)


def test_a_job_that_nobody_knows_any_more_says_so(clock: Clock, job: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    job()
    number = enqueued()
    monkeypatch.setattr("groundswell.jobs.known._jobs", {})
    work_off()
    assert run_of(PROJECT, number).error == "There is no such job any more."


def test_a_project_with_much_to_do_leaves_a_thread_for_the_others(clock: Clock, job: Jobs) -> None:
    job()
    for project in (7, 7, 8):
        enqueue("note", project=project)
    works = [Work(number, project=project, tries=1) for number, project in enumerate((7, 7, None, None))]
    assert busy_projects(works, 2) == {7}
    ticket = take(long_too=True, without={7})
    assert ticket is not None and ticket.args_kwargs["args"] == [Run.objects.get(project_id=8).pk]
    assert take(long_too=True, without={7}) is None


def test_long_jobs_leave_a_thread_for_the_others(clock: Clock, job: Jobs) -> None:
    job("long", is_long=True)
    number = enqueued("long")
    assert take(long_too=False) is None
    ticket = take(long_too=True)
    assert ticket is not None and ticket.args_kwargs["args"] == [number]


def test_a_project_that_asks_for_too_much_is_refused(clock: Clock, job: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundswell.jobs.service.MOST_WAITING", 2)
    job()
    enqueued()
    enqueued()
    enqueue("note", project=8)
    with pytest.raises(Refusal, match="Too much background work is waiting"):
        enqueued()
