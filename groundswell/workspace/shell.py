"""What streets hang into the console: ways in its navigation, and things that the search finds.

The console asks this registry; a street registers in its slice.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

from groundswell.workspace.types import May, ProjectCard

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Section(Enum):
    """The loop, in its order."""

    HOME = "home"
    SEE = "see"
    FIND = "find"
    ACT = "act"
    MONEY = "money"
    SPREAD = "spread"
    SETTINGS = "settings"


@dataclass(frozen=True)
class Way:
    """An entry of the navigation. ``view`` is the name of its URL, which takes the project; ``name`` is translatable;
    ``key`` are letters typed one after the other that lead there; only who ``may`` do that is shown it. In a section
    the lowest ``place`` comes first."""

    section: Section
    name: "str | StrPromise"
    view: str
    key: str = ""
    may: May = May.VIEW
    place: int = 50


@dataclass(frozen=True)
class Hit:
    """Something found: where it leads, what it is called, and what else is to be said."""

    url: str
    name: str
    kind: str
    about: str = ""


@dataclass(frozen=True)
class Step:
    """Something that a new team does once: what, why, where (the name of a URL that takes the project), and whether
    it was done. ``place`` orders the steps."""

    place: int
    name: "str | StrPromise"
    about: "str | StrPromise"
    view: str
    is_done: Callable[[ProjectCard], bool]


@dataclass(frozen=True)
class Detail:
    """A detail of what was done: what it is called, and how its value is told where it is not plain text."""

    name: "str | StrPromise"
    say: Callable[[ProjectCard, Any], str] | None = None


Finder = Callable[[ProjectCard, str], Sequence[Hit]]

_ways: list[Way] = []
_finders: list[Finder] = []
_steps: list[Step] = []
_deeds: dict[str, "str | StrPromise"] = {}
_details: dict[str, Detail] = {}


def add_ways(*ways: Way) -> None:
    """Show these in the navigation, after what is there already."""
    _ways.extend(way for way in ways if way not in _ways)


def add_finder(finder: Finder) -> None:
    """Ask this, too, when something is searched for."""
    if finder not in _finders:
        _finders.append(finder)


def add_deeds(deeds: "Mapping[str, str | StrPromise]") -> None:
    """Say in words what the verbs of the audit log mean: ``{"key.revoked": gettext_lazy("Revoked a key")}``."""
    _deeds.update(deeds)


def add_details(details: Mapping[str, Detail]) -> None:
    """Say in words what the audit log keeps beside the verbs of a kind: ``{"key.kind": Detail(gettext_lazy("kind"))}``.
    One of no field, ``"export."``, tells the subject."""
    _details.update(details)


def detail(verb: str, field: str) -> Detail | None:
    """How a detail of that verb is told; None where nobody said."""
    return _details.get(f"{verb.partition('.')[0]}.{field}")


def deed(verb: str) -> str:
    """A verb of the audit log in words."""
    return str(_deeds.get(verb, verb))


def kind_of_deeds(kind: str) -> str:
    """What the verbs of the audit log that begin alike are about, registered as ``key`` for ``key.revoked``."""
    return str(_deeds.get(kind, kind))


def add_step(step: Step) -> None:
    """Lead new teams there, too."""
    if step.view not in [each.view for each in _steps]:
        _steps.append(step)


def steps(project: ProjectCard) -> list[tuple[Step, bool]]:
    """What there is to do once, in its order, and whether it was done."""
    return [(step, step.is_done(project)) for step in sorted(_steps, key=lambda each: each.place)]


def ways() -> list[tuple[Section, list[Way]]]:
    """The navigation by section; sections without ways are left out."""
    ordered = sorted(_ways, key=lambda way: way.place)
    return [(section, found) for section in Section if (found := [way for way in ordered if way.section is section])]


def find(project: ProjectCard, text: str) -> list[Hit]:
    """What the text leads to in a project."""
    return [hit for finder in _finders for hit in finder(project, text)]
