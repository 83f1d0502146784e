"""What is put right when processes come and go: interrupted runs, missing tickets, recurring jobs, old runs."""

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from groundswell.jobs import living
from groundswell.jobs.known import job_of, recurring
from groundswell.jobs.line import taker, withdraw
from groundswell.jobs.models import Run
from groundswell.jobs.running import fail, put, wait_again, wait_for
from groundswell.jobs.times import next_due
from groundswell.jobs.types import State
from groundswell.jobs.work import Work, in_hand
from groundswell.kernel import clock
from groundswell.kernel.words import said

KEPT = timedelta(days=30)  # runs that are over
RECURRING_KEPT = timedelta(days=1)  # there are many of them
MOST_CRASHES = 3  # of one run: what ends its process again and again is not begun for ever
AT_ONCE = 500


def mend() -> None:
    """Take up what processes left that died. Every process does so now and then; none takes what another one runs."""
    living.forget_dead()
    alive, own = living.alive(), in_hand()
    for run in Run.objects.filter(state=State.RUNNING):
        if run.worker not in alive or (run.worker == living.OWN and run.pk not in own):
            _take_up(run)
    _put_missing(alive, own)


def begin_recurring() -> None:
    """Have every recurring job wait for its time. One that recurs more often than before is due sooner."""
    now = clock.now()
    known = {job.key: job for job in recurring()}
    for run in Run.objects.filter(recurs=True, state=State.WAITING):
        job = known.get(run.job)
        if job is None or not job.recurs:
            with transaction.atomic():
                withdraw(run.ticket)
                run.delete()
        elif run.due > (soonest := next_due(job, begun=now, now=now)):
            with transaction.atomic():
                put(run, due=soonest)
    there = set(Run.objects.filter(recurs=True, state__in=[State.WAITING, State.RUNNING]).values_list("job", flat=True))
    for job in recurring():
        if job.key not in there:
            wait_for(job, due=now if job.every else next_due(job, begun=now, now=now))


def tidy(work: Work) -> str:
    """Delete runs that are over long enough, those of recurring jobs earlier."""
    now, deleted = clock.now(), 0
    old = Q(finished__lt=now - KEPT) | Q(recurs=True, finished__lt=now - RECURRING_KEPT)
    over = [State.DONE, State.FAILED, State.STOPPED]
    while found := list(Run.objects.filter(old, state__in=over).values_list("pk", flat=True)[:AT_ONCE]):
        deleted += Run.objects.filter(pk__in=found).delete()[0]
        work.check()
    return said("%(count)s old runs were deleted.", count=deleted)


def _take_up(run: Run) -> None:
    """A run whose process died while it ran."""
    job, run.crashes = job_of(run.job), run.crashes + 1
    Run.objects.filter(pk=run.pk, worker=run.worker).update(crashes=run.crashes)
    if job and not job.again_after_crash:
        fail(run, said("The server stopped while this ran. It is not begun again on its own, for that could do harm."))
    elif run.crashes >= MOST_CRASHES:
        fail(run, said("The server stopped %(count)s times while this ran.", count=run.crashes))
    else:
        wait_again(run, due=clock.now(), tries=max(run.tries - 1, 0), otherwise=State.STOPPED)


def _put_missing(alive: Collection[str], own: Collection[int]) -> None:
    """Waiting runs whose ticket is gone, or was taken by a process that died before it began them."""
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    for run in Run.objects.filter(state=State.WAITING).exclude(ticket__in=ready.values("pk")):
        taken_by = taker(run.ticket)
        if run.pk not in own and (taken_by not in alive or taken_by == living.OWN):
            with transaction.atomic():
                if Run.objects.select_for_update().filter(pk=run.pk, state=State.WAITING, ticket=run.ticket).exists():
                    put(run, due=run.due)
