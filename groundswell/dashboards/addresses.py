"""Addresses of dashboards, which say what they are narrowed by."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.urls import reverse

from groundswell.dashboards.filters import check_filters
from groundswell.dashboards.types import Filters
from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said

NOW = "now_"  # begins the names of what the filters are, beside what a form says they are to be
LONGEST_NUMBER = 19  # digits


def board_address(
    project: int, number: int, filters: Filters, kept: Filters, *, card: int | None = None, **more: str
) -> str:
    """The page of a dashboard narrowed by these filters, perhaps at one of its cards; ``kept`` are the filters that it
    opens with."""
    address = _with(reverse("dashboards.board", args=[project, number]), {**query_of(filters, kept), **more})
    return address if card is None else f"{address}#card-{card}"


def card_address(project: int, number: int, card: int, filters: Filters, kept: Filters) -> str:
    """A card alone, narrowed so."""
    return _with(reverse("dashboards.card", args=[project, number, card]), query_of(filters, kept))


def query_of(filters: Filters, kept: Filters) -> dict[str, str]:
    """What an address says of filters: what is not as it is kept, nothing included."""
    query: dict[str, str] = {}
    if (filters.date_from, filters.date_to) != (kept.date_from, kept.date_to):
        query |= {"date_from": filters.date_from, "date_to": filters.date_to}
    if filters.where != kept.where:
        query["where"] = json.dumps(filters.where, ensure_ascii=False, separators=(",", ":"))
    return query


def filters_in(query: Mapping[str, Any], kept: Filters, tz: str) -> Filters:
    """The filters that an address says; what it does not speak of is as it is kept. Raises Refusal 400."""
    given: dict[str, Any] = kept.as_json()
    if "date_from" in query or "date_to" in query:
        given |= {name: str(query.get(name, "")) for name in ("date_from", "date_to")}
    if "where" in query:
        given["where"] = _condition(str(query["where"]))
    return check_filters(given, tz)


def filters_before(query: Mapping[str, str], kept: Filters, tz: str) -> Filters:
    """The filters under which a form was sent, which it says beside its own fields. Raises Refusal 400."""
    return filters_in({name[len(NOW) :]: query[name] for name in query if name.startswith(NOW)}, kept, tz)


def question_in(text: str) -> dict[str, Any]:
    """The question that a part of an address is the JSON of. Raises Refusal 400."""
    read = _read(text)
    if not isinstance(read, dict):
        raise bad_request(said("The address holds no question."), field="q")
    return read


def number_in(text: str) -> int | None:
    """The number that a form or an address holds, if it does."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < LONGEST_NUMBER else None


def _condition(text: str) -> Any:
    read = _read(text) if text else {}
    if read is None:
        hint = said('Write {"plan": "pro", "seats": {"$gte": 5}}.')
        raise bad_request(said("`where` is no condition in JSON."), hint=hint, field="where")
    return read


def _read(text: str) -> Any:
    """JSON as it is written; None for what is none."""
    try:
        return msgspec.json.decode(text.encode())
    except (ValueError, RecursionError):
        return None


def _with(address: str, query: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address
