"""A run from its beginning to its end: done, failed, stopped, or waiting again."""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django_tasks import task

from groundswell.jobs import living
from groundswell.jobs.known import job_of
from groundswell.jobs.line import LONG, SHORT, withdraw
from groundswell.jobs.models import Run
from groundswell.jobs.times import next_due, pause_before
from groundswell.jobs.types import NOTHING, Interrupted, Job, Lost, NotYet, RunOver, State, Stopped, TryAgain
from groundswell.jobs.work import Work, lay_down, take_in_hand
from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal
from groundswell.kernel.happenings import tell
from groundswell.kernel.reasons import kept, reason_of, to_keep
from groundswell.kernel.words import said

log = logging.getLogger(__name__)

ALIKE = timedelta(seconds=1)  # until it is looked whether the one that is alike is over
RECURS = "recurs"  # what makes the runs of a recurring job alike
_PASSING = {408, 425, 429}  # statuses of refusals that may be another time, beside those from 500 on


def put(run: Run, *, due: datetime) -> None:
    """Have a waiting run begun when it is due. The caller is in the transaction that lets it wait."""
    withdraw(run.ticket)
    job = job_of(run.job)
    ticket = perform.using(
        run_after=due, priority=job.priority if job else 0, queue_name=LONG if job and job.is_long else SHORT
    ).enqueue(run.pk)
    run.due, run.ticket = due, UUID(ticket.id)
    run.save(update_fields=["due", "ticket"])


@task(queue_name=SHORT)
def perform(number: int) -> None:
    """Run it, if it waits and nobody else took it. Raises nothing but what the database does."""
    run = Run.objects.filter(pk=number, state=State.WAITING).first()
    if run is None:
        return
    work = Work(number, project=run.project_id, tries=run.tries + 1)
    take_in_hand(work)
    try:
        if _is_taken(run):
            work.is_begun = True
            _run(job_of(run.job), run, work)
    finally:
        lay_down(work)


def _is_taken(run: Run) -> bool:
    """Whether the run is this process's now."""
    run.started, run.tries, run.worker = clock.now(), run.tries + 1, living.OWN
    begun = {"state": State.RUNNING, "worker": run.worker, "started": run.started, "tries": run.tries, "share": 0.0}
    try:
        with transaction.atomic():
            return bool(Run.objects.filter(pk=run.pk, state=State.WAITING).update(**begun, said=""))
    except IntegrityError:  # one that is alike began at this very moment
        with transaction.atomic():
            put(run, due=clock.now() + ALIKE)
        return False


def _run(job: Job | None, run: Run, work: Work) -> None:
    if job is None:
        return fail(run, said("There is no such job any more."))
    try:
        outcome = job.run(work, **run.arguments)
    except Stopped:
        over(run, State.STOPPED)
    except Interrupted:
        wait_again(run, due=clock.now(), tries=run.tries - 1, otherwise=State.STOPPED)
    except Lost:
        log.warning("run %d of %s was given to another process", run.pk, job.key)
    except NotYet as wanted:
        wait_again(run, due=clock.now() + wanted.after, tries=run.tries - 1, otherwise=State.STOPPED)
    except TryAgain as wanted:
        _fail_or_wait(job, run, wanted.reason, after=wanted.after)
    except Refusal as refusal:
        may_pass = refusal.status >= 500 or refusal.status in _PASSING
        _fail_or_wait(job, run, reason_of(refusal), after=pause_before(job, run.tries) if may_pass else None)
    except Exception:
        log.exception("run %d of %s failed", run.pk, job.key)
        reason = said("Something unexpected happened. The log of the server says what.")
        _fail_or_wait(job, run, reason, after=pause_before(job, run.tries))
    else:
        _finish(job, run, outcome)


def _finish(job: Job, run: Run, outcome: str | None) -> None:
    if outcome == NOTHING and run.recurs:
        due = next_due(job, begun=run.started or clock.now(), now=clock.now())
        wait_again(run, due=due, tries=0, otherwise=State.DONE, error="")
    else:
        sentence = "" if outcome is None or outcome == NOTHING else outcome
        over(run, State.DONE, share=1.0, error="", said=to_keep(sentence))


def _fail_or_wait(job: Job, run: Run, reason: str, *, after: timedelta | None) -> None:
    """Wait for another try where there is one left and it makes sense."""
    if after is None or run.tries >= job.tries:
        fail(run, reason)
    else:
        wait_again(run, due=clock.now() + after, tries=run.tries, otherwise=State.FAILED, error=to_keep(reason))


def fail(run: Run, reason: str) -> None:
    """Let a run be over, with that reason."""
    log.warning("run %d of %s failed: %s", run.pk, run.job, reason)
    over(run, State.FAILED, error=to_keep(reason))


@transaction.atomic
def over(run: Run, state: State, **fields: Any) -> None:
    """Let a running one be over, unless it was given to another process; what recurs waits anew."""
    now = clock.now()
    ended = Run.objects.filter(pk=run.pk, state=State.RUNNING, worker=run.worker).update(
        state=state, finished=now, is_stopping=False, **fields
    )
    if not ended:
        return
    tell(RunOver(run.pk, run.job, run.project_id, run.arguments, state, kept(fields.get("error", ""))))
    job = job_of(run.job)
    if run.recurs and job and job.recurs:
        wait_for(job, due=next_due(job, begun=run.started or now, now=now))


def wait_again(run: Run, *, due: datetime, tries: int, otherwise: State, **fields: Any) -> None:
    """Let a running one wait once more. Where one that is alike waits already that one will do, and this is over."""
    mine = Run.objects.filter(pk=run.pk, state=State.RUNNING, worker=run.worker)
    try:
        with transaction.atomic():
            if mine.filter(is_stopping=False).update(state=State.WAITING, worker="", tries=tries, **fields):
                return put(run, due=due)
    except IntegrityError:
        return over(run, otherwise, **fields)
    over(run, State.STOPPED, **fields)


def wait_for(job: Job, *, due: datetime) -> None:
    """Have a recurring job wait for its time, if it does not already."""
    try:
        with transaction.atomic():
            run = Run.objects.create(job=job.key, once=RECURS, recurs=True, due=due, made=clock.now())
            put(run, due=due)
    except IntegrityError:
        return
