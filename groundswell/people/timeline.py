"""What somebody did, the latest first, in sessions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from groundswell.kernel.clock import to_us
from groundswell.kernel.locales import utc
from groundswell.kernel.periods import Days, local_iso
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

SESSION = timedelta(minutes=30)  # without an event end one
SIZE = 100  # events at once
MOST_IDS = 20_000  # whose events are looked at


@dataclass(frozen=True)
class Filter:
    """Only this event, only these days (both included, local), only what lies before a place in the timeline."""

    event: str = ""
    first: date | None = None
    last: date | None = None
    before: str = ""


@dataclass(frozen=True)
class Happened:
    """One event."""

    name: str
    at: str
    id: str
    account: str
    properties: dict[str, Any]
    context: dict[str, Any]


@dataclass(frozen=True)
class Session:
    """Events without half an hour between two of them, the latest first."""

    events: Sequence[Happened]
    is_cut: bool = False  # its beginning is on the next page

    @property
    def first(self) -> str:
        return self.events[-1].at

    @property
    def last(self) -> str:
        return self.events[0].at

    @property
    def seconds(self) -> float:
        return (_parsed(self.last) - _parsed(self.first)).total_seconds()


@dataclass(frozen=True)
class Timeline:
    """A part of it; ``before`` is where the next part begins, empty where none is left."""

    sessions: Sequence[Session]
    before: str


def timeline(project: ProjectCard, ids: Sequence[int], wanted: Filter, *, account: int = 0) -> Timeline:
    """The events of these ids; with an account, only those that belong to it."""
    params: dict[str, Any] = {"ids": list(ids)[:MOST_IDS], "most": SIZE + 1}
    conditions = ["id IN {ids:Array(UInt64)}"]
    if wanted.event:
        conditions.append("event = {event:String}")
        params["event"] = wanted.event
    if account:
        conditions.append("account = {account:UInt64}")
        params["account"] = account
    since, until = _between(project, wanted)
    before, skipped = _place(wanted.before)
    sql = (
        "SELECT e.event, e.timestamp, p.name, a.name, e.properties, e.context FROM"
        " (SELECT event, timestamp, id, account, properties, context FROM scope.events"
        f"  WHERE {' AND '.join(conditions)}"
        "   ORDER BY timestamp DESC, message, event, cityHash64(properties) LIMIT {most:UInt32} OFFSET {skipped:UInt32}"
        " ) AS e LEFT JOIN (SELECT id, name FROM scope.person_ids WHERE id IN {ids:Array(UInt64)}) AS p USING (id)"
        " LEFT JOIN (SELECT account, name FROM scope.account_ids) AS a USING (account)"
        " ORDER BY e.timestamp DESC"
    )
    between = (since, min(until, before + 1) if before else until)
    rows = store.run(sql, project=project.id, between=between, params={**params, "skipped": skipped}).rows
    events = [
        Happened(name, local_iso(at, project.timezone), id, account_id, _object(properties), _object(context))
        for name, at, id, account_id, properties, context in rows
    ]
    following = _following(rows, before, skipped) if len(rows) > SIZE else ""
    return Timeline(_sessions(events[:SIZE], is_more=bool(following)), following)


def events_done(project: ProjectCard, ids: Sequence[int]) -> list[tuple[str, int]]:
    """Which events these ids sent and how often, the most frequent first."""
    rows = store.run(
        "SELECT toString(event) AS name, count() AS times FROM scope.events WHERE id IN {ids:Array(UInt64)}"
        " GROUP BY name ORDER BY times DESC, name LIMIT 200",
        project=project.id, between=store.EVER, params={"ids": list(ids)[:MOST_IDS]},
    ).rows  # fmt: skip
    return [(name, int(times)) for name, times in rows]


def _between(project: ProjectCard, wanted: Filter) -> tuple[int, int]:
    since = Days(wanted.first, wanted.first, project.timezone).start_us if wanted.first else store.FROM_START
    until = Days(wanted.last, wanted.last, project.timezone).end_us if wanted.last else store.TO_END
    return since, until


def _place(text: str) -> tuple[int, int]:
    """The instant (µs) at which a part begins, and how many events of that instant were shown before."""
    found = re.fullmatch(r"(\d{1,17})-(\d{1,6})", text, re.ASCII)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _following(rows: Sequence[tuple[Any, ...]], before: int, skipped: int) -> str:
    last = rows[SIZE - 1][1]
    shown = sum(row[1] == last for row in rows[:SIZE])
    at = to_us(utc(last))
    return f"{at}-{shown + (skipped if at == before else 0)}"


def _sessions(events: Sequence[Happened], *, is_more: bool) -> list[Session]:
    found: list[list[Happened]] = []
    for event in events:
        if found and _parsed(found[-1][-1].at) - _parsed(event.at) <= SESSION:
            found[-1].append(event)
        else:
            found.append([event])
    return [Session(each, is_more and each is found[-1]) for each in found]


def _parsed(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _object(text: str) -> dict[str, Any]:
    found = msgspec.json.decode(text) if text else {}
    return found if isinstance(found, dict) else {}
