"""A block, after its steps, becomes rows of the store. Everything is written under the block's token: once."""

from collections.abc import Collection, Sequence
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.collect.block import Block
from groundswell.collect.rezoning import Counting
from groundswell.collect.steps import GROUP, LAST_EVENT
from groundswell.collect.traits import read_roles, read_traits
from groundswell.events import editions, rollup
from groundswell.events import service as events
from groundswell.kernel.clock import DAY, from_us
from groundswell.kernel.periods import zone
from groundswell.people import service as people
from groundswell.people.service import GroupCall, Meeting

MICROS = pa.timestamp("us", tz="UTC")


def first_day(block: Block, meeting: Meeting, tz: str) -> date | None:
    """The first day of a zone of which a question will get another answer, once the block is written."""
    events = block.at[block.kept & (block.kind <= LAST_EVENT)]
    instants = [int(events.min())] if len(events) else []
    if meeting.since is not None:
        instants.append(meeting.since)
    return from_us(min(instants)).astimezone(zone(tz)).date() if instants else None


def write_people(block: Block, meeting: Meeting) -> None:
    """The ids, joins, accounts, group calls, roles and traits of a block."""
    project, token = block.project.id, block.token
    people.append_meeting(project, meeting, token=token)
    people.append_accounts(project, _accounts(block), token=token)
    people.append_group_calls(project, _group_calls(block), token=token)
    people.append_roles(project, read_roles(block), token=token)
    persons, accounts = read_traits(block)
    people.append_traits(project, "person", persons, token=token)
    people.append_traits(project, "account", accounts, token=token)


def write_events(block: Block, into: Sequence[Counting]) -> None:
    """The events of a block, month by month, and their counts per day in each edition."""
    rows = np.flatnonzero(block.kept & (block.kind <= LAST_EVENT))
    id = _own_id(block)
    for label, chosen in _by_month(block.at[rows]):
        month = rows[chosen]
        events.append_events(
            block.project.id, _event_rows(block, month, id[month]), token=f"{block.token}-{label}",
            values={name: _taken(texts, month) for name, texts in block.values.items()},
        )  # fmt: skip
    for counting in into:
        _count(block, rows[~_is_of(counting.pending, block.at[rows])], id, counting)
    people.append_seen(block.project.id, id[rows], block.at[rows], block.account[rows], token=block.token)


def _count(block: Block, rows: NDArray[np.int64], id: NDArray[np.uint64], counting: Counting) -> None:
    days = rollup.local_days(block.at[rows], counting.zone)
    for label, chosen in _by_month(days * DAY):
        month = rows[chosen]
        counted = rollup.count(_taken(block.event, month), days[chosen], id[month], block.at[month])
        token = f"{block.token}-{label}"
        editions.append(block.project.id, counted, edition=counting.edition, token=token)


def _is_of(months: Collection[date], at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which instants lie in one of these months (UTC)."""
    return np.isin(at.astype("datetime64[us]").astype("datetime64[M]"), np.array(sorted(months), "datetime64[M]"))


def _event_rows(block: Block, rows: NDArray[np.int64], id: NDArray[np.uint64]) -> pa.Table:
    return pa.table(
        {
            "id": pa.array(id),
            "timestamp": pa.array(block.at[rows]).cast(MICROS),
            "event": _taken(block.event, rows),
            "account": pa.array(block.account[rows]),
            "message": pa.array(block.message[rows]),
            "key": pa.array(block.key[rows]),
            "received": pa.array(block.received[rows]).cast(MICROS),
            "properties": _taken(block.properties, rows),
            "context": _taken(block.context, rows),
        }
    )


def _taken(column: pa.Array, rows: NDArray[np.int64]) -> pa.Array:
    """These rows of a column; often they are all."""
    return column if len(rows) == len(column) else column.take(pa.array(rows))


def _own_id(block: Block) -> NDArray[np.uint64]:
    """The id that a message speaks for: the user's where it names one."""
    return np.where(block.user != 0, block.user, block.anonymous)


def _by_month(at: NDArray[np.int64]) -> list[tuple[str, NDArray[np.int64]]]:
    """The rows of each month (UTC): one append must stay within one partition."""
    months = at.astype("datetime64[us]").astype("datetime64[M]")
    return [(str(month), np.flatnonzero(months == month)) for month in np.unique(months)]


def _accounts(block: Block) -> dict[int, tuple[str, int]]:
    """The accounts that a block names, with their first instant in it."""
    rows = np.flatnonzero(block.kept & (block.account != 0))
    rows = rows[np.argsort(block.at[rows], kind="stable")]
    numbers, first = np.unique(block.account[rows], return_index=True)
    rows = rows[first]
    names = block.account_names.take(pa.array(rows)).to_pylist()
    return dict(zip(numbers.tolist(), zip(names, block.at[rows].tolist(), strict=True), strict=True))


def _group_calls(block: Block) -> list[GroupCall]:
    """The group calls of somebody. Libraries describe a group on nobody's behalf under an id with a ``$``."""
    id = _own_id(block)
    rows = np.flatnonzero(block.kept & (block.kind == GROUP))
    names = block.anonymous_names.take(pa.array(rows)).to_pylist()
    return [
        GroupCall(int(id[row]), int(block.account[row]), int(block.at[row]), int(block.position[row]))
        for row, name in zip(rows.tolist(), names, strict=True)
        if block.user[row] or not name.startswith("$")
    ]
