"""Questions that pages ask: a quick one is answered with the page, a slow one goes on while the page says so.

A question that is being answered already is not asked twice, and its answer is kept for a minute for the chart, the
table and the file that belong to the page.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connections

from groundswell.insights.kind import Actors
from groundswell.insights.kinds import actors
from groundswell.insights.service import ask
from groundswell.insights.types import Answer, Cell, Question
from groundswell.kernel.clock import now
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.workspace.types import ProjectCard

PATIENCE = 0.7  # seconds that a page waits for its answer
LIMIT = 60.0  # seconds; the store's own limits end a query earlier
KEPT = 60.0  # seconds
MOST_KEPT = 1_000_000  # rows of answers that are kept
AT_ONCE = 4
OF_A_PROJECT = 2  # at once, so that one project's slow questions do not hold up all others
MOST_WAITING = 20  # of a project

Found = TypeVar("Found")


@dataclass
class Asked:
    """A question on the desk."""

    answer: "Future[Any]"
    since: float = field(default_factory=time.monotonic)

    @property
    def is_old(self) -> bool:
        return self.answer.done() and time.monotonic() - self.since > KEPT

    @property
    def rows(self) -> int:
        """How many it keeps."""
        if not self.answer.done() or self.answer.exception():
            return 0
        found = self.answer.result()
        return len(found.rows if isinstance(found, Answer) else found)


@dataclass
class Line:
    """What a project asks: how much is being answered, and what waits for its turn."""

    running: int = 0
    waiting: "deque[tuple[Future[Any], Callable[[], Any]]]" = field(default_factory=deque)


class Desk:
    """Where questions lie until they are answered. Each raises what its question raises, and Refusal 503 where a
    project asks too much at once."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="question")
        self._asked: dict[str, Asked] = {}
        self._lines: dict[int, Line] = {}
        self._lock = threading.RLock()

    def begin(self, project: ProjectCard, question: Question) -> None:
        """Answer it anew, to be asked for in a moment; one that is being worked on goes on."""
        self._begin(*_to_answer(project, question), afresh=True)

    def ask(self, project: ProjectCard, question: Question, *, patience: float = LIMIT) -> Answer | None:
        """The answer, or None if it takes longer than ``patience`` (seconds): then it goes on."""
        return self._wait(*_to_answer(project, question), patience)

    def who(self, project: ProjectCard, question: Question, cell: Cell, *, patience: float = LIMIT) -> Actors | None:
        """Those behind a cell of its answer, or None as above. A list that is turned over page by page stays the same
        for a minute."""
        key = [question.as_json(), cell.as_json()]
        return self._wait(project.id, key, lambda: actors(project.id, question, cell), patience)

    def _wait(self, project: int, key: list[Any], work: Callable[[], Found], patience: float) -> Found | None:
        future: Future[Found] = self._begin(project, key, work)
        try:
            return future.result(patience)
        except StillRunning:
            return None

    def _begin(self, project: int, key: list[Any], work: Callable[[], Any], *, afresh: bool = False) -> "Future[Any]":
        name = json.dumps([project, *key], sort_keys=True)
        with self._lock:
            self._forget()
            known = self._asked.get(name)
            if known is None or (afresh and known.answer.done()):
                self._asked.pop(name, None)
                known = self._asked[name] = Asked(self._line_up(project, work))
            return known.answer

    def _forget(self) -> None:
        """Let go what is old; of the rest the oldest, where it is too much."""
        self._asked = {key: asked for key, asked in self._asked.items() if not asked.is_old}
        rows = {key: asked.rows for key, asked in self._asked.items()}
        too_many = sum(rows.values()) - MOST_KEPT
        for key, count in rows.items():
            if too_many > 0 and count:
                del self._asked[key]
                too_many -= count

    def _line_up(self, project: int, work: Callable[[], Any]) -> "Future[Any]":
        line = self._lines.setdefault(project, Line())
        if len(line.waiting) >= MOST_WAITING:
            hint = said("Ask again in a minute.")
            raise Refusal(503, "busy", said("Many questions of this project are being answered."), hint=hint)
        future: Future[Any] = Future()
        line.waiting.append((future, work))
        self._go_on(project)
        return future

    def _go_on(self, project: int) -> None:
        line = self._lines[project]
        if line.waiting and line.running < OF_A_PROJECT:
            line.running += 1
            self._pool.submit(self._work, project, *line.waiting.popleft())
        elif not line.running:
            del self._lines[project]

    def _work(self, project: int, future: "Future[Any]", work: Callable[[], Any]) -> None:
        try:
            future.set_result(_worked(work))
        except Exception as error:  # whoever asked is told
            future.set_exception(error)
        finally:
            with self._lock:
                self._lines[project].running -= 1
                self._go_on(project)


def _to_answer(project: ProjectCard, question: Question) -> tuple[int, list[Any], Callable[[], Answer]]:
    """Whose question, by what it is known here, and what answers it."""
    asked = {name: value for name, value in question.as_json().items() if name != "timezone"}
    return project.id, [question.as_json()], lambda: ask(project, asked, at=now())


def _worked(work: Callable[[], Found]) -> Found:
    try:
        return work()
    finally:
        connections.close_all()


desk = Desk()
