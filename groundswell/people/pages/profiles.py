"""The pages of single people and companies."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from groundswell.kernel.ids import stable_id
from groundswell.kernel.periods import local_iso
from groundswell.people import dossier
from groundswell.people import service as people
from groundswell.people.addresses import company_address, person_address
from groundswell.people.belonging import belonging
from groundswell.people.calendar import calendar
from groundswell.people.cards import person_names
from groundswell.people.dossier import Membership, Named, Person
from groundswell.people.moments import moments, plan_of
from groundswell.people.pages.lists import roles, traits_shown
from groundswell.people.timeline import Filter, Timeline, possible, summary, timeline
from groundswell.people.types import Rejoin
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard

FIRST, MOST_SHOWN = 8, 200  # ids and companies shown at once, and when asked for more
MOST_REJOINS = 20
Names = dict[int, tuple[str, str]]  # ids, and what people are called, by number


@project_page
@require_GET
def person(request: HttpRequest, project: ProjectCard, id: str = "") -> HttpResponse:
    """Somebody. Any of their ids leads to the profile; an id that was merged away, to the one that survived."""
    asked = id or request.GET.get("id", "")
    found = dossier.person(project, asked)
    if found.id != asked:
        return HttpResponseRedirect(person_address(project, found.id))
    rejoins = _rejoins(project, found)
    companies = [(each, company_address(project, each.id)) for each in found.memberships]
    done = next((each for each in rejoins if str(each[0].number) == request.GET.get("done")), None)
    return render(request, "people/person.html", {
        "person": found, "traits": traits_shown(found), "rejoins": rejoins, "done": done,
        "first_ids": found.ids[:FIRST], "more_ids": found.ids[FIRST:MOST_SHOWN],
        "belonging": belonging(project, "person", found.number),
        "memberships": companies[:FIRST], "more_memberships": companies[FIRST:], "roles": roles(),
        **_what_happened(request, project, [each.number for each in found.ids]),
    })  # fmt: skip


@project_page
@require_GET
def company(request: HttpRequest, project: ProjectCard, id: str = "") -> HttpResponse:
    """A company with its people."""
    found = dossier.company(project, id or request.GET.get("id", ""))
    happened = _what_happened(
        request, project, dossier.ids_in(project, found.number), account=found.number,
        named={each.number: (each.id, each.name) for each in found.members},
    )  # fmt: skip
    done = happened["people_done"]
    members = [_as_told(project, each, *done.get(each.number, (0, None))) for each in found.members]
    listed = reverse("people", args=[project.id])
    return render(request, "people/company.html", {
        "company": found, "traits": traits_shown(found), "roles": roles(), "members": _members(project, members),
        "events": sum(events for events, _ in done.values()),
        "all_people": f"{listed}?{urlencode({'company': found.id})}",
        "partner_people": _members(project, found.partners),
        "partner": _with_address(project, found.partner) if found.partner else None,
        "serves": [_with_address(project, each) for each in found.serves],
        "belonging": belonging(project, "account", found.number),
        **happened,
    })  # fmt: skip


@project_page
@require_POST
def set_role(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """What somebody is in a company."""
    asked = request.POST
    person, company = _as_sent(project, asked.get("person", "")), asked.get("company", "")
    people.set_role(project, person, company, asked.get("role", ""), caller=caller_at(request))
    messages.success(request, _("The role is saved."))
    back = company_address(project, company) if asked.get("from") == "company" else person_address(project, person)
    return HttpResponseRedirect(back)


def _as_sent(project: ProjectCard, text: str) -> str:
    """An id exactly as a client sent it; one that nobody sent is read without blanks around it."""
    return text if people.id_names(project, [stable_id(project.id, text)]) else text.strip()


@project_page
@require_POST
def set_partner(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Which company serves a company as its partner."""
    id = request.POST.get("company", "")
    people.set_partner(project, id, request.POST.get("partner", "").strip(), caller=caller_at(request))
    messages.success(request, _("The partner is saved."))
    return HttpResponseRedirect(company_address(project, id))


def _what_happened(
    request: HttpRequest, project: ProjectCard, ids: Sequence[int], *, account: int = 0, named: Names | None = None
) -> dict[str, Any]:
    """The days and the timeline, as the address asks. Where some are ``named`` it says of everybody who it was."""
    asked = request.GET
    wanted = Filter(asked.get("event", ""), _day(asked.get("from")), _day(asked.get("to")), asked.get("before", ""))
    found, done = timeline(project, ids, wanted, account=account), summary(project, ids, account=account)
    told = moments(project, ids, account=account)
    kept = {name: str(value) for name, value in asked.items() if name in ("id", "event", "from", "to") and value}
    return {
        "timeline": found, "wanted": wanted, "events_done": done.events, "people_done": done.people,
        "used": done.used, "moments": [(each, _day_address(asked, each.day)) for each in told],
        "plan": plan_of(told, project.currency),
        "calendar": calendar(done.days),
        "days": _days(project, found, named),
        "older": _part(kept, before=found.before) if found.before else "",
        "newest": _part(kept) if wanted.before else "", "of_day": _of_day(asked), "asked_id": asked.get("id", ""),
        "is_filtered": bool(wanted.event or wanted.first or wanted.last),
    }  # fmt: skip


def _days(project: ProjectCard, found: Timeline, named: Names | None) -> list[dict[str, Any]]:
    """Sessions under the local days on which they ended."""
    names: Names = {}
    if named is not None:
        others = {session.person for session in found.sessions if session.person not in named}
        names = {**named, **person_names(project, others)}
    days: list[dict[str, Any]] = []
    for session in found.sessions:
        day = session.last[:10]
        if not days or days[-1]["day"] != day:
            days.append({"day": day, "sessions": []})
        id, name = names.get(session.person, ("", ""))
        days[-1]["sessions"].append({"of": session, "who": name, "url": person_address(project, id) if id else ""})
    return days


def _of_day(asked: QueryDict) -> str:
    """The address that shows one day, which comes after it."""
    kept = {"id": asked["id"]} if asked.get("id") else {}
    return f"?{urlencode({**kept, 'event': asked.get('event', '')})}&"


def _day_address(asked: QueryDict, day: str) -> str:
    """The timeline of one day."""
    kept = {"id": str(asked["id"])} if asked.get("id") else {}
    return _part({**kept, "from": day, "to": day})


def _part(kept: dict[str, str], **more: str) -> str:
    return f"?{urlencode({**kept, **more})}#timeline"


def _as_told(project: ProjectCard, member: Membership, events: int, last: datetime | None) -> Membership:
    """With the numbers that the timeline tells: also of events before somebody's last change of company."""
    last_seen = local_iso(last, project.timezone) if last else member.last_seen
    return replace(member, events=events, last_seen=last_seen)


def _members(project: ProjectCard, members: Sequence[Membership]) -> list[tuple[Membership, str]]:
    return [(each, person_address(project, each.id)) for each in members]


def _with_address(project: ProjectCard, company: Named) -> tuple[str, str]:
    return company.name, company_address(project, company.id) if company.id else ""


def _rejoins(project: ProjectCard, found: Person) -> list[tuple[Rejoin, str]]:
    """The merges and splits by hand of somebody that stand, with the id that came or went."""
    made = people.rejoins(project, [each.number for each in found.ids])
    standing = [each for each in made if not each.undone and not each.undoes][:MOST_REJOINS]
    names = people.id_names(project, [each.other for each in standing])
    return [(each, names.get(each.other, "")) for each in standing]


def _day(text: str | None) -> date | None:
    """A day given in ISO."""
    try:
        return possible(date.fromisoformat(text)) if text else None
    except ValueError:
        return None
