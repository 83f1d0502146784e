"""Where somebody belongs besides: streets above, such as segments, say so, and it stands on the profile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from groundswell.workspace.types import ProjectCard

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOST = 50  # shown of each sort


@dataclass(frozen=True)
class Belonging:
    """Something that somebody has been in since that instant, or left then."""

    name: str
    address: str
    at: datetime
    is_over: bool = False


Find = Callable[[ProjectCard, str, int], Sequence[Belonging]]

_sorts: dict[str, tuple["str | StrPromise", Find]] = {}


def register_belonging(key: str, title: "str | StrPromise", find: Find) -> None:
    """Show this on profiles, too: ``find(project, entity, number)``, where an entity is ``person`` or ``account``."""
    _sorts[key] = (title, find)


def belonging(project: ProjectCard, entity: str, number: int) -> list[tuple[str, Sequence[Belonging]]]:
    """What somebody is in, by sort; sorts in which they are in nothing are left out."""
    found = [(str(title), find(project, entity, number)[:MOST]) for title, find in _sorts.values()]
    return [(title, each) for title, each in found if each]
