"""Lists of ids that belong to a segment: brought as a file, or one by one. An id that nobody was seen under stays on
the list, and is somebody's as soon as one was."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from groundswell.kernel.clock import now_us
from groundswell.kernel.errors import Refusal, bad_request
from groundswell.kernel.ids import stable_ids
from groundswell.kernel.words import said
from groundswell.people.arrow import instants, numbers, texts
from groundswell.segments.types import Definition, Of
from groundswell.store import service as store

MOST_IDS = 1_000_000
LONGEST_ID = 1_000  # characters
UNKNOWN_SHOWN = 100
HEADS = {"id", "ids", "userid", "user_id", "anonymousid", "anonymous_id", "groupid", "group_id", "person", "account"}


@dataclass(frozen=True)
class Listing:
    """What is on a list: how many ids, how many of them nobody was seen under, and the first of these."""

    total: int
    unknown: int
    examples: list[str]


def ids_in(text: str) -> list[str]:
    """The ids of a file: those of the first column, each once; a head line that calls itself one is left out.

    Raises Refusal 400 for what is too long, or too many.
    """
    found = dict.fromkeys(_first_column(text))
    ids = [id for id in found if id]
    if ids and ids[0].lower().replace(" ", "") in HEADS:
        ids = ids[1:]
    _check(ids)
    return ids


def _first_column(text: str) -> Iterator[str]:
    lines = io.StringIO(text.removeprefix("\ufeff"), newline="")
    head = text[:10_000].partition("\n")[0]
    separator = max(",;\t", key=head.count)
    csv.field_size_limit(10_000_000)
    for row in csv.reader(lines, delimiter=separator):
        if row:
            yield row[0].strip()


def _check(ids: Sequence[str]) -> None:
    if len(ids) > MOST_IDS:
        raise bad_request(
            said("The list has %(found)s ids, and may have %(most)s.", found=len(ids), most=MOST_IDS), field="ids"
        )
    long = next((id for id in ids if len(id) > LONGEST_ID), None)
    if long is not None:
        raise bad_request(
            said("The id “%(id)s…” is longer than %(most)s characters.", id=long[:40], most=LONGEST_ID), field="ids"
        )
    if any("\x00" in id for id in ids):
        raise bad_request(said("An id holds what no id can."), hint=said("Send a text file."), field="ids")


def change(segment: Definition, ids: Sequence[str], *, is_in: bool) -> None:
    """Put ids on the list, or take them off it. Raises Refusal."""
    _check(ids)
    if is_in and total(segment) + len(ids) > MOST_IDS:
        raise Refusal(
            409, "list_too_long", said("A list has at most %(most)s ids.", most=MOST_IDS),
            hint=said("Divide it among several segments."),
        )  # fmt: skip
    version = now_us()
    rows = pa.table(
        {
            "id": numbers(stable_ids(segment.project, ids)), "name": texts(ids),
            "at": instants(np.full(len(ids), version)),
        }
    )  # fmt: skip
    computed = {
        "project": str(segment.project), "segment": str(segment.number), "is_in": str(int(is_in)),
        "version": f"toUInt64({version})",
    }  # fmt: skip
    store.append("segment_listed", rows, token=f"listed-{segment.number}-{version}", computed=computed)


def replace(segment: Definition, ids: Sequence[str]) -> None:
    """Have exactly these on the list. Raises Refusal."""
    _check(ids)
    gone = sorted(set(every(segment)) - set(ids))
    if gone:
        change(segment, gone, is_in=False)
    change(segment, ids, is_in=True)


def total(segment: Definition) -> int:
    """How many ids are on the list."""
    (row,) = _ask(segment, "SELECT count() FROM scope.segment_listed WHERE segment = {segment:UInt32}")
    return int(row[0])


def every(segment: Definition) -> list[str]:
    """The ids on the list, by text."""
    sql = "SELECT name FROM scope.segment_listed WHERE segment = {segment:UInt32} ORDER BY name"
    return [name for (name,) in _ask(segment, sql)]


def listing(segment: Definition) -> Listing:
    """What is on the list."""
    seen = "id FROM scope.person_ids" if segment.of is Of.PEOPLE else "account FROM scope.account_ids"
    where = f"segment = {{segment:UInt32}} AND id NOT IN (SELECT {seen})"
    unknown = _ask(
        segment,
        "SELECT name, count() OVER () FROM scope.segment_listed"
        f" WHERE {where} ORDER BY at DESC, name LIMIT {UNKNOWN_SHOWN}",
    )
    return Listing(total(segment), int(unknown[0][1]) if unknown else 0, [name for name, _ in unknown])


def _ask(segment: Definition, sql: str) -> list[tuple[Any, ...]]:
    params = {"segment": segment.number}
    return store.run(sql, project=segment.project, between=store.EVER, params=params).rows
