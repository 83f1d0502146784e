"""What every page of the console passes through."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.utils import translation

from groundswell.console.surroundings import address_above, address_to_show
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.workspace.doors import caller_at, keep_project
from groundswell.workspace.persons import language_of
from groundswell.workspace.service import project_for

Next = Callable[[HttpRequest], HttpResponse]

API = "/api/"
OF_PROJECT = re.compile(r"/p/(\d+)(?:/|$)")
SAFE = ("GET", "HEAD")

# Nothing is loaded from elsewhere and nothing inside a page is run, so that what a client sent can do no harm there.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


def secure(get_response: Next) -> Next:
    """Headers that keep others out of our pages."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response

    return middleware


class Refusals:
    """A refusal becomes a page that says what happened and what to do."""

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if not isinstance(response, HttpResponseNotAllowed):
            return response
        methods = response.headers["Allow"]
        if request.path.startswith(API):
            refusal = Refusal(405, "method_not_allowed", f"Send this as {methods}.")
            told: HttpResponse = JsonResponse(refusal.as_json(), status=refusal.status)
        else:
            told = refusal_page(request, _not_this_way(request))
        told.headers["Allow"] = methods
        return told

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        return refusal_page(request, exception)


def _not_this_way(request: HttpRequest) -> Refusal:
    hint = said("Go back to the page with the form, and send it from there.")
    return Refusal(405, "not_this_way", said("At this address there is no page; it only takes a form."), hint=hint)


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal; for a part of a page asked for by script only the note.

    Around it stays the project of the address, where the person may see that one.
    """
    part = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
    if part:
        return render(request, "console/refusal_note.html", {"refusal": refusal}, status=refusal.status)
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and not hasattr(request, "project"):
        named = OF_PROJECT.match(request.path)
        keep_project(request, named[1] if named else "")
    if request.method in SAFE:
        back = address_above(request) if refusal.status == 405 else ""
    else:
        back = address_to_show(request)
    return render(request, "console/refusal.html", {"refusal": refusal, "back": back}, status=refusal.status)


class Speak:
    """The language of whoever asks: their own choice, else the project's on its pages, else the browser's.

    A project in English leaves it to the browser: nobody may have chosen that.
    """

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = _chosen(request) or translation.get_language_from_request(request)
        with translation.override(language if language in dict(settings.LANGUAGES) else "en"):
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Only by now it is known who asks."""
        if _chosen(request) or request.path.startswith(API) or not request.user.is_authenticated:
            return
        language = language_of(request.user.pk) or _language_of_project(request)
        if language in dict(settings.LANGUAGES):
            translation.activate(language)


def _chosen(request: HttpRequest) -> str:
    """The language that was chosen in this browser; empty where none was."""
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return kept if kept in dict(settings.LANGUAGES) else ""


def _language_of_project(request: HttpRequest) -> str:
    """Empty on the pages of no project, of one in English, or of none that the person may see."""
    named = OF_PROJECT.match(request.path)
    try:
        language = project_for(caller_at(request), named[1]).language if named else ""
    except Refusal:
        return ""
    return language if language != settings.LANGUAGE_CODE else ""
