"""Of which project something is said: what has a name there is called by it, as everything is said in the language that
is active."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_project: ContextVar[int | None] = ContextVar("project that is spoken of", default=None)


@contextmanager
def speaking_of(project: int) -> Iterator[None]:
    """Until the end of the block things are called as they are in that project."""
    before = _project.set(project)
    try:
        yield
    finally:
        _project.reset(before)


def spoken_of() -> int | None:
    """The project that is spoken of, None where nobody said."""
    return _project.get()
