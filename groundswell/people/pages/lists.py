"""The lists of people and companies. All that the viewer chose stands in the address."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from groundswell.kernel.paging import SIZE, Page, number_of
from groundswell.people import listing
from groundswell.people.addresses import company_address, person_address
from groundswell.people.listing import COMPANY_SORTS, PEOPLE_SORTS, Listed, Wanted
from groundswell.people.narrowing import MOST, NEEDS_NO_VALUE, OPERATORS, Narrowing, narrowing_of
from groundswell.workspace.doors import project_page
from groundswell.workspace.types import ProjectCard

MOST_COLUMNS = 8
KNOWN = {"yes": True, "no": False}


@project_page
@require_GET
def people(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """The people of a project."""
    if moved := _moved(request):
        return moved
    wanted = _wanted(request.GET)
    found = listing.people(project, wanted)
    rows = [
        {"row": row, "url": person_address(project, row.card.id), "cells": _cells(row.traits, wanted.columns),
         "companies": [(name, company_address(project, name)) for name in row.card.accounts[:3]]}
        for row in found.rows
    ]  # fmt: skip
    keys = listing.trait_keys(project, "person")
    return render(request, "people/people.html", _page(request, wanted, found, rows, keys, PEOPLE_SORTS))


@project_page
@require_GET
def companies(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """The companies of a project."""
    if moved := _moved(request):
        return moved
    wanted = _wanted(request.GET)
    found = listing.companies(project, wanted)
    rows = [
        {"row": row, "url": company_address(project, row.card.id), "cells": _cells(row.traits, wanted.columns)}
        for row in found.rows
    ]
    keys = listing.trait_keys(project, "account")
    return render(request, "people/companies.html", _page(request, wanted, found, rows, keys, COMPANY_SORTS))


def _page(
    request: HttpRequest, wanted: Wanted, found: Listed[Any], rows: Sequence[Any], keys: list[str], sorts: Sequence[str]
) -> dict[str, Any]:
    sort = wanted.sort if wanted.sort in sorts else sorts[0]
    return {
        "page": Page(rows, wanted.number, found.total), "wanted": wanted, "sort": sort, "trait_keys": keys,
        "sorts": {each: _address(request.GET, sort=each) for each in sorts},
        "chips": [_chip(request.GET, each) for each in wanted.narrowing],
        "operators": [(each, _said(each)) for each in OPERATORS], "kept": _kept(request.GET),
        "is_narrowed": bool(wanted.search or wanted.narrowing or wanted.known is not None),
    }  # fmt: skip


def _wanted(asked: QueryDict) -> Wanted:
    return Wanted(
        search=asked.get("q", "").strip()[:200],
        narrowing=tuple(narrowing_of(text) for text in asked.getlist("where")[:MOST]),
        known=KNOWN.get(asked.get("known", "")),
        sort=asked.get("sort", ""),
        columns=tuple(dict.fromkeys(asked.getlist("columns")))[:MOST_COLUMNS],
        number=number_of(asked.get("page")),
        size=SIZE,
    )


def _moved(request: HttpRequest) -> HttpResponseRedirect | None:
    """A trait that was chosen in the form becomes one of the conditions of the address."""
    asked = request.GET
    key, operator, value = (asked.get(name, "") for name in ("trait", "operator", "value"))
    if not key or (not value and operator not in NEEDS_NO_VALUE):
        return None
    following = asked.copy()
    for name in ("trait", "operator", "value", "page"):
        following.pop(name, None)
    text = Narrowing(key, operator if operator in OPERATORS else OPERATORS[0], value).text
    following.setlist("where", list(dict.fromkeys([*asked.getlist("where"), text])))
    return HttpResponseRedirect(f"?{following.urlencode()}")


def _address(asked: QueryDict, **changes: str) -> str:
    following = asked.copy()
    following.pop("page", None)
    for name, value in changes.items():
        following[name] = value
    return f"?{following.urlencode()}"


def _chip(asked: QueryDict, narrowing: Narrowing) -> dict[str, str]:
    """A condition in words, and the address without it."""
    following = asked.copy()
    following.pop("page", None)
    following.setlist("where", [each for each in asked.getlist("where") if narrowing_of(each) != narrowing])
    return {"key": narrowing.key, "operator": _said(narrowing.operator), "value": narrowing.value,
            "without": f"?{following.urlencode()}"}  # fmt: skip


def _kept(asked: QueryDict) -> list[tuple[str, str]]:
    """What each form keeps of the address besides its own fields."""
    return [
        (name, value)
        for name, values in asked.lists()
        if name in ("q", "where", "known", "sort", "columns")
        for value in values
    ]


def _cells(traits: Any, columns: Sequence[str]) -> list[str]:
    return [shown(traits.get(column)) for column in columns]


def shown(value: Any) -> str:
    """A trait's value as text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _said(operator: str) -> str:
    return {
        "is": _("is"), "is_not": _("is not"), "contains": _("contains"), "at_least": _("is at least"),
        "at_most": _("is at most"), "is_set": _("is known"), "is_not_set": _("is not known"),
    }[operator]  # fmt: skip
