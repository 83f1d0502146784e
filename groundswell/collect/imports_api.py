"""Imports over HTTP, for the command line on this machine: it names files, so nobody else may."""

from pathlib import Path
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from groundswell.collect import importing
from groundswell.kernel.errors import Refusal
from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.types import May, ProjectCard

router = Router()


class Asked(Schema):
    """A file on the server's disk; ``map`` says which column is which field."""

    path: str
    format: str = ""
    map: dict[str, str] = {}


@router.post("/{project}/imports")
def begin_import(request: HttpRequest, project: str, asked: Asked) -> dict[str, Any]:
    """Begin to import a file, or go on where it was stopped. Asked for again while it runs: the same import."""
    card = _project(request, project)
    begun = importing.begin_at(
        card, Path(asked.path).absolute(), format=asked.format, columns=asked.map, by="groundswell import"
    )
    return importing.as_api(card, begun.id)


@router.get("/{project}/imports")
def list_imports(request: HttpRequest, project: str, page: int = 1) -> dict[str, Any]:
    """Imports, newest first, 50 a page."""
    card = _project(request, project)
    found = importing.imports_of(card, max(1, min(page, 1_000_000)))
    return {"imports": [importing.as_api(card, each.id) for each in found.items], "total": found.total}


@router.get("/{project}/imports/{int:number}")
def read_import(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """How far an import is, and what became of its rows."""
    return importing.as_api(_project(request, project), number)


@router.post("/{project}/imports/{int:number}/stop")
def stop_import(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """Stop an import behind the block that is being loaded; asked for again it goes on from there."""
    card = _project(request, project)
    importing.stop(card, number, caller=caller_of(request))
    return importing.as_api(card, number)


def _project(request: HttpRequest, project: str) -> ProjectCard:
    card = asked_project(request, project, may=May.EDIT)
    if not caller_of(request).is_operator:
        raise Refusal(
            403, "forbidden", "Only the command line on the server's own machine may import files.",
            hint="Run `groundswell import` there, or send the messages to /v1/batch.",
        )  # fmt: skip
    return card
