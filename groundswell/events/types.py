"""What leaves the street of events."""

from dataclasses import dataclass
from datetime import datetime

SLOTS = 12
MAX_EVENT_NAMES = 2_000
MAX_PROPERTY_NAMES = 5_000
MAX_NAME_LENGTH = 200  # characters


@dataclass(frozen=True)
class PropertyCard:
    """A property in the catalogue."""

    name: str
    slot: int | None
    types: tuple[str, ...]
    examples: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime


@dataclass(frozen=True)
class EventCard:
    """An event's name in the catalogue, with what the rollup knows of it."""

    name: str
    first_seen: datetime
    last_seen: datetime | None
    count: int


@dataclass(frozen=True)
class Sight:
    """What a block of events showed of one property: JSON types and a few examples."""

    types: frozenset[str]
    examples: tuple[str, ...]
