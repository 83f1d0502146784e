"""People and companies over HTTP: lists, profiles, merging and parting."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from groundswell.people import listing
from groundswell.people import service as people
from groundswell.people.listing import Wanted
from groundswell.people.service import account_profile, profile
from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.types import May

router = Router()
MOST = 500


class Paging(Schema):
    search: str = ""
    limit: int = 50
    after: str = ""

    @property
    def wanted(self) -> Wanted:
        after = int(self.after) if self.after.isascii() and self.after.isdecimal() and len(self.after) < 21 else 0
        return Wanted(search=self.search, size=max(1, min(self.limit, MOST)), after=min(after, 2**64 - 1))


class Into(Schema):
    into: str


class Which(Schema):
    id: str


@router.get("/{project}/persons")
def list_persons(request: HttpRequest, project: str, asked: Query[Paging]) -> dict[str, Any]:
    """People by name, mail or the beginning of an id; ``after`` is the ``next`` of the page before."""
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
def list_accounts(request: HttpRequest, project: str, asked: Query[Paging]) -> dict[str, Any]:
    """Accounts by name or the beginning of an id; ``after`` is the ``next`` of the page before."""
    wanted = asked.wanted
    rows = listing.companies(asked_project(request, project), wanted).rows
    accounts = [
        {"id": row.card.id, "name": row.card.name, "people": row.card.people, "events": row.events,
         "first_seen": row.first_seen, "last_seen": row.card.last_seen}
        for row in rows
    ]  # fmt: skip
    return {"accounts": accounts, "next": str(rows[-1].card.number) if len(rows) == wanted.size else None}


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
