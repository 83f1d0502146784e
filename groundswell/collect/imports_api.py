"""Imports over HTTP. Programs bring files; only the command line on this machine may name one that lies there."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from django.http import HttpRequest
from ninja import Router, Schema

from groundswell.collect import importing
from groundswell.collect.chosen_files import discard, look, take
from groundswell.collect.imports.kept import plain
from groundswell.collect.uploads import FIELD, Received, uploading
from groundswell.kernel.errors import Refusal, bad_request
from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.types import May, ProjectCard

router = Router()


class Asked(Schema):
    """A file on the server's disk; ``map`` says which column is which field."""

    path: str
    format: str = ""
    map: dict[str, str] = {}


class Chosen(Schema):
    """How a file that was brought is to be read: as it was guessed, where nothing is said."""

    format: str = ""
    map: dict[str, str] | None = None


@router.post("/{project}/imports")
def begin_import(request: HttpRequest, project: str, asked: Asked) -> dict[str, Any]:
    """Begin to import a file, or go on where it was stopped. Asked for again while it runs: the same import."""
    card = asked_project(request, project, may=May.EDIT)
    if not caller_of(request).is_operator:
        raise Refusal(
            403, "forbidden", "Only the command line on the server's own machine may name a file there.",
            hint="Run `groundswell import` there, bring the file to …/imports/files, or send messages to /v1/batch.",
        )  # fmt: skip
    begun = importing.begin_at(
        card, Path(asked.path).absolute(), caller=caller_of(request), format=asked.format, columns=asked.map,
        by="groundswell import",
    )  # fmt: skip
    return _shown(request, card, begun.id)


@router.post("/{project}/imports/files")
def bring_file(request: HttpRequest, project: str) -> dict[str, Any]:
    """Bring a file, as the field ``file`` of a form. Nothing is loaded until it is begun.

    Text that was not UTF-8 is made so: ``was_written_in`` says what it was taken for, or nothing.
    """
    card = asked_project(request, project, may=May.EDIT)
    with uploading(request):
        file = request.FILES.get(FIELD)
        if file is None:
            raise bad_request("No file came.", hint=f"Send it as the field {FIELD!r} of a form.", field=FIELD)
        made, written = take(card, cast("Received", file), caller=caller_of(request), by="API")
    return {**_shown(request, card, made.id), "was_written_in": written}


@router.get("/{project}/imports")
def list_imports(request: HttpRequest, project: str, page: int = 1) -> dict[str, Any]:
    """Imports, newest first, 50 a page."""
    card = asked_project(request, project, may=May.EDIT)
    found = importing.listed_for_api(card, max(1, min(page, 1_000_000)))
    return {"imports": [_without_place(request, each) for each in found.items], "total": found.total}


@router.get("/{project}/imports/{int:number}")
def read_import(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """How far an import is, and what became of its rows."""
    return _shown(request, asked_project(request, project, may=May.EDIT), number)


@router.post("/{project}/imports/{int:number}/preview")
def preview_import(request: HttpRequest, project: str, number: int, chosen: Chosen) -> dict[str, Any]:
    """What will become of the first rows of a file that was brought, if it is read in this way."""
    card = asked_project(request, project, may=May.EDIT)
    found = look(card, number, format=chosen.format, columns=chosen.map)
    return {
        "format": found.format, "columns": found.columns, "map": found.mapping, "is_whole": found.is_whole,
        "preview": plain(asdict(found.preview)) if found.preview else None,
        "refusal": found.refusal.as_json()["error"] if found.refusal else None,
    }  # fmt: skip


@router.post("/{project}/imports/{int:number}/begin")
def begin_file(request: HttpRequest, project: str, number: int, chosen: Chosen) -> dict[str, Any]:
    """Load a file that was brought, or go on where that was stopped."""
    card = asked_project(request, project, may=May.EDIT)
    columns = look(card, number, format=chosen.format, columns=None).mapping if chosen.map is None else chosen.map
    importing.begin(card, number, caller=caller_of(request), format=chosen.format, columns=columns)
    return _shown(request, card, number)


@router.post("/{project}/imports/{int:number}/stop")
def stop_import(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """Stop an import behind the block that is being loaded; asked for again it goes on from there."""
    card = asked_project(request, project, may=May.EDIT)
    importing.stop(card, number, caller=caller_of(request))
    return _shown(request, card, number)


@router.delete("/{project}/imports/{int:number}")
def discard_file(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """Delete a file that was brought. What was loaded of it stays."""
    discard(asked_project(request, project, may=May.EDIT), number, caller=caller_of(request))
    return {"discarded": number}


def _shown(request: HttpRequest, project: ProjectCard, number: int) -> dict[str, Any]:
    return _without_place(request, importing.as_api(project, number))


def _without_place(request: HttpRequest, found: dict[str, Any]) -> dict[str, Any]:
    """An import. Where its file lies concerns the machine's own command line alone."""
    return found if caller_of(request).is_operator else {**found, "path": ""}
