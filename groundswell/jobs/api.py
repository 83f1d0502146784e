"""Background work over HTTP."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Router

from groundswell.jobs.service import run_again, run_of, runs, stop
from groundswell.jobs.types import RunCard, State
from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.types import May

router = Router()


@router.get("/{project}/jobs")
def list_jobs(
    request: HttpRequest, project: str, page: int = 1, state: State | None = None, job: str = ""
) -> dict[str, Any]:
    """Background work of a project, the latest first, 50 a page; in one state or of one kind if asked."""
    found = runs(asked_project(request, project).id, number=max(1, min(page, 1_000_000)), state=state, job=job)
    return {"jobs": [_json(run) for run in found.items], "total": found.total}


@router.get("/{project}/jobs/{number}")
def read_job(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """How far it is, or how it went."""
    return _json(run_of(asked_project(request, project).id, number))


@router.delete("/{project}/jobs/{number}")
def stop_job(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """Stop what is not over."""
    card = asked_project(request, project, may=May.EDIT)
    return _json(stop(card.id, number, caller=caller_of(request)))


@router.post("/{project}/jobs/{number}/again")
def do_again(request: HttpRequest, project: str, number: int) -> dict[str, Any]:
    """Have what is over done once more."""
    card = asked_project(request, project, may=May.EDIT)
    return _json(run_again(card.id, number, caller=caller_of(request)))


def _json(run: RunCard) -> dict[str, Any]:
    told = asdict(run)
    del told["arguments"]  # a street's own, and no promise
    return told | {"seconds": run.seconds}
