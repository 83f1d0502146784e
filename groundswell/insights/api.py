"""Questions over HTTP."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from groundswell.insights.charts import png
from groundswell.insights.service import as_csv, ask
from groundswell.kernel.errors import bad_request
from groundswell.workspace.doors import asked_project

router = Router()


@router.post("/{project}/ask")
def answer(request: HttpRequest, project: str, format: str = "json") -> HttpResponse:
    """A question → an answer; ``format`` json, csv or png (a chart)."""
    card = asked_project(request, project)
    found = ask(card, _question(request.body))
    match format:
        case "json":
            return JsonResponse(found.as_json())
        case "csv":
            return HttpResponse(as_csv(found), content_type="text/csv; charset=utf-8")
        case "png":
            return HttpResponse(png(found), content_type="image/png")
    raise bad_request(f"{format!r} is no format of an answer.", hint="Use json, csv or png.", field="format")


def _question(body: bytes) -> dict[str, Any]:
    try:
        question = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise bad_request("The body is not JSON.", hint="Send the question as a JSON object.") from None
    if not isinstance(question, dict):
        raise bad_request("A question is a JSON object.", hint='Begin with {"kind": "trend", …}.')
    return question
