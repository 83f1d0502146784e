"""What leaves the street of events."""

from dataclasses import dataclass
from datetime import date, datetime

SLOTS = 12
MAX_EVENT_NAMES = 2_000
MAX_PROPERTY_NAMES = 5_000
MAX_NAME_LENGTH = 200  # characters


@dataclass(frozen=True)
class About:
    """What people say of a name. ``owner`` is the person who knows what it means."""

    description: str = ""
    owner: int | None = None
    is_hidden: bool = False


NOTHING_SAID = About()


@dataclass(frozen=True)
class PropertyCard:
    """A property in the catalogue."""

    name: str
    slot: int | None
    types: tuple[str, ...]
    examples: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    about: About = NOTHING_SAID


@dataclass(frozen=True)
class EventCard:
    """An event's name in the catalogue, with how often it happened. ``days`` are the last 30, today last; of an event
    that happened some days ago ``last_seen`` may be the day."""

    name: str
    first_seen: date
    last_seen: datetime | date | None
    count: int
    days: tuple[int, ...] = ()
    about: About = NOTHING_SAID

    @property
    def recent(self) -> int:
        """How often it happened in the last 30 days."""
        return sum(self.days)

    @property
    def is_seen_exactly(self) -> bool:
        return isinstance(self.last_seen, datetime)


@dataclass(frozen=True)
class Sight:
    """What a block of events showed of one property: JSON types and a few examples."""

    types: frozenset[str]
    examples: tuple[str, ...]
