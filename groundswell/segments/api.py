"""Segments over HTTP."""

from typing import Any

import numpy as np
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from ninja import Router, Schema

from groundswell.kernel.errors import bad_request
from groundswell.kernel.periods import local_iso
from groundswell.people.service import account_cards, cards
from groundswell.segments import service
from groundswell.segments.files import CSV, csv_pieces
from groundswell.segments.lists import ids_in
from groundswell.segments.types import Card, Of
from groundswell.workspace.doors import asked_project, caller_of, stream_answer
from groundswell.workspace.types import May, ProjectCard

router = Router()
MOST_AT_ONCE = 500
LAST = 2**64 - 1


class ToPut(Schema):
    name: str
    of: str | None = None
    match: Any
    description: str | None = None


class ToTry(Schema):
    of: str = "people"
    match: Any


class ToList(Schema):
    """Ids to put on a list, and to take off it; or ``ids``, all that are to be on it."""

    add: list[str] = []
    remove: list[str] = []
    ids: list[str] | None = None


@router.get("/{project}/segments")
def list_segments(request: HttpRequest, project: str, search: str = "", page: int = 1) -> dict[str, Any]:
    """Segments by name, 50 a page."""
    card = asked_project(request, project)
    found = service.segments(card, text=search, number=max(1, min(page, 1_000_000)))
    return {"segments": [_as_json(card, each) for each in found.items], "total": found.total}


@router.post("/{project}/segments/preview")
def try_segment(request: HttpRequest, project: str, given: ToTry) -> dict[str, Any]:
    """What a match would come to: ``members`` of ``everybody``, and some of them."""
    card = asked_project(request, project)
    found = service.preview(card, of=given.of, match=given.match)
    return {
        "members": found.members, "everybody": found.everybody, "share": found.share,
        "examples": _people(card, Of(given.of), found.examples),
    }  # fmt: skip


@router.get("/{project}/segments/{key}")
def read_segment(request: HttpRequest, project: str, key: str) -> dict[str, Any]:
    """A segment, how many are in it and as of when; ``used_in`` is what depends on it."""
    card = asked_project(request, project)
    used = [{"kind": hit.kind, "name": hit.name, "url": hit.url} for hit in service.used_by(card, key)]
    return {**_as_json(card, service.segment(card, key)), "used_in": used}


@router.put("/{project}/segments/{key}")
def put_segment(request: HttpRequest, project: str, key: str, given: ToPut) -> dict[str, Any]:
    """Make a segment, or change the one of that key."""
    card = asked_project(request, project, may=May.EDIT)
    return _as_json(card, service.put_segment(caller_of(request), card, key, **given.dict()))


@router.delete("/{project}/segments/{key}")
def remove_segment(request: HttpRequest, project: str, key: str) -> dict[str, Any]:
    """Forget a segment; 409 where something depends on it."""
    service.remove_segment(caller_of(request), asked_project(request, project, may=May.EDIT), key)
    return {"removed": key}


@router.get("/{project}/segments/{key}/members")
def list_members(
    request: HttpRequest, project: str, key: str, limit: int = 50, after: str = "", format: str = "json"
) -> HttpResponseBase:
    """Who is in a segment: ``total`` of them, ``limit`` at a time; ``after`` is the ``next`` of the page before. As
    csv all of them."""
    card = asked_project(request, project)
    found = service.members(card, key)
    segment = service.segment(card, key)
    match format:
        case "csv":
            return stream_answer(request, csv_pieces(card, segment.of, found), f"{key}.csv", CSV)
        case "json":
            begin = int(found.searchsorted(np.uint64(_place(after)), side="right")) if after else 0
            numbers = found[begin : begin + max(1, min(limit, MOST_AT_ONCE))].tolist()
            is_more = begin + len(numbers) < len(found)
            standing = _standing(card, segment)
            return JsonResponse(
                {
                    "of": segment.of, "members": _people(card, segment.of, numbers), "total": len(found),
                    "next": str(numbers[-1]) if is_more else None, "as_of": standing["as_of"],
                    "messages_since": standing["messages_since"],
                }
            )  # fmt: skip
    raise bad_request(f"{format!r} is no format of a list.", hint="Use json or csv.", field="format")


@router.get("/{project}/segments/{key}/history")
def list_versions(request: HttpRequest, project: str, key: str, page: int = 1) -> dict[str, Any]:
    """How a segment was left by whom, the latest first."""
    card = asked_project(request, project)
    found = service.history(card, key, number=max(1, min(page, 1_000_000)))
    versions = [
        {
            "version": each.number, "name": each.name, "match": each.match, "by": each.by,
            "at": local_iso(each.at, card.timezone),
        }
        for each in found.items
    ]  # fmt: skip
    return {"versions": versions, "total": found.total}


@router.get("/{project}/segments/{key}/list")
def read_list(request: HttpRequest, project: str, key: str) -> dict[str, Any]:
    """What is on a segment's list, and which ids nobody was seen under yet."""
    return _listing(asked_project(request, project), key)


@router.put("/{project}/segments/{key}/list")
def put_list(request: HttpRequest, project: str, key: str) -> dict[str, Any]:
    """A CSV file whose first column has the ids that are to be on the list, and no others."""
    card = asked_project(request, project, may=May.EDIT)
    service.replace_list(caller_of(request), card, key, ids_in(_text(request.body)))
    return _listing(card, key)


@router.post("/{project}/segments/{key}/list")
def change_list(request: HttpRequest, project: str, key: str, given: ToList) -> dict[str, Any]:
    """Put ids on a list (``add``), take some off it (``remove``), or have exactly these on it (``ids``)."""
    card = asked_project(request, project, may=May.EDIT)
    if given.ids is not None:
        service.replace_list(caller_of(request), card, key, given.ids)
    service.change_list(caller_of(request), card, key, add=given.add, remove=given.remove)
    return _listing(card, key)


def _listing(card: ProjectCard, key: str) -> dict[str, Any]:
    found = service.listing(card, key)
    return {"total": found.total, "unknown": found.unknown, "unknown_ids": found.examples}


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise bad_request("The file is not text in UTF-8.", hint="Save it as CSV in UTF-8.") from None


def _as_json(card: ProjectCard, segment: Card) -> dict[str, Any]:
    return {
        "key": segment.key, "name": segment.name, "description": segment.description, "of": segment.of,
        "match": segment.definition.match.as_json(), "version": segment.version, "made_by": segment.made_by,
        "made": segment.made.isoformat(), "changed_by": segment.changed_by, "changed": segment.changed.isoformat(),
        **_standing(card, segment),
    }  # fmt: skip


def _standing(card: ProjectCard, segment: Card) -> dict[str, Any]:
    """How many are in, of which instant, how many messages were loaded since, and what keeps it from being known."""
    known = segment.standing
    return {
        "members": known.members, "as_of": local_iso(known.as_of, card.timezone) if known.as_of else None,
        "messages_since": known.since, "trouble": known.trouble or None,
    }  # fmt: skip


def _people(card: ProjectCard, of: Of, numbers: list[int]) -> list[dict[str, Any]]:
    if of is Of.ACCOUNTS:
        return [
            {"id": each.id, "name": each.name, "people": each.people, "last_seen": each.last_seen}
            for each in account_cards(card, numbers)
        ]
    return [
        {"id": each.id, "name": each.name, "email": each.email, "accounts": each.accounts,
         "role": each.role or None, "last_seen": each.last_seen}
        for each in cards(card, numbers)
    ]  # fmt: skip


def _place(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 20 and int(text) <= LAST):
        raise bad_request(
            "`after` is no place in this list.", hint="Send the `next` of the page before.", field="after"
        )
    return int(text)
