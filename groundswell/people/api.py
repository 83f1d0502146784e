"""People and companies over HTTP: lists, profiles, timelines, roles, partners, merging and parting."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from groundswell.people import dossier, listing
from groundswell.people import service as people
from groundswell.people.listing import Wanted
from groundswell.people.narrowing import narrowings_of
from groundswell.people.service import account_profile, profile
from groundswell.people.timeline import Filter, Timeline, possible, timeline
from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.types import May, ProjectCard

router = Router()
MOST_AT_ONCE = 500
LONGEST_NUMBER = 20  # digits
MOST_DAYS = 36_500


class Listing(Schema):
    """What narrows a list, as in the addresses of the console; ``after`` is the ``next`` of the page before."""

    search: str = ""
    where: list[str] = []
    known: bool | None = None
    role: str = ""
    company: str = ""
    seen: int | None = None
    limit: int = 50
    after: str = ""

    @property
    def wanted(self) -> Wanted:
        is_number = self.after.isascii() and self.after.isdecimal() and len(self.after) <= LONGEST_NUMBER
        return Wanted(
            search=self.search, narrowing=narrowings_of(self.where), known=self.known,
            role=self.role, company=self.company, seen=max(-MOST_DAYS, min(self.seen or 0, MOST_DAYS)),
            size=max(1, min(self.limit, MOST_AT_ONCE)),
            after=min(int(self.after), 2**64 - 1) if is_number else 0,
        )  # fmt: skip


class Part(Schema):
    """Which events of a timeline; ``before`` is the ``next`` of the part before."""

    event: str = ""
    date_from: date | None = None
    date_to: date | None = None
    before: str = ""

    @property
    def filter(self) -> Filter:
        return Filter(self.event, possible(self.date_from), possible(self.date_to), self.before)


class Into(Schema):
    into: str


class Which(Schema):
    id: str


class RoleOf(Schema):
    person: str
    role: str


class Partner(Schema):
    partner: str


@router.get("/{project}/persons")
def list_persons(request: HttpRequest, project: str, asked: Query[Listing]) -> dict[str, Any]:
    """People by name, mail or the beginning of an id, narrowed by traits, role, company and last visit."""
    wanted = asked.wanted
    rows = listing.people(asked_project(request, project), wanted).rows
    persons = [
        {"id": row.card.id, "name": row.card.name, "email": row.card.email, "known": row.known,
         "accounts": row.card.accounts, "role": row.card.role or None, "events": row.events,
         "first_seen": row.first_seen, "last_seen": row.card.last_seen}
        for row in rows
    ]  # fmt: skip
    return {"persons": persons, "next": str(rows[-1].card.number) if len(rows) == wanted.size else None}


@router.get("/{project}/accounts")
def list_accounts(request: HttpRequest, project: str, asked: Query[Listing]) -> dict[str, Any]:
    """Accounts by name or the beginning of an id, narrowed by traits and last visit."""
    wanted = asked.wanted
    rows = listing.companies(asked_project(request, project), wanted).rows
    accounts = [
        {"id": row.card.id, "name": row.card.name, "people": row.card.people, "events": row.events,
         "first_seen": row.first_seen, "last_seen": row.card.last_seen}
        for row in rows
    ]  # fmt: skip
    return {"accounts": accounts, "next": str(rows[-1].card.number) if len(rows) == wanted.size else None}


@router.get("/{project}/persons/{path:id}/timeline")
def read_timeline(request: HttpRequest, project: str, id: str, asked: Query[Part]) -> dict[str, Any]:
    """What somebody did, the latest first."""
    card = asked_project(request, project)
    ids = [each.number for each in dossier.person(card, id).ids]
    return _part(timeline(card, ids, asked.filter))


@router.get("/{project}/accounts/{path:id}/timeline")
def read_account_timeline(request: HttpRequest, project: str, id: str, asked: Query[Part]) -> dict[str, Any]:
    """What the people of an account did for it, the latest first."""
    card = asked_project(request, project)
    number = dossier.company(card, id).number
    return _part(timeline(card, dossier.ids_in(card, number), asked.filter, account=number))


def _part(found: Timeline) -> dict[str, Any]:
    events = [
        {"event": event.name, "timestamp": event.at, "id": event.id, "account": event.account or None,
         "properties": event.properties, "context": event.context}
        for session in found.sessions
        for event in session.events
    ]  # fmt: skip
    events.sort(key=lambda event: datetime.fromisoformat(str(event["timestamp"])), reverse=True)
    return {"events": events, "next": found.before or None}


@router.get("/{project}/persons/{path:id}/merges")
def list_merges(request: HttpRequest, project: str, id: str) -> dict[str, Any]:
    """What was merged and split by hand of somebody and was not undone, the latest first."""
    card = asked_project(request, project)
    made = people.rejoins(card, [each.number for each in dossier.person(card, id).ids])
    standing = [each for each in made if not each.undone and not each.undoes]
    names = people.id_names(card, [each.other for each in standing])
    return {
        "merges": [
            {"merge": each.number, "kind": each.kind, "id": names.get(each.other), "by": each.by,
             "at": each.instant.isoformat()}
            for each in standing
        ]
    }  # fmt: skip


@router.put("/{project}/accounts/{path:id}/roles")
def set_role(request: HttpRequest, project: str, id: str, body: RoleOf) -> dict[str, Any]:
    """Say what somebody is in an account; an empty role takes it away."""
    card = asked_project(request, project, may=May.EDIT)
    people.set_role(card, body.person, _own(card, id), body.role, caller=caller_of(request))
    return asdict(account_profile(card, id))


@router.put("/{project}/accounts/{path:id}/partner")
def set_partner(request: HttpRequest, project: str, id: str, body: Partner) -> dict[str, Any]:
    """Say which account serves an account as its partner; an empty one takes it away."""
    card = asked_project(request, project, may=May.EDIT)
    people.set_partner(card, _own(card, id), body.partner, caller=caller_of(request))
    return asdict(account_profile(card, id))


def _own(project: ProjectCard, id: str) -> str:
    """The id of an account that is there: the API knows accounts by nothing else. Raises Refusal 404."""
    return account_profile(project, id).id


@router.post("/{project}/persons/{path:id}/merge")
def merge_persons(request: HttpRequest, project: str, id: str, body: Into) -> dict[str, Any]:
    """Make one person of two. ``merge`` is the number by which it can be undone."""
    card = asked_project(request, project, may=May.EDIT)
    number = people.merge(card, id, into=body.into, caller=caller_of(request), by="API")
    return {"merge": number, "person": asdict(profile(card, id))}


@router.post("/{project}/persons/{path:id}/split")
def split_person(request: HttpRequest, project: str, id: str, body: Which) -> dict[str, Any]:
    """Part an id from the person that it was joined to. ``merge`` is the number by which it can be undone."""
    card = asked_project(request, project, may=May.EDIT)
    people.belongs(card, body.id, id)
    number = people.split(card, body.id, caller=caller_of(request), by="API")
    return {"merge": number, "person": asdict(profile(card, body.id))}


@router.delete("/{project}/persons/{path:id}/merges/{int:number}")
def undo_merge(request: HttpRequest, project: str, id: str, number: int) -> dict[str, Any]:
    """Take a merge or split by hand back: everything is as it was before."""
    card = asked_project(request, project, may=May.EDIT)
    people.concerns(card, number, id)
    people.undo(card, number, caller=caller_of(request), by="API")
    return {"person": asdict(profile(card, id))}


@router.get("/{project}/persons/{path:id}")
def read_person(request: HttpRequest, project: str, id: str) -> dict[str, Any]:
    """The person that any id ever sent leads to."""
    return asdict(profile(asked_project(request, project), id))


@router.get("/{project}/accounts/{path:id}")
def read_account(request: HttpRequest, project: str, id: str) -> dict[str, Any]:
    """The account of a group id, with its members."""
    return asdict(account_profile(asked_project(request, project), id))
