"""Questions over HTTP."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from ninja import Router, Schema

from groundswell.insights import saved
from groundswell.insights.behind import csv_of
from groundswell.insights.charts import Look
from groundswell.insights.desk import desk
from groundswell.insights.formats import FORMATS
from groundswell.insights.kind import Actors
from groundswell.insights.kinds import check, check_cell, counts_accounts
from groundswell.insights.marks import Mark, marks_of
from groundswell.insights.pictures import chart
from groundswell.insights.service import counted
from groundswell.insights.types import Answer, Cell, View
from groundswell.insights.unknown import unknown_events
from groundswell.kernel.errors import bad_request
from groundswell.people.service import account_cards, cards
from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.spoken import speaking_of
from groundswell.workspace.types import May, ProjectCard

router = Router()
MOST_AT_ONCE = 500
LAST = 2**64 - 1


class Behind(Schema):
    """A question and a cell of its answer; ``after`` is the ``next`` of the page before."""

    question: dict[str, Any]
    cell: dict[str, Any] = {}
    limit: int = 50
    after: str = ""


class Why(Schema):
    """A funnel, and the step (1 is the first) before which people stopped."""

    question: dict[str, Any]
    step: int = 2


class ToSave(Schema):
    name: str
    question: dict[str, Any]
    description: str = ""


class ToChange(Schema):
    name: str | None = None
    question: dict[str, Any] | None = None
    description: str | None = None


@router.post("/{project}/ask")
def answer(request: HttpRequest, project: str, format: str = "json", fresh: bool = False) -> HttpResponse:
    """A question → an answer; ``format`` json, csv, parquet, or its chart: png, svg, vega (its Vega-Lite definition).
    ``unknown`` are events that never came, each with the name that was perhaps meant. What was worked out already is
    answered at once while no data changed (``cached``), unless it is to be ``fresh``."""
    card = asked_project(request, project)
    if format not in ("json", "vega", *FORMATS):
        hint = f"Use json, {', '.join(FORMATS)} or vega."
        raise bad_request(f"{format!r} is no format of an answer.", hint=hint, field="format")
    found, look = desk.answer(card, _question(request.body), afresh=fresh), Look(language=card.language)
    if format == "json":
        unknown = unknown_events(card, found.question).items()
        named = [{"event": event, "meant": meant or None} for event, meant in unknown]
        return JsonResponse({**found.as_json(), "unknown": named})
    with speaking_of(card.id):
        if format == "vega":
            return JsonResponse(chart(found, look, marks=_marks(card, found, look)).to_dict())
        content = FORMATS[format].write(found, look, _marks(card, found, look))
    return HttpResponse(content, content_type=FORMATS[format].content_type)


def _marks(card: ProjectCard, found: Answer, look: Look) -> Sequence[Mark]:
    with translation.override(look.language):
        return marks_of(card.id, found)


@router.post("/{project}/why")
def why(request: HttpRequest, project: str, asked: Why) -> dict[str, Any]:
    """What goes with going on to a step of a funnel, and with stopping before it: ``reasons``, the surest first, and
    what was tried for them. The same as its view ``why`` by ``ask``."""
    card = asked_project(request, project)
    found = desk.answer(card, {**asked.question, "show": View.WHY, "step": asked.step}).as_json()
    columns, rows = found.pop("columns"), found.pop("rows")
    return {**found, "reasons": [dict(zip(columns, row, strict=True)) for row in rows]}


@router.post("/{project}/who")
def who(request: HttpRequest, project: str, asked: Behind, format: str = "json") -> HttpResponse:
    """The people, or the accounts, behind a number: ``total`` of them, ``limit`` at a time; as csv the first 10,000."""
    card = counted(asked_project(request, project))
    question = check(asked.question, card.timezone)
    cell = check_cell(question, asked.cell)
    by_account = counts_accounts(question, cell)
    match format:
        case "json":
            return JsonResponse(_shown(card, cell, desk.behind(card, question, cell), asked, by_account=by_account))
        case "csv":
            text = csv_of(card, desk.behind(card, question, cell), by_account=by_account)
            return HttpResponse(text, content_type="text/csv; charset=utf-8")
    raise bad_request(f"{format!r} is no format of a list.", hint="Use json or csv.", field="format")


def _shown(card: ProjectCard, cell: Cell, found: Actors, asked: Behind, *, by_account: bool) -> dict[str, Any]:
    begin = int(found.searchsorted(np.uint64(_number(asked.after)), side="right")) if asked.after else 0
    numbers = found[begin : begin + max(1, min(asked.limit, MOST_AT_ONCE))].tolist()
    is_more = begin + len(numbers) < len(found)
    shown: dict[str, Any] = {"cell": cell.as_json(), "total": len(found)}
    if by_account:
        shown["accounts"] = [
            {"id": each.id, "name": each.name, "people": each.people, "last_seen": each.last_seen}
            for each in account_cards(card, numbers)
        ]
    else:
        shown["persons"] = [
            {"id": each.id, "name": each.name, "email": each.email, "accounts": each.accounts,
             "role": each.role or None, "last_seen": each.last_seen}
            for each in cards(card, numbers)
        ]  # fmt: skip
    return {**shown, "next": str(numbers[-1]) if is_more else None}


@router.get("/{project}/questions")
def list_questions(request: HttpRequest, project: str, search: str = "", page: int = 1) -> dict[str, Any]:
    """Saved questions, the one changed last first, 50 a page."""
    found = saved.saved_questions(asked_project(request, project), text=search, number=max(1, min(page, 1_000_000)))
    return {"questions": [each.as_json() for each in found.items], "total": found.total}


@router.post("/{project}/questions")
def save_question(request: HttpRequest, project: str, given: ToSave) -> dict[str, Any]:
    """Keep a question for the team."""
    card = asked_project(request, project, may=May.EDIT)
    kept = saved.save(
        caller_of(request), card, name=given.name, question=given.question, description=given.description, by="API"
    )
    return kept.as_json()


@router.get("/{project}/questions/{int:number}")
def read_question(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """A saved question."""
    return saved.saved_question(asked_project(request, project), number).as_json()


@router.put("/{project}/questions/{int:number}")
def change_question(request: HttpRequest, project: str, number: int, given: ToChange) -> dict[str, Any]:
    """Change what is given of a saved question."""
    card = asked_project(request, project, may=May.EDIT)
    return saved.replace(caller_of(request), card, number, **given.dict()).as_json()


@router.delete("/{project}/questions/{int:number}")
def remove_question(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """Forget a saved question."""
    saved.remove(caller_of(request), asked_project(request, project, may=May.EDIT), number)
    return {"removed": number}


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 20 and int(text) <= LAST):
        raise bad_request(
            "`after` is no place in this list.", hint="Send the `next` of the page before.", field="after"
        )
    return int(text)


def _question(body: bytes) -> dict[str, Any]:
    try:
        question = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise bad_request("The body is not JSON.", hint="Send the question as a JSON object.") from None
    if not isinstance(question, dict):
        raise bad_request("A question is a JSON object.", hint='Begin with {"kind": "trend", …}.')
    return question
