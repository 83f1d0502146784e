"""The days of a project counted anew in another zone, a month at a time, while messages go on being loaded.

The counts of the new zone are made aside. A block that is loaded meanwhile is counted in the old zone, and in the new
one if its month was counted there before; so nothing is lost or counted twice. Questions go over to the new zone all at
once, when everything is counted. The workspace remembers who waits, so after a crash it is begun again from nothing.
"""

import logging
import threading
import time
from dataclasses import dataclass
from datetime import date

from django.db import DatabaseError

from groundswell.events import editions
from groundswell.events.editions import Edition
from groundswell.kernel.errors import Refusal
from groundswell.workspace.projects import days_are_counted, note_counted, wanted_zone, with_days_to_count
from groundswell.workspace.types import ProjectCard

log = logging.getLogger(__name__)

SHARE = 0.5  # seconds of counting between two blocks; a month is counted as a whole
AGAIN = 5.0  # seconds until what failed is tried again


@dataclass(frozen=True)
class Counting:
    """An edition into which a block is to be counted, but for the months (UTC) that are still to come."""

    edition: Edition
    zone: str
    pending: frozenset[date] = frozenset()


@dataclass
class _UnderWay:
    project: int
    edition: Edition
    pending: list[date]
    months: int


class Rezoning:
    """What is being counted anew. The loader's thread uses it, between two blocks; anybody may ``ask``."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._asked.set()  # a crash may have left something
        self._may_begin = 0.0  # the instant (monotonic)
        self._under_way: _UnderWay | None = None

    def ask(self) -> None:
        """Look for projects whose zone was changed."""
        self._asked.set()

    def into(self, project: ProjectCard) -> list[Counting]:
        """Where the events of a block are to be counted: first what questions read, then what is being made."""
        current, made = editions.current(project.id), self._under_way
        found = [Counting(current, current.of(project).timezone)]
        if made and made.project == project.id:
            found.append(Counting(made.edition, made.edition.zone, frozenset(made.pending)))
        return found

    def step(self) -> bool:
        """Count on for a while. Whether there was anything to do."""
        if self._under_way is None and not (self._asked.is_set() and time.monotonic() >= self._may_begin):
            return False
        try:
            if self._under_way is None:
                self._begin()
            if self._under_way is not None:
                self._go_on(self._under_way)
        except Exception as error:  # nobody knows how far it came, so it is begun from nothing; loading goes on
            is_known = isinstance(error, Refusal | DatabaseError)
            log.warning("days are not yet counted in their new zone: %s", error, exc_info=not is_known)
            self._under_way, self._may_begin = None, time.monotonic() + AGAIN
            self._asked.set()
            return False
        return self._under_way is not None

    def _begin(self) -> None:
        self._asked.clear()  # before looking: who asks from now on is seen the next time
        for project in with_days_to_count():
            wanted = wanted_zone(project.id)
            if editions.current(project.id).of(project).timezone == wanted:  # all was done but saying so
                days_are_counted(project.id, timezone=wanted)
            elif wanted:
                self._asked.set()  # more of them may wait
                found = editions.months(project.id)
                self._under_way = _UnderWay(project.id, editions.following(project.id, wanted), found, len(found))
                return

    def _go_on(self, made: _UnderWay) -> None:
        begun = time.monotonic()
        if wanted_zone(made.project) != made.edition.zone:  # it was changed again
            self._under_way = None
            return
        while made.pending:
            editions.count_month(made.project, made.edition, made.pending[-1])
            made.pending.pop()
            if time.monotonic() - begun >= SHARE:
                note_counted(made.project, share=1 - len(made.pending) / made.months)
                return
        editions.switch(made.project, made.edition)
        self._under_way = None
        days_are_counted(made.project, timezone=made.edition.zone)
        editions.forget_others(made.project)
