"""All that a page says of one person or company, but for their events. One question per source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from groundswell.kernel.clock import now
from groundswell.kernel.errors import not_found
from groundswell.kernel.ids import stable_id
from groundswell.kernel.periods import local_iso, zone
from groundswell.kernel.words import said
from groundswell.people.cards import called
from groundswell.people.types import MemberRole
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

MOST_IDS = 500
MOST_MEMBERS = 500
HALF_A_YEAR = 182  # days
PARTNER = "partner"  # the trait of a company that names another as the partner who serves it


@dataclass(frozen=True)
class KnownId:
    """An id that leads to somebody."""

    id: str
    number: int
    is_known: bool
    first_seen: str | None


@dataclass(frozen=True)
class SetTrait:
    """A trait, and when it was set."""

    key: str
    value: Any
    at: str | None


@dataclass(frozen=True)
class Membership:
    """Somebody in a company, seen from either side: ``id`` and ``name`` are those of the other side."""

    number: int
    id: str
    name: str
    role: str
    since: str | None
    last_seen: str | None = None
    events: int = 0


@dataclass(frozen=True)
class Person:
    """Somebody. ``ids`` has their own first."""

    number: int
    id: str
    name: str
    is_known: bool
    ids: Sequence[KnownId]
    traits: Sequence[SetTrait]
    memberships: Sequence[Membership]
    first_seen: str | None
    last_seen: str | None
    events: int


@dataclass(frozen=True)
class Company:
    """A company. ``partner`` is the id of the company named as its partner, ``seats`` what that trait says."""

    number: int
    id: str
    name: str
    traits: Sequence[SetTrait]
    members: Sequence[Membership]
    first_seen: str | None
    last_seen: str | None
    events: int
    partner: str
    seats: int | None

    @property
    def partners(self) -> list[Membership]:
        """The people in the role of its partner."""
        return [each for each in self.members if each.role == MemberRole.PARTNER]


def person(project: ProjectCard, id: str) -> Person:
    """The person that any id ever sent leads to. Raises Refusal 404."""
    rows = _ask(project, _IDS, id=stable_id(project.id, id), most=MOST_IDS)
    if not rows:
        raise not_found(
            said("Nobody was ever seen as “%(id)s”.", id=id), hint=said("Use an id exactly as a client sent it.")
        )
    number = int(rows[0][1])
    ids = [KnownId(name, each, bool(known), _local(project, first)) for each, _, name, known, first in rows]
    ids.sort(key=lambda each: each.number != number)
    numbers = [each.number for each in ids]
    traits = _traits(project, "person", numbers)
    ((first, last, events),) = _ask(project, _SEEN, ids=numbers)
    return Person(
        number=number, id=ids[0].id, name=called({each.key: each.value for each in traits}, ids[0].id),
        is_known=any(each.is_known for each in ids), ids=ids, traits=traits,
        memberships=_memberships(project, number), events=int(events),
        first_seen=_local(project, first) or ids[0].first_seen, last_seen=_local(project, last),
    )  # fmt: skip


def company(project: ProjectCard, id: str) -> Company:
    """The company of that group id. Raises Refusal 404."""
    number = stable_id(project.id, id)
    found = _ask(project, "SELECT name, first_seen FROM scope.account_ids WHERE account = {id:UInt64}", id=number)
    if not found:
        raise not_found(
            said("There is no company “%(id)s”.", id=id), hint=said("Use a group id exactly as a client sent it.")
        )
    traits = _traits(project, "account", [number])
    values = {each.key: each.value for each in traits}
    members = _members(project, number)
    seen = [each.last_seen for each in members if each.last_seen]
    partner, seats = values.get(PARTNER), values.get("seats")
    return Company(
        number=number, id=id, name=called(values, id), traits=traits, members=members,
        first_seen=_local(project, found[0][1]), last_seen=max(seen, default=None),
        events=sum(each.events for each in members), partner=partner if isinstance(partner, str) else "",
        seats=int(seats) if isinstance(seats, int | float) and not isinstance(seats, bool) and seats > 0 else None,
    )  # fmt: skip


def activity(project: ProjectCard, ids: Sequence[int]) -> list[tuple[date, int]]:
    """How many events these ids sent on each of the last days, the oldest first."""
    today = now().astimezone(zone(project.timezone)).date()
    first = today - timedelta(days=HALF_A_YEAR - 1)
    counted = dict(_ask(project, _ACTIVITY, ids=list(ids), zone=project.timezone, first=first))
    days = [first + timedelta(days=offset) for offset in range(HALF_A_YEAR)]
    return [(day, int(counted.get(day, 0))) for day in days]


_IDS = """
SELECT id, person, name, known, first_seen FROM scope.person_ids
WHERE person = (SELECT any(person) FROM scope.person_ids WHERE id = {id:UInt64})
ORDER BY id = person DESC, known DESC, first_seen, name LIMIT {most:UInt32}
"""
_SEEN = "SELECT min(first), max(last), sum(count) FROM scope.seen WHERE id IN {ids:Array(UInt64)}"
_ACTIVITY = """
SELECT toDate(timestamp, {zone:String}) AS day, count() FROM scope.events
WHERE id IN {ids:Array(UInt64)} AND timestamp >= toDateTime({first:Date}, {zone:String}) GROUP BY day
"""
_MEMBERSHIPS = """
SELECT account, name, role, since, trait FROM
(SELECT account, role, since FROM scope.memberships WHERE person = {person:UInt64}) AS m
INNER JOIN scope.account_ids AS a USING (account)
LEFT JOIN (SELECT account, value AS trait FROM scope.account_traits WHERE key = 'name') AS t USING (account)
ORDER BY since, name LIMIT {most:UInt32}
"""
_MEMBERS = """
SELECT person, argMax(name, (id = person, known)), any(role), any(since), any(last_at), any(counted) FROM
(SELECT person, role, since FROM scope.memberships WHERE account = {account:UInt64}) AS m
INNER JOIN scope.person_ids AS p USING (person)
LEFT JOIN (
    SELECT person, max(last) AS last_at, sum(count) AS counted FROM scope.seen
    WHERE person IN (SELECT person FROM scope.memberships WHERE account = {account:UInt64}) GROUP BY person
) AS s USING (person)
GROUP BY person ORDER BY any(last_at) DESC, person LIMIT {most:UInt32}
"""
_NAMES = """
SELECT person, key, value FROM scope.person_traits
WHERE person IN {people:Array(UInt64)} AND key IN ('name', 'first_name', 'last_name', 'firstName', 'lastName', 'email')
"""


def _traits(project: ProjectCard, entity: str, ids: Sequence[int]) -> list[SetTrait]:
    rows = _ask(project, f"SELECT key, value, set_at FROM scope.{entity}_traits_of_ids ORDER BY key", ids=list(ids))
    return [SetTrait(key, msgspec.json.decode(value), _local(project, at)) for key, value, at in rows]


def _memberships(project: ProjectCard, person: int) -> list[Membership]:
    return [
        Membership(number, id, called({"name": msgspec.json.decode(trait)} if trait else {}, id), role,
                   _local(project, since))
        for number, id, role, since, trait in _ask(project, _MEMBERSHIPS, person=person, most=MOST_MEMBERS)
    ]  # fmt: skip


def _members(project: ProjectCard, account: int) -> list[Membership]:
    rows = _ask(project, _MEMBERS, account=account, most=MOST_MEMBERS)
    naming: dict[int, dict[str, Any]] = {}
    for person, key, value in _ask(project, _NAMES, people=[row[0] for row in rows]) if rows else []:
        naming.setdefault(person, {})[key] = msgspec.json.decode(value)
    return [
        Membership(number, id, called(naming.get(number, {}), id), role, _local(project, since),
                   _local(project, last), int(events))
        for number, id, role, since, last, events in rows
    ]  # fmt: skip


def _local(project: ProjectCard, instant: Any) -> str | None:
    return local_iso(instant, project.timezone) if instant is not None and instant.year > 1970 else None


def _ask(project: ProjectCard, sql: str, **params: Any) -> list[tuple[Any, ...]]:
    return store.run(sql, project=project.id, between=store.EVER, params=params).rows
