"""The lists of people and companies. All that the viewer chose stands in the address."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from groundswell.kernel.paging import SIZE, Page, number_of
from groundswell.people import listing
from groundswell.people.addresses import company_address, person_address
from groundswell.people.dossier import Company, Person
from groundswell.people.listing import COMPANY_SORTS, TRAIT, Listed, Wanted
from groundswell.people.narrowing import NEEDS_NO_VALUE, OPERATORS, Narrowing, narrowing_of, narrowings_of
from groundswell.people.types import MemberRole
from groundswell.workspace.doors import project_page
from groundswell.workspace.types import ProjectCard

MOST_COLUMNS = 8
LONGEST = 200  # characters of what is searched
KNOWN = {"yes": True, "no": False}
SEEN = (1, 7, 30, -7, -30, -90)  # days; below zero: not seen for so long
KEPT = ("q", "known", "role", "company", "seen", "where", "columns", "sort", "order")


@project_page
@require_GET
def people(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """The people of a project."""
    if moved := _moved(request):
        return moved
    wanted = wanted_of(request.GET)
    found = listing.people(project, wanted)
    rows = [
        {"row": row, "url": person_address(project, row.card.id), "cells": _cells(row.traits, wanted.columns),
         "companies": [
            (name, company_address(project, id))
            for id, name in list(zip(row.card.accounts, row.card.companies, strict=True))[:3]
        ], "more_companies": max(0, len(row.card.accounts) - 3)}
        for row in found.rows
    ]  # fmt: skip
    return _page(request, "people/people.html", wanted, found, rows, keys=listing.trait_keys(project, "person"))


@project_page
@require_GET
def companies(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """The companies of a project."""
    if moved := _moved(request):
        return moved
    wanted = wanted_of(request.GET)
    found = listing.companies(project, wanted)
    rows = [
        {"row": row, "url": company_address(project, row.card.id), "cells": _cells(row.traits, wanted.columns)}
        for row in found.rows
    ]
    return _page(request, "people/companies.html", wanted, found, rows, keys=listing.trait_keys(project, "account"))


def _page(
    request: HttpRequest, template: str, wanted: Wanted, found: Listed[Any], rows: Sequence[Any], *, keys: list[str]
) -> HttpResponse:
    asked = request.GET
    if wanted.number > 1 and not found.rows:
        return HttpResponseRedirect(_address(asked))
    heads = [*COMPANY_SORTS, f"{TRAIT}name", *(f"{TRAIT}{column}" for column in wanted.columns)]
    sorts = {each: _sort(asked, wanted, each) for each in heads}
    return render(request, template, {
        "page": Page(rows, wanted.number, found.total), "wanted": wanted, "trait_keys": keys,
        "sorts": sorts, "by_name": sorts[f"{TRAIT}name"],
        "columns": [(column, sorts[f"{TRAIT}{column}"]) for column in wanted.columns],
        "chips": [_chip(asked, each) for each in wanted.narrowing],
        "operators": [(each, _said(each)) for each in OPERATORS], "kept": _kept(asked),
        "seen": [(str(days), _said_seen(days)) for days in SEEN], "seen_now": asked.get("seen", ""),
        "roles": roles()[1:], "company": asked.get("company", ""),
        "is_narrowed": any(asked.get(name) for name in ("q", "known", "role", "company", "seen", "where")),
    })  # fmt: skip


def wanted_of(asked: QueryDict) -> Wanted:
    """What an address asks of a list. Raises Refusal 400."""
    seen, role = asked.get("seen", ""), asked.get("role", "")
    return Wanted(
        search=asked.get("q", "").strip()[:LONGEST],
        narrowing=narrowings_of(asked.getlist("where")),
        known=KNOWN.get(asked.get("known", "")),
        role=role if role in list(MemberRole) else "",
        company=asked.get("company", "").strip()[:LONGEST],
        seen=int(seen) if seen in [str(days) for days in SEEN] else None,
        sort=asked.get("sort", "last_seen"), is_up=asked.get("order") == "up",
        columns=tuple(dict.fromkeys(asked.getlist("columns")))[:MOST_COLUMNS],
        number=number_of(asked.get("page")), size=SIZE,
    )  # fmt: skip


def _sort(asked: QueryDict, wanted: Wanted, by: str) -> dict[str, str]:
    """The address that sorts so, the other way round where it is sorted so; and how it is, as ARIA says it."""
    if wanted.sort != by:
        return {"url": _address(asked, sort=by, order="up" if by.startswith(TRAIT) else ""), "now": ""}
    return {
        "url": _address(asked, sort=by, order="" if wanted.is_up else "up"),
        "now": "ascending" if wanted.is_up else "descending",
    }


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
        if not value:
            del following[name]
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
    return [(name, value) for name, values in asked.lists() if name in KEPT for value in values if value]


def _cells(traits: Any, columns: Sequence[str]) -> list[str]:
    return [shown(traits.get(column)) for column in columns]


def shown(value: Any) -> str:
    """A trait's value as text."""
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def traits_shown(found: Person | Company) -> list[dict[str, Any]]:
    """What somebody or a company says of themselves, as text."""
    return [{"key": each.key, "value": shown(each.value), "at": each.at} for each in found.traits]


def _said(operator: str) -> str:
    return {
        "is": pgettext("condition", "is"), "is_not": pgettext("condition", "is not"),
        "contains": pgettext("condition", "contains"), "at_least": pgettext("condition", "is at least"),
        "at_most": pgettext("condition", "is at most"), "is_set": pgettext("condition", "is known"),
        "is_not_set": pgettext("condition", "is not known"),
    }[operator]  # fmt: skip


def _said_seen(days: int) -> str:
    if days == 1:
        return _("In the last 24 hours")
    if days > 0:
        return _("In the last %(days)s days") % {"days": days}
    return _("Not for %(days)s days") % {"days": -days}


def roles() -> list[tuple[str, str]]:
    """What somebody can be in a company, in words; first that it is not known."""
    return [
        ("", _("no role")), (MemberRole.END_USER, _("end user")), (MemberRole.CHAMPION, _("champion")),
        (MemberRole.BUYER, _("buyer")), (MemberRole.ADMIN, _("admin")), (MemberRole.PARTNER, _("partner")),
    ]  # fmt: skip
