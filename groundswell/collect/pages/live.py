"""Live events: the latest messages as they come, taken or refused, and why."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from groundswell.collect import watching
from groundswell.collect.recent import KEPT_OF_EACH
from groundswell.collect.service import collector
from groundswell.collect.trying import NAME, VISITOR, send_test_event
from groundswell.collect.watching import OUTCOMES, Message, Wanted, watch
from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal
from groundswell.kernel.paging import number_of, page_of
from groundswell.kernel.periods import zone
from groundswell.kernel.words import in_other_words
from groundswell.people.service import person_address
from groundswell.workspace import keys
from groundswell.workspace.doors import project_page
from groundswell.workspace.service import beginning
from groundswell.workspace.types import KeyKind, ProjectCard

NOTHING_NEW = 204
MOST = 100  # messages that are brought at once
_LONGEST = 400  # characters of a filter
IMPORTS = 0  # the key of what was imported


@require_GET
@project_page
def live(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """The latest messages. The part that asks for later ones is told nothing where nothing is new."""
    wanted, waiting = _wanted(request), collector().ledger.of(project.id)[2]
    if request.headers.get("HX-Request"):
        return _later(request, project, wanted, waiting)
    page = page_of(watch(project, wanted), number_of(request.GET.get("page")))
    key_names = _key_names(project)
    return render(
        request,
        "collect/live.html",
        {
            "wanted": wanted, "page": page, "rows": [_row(project, each, key_names) for each in page.items],
            "keys": list(key_names.items()), "outcomes": _outcomes(), "kept": KEPT_OF_EACH,
            "test_name": NAME, "test_visitor": VISITOR,
            **_listening(project, wanted, waiting, latest=collector().recent.latest(project.id)),
        },
    )  # fmt: skip


@require_GET
@project_page
def message_page(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """One message with all that it said."""
    row = _row(project, watching.message(project, number), _key_names(project))
    return render(request, "collect/live_message.html", {"row": row, "each": row["each"]})


@project_page
@require_POST
def send_test(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Send an event to try with."""
    try:
        send_test_event(project)
    except Refusal as refusal:
        messages.error(request, f"{in_other_words(refusal.message, _)} {in_other_words(refusal.hint, _)}")
    else:
        messages.success(request, _("The test event was sent. It appears below in a moment."))
    return redirect("live", project.id)


def _later(request: HttpRequest, project: ProjectCard, wanted: Wanted, waiting: int) -> HttpResponse:
    after, latest = _number(request.GET.get("after", "")) or 0, collector().recent.latest(project.id)
    if latest < after:  # the server was started again, and counts from one
        return HttpResponse(status=NOTHING_NEW, headers={"HX-Refresh": "true"})
    if latest == after and request.GET.get("waiting") == str(int(waiting > 0)):
        return HttpResponse(status=NOTHING_NEW)
    found = watch(project, wanted, after=after)
    key_names = _key_names(project)
    return render(
        request,
        "collect/live_rows.html",
        {
            "rows": [_row(project, each, key_names) for each in found[:MOST]], "is_later": True,
            **_listening(project, wanted, waiting, latest=latest),
        },
    )  # fmt: skip


def _listening(project: ProjectCard, wanted: Wanted, waiting: int, *, latest: int) -> dict[str, Any]:
    """What the page says of now, and where it asks next."""
    asked = {"name": wanted.name, "who": wanted.who, "outcome": wanted.outcome}
    asked["key"] = "" if wanted.key is None else str(wanted.key)
    given = {name: value for name, value in asked.items() if value}
    loaded, dropped, _waiting = collector().ledger.of(project.id)
    query = urlencode({**given, "after": latest, "waiting": int(waiting > 0)})
    today = clock.now().astimezone(zone(project.timezone)).date()
    return {"query": query, "waiting": waiting, "loaded": loaded, "dropped": sum(dropped.values()), "today": today}


def _wanted(request: HttpRequest) -> Wanted:
    name, who = (request.GET.get(field, "").strip()[:_LONGEST] for field in ("name", "who"))
    outcome = request.GET.get("outcome", "")
    return Wanted(name, who, _number(request.GET.get("key", "")), outcome if outcome in OUTCOMES else "")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _row(project: ProjectCard, each: Message, key_names: dict[int, str]) -> dict[str, Any]:
    return {
        "each": each,
        "key": key_names.get(each.key) or _("a key that was revoked"),
        "person": person_address(project, each.who) if each.who and each.is_accepted else "",
    }


def _key_names(project: ProjectCard) -> dict[int, str]:
    """What the keys of a project are called, by number."""
    kinds = {KeyKind.BROWSER: _("Browser key"), KeyKind.WRITE: _("Write key"), KeyKind.SECRET: _("Secret key")}
    found = {key.id: f"{kinds[key.kind]} {beginning(key.shown)}" for key in keys.keys_of(project)}
    return {**found, IMPORTS: _("Imported")}


def _outcomes() -> list[tuple[str, str]]:
    return [("accepted", _("Accepted")), ("refused", _("Refused"))]
