"""Where a name is used: other streets say so for what is theirs."""

from collections.abc import Callable, Sequence

from groundswell.workspace.shell import Hit
from groundswell.workspace.types import ProjectCard

Use = Callable[[ProjectCard, str], Sequence[Hit]]

_uses: list[Use] = []


def register_use(use: Use) -> None:
    """Ask this, too, when somebody wants to know what depends on a name of an event or a property."""
    if use not in _uses:
        _uses.append(use)


def where_used(project: ProjectCard, name: str) -> list[Hit]:
    """What depends on a name."""
    return [hit for use in _uses for hit in use(project, name)]
