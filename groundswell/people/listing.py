"""Lists of people and companies: searched, narrowed by traits, sorted, a page at a time.

Their cost grows with people, not with events: when ids were there is kept beside the events (``scope.seen``). Who is on
the page is decided first; only then is it asked what they are called.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from groundswell.kernel.paging import SIZE
from groundswell.kernel.periods import local_iso
from groundswell.people.cards import NAMING, companies_with, people_with
from groundswell.people.narrowing import Narrowing
from groundswell.people.types import AccountCard, PersonCard
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

PEOPLE_SORTS = ("last_seen", "first_seen", "events")
COMPANY_SORTS = ("last_seen", "first_seen", "events", "people")
Row = TypeVar("Row")


@dataclass(frozen=True)
class Wanted:
    """Which of them, in which order, and which page. ``after`` goes on behind that number in the order of numbers."""

    search: str = ""
    narrowing: tuple[Narrowing, ...] = ()
    known: bool | None = None
    sort: str = "last_seen"
    columns: tuple[str, ...] = ()
    number: int = 1
    size: int = SIZE
    after: int | None = None


@dataclass(frozen=True)
class ListedPerson:
    """A row of the list of people; ``traits`` has the columns that were wanted."""

    card: PersonCard
    known: bool
    events: int
    first_seen: str | None
    traits: Mapping[str, Any]


@dataclass(frozen=True)
class ListedCompany:
    """A row of the list of companies."""

    card: AccountCard
    events: int
    first_seen: str | None
    traits: Mapping[str, Any]


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """A page of rows, and how many there are in all."""

    rows: Sequence[Row] = field(default_factory=list)
    total: int = 0


def people(project: ProjectCard, wanted: Wanted) -> Listed[ListedPerson]:
    """The people wanted."""
    found = _page(project, _PEOPLE, "person", PEOPLE_SORTS, wanted)
    cards, traits = people_with(project, [row[0] for row in found], wanted.columns)
    rows = [
        ListedPerson(card, bool(known), int(events), _local(project, first), traits.get(card.number, {}))
        for card, (_, first, _, events, known, *_) in zip(cards, found, strict=True)
    ]
    return Listed(rows, int(found[0][-1]) if found else 0)


def companies(project: ProjectCard, wanted: Wanted) -> Listed[ListedCompany]:
    """The companies wanted."""
    found = _page(project, _COMPANIES, "account", COMPANY_SORTS, wanted)
    seen = {row[0]: (int(row[5]), row[2]) for row in found}
    cards, traits = companies_with(project, seen, wanted.columns)
    rows = [
        ListedCompany(card, int(events), _local(project, first), traits.get(card.number, {}))
        for card, (_, first, _, events, *_) in zip(cards, found, strict=True)
    ]
    return Listed(rows, int(found[0][-1]) if found else 0)


def trait_keys(project: ProjectCard, entity: str) -> list[str]:
    """The names of traits, those that most have first."""
    sql = "SELECT key FROM scope.trait_keys WHERE entity = {entity:String} ORDER BY writes DESC, key LIMIT 200"
    return [key for (key,) in _ask(project, sql, {"entity": entity})]


_PEOPLE = """
SELECT person AS number, min(first_at) AS first_seen, max(last_at) AS last_seen,
    sum(counted) AS events, max(is_known) AS known
FROM
(
    SELECT person, first_seen AS first_at, toDateTime64(0, 6, 'UTC') AS last_at, 0 AS counted, known AS is_known
    FROM scope.person_ids
    UNION ALL
    SELECT person, first AS first_at, last AS last_at, count AS counted, 0 AS is_known FROM scope.seen
)
"""

_COMPANIES = """
SELECT account AS number, min(since) AS first_seen, max(last_at) AS last_seen, sum(counted) AS events, 1 AS known,
    countIf(person != 0) AS people
FROM
(
    SELECT account, first_seen AS since, toUInt64(0) AS person FROM scope.account_ids
    UNION ALL
    SELECT account, since, person FROM scope.memberships
) AS m
LEFT JOIN (SELECT person, max(last) AS last_at, sum(count) AS counted FROM scope.seen GROUP BY person) AS s
    USING (person)
"""


def _page(project: ProjectCard, base: str, entity: str, sorts: Sequence[str], wanted: Wanted) -> list[tuple[Any, ...]]:
    """Number, first and last seen, events, known … and, last, how many there are in all."""
    conditions, params = _conditions(entity, wanted)
    having = {None: "", True: "HAVING known = 1", False: "HAVING known = 0"}[wanted.known]
    sort = wanted.sort if wanted.sort in sorts else sorts[0]
    order = "number" if wanted.after is not None else f"{sort} DESC, number"
    if wanted.after is not None:
        conditions.append(f"{entity} > {{after:UInt64}}")
        params["after"] = wanted.after
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    sql = (
        f"SELECT *, count() OVER () AS total FROM ({base} {where} GROUP BY number {having})"
        f" ORDER BY {order} LIMIT {{size:UInt32}} OFFSET {{before:UInt64}}"
    )
    return _ask(project, sql, {**params, "size": wanted.size, "before": (wanted.number - 1) * wanted.size})


def _conditions(entity: str, wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    """What narrows a list, each as a set of people or companies."""
    conditions: list[str] = []
    params: dict[str, Any] = {}
    if text := wanted.search.strip():
        conditions.append(f"{entity} IN ({_SEARCH[entity]})")
        params |= {
            "text": text,
            "inside": msgspec.json.encode(text).decode()[1:-1],  # as it stands inside the JSON of a value
            "naming": list(NAMING),
        }
    for place, each in enumerate(wanted.narrowing):
        condition, own = each.sql(entity, place)
        conditions.append(condition)
        params |= own
    return conditions, params


_SEARCH = {
    "person": "SELECT person FROM scope.person_ids WHERE startsWith(lowerUTF8(name), lowerUTF8({text:String}))"
    " UNION DISTINCT SELECT person FROM scope.person_traits"
    " WHERE key IN {naming:Array(String)} AND positionCaseInsensitiveUTF8(value, {inside:String}) > 0",
    "account": "SELECT account FROM scope.account_ids WHERE startsWith(lowerUTF8(name), lowerUTF8({text:String}))"
    " UNION DISTINCT SELECT account FROM scope.account_traits"
    " WHERE key IN {naming:Array(String)} AND positionCaseInsensitiveUTF8(value, {inside:String}) > 0",
}


def _local(project: ProjectCard, instant: datetime) -> str | None:
    return local_iso(instant, project.timezone) if instant.year > 1970 else None


def _ask(project: ProjectCard, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return store.run(sql, project=project.id, between=store.EVER, params=params).rows
