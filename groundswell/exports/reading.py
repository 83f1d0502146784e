"""What an export holds, read share by share."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import msgspec
import pyarrow as pa

from groundswell.exports.types import Kind
from groundswell.kernel.periods import Days
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

SHARE = 200_000  # rows, about
MOST_TRAITS = 200  # columns
ALL_IDS = 1 << 64

_EVENTS = """
SELECT
    formatDateTime(e.timestamp, '%Y-%m-%dT%H:%i:%S.%f', {tz:String}) AS time,
    e.event AS event,
    p.name AS person,
    a.name AS account,
    e.properties AS properties,
    e.context AS context
FROM scope.events AS e
LEFT ANY JOIN (SELECT id, name FROM scope.person_ids) AS p ON e.person = p.id
LEFT ANY JOIN (SELECT account, name FROM scope.account_ids) AS a ON e.account = a.account
ORDER BY e.timestamp, event, person
"""
_ROWS = {
    Kind.PEOPLE: """
        SELECT number, argMax(name, (number = one, is_known)) AS id, arraySort(groupArray(100)(name)) AS ids,
            max(is_known) = 1 AS known, min(first) AS first_seen
        FROM (SELECT person AS number, id AS one, name, known AS is_known, first_seen AS first FROM scope.person_ids
            WHERE person BETWEEN {low:UInt64} AND {high:UInt64})
        GROUP BY number ORDER BY id
    """,
    Kind.COMPANIES: """
        SELECT account AS number, name AS id, first_seen
        FROM scope.account_ids WHERE account BETWEEN {low:UInt64} AND {high:UInt64} ORDER BY id
    """,
}
_COUNT = {
    Kind.PEOPLE: "SELECT uniqExact(person) FROM scope.person_ids",
    Kind.COMPANIES: "SELECT count() FROM scope.account_ids",
}
_ENTITY = {Kind.PEOPLE: "person", Kind.COMPANIES: "account"}


@dataclass(frozen=True)
class Share:
    """A part of an export, and how much of all is done with it (0…1)."""

    rows: pa.Table
    done: float


def shares(project: ProjectCard, kind: Kind, first: date | None, last: date | None) -> Iterator[Share]:
    """All that an export holds; at least one share, which may be empty."""
    if kind is Kind.EVENTS:
        assert first and last, "events are exported for days"
        yield from _events(project, Days(first, last, project.timezone))
    else:
        yield from _entities(project, kind)


def _events(project: ProjectCard, days: Days) -> Iterator[Share]:
    cuts = list(_cuts(project, days))
    for number, between in enumerate(cuts, start=1):
        rows = store.run_arrow(_EVENTS, project=project.id, between=between, params={"tz": project.timezone})
        yield Share(rows, number / len(cuts))


def _cuts(project: ProjectCard, days: Days) -> Iterator[tuple[int, int]]:
    """The days in stretches of about ``SHARE`` events each: days without any are left out, busy ones are divided."""
    counted = store.run(
        "SELECT day, sum(count) FROM scope.rollup GROUP BY day ORDER BY day",
        project=project.id, between=(days.start_us, days.end_us),
    )  # fmt: skip
    found = [(day, int(events)) for day, events in counted.rows if days.first <= day <= days.last]
    for day, events in found or [(days.first, 0)]:
        one = Days(day, day, days.tz)
        parts = events // SHARE + 1
        edges = [one.start_us + (one.end_us - one.start_us) * part // parts for part in range(parts + 1)]
        yield from pairwise(edges)


def _entities(project: ProjectCard, kind: Kind) -> Iterator[Share]:
    total = int(_ask(project, _COUNT[kind]).column(0)[0].as_py())
    names = _trait_names(project, _ENTITY[kind])
    parts = total // SHARE + 1
    for part in range(parts):
        low, high = ALL_IDS * part // parts, ALL_IDS * (part + 1) // parts - 1
        rows = _ask(project, _ROWS[kind], low=low, high=high)
        yield Share(_with_traits(project, _ENTITY[kind], rows, names, low, high), (part + 1) / parts)


def _trait_names(project: ProjectCard, entity: str) -> list[str]:
    """The traits that most have, by name."""
    found = _ask(
        project,
        f"SELECT key FROM scope.{entity}_traits GROUP BY key ORDER BY count() DESC, key LIMIT {MOST_TRAITS}",
    )
    return sorted(found.column("key").to_pylist())


def _with_traits(project: ProjectCard, entity: str, rows: pa.Table, names: list[str], low: int, high: int) -> pa.Table:
    """The rows with a column for each trait, as text; '' where one has none."""
    found = _ask(
        project,
        f"SELECT {entity} AS number, key, value FROM scope.{entity}_traits"
        f" WHERE {entity} BETWEEN {{low:UInt64}} AND {{high:UInt64}}",
        low=low, high=high,
    )  # fmt: skip
    traits: dict[int, dict[str, str]] = {}
    for number, key, value in zip(
        *(found.column(name).to_pylist() for name in ("number", "key", "value")), strict=True
    ):
        traits.setdefault(number, {})[key] = _text(value)
    numbers = rows.column("number").to_pylist()
    rows = rows.drop_columns(["number"])
    for name in names:
        column = pa.array([traits.get(number, {}).get(name, "") for number in numbers], pa.string())
        rows = rows.append_column(f"trait.{name}", column)
    return rows


def _text(raw: str) -> str:
    """A trait as a person would write it: texts without quotes, the rest as JSON."""
    value = msgspec.json.decode(raw)
    return value if isinstance(value, str) else raw


def _ask(project: ProjectCard, sql: str, **params: Any) -> pa.Table:
    return store.run_arrow(sql, project=project.id, between=store.EVER, params=params)
