"""Dashboards over HTTP."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema

from groundswell.dashboards import gallery, service, sharing
from groundswell.dashboards.addresses import filters_in
from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.types import May

router = Router()


class ToMake(Schema):
    """A card is ``{"title", "display": "chart|number|table|text", "width": 3|4|6|8|9|12 of twelve columns,
    "keeps_days": whether the dashboard's days leave its own as they are}`` and one of ``"saved"`` (the number of a
    saved question), ``"question"`` and ``"text"`` (Markdown). Filters are ``{"date_from", "date_to", "where"}``: those
    that it opens with."""

    name: str
    description: str = ""
    filters: dict[str, Any] = {}
    cards: list[dict[str, Any]] = []


class ToChange(Schema):
    """What is left out stays. ``cards`` are all there are from then on, in this order; one with the ``id`` of a card
    stays that card."""

    name: str | None = None
    description: str | None = None
    filters: dict[str, Any] | None = None
    pinned: bool | None = None
    cards: list[dict[str, Any]] | None = None


class ToShare(Schema):
    """``name`` says for whom; ``days`` after how many it leads nowhere any more (never, if not given); ``may_narrow``
    lets who has it choose other days."""

    name: str = ""
    password: str = ""
    days: int | None = None
    may_narrow: bool = False


@router.get("/{project}/dashboards")
def list_dashboards(request: HttpRequest, project: str, search: str = "", page: int = 1) -> dict[str, Any]:
    """Dashboards, the pinned ones first, then the one changed last; 50 a page."""
    card = asked_project(request, project)
    found = service.dashboards_page(card, text=search, number=max(1, min(page, 1_000_000)))
    return {"dashboards": [each.as_json() for each in found.items], "total": found.total}


@router.post("/{project}/dashboards")
def make_dashboard(request: HttpRequest, project: str, given: ToMake) -> dict[str, Any]:
    """Make a dashboard."""
    card = asked_project(request, project, may=May.EDIT)
    return service.make(caller_of(request), card, by="API", **given.dict()).as_json()


@router.get("/{project}/dashboards/gallery")
def list_ready(request: HttpRequest, project: str) -> dict[str, Any]:
    """Ready dashboards, filled with the project's own words; ``lacks`` are events in them that never came."""
    return {"dashboards": [each.as_json() for each in gallery.gallery(asked_project(request, project))]}


@router.post("/{project}/dashboards/gallery/{key}")
def take_ready(request: HttpRequest, project: str, key: str) -> dict[str, Any]:
    """Make a dashboard of a ready one."""
    return gallery.take(caller_of(request), asked_project(request, project, may=May.EDIT), key, by="API").as_json()


@router.get("/{project}/dashboards/{int:number}")
def read_dashboard(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """A dashboard with its cards, in their order."""
    return service.dashboard(asked_project(request, project), number).as_json()


@router.put("/{project}/dashboards/{int:number}")
def change_dashboard(request: HttpRequest, project: str, number: int, given: ToChange) -> dict[str, Any]:
    """Change what is given of a dashboard."""
    card = asked_project(request, project, may=May.EDIT)
    changes = given.dict()
    changes["is_pinned"] = changes.pop("pinned")
    return service.change(caller_of(request), card, number, **changes).as_json()


@router.delete("/{project}/dashboards/{int:number}")
def remove_dashboard(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """Throw a dashboard away. Saved questions that it shows stay."""
    service.remove(caller_of(request), asked_project(request, project, may=May.EDIT), number)
    return {"removed": number}


@router.get("/{project}/dashboards/{int:number}/answers")
def read_answers(
    request: HttpRequest, project: str, number: int, date_from: str = "", date_to: str = "", where: str = ""
) -> dict[str, Any]:
    """What its cards say, in their order. Days and a condition (JSON) narrow all of them; what is not given is as it
    opens. A card that cannot be answered has an ``error`` instead of an ``answer``; ``notes`` say which filters do not
    narrow a card; beside a number stands the answer for as many days ``before``."""
    card = asked_project(request, project)
    shown = service.dashboard(card, number)
    given = {"date_from": date_from, "date_to": date_to, "where": where}
    filters = filters_in({name: value for name, value in given.items() if value}, shown.filters, card.timezone)
    answers = [each.as_json() for each in service.answers(card, shown, filters)]
    return {"dashboard": shown.id, "filters": filters.as_json(), "answers": answers}


@router.get("/{project}/dashboards/{int:number}/shares")
def list_shares(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """The links to it that were not revoked, the latest first: how often each was opened, and when last."""
    return {"shares": [each.as_json() for each in sharing.shares_of(asked_project(request, project), number)]}


@router.post("/{project}/dashboards/{int:number}/shares")
def share_dashboard(request: HttpRequest, project: str, number: int, given: ToShare) -> dict[str, Any]:
    """Share it with who has no account. The ``url`` is shown here alone; keep it."""
    card = asked_project(request, project, may=May.EDIT)
    made, secret = sharing.share(caller_of(request), card, number, by="API", **given.dict())
    server = settings.URL or f"{request.scheme}://{request.get_host()}"
    return {**made.as_json(), "url": server + reverse("shared", args=[secret])}


@router.delete("/{project}/dashboards/{int:number}/shares/{int:share}")
def revoke_share(request: HttpRequest, project: str, number: int, share: int) -> dict[str, Any]:
    """Close a link: it leads nowhere from then on."""
    sharing.revoke(caller_of(request), asked_project(request, project, may=May.EDIT), number, share)
    return {"revoked": share}
