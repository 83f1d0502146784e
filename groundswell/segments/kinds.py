"""Statements that upper streets bring: "is behind this cell of an answer", whatever else tells people apart.

The street that knows how registers it here; a segment keeps what it was given, and asks anew.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from groundswell.segments.types import Members, Of
from groundswell.workspace.types import ProjectCard

Given = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """How a statement is worked out.

    ``check(given, path, of, timezone)`` returns it as understood, or refuses; ``members(project, given)`` are the
    numbers of those for whom it holds; ``stamp(project, given)`` is a text that changes when they may without any new
    message; ``segments(given)`` are the keys of segments that it depends on; ``words(project, given)`` says it in
    words, with the address that leads to it ("" for none).
    """

    check: Callable[[Any, str, Of, str], Given]
    members: Callable[[ProjectCard, Given], Members]
    stamp: Callable[[ProjectCard, Given], str]
    segments: Callable[[Given], Set[str]]
    words: Callable[[ProjectCard, Given], tuple[str, str]]


_kinds: dict[str, Kind] = {}


def register_kind(name: str, kind: Kind) -> None:
    """Let matches say ``{name: …}``."""
    _kinds[name] = kind


def kind(name: str) -> Kind:
    """The kind of that name."""
    return _kinds[name]


def names() -> list[str]:
    """The names of all of them."""
    return list(_kinds)
