"""Building a segment: its sentences, each word changed in place, and how many that would be."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from groundswell.events.service import properties_of, property_slots, values_of
from groundswell.kernel.errors import Refusal, bad_request
from groundswell.kernel.words import said
from groundswell.people.service import account_cards, cards, company_address, person_address, trait_values
from groundswell.segments import service
from groundswell.segments.addresses import segment_address
from groundswell.segments.edits import changed
from groundswell.segments.pages.sentences import (
    Match,
    address,
    group_of,
    is_empty,
    json_of,
    line_of,
    surroundings,
)
from groundswell.segments.types import Of
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import May, ProjectCard

EMPTY = '{"all":[]}'


@require_GET
@project_page(may=May.EDIT)
def new(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """A segment that is not kept yet."""
    return _page(request, project, json_of(request.GET.get("m", EMPTY)))


@require_GET
@project_page(may=May.EDIT)
def change(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """On to the segment with one word changed; what cannot be understood is said beside the one before."""
    match, of, key = json_of(request.GET.get("m", EMPTY)), _of(request), request.GET.get("key", "")
    group_of(match, of, project)
    types = {card.name: frozenset(card.types) for card in properties_of(project.id)}
    what = request.GET.get("what", "")
    try:
        after = changed(match, what, request.GET, lambda name: types.get(name, frozenset()), lambda name: frozenset())
        if not is_empty(after):
            service.checked(project, key, name="?", of=of, match=after)
    except Refusal as refusal:
        return _page(request, project, match, refusal=refusal)
    return redirect(_address(project, of, key, after))


@require_GET
@project_page
def size(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """How many a match would come to: for a page that is open, or as one where there is no script."""
    match, of, is_part = json_of(request.GET.get("m", EMPTY)), _of(request), bool(request.headers.get("HX-Request"))
    if is_empty(match):
        return HttpResponse() if is_part else redirect("segments.new", project.id)
    found: dict[str, Any] = {"of": of}
    try:
        found["preview"] = preview = service.preview(project, of=of, match=match, key=request.GET.get("key", ""))
        found["examples"] = _examples(project, of, preview.examples)
    except Refusal as refusal:
        found["refusal"] = refusal
    return render(request, f"segments/{'size' if is_part else 'size_page'}.html", found)


@require_GET
@project_page
def values(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """What could stand behind a name in a condition: of an event's property, or of a trait; for a page that is open."""
    if not request.headers.get("HX-Request"):
        return redirect("segments.new", project.id)
    name = request.GET.get("name", "").strip()
    owner = request.GET.get("entity", "") if request.GET.get("among") == "traits" else ""
    for prefix in ("person", "account"):
        if not owner and name.startswith(f"{prefix}."):
            owner, name = prefix, name.removeprefix(f"{prefix}.")
    if owner in ("person", "account"):
        found = trait_values(project, owner, name)
    else:
        name = name.removeprefix("event.")
        slots = property_slots(project.id)
        shown = values_of(project, name, has_column=slots[name] is not None) if name in slots else []
        found = [each.name for each in shown if each.name]
    return render(request, "segments/values.html", {"values": found})


@require_POST
@project_page
def save(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Keep a segment under its name, or replace the one of that key; on to its page."""
    match, of, key = json_of(request.POST.get("m", EMPTY)), _of(request, request.POST), request.POST.get("key", "")
    if is_empty(match):
        raise bad_request(
            said("The segment does not say yet who is in."), hint=said("Add what they did, or what they are."),
            field="match",
        )  # fmt: skip
    given: dict[str, Any] = {
        "name": request.POST.get("name", ""), "of": of.value, "match": match,
        "description": request.POST.get("description", ""),
    }  # fmt: skip
    if key:
        kept = service.put_segment(caller_at(request), project, key, **given)
    else:
        kept = service.make_segment(caller_at(request), project, **given)
    messages.success(request, _("The segment is saved."))
    return redirect(segment_address(project.id, kept.key))


def _page(request: HttpRequest, project: ProjectCard, match: Match, *, refusal: Refusal | None = None) -> HttpResponse:
    of, key = _of(request), request.GET.get("key", "")
    if key and refusal is None:
        return redirect(_address(project, of, key, match))
    shown: dict[str, Any] = {"of": of, "m": match, "key": key, "refusal": refusal, "is_empty": is_empty(match)}
    shown["line"] = line_of(project, of, group_of(match, of, project), key=key)
    shown["size_address"] = size_address(project, of, key, match)
    shown |= surroundings(project, of, match, key)
    if key:
        shown["card"] = service.segment(project, key)
    return render(request, "segments/new.html", shown, status=refusal.status if refusal else 200)


def size_address(project: ProjectCard, of: Of, key: str, match: Match) -> str:
    """Where it is said how many a match would come to."""
    return address("segments.size", project.id, m=match, of=of.value, key=key or None)


def _address(project: ProjectCard, of: Of, key: str, match: Match) -> str:
    if key:
        return address("segments.one", project.id, key, m=match)
    return address("segments.new", project.id, of=of.value, m=match)


def _of(request: HttpRequest, given: Any = None) -> Of:
    named = (request.GET if given is None else given).get("of", "people")
    if named not in list(Of):
        raise bad_request(said("A segment is of people or of companies."), hint=said("Begin anew."), field="of")
    return Of(named)


def _examples(project: ProjectCard, of: Of, numbers: list[int]) -> list[tuple[str, str]]:
    """What some members are called, and where their profiles are."""
    if of is Of.ACCOUNTS:
        return [(each.name, company_address(project, each.id)) for each in account_cards(project, numbers)]
    return [(each.name, person_address(project, each.id)) for each in cards(project, numbers)]
