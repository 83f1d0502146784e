"""What doors share: who knocks, and the project they knock for."""

from asyncio import to_thread
from collections.abc import AsyncIterator, Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, BinaryIO, cast, overload
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.core.handlers.asgi import ASGIRequest
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache

from groundswell.kernel.errors import Refusal
from groundswell.workspace.service import project_for, role_of
from groundswell.workspace.spoken import speaking_of
from groundswell.workspace.types import Caller, May, ProjectCard

View = Callable[..., HttpResponseBase]
PIECE = 256 * 1024  # bytes


# Programs


def caller_of(request: HttpRequest) -> Caller:
    """Who was let in by the API's authentication."""
    return cast("Caller", request.auth)  # type: ignore[attr-defined]  # django-ninja puts it there


def asked_project(request: HttpRequest, project: str, *, may: May = May.VIEW) -> ProjectCard:
    """The project that a request names, if its caller may do this with it. Raises Refusal 404 or 403."""
    return project_for(caller_of(request), project, may=may)


def file_answer(request: HttpRequest, path: Path, name: str) -> FileResponse:
    """A file to keep under that name, piece by piece: of what a server that is asynchronous cannot wait for piece by
    piece, Django takes all into memory first."""
    file = path.open("rb")
    answer = FileResponse(file, as_attachment=True, filename=name)
    if isinstance(request, ASGIRequest):
        answer.streaming_content = _pieces(file)
    return answer


def stream_answer(request: HttpRequest, pieces: Iterator[str], name: str, content_type: str) -> StreamingHttpResponse:
    """A file to keep under that name whose text is made piece by piece; no piece may ask the database."""
    whole = _texts(pieces) if isinstance(request, ASGIRequest) else pieces
    answer = StreamingHttpResponse(whole, content_type=content_type)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


async def _texts(pieces: Iterator[str]) -> AsyncIterator[str]:
    while (piece := await to_thread(next, pieces, None)) is not None:
        yield piece


async def _pieces(file: BinaryIO) -> AsyncIterator[bytes]:
    while piece := await to_thread(file.read, PIECE):
        yield piece


# People


def signed_in(view: View) -> View:
    """A page for everybody who has signed in; others are asked to."""

    @wraps(view)
    @never_cache
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, *args, **kwargs) if request.user.is_authenticated else _to_sign_in(request)

    return page


@overload
def project_page(view: View) -> View: ...


@overload
def project_page(*, may: May = May.VIEW, to_change: May = May.EDIT) -> Callable[[View], View]: ...


def project_page(view: View | None = None, *, may: May = May.VIEW, to_change: May = May.EDIT) -> Any:
    """A page of a project: ``view(request, project, …)`` for who may see it, and for ``to_change`` to send it anything.

    Raises Refusal 404 for a project that the caller may not see, 403 where their role does not allow it.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: HttpRequest, project: int, **kwargs: Any) -> HttpResponseBase:
            caller = caller_at(request)
            card = project_for(caller, project, may=may if request.method in ("GET", "HEAD") else to_change)
            request.project = card  # type: ignore[attr-defined]  # the shell around the page shows it
            request.role = role_of(caller, card)  # type: ignore[attr-defined]
            with speaking_of(card.id):
                return view(request, card, **kwargs)

        return signed_in(page)

    return decorate(view) if view else decorate


def keep_project(request: HttpRequest, named: str = "") -> None:
    """On a page of no project: show the shell of the one that was open last, or of the one that is named, if the
    person may see it."""
    try:
        card = project_for(caller_at(request), named or request.COOKIES.get("project", ""))
    except Refusal:
        return
    request.project = card  # type: ignore[attr-defined]
    request.role = role_of(caller_at(request), card)  # type: ignore[attr-defined]


def caller_at(request: HttpRequest) -> Caller:
    """The person who is signed in."""
    return Caller(user=request.user.pk)


def person_at(request: HttpRequest) -> User:
    """The person whom ``signed_in`` let through."""
    return cast("User", request.user)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Back to here afterwards; a part of a page that is asked for by script makes the whole page go there."""
    address = request.get_full_path() if request.method == "GET" else "/"
    target = f"{reverse('sign_in')}?{urlencode({'next': address})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
