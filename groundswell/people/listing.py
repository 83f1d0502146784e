"""Lists of people and companies: searched, narrowed by traits, sorted, a page at a time.

Their cost grows with people, not with events: when ids were there is kept beside the events (``scope.seen``). Who is on
the page is decided first; only then is it asked what they are called.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from groundswell.kernel import clock
from groundswell.kernel.ids import stable_id
from groundswell.kernel.paging import SIZE
from groundswell.kernel.periods import local_iso
from groundswell.people.cards import NAMING, companies_with, people_with
from groundswell.people.narrowing import NUMBER, TEXT, Narrowing
from groundswell.people.types import AccountCard, PersonCard
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

TRAIT = "trait:"  # begins a sort by a trait
PEOPLE_SORTS = ("last_seen", "first_seen", "events")
COMPANY_SORTS = ("last_seen", "first_seen", "events", "people")
Row = TypeVar("Row")


@dataclass(frozen=True)
class Wanted:
    """Which of them, in which order, and which page. ``after`` goes on behind that number in the order of numbers.

    ``seen`` is a number of days: who was seen within them, or, below zero, who was not. ``company`` is an id, else what
    a company's name contains; with a ``role`` both speak of the same membership.
    """

    search: str = ""
    narrowing: tuple[Narrowing, ...] = ()
    known: bool | None = None
    role: str = ""
    company: str = ""
    seen: int | None = None
    sort: str = "last_seen"
    is_up: bool = False
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
    seen = {row[0]: row[2] for row in found}
    cards, traits = people_with(project, list(seen), wanted.columns, seen=seen)
    rows = [
        ListedPerson(card, bool(known), int(events), _local(project, first), traits.get(card.number, {}))
        for card, (_, first, _, events, known, *_) in zip(cards, found, strict=True)
    ]
    return Listed(rows, _total(found))


def companies(project: ProjectCard, wanted: Wanted) -> Listed[ListedCompany]:
    """The companies wanted."""
    found = _page(project, _COMPANIES, "account", COMPANY_SORTS, wanted)
    seen = {row[0]: (int(row[5]), row[2]) for row in found}
    cards, traits = companies_with(project, seen, wanted.columns)
    rows = [
        ListedCompany(card, int(events), _local(project, first), traits.get(card.number, {}))
        for card, (_, first, _, events, *_) in zip(cards, found, strict=True)
    ]
    return Listed(rows, _total(found))


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
    SELECT account, first_seen AS since, toDateTime64(0, 6, 'UTC') AS last_at, 0 AS counted, toUInt64(0) AS person
    FROM scope.account_ids
    UNION ALL
    SELECT account, since, toDateTime64(0, 6, 'UTC') AS last_at, 0 AS counted, person FROM scope.memberships
    UNION ALL
    SELECT account, last AS since, last AS last_at, count AS counted, toUInt64(0) AS person
    FROM scope.seen_in WHERE account != 0
)
"""


def _page(project: ProjectCard, base: str, entity: str, sorts: Sequence[str], wanted: Wanted) -> list[tuple[Any, ...]]:
    """Number, first and last seen, events, known … and, last, how many there are in all."""
    conditions, params = _conditions(project, entity, wanted)
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    having, bound = _having(wanted)
    params |= bound
    source = f"{base} {where} GROUP BY number {having}"
    key = wanted.sort.removeprefix(TRAIT) if wanted.sort.startswith(TRAIT) else ""
    up = "ASC" if wanted.is_up else "DESC"
    if wanted.after is not None:
        order = "number"
    elif key:
        source = (
            f"SELECT p.*, t.value AS value FROM ({source}) AS p LEFT JOIN"
            f" (SELECT {entity} AS number, value FROM scope.{entity}_traits WHERE key = {{sorted:String}}) AS t"
            " USING (number)"
        )
        order = f"value = '', {NUMBER} {up} NULLS LAST, lowerUTF8({TEXT}) {up}, number"
        params["sorted"] = key
    else:
        order = f"{wanted.sort if wanted.sort in sorts else sorts[0]} {up}, number"
    sql = (
        f"SELECT *, count() OVER () AS total FROM ({source})"
        f" ORDER BY {order} LIMIT {{size:UInt32}} OFFSET {{before:UInt64}}"
    )
    return _ask(project, sql, {**params, "size": wanted.size, "before": (wanted.number - 1) * wanted.size})


def _having(wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """What is decided only of all that is known of somebody."""
    conditions, params = [], {}
    if wanted.known is not None:
        conditions.append(f"known = {int(wanted.known)}")
    if wanted.seen:
        conditions.append(f"toUnixTimestamp64Micro(last_seen) {'>=' if wanted.seen > 0 else '<'} {{seen:Int64}}")
        params["seen"] = clock.to_us(clock.now()) - abs(wanted.seen) * clock.DAY
    return (f"HAVING {' AND '.join(conditions)}" if conditions else ""), params


def _conditions(project: ProjectCard, entity: str, wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    """What narrows a list, each as a set of people or companies."""
    conditions: list[str] = []
    params: dict[str, Any] = {"naming": list(NAMING)}
    if text := wanted.search.strip():
        conditions.append(f"{entity} IN ({_search(entity, 'text')})")
        params |= _searched("text", text)
    if wanted.role or wanted.company:
        memberships, own = _of_memberships(project, wanted)
        conditions.append(f"person IN (SELECT person FROM scope.memberships WHERE {memberships})")
        params |= own
    for place, each in enumerate(wanted.narrowing):
        condition, own = each.sql(entity, place)
        conditions.append(condition)
        params |= own
    if wanted.after is not None:
        conditions.append(f"{entity} > {{after:UInt64}}")
        params["after"] = wanted.after
    return conditions, params


def _of_memberships(project: ProjectCard, wanted: Wanted) -> tuple[str, dict[str, Any]]:
    """Which memberships somebody wanted has one of."""
    conditions: list[str] = []
    params: dict[str, Any] = {}
    if wanted.role:
        conditions.append("role = {role:String}")
        params["role"] = wanted.role
    if wanted.company:
        exact = stable_id(project.id, wanted.company)
        if _ask(project, "SELECT 1 FROM scope.account_ids WHERE account = {company:UInt64}", {"company": exact}):
            conditions.append("account = {company:UInt64}")
            params["company"] = exact
        else:
            conditions.append(f"account IN ({_search('account', 'company')})")
            params |= _searched("company", wanted.company)
    return " AND ".join(conditions), params


def _search(entity: str, name: str) -> str:
    """Those whose id begins so, or who are called so in part."""
    return (
        f"SELECT {entity} FROM scope.{entity}_ids WHERE startsWith(lowerUTF8(name), lowerUTF8({{{name}:String}}))"
        f" UNION DISTINCT SELECT {entity} FROM scope.{entity}_traits"
        f" WHERE key IN {{naming:Array(String)}} AND positionCaseInsensitiveUTF8(value, {{{name}_inside:String}}) > 0"
    )


def _searched(name: str, text: str) -> dict[str, str]:
    """The text, also as it stands inside the JSON of a value."""
    return {name: text, f"{name}_inside": msgspec.json.encode(text).decode()[1:-1]}


def _total(found: Sequence[tuple[Any, ...]]) -> int:
    return int(found[0][-1]) if found else 0


def _local(project: ProjectCard, instant: datetime) -> str | None:
    return local_iso(instant, project.timezone) if instant.year > 1970 else None


def _ask(project: ProjectCard, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return store.run(sql, project=project.id, between=store.EVER, params=params).rows
