"""Exports over HTTP."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Router, Schema

from groundswell.exports.service import begin, export_of, exports_of, file_of, stop
from groundswell.exports.types import ExportCard, Format, Kind
from groundswell.workspace.doors import asked_project, caller_of, file_answer
from groundswell.workspace.types import May

router = Router()


class Wanted(Schema):
    """What to export; ``first`` and ``last`` are days of the project, for events alone."""

    kind: Kind
    format: Format = Format.CSV
    first: date | None = None
    last: date | None = None


@router.get("/{project}/exports")
def list_exports(request: HttpRequest, project: str, page: int = 1) -> dict[str, Any]:
    """Exports, newest first, 50 a page."""
    found = exports_of(asked_project(request, project), max(1, min(page, 1_000_000)))
    return {"exports": [_json(export) for export in found.items], "total": found.total}


@router.post("/{project}/exports")
def begin_export(request: HttpRequest, project: str, wanted: Wanted) -> dict[str, Any]:
    """Have an export made; ask for it by its id until its state is ``done``."""
    card = asked_project(request, project, may=May.EDIT)
    made = begin(
        card, caller=caller_of(request), kind=wanted.kind, format=wanted.format, first=wanted.first, last=wanted.last,
        by="API",
    )  # fmt: skip
    return _json(made)


@router.get("/{project}/exports/{number}")
def read_export(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """How far an export is."""
    return _json(export_of(asked_project(request, project), number))


@router.delete("/{project}/exports/{number}")
def stop_export(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """Stop an export."""
    return _json(stop(asked_project(request, project, may=May.EDIT), number, caller=caller_of(request)))


@router.get("/{project}/exports/{number}/file")
def download(request: HttpRequest, project: str, number: int) -> HttpResponseBase:
    """The file of an export that is done."""
    path, name = file_of(asked_project(request, project), number)
    return file_answer(request, path, name)


def _json(export: ExportCard) -> dict[str, Any]:
    return asdict(export)
