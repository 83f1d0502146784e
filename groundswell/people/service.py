"""The verbs of people: join ids, note traits, group calls and roles, and tell who somebody is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import pyarrow as pa

from groundswell.kernel.clock import now_us
from groundswell.kernel.errors import bad_request, not_found
from groundswell.kernel.happenings import tell
from groundswell.kernel.ids import stable_id
from groundswell.kernel.words import said
from groundswell.people import dossier, profiles, rejoining
from groundswell.people.addresses import company_address as company_address
from groundswell.people.addresses import person_address as person_address
from groundswell.people.arrow import instants, numbers, texts
from groundswell.people.cards import company_cards, people_with
from groundswell.people.cards import says_who as says_who
from groundswell.people.identity import Identity
from groundswell.people.types import (
    AccountCard,
    AccountProfile,
    Ids,
    Joins,
    MemberRole,
    Micros,
    PersonCard,
    Profile,
    Rejoin,
    RejoinAsked,
    Sightings,
    Trait,
)
from groundswell.store import service as store
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller, ProjectCard

MAX_TRAIT_NAMES = 5_000


@dataclass
class Meeting:
    """What one block says about people, gathered before it is written."""

    joins: Joins
    met: np.ndarray
    since: int | None = None  # the first instant (µs) whose answers the joins change
    names: pa.Array | None = None  # of the ids met, in the same order


@dataclass(frozen=True)
class GroupCall:
    """A person (by the id sent) belongs to an account from that instant (µs) on."""

    id: int
    account: int
    at: int
    position: int


@dataclass(frozen=True)
class RoleGiven:
    """A person (by the id sent) has that role in an account from that instant (µs) on."""

    id: int
    account: int
    role: MemberRole
    at: int


def restore(identity: Identity) -> None:
    """Fill an identity with what the store knows."""
    rejoining.finish_last()
    known = "id, min(position) AS position, max(known) AS known, toUnixTimestamp64Micro(min(first_seen)) AS first"
    for ids in store.read_in_shares("person_ids", known, by="id", group="GROUP BY id"):
        identity.restore_ids(**{name: ids.column(name).to_numpy() for name in ids.column_names})
    claimed = "id, argMax(person, position) AS person, toUnixTimestamp64Micro(argMax(at, position)) AS at"
    for claims in store.read_in_shares("claims", claimed, by="id", group="GROUP BY id"):
        identity.restore_claims(**{name: claims.column(name).to_numpy() for name in claims.column_names})
    for each, person in store.read("SELECT id, person FROM groundswell.merges FINAL").rows:
        identity.restore_merge(id=each, person=person)


def rejoins_made() -> int:
    """How many joins were made or taken back by hand. Each is a place in the order of receipt."""
    return rejoining.how_many()


def decide_rejoin(asked: RejoinAsked, *, position: int) -> Rejoin:
    """What is to be joined or parted by hand, at this place in the order of receipt. Raises Refusal."""
    return rejoining.numbered(asked.decide(), position)


def rejoin(identity: Identity, change: Rejoin) -> None:
    """Write it, once however often it is tried, and let the identity know."""
    rejoining.write(change)
    identity.rejoin(change)


def surviving(project: ProjectCard, one: str, other: str) -> tuple[str, str]:
    """Of two people the id of the one who survives a merge, then of the other. Raises Refusal."""
    survivor, lost = rejoining.surviving(rejoining.someone(project, one), rejoining.someone(project, other))
    return survivor.name, lost.name


def merge(project: ProjectCard, id: str, *, into: str, caller: Caller, by: str) -> int:
    """Make one person of two; the number by which it can be undone. Raises Refusal.

    The surviving profile is the known one, of two known ones the older.
    """
    return _change(project, caller, "people.merged", lambda: rejoining.decide_merge(project, id, into, by=by))


def split(project: ProjectCard, id: str, *, caller: Caller, by: str) -> int:
    """Part an id from the person it was joined to; the number by which it can be undone. Raises Refusal."""
    return _change(project, caller, "people.split", lambda: rejoining.decide_split(project, id, by=by))


def undo(project: ProjectCard, number: int, *, caller: Caller, by: str) -> None:
    """Take a merge or split by hand back: everything is as if it had never been. Raises Refusal."""
    _change(project, caller, "people.rejoined", lambda: rejoining.decide_undo(project, number, by=by))


def _change(project: ProjectCard, caller: Caller, verb: str, decide: Callable[[], Rejoin]) -> int:
    """Have it decided and done between two blocks, then write down who was behind it. Its number."""
    decided: list[Rejoin] = []
    names: dict[int, str] = {}

    def decide_now() -> Rejoin:
        decided.append(rejoining.numbered(decide(), position=0))
        names.update(id_names(project, [decided[-1].other, decided[-1].person]))  # a store that refuses, refuses all
        return decided[-1]

    tell(RejoinAsked(decide_now))
    change = decided[-1]
    subject = " → ".join(names[id] for id in (change.other, change.person) if id in names)
    note_change(
        caller, project=project.id, verb=verb, subject=subject, detail={"number": change.undoes or change.number}
    )
    return change.number


def belongs(project: ProjectCard, id: str, person: str) -> None:
    """Refuse, with a 404, an id that is not one of that person's."""
    if rejoining.someone(project, id).number != rejoining.someone(project, person).number:
        raise not_found(said("“%(id)s” is none of the ids of “%(person)s”.", id=id, person=person))


def concerns(project: ProjectCard, number: int, person: str) -> None:
    """Refuse, with a 404, a merge or split by hand that is none of that person's."""
    ids = [each.number for each in dossier.person(project, person).ids]
    if number not in {each.number for each in rejoining.made(project, ids)}:
        raise not_found(said("There is no such merge of “%(person)s”.", person=person))


def id_names(project: ProjectCard, ids: Sequence[int]) -> dict[int, str]:
    """These ids as they were sent, by number."""
    found = store.run(
        "SELECT id, name FROM scope.person_ids WHERE id IN {ids:Array(UInt64)}",
        project=project.id, between=store.EVER, params={"ids": list(ids)},
    )  # fmt: skip
    return dict(found.rows)


def set_role(project: ProjectCard, person: str, account: str, role: str, *, caller: Caller) -> None:
    """Say what somebody is in a company (by id or name), which they need not have been in; "" takes the role away, and
    with it the membership of somebody who is there by hand alone.

    Raises Refusal.
    """
    if role and role not in list(MemberRole):
        raise bad_request(
            said("“%(role)s” is not a role.", role=role),
            hint=said("The roles are %(roles)s.", roles=", ".join(MemberRole)), field="role",
        )  # fmt: skip
    member, company = rejoining.someone(project, person), _company(project, account)
    number, at = stable_id(project.id, company.id), now_us()
    _append(
        "roles", project.id, f"role-{member.number}-{number}-{at}",
        id=numbers([member.number]), account=numbers([number]), role=texts([role]), at=instants([at]),
    )  # fmt: skip
    note_change(
        caller, project=project.id, verb="people.role", subject=f"{member.name} · {company.name}", detail={"role": role}
    )


def set_partner(project: ProjectCard, account: str, partner: str, *, caller: Caller) -> None:
    """Say which company (by id or name) serves a company; "" takes it away. Raises Refusal."""
    company = _company(project, account)
    serving = _company(project, partner).id if partner else ""
    if serving == company.id:
        raise bad_request(said("No company is its own partner."), field="partner")
    number, at = stable_id(project.id, company.id), now_us()
    trait = Trait(number, dossier.PARTNER, msgspec.json.encode(serving).decode() if serving else "", at)
    append_traits(project.id, "account", [trait], token=f"partner-{number}-{at}")
    note_change(caller, project=project.id, verb="companies.partner", subject=company.name, detail={"partner": serving})


def _company(project: ProjectCard, text: str) -> dossier.Named:
    found = dossier.company_named(project, text) or dossier.company_named(project, text.strip())
    if found is None:
        raise not_found(
            said("There is no company “%(id)s”, or more than one is called so.", id=text),
            hint=said("Use its id; it stands on its page."),
        )
    return found


def rejoins(project: ProjectCard, ids: Sequence[int] | None = None) -> list[Rejoin]:
    """What was joined and parted by hand in a project (or concerns one of these ids), the latest first."""
    return rejoining.made(project, ids)


def meet(identity: Identity, seen: Sightings) -> Meeting:
    """Take in a block's ids and decide its joins. The names of the ids met are the caller's to fill in."""
    met = identity.meet(seen)
    joins = identity.join(seen, met)
    return Meeting(joins, met, _since(identity, joins))


def _since(identity: Identity, joins: Joins) -> int | None:
    """Claims change what is said of the days on which the claimed ids were there. Merges are rare: of any day."""
    if joins.merges:
        return 0
    return identity.first_of(np.array([id for id, *_ in joins.claims], "u8"))


def append_meeting(project: int, meeting: Meeting, *, token: str) -> None:
    """Write the ids and joins of a block, once per token.

    In this order: after a crash in between the block is decided anew, and claims follow from ids and claims, merges
    from all three. So what is decided then is either what was decided before, or written already.
    """
    met = meeting.met
    try:
        for table, rows in (("merges", meeting.joins.merges), ("claims", meeting.joins.claims)):
            if rows:
                id, person, joined, position = zip(*rows, strict=True)
                _append(
                    table, project, token,
                    id=numbers(id), person=numbers(person), at=instants(joined), position=numbers(position),
                )  # fmt: skip
    finally:  # what was written before something failed is not written again
        if meeting.joins.claims or meeting.joins.merges:
            store.dictionary_touched("persons", project=project)
    _append(
        "person_ids", project, token,
        id=numbers(met["id"]), name=meeting.names, known=pa.array(met["known"], pa.uint8()),
        first_seen=instants(met["first"]), position=numbers(met["position"]),
    )  # fmt: skip


def append_group_calls(project: int, calls: Sequence[GroupCall], *, token: str) -> None:
    """Write group calls, once per token."""
    if calls:
        _append(
            "group_calls", project, token,
            id=numbers(call.id for call in calls), at=instants([call.at for call in calls]),
            account=numbers(call.account for call in calls), position=numbers(call.position for call in calls),
        )  # fmt: skip
        store.dictionary_touched("person_accounts", project=project)


def append_roles(project: int, roles: Sequence[RoleGiven], *, token: str) -> None:
    """Write membership roles, once per token."""
    if roles:
        _append(
            "roles", project, token,
            id=numbers(given.id for given in roles), account=numbers(given.account for given in roles),
            role=texts(given.role for given in roles), at=instants([given.at for given in roles]),
        )  # fmt: skip


def append_accounts(project: int, names: dict[int, tuple[str, int]], *, token: str) -> None:
    """Write the accounts of a block: name as sent and first instant (µs) by number."""
    if names:
        _append(
            "account_ids", project, token,
            account=numbers(names), name=texts(name for name, _ in names.values()),
            first_seen=instants([at for _, at in names.values()]),
        )  # fmt: skip


def append_traits(project: int, entity: str, traits: Sequence[Trait], *, token: str) -> None:
    """Write traits of persons (``entity`` "person") or accounts ("account"), once per token."""
    if traits:
        _append(
            "trait_writes", project, f"{token}-{entity}",
            computed={"entity": f"'{entity}'"},
            key=texts(trait.key for trait in traits), id=numbers(trait.id for trait in traits),
            once=pa.array([trait.once for trait in traits], pa.bool_()).cast(pa.uint8()),
            value=texts(trait.value for trait in traits), at=instants([trait.at for trait in traits]),
            version=pa.array([-trait.at if trait.once else trait.at for trait in traits], pa.int64()),
        )  # fmt: skip


def append_seen(project: int, id: Ids, at: Micros, account: Ids, *, token: str) -> None:
    """Write when ids were there and how many events they sent, in all and for each account, once per token.

    One id, instant (µs) and account (0 for none) per event.
    """
    if not len(id):
        return
    order = np.argsort(id, kind="stable")
    _append_runs("seen", project, token, at[order], {"id": id[order]})
    order = np.lexsort((id, account))
    _append_runs("seen_in", project, token, at[order], {"account": account[order], "id": id[order]})


def _append_runs(table: str, project: int, token: str, at: Micros, keys: dict[str, Ids]) -> None:
    """Write one row for each run of equal keys: when it began and ended, and how long it is."""
    starts = _starts(*keys.values())
    _append(
        table, project, token,
        **{name: numbers(key[starts]) for name, key in keys.items()},
        first=instants(np.minimum.reduceat(at, starts)), last=instants(np.maximum.reduceat(at, starts)),
        count=numbers(np.diff(starts, append=len(at))),
    )  # fmt: skip


def _starts(*keys: np.ndarray) -> np.ndarray:
    """Where runs of equal keys begin, in rows sorted by them."""
    is_start = np.ones(len(keys[0]), bool)
    is_start[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return np.flatnonzero(is_start)


def cards(project: ProjectCard, numbers: Sequence[int]) -> list[PersonCard]:
    """These people by number, in the order asked: what they are called, what they do, when they were there last."""
    return people_with(project, numbers)[0]


def account_cards(project: ProjectCard, numbers: Sequence[int]) -> list[AccountCard]:
    """These companies by number, in the order asked."""
    return company_cards(project, numbers)


def trait_names(project: int) -> set[str]:
    """The names of the traits that persons and accounts of a project have."""
    found = store.read(
        "SELECT DISTINCT key FROM groundswell.trait_writes WHERE project = {project:UInt32}",
        params={"project": project},
    )
    return {key for (key,) in found.rows}


def trait_names_of(project: int, entity: str) -> list[str]:
    """The names of the traits of persons (``entity`` "person") or accounts ("account"), by name."""
    sql = "SELECT key FROM scope.trait_keys WHERE entity = {entity:String} ORDER BY key"
    return [key for (key,) in store.run(sql, project=project, between=store.EVER, params={"entity": entity}).rows]


def trait_values(project: ProjectCard, entity: str, key: str) -> list[str]:
    """What a trait is of most persons, or accounts, as text; objects and lists are left out."""
    sql = (
        f"SELECT if(startsWith(value, '\"'), JSONExtractString(value), value) AS text FROM scope.{entity}_traits"
        " WHERE key = {key:String} AND substring(value, 1, 1) NOT IN ('{', '[') AND value != 'null'"
        " GROUP BY text ORDER BY count() DESC, text LIMIT 50"
    )
    return [text for (text,) in store.run(sql, project=project.id, between=store.EVER, params={"key": key}).rows]


def trait_owners(project: ProjectCard, name: str) -> list[str]:
    """Who has a trait of that name: "account", "person", both or none."""
    sql = "SELECT entity FROM scope.trait_keys WHERE key = {name:String} ORDER BY entity"
    return [owner for (owner,) in store.run(sql, project=project.id, between=store.EVER, params={"name": name}).rows]


def profile(project: ProjectCard, id: str) -> Profile:
    """The person that any id ever sent leads to. Raises Refusal 404."""
    return profiles.person(project, id)


def account_profile(project: ProjectCard, id: str) -> AccountProfile:
    """The account of that group id. Raises Refusal 404."""
    return profiles.account(project, id)


def _append(table: str, project: int, token: str, computed: dict[str, str] | None = None, **columns: pa.Array) -> None:
    store.append(table, pa.table(columns), token=token, computed={"project": str(project), **(computed or {})})
