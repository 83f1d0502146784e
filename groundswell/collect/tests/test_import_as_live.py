"""A table imported is the same as its rows sent live: the fast way over columns and the steps of messages agree."""

import csv
import io
import json
import math
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.collect.imports import tables
from groundswell.collect.tests.importing import Importing, write_parquet
from groundswell.events.service import property_slots, property_sql
from tests.effort import examples
from tests.world import World

EXAMPLES = examples(25)
_numbers = count()
TIMES = [
    "2026-01-05T10:00:00Z", "2026-01-05 10:00:00.5", "2026-03-08 02:30:00", "2025-11-02T01:30:00", "2026-1-5 1:02",
    "2026-01-05", "2026-01-05T10:00:00+09:00", "1767607200", "1767607200123", "1999-12-31T23:59:59Z", "soon", "",
]  # fmt: skip
IDS = ["", "ada", "ben", "Ünïcode 한", "x" * 400, "x" * 401, "7"]
NAMES = ["", "Signed Up", 'a "name", quoted', "e" * 200, "e" * 201]
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=8)


def typed(field: str) -> Any:
    """What a field of CSV is, told in the plainest way."""
    if field in ("true", "True", "false", "False"):
        return field.lower() == "true"
    whole, dot, fraction = field.removeprefix("-").partition(".")
    is_number = whole.isascii() and whole.isdigit() and len(whole) <= 15 and (whole == "0" or whole[0] != "0")
    if dot:
        is_number = is_number and fraction.isascii() and fraction.isdigit() and len(fraction) <= 15
    return json.loads(field) if is_number else field


@st.composite
def rows(draw: st.DrawFn) -> dict[str, str]:
    return {
        "who": draw(st.sampled_from(IDS)),
        "device": draw(st.sampled_from(["", "phone", "tablet"])),
        "company": draw(st.sampled_from(["", "acme", "bolt"])),
        "what": draw(st.sampled_from(NAMES)),
        "when": draw(st.sampled_from(TIMES)),
        "id": draw(st.sampled_from(["", "m1", "m2"])),
        "p": draw(st.sampled_from(["", "10", "10.0", "-0", "0.5", "01", "true", "nil", "1" * 16]) | TEXT),
        "q q": draw(st.integers(-(10**17), 10**17).map(str) | st.floats(-1e6, 1e6).map(str) | TEXT),
    }


COLUMNS = {
    "userId": "who", "anonymousId": "device", "groupId": "company", "event": "what", "timestamp": "when",
    "messageId": "id",
}  # fmt: skip


def message_of(row: dict[str, str]) -> dict[str, Any]:
    """The message that a row of CSV is. Messages name the zone of their time; the project is in New York."""
    message: dict[str, Any] = {"type": "track"}
    message |= {field: row[column] for field, column in COLUMNS.items() if field != "groupId" and row[column]}
    if row["company"]:
        message["context"] = {"groupId": row["company"]}
    message["properties"] = {name: typed(row[name]) for name in ("p", "q q") if row[name]}
    return message | ({"timestamp": LOCAL[row["when"]]} if row["when"] in LOCAL else {})


LOCAL: dict[str, Any] = {
    "2026-01-05 10:00:00.5": "2026-01-05T10:00:00.5-05:00",
    "2026-03-08 02:30:00": "2026-03-08T02:30:00-05:00",  # the clocks never showed it
    "2025-11-02T01:30:00": "2025-11-02T01:30:00-04:00",  # they showed it twice
    "2026-1-5 1:02": "2026-01-05T01:02:00-05:00",
    "2026-01-05": "2026-01-05T00:00:00-05:00",
    "1767607200": 1767607200,
    "1767607200123": 1767607200123,
}


def told(world: World) -> dict[str, Any]:
    questions = {
        "events": "SELECT event, toInt64(timestamp < received) * toUnixTimestamp64Micro(timestamp), properties,"
        " account != 0 FROM scope.events",
        "counted": "SELECT event, sum(count) FROM scope.rollup GROUP BY event",
        "people": "SELECT arraySort(groupArray((name, known))) FROM scope.person_ids GROUP BY person",
        "accounts": "SELECT name FROM scope.account_ids",
    }
    for name in property_slots(world.project.id):
        questions[name] = f"SELECT properties, {property_sql(world.project.id, name)} FROM scope.events"
    return {name: sorted(world.run(sql)) for name, sql in questions.items()} | {"counts": world.counts()}


def a_world(folder: Path) -> World:
    return World(folder, tz="America/New_York")


@given(table=st.lists(rows(), min_size=1, max_size=12), size=st.sampled_from([3, 1_000]))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_csv_file_is_the_same_as_its_rows_sent_live(
    open_store: None, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int,
    table: list[dict[str, str]],
) -> None:  # fmt: skip
    monkeypatch.setattr(tables, "ROWS", size)
    folder = tmp_path / str(next(_numbers))
    folder.mkdir()
    written = io.StringIO()
    writer = csv.DictWriter(written, fieldnames=list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    (folder / "a.csv").write_text(written.getvalue())
    imported, live = a_world(folder), a_world(folder)
    Importing(imported).load(folder / "a.csv", "csv", **COLUMNS)
    live.send(*map(message_of, table))
    assert told(imported) == told(live)


VALUES = {
    "whole": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "float": (pa.float64(), st.floats()),
    "text": (pa.string(), TEXT),
    "flag": (pa.bool_(), st.booleans()),
    "list": (pa.list_(pa.float64()), st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=2)),
}


@given(st.lists(st.fixed_dictionaries({name: st.none() | value for name, (_, value) in VALUES.items()}), min_size=1))
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_values_of_parquet_are_the_same_as_sent_live(
    open_store: None, transactional_db: None, tmp_path: Path, table: list[dict[str, Any]]
) -> None:
    folder = tmp_path / str(next(_numbers))
    folder.mkdir()
    columns = {name: pa.array([row[name] for row in table], kind) for name, (kind, _) in VALUES.items()}
    rest = {
        "userId": ["ada"] * len(table),
        "event": ["E"] * len(table),
        "timestamp": ["2026-01-05T10:00:00Z"] * len(table),
    }
    imported, live = a_world(folder), a_world(folder)
    Importing(imported).load(write_parquet(folder / "a.parquet", **rest, **columns))
    live.send(
        *[
            {
                "type": "track", "userId": "ada", "event": "E", "timestamp": "2026-01-05T10:00:00Z",
                "properties": {name: row[name] for name in VALUES if is_json(row[name])},
            }
            for row in table
        ]
    )  # fmt: skip
    assert told(imported)["events"] == told(live)["events"]


def is_json(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))
