"""The verbs of deliveries: make and change them, send one now, leave one."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from groundswell.dashboards.service import dashboard as dashboard_card
from groundswell.deliveries.leaving import reader_of
from groundswell.deliveries.models import Delivery
from groundswell.deliveries.types import LAST, SEND, DeliveryCard, Rhythm, Way, When
from groundswell.jobs.service import Work, enqueue, find_run, next_of
from groundswell.jobs.types import NOTHING, RunCard
from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.paging import SIZE, Page
from groundswell.kernel.words import said
from groundswell.outbound.service import checked
from groundswell.workspace.service import note_change, project_card
from groundswell.workspace.types import Caller, MemberRemoved, ProjectCard, ProjectZoneChanged

MOST = 20  # of a dashboard
MOST_READERS = 50  # of a mail
LAST_DAY = 28  # of a month, of those that every month has


# Reading -------------------------------------------------------------------------------------------------------------


def deliveries_page(project: ProjectCard, dashboard: int, *, number: int = 1, size: int = SIZE) -> Page[DeliveryCard]:
    """The deliveries of a dashboard, as they were made. Raises Refusal 404."""
    dashboard_card(project, dashboard)
    rows = Delivery.objects.filter(project_id=project.id, dashboard=dashboard).order_by("pk")
    chosen = rows[(number - 1) * size : number * size]
    return Page([_card(row) for row in chosen], number, rows.count(), size)


def delivery(project: ProjectCard, dashboard: int, id: int) -> DeliveryCard:
    """One of them. Raises Refusal 404."""
    return _card(_row(project, dashboard, id))


# Changing ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(
    caller: Caller,
    project: ProjectCard,
    dashboard: int,
    *,
    way: Way,
    when: When,
    by: str,
    to: Sequence[str] = (),
    url: str = "",
    language: str = "",
) -> DeliveryCard:
    """Have a dashboard delivered from now on. Raises Refusal 404, 400, or 409 where there are too many."""
    name = dashboard_card(project, dashboard).name
    if Delivery.objects.filter(dashboard=dashboard).count() >= MOST:
        hint = said("Change one of them, or remove it.")
        raise Refusal(409, "too_many_deliveries", said("A dashboard has at most %(most)s.", most=MOST), hint=hint)
    row = Delivery(project_id=project.id, dashboard_id=dashboard, way=way, by=by)
    _write(row, project, when=when, to=to, url=url, language=language)
    row.due = _next(row, project.timezone)
    row.save()
    note_change(caller, project=project.id, verb="delivery.made", subject=name, detail=_detail(row))
    return _card(row)


@transaction.atomic
def change(
    caller: Caller,
    project: ProjectCard,
    dashboard: int,
    id: int,
    *,
    when: When | None = None,
    to: Sequence[str] | None = None,
    url: str | None = None,
    language: str | None = None,
    is_on: bool | None = None,
) -> DeliveryCard:
    """Change what is given. Raises Refusal 404 or 400."""
    row = _row(project, dashboard, id)
    _write(
        row, project, when=_when(row) if when is None else when, to=row.to if to is None else to,
        url=row.url if url is None else url, language=row.language if language is None else language,
    )  # fmt: skip
    stays_on = row.due is not None if is_on is None else is_on
    row.due = _next(row, project.timezone) if stays_on else None
    row.save()
    subject = dashboard_card(project, dashboard).name
    note_change(caller, project=project.id, verb="delivery.changed", subject=subject, detail=_detail(row))
    return _card(row)


@transaction.atomic
def remove(caller: Caller, project: ProjectCard, dashboard: int, id: int) -> None:
    """Deliver it no more. Raises Refusal 404."""
    row = _row(project, dashboard, id)
    detail = _detail(row)
    row.delete()
    subject = dashboard_card(project, dashboard).name
    note_change(caller, project=project.id, verb="delivery.removed", subject=subject, detail=detail)


@transaction.atomic
def send_now(
    caller: Caller, project: ProjectCard, dashboard: int, id: int, *, by: str, only: Sequence[str] = ()
) -> RunCard:
    """Send it in a moment, to all or only to some of its readers or to whoever tries it. Raises Refusal 404."""
    row = _row(project, dashboard, id)
    subject = dashboard_card(project, dashboard).name
    run = enqueue(
        SEND, project=project.id, once_key=f"{row.pk}:{','.join(only)}", by=by, about=subject, delivery=row.pk,
        only=list(only), occasion=secrets.token_hex(8),
    )  # fmt: skip
    Delivery.objects.filter(pk=row.pk).update(run=run.id)
    note_change(caller, project=project.id, verb="delivery.sent", subject=subject, detail=_detail(row))
    return run


# Time ----------------------------------------------------------------------------------------------------------------


def hand_out(_work: Work) -> str:
    """Have sent what is due: once, however often its time went by meanwhile."""
    for number in Delivery.objects.filter(due__lte=clock.now()).order_by("due").values_list("pk", flat=True):
        with transaction.atomic():
            row = Delivery.objects.select_for_update().filter(pk=number, due__lte=clock.now()).first()
            if row is not None and row.due is not None:
                project = project_card(row.project_id)
                about = dashboard_card(project, row.dashboard_id).name
                run = enqueue(
                    SEND, project=project.id, once_key=f"{row.pk}", about=about, delivery=row.pk, only=[],
                    occasion=row.due.isoformat(),
                )  # fmt: skip
                row.run, row.due = run.id, _next(row, project.timezone)
                row.save(update_fields=["run", "due"])
    return NOTHING


def zone_changed(happening: ProjectZoneChanged) -> None:
    """An hour is another instant in another zone."""
    for row in Delivery.objects.filter(project_id=happening.project).exclude(due=None):
        Delivery.objects.filter(pk=row.pk).update(due=_next(row, happening.timezone))


def _next(row: Delivery, tz: str) -> datetime:
    return next_of(_when(row).cron, clock.now(), tz=tz)


# Readers -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def member_removed(happening: MemberRemoved) -> None:
    """Who does not belong to a project any more gets none of its numbers. What goes to nobody else is switched off."""
    for row in Delivery.objects.select_for_update().filter(project_id__in=happening.projects, way=Way.MAIL):
        if happening.email in row.to:
            row.to = [address for address in row.to if address != happening.email]
            row.due = row.due if row.to else None
            row.save(update_fields=["to", "due"])


# Leaving -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def leave(token: str, *, comes_back: bool = False) -> None:
    """Whoever has that address wants it no more, or does so again. Raises Refusal 404 for an address of nobody."""
    reader = reader_of(token)
    row = Delivery.objects.select_for_update().filter(pk=reader.delivery).first()
    if row is not None:
        others = [each for each in row.gone if each != reader.email]
        row.gone = others if comes_back else [*others, reader.email]
        row.save(update_fields=["gone"])


def has_left(token: str) -> bool:
    """Whether they want it no more. What is delivered no more wants nobody. Raises Refusal 404."""
    reader = reader_of(token)
    row = Delivery.objects.filter(pk=reader.delivery).first()
    return row is None or reader.email in row.gone


# ---------------------------------------------------------------------------------------------------------------------


def _write(row: Delivery, project: ProjectCard, *, when: When, to: Sequence[str], url: str, language: str) -> None:
    _check_when(when)
    if row.way == Way.MAIL:
        row.to, row.url = _readers(to), ""
    else:
        checked(url)
        row.to, row.url = [], url
    row.language = language or project.language
    if row.language not in dict(settings.LANGUAGES):
        raise bad_request(said("Use en or ko."), field="language")
    row.rhythm, row.hour, row.weekday, row.day = when.rhythm, when.hour, when.weekday, when.day


def _check_when(when: When) -> None:
    fits: tuple[tuple[str, bool], ...] = (
        ("hour", 0 <= when.hour <= 23),
        ("weekday", 0 <= when.weekday <= 6),
        ("day", LAST <= when.day <= LAST_DAY),
    )
    for field, is_well in fits:
        if not is_well:
            hint = said("Hours go from 0 to 23, weekdays from 0 to 6, days of a month from 1 to 28; 0 is its last.")
            raise bad_request(said("There is no such time."), hint=hint, field=field)


def _readers(given: Sequence[str]) -> list[str]:
    """Mail addresses, each once. Raises Refusal 400."""
    found = list(dict.fromkeys(address.strip().lower() for address in given if address.strip()))
    if not found:
        raise bad_request(said("A mail needs somebody who gets it."), field="to")
    if len(found) > MOST_READERS:
        raise bad_request(said("At most %(most)s people get it.", most=MOST_READERS), field="to")
    for address in found:
        try:
            validate_email(address)
        except ValidationError:
            raise bad_request(said("%(text)r is not an email address.", text=address), field="to") from None
    return found


def _row(project: ProjectCard, dashboard: int, id: int) -> Delivery:
    dashboard_card(project, dashboard)
    rows = Delivery.objects.select_for_update() if transaction.get_connection().in_atomic_block else Delivery.objects
    found = rows.filter(pk=id, project_id=project.id, dashboard=dashboard).first()
    if found is None:
        raise not_found(said("There is no such delivery."))
    return found


def _when(row: Delivery) -> When:
    return When(Rhythm(row.rhythm), row.hour, row.weekday, row.day)


def _detail(row: Delivery) -> dict[str, Any]:
    where = ", ".join(row.to) if row.way == Way.MAIL else checked(row.url).host
    return {"way": row.way, "to": where}


def _card(row: Delivery) -> DeliveryCard:
    return DeliveryCard(
        id=row.pk, dashboard=row.dashboard_id, way=Way(row.way), to=tuple(row.to),
        host=checked(row.url).host if row.url else "", language=row.language, when=_when(row), due=row.due,
        gone=tuple(row.gone), by=row.by, last=find_run(row.project_id, row.run),
    )  # fmt: skip
