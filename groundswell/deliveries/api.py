"""Deliveries over HTTP."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from groundswell.deliveries import service
from groundswell.deliveries.types import DeliveryCard, Rhythm, Way, When
from groundswell.kernel.periods import local_iso
from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.types import May, ProjectCard

router = Router()
_ALL = "/{project}/dashboards/{int:number}/deliveries"
_ONE = f"{_ALL}/{{int:delivery}}"


class Moment(Schema):
    """When it goes, in the project's zone: ``weekday`` 0 is Monday; ``day`` of the month is 1 to 28, 0 for its last."""

    rhythm: Rhythm
    hour: int
    weekday: int = 0
    day: int = 1


class NewDelivery(Schema):
    """``to`` are the mail addresses of a mail, ``url`` is that of an incoming webhook of a channel. ``language`` is for
    whoever chose none."""

    way: Way
    when: Moment
    to: list[str] = []
    url: str = ""
    language: str = ""


class ChangedDelivery(Schema):
    """What is left out stays."""

    when: Moment | None = None
    to: list[str] | None = None
    url: str | None = None
    language: str | None = None
    on: bool | None = None


@router.get(_ALL)
def list_deliveries(request: HttpRequest, project: str, number: int, page: int = 1) -> dict[str, Any]:
    """Where a dashboard goes by itself, 50 a page."""
    card = asked_project(request, project)
    found = service.deliveries_page(card, number, number=max(1, min(page, 1_000_000)))
    return {"deliveries": [_json(card, each) for each in found.items], "total": found.total}


@router.post(_ALL)
def make_delivery(request: HttpRequest, project: str, number: int, given: NewDelivery) -> dict[str, Any]:
    """Have it go there from now on, by mail or to a channel."""
    card = asked_project(request, project, may=May.EDIT)
    made = service.make(
        caller_of(request), card, number, way=given.way, when=_when(given.when), by="API", to=given.to, url=given.url,
        language=given.language,
    )  # fmt: skip
    return _json(card, made)


@router.get(_ONE)
def read_delivery(request: HttpRequest, project: str, number: int, delivery: int) -> dict[str, Any]:
    """One delivery, and how it went last."""
    card = asked_project(request, project)
    return _json(card, service.delivery(card, number, delivery))


@router.put(_ONE)
def change_delivery(
    request: HttpRequest, project: str, number: int, delivery: int, given: ChangedDelivery
) -> dict[str, Any]:
    """Change what is given of a delivery."""
    card = asked_project(request, project, may=May.EDIT)
    changed = service.change(
        caller_of(request), card, number, delivery, when=_when(given.when) if given.when else None, to=given.to,
        url=given.url, language=given.language, is_on=given.on,
    )  # fmt: skip
    return _json(card, changed)


@router.delete(_ONE)
def remove_delivery(request: HttpRequest, project: str, number: int, delivery: int) -> dict[str, Any]:
    """Deliver it there no more."""
    service.remove(caller_of(request), asked_project(request, project, may=May.EDIT), number, delivery)
    return {"removed": delivery}


@router.post(f"{_ONE}/send")
def send_delivery(request: HttpRequest, project: str, number: int, delivery: int) -> dict[str, Any]:
    """Send it now; ``job`` is the background work that does."""
    card = asked_project(request, project, may=May.EDIT)
    return {"job": service.send_now(caller_of(request), card, number, delivery, by="API").id}


def _when(given: Moment) -> When:
    return When(given.rhythm, given.hour, given.weekday, given.day)


def _json(project: ProjectCard, card: DeliveryCard) -> dict[str, Any]:
    run = card.last
    last = run and {"job": run.id, "state": run.state, "said": run.said, "error": run.error}
    when = {"rhythm": card.when.rhythm, "hour": card.when.hour, "weekday": card.when.weekday, "day": card.when.day}
    return {
        "id": card.id, "dashboard": card.dashboard, "way": card.way, "to": card.to, "host": card.host, "when": when,
        "language": card.language, "on": card.is_on, "due": card.due and local_iso(card.due, project.timezone),
        "gone": card.gone, "made_by": card.by, "last": last,
    }  # fmt: skip
