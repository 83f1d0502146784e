"""What was changed, by whom, when. Every verb that changes something notes it in the transaction that changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from groundswell.kernel.paging import SIZE, Page
from groundswell.workspace.models import AuditEntry, Key, Project
from groundswell.workspace.types import By, Caller

LONGEST = 300  # characters of a subject
MOST_KINDS = 50  # asked for at once; there are fewer


@dataclass(frozen=True)
class Entry:
    """Something that was changed. ``who`` is a mail address, the beginning of a key, or empty for the machine."""

    id: int
    at: datetime
    by: str
    who: str
    verb: str
    subject: str
    detail: dict[str, Any]
    project: int | None


def note(
    caller: Caller,
    *,
    project: int | None,
    organisation: int | None = None,
    verb: str,
    subject: str,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down that the caller changed something.

    ``verb`` is a stable word like ``key.revoked``; ``subject`` says in words which thing it was, and outlives it.
    Without a project the change concerns the whole ``organisation``. Secrets belong neither in subject nor in detail.
    """
    if organisation is None:
        assert project is not None, "a change concerns a project or an organisation"
        organisation = Project.objects.values_list("organisation", flat=True).get(pk=project)
    by, who = who_is(caller)
    AuditEntry.objects.create(
        organisation_id=organisation, project_id=project, user_id=caller.user, by=by, who=who, verb=verb,
        subject=subject[:LONGEST], detail=detail or {},
    )  # fmt: skip


def entries(project: int, *, number: int = 1, size: int = SIZE, who: str = "", kind: str = "") -> Page[Entry]:
    """A page of what was changed in a project and in the organisation around it, the latest first.

    ``who`` is somebody as ``Entry.who`` says it; ``kind`` is what stands before the dot of a verb, or several of these
    separated by commas, of which ``MOST_KINDS`` count.
    """
    found = _of(project)
    if who:
        found = found.filter(who=who)
    if kind:
        kinds = list(dict.fromkeys(kind.split(",")))[:MOST_KINDS]
        found = found.filter(reduce(or_, (Q(verb__startswith=f"{each}.") for each in kinds)))
    rows = found.order_by("-pk")[(number - 1) * size : number * size]
    return Page([_entry(row) for row in rows], number, found.count(), size)


def latest(project: int, kinds: Sequence[str]) -> int:
    """A number that is another one once something of these kinds (what stands before the dot of a verb) was changed."""
    found = AuditEntry.objects.filter(project=project)
    of_kinds = found.filter(reduce(or_, (Q(verb__startswith=f"{kind}.") for kind in kinds)))
    return of_kinds.order_by("-pk").values_list("pk", flat=True).first() or 0


def choices(project: int) -> tuple[list[str], list[str]]:
    """Who ever changed something here, and the kinds of things that were changed."""
    who = _of(project).exclude(who="").order_by("who").values_list("who", flat=True).distinct()
    verbs = _of(project).order_by("verb").values_list("verb", flat=True).distinct()
    return list(who), list(dict.fromkeys(verb.partition(".")[0] for verb in verbs))


def _of(project: int) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(Q(project=project) | Q(project=None), organisation__projects=project)


def who_is(caller: Caller) -> tuple[By, str]:
    """What kind of caller it is, and their mail address, the beginning of their key, or nothing for the machine."""
    if caller.user is not None:
        return By.PERSON, get_user_model().objects.values_list("username", flat=True).get(pk=caller.user)
    if caller.project is not None:
        return By.KEY, Key.objects.filter(pk=caller.key or 0).values_list("shown", flat=True).first() or ""
    return By.MACHINE, ""


def _entry(row: AuditEntry) -> Entry:
    return Entry(row.pk, row.at, row.by, row.who, row.verb, row.subject, row.detail, row.project_id)
