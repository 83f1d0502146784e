"""Jobs that recur, and what is put right after a process died."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from groundswell.jobs import living, mending
from groundswell.jobs.line import take
from groundswell.jobs.mending import begin_recurring, mend, tidy
from groundswell.jobs.models import Run, Worker
from groundswell.jobs.service import Work, enqueue, recurring_jobs, run_of, runs, work_off
from groundswell.jobs.tests.conftest import NOON, Clock
from groundswell.jobs.times import next_of
from groundswell.jobs.types import NOTHING, Job, State

pytestmark = pytest.mark.django_db(transaction=True)

Jobs = Callable[..., Job]
PROJECT = 7


def due() -> list[datetime | None]:
    return [each.due for each in recurring_jobs()]


def test_what_recurs_is_done_soon_and_then_every_so_often(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job(every=timedelta(minutes=5))
    begin_recurring()
    begin_recurring()
    for _ in range(11):
        work_off()
        clock.goes_on(minutes=1)
    assert len(notes) == 3  # at minutes 0, 5 and 10
    assert due() == [NOON + timedelta(minutes=15)]


def test_what_was_missed_is_made_up_for_once(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job(cron="30 3 * * *")
    begin_recurring()
    assert due() == [datetime(2026, 3, 3, 3, 30, tzinfo=UTC)]
    clock.goes_on(days=10)
    begin_recurring()
    assert work_off() == 1
    assert due() == [datetime(2026, 3, 13, 3, 30, tzinfo=UTC)]


def test_a_run_that_found_nothing_to_do_leaves_no_trace(clock: Clock, job: Jobs) -> None:
    job(run=lambda _work: NOTHING, every=timedelta(minutes=1))
    begin_recurring()
    for _ in range(3):
        assert work_off() == 1
        clock.goes_on(minutes=1)
    assert Run.objects.count() == 1
    assert recurring_jobs()[0].last is None


def test_a_recurring_job_that_fails_comes_again(clock: Clock, job: Jobs) -> None:
    def broken(_work: Work) -> None:
        raise ZeroDivisionError

    job(run=broken, every=timedelta(minutes=1))
    begin_recurring()
    work_off()
    clock.goes_on(minutes=1)
    assert work_off() == 1
    last = recurring_jobs()[0].last
    assert last is not None and last.state is State.FAILED


def test_a_job_that_recurs_more_often_than_before_is_due_sooner(clock: Clock, job: Jobs) -> None:
    job(every=timedelta(days=1))
    begin_recurring()
    work_off()
    assert due() == [NOON + timedelta(days=1)]
    job(every=timedelta(minutes=1))
    begin_recurring()
    assert due() == [NOON + timedelta(minutes=1)]


def test_a_job_that_recurs_no_more_waits_no_more(clock: Clock, job: Jobs) -> None:
    job(every=timedelta(days=1))
    begin_recurring()
    job()
    begin_recurring()
    assert (Run.objects.count(), DBTaskResult.objects.count()) == (0, 0)


def test_hours_of_a_zone_come_once_a_day_when_its_clocks_change() -> None:
    # New York skips 2:00 to 3:00 on March 8th, 2026, and has 1:00 to 2:00 twice on November 1st.
    def after(text: str, count: int) -> list[str]:
        instant, found = datetime.fromisoformat(text), []
        for _ in range(count):
            instant = next_of("30 2 * * *" if instant.month == 3 else "30 1 * * *", instant, tz="America/New_York")
            found.append(instant.isoformat())
        return found

    assert after("2026-03-07T12:00:00+00:00", 2) == ["2026-03-08T07:00:00+00:00", "2026-03-09T06:30:00+00:00"]
    assert after("2026-10-31T12:00:00+00:00", 2) == ["2026-11-01T05:30:00+00:00", "2026-11-02T06:30:00+00:00"]


def interrupted(number: int, worker: str = "dead") -> None:
    """As a process leaves it that is killed while it runs that."""
    Run.objects.filter(pk=number).update(state=State.RUNNING, worker=worker, tries=1, started=NOON)
    DBTaskResult.objects.update(status="RUNNING", worker_ids=[worker])


def test_what_a_killed_process_ran_is_begun_again(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job()
    number = enqueue("note", project=PROJECT, color="red").id
    interrupted(number)
    assert work_off() == 0
    mend()
    assert (work_off(), notes) == (1, [{"color": "red"}])
    assert run_of(PROJECT, number).state is State.DONE


def test_what_another_process_runs_is_left_to_it_while_that_lives(clock: Clock, job: Jobs) -> None:
    job()
    number = enqueue("note", project=PROJECT).id
    interrupted(number, worker="other")
    Worker.objects.create(token="other", host="elsewhere", since=NOON, seen=NOON)
    clock.goes_on(seconds=59)
    mend()
    assert (run_of(PROJECT, number).state, work_off()) == (State.RUNNING, 0)
    clock.goes_on(seconds=1)
    mend()
    assert (run_of(PROJECT, number).state, work_off()) == (State.WAITING, 1)
    assert not Worker.objects.exists()


def test_what_would_do_harm_twice_is_shown_as_failed(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job(again_after_crash=False)
    number = enqueue("note", project=PROJECT).id
    interrupted(number)
    mend()
    assert "The server stopped while this ran" in run_of(PROJECT, number).error
    assert (work_off(), notes) == (0, [])


def test_what_ends_its_process_again_and_again_is_given_up(clock: Clock, job: Jobs) -> None:
    job()
    number = enqueue("note", project=PROJECT).id
    for _ in range(mending.MOST_CRASHES):
        assert run_of(PROJECT, number).state is State.WAITING
        interrupted(number)
        mend()
    assert run_of(PROJECT, number).error == "The server stopped 3 times while this ran."


def test_a_recurring_job_outlives_the_process_that_dies_of_it(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job(every=timedelta(minutes=1), again_after_crash=False)
    begin_recurring()
    interrupted(Run.objects.get().pk)
    mend()
    clock.goes_on(minutes=1)
    assert (work_off(), len(notes)) == (1, 1)


def test_a_ticket_that_went_with_its_process_is_made_anew(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job()
    number = enqueue("note", project=PROJECT).id
    assert take(long_too=True) is not None
    DBTaskResult.objects.update(worker_ids=["dead"])
    mend()
    assert (work_off(), len(notes)) == (1, 1)
    assert run_of(PROJECT, number).state is State.DONE


def test_a_run_without_a_ticket_gets_one(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job()
    enqueue("note", project=PROJECT)
    DBTaskResult.objects.all().delete()
    mend()
    assert (work_off(), len(notes)) == (1, 1)


def test_two_tickets_of_one_run_do_no_harm(clock: Clock, job: Jobs, notes: list[Any]) -> None:
    job()
    enqueue("note", project=PROJECT)
    ticket = DBTaskResult.objects.get()
    ticket.pk = None
    ticket.id = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    ticket.save(force_insert=True)
    assert (work_off(), len(notes)) == (2, 1)


def test_a_run_that_was_given_to_another_process_is_not_ended_by_this_one(clock: Clock, job: Jobs) -> None:
    """A machine that slept for an hour wakes up, and finishes what another one has begun anew meanwhile."""

    def slept(work: Work) -> None:
        Run.objects.filter(pk=work.run).update(worker="other")

    job("slept", slept)
    number = enqueue("slept", project=PROJECT).id
    work_off()
    assert run_of(PROJECT, number).state is State.RUNNING


def test_what_is_over_for_long_is_deleted(clock: Clock, job: Jobs) -> None:
    job()
    job("often", every=timedelta(hours=1))
    begin_recurring()
    old = enqueue("note", project=PROJECT).id
    later = enqueue("note", project=PROJECT, at=NOON + timedelta(days=40)).id
    work_off()
    clock.goes_on(days=29)
    young = enqueue("note", project=PROJECT).id
    work_off()
    clock.goes_on(days=1, seconds=1)
    assert tidy(Work(0, project=None, tries=1)) == "3 old runs were deleted."  # two of them of the recurring job
    assert [run.id for run in runs(PROJECT).items] == [young, later]
    assert old not in Run.objects.values_list("pk", flat=True)


def test_this_process_lives_until_it_says_otherwise(clock: Clock) -> None:
    assert not living.lives_here()
    living.begin()
    clock.goes_on(hours=1)
    assert living.OWN in living.alive()
    living.beat()
    assert Worker.objects.get().seen == clock.now
    living.end()
    assert not Worker.objects.exists()
