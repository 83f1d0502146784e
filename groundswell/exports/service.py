"""The verbs of exports: begin, stop, list, take away."""

from datetime import date, timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone as django_time

from groundswell.exports.models import Export
from groundswell.exports.reading import shares
from groundswell.exports.types import MAKE, ExportCard, Format, Kind, State
from groundswell.exports.writing import written
from groundswell.jobs.service import Work, enqueue, run_of
from groundswell.jobs.service import stop as stop_run
from groundswell.jobs.types import NOTHING, RunOver
from groundswell.kernel import environment
from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.paging import Page
from groundswell.kernel.periods import EARLIEST, LATEST
from groundswell.kernel.reasons import kept, to_keep
from groundswell.kernel.words import said
from groundswell.workspace.service import note_change, project_card
from groundswell.workspace.types import Caller, ProjectCard

KEPT = timedelta(days=7)
MOST_WAITING = 20  # of a project
WHAT = {Kind.EVENTS: "Events", Kind.PEOPLE: "People", Kind.COMPANIES: "Companies"}


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
    made.run = enqueue(MAKE, project=project.id, by=by, about=said(WHAT[kind]), export=made.pk).id
    made.save(update_fields=["run"])
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
    if not State(found.state).is_over and not run_of(project.id, found.run).is_stopping:
        note_change(
            caller, project=project.id, verb="export.stopped", subject=found.kind, detail={"format": found.format}
        )
        stop_run(project.id, found.run, caller=None)
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


def tidy(work: Work) -> str:
    """Delete the files that were kept long enough."""
    for old in Export.objects.filter(state=State.DONE, at__lt=django_time.now() - KEPT):
        work.check()
        _path(old).unlink(missing_ok=True)
    return NOTHING


def make(work: Work, *, export: int) -> None:
    """Make an export, until it is told to stop. One whose process died is made anew."""
    found = Export.objects.get(pk=export)
    project = project_card(found.project_id)
    Export.objects.filter(pk=export).update(state=State.RUNNING, rows=0, share=0.0)
    rows = 0
    try:
        with written(_path(found), Format(found.format)) as file:
            for share in shares(project, Kind(found.kind), found.first, found.last):
                work.check()
                file.add(share.rows)
                rows += share.rows.num_rows
                Export.objects.filter(pk=export).update(rows=rows, share=share.done)
                work.progress(share.done)
    except OSError as error:
        reason = said("The file could not be written: %(error)s", error=error.strerror or str(error))
        raise Refusal(507, "not_written", reason) from error
    Export.objects.filter(pk=export).update(state=State.DONE, size=_path(found).stat().st_size)


def run_is_over(happening: RunOver) -> None:
    """What did not come to its end says why."""
    if happening.job == MAKE:
        unfinished = Export.objects.filter(pk=happening.arguments["export"], state__in=[State.WAITING, State.RUNNING])
        unfinished.update(state=happening.state.value, error=to_keep(happening.error))


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
