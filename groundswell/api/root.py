"""The REST API: who asks, one shape of refusal, and the routers of every capability."""

import logging
from collections.abc import Iterable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from groundswell.api.callers import authenticate
from groundswell.kernel.errors import Refusal

log = logging.getLogger(__name__)

FAILED = Refusal(500, "internal", "This should not have happened; it was written down.")


class Strictly(Parser):
    """Reads bodies as JSON says it is: no NaN, and no half of a character, which no database takes for text."""

    def parse_body(self, request: HttpRequest) -> Any:
        return msgspec.json.decode(request.body)


def make_api(routers: Iterable[tuple[str, Router]]) -> NinjaAPI:
    """The API with these routers under their prefixes."""
    api = NinjaAPI(
        title="Groundswell", version="1", auth=authenticate, openapi_url="/openapi.json", docs_url=None,
        urls_namespace="api", parser=Strictly(),
    )  # fmt: skip

    @api.exception_handler(Refusal)
    def refuse(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        return api.create_response(request, refusal.as_json(), status=refusal.status)

    @api.exception_handler(AuthenticationError)
    def refuse_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        hint = "Send a secret key as `Authorization: Bearer gss_…`."
        return refuse(request, Refusal(401, "unauthorized", "This key opens nothing.", hint=hint))

    @api.exception_handler(ValidationError)
    def refuse_input(request: HttpRequest, error: ValidationError) -> HttpResponse:
        fields = {".".join(str(part) for part in each["loc"][1:]): str(each["msg"]) for each in error.errors}
        return refuse(request, Refusal(400, "bad_request", "Some fields of the request do not fit.", fields=fields))

    @api.exception_handler(HttpError)
    def refuse_http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return refuse(request, Refusal(error.status_code, "bad_request", str(error)))

    @api.exception_handler(Exception)
    def fail(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("a request to %s failed", request.path, exc_info=error)
        return refuse(request, FAILED)

    for prefix, router in routers:
        api.add_router(prefix, router)
    return api
