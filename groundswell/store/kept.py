"""What was worked out of a project's data, as long as that is in the same state."""

from collections.abc import Callable
from typing import Generic, TypeVar

from groundswell.store.service import state

T = TypeVar("T")


class Kept(Generic[T]):
    """One thing of each project. Where others may write to the store it is worked out each time."""

    def __init__(self, work_out: Callable[[int], T]) -> None:
        self._work_out = work_out
        self._kept: dict[int, tuple[int, T]] = {}

    def __call__(self, project: int) -> T:
        now = state(project)  # before the data: what is written meanwhile moves it on
        kept = self._kept.get(project)
        if now is not None and kept is not None and kept[0] == now:
            return kept[1]
        found = self._work_out(project)
        if now is not None:
            self._kept[project] = now, found
        return found
