"""Files that were uploaded to be imported: taken, looked at, discarded, and deleted when nobody wants them any more."""

import csv
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
from django.db import transaction
from django.db.models import Q
from django.utils import timezone as django_time

from groundswell.collect.importing import ImportCard, beginning, card_of, found_import, gone, is_running
from groundswell.collect.imports.encodings import make_readable
from groundswell.collect.imports.files import UNKNOWN, check_file, guess_format, why
from groundswell.collect.imports.guessing import guess
from groundswell.collect.imports.heads import write_head
from groundswell.collect.imports.kept import of_upload
from groundswell.collect.imports.mapping import all_named, check_chosen
from groundswell.collect.imports.previews import Preview, columns_in, first_rows, preview
from groundswell.collect.imports.reading import plan_import
from groundswell.collect.imports.types import Format, State
from groundswell.collect.models import Import
from groundswell.collect.uploads import Received, uploads_folder
from groundswell.kernel.errors import Refusal, bad_request
from groundswell.kernel.words import said
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller, ProjectCard

KEPT = timedelta(days=7)  # that a file waits to be loaded
LEFT_OVER = timedelta(days=1)  # that what belongs to no import is kept, for it may be arriving still
MOST_WAITING = 20  # files of a project


@dataclass(frozen=True)
class Looked:
    """A file before it is imported: its columns and first rows, which column would be which field, and what would
    become of these rows, or why nothing would."""

    format: Format
    columns: list[str]
    rows: list[list[str]]
    mapping: dict[str, str]
    preview: Preview | None
    refusal: Refusal | None
    is_whole: bool


def take(project: ProjectCard, file: Received, *, caller: Caller, by: str) -> tuple[ImportCard, str]:
    """Keep an uploaded file until somebody says how it is to be read. Returns it, and how its text was written if that
    was not UTF-8. Raises Refusal, and keeps nothing, where it cannot be imported."""
    tidy()
    try:
        written, format, columns = _checked(project, file.path)
    except Refusal as refusal:
        file.path.unlink(missing_ok=True)
        raise of_upload(refusal, file.path, file.name or "") from None
    except Exception:
        file.path.unlink(missing_ok=True)
        raise
    with transaction.atomic():
        made = Import.objects.create(
            project_id=project.id, name=file.name or "", path=str(file.path), is_ours=True, size=file.size or 0,
            format=format, columns=columns, by=by,
        )  # fmt: skip
        note_change(caller, project=project.id, verb="import.uploaded", subject=made.name)
    file.is_kept = True
    return card_of(made), written


def _checked(project: ProjectCard, path: Path) -> tuple[str, Format, dict[str, str]]:
    """How the text was written, what the file holds, and which columns we would take for which field."""
    waiting = Import.objects.filter(project_id=project.id, is_ours=True).exclude(state=State.DONE.value)
    here = [str(path) for path in uploads_folder().iterdir()]
    if waiting.filter(path__in=here).count() >= MOST_WAITING:
        raise Refusal(
            409, "too_many_files", said("%(most)s files wait to be imported.", most=MOST_WAITING),
            hint=said("Import some, or discard them."),
        )  # fmt: skip
    check_file(path)
    with _readable(path):
        written = make_readable(path)
        format = _guess(path)
        with _head_of(path, format) as (head, _is_whole):
            return written, format, guess(columns_in(head, format))


def _guess(path: Path) -> Format:
    """What a file holds; a table, where that cannot be seen, for people can still say otherwise."""
    try:
        return guess_format(path)
    except Refusal as refusal:
        if refusal.code != UNKNOWN:
            raise
        return Format.CSV


def look(project: ProjectCard, number: int, *, format: str, columns: Mapping[str, str] | None) -> Looked:
    """What would become of a file if it were read in this way. ``columns`` None stands for what we would guess."""
    found = found_import(project, number)
    path = Path(found.path)
    if not path.exists() or not found.is_ours:
        raise gone()
    chosen = Format(format) if format in list(Format) else Format(found.format)
    try:
        _check_kind(path, chosen)
        with _readable(path), _head_of(path, chosen) as (head, is_whole):
            names = columns_in(head, chosen)
            mapping = {} if not chosen.has_columns else guess(names) if columns is None else dict(columns)
            return _looked(project, head, chosen, names, mapping, name=found.name, is_whole=is_whole)
    except Refusal as refusal:
        return Looked(chosen, [], [], {}, None, of_upload(refusal, path, found.name), is_whole=False)


def _looked(
    project: ProjectCard,
    head: Path,
    format: Format,
    names: list[str],
    mapping: dict[str, str],
    *,
    name: str,
    is_whole: bool,
) -> Looked:
    rows = first_rows(head, format, names) if format.has_columns else []
    try:
        if format.has_columns:
            check_chosen(mapping)
        plan = plan_import(project=project, path=head, format=format, columns=all_named(mapping) if mapping else {})
        return Looked(format, names, rows, mapping, preview(plan), None, is_whole)
    except Refusal as refusal:
        return Looked(format, names, rows, mapping, None, of_upload(refusal, head, name), is_whole)


@contextmanager
def _head_of(path: Path, format: Format) -> Iterator[tuple[Path, bool]]:
    """The first rows of a file, as a file, and whether they are all."""
    head = path.with_name(f"{secrets.token_hex(16)}.head")
    try:
        yield head, write_head(path, format, to=head)
    except Refusal as refusal:
        raise of_upload(refusal, head, str(path)) from None
    finally:
        head.unlink(missing_ok=True)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, csv.Error, pa.ArrowException) as error:
        raise bad_request(said("%(path)s cannot be read on: %(error)s", path=path, error=why(error, path))) from None


def _check_kind(path: Path, format: Format) -> None:
    """Raises Refusal where a file is read as Parquet that is none, or the other way round."""
    with path.open("rb") as file:
        is_parquet = file.read(4) == b"PAR1"
    if is_parquet != (format is Format.PARQUET):
        raise bad_request(said("This is a Parquet file.") if is_parquet else said("This is not a Parquet file."))


def discard(project: ProjectCard, number: int, *, caller: Caller) -> None:
    """Delete the uploaded file of an import that does not run. What was loaded of it stays."""
    found = found_import(project, number)
    if is_running(found):
        raise Refusal(409, "under_way", said("The import is under way."), hint=said("Stop it first."))
    if not found.is_ours:
        raise Refusal(
            409, "not_uploaded", said("The file was not uploaded: it lies on the server."),
            hint=said("Whoever put it there may delete it there."),
        )  # fmt: skip
    with transaction.atomic():
        note_change(caller, project=project.id, verb="import.discarded", subject=found.name)
        transaction.on_commit(lambda: Path(found.path).unlink(missing_ok=True))
        if found.state == State.READY:
            found.delete()


def tidy() -> None:
    """Delete files that nobody loaded, and what broken uploads left; not what is being loaded, however old it is."""
    until = django_time.now() - KEPT
    waiting = Import.objects.filter(is_ours=True).exclude(state=State.DONE.value)
    with beginning():
        old = waiting.filter(Q(over__lt=until) | Q(over=None, at__lt=until)).only("path", "state")
        for each in old:
            if not is_running(each):
                Path(each.path).unlink(missing_ok=True)
        Import.objects.filter(pk__in=[each.pk for each in old if each.state == State.READY]).delete()
    kept = {Path(path).name for path in Import.objects.filter(is_ours=True).values_list("path", flat=True)}
    for path in uploads_folder().iterdir():
        if path.name not in kept and _age(path) > LEFT_OVER.total_seconds():
            path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    """Seconds since a file was written; 0 if it has just gone."""
    try:
        return django_time.now().timestamp() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
