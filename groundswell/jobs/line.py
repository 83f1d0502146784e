"""The queue of django-tasks-db: runs that wait have a ticket there, and whoever takes the ticket begins the run.

A ticket says only that it is time to look at a run. Whether that is begun is decided by the run's own row, so a ticket
too many does no harm, and one too few is noticed (``mending``).
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django_tasks_db.compat import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from groundswell.jobs import living
from groundswell.jobs.models import Run
from groundswell.jobs.types import State
from groundswell.kernel import clock

Ticket = DBTaskResult[Any, Any]

SHORT, LONG = "short", "long"  # the library's queues


def take(*, long_too: bool, without: Collection[int] = ()) -> Ticket | None:
    """The next ticket that is due, for this process alone; None where there is none. ``without`` are projects whose
    turn it is not."""
    if not _due(long_too, without).exists():  # only looked at: an idle queue writes nothing
        return None
    with transaction.atomic():
        ticket = _due(long_too, without).select_for_update(skip_locked=True).first()
        if ticket is not None:
            ticket.claim(living.OWN)
        return ticket


def withdraw(ticket: UUID | None) -> None:
    """Take a ticket out of the queue."""
    if ticket is not None:
        DBTaskResult.objects.filter(pk=ticket).delete()


def taker(ticket: UUID | None) -> str:
    """The process that took a ticket; empty where there is no such ticket, or nobody took it."""
    found = DBTaskResult.objects.filter(pk=ticket).first() if ticket else None
    return found.worker_ids[-1] if found and found.worker_ids else ""


def _due(long_too: bool, without: Collection[int]) -> QuerySet[Ticket]:
    """What may be begun now: not what another run that is alike keeps waiting."""
    alike = Run.objects.filter(state=State.RUNNING, job=OuterRef("job"), once=OuterRef("once")).exclude(once="")
    held = Run.objects.filter(Exists(alike), state=State.WAITING).exclude(ticket=None)
    found = DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__lte=clock.now())
    found = found.exclude(pk__in=held.values("ticket"))
    if without:
        theirs = Run.objects.filter(state=State.WAITING, project_id__in=without).exclude(ticket=None)
        found = found.exclude(pk__in=theirs.values("ticket"))
    return found if long_too else found.exclude(queue_name=LONG)
