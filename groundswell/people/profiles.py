"""Single persons and accounts, read through the fenced sources."""

from typing import Any

import msgspec

from groundswell.kernel.errors import not_found
from groundswell.kernel.ids import stable_id
from groundswell.kernel.periods import local_iso
from groundswell.kernel.words import said
from groundswell.people.types import AccountProfile, Profile
from groundswell.store import service as store
from groundswell.store.service import Table
from groundswell.workspace.types import ProjectCard

MOST_LISTED = 200  # ids, accounts or members of one profile


def person(project: ProjectCard, id: str) -> Profile:
    """The person that any id ever sent leads to. Raises Refusal 404."""
    found = _ask(
        project,
        "SELECT id, person, name, known FROM scope.person_ids WHERE person ="
        " (SELECT any(person) FROM scope.person_ids WHERE id = {id:UInt64}) ORDER BY known DESC, first_seen, name",
        id=stable_id(project.id, id),
    )
    if not found.rows:
        raise not_found(
            said("Nobody was ever seen as “%(id)s”.", id=id), hint=said("Use an id exactly as a client sent it.")
        )
    number = int(found.rows[0][1])
    own = [name for each, _, name, _ in found.rows if each == number]
    names = [name for _, _, name, _ in found.rows]
    count, first, last = _activity(project, number)
    return Profile(
        id=own[0] if own else names[0],
        ids=names[:MOST_LISTED],
        known=any(known for *_, known in found.rows),
        traits=_traits(project, "person", number),
        accounts=_accounts(project, number),
        first_seen=first,
        last_seen=last,
        events=count,
    )


def account(project: ProjectCard, id: str) -> AccountProfile:
    """The account of that group id. Raises Refusal 404."""
    number = stable_id(project.id, id)
    found = _ask(project, "SELECT name, first_seen FROM scope.account_ids WHERE account = {id:UInt64}", id=number)
    if not found.rows:
        raise not_found(
            said("There is no company “%(id)s”.", id=id), hint=said("Use a group id exactly as a client sent it.")
        )
    return AccountProfile(
        id=id,
        traits=_traits(project, "account", number),
        members=_members(project, number),
        first_seen=local_iso(found.rows[0][1], project.timezone),
    )


def _activity(project: ProjectCard, person: int) -> tuple[int, str | None, str | None]:
    """How many events, the first and the last, of one person."""
    ids = "(SELECT id FROM scope.person_ids WHERE person = {person:UInt64})"
    rows = _ask(project, f"SELECT sum(count), min(first), max(last) FROM scope.seen WHERE id IN {ids}", person=person)
    count, first, last = rows.rows[0]
    if not count:
        return 0, None, None
    return int(count), local_iso(first, project.timezone), local_iso(last, project.timezone)


def _traits(project: ProjectCard, entity: str, number: int) -> dict[str, Any]:
    rows = _ask(
        project, f"SELECT key, value FROM scope.{entity}_traits WHERE {entity} = {{id:UInt64}} ORDER BY key", id=number
    ).rows
    return {key: msgspec.json.decode(value) for key, value in rows}


def _accounts(project: ProjectCard, person: int) -> list[dict[str, Any]]:
    """The accounts of a person: by group call or role, and those that their events name."""
    rows = _ask(
        project,
        "SELECT name, role, since FROM"
        " (SELECT account, role, since FROM scope.memberships WHERE person = {person:UInt64}) AS m"
        f" INNER JOIN scope.account_ids AS a USING (account) ORDER BY since, name LIMIT {MOST_LISTED}",
        person=person,
    ).rows
    return _memberships(project, rows)


def _members(project: ProjectCard, account: int) -> list[dict[str, Any]]:
    """The persons of an account: by group call or role, and those whose events name it."""
    rows = _ask(
        project,
        "SELECT argMax(name, (id = m.person, known)), any(role), any(since) AS joined FROM"
        " (SELECT person, role, since FROM scope.memberships WHERE account = {account:UInt64}) AS m"
        " INNER JOIN scope.person_ids AS p ON m.person = p.person"
        f" GROUP BY m.person ORDER BY joined LIMIT {MOST_LISTED}",
        account=account,
    ).rows
    return _memberships(project, rows)


def _memberships(project: ProjectCard, rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [
        {"id": name, "role": role or None, "since": local_iso(since, project.timezone)} for name, role, since in rows
    ]


def _ask(project: ProjectCard, sql: str, **params: Any) -> Table:
    return store.run(sql, project=project.id, between=store.EVER, params=params)
