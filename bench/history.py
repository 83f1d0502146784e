"""Months of made-up history, written by the engine itself: the same events in our layout and in another's.

The other layout is the one PostHog documents for its events table: sorted by project, day, event and person, one
partition a month, the person stored with the event, no projections. It gets the same typed columns as ours.
"""

from dataclasses import dataclass

from groundswell.people.daily import Daily
from groundswell.store import service as store
from groundswell.store.engine import Engine
from groundswell.workspace.types import ProjectCard

PROJECT = 1
DAYS = 120
FIRST = "2026-07-20"
NAMES = 40
ACTIVE_DAYS = 15  # of each person
PLANS = ("free", "starter", "team", "business")
SLOTS = ("plan", "country", "source", "page", "seats", "is_first")


@dataclass(frozen=True)
class History:
    """How much of it: events, persons, and persons who had another id before (each with a tenth of their events)."""

    events: int
    persons: int
    joined: int


def fill(engine: Engine, history: History) -> None:
    """Write the history into our tables and into ``other.events``."""
    step = 5_000_000
    for start in range(0, history.events, step):
        engine.command(_events(history, start, min(step, history.events - start)))
    engine.command(
        "INSERT INTO groundswell.claims SELECT "
        f"{PROJECT}, xxh3(concat('device-', toString(number))), xxh3(concat('user-', toString(number))),"
        f" now64(6), number FROM numbers({history.joined})"
    )
    store.dictionary_touched("persons")
    engine.command(
        "INSERT INTO groundswell.rollup SELECT project, 0, event, toDate(timestamp) AS day, id, min(timestamp),"
        " max(timestamp), count() FROM groundswell.events GROUP BY project, event, day, id"
        " SETTINGS max_bytes_before_external_group_by = 3000000000"
    )
    engine.command(
        "INSERT INTO groundswell.seen SELECT project, id, min(first), max(last), sum(count) FROM groundswell.rollup"
        " GROUP BY project, id"
    )


def fill_other(engine: Engine) -> None:
    """Copy the events into the other layout, with the person that each belongs to."""
    columns = ", ".join(f"{name} LowCardinality(String)" for name in SLOTS)
    engine.command("CREATE DATABASE IF NOT EXISTS other")
    engine.command(
        "CREATE TABLE other.events (project UInt32, person UInt64,"
        " timestamp DateTime64(6, 'UTC') CODEC(Delta, ZSTD(1)),"
        f" event LowCardinality(String), properties String CODEC(ZSTD(1)), {columns}) ENGINE = MergeTree"
        " PARTITION BY toYYYYMM(timestamp) ORDER BY (project, toDate(timestamp), event, cityHash64(person))"
    )
    slots = ", ".join(f"s{number:02}" for number in range(1, len(SLOTS) + 1))
    for month in range(6, 12):
        engine.command(
            "INSERT INTO other.events SELECT project, dictGetOrDefault('groundswell.persons', 'person', id, id),"
            f" timestamp, event, properties, {slots} FROM groundswell.events"
            f" WHERE toYYYYMM(timestamp) = 2026{month:02}"
        )


def settle(engine: Engine) -> None:
    """Merge every table's parts, as time does."""
    for table in ("groundswell.events", "groundswell.rollup", "groundswell.claims", "other.events"):
        engine.command(f"OPTIMIZE TABLE {table} FINAL")


def count_ahead(project: ProjectCard) -> None:
    """Count the days, as a server does when it has time."""
    daily = Daily()
    daily.restore()
    while daily.count_on(project):
        pass


def _events(history: History, start: int, count: int) -> str:
    """One INSERT of ``count`` events. Names are distributed geometrically; every draw is a hash of the number."""

    def draw(salt: int, below: int) -> str:
        return f"(cityHash64(number, {salt}) % {below})"

    person = draw(1, history.persons)
    is_device = f"({person} < {history.joined} AND {draw(2, 10)} = 0)"
    values = {
        "plan": "'\"' || ['" + "','".join(PLANS) + f"'][1 + {draw(3, 4)}] || '\"'",
        "country": f"'\"' || char(65 + {draw(4, 12)}, 75) || '\"'",
        "source": f"'\"source' || toString({draw(5, 6)}) || '\"'",
        "page": f"'\"/boards/' || toString({draw(6, 3000)}) || '\"'",
        "seats": f"toString({draw(7, 200)})",
        "is_first": f"if({draw(8, 5)} = 0, 'true', 'false')",
    }
    text = " || ',".join(f'"{name}":\' || {name}_value' for name in SLOTS)
    slots = ", ".join(f"{value} AS {name}_value" for name, value in values.items())
    names = ", ".join(f"s{number:02}" for number in range(1, len(SLOTS) + 1))
    day = f"(cityHash64({person}, {draw(9, ACTIVE_DAYS)}) % {DAYS})"  # people come on some days, and then for a while
    return (
        f"INSERT INTO groundswell.events (project, id, timestamp, event, {names}, properties)"
        f" SELECT {PROJECT}, if({is_device}, xxh3(concat('device-', toString({person}))),"
        f" xxh3(concat('user-', toString({person})))) AS id,"
        f" toDateTime64('{FIRST} 00:00:00', 6, 'UTC') + toIntervalDay({day})"
        f" + toIntervalMicrosecond({draw(11, 86_400_000_000)}),"
        f" 'Feature ' || leftPad(toString(least(toUInt8(floor(log(1 - {draw(10, 1_000_000)} / 1000000.) / log(0.88))),"
        f" {NAMES - 1})), 2, '0') AS event, {slots}, '{{{text} || '}}'"
        f" FROM numbers({start}, {count})"
    )
