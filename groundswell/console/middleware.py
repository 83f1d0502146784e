"""What every page of the console passes through."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from groundswell.kernel.errors import Refusal

Next = Callable[[HttpRequest], HttpResponse]

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
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        return refusal_page(request, exception)


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The page of a refusal; for a part of a page asked for by script only the note."""
    part = bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")
    template = "console/refusal_note.html" if part else "console/refusal.html"
    return render(request, template, {"refusal": refusal}, status=refusal.status)


def speak(get_response: Next) -> Next:
    """The language of whoever asks: their own choice, else the project's, else the browser's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = dict(settings.LANGUAGES)
        language = chosen if chosen in known else translation.get_language_from_request(request)
        with translation.override(language if language in known else "en"):
            response = get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response

    return middleware
