"""What an export is, and how far it is."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

MAKE = "exports.make"  # the job


class Kind(StrEnum):
    """What leaves."""

    EVENTS = "events"
    PEOPLE = "people"
    COMPANIES = "companies"


class Format(StrEnum):
    CSV = "csv"
    PARQUET = "parquet"


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        return self in (State.DONE, State.STOPPED, State.FAILED)


@dataclass(frozen=True)
class ExportCard:
    """An export as pages and the API show it. ``share`` is how much of it is done, 0…1; ``size`` in bytes."""

    id: int
    kind: Kind
    format: Format
    first: date | None
    last: date | None
    state: State
    rows: int
    share: float
    size: int | None
    error: str
    by: str
    at: datetime
    is_there: bool
