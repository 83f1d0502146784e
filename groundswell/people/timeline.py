"""What somebody did, the latest first, in sessions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from groundswell.kernel import clock
from groundswell.kernel.locales import utc
from groundswell.kernel.periods import Days, local_iso, zone
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

SESSION = timedelta(minutes=30)  # without an event end one
EARLIEST, LATEST = date(1970, 1, 2), date(2200, 1, 1)
SIZE = 50  # events at once
MOST_NAMES = 200  # of events to choose from
GIST, SHORT = 4, 60  # properties, characters of each
WEEKS = 26  # of activity
IN_ACCOUNT = " AND account = {account:UInt64}"
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
    """One event. ``id`` is what it was sent with, ``account`` the id of the company that it belongs to."""

    name: str
    at: str
    id: str
    person: int
    account: str
    properties: dict[str, Any]
    context: dict[str, Any]

    @property
    def gist(self) -> str:
        """A few short properties, for a glance."""
        short = [(key, value) for key, value in self.properties.items() if isinstance(value, str | int | float)]
        return " · ".join(f"{key} {value}" for key, value in short[:GIST] if len(str(value)) <= SHORT)


@dataclass(frozen=True)
class Session:
    """What one person did without half an hour between two events, the latest first."""

    events: Sequence[Happened]
    is_cut: bool = False  # its beginning is on the next page

    @property
    def person(self) -> int:
        return self.events[0].person

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


@dataclass(frozen=True)
class Used:
    """An event as something that is used."""

    name: str
    people: int
    times: int
    last: datetime


@dataclass(frozen=True)
class Summary:
    """Names of events, the most frequent first, people by number, and the last days, whole weeks, the oldest first;
    each with how many events, people also with when the last one was. ``used`` says of each event who did it: how many
    people, how often, and when last."""

    events: Sequence[tuple[str, int]]
    used: Sequence["Used"]
    people: Mapping[int, tuple[int, datetime]]
    days: Sequence[tuple[date, int]]


_ORDER = "timestamp DESC, message, event, id, said"  # of many events of one instant, too, there is a next page


def timeline(project: ProjectCard, ids: Sequence[int], wanted: Filter, *, account: int = 0) -> Timeline:
    """The events of these ids; with an account, only those that belong to it."""
    params: dict[str, Any] = {"ids": list(ids)[:MOST_IDS], "most": SIZE + 1}
    conditions = ["id IN {ids:Array(UInt64)}"]
    if wanted.event:
        conditions.append("event = {event:String}")
        params["event"] = wanted.event
    if account:
        conditions.append(IN_ACCOUNT.removeprefix(" AND "))
        params["account"] = account
    since, until = _between(project, wanted)
    before, skipped = _place(wanted.before)
    sql = (
        "SELECT e.event, e.timestamp, p.name, e.person, a.name, e.properties, e.context FROM"
        " (SELECT event, timestamp, id, person, account, properties, context, message,"
        f"  cityHash64(properties, context) AS said FROM scope.events WHERE {' AND '.join(conditions)}"
        f"  ORDER BY {_ORDER} LIMIT {{most:UInt32}} OFFSET {{skipped:UInt32}}"
        " ) AS e LEFT JOIN (SELECT id, name FROM scope.person_ids WHERE id IN {ids:Array(UInt64)}) AS p USING (id)"
        " LEFT JOIN (SELECT account, name FROM scope.account_ids) AS a USING (account)"
        f" ORDER BY {_ORDER}"
    )
    between = (since, min(until, before + 1) if before else until)
    rows = store.run(sql, project=project.id, between=between, params={**params, "skipped": skipped}).rows
    events = [
        Happened(name, local_iso(at, project.timezone), id, int(person), account, _object(properties), _object(context))
        for name, at, id, person, account, properties, context in rows
    ]
    following = _following(rows, before, skipped) if len(rows) > SIZE else ""
    if wanted.event:  # what lies between is not at hand: sessions cannot be told
        return Timeline(_by_day(events[:SIZE]), following)
    return Timeline(_sessions(events[:SIZE], is_more=bool(following)), following)


def summary(project: ProjectCard, ids: Sequence[int], *, account: int = 0) -> Summary:
    """Which events these ids sent (in an account) and how often, and how many on each of the last days."""
    today = clock.now().astimezone(zone(project.timezone)).date()
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    rows = store.run(
        "SELECT toString(event) AS name, toDate(timestamp, {zone:String}) AS day, person, count() AS times,"
        " max(timestamp), uniqExact(person), grouping(name) = 0, grouping(day) = 0"
        f" FROM scope.events WHERE id IN {{ids:Array(UInt64)}}{IN_ACCOUNT if account else ''}"
        " GROUP BY GROUPING SETS ((name), (day), (person)) ORDER BY times DESC, name",
        project=project.id, between=store.EVER,
        params={"ids": list(ids)[:MOST_IDS], "account": account, "zone": project.timezone},
    ).rows  # fmt: skip
    used = [
        Used(name, int(users), int(times), last) for name, _, _, times, last, users, is_of_name, _ in rows if is_of_name
    ]
    counted = {day: int(times) for _, day, _, times, *_, is_of_day in rows if is_of_day}
    people = {int(each): (int(times), last) for _, _, each, times, last, _, *of_others in rows if not any(of_others)}
    days = (first + timedelta(days=place) for place in range((today - first).days + 1))
    done = [(each.name, each.times) for each in used]
    return Summary(done[:MOST_NAMES], used[:MOST_NAMES], people, [(day, counted.get(day, 0)) for day in days])


def possible(day: date | None) -> date | None:
    """The day, if it is one that can have events."""
    return day if day and EARLIEST <= day <= LATEST else None


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
    at = clock.to_us(utc(last))
    return f"{at}-{shown + (skipped if at == before else 0)}"


def _sessions(events: Sequence[Happened], *, is_more: bool) -> list[Session]:
    """Each person's own. One that may have begun before the earliest event at hand says so."""
    found: list[list[Happened]] = []
    last_of: dict[int, list[Happened]] = {}
    for event in events:
        own = last_of.get(event.person)
        if own and _parsed(own[-1].at) - _parsed(event.at) <= SESSION:
            own.append(event)
        else:
            last_of[event.person] = [event]
            found.append(last_of[event.person])
    end = _parsed(events[-1].at) + SESSION if events else None
    return [Session(each, is_more and end is not None and _parsed(each[-1].at) <= end) for each in found]


def _by_day(events: Sequence[Happened]) -> list[Session]:
    """What each person did on a day, in the order of the latest."""
    found: dict[tuple[str, int], list[Happened]] = {}
    for event in events:
        found.setdefault((event.at[:10], event.person), []).append(event)
    return [Session(each) for each in found.values()]


def _parsed(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _object(text: str) -> dict[str, Any]:
    found = msgspec.json.decode(text) if text else {}
    return found if isinstance(found, dict) else {}
