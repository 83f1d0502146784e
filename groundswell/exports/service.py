"""The verbs of exports: begin, stop, list, take away."""

import logging
import queue
import threading
from datetime import date, timedelta
from pathlib import Path

from django.db import close_old_connections, transaction
from django.utils import timezone as django_time

from groundswell.exports.models import Export
from groundswell.exports.reading import shares
from groundswell.exports.types import ExportCard, Format, Kind, State
from groundswell.exports.writing import written
from groundswell.kernel import environment
from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.paging import Page
from groundswell.kernel.periods import EARLIEST, LATEST
from groundswell.kernel.reasons import kept, reason_of, to_keep
from groundswell.kernel.words import said
from groundswell.workspace.service import note_change, project_card
from groundswell.workspace.types import Caller, ProjectCard

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
MOST_WAITING = 20  # of a project

_stopping: set[int] = set()  # exports that were told to stop
_known: set[int] = set()  # what this process makes, or will
_queue: queue.SimpleQueue[int | None] = queue.SimpleQueue()  # None ends the worker
_starting = threading.Lock()
_worker: threading.Thread | None = None


@transaction.atomic
def begin(
    project: ProjectCard,
    *,
    caller: Caller,
    kind: Kind,
    format: Format,
    by: str,
    first: date | None = None,
    last: date | None = None,
) -> ExportCard:
    """Have an export made. Raises Refusal 400 for days that are none, 409 where too many wait."""
    if kind is Kind.EVENTS and not (first and last and first <= last):
        raise bad_request(said("Events are exported from one day to another."), field="first")
    if kind is Kind.EVENTS and first and last and not EARLIEST <= first <= last <= LATEST:
        message = said("Days lie between %(earliest)s and %(latest)s.", earliest=EARLIEST, latest=LATEST)
        raise bad_request(message, field="first" if first < EARLIEST else "last")
    if Export.objects.filter(project_id=project.id, state__in=[State.WAITING, State.RUNNING]).count() >= MOST_WAITING:
        raise Refusal(
            409,
            "too_many_exports",
            said("Enough exports are waiting already."),
            hint=said("Wait for them or stop some."),
        )
    is_of_days = kind is Kind.EVENTS
    made = Export.objects.create(
        project_id=project.id, kind=kind, format=format, by=by, first=first if is_of_days else None,
        last=last if is_of_days else None,
    )  # fmt: skip
    note_change(caller, project=project.id, verb="export.begun", subject=kind, detail={"format": format})
    transaction.on_commit(lambda: _enqueue(made.pk))
    return _card(made)


def exports_of(project: ProjectCard, number: int = 1, *, size: int = 50) -> Page[ExportCard]:
    """The exports of a project, newest first."""
    found = Export.objects.filter(project_id=project.id).order_by("-pk")
    chosen = found[(number - 1) * size : number * size]
    return Page([_card(each) for each in chosen], number, found.count(), size)


def export_of(project: ProjectCard, export: int) -> ExportCard:
    """One export. Raises Refusal 404."""
    return _card(_found(project, export))


@transaction.atomic
def stop(project: ProjectCard, export: int, *, caller: Caller) -> ExportCard:
    """Stop an export that is not over; nothing of it stays."""
    found = _found(project, export)
    if not State(found.state).is_over and found.pk not in _stopping:
        note_change(
            caller, project=project.id, verb="export.stopped", subject=found.kind, detail={"format": found.format}
        )
        _stopping.add(found.pk)
        Export.objects.filter(pk=found.pk, state=State.WAITING).update(state=State.STOPPED)
    found.refresh_from_db()
    return _card(found)


def file_of(project: ProjectCard, export: int) -> tuple[Path, str]:
    """The file of an export and the name to keep it under. Raises Refusal 404 where there is none (any more)."""
    found = _found(project, export)
    path = _path(found)
    if not _is_there(found):
        raise not_found(said("There is no file of this export."), hint=said("Files are kept for a week. Export again."))
    days = f"-{found.first}--{found.last}" if found.first else ""
    return path, f"{found.kind}{days}.{found.format}"


def tidy() -> None:
    """Delete the files that were kept long enough."""
    for old in Export.objects.filter(state=State.DONE, at__lt=django_time.now() - KEPT):
        _path(old).unlink(missing_ok=True)


def take_up() -> None:
    """What another process left unfinished is made anew."""
    left = Export.objects.filter(state__in=[State.WAITING, State.RUNNING]).order_by("pk")
    for export in left.values_list("pk", flat=True):
        _enqueue(export)


def make(export: int) -> None:
    """Make an export now, to its end, its failure, or until it is told to stop."""
    found = Export.objects.get(pk=export)
    if State(found.state).is_over:
        return
    project = project_card(found.project_id)
    Export.objects.filter(pk=export).update(state=State.RUNNING, rows=0, share=0.0)
    rows = 0
    try:
        with written(_path(found), Format(found.format)) as file:
            for share in shares(project, Kind(found.kind), found.first, found.last):
                if export in _stopping:
                    raise _Stopped
                file.add(share.rows)
                rows += share.rows.num_rows
                Export.objects.filter(pk=export).update(rows=rows, share=share.done)
        Export.objects.filter(pk=export).update(state=State.DONE, size=_path(found).stat().st_size)
    except _Stopped:
        Export.objects.filter(pk=export).update(state=State.STOPPED)
    except Refusal as refusal:
        _fail(export, reason_of(refusal))
    except OSError as error:
        _fail(export, said("The file could not be written: %(error)s", error=error.strerror or str(error)))
    finally:
        _stopping.discard(export)


class _Stopped(Exception):
    pass


def _fail(export: int, error: str) -> None:
    log.error("export %d failed: %s", export, error)
    Export.objects.filter(pk=export).update(state=State.FAILED, error=to_keep(error))


def _found(project: ProjectCard, export: int) -> Export:
    found = Export.objects.filter(pk=export, project_id=project.id).first()
    if found is None:
        raise not_found(said("There is no such export."))
    return found


def _card(export: Export) -> ExportCard:
    return ExportCard(
        id=export.pk, kind=Kind(export.kind), format=Format(export.format), first=export.first, last=export.last,
        state=State(export.state), rows=export.rows, share=export.share, size=export.size, error=kept(export.error),
        by=export.by, at=export.at, is_there=_is_there(export),
    )  # fmt: skip


def _is_there(export: Export) -> bool:
    return export.state == State.DONE and export.at >= django_time.now() - KEPT and _path(export).exists()


def _path(export: Export) -> Path:
    return environment.folder("EXPORTS", str(environment.data_folder() / "exports")) / f"{export.pk}.{export.format}"


# The worker


def _enqueue(export: int) -> None:
    global _worker
    with _starting:
        if export not in _known:
            _known.add(export)
            _queue.put(export)
        if _worker is None or not _worker.is_alive():
            _worker = threading.Thread(target=_work, name="exports", daemon=True)
            _worker.start()


def _work() -> None:
    for export in iter(_queue.get, None):
        _see_to(export)


def _see_to(export: int) -> None:
    """Make an export. Whatever happens, the next ones are made, and this one is made anew where it has no end."""
    try:
        close_old_connections()
        try:
            make(export)
        except Exception:
            log.exception("export %d failed", export)
            _fail(export, said("Something unexpected happened. The log of the server says what."))
    except Exception:
        log.exception("the failure of export %d could not be written down", export)
    finally:
        _known.discard(export)
        close_old_connections()
