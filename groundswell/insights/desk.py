"""Where questions lie while they are worked on, and their answers as long as nothing changed.

An answer is **exact** as long as the project's data is in the state in which it was begun; it is given at once then,
to whoever asks. An older one may be shown by a page, which says how old it is, while another one is worked out. What is
worked on already is not asked twice: others wait for the same, see how far it is, and may stop it.
"""

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np
from django.db import connections

from groundswell.insights.changes import Changes, changes
from groundswell.insights.kind import Actors
from groundswell.insights.kinds import actors, check
from groundswell.insights.service import ask, counted
from groundswell.insights.types import Answer, Cell, Question
from groundswell.kernel import asker
from groundswell.kernel.clock import now
from groundswell.kernel.errors import Refusal
from groundswell.kernel.periods import Days
from groundswell.kernel.words import said
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

PATIENCE = 0.7  # seconds that a page waits for its answer
LIMIT = 60.0  # seconds; the store's own limits end a query earlier
KEPT = 60.0  # seconds for which an answer belongs to a page, its chart and its files, whatever comes in meanwhile
MOST_KEPT = 1_000_000  # rows of answers that are kept
OF_AN_ANSWER = 50  # rows that an answer counts for at least
ACTORS_A_ROW = 50  # numbers of people for which a row counts
AT_ONCE = 4
OF_A_PROJECT = 2  # at once, so that one project's slow questions do not hold up all others
MOST_WAITING = 20  # of a project
STOPPED = "stopped"  # the code of the refusal

Found = TypeVar("Found")


@dataclass(eq=False)
class Asked:
    """A question on the desk. ``state`` is that of the data when it was begun. ``programs`` wait for it, of which each
    is seen to hang up; of pages none is."""

    name: str
    project: int
    state: int | None
    answer: "Future[Any]" = field(default_factory=Future)
    inquiry: store.Inquiry = field(default_factory=store.Inquiry)
    since: float = field(default_factory=time.monotonic)
    ended: float | None = None
    is_in_line: bool = False
    programs: int = 0
    is_of_pages: bool = False

    @property
    def is_answered(self) -> bool:
        return self.answer.done() and not self.answer.exception()

    @property
    def is_young(self) -> bool:
        return self.ended is None or time.monotonic() - self.ended <= KEPT

    @property
    def is_exact(self) -> bool:
        """Whether the data is as it was when it was begun."""
        return self.state is not None and self.state == store.state(self.project)

    @property
    def is_at_hand(self) -> bool:
        """Whether it need not be begun anew for a page that is loaded."""
        return (self.is_answered and self.is_exact) if self.answer.done() else not self.inquiry.is_stopped

    @property
    def serves(self) -> bool:
        """Whether a page may take it: what was refused just now is not asked anew by what belongs to the page."""
        return self.is_young or self.is_at_hand

    @property
    def serves_exactly(self) -> bool:
        """Whether a program may take it, which does not wait in line either."""
        is_at_work = not (self.answer.done() or self.is_in_line or self.inquiry.is_stopped)
        return self.is_exact and (self.is_answered or is_at_work)

    @cached_property
    def rows(self) -> int:
        """About how many rows of an answer take as much memory as what was found."""
        found = self.answer.result()
        if isinstance(found, np.ndarray):
            return max(len(found) // ACTORS_A_ROW, OF_AN_ANSWER)
        rows = found.rows if isinstance(found, Answer) else found.events if isinstance(found, Changes) else found
        return max(len(rows), OF_AN_ANSWER)


@dataclass
class Line:
    """What a project asks: how much is being answered, and what waits for its turn."""

    running: int = 0
    waiting: "deque[tuple[Asked, Callable[[], Any]]]" = field(default_factory=deque)


class Desk:
    """Each raises what its question raises, Refusal 503 where a project asks too much at once, and 409 where somebody
    stopped it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="question")
        self._latest: dict[str, Asked] = {}  # each question as it was begun last
        self._kept: dict[str, Asked] = {}  # and as it was answered last; what was used last at the end
        self._rows = 0  # of all that is kept
        self._at_work: list[Asked] = []
        self._lines: dict[int, Line] = {}
        self._lock = threading.RLock()

    # For pages -------------------------------------------------------------------------------------------------------

    def begin(self, project: ProjectCard, question: Question) -> None:
        """Answer it, to be asked for in a moment: anew, unless the answer is exact. What is worked on goes on."""
        self._wanted(*_to_answer(project, question), serves=lambda asked: asked.is_at_hand)

    def ask(
        self, project: ProjectCard, question: Question, *, patience: float = LIMIT, since: float | None = None
    ) -> Answer | None:
        """The answer, or None if it takes longer than ``patience`` (seconds): then it goes on. One that was begun
        before ``since`` (monotonic seconds; now) is marked as cached."""
        since = time.monotonic() if since is None else since
        asked = self._wanted(*_to_answer(project, question), serves=lambda asked: asked.serves)
        return _marked(asked, since) if _is_done(asked, patience) else None

    def old(self, project: ProjectCard, question: Question) -> Answer | None:
        """The answer as it was when it was worked out last, to be shown with its age."""
        with self._lock:
            kept = self._kept.get(_name(*_key(project, question)))
        return _marked(kept, time.monotonic()) if kept else None

    def is_exact(self, project: ProjectCard, question: Question) -> bool:
        """Whether nothing has changed since its answer was worked out."""
        kept = self._kept.get(_name(*_key(project, question)))
        return kept is not None and kept.is_exact

    def who(self, project: ProjectCard, question: Question, cell: Cell, *, patience: float = LIMIT) -> Actors | None:
        """Those behind a cell of its answer, or None as above. A list that is turned over page by page stays the same
        for a minute."""
        asked = self._wanted(*_to_find(project, question, cell), serves=lambda asked: asked.serves)
        found: Actors | None = asked.answer.result() if _is_done(asked, patience) else None
        return found

    # For programs ----------------------------------------------------------------------------------------------------

    def answer(self, project: ProjectCard, question: Mapping[str, Any], *, afresh: bool = False) -> Answer:
        """The exact answer to a question in JSON. Raises Refusal 400 for what cannot be understood. ``afresh``: worked
        out in any case."""
        since = time.monotonic()
        understood = check(question, counted(project).timezone)
        return _marked(self._exactly(*_to_answer(project, understood), afresh=afresh), since)

    def behind(self, project: ProjectCard, question: Question, cell: Cell) -> Actors:
        """Exactly those behind a cell of its answer."""
        found: Actors = self._exactly(*_to_find(project, question, cell)).answer.result()
        return found

    def changes(self, project: ProjectCard, days: Days) -> Changes:
        """What changed in these days, exactly."""
        key = ["changes", days.first.isoformat(), days.last.isoformat(), days.tz]
        found: Changes = self._exactly(project.id, key, partial(changes, project, days)).answer.result()
        return found

    def _exactly(self, project: int, key: list[Any], work: Callable[[], Any], *, afresh: bool = False) -> Asked:
        """The question with its exact answer, worked out by whoever asks unless it is known; stopped where all who
        asked have hung up."""
        name, present = _name(project, key), asker.present()
        if present.has_hung_up:
            raise store.stopped()
        with self._lock:
            known = self._latest.get(name)
            is_mine = known is None or not known.serves_exactly or afresh
            if known is None or is_mine:
                known = self._put(name, project)
            self._used(known)
            known.programs += 1
        with present.if_gone(partial(self._hung_up, known)):
            if is_mine:
                self._work(known, work)
            known.answer.result()
        return known

    def _hung_up(self, asked: Asked) -> None:
        """A program does not wait for it any more: it ends if nobody does, and who asks from now on begins it anew."""
        with self._lock:
            asked.programs -= 1
            if asked.programs or asked.is_of_pages or asked.answer.done():
                return
            if self._latest.get(asked.name) is asked:
                del self._latest[asked.name]
        store.stop(asked.inquiry)

    # While it is worked on -------------------------------------------------------------------------------------------

    def progress(self, project: ProjectCard, question: Question) -> float:
        """About how much of it is done, from 0 to 1; 0 as long as nothing can be said."""
        return max((store.progress(asked.inquiry) for asked in self._worked_on(project, question)), default=0.0)

    def stop(self, project: ProjectCard, question: Question) -> bool:
        """End what is worked on, for all who wait for it; whether there was something. It takes a second at most, but
        for what we work out ourselves."""
        at_work = self._worked_on(project, question)
        for asked in at_work:
            self._leave(asked)
            store.stop(asked.inquiry)
        return bool(at_work)

    def was_stopped(self, project: ProjectCard, question: Question) -> bool:
        """Whether somebody stopped it just now, and nobody asked anew."""
        latest = self._latest.get(_name(*_key(project, question)))
        if latest is None or not latest.is_young:
            return False
        if not latest.answer.done():  # it may take a moment until whoever works on it hears
            return latest.inquiry.is_stopped
        failed = latest.answer.exception()
        return isinstance(failed, Refusal) and failed.code == STOPPED

    def _worked_on(self, project: ProjectCard, question: Question) -> list[Asked]:
        name = _name(*_key(project, question))
        with self._lock:
            return [asked for asked in self._at_work if asked.name == name and not asked.inquiry.is_stopped]

    def _leave(self, asked: Asked) -> None:
        """Take it out of the line, if it waits there."""
        with self._lock:
            line = self._lines.get(asked.project)
            place = next((n for n, (each, _) in enumerate(line.waiting) if each is asked), None) if line else None
            if line is None or place is None:
                return
            del line.waiting[place]
            self._at_work.remove(asked)
            asked.ended = time.monotonic()
        asked.answer.set_exception(store.stopped())

    # The desk itself -------------------------------------------------------------------------------------------------

    def _wanted(
        self, project: int, key: list[Any], work: Callable[[], Any], *, serves: Callable[[Asked], bool]
    ) -> Asked:
        """The question as it was begun last, if it serves; else begun anew."""
        name = _name(project, key)
        with self._lock:
            known = self._latest.get(name)
            if known is None or not serves(known):
                known = self._line_up(self._put(name, project), work)
            self._used(known)
            known.is_of_pages = True
            return known

    def _put(self, name: str, project: int) -> Asked:
        """A question that is about to be worked on, as the data is now."""
        self._forget()
        asked = self._latest[name] = Asked(name, project, store.state(project))
        self._at_work.append(asked)
        return asked

    def _used(self, asked: Asked) -> None:
        if self._kept.get(asked.name) is asked:
            self._kept[asked.name] = self._kept.pop(asked.name)

    def _forget(self) -> None:
        """Let go of refusals that are old, and of answers where it is too much: of those not used for longest."""
        for name, asked in list(self._latest.items()):
            if asked.answer.done() and not asked.is_answered and not asked.is_young:
                del self._latest[name]
        while self._rows > MOST_KEPT and len(self._kept) > 1:
            asked = self._kept.pop(next(iter(self._kept)))
            self._rows -= asked.rows
            if self._latest.get(asked.name) is asked:
                del self._latest[asked.name]

    def _line_up(self, asked: Asked, work: Callable[[], Any]) -> Asked:
        line = self._lines.setdefault(asked.project, Line())
        if len(line.waiting) >= MOST_WAITING:
            self._at_work.remove(asked)
            del self._latest[asked.name]
            hint = said("Ask again in a minute.")
            raise Refusal(503, "busy", said("Many questions of this project are being answered."), hint=hint)
        asked.is_in_line = True
        line.waiting.append((asked, work))
        self._go_on(asked.project)
        return asked

    def _go_on(self, project: int) -> None:
        line = self._lines[project]
        if line.waiting and line.running < OF_A_PROJECT:
            line.running += 1
            asked, work = line.waiting.popleft()
            asked.is_in_line = False
            self._pool.submit(self._work_in_turn, asked, work)
        elif not line.running:
            del self._lines[project]

    def _work_in_turn(self, asked: Asked, work: Callable[[], Any]) -> None:
        try:
            self._work(asked, work)
        finally:
            connections.close_all()
            with self._lock:
                self._lines[asked.project].running -= 1
                self._go_on(asked.project)

    def _work(self, asked: Asked, work: Callable[[], Any]) -> None:
        try:
            with store.within(asked.inquiry):
                store.look()
                found = work()
        except Exception as error:  # whoever asked is told
            self._settle(asked, partial(asked.answer.set_exception, error))
        else:
            self._settle(asked, partial(asked.answer.set_result, found))

    def _settle(self, asked: Asked, tell: Callable[[], None]) -> None:
        """It is worked on no longer; an answer is kept, unless that of a later question is."""
        with self._lock:
            self._at_work.remove(asked)
            asked.ended = time.monotonic()
            tell()
            kept = self._kept.get(asked.name)
            if asked.is_answered and (kept is None or kept.since <= asked.since):
                self._rows += asked.rows - (self._kept.pop(asked.name).rows if kept else 0)
                self._kept[asked.name] = asked
                self._forget()


def _key(project: ProjectCard, question: Question) -> tuple[int, list[Any]]:
    """Whose question, and by what it is known here."""
    return project.id, [question.as_json()]


def _name(project: int, key: list[Any]) -> str:
    return json.dumps([project, *key], sort_keys=True)


def _to_answer(project: ProjectCard, question: Question) -> tuple[int, list[Any], Callable[[], Answer]]:
    """Its key, and what answers it."""
    asked = {name: value for name, value in question.as_json().items() if name != "timezone"}
    return *_key(project, question), lambda: ask(project, asked, at=now())


def _to_find(project: ProjectCard, question: Question, cell: Cell) -> tuple[int, list[Any], Callable[[], Actors]]:
    """The same of those behind a cell."""
    return project.id, [question.as_json(), cell.as_json()], partial(actors, project.id, question, cell)


def _is_done(asked: Asked, patience: float) -> bool:
    """Whether it is done within so many seconds, with an answer or not."""
    try:
        asked.answer.exception(patience)
    except StillRunning:
        return False
    return True


def _marked(asked: Asked, since: float) -> Answer:
    """Its answer, marked as cached where it was begun before that."""
    answer: Answer = asked.answer.result()
    return replace(answer, is_cached=True) if asked.since < since else answer


desk = Desk()
