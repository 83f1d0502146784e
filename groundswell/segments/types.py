"""What a segment is made of, and what leaves the street.

A match is a tree: groups of statements of which all or any hold, and statements about one person or company.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundswell.conditions.types import Wanted

Members = NDArray[np.uint64]


class Of(StrEnum):
    """Whom a segment is made of."""

    PEOPLE = "people"
    ACCOUNTS = "accounts"

    @property
    def entity(self) -> str:
        """One of them, as the store says it."""
        return "person" if self is Of.PEOPLE else "account"

    @property
    def other(self) -> "Of":
        return Of.ACCOUNTS if self is Of.PEOPLE else Of.PEOPLE


class How(StrEnum):
    """How many statements of a group must hold."""

    ALL = "all"
    ANY = "any"


@dataclass(frozen=True)
class Group:
    how: How
    parts: tuple["Node", ...]

    def as_json(self) -> dict[str, Any]:
        return {self.how.value: [part.as_json() for part in self.parts]}


@dataclass(frozen=True)
class Not:
    part: "Node"

    def as_json(self) -> dict[str, Any]:
        return {"not": self.part.as_json()}


@dataclass(frozen=True)
class Trait:
    """A condition over the traits of the person, or of the company, as they are now."""

    where: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"trait": dict(self.where)}


@dataclass(frozen=True)
class Did:
    """So many of the wanted events: at least ``at_least`` and at most ``at_most``, in the time ``within`` before the
    instant at which it is asked, or ever. A company did what was done for it."""

    wanted: Wanted
    at_least: int = 1
    at_most: int | None = None
    within: str | None = None
    within_us: int | None = None

    def as_json(self) -> dict[str, Any]:
        counts = {"at_least": self.at_least, "at_most": self.at_most, "within": self.within}
        return {"did": {**self.wanted.as_json(), **counts}}


@dataclass(frozen=True)
class InSegment:
    """Who is in another segment; of one of companies the people who belong to such a company, and the other way."""

    key: str

    def as_json(self) -> dict[str, Any]:
        return {"segment": self.key}


@dataclass(frozen=True)
class Listed:
    """Who is on the segment's own list of ids."""

    def as_json(self) -> dict[str, Any]:
        return {"listed": True}


@dataclass(frozen=True)
class Special:
    """A statement that an upper street knows how to work out (see ``kinds.py``)."""

    kind: str
    given: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {self.kind: dict(self.given)}


Statement = Trait | Did | InSegment | Listed | Special
Node = Group | Not | Statement


@dataclass(frozen=True)
class Definition:
    """A segment as it was defined. ``number`` is what the store calls it; 0 while it is only tried."""

    project: int
    number: int
    key: str
    name: str
    of: Of
    match: Group


Definitions = Callable[[str], Definition | None]  # by key


@dataclass(frozen=True)
class Standing:
    """How far a segment's members are known: so many, as of that instant; None before it was worked out first.

    ``since`` are the messages that were loaded since, ``seconds`` what it took, ``trouble`` why it was not possible.
    """

    members: int | None
    as_of: datetime | None
    since: int
    seconds: float
    trouble: str


@dataclass(frozen=True)
class Card:
    """A segment, with what is said of it beside its definition."""

    definition: Definition
    description: str
    version: int
    made_by: str
    changed_by: str
    made: datetime
    changed: datetime
    standing: Standing

    @property
    def key(self) -> str:
        return self.definition.key

    @property
    def name(self) -> str:
        return self.definition.name

    @property
    def of(self) -> Of:
        return self.definition.of


@dataclass(frozen=True)
class Version:
    """A segment as somebody left it."""

    number: int
    name: str
    match: Mapping[str, Any]
    by: str
    at: datetime


@dataclass(frozen=True)
class SegmentChanged:
    """Told when somebody came into a segment or left it: the numbers of these people or companies, ascending.

    It is told at least once, always with the same ``number``, which grows with each change of the segment. Where the
    segment was made or changed, and not what its members do, ``is_redefined``.
    """

    project: int
    key: str
    of: Of
    number: int
    at: datetime
    entered: Members = field(repr=False)
    left: Members = field(repr=False)
    is_redefined: bool = False
