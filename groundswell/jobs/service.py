"""The verbs of background work: register a job, have it done, look at it, stop it, do it again."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet

from groundswell.jobs import living
from groundswell.jobs.known import job_of, name_of, recurring, register
from groundswell.jobs.line import take, withdraw
from groundswell.jobs.mending import begin_recurring, mend
from groundswell.jobs.models import Run
from groundswell.jobs.running import put
from groundswell.jobs.times import next_of
from groundswell.jobs.types import Recurring, RunCard, RunOver, State, Stopped
from groundswell.jobs.work import Work, in_hand
from groundswell.jobs.workers import Workers, run_ticket
from groundswell.kernel import clock, environment
from groundswell.kernel.errors import Refusal, not_found
from groundswell.kernel.happenings import tell
from groundswell.kernel.paging import SIZE, Page
from groundswell.kernel.reasons import kept, to_keep
from groundswell.kernel.words import said
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller

__all__ = [
    "Work", "are_working", "begin_recurring", "close_workers", "enqueue", "find_run", "how_many", "how_many_late",
    "mend", "next_of", "open_workers", "recurring_jobs", "register", "run_again", "run_of", "runs", "stop", "work_off",
    "workers_live_here",
]  # fmt: skip

THREADS = 3  # runs at once in a process; most of their time they wait for the stores
MOST_WAITING = 10_000  # of a project
LATE = timedelta(minutes=10)

NOT_THERE = said("There is no such background work.")


@transaction.atomic
def enqueue(
    job: str,
    *,
    project: int | None = None,
    at: datetime | None = None,
    once_key: str | None = None,
    by: str = "",
    about: str = "",
    **arguments: Any,
) -> RunCard:
    """Have a job done for a project (or the whole server), now or at an instant; ``arguments`` are JSON.

    ``by`` says who asked for it, ``about`` which of many it is, such as the name of a segment, or a sentence.

    Of the runs of a job and project with the same ``once_key`` one runs and one waits at most. Where one waits already
    it is that one that is returned, with its arguments, and it is due at the earlier of the two times.
    Raises Refusal 409 where too many wait. What is enqueued in a transaction is seen when that is through.
    """
    assert job_of(job), f"no street registers a job {job!r}"
    now = clock.now()
    due, once = at or now, "" if once_key is None else f"{project or ''}:{once_key}"
    if project is not None and _waiting(project).count() >= MOST_WAITING:
        raise Refusal(
            409, "too_many_jobs", said("Too much background work is waiting already."),
            hint=said("Wait for it, or stop some of it."),
        )  # fmt: skip
    try:
        with transaction.atomic():
            run = Run.objects.create(
                job=job, project_id=project, once=once, arguments=arguments, by=by, about=to_keep(about), due=due,
                made=now,
            )  # fmt: skip
    except IntegrityError:
        run = Run.objects.select_for_update().get(job=job, once=once, state=State.WAITING)
        if run.tries or run.due <= due:  # what is to be tried again keeps its pause
            return _card(run)
    put(run, due=due)
    transaction.on_commit(_wake)
    return _card(run)


def runs(
    project: int, *, number: int = 1, size: int = SIZE, state: State | None = None, job: str = ""
) -> Page[RunCard]:
    """The runs of a project, the latest first; in one state or of one job if asked."""
    found = Run.objects.filter(project_id=project).order_by("-pk")
    if state:
        found = found.filter(state=state)
    if job:
        found = found.filter(job=job)
    rows = found[(number - 1) * size : number * size]
    return Page([_card(row) for row in rows], number, found.count(), size)


def run_of(project: int, run: int) -> RunCard:
    """One run. Raises Refusal 404."""
    found = find_run(project, run)
    if found is None:
        raise not_found(NOT_THERE)
    return found


def find_run(project: int, run: int | None) -> RunCard | None:
    """One run; None where there is none (any more)."""
    found = Run.objects.filter(pk=run, project_id=project).first() if run else None
    return _card(found) if found else None


@transaction.atomic
def stop(project: int, run: int, *, caller: Caller | None) -> RunCard:
    """Stop a run that is not over: one that waits at once, one that runs as soon as it may be. Without a caller it is
    not noted: a street that stops its own work notes that in its own words."""
    found = _found(project, run)
    if not State(found.state).is_over and not found.is_stopping:
        if caller:
            note_change(caller, project=project, verb="job.stopped", subject=found.job)
        if Run.objects.filter(pk=run, state=State.WAITING).update(state=State.STOPPED, finished=clock.now()):
            withdraw(found.ticket)
            tell(RunOver(found.pk, found.job, project, found.arguments, State.STOPPED, ""))
        else:
            Run.objects.filter(pk=run, state=State.RUNNING).update(is_stopping=True)
            transaction.on_commit(lambda: _tell_to_stop(run))
    found.refresh_from_db()
    return _card(found)


@transaction.atomic
def run_again(project: int, run: int, *, caller: Caller) -> RunCard:
    """Have what is over done once more, with the same arguments. Raises Refusal 409 for what is not over."""
    found = _found(project, run)
    if not State(found.state).is_over:
        raise Refusal(409, "not_over", said("This is not over yet."), hint=said("Stop it first, or wait for it."))
    if job_of(found.job) is None:
        raise Refusal(409, "no_such_job", said("There is no such job any more."))
    note_change(caller, project=project, verb="job.run_again", subject=found.job)
    once = found.once.partition(":")[2] if found.once else None
    return enqueue(found.job, project=project, once_key=once, by=found.by, about=kept(found.about), **found.arguments)


def recurring_jobs() -> list[Recurring]:
    """What recurs for the whole server, and when it is next."""
    waiting = {run.job: run for run in Run.objects.filter(recurs=True, state=State.WAITING)}
    running = set(Run.objects.filter(recurs=True, state=State.RUNNING).values_list("job", flat=True))
    over = Q(state__in=[State.DONE, State.FAILED, State.STOPPED])
    return [
        Recurring(
            job.key, str(job.name), waiting[job.key].due if job.key in waiting else None, job.key in running,
            next((_card(run) for run in Run.objects.filter(over, recurs=True, job=job.key).order_by("-pk")[:1]), None),
        )
        for job in recurring()
    ]  # fmt: skip


# The process that does it

_workers: Workers | None = None


def open_workers() -> Workers:
    """Do background work in this process from now on."""
    global _workers
    if _workers is None:
        _workers = Workers(threads=environment.number("WORKERS", THREADS, least=1))
        _workers.open()
    return _workers


def close_workers() -> None:
    """Do none any more."""
    global _workers
    if _workers is not None:
        _workers.close()
        _workers = None


def are_working() -> bool:
    """Whether the threads of this process live, if it has any."""
    return _workers is None or _workers.is_working


def how_many() -> dict[State, int]:
    """Runs of the whole server by state, of those that are not over."""
    open_ones = Run.objects.filter(state__in=[State.WAITING, State.RUNNING])
    return {State(state): count for state, count in open_ones.values_list("state").annotate(Count("pk"))}


def how_many_late() -> int:
    """Runs that should have begun long ago; those that recur come round again anyway."""
    return Run.objects.filter(state=State.WAITING, recurs=False, due__lt=clock.now() - LATE).count()


def workers_live_here() -> bool:
    """Whether another process does background work on this data folder."""
    return living.lives_here()


def work_off() -> int:
    """Do all that is due, here and now, one after the other; how many runs that were. For tests and for commands."""
    done = 0
    while ticket := take(long_too=True):
        run_ticket(ticket)
        done += 1
    return done


def _wake() -> None:
    if _workers is not None:
        _workers.wake()


def _tell_to_stop(run: int) -> None:
    if work := in_hand().get(run):
        work.end(Stopped)


def _waiting(project: int) -> QuerySet[Run]:
    return Run.objects.filter(project_id=project, state=State.WAITING)


def _found(project: int, run: int) -> Run:
    found = Run.objects.select_for_update().filter(pk=run, project_id=project).first()
    if found is None:
        raise not_found(NOT_THERE)
    return found


def _card(run: Run) -> RunCard:
    return RunCard(
        id=run.pk, job=run.job, name=name_of(run.job), about=kept(run.about), project=run.project_id,
        state=State(run.state), due=run.due, made=run.made, started=run.started, finished=run.finished, tries=run.tries,
        share=run.share, said=kept(run.said), error=kept(run.error), by=run.by, arguments=run.arguments,
        is_stopping=run.is_stopping,
    )  # fmt: skip
