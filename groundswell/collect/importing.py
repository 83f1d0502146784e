"""The verbs of importing: begin, stop, go on, list. Taking files and looking at them is in ``chosen_files``."""

import logging
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import OperationalError, close_old_connections, connections
from django.utils import timezone as django_time

from groundswell.collect.imports.kept import as_json, from_json, of_upload, plain, renamed
from groundswell.collect.imports.mapping import all_named, check_chosen
from groundswell.collect.imports.reading import plan_import
from groundswell.collect.imports.runs import Run, already_importing
from groundswell.collect.imports.types import Format, State
from groundswell.collect.models import Import
from groundswell.collect.service import collector
from groundswell.collect.types import SENTENCES, Reason
from groundswell.kernel.errors import Refusal, not_found
from groundswell.kernel.paging import Page
from groundswell.kernel.words import said
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller, ProjectCard

log = logging.getLogger(__name__)

MOST_UNDER_WAY = 3  # imports of a project
WAITS = (0.05, 0.2, 1.0, 4.0)  # seconds between tries of writing down how a run ended
_SUMS = ("loaded", "undated", "rows")

_runs: dict[int, Run] = {}  # what this process runs, by import
_begins = threading.RLock()  # held by whoever looks what runs, and then begins another


@dataclass(frozen=True)
class ImportCard:
    """An import. ``rows``, ``loaded``, ``dropped`` and ``undated`` count all its runs; ``known`` rows were there
    before its first. ``left`` are the seconds that it will still take, if that can be said."""

    id: int
    name: str
    size: int
    format: Format
    columns: dict[str, str]
    state: State
    share: float
    rows: int
    known: int
    loaded: int
    dropped: dict[str, int]
    examples: dict[str, dict[str, Any]]
    undated: int
    seconds: float
    rate: int
    left: float | None
    problem: str
    by: str
    at: datetime
    over: datetime | None
    is_there: bool
    is_ours: bool

    @property
    def may_go_on(self) -> bool:
        return self.state in (State.STOPPED, State.FAILED) and self.is_there

    @property
    def may_be_discarded(self) -> bool:
        return self.is_ours and self.is_there and (self.state is State.READY or self.may_go_on)


def begin(
    project: ProjectCard, number: int, *, caller: Caller, format: str = "", columns: Mapping[str, str] | None = None
) -> ImportCard:
    """Load a file that was uploaded, read in this way; or go on where it was stopped, read as before.

    Raises Refusal.
    """
    found = found_import(project, number)
    if is_running(found):
        return card_of(found)
    path = Path(found.path)
    if not path.exists():
        raise gone()
    if found.state == State.READY:
        found.format = Format(format) if format in list(Format) else Format(found.format)
        found.columns = dict(columns or {}) if Format(found.format).has_columns else {}
        if Format(found.format).has_columns:
            check_chosen(found.columns)
    with beginning():
        if Import.objects.filter(project_id=project.id, pk__in=list(_runs)).count() >= MOST_UNDER_WAY:
            raise Refusal(
                409, "too_many_imports", said("Enough imports are under way."), hint=said("Wait for one, or stop it.")
            )
        try:
            run = _start(project, found)
        except Refusal as refusal:
            raise of_upload(refusal, path, found.name) from None
        _note_begun(found, caller)
    return card_of(found, run)


def begin_at(
    project: ProjectCard, path: Path, *, caller: Caller, format: str, columns: Mapping[str, str], by: str
) -> ImportCard:
    """Load a file on the server's disk, or go on where that was stopped. Asked for again while it runs: the same."""
    plan = plan_import(project=project, path=path, format=format, columns=columns)
    chosen = all_named(plan.columns) if plan.columns else {}  # however it was said, the same is the same import
    wanted = {"path": str(path), "format": plan.format.value, "columns": chosen}
    with beginning():
        before = Import.objects.filter(project_id=project.id, is_ours=False, **wanted).order_by("-pk").first()
        if before is None or before.state == State.DONE:
            before = Import.objects.create(
                project_id=project.id, name=path.name[:200], size=path.stat().st_size, by=by, **wanted
            )
        if is_running(before):
            return card_of(before)
        run = _start(project, before)
        _note_begun(before, caller)
    return card_of(before, run)


def _note_begun(found: Import, caller: Caller) -> None:
    note_change(
        caller, project=found.project_id, verb="import.begun", subject=found.name, detail={"format": str(found.format)}
    )


def stop(project: ProjectCard, number: int, *, caller: Caller) -> ImportCard:
    """Stop an import behind the block that is being loaded; begun again it goes on from there."""
    found = found_import(project, number)
    if is_running(found):
        run = _runs.get(found.pk)
        if run is not None:
            run.stop()
        note_change(caller, project=project.id, verb="import.stopped", subject=found.name)
    return card_of(found)


def imports_of(project: ProjectCard, number: int = 1, *, size: int = 50) -> Page[ImportCard]:
    """The imports of a project, newest first."""
    found, total = _page_of(project, number, size)
    return Page([card_of(each) for each in found], number, total, size)


def listed_for_api(project: ProjectCard, number: int = 1, *, size: int = 50) -> Page[dict[str, Any]]:
    """The same as the API shows them."""
    found, total = _page_of(project, number, size)
    return Page([_for_api(each) for each in found], number, total, size)


def _page_of(project: ProjectCard, number: int, size: int) -> tuple[list[Import], int]:
    found = Import.objects.filter(project_id=project.id).order_by("-pk")
    return list(found[(number - 1) * size : number * size]), found.count()


def import_of(project: ProjectCard, number: int) -> ImportCard:
    """One import. Raises Refusal 404."""
    return card_of(found_import(project, number))


def as_api(card: ProjectCard, number: int) -> dict[str, Any]:
    """The last run of an import, and what became of its rows, as the API shows it."""
    return _for_api(found_import(card, number))


def _for_api(found: Import) -> dict[str, Any]:
    run = _runs.get(found.pk)
    shown = card_of(found, run)
    report = (_report(run) if run else found.report) or dict.fromkeys(("before", *_SUMS, "seconds"), 0)
    dropped = report.get("dropped", {})
    return {
        "id": found.pk, "name": found.name, "path": found.path, "format": found.format, **report, "dropped": dropped,
        "examples": report.get("examples", {}), "state": shown.state, "share": shown.share, "problem": shown.problem,
        "rate": shown.rate, "sentences": {reason: SENTENCES[Reason(reason)] for reason in dropped},
    }  # fmt: skip


# Runs


def _start(project: ProjectCard, found: Import) -> Run:
    """Start the run of an import, counting what the one before did as done earlier.

    Raises Refusal, also where another import of the list is what runs already: only that one hears how it ends.
    """
    run = collector().imports.start(
        project=project, path=Path(found.path), format=found.format,
        columns=all_named(found.columns) if found.is_ours and found.columns else found.columns,
        when_over=lambda run: _over_in_thread(found.pk, run),
    )  # fmt: skip
    if _runs.get(found.pk) is run:
        return run
    if run in _runs.values():
        raise already_importing()
    _runs[found.pk] = run
    found.earlier, found.report = _sum(found.earlier, found.report), {}
    found.state, found.over = State.READING.value, None
    found.save(update_fields=["format", "columns", "earlier", "report", "state", "over"])
    if run.is_over:  # and may have said so before it was written down that it began
        _over(found.pk, run)
    return run


def _over_in_thread(number: int, run: Run) -> None:
    with beginning():  # that it began is written down before how it ended
        close_old_connections()
    try:
        _over(number, run)
    except Exception:
        log.exception("how import %d ended could not be written down", number)
    finally:
        connections.close_all()


def _over(number: int, run: Run) -> None:
    """Write down how a run ended, once: the import may have been begun again since. A file of ours that is loaded is
    not needed any more."""
    if _runs.get(number) is not run:
        return
    try:
        row = _written_down(number, run)
        if row is not None and row.is_ours and run.report.state is State.DONE:
            Path(row.path).unlink(missing_ok=True)
    finally:
        if _runs.get(number) is run:
            del _runs[number]


def _written_down(number: int, run: Run) -> Import | None:
    """As ``_write_down``; nobody would say so again, therefore a busy database is waited for."""
    for wait in WAITS:
        try:
            return _write_down(number, run)
        except OperationalError:
            time.sleep(wait)
    return _write_down(number, run)


def _write_down(number: int, run: Run) -> Import | None:
    """The import, with how its run ended; None if it is gone."""
    found = Import.objects.filter(pk=number)
    found.update(state=run.report.state.value, report=_report(run), over=django_time.now())
    return found.first()


def _report(run: Run) -> dict[str, Any]:
    report = run.report
    kept: dict[str, Any] = plain(
        {
            "state": report.state.value, "before": report.before, "loaded": report.loaded, "rows": report.rows,
            "dropped": report.dropped, "undated": report.undated, "seconds": report.seconds,
            "examples": {reason: asdict(example) for reason, example in report.examples.items()},
            "problem": as_json(report.problem),
        }
    )  # fmt: skip
    return kept


@contextmanager
def beginning() -> Iterator[None]:
    """Meanwhile nothing else is begun."""
    with _begins:
        yield


def is_running(found: Import) -> bool:
    """Whether it is under way, or how it ended is just being written down."""
    return found.pk in _runs


def _sum(earlier: Mapping[str, Any], report: Mapping[str, Any]) -> dict[str, Any]:
    """What all runs did up to now. ``known`` is what was there before the first of them."""
    if not report:
        return dict(earlier)
    dropped = dict(earlier.get("dropped", {}))
    for reason, count in report.get("dropped", {}).items():
        dropped[reason] = dropped.get(reason, 0) + count
    sums = {name: earlier.get(name, 0) + report.get(name, 0) for name in (*_SUMS, "seconds")}
    known = report.get("before", 0) - earlier.get("rows", 0)
    return {
        **sums, "dropped": dropped, "examples": {**report.get("examples", {}), **earlier.get("examples", {})},
        "known": max(0, known),
    }  # fmt: skip


def card_of(found: Import, run: Run | None = None) -> ImportCard:
    run = run or _runs.get(found.pk)
    state = State(found.state)
    report = found.report
    if run is not None:
        state, report = run.report.state, _report(run)
    elif not state.is_over and state is not State.READY:
        state = State.STOPPED  # by the end of the process that ran it
    sums = _sum(found.earlier, report)
    rows, rate = sums.get("rows", 0), _rate(report)
    share = run.report.share if run is not None else 1.0 if state is State.DONE else 0.0
    return ImportCard(
        id=found.pk, name=found.name, size=found.size, format=Format(found.format), columns=found.columns, state=state,
        share=share, rows=rows, known=sums.get("known", 0), loaded=sums.get("loaded", 0),
        dropped=dict(sorted(sums.get("dropped", {}).items(), key=lambda each: -each[1])),
        examples=sums.get("examples", {}), undated=sums.get("undated", 0), seconds=sums.get("seconds", 0.0), rate=rate,
        left=_left(state, share, rows + sums.get("known", 0), rate),
        problem=renamed(from_json(report.get("problem", "")), Path(found.path), found.name),
        by=found.by, at=found.at, over=found.over, is_there=Path(found.path).exists(),
        is_ours=found.is_ours,
    )  # fmt: skip


def _rate(report: Mapping[str, Any]) -> int:
    return round(report["rows"] / report["seconds"]) if report.get("seconds") else 0


def _left(state: State, share: float, done: int, rate: int) -> float | None:
    """Seconds, if the rest of the file holds as many rows and is read as fast."""
    if state is not State.LOADING or not rate or not share:
        return None
    return done * (1 - share) / share / rate


def found_import(project: ProjectCard, number: int) -> Import:
    """The row of an import. Raises Refusal 404."""
    found = Import.objects.filter(pk=number, project_id=project.id).first()
    if found is None:
        raise not_found(said("There is no such import."))
    return found


def gone() -> Refusal:
    """Of files that were deleted."""
    return Refusal(410, "gone", said("The file is not here any more."), hint=said("Choose it again."))
