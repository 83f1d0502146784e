"""Many people or companies at once: what they are called, and when they were there. One question per source."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from groundswell.kernel.periods import local_iso
from groundswell.people.types import AccountCard, PersonCard
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

NAMING = ("name", "first_name", "last_name", "firstName", "lastName", "email")  # traits that say what one is called
# Traits that say who somebody is, or which company: those that Segment's specification reserves, and their likes.
TELLING = {
    "name", "fullname", "firstname", "lastname", "nickname", "username", "displayname", "email", "emailaddress", "mail",
    "phone", "phonenumber", "mobile", "id", "userid", "accountid", "companyid", "groupid", "uuid", "avatar", "photo",
    "website", "url", "domain", "address", "birthday", "ip", "ipaddress",
}  # fmt: skip
IDS = """(
SELECT id FROM scope.joins WHERE person IN {people:Array(UInt64)} UNION ALL SELECT arrayJoin({people:Array(UInt64)})
)"""


Traits = Mapping[int, Mapping[str, Any]]


def people_with(
    project: ProjectCard, numbers: Sequence[int], columns: Sequence[str] = (), *, seen: Mapping[int, Any] | None = None
) -> tuple[list[PersonCard], Traits]:
    """The cards of these people, in the order asked, and some of their traits. ``seen``: when last, where known."""
    if not numbers:
        return [], {}
    asked: dict[str, Any] = {"people": list(dict.fromkeys(numbers)), "named": [*NAMING, *columns]}
    names: dict[int, str] = {}
    asked["ids"] = ids = []
    for person, name, own in _ask(project, _NAMES, asked):
        names[person] = name
        ids += own
    last = dict(_ask(project, _LAST_SEEN, asked)) if seen is None else seen
    traits = _by_owner(_ask(project, _TRAITS.format(entity="person"), asked))
    belongs: dict[int, list[tuple[int, str, str]]] = {}
    for person, account, id, role in _ask(project, _ACCOUNTS, asked):
        belongs.setdefault(person, []).append((account, id, role))
    companies = company_names(project, {account for each in belongs.values() for account, *_ in each})

    def card(number: int) -> PersonCard:
        id, own, among = names.get(number, ""), traits.get(number, {}), belongs.get(number, [])
        return PersonCard(
            number=number, id=id, name=called(own, id), email=_text(own.get("email")),
            accounts=tuple(each for _, each, _ in among), role=next((role for *_, role in among if role), ""),
            last_seen=_local(project, last.get(number)),
            companies=tuple(companies.get(account) or each for account, each, _ in among),
        )  # fmt: skip

    return [card(number) for number in numbers], traits


def companies_with(
    project: ProjectCard, seen: Mapping[int, tuple[int, Any]], columns: Sequence[str] = ()
) -> tuple[list[AccountCard], Traits]:
    """The cards of these companies, of which it is known how many people each has and when one was there last."""
    if not seen:
        return [], {}
    asked = {"people": list(seen), "ids": list(seen), "named": ["name", *columns]}
    names = dict(_ask(project, _ACCOUNT_NAMES, asked))
    traits = _by_owner(_ask(project, _TRAITS.format(entity="account"), asked))
    cards = [
        AccountCard(number, names.get(number, ""), called(traits.get(number, {}), names.get(number, "")), people,
                    _local(project, last))
        for number, (people, last) in seen.items()
    ]  # fmt: skip
    return cards, traits


def company_cards(project: ProjectCard, numbers: Sequence[int]) -> list[AccountCard]:
    """The cards of these companies, in the order asked."""
    if not numbers:
        return []
    found = {number: (people, last) for number, people, last in _ask(project, _MEMBERS, {"people": list(numbers)})}
    cards, _ = companies_with(project, {number: found.get(number, (0, None)) for number in numbers})
    by_number = {card.number: card for card in cards}
    return [by_number[number] for number in numbers]


def company_names(project: ProjectCard, numbers: Collection[int]) -> dict[int, str]:
    """What these companies say they are called; those that never said are left out."""
    if not numbers:
        return {}
    rows = _ask(project, _TRAITS.format(entity="account"), {"ids": list(numbers), "named": ["name"]})
    return {number: name for number, _, value in rows if (name := _text(msgspec.json.decode(value)))}


def person_names(project: ProjectCard, numbers: Collection[int]) -> dict[int, tuple[str, str]]:
    """These people's ids, and what they are called."""
    if not numbers:
        return {}
    asked: dict[str, Any] = {"people": list(numbers), "named": list(NAMING)}
    found = _ask(project, _NAMES, asked)
    asked["ids"] = [id for *_, own in found for id in own]
    traits = _by_owner(_ask(project, _TRAITS.format(entity="person"), asked))
    return {person: (id, called(traits.get(person, {}), id)) for person, id, _ in found}


def says_who(trait: str) -> bool:
    """Whether a trait of that name says who somebody is, or which company, and not what they are like."""
    return "".join(filter(str.isalnum, trait.lower())) in TELLING


def called(traits: Mapping[str, Any], id: str) -> str:
    """What somebody with these traits is called: by name, else first and last name, else mail, else id."""
    first = _text(traits.get("first_name")) or _text(traits.get("firstName"))
    last = _text(traits.get("last_name")) or _text(traits.get("lastName"))
    return _text(traits.get("name")) or f"{first} {last}".strip() or _text(traits.get("email")) or id


_NAMES = f"""
SELECT person, argMax(name, (id = person, known, -toUnixTimestamp64Micro(first_seen))), groupArray(id)
FROM scope.person_ids WHERE id IN {IDS} GROUP BY person
"""
_LAST_SEEN = "SELECT person, max(last) FROM scope.seen WHERE id IN {ids:Array(UInt64)} GROUP BY person"
_TRAITS = """
SELECT {entity}, key, value FROM scope.{entity}_traits_of_ids WHERE key IN {{named:Array(String)}}
"""
_ACCOUNTS = """
SELECT person, account, name, role FROM
(SELECT person, account, since, role FROM scope.memberships WHERE person IN {people:Array(UInt64)}) AS m
INNER JOIN scope.account_ids AS a USING (account) ORDER BY since LIMIT 100 BY person
"""
_ACCOUNT_NAMES = "SELECT account, name FROM scope.account_ids WHERE account IN {people:Array(UInt64)}"
_MEMBERS = """
SELECT account, sum(is_member), max(last_at) FROM
(
    SELECT account, 1 AS is_member, toDateTime64(0, 6, 'UTC') AS last_at FROM scope.memberships
    UNION ALL
    SELECT account, 0 AS is_member, last AS last_at FROM scope.seen_in
)
WHERE account IN {people:Array(UInt64)} GROUP BY account
"""


def _by_owner(rows: Sequence[tuple[int, str, str]]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for owner, key, value in rows:
        found.setdefault(owner, {})[key] = msgspec.json.decode(value)
    return found


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _local(project: ProjectCard, instant: Any) -> str | None:
    return local_iso(instant, project.timezone) if instant is not None and instant.year > 1970 else None


def _ask(project: ProjectCard, sql: str, params: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return store.run(sql, project=project.id, between=store.EVER, params=params).rows
