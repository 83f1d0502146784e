"""Profiles over HTTP."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Router

from groundswell.people.service import account_profile, profile
from groundswell.workspace.doors import asked_project

router = Router()


@router.get("/{project}/persons/{path:id}")
def read_person(request: HttpRequest, project: str, id: str) -> dict[str, Any]:
    """The person that any id ever sent leads to."""
    return asdict(profile(asked_project(request, project), id))


@router.get("/{project}/accounts/{path:id}")
def read_account(request: HttpRequest, project: str, id: str) -> dict[str, Any]:
    """The account of a group id, with its members."""
    return asdict(account_profile(asked_project(request, project), id))
