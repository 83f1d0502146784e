"""What a job is, what a run of it is, and how a run says that it wants to end otherwise than well."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)


class State(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_over(self) -> bool:
        return self in (State.DONE, State.FAILED, State.STOPPED)


@dataclass(frozen=True)
class Job:
    """A kind of background work.

    ``run`` is called as ``run(work, **arguments)``, in a thread of its own and more than once at a time for different
    ``once_key``s; what it returns, a sentence or None, is shown as the outcome, and ``NOTHING`` leaves no trace.

    With ``every`` or ``cron`` (five fields, UTC) it recurs for the whole server, on nobody's behalf: one run at a time,
    and a time that was missed is made up for once. ``tries`` is how often it is begun where it fails; the ``pause``
    between two doubles each time, up to an hour. A run whose process died is begun again, unless that could do harm
    (``again_after_crash``). Long ones (minutes) leave room for others. A higher ``priority`` (−100 … 100) goes first.
    """

    key: str
    name: "str | StrPromise"
    run: Callable[..., str | None]
    every: timedelta | None = None
    cron: str = ""
    tries: int = 1
    pause: timedelta = PAUSE
    again_after_crash: bool = True
    is_long: bool = False
    priority: int = 0

    @property
    def recurs(self) -> bool:
        return bool(self.every or self.cron)


@dataclass(frozen=True)
class RunCard:
    """A run as pages and the API show it. ``about`` says which one it is where ``name`` does not; ``share`` is how much
    of it is done, 0…1; ``said`` what it says of itself, ``error`` why it failed last; ``tries`` how often it was begun.
    """

    id: int
    job: str
    name: str
    about: str
    project: int | None
    state: State
    due: datetime
    made: datetime
    started: datetime | None
    finished: datetime | None
    tries: int
    share: float
    said: str
    error: str
    by: str
    arguments: dict[str, Any]
    is_stopping: bool

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return (self.finished - self.started).total_seconds() if self.finished and self.started else None


@dataclass(frozen=True)
class Recurring:
    """A job that recurs, when it is due next, and its last run that left a trace."""

    key: str
    name: str
    due: datetime | None
    is_running: bool
    last: RunCard | None


@dataclass(frozen=True)
class RunOver:
    """Told in the transaction in which a run is over, by whatever way. ``error`` is the sentence of one that failed."""

    run: int
    job: str
    project: int | None
    arguments: dict[str, Any]
    state: State
    error: str


class Ended(BaseException):
    """What a run lets through to end early. No ``Exception``, so that no ``except Exception`` of a job swallows it."""


class Stopped(Ended):
    """Somebody stopped the run."""


class Interrupted(Ended):
    """The process is to end; the run is begun again elsewhere or later."""


class Lost(Ended):
    """The run was given to another process, for this one was thought dead: nothing more may be done."""


class TryAgain(Exception):
    """Raised by a job that knows when to try again: counted as a try."""

    def __init__(self, reason: str, *, after: timedelta) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class NotYet(Exception):
    """Raised by a job whose turn has not come: it waits so long, and this counts as no try."""

    def __init__(self, *, after: timedelta) -> None:
        super().__init__("not yet")
        self.after = after


NOTHING = "\0nothing"  # returned by a recurring job that found nothing to do
