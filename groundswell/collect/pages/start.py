"""The first run: three ways to send a first event, while the page listens for it."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from groundswell.collect import snippets
from groundswell.collect.beginning import Listening, listen, sending_keys
from groundswell.workspace import keys, shell
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import KeyKind, May, ProjectCard

WAYS = ("browser", "server", "file")
KIND_OF = {"browser": KeyKind.BROWSER, "server": KeyKind.WRITE}
NOTHING_NEW = 204


@project_page
def start(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """How to send a first event. The part that listens asks for itself, and is told nothing where nothing is new."""
    heard = listen(project)
    if request.headers.get("HX-Request"):
        if request.GET.get("known") == heard.mark:
            return HttpResponse(status=NOTHING_NEW)
        is_first = heard.has_begun and request.GET.get("known", "").startswith("0")
        return render(request, "collect/listening.html", _heard(project, heard, is_first=is_first))
    way = request.GET.get("way", "")
    found = _way(request, project, way if way in WAYS else WAYS[0])
    return render(request, "collect/start.html", {**found, **_heard(project, heard, is_first=False)})


@project_page(to_change=May.OWN)
@require_POST
def make_key(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """A key for a project that has none of the kind any more."""
    way = request.POST.get("way", "")
    keys.issue(caller_at(request), project, kind=KIND_OF.get(way, KeyKind.BROWSER))
    messages.success(request, _("The key is made. It is in the code below."))
    return redirect(f"{request.path.removesuffix('/key')}?way={way if way in WAYS else WAYS[0]}")


def address_of(request: HttpRequest) -> str:
    """Where clients are to send: ``GROUNDSWELL_URL``, else how this page was reached."""
    if settings.URL:
        return str(settings.URL)
    proxied = request.headers.get("X-Forwarded-Proto", "").partition(",")[0].strip().lower()
    scheme = proxied if proxied in ("http", "https") else request.scheme
    return f"{scheme}://{request.get_host()}"


def _way(request: HttpRequest, project: ProjectCard, way: str) -> dict[str, Any]:
    host = address_of(request)
    may_send = request.role != "viewer"  # type: ignore[attr-defined]  # a viewer is not shown keys
    key = sending_keys(project).get(KIND_OF.get(way, KeyKind.WRITE), "") if may_send else ""
    found: list[snippets.Snippet] = []
    if way != "file":
        make = snippets.in_browsers if way == "browser" else snippets.on_servers
        found = make(key or snippets.NO_KEY, host)
    client = request.GET.get("with", "")
    chosen = next((each for each in found if each.slug == client), found[0] if found else None)
    return {
        "way": way, "snippets": found, "snippet": chosen, "has_key": bool(key), "may_send": may_send,
        "line": snippets.out_of_files(project.id), "host": host, "is_local": _is_local(host),
    }  # fmt: skip


def _heard(project: ProjectCard, heard: Listening, *, is_first: bool) -> dict[str, Any]:
    steps = [(step, done) for step, done in shell.steps(project) if step.view != "start"] if heard.has_begun else []
    return {"heard": heard, "is_first": is_first, "steps": steps}


def _is_local(host: str) -> bool:
    """Whether only this machine finds that address."""
    name = urlsplit(host).hostname or ""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
