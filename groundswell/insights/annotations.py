"""Annotations: releases, campaigns, incidents and the like, which charts over time show where they happened."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet

from groundswell.insights.models import Annotation as Row
from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.paging import SIZE, Page
from groundswell.kernel.periods import EARLIEST, LATEST, Days, zone
from groundswell.kernel.words import said
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller, ProjectCard

LONGEST_TEXT = 200  # characters
LONGEST_LINK = 500
MOST = 10_000  # of a project
LENGTH_OF_DAY = len("2026-01-31")


class Sort(StrEnum):
    """What an annotation is about."""

    RELEASE = "release"
    CAMPAIGN = "campaign"
    INCIDENT = "incident"
    OTHER = "other"


@dataclass(frozen=True)
class Annotation:
    """A day of the project, or an instant of it, and what happened then."""

    id: int
    day: date
    at: datetime | None
    sort: Sort
    text: str
    link: str
    by: str
    made: datetime
    changed: datetime

    def local(self, tz: str) -> datetime | None:
        """The instant in that zone; None where the whole day is meant."""
        return self.at.astimezone(zone(tz)) if self.at else None

    def day_in(self, tz: str) -> date:
        local = self.local(tz)
        return local.date() if local else self.day

    def on(self, tz: str) -> str:
        """When, as ISO 8601: a day, or an instant with its offset."""
        local = self.local(tz)
        return local.isoformat(timespec="minutes") if local else self.day.isoformat()

    def as_json(self, tz: str) -> dict[str, Any]:
        return {
            "id": self.id, "on": self.on(tz), "kind": self.sort, "text": self.text, "link": self.link,
            "made_by": self.by, "made": self.made.isoformat(), "changed": self.changed.isoformat(),
        }  # fmt: skip


@transaction.atomic
def annotate(
    caller: Caller, project: ProjectCard, *, on: str, text: str, kind: str = Sort.OTHER, link: str = "", by: str
) -> Annotation:
    """Write down what happened ``on`` a day (2026-01-31) or at an instant (2026-01-31T14:30, in the project's zone
    unless it says its offset). Raises Refusal 400, or 409 where the project has too many."""
    if Row.objects.filter(project_id=project.id).count() >= MOST:
        raise Refusal(409, "too_many_annotations", said("The project has too many annotations."))
    day, at = _moment(on, project.timezone)
    row = Row.objects.create(
        project_id=project.id, day=day, at=at, kind=_sort(kind), text=_text(text), link=_link(link), by=by
    )
    note_change(caller, project=project.id, verb="annotation.added", subject=row.text)
    return _annotation(row)


@transaction.atomic
def change(
    caller: Caller,
    project: ProjectCard,
    id: int,
    *,
    on: str | None = None,
    text: str | None = None,
    kind: str | None = None,
    link: str | None = None,
) -> Annotation:
    """Change what is given of an annotation. Raises Refusal 404 or 400."""
    row = _row(project, id, to_change=True)
    if on is not None:
        row.day, row.at = _moment(on, project.timezone)
    row.text = row.text if text is None else _text(text)
    row.kind = row.kind if kind is None else _sort(kind)
    row.link = row.link if link is None else _link(link)
    row.save()
    note_change(caller, project=project.id, verb="annotation.changed", subject=row.text)
    return _annotation(row)


@transaction.atomic
def remove(caller: Caller, project: ProjectCard, id: int) -> None:
    """Take an annotation away. Raises Refusal 404."""
    row = _row(project, id, to_change=True)
    row.delete()
    note_change(caller, project=project.id, verb="annotation.removed", subject=row.text)


def annotation(project: ProjectCard, id: int) -> Annotation:
    """One annotation. Raises Refusal 404."""
    return _annotation(_row(project, id))


def annotations(
    project: ProjectCard, *, first: date | None = None, last: date | None = None, number: int = 1, size: int = SIZE
) -> Page[Annotation]:
    """A page of the annotations of these days (both included; of all, where none is given), the latest first."""
    rows = _within(project, Days(first or EARLIEST, last or LATEST, project.timezone))
    chosen = rows.order_by("-day", "-at", "-pk")[(number - 1) * size : number * size]
    return Page([_annotation(row) for row in chosen], number, rows.count(), size)


def annotations_in(project: int, days: Days, *, most: int) -> list[Annotation]:
    """The first annotations of these days, in the order in which things happened."""
    rows = _of_days(Row.objects.filter(project_id=project), days).order_by("day", "at", "pk")
    return [_annotation(row) for row in rows[:most]]


def day_of(text: str, field: str) -> date | None:
    """A day as it is asked for; None of no text. Raises Refusal 400."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        hint = said("Write a day such as 2026-01-31.")
        raise bad_request(said("%(text)r is no day.", text=text), hint=hint, field=field) from None


def _within(project: ProjectCard, days: Days) -> QuerySet[Row]:
    return _of_days(Row.objects.filter(project_id=project.id), days)


def _of_days(rows: QuerySet[Row], days: Days) -> QuerySet[Row]:
    """Whole days by their date; instants by where they lie in the zone of these days, which may have changed."""
    begin, end = (datetime.fromtimestamp(each / 1e6, UTC) for each in (days.start_us, days.end_us))
    whole = rows.filter(at=None, day__gte=days.first, day__lte=days.last)
    return whole | rows.filter(at__gte=begin, at__lt=end)


def _row(project: ProjectCard, id: int, *, to_change: bool = False) -> Row:
    rows = Row.objects.select_for_update() if to_change else Row.objects
    row = rows.filter(project_id=project.id, pk=id).first()
    if row is None:
        raise not_found(said("There is no such annotation."))
    return row


def _annotation(row: Row) -> Annotation:
    return Annotation(row.pk, row.day, row.at, Sort(row.kind), row.text, row.link, row.by, row.made, row.changed)


# What is given -------------------------------------------------------------------------------------------------------


def _moment(text: str, tz: str) -> tuple[date, datetime | None]:
    """The local day, and the instant if one is said."""
    try:
        if len(text) == LENGTH_OF_DAY:
            day, at = date.fromisoformat(text), None
        else:
            said_at = datetime.fromisoformat(text)
            local = said_at.astimezone(zone(tz)) if said_at.tzinfo else said_at.replace(tzinfo=zone(tz))
            day, at = local.date(), local.astimezone(UTC)
    except (ValueError, OverflowError):
        hint = said("Write a day such as 2026-01-31, or an instant such as 2026-01-31T14:30.")
        raise bad_request(said("%(text)r is no day.", text=text), hint=hint, field="on") from None
    if not EARLIEST <= day <= LATEST:
        sentence = said("Days lie between %(earliest)s and %(latest)s.", earliest=EARLIEST, latest=LATEST)
        raise bad_request(sentence, field="on")
    return day, at


def _text(given: str) -> str:
    text = " ".join(given.split())
    if not text or len(text) > LONGEST_TEXT:
        hint = said("Write 1 to %(most)s characters.", most=LONGEST_TEXT)
        raise bad_request(said("An annotation says what happened."), hint=hint, field="text")
    return text


def _sort(given: str) -> Sort:
    if given not in set(Sort):
        sentence = said("%(kind)r is no kind of annotation.", kind=given)
        raise bad_request(sentence, hint=said("Use one of %(kinds)s.", kinds=", ".join(Sort)), field="kind")
    return Sort(given)


def _link(given: str) -> str:
    """An address that may stand in a page: nothing that runs."""
    link = given.strip()
    try:
        parts = urlsplit(link)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_good = False
    if link and (not is_good or len(link) > LONGEST_LINK):
        hint = said("It begins with https:// or http://, and has at most %(most)s characters.", most=LONGEST_LINK)
        raise bad_request(said("The link is no address of a page."), hint=hint, field="link")
    return link
