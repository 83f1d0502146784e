"""Traits and roles out of messages."""

from typing import Any

import msgspec

from groundswell.collect.block import Block
from groundswell.collect.steps import GROUP, TRACK
from groundswell.events.types import MAX_NAME_LENGTH
from groundswell.events.vocabulary import ACCOUNT_ADDED_USER
from groundswell.people.service import RoleGiven
from groundswell.people.types import MemberRole, Trait

_ROLES = {role.value: role for role in MemberRole}
_encode = msgspec.json.Encoder().encode


def read_traits(block: Block) -> tuple[list[Trait], list[Trait]]:
    """The traits that a block writes: of persons, and of accounts."""
    persons: list[Trait] = []
    accounts: list[Trait] = []
    kept = block.kept
    for row, traits in block.traits.items():
        if not kept[row]:
            continue
        at = int(block.at[row])
        if block.kind[row] == GROUP:
            accounts += _written(traits.given, int(block.account[row]), at)
        else:
            id = int(block.user[row] or block.anonymous[row])
            persons += _written(traits.given, id, at)
            persons += _written(traits.once, id, at, once=True)
            persons += [Trait(id, key, "", at) for key in traits.unset]
    return persons, accounts


def read_roles(block: Block) -> list[RoleGiven]:
    """The membership roles that group calls and ``Account Added User`` give; unknown roles give none."""
    given = [(row, traits.given.get("role")) for row, traits in block.traits.items() if block.kind[row] == GROUP]
    added = block.rows_of(ACCOUNT_ADDED_USER)
    given += [(row, block.properties_of(row).get("role")) for row in added[block.kind[added] == TRACK].tolist()]
    kept = block.kept & (block.account != 0)
    return [_given(block, row, _ROLES[_plain(text)]) for row, text in given if kept[row] and _plain(text) in _ROLES]


def _given(block: Block, row: int, role: MemberRole) -> RoleGiven:
    return RoleGiven(int(block.user[row] or block.anonymous[row]), int(block.account[row]), role, int(block.at[row]))


def _plain(text: Any) -> str:
    return str(text).strip().lower().replace(" ", "_")


def _written(traits: dict[str, Any], id: int, at: int, *, once: bool = False) -> list[Trait]:
    return [
        Trait(id, key, _encode(value).decode(), at, once)
        for key, value in traits.items()
        if len(key) <= MAX_NAME_LENGTH
    ]
