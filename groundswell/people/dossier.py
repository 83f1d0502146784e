"""All that a page says of one person or company, but for their events. One question per source."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from groundswell.kernel.errors import not_found
from groundswell.kernel.ids import stable_id
from groundswell.kernel.periods import local_iso
from groundswell.kernel.words import said
from groundswell.people.cards import called, person_names
from groundswell.people.narrowing import TEXT
from groundswell.people.types import MemberRole
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

MOST_IDS = 2_000
MOST_MEMBERS = 50
MOST_SERVED = 200
MOST_IDS_IN = 20_000  # of the people of one company
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
    """Somebody in a company, seen from either side: ``id`` and ``name`` are those of the other side.

    Of somebody in a company it is said what they did for it; of a company, which plan it has and who serves it.
    """

    number: int
    id: str
    name: str
    role: str
    since: str | None
    last_seen: str | None = None
    events: int = 0
    plan: str = ""
    partner: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody. ``ids`` has their own first, and of very many only the first of ``ids_in_all``."""

    number: int
    id: str
    name: str
    is_known: bool
    ids: Sequence[KnownId]
    ids_in_all: int
    traits: Sequence[SetTrait]
    memberships: Sequence[Membership]
    first_seen: str | None
    last_seen: str | None
    events: int


@dataclass(frozen=True)
class Named:
    """A company that is spoken of; without an id where there is none of that id or name."""

    id: str
    name: str


@dataclass(frozen=True)
class Company:
    """A company. ``members`` are those seen last, of ``people`` in all, and whoever serves it.

    ``partner`` is the company named as the one who serves it; ``serves`` are the first of those that name this one,
    ``serves_in_all`` their number.
    """

    number: int
    id: str
    name: str
    traits: Sequence[SetTrait]
    members: Sequence[Membership]
    people: int
    first_seen: str | None
    last_seen: str | None
    events: int
    partner: Named | None
    serves: Sequence[Named]
    serves_in_all: int

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
    ids = [KnownId(name, each, bool(known), _local(project, first)) for each, _, name, known, first, _ in rows]
    ids.sort(key=lambda each: each.number != number)
    numbers = [each.number for each in ids]
    traits = _traits(project, "person", numbers)
    in_all = int(rows[0][-1])
    ((first, last, events),) = (
        _ask(project, _SEEN, ids=numbers) if in_all == len(ids) else _ask(project, _SEEN_OF_ALL, person=number)
    )
    return Person(
        number=number, id=ids[0].id, name=called({each.key: each.value for each in traits}, ids[0].id),
        is_known=any(each.is_known for each in ids), ids=ids, ids_in_all=in_all, traits=traits,
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
    name, partner = called(values, id), values.get(PARTNER)
    rows = _ask(project, _MEMBERS, account=number, most=MOST_MEMBERS)
    people, events, last = rows[0][-3:] if rows else (0, 0, None)
    serving = {"account": number, "id": id, "name": msgspec.json.encode(name).decode()}
    is_named = _ask(project, _IS_NAMED, **serving)  # few companies are partners: the long question is seldom asked
    served = _ask(project, _SERVED, **serving, most=MOST_SERVED) if is_named else []
    members = _members(project, rows)
    return Company(
        number=number, id=id, name=name, traits=traits, members=members, people=int(people),
        first_seen=_local(project, found[0][1]), last_seen=_local(project, last), events=int(events),
        partner=_partner(project, partner, members) if isinstance(partner, str) else None,
        serves=[Named(each, _name(trait) or each) for each, trait, _ in served],
        serves_in_all=int(served[0][-1]) if served else 0,
    )  # fmt: skip


def company_named(project: ProjectCard, text: str, *, partners: Sequence[int] = ()) -> Named | None:
    """The company with that id, else the only one with that very name: of several the one where ``partners`` work."""
    rows = _ask(
        project, _COMPANY_NAMED, id=stable_id(project.id, text), name=msgspec.json.encode(text).decode(),
        partners=list(partners),
    )  # fmt: skip
    if not rows or (len(rows) > 1 and rows[0][-1] == rows[1][-1]):
        return None
    id, trait, _ = rows[0]
    return Named(id, _name(trait) or id)


def ids_in(project: ProjectCard, account: int) -> list[int]:
    """The ids of the people of a company by number, of very many those who were there last."""
    return [id for (id,) in _ask(project, _IDS_IN, account=account, most=MOST_IDS_IN)]


_IDS = """
SELECT id, person, name, known, first_seen, count() OVER () FROM scope.person_ids
WHERE person = (SELECT any(person) FROM scope.person_ids WHERE id = {id:UInt64})
ORDER BY id = person DESC, known DESC, first_seen, name LIMIT {most:UInt32}
"""
_SEEN = "SELECT min(first), max(last), sum(count) FROM scope.seen WHERE id IN {ids:Array(UInt64)}"
_SEEN_OF_ALL = "SELECT min(first), max(last), sum(count) FROM scope.seen WHERE person = {person:UInt64}"
_MEMBERSHIPS = """
SELECT account, name, role, since FROM
(SELECT account, role, since FROM scope.memberships WHERE person = {person:UInt64}) AS m
INNER JOIN scope.account_ids AS a USING (account) ORDER BY since, name LIMIT {most:UInt32}
"""
_ACCOUNT_TRAITS = "SELECT account, key, value FROM scope.account_traits_of_ids WHERE key IN ('name', 'plan', 'partner')"
_MEMBERS = """
SELECT person, role, since, last_at, counted,
    count() OVER () AS people, sum(counted) OVER () AS events, max(last_at) OVER () AS last
FROM (SELECT person, role, since FROM scope.memberships WHERE account = {account:UInt64}) AS m
LEFT JOIN (
    SELECT person, max(last) AS last_at, sum(count) AS counted FROM scope.seen_in
    WHERE account = {account:UInt64} GROUP BY person
) AS s USING (person)
ORDER BY role = 'partner' DESC, last_at DESC, person LIMIT {most:UInt32}
"""
_IDS_IN = """
SELECT id FROM scope.seen
WHERE person IN (SELECT person FROM scope.memberships WHERE account = {account:UInt64})
GROUP BY id ORDER BY max(last) DESC LIMIT {most:UInt32}
"""
_COMPANY_NAMED = """
SELECT name, trait, multiIf(account = {id:UInt64}, 2, works_here, 1, 0) AS fits FROM
(
    SELECT account, name, account IN
        (SELECT account FROM scope.memberships WHERE person IN {partners:Array(UInt64)} AND role != 'partner')
        AS works_here
    FROM scope.account_ids WHERE account = {id:UInt64} OR account IN
    (SELECT account FROM scope.account_traits WHERE key = 'name' AND value = {name:String})
) AS a
LEFT JOIN (SELECT account, value AS trait FROM scope.account_traits WHERE key = 'name') AS t USING (account)
ORDER BY fits DESC LIMIT 2
"""
_IS_NAMED = f"""
SELECT 1 FROM scope.account_traits WHERE key = '{PARTNER}' AND ({TEXT} = {{id:String}} OR value = {{name:String}})
AND account != {{account:UInt64}} LIMIT 1
"""
_SERVED = f"""
SELECT name, trait, count() OVER () FROM
(
    SELECT account, name FROM scope.account_ids WHERE account != {{account:UInt64}} AND
    (
        account IN (SELECT account FROM scope.account_traits WHERE key = '{PARTNER}' AND {TEXT} = {{id:String}})
        OR account IN (SELECT account FROM scope.account_traits WHERE key = '{PARTNER}' AND value = {{name:String}})
        AND ((SELECT count() FROM scope.account_traits WHERE key = 'name' AND value = {{name:String}}) < 2
            OR account IN (
                SELECT account FROM scope.memberships WHERE role = 'partner' AND person IN
                (SELECT person FROM scope.memberships WHERE account = {{account:UInt64}} AND role != 'partner')
            ))
    )
) AS a
LEFT JOIN (SELECT account, value AS trait FROM scope.account_traits WHERE key = 'name') AS t USING (account)
ORDER BY trait, name LIMIT {{most:UInt32}}
"""


def _partner(project: ProjectCard, text: str, members: Sequence[Membership]) -> Named:
    """Who is meant by the trait of a company with these members; without an id where it cannot be told."""
    partners = [each.number for each in members if each.role == MemberRole.PARTNER]
    return company_named(project, text, partners=partners) or Named("", text)


def _traits(project: ProjectCard, entity: str, ids: Sequence[int]) -> list[SetTrait]:
    rows = _ask(project, f"SELECT key, value, set_at FROM scope.{entity}_traits_of_ids ORDER BY key", ids=list(ids))
    return [SetTrait(key, msgspec.json.decode(value), _local(project, at)) for key, value, at in rows]


def _memberships(project: ProjectCard, person: int) -> list[Membership]:
    rows = _ask(project, _MEMBERSHIPS, person=person, most=MOST_MEMBERS)
    said_of: dict[int, dict[str, str]] = {}
    for account, key, value in _ask(project, _ACCOUNT_TRAITS, ids=[row[0] for row in rows]) if rows else []:
        said_of.setdefault(account, {})[key] = _name(value)
    return [
        Membership(number, id, own.get("name") or id, role, _local(project, since), plan=own.get("plan", ""),
                   partner=own.get(PARTNER, ""))
        for number, id, role, since in rows
        for own in [said_of.get(number, {})]
    ]  # fmt: skip


def _members(project: ProjectCard, rows: Sequence[tuple[Any, ...]]) -> list[Membership]:
    names = person_names(project, [row[0] for row in rows])
    members = [
        Membership(number, *names[number], role, _local(project, since), _local(project, last), int(events))
        for number, role, since, last, events, *_ in rows
        if number in names
    ]
    return sorted(members, key=lambda each: each.last_seen or "", reverse=True)


def _name(value: str) -> str:
    """A text out of the raw JSON of a trait; empty for anything else."""
    found = msgspec.json.decode(value) if value else ""
    return found.strip() if isinstance(found, str) else ""


def _local(project: ProjectCard, instant: Any) -> str | None:
    return local_iso(instant, project.timezone) if instant is not None and instant.year > 1970 else None


def _ask(project: ProjectCard, sql: str, **params: Any) -> list[tuple[Any, ...]]:
    return store.run(sql, project=project.id, between=store.EVER, params=params).rows
