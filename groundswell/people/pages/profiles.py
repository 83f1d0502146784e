"""The pages of single people and companies."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from groundswell.people import dossier
from groundswell.people import service as people
from groundswell.people.addresses import company_address, person_address
from groundswell.people.dossier import Company, Membership, Person
from groundswell.people.pages.lists import shown
from groundswell.people.timeline import Filter, events_done, timeline
from groundswell.people.types import MemberRole, Rejoin
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard

BAR, GAP, HIGH = 4, 1, 44  # of the strip of days, in its own units


@project_page
@require_GET
def person(request: HttpRequest, project: ProjectCard, id: str = "") -> HttpResponse:
    """Somebody. An id that was merged away leads on to the surviving profile."""
    asked = id or request.GET.get("id", "")
    found = dossier.person(project, asked)
    if found.id != asked:
        return HttpResponseRedirect(person_address(project, found.id))
    numbers = [each.number for each in found.ids]
    return render(request, "people/person.html", {
        "person": found, "traits": _traits(found), "rejoins": _rejoins(project, found),
        "memberships": [(each, company_address(project, each.id)) for each in found.memberships],
        "roles": _roles(), **_what_happened(request, project, numbers, first=found.first_seen),
    })  # fmt: skip


@project_page
@require_GET
def company(request: HttpRequest, project: ProjectCard, id: str = "") -> HttpResponse:
    """A company with its people."""
    found = dossier.company(project, id or request.GET.get("id", ""))
    numbers = people.ids_of(project, [each.number for each in found.members])
    return render(request, "people/company.html", {
        "company": found, "traits": _traits(found), "roles": _roles(), "members": _members(project, found.members),
        "partner_people": [(each, person_address(project, each.id)) for each in found.partners],
        "partner_url": company_address(project, found.partner) if found.partner else "",
        **_what_happened(request, project, numbers, first=found.first_seen, account=found.number),
    })  # fmt: skip


@project_page
@require_POST
def set_role(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """What somebody is in a company."""
    asked = request.POST
    people.set_role(
        project, asked.get("person", "").strip(), asked.get("company", "").strip(), asked.get("role", ""),
        caller=caller_at(request),
    )  # fmt: skip
    messages.success(request, _("The role was kept."))
    return HttpResponseRedirect(_back(asked, project))


@project_page
@require_POST
def set_partner(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Which company serves a company as its partner."""
    id = request.POST.get("company", "")
    people.set_partner(project, id, request.POST.get("partner", "").strip(), caller=caller_at(request))
    messages.success(request, _("The partner was kept."))
    return HttpResponseRedirect(company_address(project, id))


def _back(asked: QueryDict, project: ProjectCard) -> str:
    if asked.get("from") == "company":
        return company_address(project, asked.get("company", "").strip())
    return person_address(project, asked.get("person", "").strip())


def _what_happened(
    request: HttpRequest, project: ProjectCard, numbers: Sequence[int], *, first: str | None, account: int = 0
) -> dict[str, Any]:
    """The days and the timeline, with what the address asks of it."""
    asked = request.GET
    wanted = Filter(asked.get("event", ""), _day(asked.get("from")), _day(asked.get("to")), asked.get("before", ""))
    found = timeline(project, numbers, wanted, account=account)
    kept = {name: value for name, value in asked.items() if name in ("id", "event", "from", "to") and value}
    days = dossier.activity(project, numbers)
    return {
        "timeline": found, "wanted": wanted, "events_done": events_done(project, numbers), "strip": _strip(days),
        "older": f"?{urlencode({**kept, 'before': found.before})}#timeline" if found.before else "",
        "newest": f"?{urlencode(kept)}#timeline" if wanted.before else "", "asked_id": asked.get("id", ""),
        "is_filtered": bool(wanted.event or wanted.first or wanted.last),
    }  # fmt: skip


def _strip(days: Sequence[tuple[date, int]]) -> dict[str, Any]:
    """Bars of the days, as tall as they were busy, and what a screen reader says of them."""
    most = max((count for _day, count in days), default=0)
    bars = [
        {"x": place * (BAR + GAP), "y": HIGH - height, "height": height, "day": day, "count": count}
        for place, (day, count) in enumerate(days)
        if count and (height := max(2, round(HIGH * count / most)))
    ]
    return {
        "bars": bars, "width": len(days) * (BAR + GAP), "height": HIGH, "bar": BAR, "first": days[0][0],
        "last": days[-1][0], "active": len(bars), "most": most, "events": sum(count for _day, count in days),
    }  # fmt: skip


def _traits(found: Person | Company) -> list[dict[str, Any]]:
    return [{"key": each.key, "value": shown(each.value), "at": each.at} for each in found.traits]


def _members(project: ProjectCard, members: Sequence[Membership]) -> list[tuple[Membership, str]]:
    return [(each, person_address(project, each.id)) for each in members]


def _rejoins(project: ProjectCard, found: Person) -> list[tuple[Rejoin, str]]:
    """The merges and splits by hand of somebody that stand, with the id that came or went."""
    numbers = {each.number for each in found.ids}
    made = [
        each
        for each in people.rejoins(project)
        if not each.undone and not each.undoes and ({each.person, each.other} & numbers)
    ]
    names = people.id_names(project, [each.other for each in made])
    return [(each, names.get(each.other, "")) for each in made[:20]]


def _roles() -> list[tuple[str, str]]:
    return [
        ("", _("no role")), (MemberRole.END_USER, _("end user")), (MemberRole.CHAMPION, _("champion")),
        (MemberRole.BUYER, _("buyer")), (MemberRole.ADMIN, _("admin")), (MemberRole.PARTNER, _("partner")),
    ]  # fmt: skip


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
