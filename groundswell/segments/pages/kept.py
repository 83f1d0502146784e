"""The pages of the segments that there are: all of them, and each with its members, its history and its list."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from groundswell.kernel import clock
from groundswell.kernel.errors import bad_request
from groundswell.kernel.paging import SIZE, Page, number_of
from groundswell.kernel.periods import zone
from groundswell.kernel.words import said
from groundswell.people.service import account_cards, cards, company_address, person_address
from groundswell.segments import lists, membership, service
from groundswell.segments.addresses import segment_address
from groundswell.segments.definitions import Known
from groundswell.segments.drawing import bars
from groundswell.segments.files import CSV, csv_pieces
from groundswell.segments.matches import match_of, statements
from groundswell.segments.pages.building import size_address
from groundswell.segments.pages.sentences import group_of, is_empty, json_of, line_of, surroundings, text_of
from groundswell.segments.types import Card, Listed, Of
from groundswell.workspace.doors import caller_at, project_page, stream_answer
from groundswell.workspace.types import ProjectCard

WEEKS = 6  # of who came and left


@require_GET
@project_page
def segments(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """All segments, by name."""
    text = request.GET.get("text", "").strip()
    page = service.segments(project, text=text, number=number_of(request.GET.get("page")))
    known = Known(project.id)
    rows = [
        {
            "card": each, "address": segment_address(project.id, each.key),
            "said": text_of(project, each.of, each.definition.match, known),
            "uses": len(service.used_by(project, each.key)),
        }
        for each in page.items
    ]  # fmt: skip
    return render(request, "segments/segments.html", {"page": page, "rows": rows, "text": text})


@require_GET
@project_page
def segment(request: HttpRequest, project: ProjectCard, key: str) -> HttpResponse:
    """A segment: its sentences, who is in, who came and left. With a match in the address it is about to be changed."""
    card = service.segment(project, key)
    kept = card.definition.match.as_json()
    match = json_of(request.GET["m"]) if "m" in request.GET else kept
    group = group_of(match, card.of, project)
    shown: dict[str, Any] = {
        "card": card, "of": card.of, "key": key, "m": match, "is_empty": is_empty(match),
        "is_changed": not is_empty(match) and group.as_json() != kept,
        "line": line_of(project, card.of, group, key=key),
        "size_address": size_address(project, card.of, key, match),
        **surroundings(project, card.of, match, key),
    }  # fmt: skip
    if not shown["is_changed"] and not shown["is_empty"]:
        shown |= _members(request, project, card) | _around(project, card)
    return render(request, "segments/segment.html", shown)


@require_GET
@project_page
def history(request: HttpRequest, project: ProjectCard, key: str) -> HttpResponse:
    """How a segment was left by whom."""
    card, known = service.segment(project, key), Known(project.id)
    page = service.history(project, key, number=number_of(request.GET.get("page")))
    rows = [(each, text_of(project, card.of, match_of(each.match, card.of, None), known)) for each in page.items]
    return render(request, "segments/history.html", {"card": card, "page": page, "rows": rows})


@require_GET
@project_page
def file(request: HttpRequest, project: ProjectCard, key: str) -> HttpResponseBase:
    """Everybody in a segment as CSV."""
    card = service.segment(project, key)
    return stream_answer(
        request, csv_pieces(project, card.of, service.members(project, key)), f"{key}.csv", CSV
    )  # fmt: skip


@require_POST
@project_page
def remove(request: HttpRequest, project: ProjectCard, key: str) -> HttpResponse:
    """Delete a segment that nothing depends on."""
    service.remove_segment(caller_at(request), project, key)
    messages.success(request, _("The segment is deleted."))
    return redirect("segments", project.id)


@require_POST
@project_page
def change_list(request: HttpRequest, project: ProjectCard, key: str) -> HttpResponse:
    """Put somebody on the list of a segment, take somebody off it, or bring a file of all that are to be on it."""
    caller, id = caller_at(request), request.POST.get("id", "").strip()
    given = request.FILES.get("file")
    if given is not None:
        found = service.replace_list(caller, project, key, lists.ids_in(_text(given.read())))
    elif not id:
        raise bad_request(said("Whom?"), hint=said("Write an id, or choose a file."), field="id")
    elif request.POST.get("do") == "remove":
        found = service.change_list(caller, project, key, remove=[id])
    else:
        found = service.change_list(caller, project, key, add=[id])
    messages.success(request, _("The list has %(total)s ids now.") % {"total": found.total})
    return redirect(segment_address(project.id, key))


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise bad_request(
            said("The file is not text in UTF-8."), hint=said("Save it as CSV in UTF-8."), field="file"
        ) from None


def _members(request: HttpRequest, project: ProjectCard, card: Card) -> dict[str, Any]:
    """A page of who is in, who came last first."""
    number = number_of(request.GET.get("page"))
    found = membership.latest(card.definition, size=SIZE, before=(number - 1) * SIZE)
    numbers = list(found)
    rows: list[Any]
    if card.of is Of.ACCOUNTS:
        rows = [
            (each, company_address(project, each.id), found[each.number]) for each in account_cards(project, numbers)
        ]
    else:
        rows = [(each, person_address(project, each.id), found[each.number]) for each in cards(project, numbers)]
    total = membership.count(card.definition)
    return {"page": Page(rows, number, total), "everybody": service.everybody(project, card.of)}


def _around(project: ProjectCard, card: Card) -> dict[str, Any]:
    """Who came and left, where it is used, and what is on its list."""
    today = clock.now().astimezone(zone(project.timezone)).date()
    since = today - timedelta(weeks=WEEKS) + timedelta(days=1)
    moves = membership.moves_by_day(card.definition, since=since, timezone=project.timezone)
    shown: dict[str, Any] = {
        "bars": bars(moves, first=since, last=today), "used": service.used_by(project, card.key),
        "moves": moves, "entered": sum(came for _day, came, _left in moves), "left": sum(left for *_, left in moves),
    }  # fmt: skip
    if any(isinstance(one, Listed) for one in statements(card.definition.match)):
        shown["listing"] = service.listing(project, card.key)
    return shown
