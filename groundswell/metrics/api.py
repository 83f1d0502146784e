"""Metrics over HTTP."""

from typing import Any

from django.http import HttpRequest
from django.utils import translation
from ninja import Query, Router, Schema
from pydantic import Field

from groundswell.kernel import clock
from groundswell.kernel.periods import zone
from groundswell.metrics import service
from groundswell.metrics.dates import days_of
from groundswell.metrics.types import Asked
from groundswell.workspace.doors import asked_project

router = Router()


class Given(Schema):
    """The days (both ends included), a trait to tell people apart by, and what single metrics take."""

    first: str = Field("", alias="from")
    last: str = Field("", alias="to")
    by: str = ""
    feature: str = ""
    of: str = ""


@router.get("/{project}/metrics")
def list_metrics(request: HttpRequest, project: str, given: Query[Given]) -> dict[str, Any]:
    """All metrics of the catalogue; those that take an option only where it is given."""
    return {"metrics": _measured(request, project, given, None)}


@router.get("/{project}/metrics/{key}")
def one_metric(request: HttpRequest, project: str, key: str, given: Query[Given]) -> dict[str, Any]:
    """One metric: its value, or null with a reason, and its definition."""
    (found,) = _measured(request, project, given, key)
    return found


def _measured(request: HttpRequest, project: str, given: Given, key: str | None) -> list[dict[str, Any]]:
    card = asked_project(request, project)
    asked = Asked(feature=given.feature, of=given.of)
    first, last = days_of(given.first, given.last, today=clock.now().astimezone(zone(card.timezone)).date())
    with translation.override(card.language):
        keys = service.all_keys(asked) if key is None else [key]
        values = service.measure(card, keys, first=first, last=last, by=given.by, asked=asked)
        return [each.as_json() for each in values]
