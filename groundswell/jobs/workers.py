"""The threads of this process that do background work: one that looks what is due, and some that do it."""

import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db import DatabaseError, close_old_connections, connection

from groundswell.jobs import living
from groundswell.jobs.line import LONG, Ticket, take, withdraw
from groundswell.jobs.mending import begin_recurring, mend
from groundswell.jobs.models import Run
from groundswell.jobs.types import Interrupted, Lost, State, Stopped
from groundswell.jobs.work import Work, in_hand

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0  # seconds between two looks at the queue; what this process puts there is seen at once
MEND_EVERY = timedelta(seconds=60)
TROUBLE = 5.0  # seconds to wait where the database does not answer
PATIENCE = 10.0  # seconds that runs have to end when the process is to


class Workers:
    """Does what is due until it is closed. One per process."""

    def __init__(self, *, threads: int) -> None:
        self._threads = threads
        self._most_long = max(threads - 1, 1)
        self._tickets: queue.SimpleQueue[Ticket | None] = queue.SimpleQueue()  # None ends a thread
        self._wakes = threading.Event()
        self._closing = threading.Event()
        self._counting = threading.Lock()
        self._taken = {True: 0, False: 0}  # tickets in hand: long ones, and others
        self._started = 0
        self._looking = threading.Thread(target=self._look, name="jobs", daemon=True)

    def open(self) -> None:
        self._looking.start()

    def close(self) -> None:
        """Ask what runs to end, and wait a little for it. What does not listen is begun again after the next start."""
        self._closing.set()
        self.wake()
        self._looking.join()

    def wake(self) -> None:
        """Look at the queue now."""
        self._wakes.set()

    @property
    def is_working(self) -> bool:
        return self._looking.is_alive()

    # The thread that looks

    def _look(self) -> None:
        mended = beaten = float("-inf")
        while not self._closing.is_set():
            try:
                close_old_connections()
                now = time.monotonic()
                if now - beaten >= living.BEAT.total_seconds():
                    living.begin()
                    beaten = now
                if now - mended >= MEND_EVERY.total_seconds():
                    mend()
                    if mended < 0:
                        begin_recurring()
                    mended = now
                self._tell_those_to_end()
                is_busy = self._hand_out()
            except Exception:  # the database is away, most of the time: what is looked after later is not lost
                log.exception("the queue of background work cannot be looked at")
                self._closing.wait(TROUBLE)
                continue
            if not is_busy:
                self._wakes.wait(LOOK_EVERY)
            self._wakes.clear()
        self._end()

    def _end(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while in_hand() and time.monotonic() < deadline:
            for work in in_hand().values():
                work.end(Interrupted)
            time.sleep(0.02)
        for _ in range(self._started):
            self._tickets.put(None)
        try:
            if not in_hand():
                living.end()
        except DatabaseError:
            log.exception("it could not be said that this process does no more background work")
        finally:
            connection.close()

    def _hand_out(self) -> bool:
        """Give the next ticket to a thread that is free; whether there was one."""
        with self._counting:
            if sum(self._taken.values()) >= self._threads:
                return False
            long_too = self._taken[True] < self._most_long
        ticket = take(long_too=long_too, without=busy_projects(in_hand().values(), self._most_long))
        if ticket is None:
            return False
        with self._counting:
            self._taken[ticket.queue_name == LONG] += 1
            if sum(self._taken.values()) > self._started:
                self._started += 1
                threading.Thread(target=self._do, name=f"job {self._started}", daemon=True).start()
        self._tickets.put(ticket)
        return True

    def _tell_those_to_end(self) -> None:
        """What this process runs and was stopped elsewhere, or given to another one."""
        works = in_hand()
        if not works:
            return
        mine = Run.objects.filter(pk__in=works, state=State.RUNNING, worker=living.OWN)
        stopping = dict(mine.values_list("pk", "is_stopping"))
        for number, work in works.items():
            if stopping.get(number):
                work.end(Stopped)
            elif number not in stopping and work.is_begun:
                work.end(Lost)

    # The threads that do

    def _do(self) -> None:
        for ticket in iter(self._tickets.get, None):
            try:
                close_old_connections()
                run_ticket(ticket)
            except Exception:
                log.exception("the end of a run could not be written down")
            finally:
                close_old_connections()
                with self._counting:
                    self._taken[ticket.queue_name == LONG] -= 1
                self.wake()


def busy_projects(works: Iterable[Work], most: int) -> set[int]:
    """The projects that have so many runs under way already: a thread is left for all others."""
    counts = Counter(work.project for work in works if work.project is not None)
    return {project for project, count in counts.items() if count >= most}


def run_ticket(ticket: Ticket) -> None:
    """Do what a ticket is for, and give it back."""
    try:
        ticket.task.call(*ticket.args_kwargs["args"])
    finally:
        withdraw(ticket.pk)
