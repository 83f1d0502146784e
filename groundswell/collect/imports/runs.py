"""Imports under way: each has a thread that reads its file; the loader loads what it offers, block by block."""

import itertools
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
from django.db import DatabaseError

from groundswell.collect.block import LOADED, REASONS
from groundswell.collect.imports.files import digest_of, why
from groundswell.collect.imports.notes import Note, Notes
from groundswell.collect.imports.reading import plan_import, reader_of
from groundswell.collect.imports.types import Example, Plan, Report, State
from groundswell.collect.loader import Loader, is_begun, progress
from groundswell.collect.offers import Offer
from groundswell.collect.recent import payload_of
from groundswell.collect.types import Reason
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.workspace.service import project_card
from groundswell.workspace.types import ProjectCard

log = logging.getLogger(__name__)

STORE_FAILS = 503  # the status of a refusal that another try may not meet
_NEARLY = 0.999  # the share when all is read and the last block is still being loaded
_PATIENCE = 15.0  # seconds that a stopping process waits for a block that is being loaded


class Run:
    """One import. Its report is written by its thread and read by anybody."""

    def __init__(self, number: int, plan: Plan, imports: "Imports", when_over: "Callable[[Run], None]") -> None:
        self.number = number
        self.plan = plan
        self.report = Report()
        self._imports = imports
        self._when_over = when_over
        self._stopping = threading.Event()
        self._began = 0.0
        self._waiting: Offer | None = None  # offered, and not known to be loaded
        self._thread = threading.Thread(target=self._run, name=f"import-{number}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ask it to stop behind the block that is being loaded."""
        self._stopping.set()

    def join(self, timeout: float | None = None) -> None:
        self._thread.join(timeout)

    @property
    def is_over(self) -> bool:
        return self.report.state.is_over

    def _run(self) -> None:
        try:
            self.report.state = self._load()
        except Refusal as refusal:
            self._fail(_with_hint(refusal))
        except (OSError, EOFError, pa.ArrowException) as error:
            self._fail(
                said("%(path)s cannot be read on: %(error)s", path=self.plan.path, error=why(error, self.plan.path))
            )
        except Exception as error:
            log.exception("an import failed")
            self._fail(said("Something unexpected happened: %(error)s", error=why(error, self.plan.path)))
        finally:
            self._waiting = None  # a block holds much memory, and a run that is over may be kept for long
            self._imports.forget(self)
            self._when_over(self)

    def _fail(self, problem: str) -> None:
        self.report.problem = problem
        self.report.state = State.FAILED

    def _load(self) -> State:
        """Read the file once to know it, then load what was not loaded before."""
        as_read, digest = _stamp(self.plan.path), digest_of(self.plan.path, look=self._look)
        if digest is None:
            return State.STOPPED
        notes, plan = self._imports.notes, replace(self.plan, digest=digest)
        self._imports.claim(self, notes.recall(plan))
        try:
            return self._load_blocks(as_read)
        finally:
            if self._waiting is None:  # else it may be half in the store, and whoever comes next finishes it
                notes.remove(self.plan)

    def _load_blocks(self, as_read: tuple[int, int]) -> State:
        """Offer the blocks of the file: while one is loaded, the next is read."""
        reader, start = reader_of(self.plan), progress(self.plan.journal)
        self.report = Report(State.LOADING, before=start)
        self._began = time.monotonic()
        try:
            for block in reader.blocks(start):
                self._settle()
                _check_unchanged(self.plan.path, as_read)
                if self._stopping.is_set():
                    return State.STOPPED
                start += len(block)
                self._waiting = Offer(block, self.plan.journal, start)
                self._imports.loader.offers.put(self._waiting)
                self.report.share = min(reader.share, _NEARLY)
        finally:
            self._settle()
        self.report.share = 1.0
        return State.DONE

    def _settle(self) -> None:
        """Wait until the block that was offered is loaded, and count it. Raises what kept it from being loaded."""
        if self._waiting is None:
            return
        self._waiting.done.result()
        offer, self._waiting = self._waiting, None
        counts = Counter(offer.block.counts())
        report = self.report
        report.loaded += counts.pop(LOADED, 0)
        report.dropped = dict(Counter(report.dropped) + counts)
        report.undated += int(np.count_nonzero(offer.block.kept & (offer.block.at == offer.block.received)))
        report.seconds = time.monotonic() - self._began
        for reason in counts.keys() - report.examples.keys():
            report.examples[reason] = _example(offer, Reason(reason))

    def _look(self, share: float) -> bool:
        self.report.share = share
        return not self._stopping.is_set()


class Imports:
    """All imports of a process that are under way."""

    def __init__(self, loader: Loader, *, folder: Path) -> None:
        self.loader = loader
        self.notes = Notes(folder)
        self._runs: list[Run] = []
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def start(
        self,
        *,
        project: ProjectCard,
        path: Path,
        format: str = "",
        columns: Mapping[str, str],
        when_over: "Callable[[Run], None] | None" = None,
    ) -> Run:
        """Begin to import a file, or go on where an earlier import of it stopped.

        Where the same import is under way already, that one is returned; else ``when_over`` is called, by the thread of
        the import, when it is over. Raises Refusal.
        """
        plan = plan_import(project=project, path=path, format=format, columns=columns)
        with self._lock:
            for run in self._runs:
                if not run.is_over and replace(run.plan, digest="", is_first=False, received=plan.received) == plan:
                    return run
            run = Run(next(self._numbers), plan, self, when_over or _nothing)
            self._runs.append(run)
        run.start()
        return run

    def claim(self, claimant: Run, plan: Plan) -> None:
        """Note that an import begins, and in its plan whether it is the first of this content.

        Raises Refusal if another import is loading the same content, read in whatever way: neither would know which
        rows the other loads.
        """
        with self._lock:
            for run in self._runs:
                if run is not claimant and not run.is_over and run.plan.content == plan.content:
                    raise already_importing()
            plan = replace(plan, is_first=not is_begun(plan.content) and not self.notes.has(plan))
            self.notes.write(plan)
            claimant.plan = plan

    def forget(self, run: Run) -> None:
        """It is over."""
        with self._lock:
            self._runs.remove(run)

    def stop(self) -> None:
        """Stop all imports behind the blocks that are being loaded."""
        with self._lock:
            runs = list(self._runs)
        for run in runs:
            run.stop()
        for run in runs:
            run.join(_PATIENCE)

    @property
    def are_begun(self) -> bool:
        """Whether a crash cut an import short."""
        return any(True for _ in self.notes.all())

    def finish_begun(self) -> None:
        """Load the blocks that a crash may have left half in the store, before anything else is loaded.

        Raises what a failing store or database raises, and may then be called again.
        """
        for note in list(self.notes.all()):
            try:
                self._finish(note)
            except DatabaseError:
                raise
            except Exception as error:  # its file is gone or another: everybody else need not wait for it
                if isinstance(error, Refusal) and error.status == STORE_FAILS:
                    raise
                log.error("a block of %s may be half loaded; import it again: %s", note.path, error)

    def _finish(self, note: Note) -> None:
        plan = note.plan(project_card(note.project))
        if digest_of(plan.path) != plan.digest:
            raise _changed(plan.path)
        start = progress(plan.journal)
        block = next(reader_of(plan).blocks(start), None)
        if block is not None:
            self.loader.load_imported(Offer(block, plan.journal, start + len(block)))
        self.notes.remove(plan)
        log.info("finished a block of %s that was begun", plan.path)


def already_importing() -> Refusal:
    """Of a second import that would load what a first is loading."""
    return Refusal(
        409, "already_importing", said("A file with the same content is being imported."),
        hint=said("Wait until that is over, then begin again."),
    )  # fmt: skip


def _with_hint(refusal: Refusal) -> str:
    if not refusal.hint:
        return refusal.message
    return said("%(message)s %(hint)s", message=refusal.message, hint=refusal.hint)


def _nothing(run: Run) -> None:
    pass


def _example(offer: Offer, reason: Reason) -> Example:
    """The first message of a block that was dropped for a reason."""
    row = int(np.argmax(offer.block.reason == REASONS.index(reason)))
    return Example(offer.end - len(offer.block) + row + 1, payload_of(offer.block, row))


def _check_unchanged(path: Path, stamp: tuple[int, int]) -> None:
    if _stamp(path) != stamp:
        raise _changed(path)


def _changed(path: Path) -> Refusal:
    return Refusal(
        409, "file_changed", said("%(path)s changed since it was read first.", path=path), hint=said("Import it again.")
    )


def _stamp(path: Path) -> tuple[int, int]:
    """Size and time of the last change: what tells that a file is no longer the same."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns
