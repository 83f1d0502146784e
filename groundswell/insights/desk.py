"""Questions that pages ask: a quick one is answered with the page, a slow one goes on while the page says so.

A question that is being answered already is not asked twice, and its answer is kept for a minute for the chart, the
table and the file that belong to the page.
"""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import connections

from groundswell.insights.actors import Actors, Cell, actors, cell_as_json
from groundswell.insights.service import answered
from groundswell.insights.types import Answer, Question
from groundswell.kernel.clock import now
from groundswell.workspace.types import ProjectCard

PATIENCE = 0.7  # seconds that a page waits for its answer
LIMIT = 60.0  # seconds; the store's own limits end a query earlier
KEPT = 60.0  # seconds
AT_ONCE = 4

Found = TypeVar("Found")


@dataclass
class Asked:
    """A question on the desk."""

    answer: "Future[Any]"
    since: float = field(default_factory=time.monotonic)

    @property
    def is_old(self) -> bool:
        return self.answer.done() and time.monotonic() - self.since > KEPT


class Desk:
    """Where questions lie until they are answered. Each raises what its question raises."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="question")
        self._asked: dict[str, Asked] = {}
        self._lock = threading.Lock()

    def ask(
        self, project: ProjectCard, question: Question, *, patience: float = LIMIT, afresh: bool = False
    ) -> Answer | None:
        """The answer, or None if it takes longer than ``patience`` (seconds): then it goes on, to be asked for again.

        ``afresh`` takes no answer that lies here, only one that is being worked on.
        """
        key = [project.id, question.as_json()]
        return self._wait(key, lambda: answered(project, question, at=now()), patience, afresh)

    def who(self, project: ProjectCard, question: Question, cell: Cell, *, patience: float = LIMIT) -> Actors | None:
        """Those behind a cell of its answer, or None as above. A list that is turned over page by page stays the same
        for a minute."""
        key = [project.id, question.as_json(), cell_as_json(cell)]
        return self._wait(key, lambda: actors(project.id, question, cell), patience, afresh=False)

    def _wait(self, key: list[Any], work: Callable[[], Found], patience: float, afresh: bool) -> Found | None:
        future: Future[Found] = self._begin(json.dumps(key, sort_keys=True), work, afresh)
        try:
            return future.result(patience)
        except StillRunning:
            return None

    def _begin(self, key: str, work: Callable[[], Any], afresh: bool) -> "Future[Any]":
        with self._lock:
            self._asked = {each: asked for each, asked in self._asked.items() if not asked.is_old}
            known = self._asked.get(key)
            if known is None or (afresh and known.answer.done()):
                known = self._asked[key] = Asked(self._pool.submit(_worked, work))
            return known.answer


def _worked(work: Callable[[], Found]) -> Found:
    try:
        return work()
    finally:
        connections.close_all()


desk = Desk()
