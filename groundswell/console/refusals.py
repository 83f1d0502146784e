"""What is said where there is no page: to people as a page, to programs as JSON."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from groundswell.console.middleware import API, refusal_page
from groundswell.kernel.errors import Refusal

log = logging.getLogger(__name__)


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Of paths that lead nowhere."""
    hint = _("See /api/v1/openapi.json for what there is.") if _is_program(request) else _("Look at the address again.")
    return _said(request, Refusal(404, "not_found", _("There is nothing here."), hint=hint))


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Of requests that Django itself does not take."""
    return _said(request, Refusal(400, "bad_request", _("The request cannot be understood.")))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Of what Django itself forbids."""
    return _said(request, Refusal(403, "forbidden", _("This is not allowed.")))


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Of forms that were not sent from our own page, or from one that is too old."""
    message = _("This form was not sent from a page of ours, or the page had been open for too long.")
    return _said(request, Refusal(403, "csrf", message, hint=_("Go back, load the page again, and repeat it.")))


def failed(request: HttpRequest, *_exception: Any) -> HttpResponse:
    """Of our own mistakes."""
    refusal = Refusal(500, "internal", _("This should not have happened; it was written down."))
    try:
        return _said(request, refusal)
    except Exception:  # what failed may be what every page is made with
        log.exception("the page that says so failed as well")
        return HttpResponse(refusal.message, status=refusal.status, content_type="text/plain; charset=utf-8")


def _said(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if _is_program(request):
        return JsonResponse(refusal.as_json(), status=refusal.status)
    return refusal_page(request, refusal)


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith(API)
