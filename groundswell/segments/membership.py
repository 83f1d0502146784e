"""Membership as the store keeps it: who is in which segment by id, and who came and left when.

A change is written to ``segment_moves`` in one piece; who is in follows from that. So after a crash in between it is
taken up from there: nothing of a change is lost, and nothing of it stands that was not written down as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.people.arrow import instants, numbers
from groundswell.segments.types import Definition, Members, Of
from groundswell.store import service as store

NOBODY: Members = np.empty(0, np.uint64)


@dataclass(frozen=True)
class Current:
    """The ids that are in, and for each the person (or company) that it stands for now."""

    ids: Members
    members: Members


@dataclass(frozen=True)
class Change:
    """Who came in and who left, by the ids that stood for them, at one instant (µs)."""

    number: int
    entered: Members
    left: Members
    at: int
    is_redefined: bool

    def __bool__(self) -> bool:
        return bool(len(self.entered) or len(self.left))


def current(segment: Definition) -> Current:
    """Who is in, as of the last change."""
    found = _arrow(segment.project, "SELECT id, member FROM scope.segment_members", segment=segment.number)
    return Current(_column(found, "id"), _column(found, "member"))


def change_to(members: Members, was: Current, *, number: int, at: int, is_redefined: bool) -> Change:
    """What is to happen for exactly these to be in. Of who leaves, every id leaves."""
    entered = members[~_is_among(members, np.sort(was.members))]
    left = was.ids[~_is_among(was.members, members)]
    return Change(number, entered, np.sort(left), at, is_redefined)


def _is_among(some: Members, ascending: Members) -> NDArray[np.bool_]:
    """Which of some are among others that ascend."""
    if not len(ascending):
        return np.zeros(len(some), bool)
    place = np.minimum(np.searchsorted(ascending, some), len(ascending) - 1)
    found: NDArray[np.bool_] = ascending[place] == some
    return found


def write_moves(segment: Definition, change: Change) -> None:
    """Write a change down, in one piece."""
    ids = np.concatenate([change.entered, change.left])
    has_entered = np.arange(len(ids)) < len(change.entered)
    rows = pa.table(
        {
            "id": numbers(ids), "entered": pa.array(has_entered).cast(pa.uint8()),
            "at": instants(np.full(len(ids), change.at)),
        }
    )  # fmt: skip
    computed = {**_place(segment), "number": f"toUInt64({change.number})", "redefined": str(int(change.is_redefined))}
    store.append("segment_moves", rows, token=_token(segment, change.number), computed=computed)


def written(segment: Definition, number: int) -> Change:
    """The change of that number as it was written down; without anybody where it was not."""
    found = _arrow(
        segment.project,
        "SELECT id, entered, redefined, toUnixTimestamp64Micro(at) AS at FROM scope.segment_moves",
        segment=segment.number, number=number,
    )  # fmt: skip
    ids, entered = _column(found, "id"), found.column("entered").combine_chunks().to_numpy() == 1
    first = {name: found.column(name)[0].as_py() if len(found) else 0 for name in ("at", "redefined")}
    return Change(number, np.sort(ids[entered]), np.sort(ids[~entered]), first["at"], bool(first["redefined"]))


def settle(segment: Definition, change: Change) -> None:
    """Have those in who came, and those out who left; the same as often as it is done."""
    ids = np.concatenate([change.entered, change.left])
    is_in = np.arange(len(ids)) < len(change.entered)
    rows = pa.table(
        {
            "id": numbers(ids), "is_in": pa.array(is_in).cast(pa.uint8()),
            "since": instants(np.full(len(ids), change.at)),
        }
    )  # fmt: skip
    computed = {
        **_place(segment), "entity": f"'{segment.of.entity}'", "number": f"toUInt64({change.number})",
    }  # fmt: skip
    store.append("segment_members", rows, token=_token(segment, change.number), computed=computed)


def told_as(segment: Definition, ids: Members) -> Members:
    """The people that ids stand for now, each once, ascending; companies are who they are."""
    if segment.of is Of.ACCOUNTS or not len(ids):
        return np.unique(ids)
    everybody = store.run_arrow("SELECT id, person FROM scope.joins", project=segment.project, between=store.EVER)
    joined, person = _column(everybody, "id"), _column(everybody, "person")
    if not len(joined):
        return np.unique(ids)
    order = np.argsort(joined)
    place = order[np.minimum(np.searchsorted(joined, ids, sorter=order), len(joined) - 1)]
    return np.unique(np.where(joined[place] == ids, person[place], ids))


def forget(segment: Definition) -> None:
    """Take away what is known of a segment that there is no more. The store does it when it has time."""
    for table in ("segment_moves", "segment_members", "segment_listed"):
        store.engine().command(
            f"ALTER TABLE groundswell.{table} DELETE"
            f" WHERE project = {int(segment.project)} AND segment = {int(segment.number)}",
            settings={"mutations_sync": 0},  # the embedded engine would wait for it, and loading with it
        )
    store.moved(segment.project, ())  # its rows may stay a while, but whoever names it is refused at once


def moves_by_day(segment: Definition, *, since: date, timezone: str) -> list[tuple[date, int, int]]:
    """Local days on which somebody came in or left: how many came, how many left; what a change of the segment itself
    brought about is left out."""
    sql = (
        "SELECT toDate(at, {timezone:String}) AS day, countIf(entered) AS came, countIf(NOT entered) AS gone"
        " FROM scope.segment_moves WHERE segment = {segment:UInt32} AND NOT redefined"
        " AND at >= toDateTime64({since:String}, 6, {timezone:String}) GROUP BY day ORDER BY day"
    )
    return _rows(segment, sql, timezone=timezone, since=f"{since} 00:00:00")


def latest(segment: Definition, *, size: int, before: int) -> dict[int, datetime]:
    """A page of who is in and since when, who came last first."""
    sql = (
        "SELECT member, min(since) AS came FROM scope.segment_members WHERE segment = {segment:UInt32}"
        " GROUP BY member ORDER BY came DESC, member LIMIT {size:UInt32} OFFSET {before:UInt64}"
    )
    return dict(_rows(segment, sql, size=size, before=before))


def count(segment: Definition) -> int:
    """How many are in."""
    ((number,),) = _rows(
        segment, "SELECT uniqExact(member) FROM scope.segment_members WHERE segment = {segment:UInt32}"
    )
    return int(number)


def moves_of(project: int, segments: Sequence[int], member: int) -> dict[int, tuple[bool, datetime]]:
    """Of these segments those that somebody came into or left: whether they came last, and when that was."""
    own = "SELECT id FROM scope.joins WHERE person = {member:UInt64} UNION ALL SELECT {member:UInt64}"
    sql = (
        "SELECT segment, argMax(entered, number), argMax(at, number) AS last FROM scope.segment_moves"
        f" WHERE segment IN {{segments:Array(UInt32)}} AND id IN ({own}) GROUP BY segment ORDER BY last DESC"
    )
    params = {"segments": list(segments), "member": member}
    rows = store.run(sql, project=project, between=store.EVER, params=params).rows
    return {segment: (bool(entered), at) for segment, entered, at in rows}


def _rows(segment: Definition, sql: str, **params: Any) -> list[tuple[Any, ...]]:
    params["segment"] = segment.number
    return store.run(sql, project=segment.project, between=store.EVER, params=params).rows


def _arrow(project: int, select: str, **where: int) -> pa.Table:
    conditions = " AND ".join(f"{name} = {{{name}:UInt64}}" for name in where)
    return store.run_arrow(f"{select} WHERE {conditions}", project=project, between=store.EVER, params=where)


def _column(table: pa.Table, name: str) -> Members:
    numbers: Members = table.column(name).combine_chunks().to_numpy().astype(np.uint64, copy=False)
    return numbers


def _place(segment: Definition) -> dict[str, str]:
    return {"project": str(segment.project), "segment": str(segment.number)}


def _token(segment: Definition, number: int) -> str:
    return f"segment-{segment.number}-{number}"
