"""What enters and leaves the street of people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundswell.kernel.clock import from_us

Ids = NDArray[np.uint64]
Micros = NDArray[np.int64]


class MemberRole(StrEnum):
    """What a person is in an account. Who uses is not always who buys."""

    END_USER = "end_user"
    CHAMPION = "champion"
    BUYER = "buyer"
    ADMIN = "admin"
    PARTNER = "partner"


@dataclass(frozen=True)
class Sightings:
    """A block's ids in the order of receipt: row i was received at ``position[i]``, happened at ``at[i]`` (µs).

    ``user`` and ``anonymous`` are stable ids, 0 where the message had none. Where ``is_join`` the message asks
    to join two persons (alias): ``anonymous`` is the previous id, known or not. Where ``is_claim`` it was sent to join
    its two ids, and is refused where a key that is not trusted may not.
    """

    position: NDArray[np.int64]
    at: Micros
    user: Ids
    anonymous: Ids
    is_join: NDArray[np.bool_]
    is_trusted: NDArray[np.bool_]
    is_claim: NDArray[np.bool_]


@dataclass
class Joins:
    """What a block joined: rows of the tables ``claims`` and ``merges`` as (id, person, at, position)."""

    claims: list[tuple[int, int, int, int]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)  # indexes of rows that asked for what they may not


Row = tuple[int, int, int]  # of claims or merges: id, person, µs of at


class RejoinKind(StrEnum):
    MERGE = "merge"
    SPLIT = "split"
    UNDO = "undo"


@dataclass(frozen=True)
class Rejoin:
    """A join made or taken back by hand: ``other`` went into ``person``, or left them. Rows of ``table`` change."""

    project: int
    kind: RejoinKind
    table: str
    person: int
    other: int
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    at: int
    by: str
    number: int = 0
    position: int = 0
    undoes: int = 0
    undone: bool = False

    @property
    def instant(self) -> datetime:
        return from_us(self.at)


@dataclass(frozen=True)
class RejoinAsked:
    """Told when somebody wants people joined or parted. ``decide`` says, given the state between two blocks, what is to
    change; whoever holds the identities must have done so when the telling ends."""

    decide: Callable[[], Rejoin]


@dataclass(frozen=True)
class Trait:
    """One write of a trait: ``value`` is raw JSON, empty to remove it; ``once`` keeps the first value."""

    id: int
    key: str
    value: str
    at: int
    once: bool = False


@dataclass(frozen=True)
class Profile:
    """Somebody, as the API shows them; times are in the project's zone."""

    id: str
    ids: list[str]
    known: bool
    traits: dict[str, Any]
    accounts: list[dict[str, Any]]
    first_seen: str | None
    last_seen: str | None
    events: int


@dataclass(frozen=True)
class AccountProfile:
    """A company, as the API shows it; times are in the project's zone."""

    id: str
    traits: dict[str, Any]
    members: list[dict[str, Any]]
    first_seen: str | None


@dataclass(frozen=True)
class PersonCard:
    """Somebody in a list. ``number`` is what answers and rows of the store call them, ``id`` what clients do.

    ``companies`` says what those ``accounts`` are called.
    """

    number: int
    id: str
    name: str
    email: str
    accounts: tuple[str, ...]
    role: str
    last_seen: str | None
    companies: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccountCard:
    """A company in a list."""

    number: int
    id: str
    name: str
    people: int
    last_seen: str | None
