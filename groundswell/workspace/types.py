"""What leaves the workspace: callers, keys and projects as plain values."""

from dataclasses import dataclass
from enum import StrEnum


class KeyKind(StrEnum):
    """What a key opens; see the README of this street."""

    BROWSER = "browser"
    WRITE = "write"
    SECRET = "secret"  # noqa: S105 - the name of a kind, not a secret

    @property
    def is_trusted(self) -> bool:
        """Whether what it says about money, roles and who is who is believed."""
        return self is not KeyKind.BROWSER


class Role(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    VIEWER = "viewer"


class May(StrEnum):
    """What a caller wants to do with a project."""

    VIEW = "view"
    EDIT = "edit"
    OWN = "own"


@dataclass(frozen=True)
class ProjectCard:
    """A project as other streets know it. Its zone is the one in which its days are counted."""

    id: int
    name: str
    timezone: str
    currency: str
    language: str


@dataclass(frozen=True)
class CountingDays:
    """The zone that the days of a project are being counted in anew, and which share is done."""

    timezone: str
    share: float


@dataclass(frozen=True)
class SendingKey:
    """A key that was recognised: whose project it sends into and how far it is believed."""

    id: int
    project: int
    kind: KeyKind


@dataclass(frozen=True)
class NewKeys:
    """The three keys of a new project. The secret key is known here for the last time."""

    write_key: str
    browser_key: str
    secret_key: str


@dataclass(frozen=True)
class Caller:
    """Who asks: a person, a secret key (bound to one project), or the machine's own command line."""

    user: int | None = None
    project: int | None = None
    is_operator: bool = False
    key: int | None = None


class By(StrEnum):
    """What kind of caller changed something."""

    PERSON = "person"
    KEY = "key"
    MACHINE = "machine"


@dataclass(frozen=True)
class KeyRevoked:
    """Told when a key stops opening anything."""

    key: int


@dataclass(frozen=True)
class MemberRemoved:
    """Told in the transaction that parts with a member: from now on they see none of these projects."""

    email: str
    projects: tuple[int, ...]


@dataclass(frozen=True)
class ProjectZoneChanged:
    """Told when the days of a project are to begin at another time; whoever counts days counts them anew, then says
    ``days_are_counted``."""

    project: int
    timezone: str
