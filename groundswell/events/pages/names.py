"""Pages of the catalogue: what names there are, and what each of them means."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from groundswell.events.catalogue import LONGEST
from groundswell.events.chart import HEIGHT, WIDTH, bars
from groundswell.events.linking import live_address, question_address, who_address
from groundswell.events.service import (
    describe_event,
    describe_property,
    event_card,
    events_page,
    owners,
    properties_page,
    property_card,
    vocabulary,
    where_used,
)
from groundswell.events.sightings import LOOKED_AT, LOOKED_INTO, events_with, properties_in, values_of
from groundswell.events.types import About
from groundswell.events.volumes import RECENT, people_lately, recent_days
from groundswell.events.words import role_names, type_names
from groundswell.kernel.errors import Refusal
from groundswell.kernel.paging import number_of
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard


class AboutForm(forms.Form):
    """What people say of a name."""

    description = forms.CharField(
        label=_("What it means"), required=False, max_length=LONGEST, widget=forms.Textarea({"rows": 3})
    )
    owner = forms.TypedChoiceField(label=_("Who knows"), required=False, coerce=int, empty_value=None)
    is_hidden = forms.BooleanField(
        label=_("Hide it"), required=False, help_text=_("Left out of suggestions. It is collected all the same.")
    )

    def __init__(self, data: Any, about: About, people: dict[int, str]) -> None:
        first = {"description": about.description, "owner": about.owner, "is_hidden": about.is_hidden}
        super().__init__(data, initial=first)
        owner = self.fields["owner"]
        assert isinstance(owner, forms.TypedChoiceField)
        owner.choices = [("", _("Nobody yet")), *people.items()]


@project_page
def events(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """All events, the most frequent first."""
    text, is_hidden = _asked(request)
    found: dict[str, Any] = {"text": text, "is_hidden": is_hidden, "recent_days": RECENT}
    try:
        found["page"] = events_page(project, text=text, is_hidden=is_hidden, number=number_of(request.GET.get("page")))
    except Refusal as refusal:
        return render(request, "events/events.html", {**found, "refusal": refusal}, status=refusal.status)
    return render(request, "events/events.html", found)


@project_page
def properties(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """All properties, by name."""
    text, is_hidden = _asked(request)
    page = properties_page(project, text=text, is_hidden=is_hidden, number=number_of(request.GET.get("page")))
    rows = [(card, type_names(card.types)) for card in page.items]
    return render(request, "events/properties.html", {"page": page, "rows": rows, "text": text, "is_hidden": is_hidden})


@project_page
def event(request: HttpRequest, project: ProjectCard, name: str) -> HttpResponse:
    """One event: what it means, how often it happens, what comes with it, what depends on it."""
    card, people = event_card(project, name), owners(project)
    form = AboutForm(request.POST if request.method == "POST" else None, card.about, people)
    if request.method == "POST" and form.is_valid():
        describe_event(caller_at(request), project, name, form.cleaned_data)
        messages.success(request, gettext("Written down."))
        return redirect("events.event", project.id, name)
    roles = [role_names()[role] for role, named in vocabulary(project.id).items() if named == name]
    return render(
        request,
        "events/event.html",
        {
            "card": card, "form": form, "roles": roles, "recent_days": RECENT, "looked_into": LOOKED_INTO,
            "chart": bars(recent_days(project), card.days), "width": WIDTH, "height": HEIGHT,
            "people": people_lately(project, name) if card.recent else 0,
            "properties": properties_in(project, name) if card.recent else [],
            "who": who_address(project, name), "live": live_address(project, name),
            "question": question_address(project, name), **_said(project, name, card.about, people),
        },
    )  # fmt: skip


@project_page
def property_page(request: HttpRequest, project: ProjectCard, name: str) -> HttpResponse:
    """One property: what it means, what it looks like, which events it comes with."""
    card, people = property_card(project, name), owners(project)
    form = AboutForm(request.POST if request.method == "POST" else None, card.about, people)
    if request.method == "POST" and form.is_valid():
        describe_property(caller_at(request), project, name, form.cleaned_data)
        messages.success(request, gettext("Written down."))
        return redirect("events.property", project.id, name)
    found: dict[str, Any] = {"card": card, "form": form, "types": type_names(card.types), "recent_days": RECENT}
    try:
        sightings = events_with(project, name, has_column=card.slot is not None)
        found["values"] = values_of(project, name, has_column=card.slot is not None)
        found["rows"] = [(each, question_address(project, each.name, breakdown=name)) for each in sightings]
    except Refusal as refusal:
        found["refusal"] = refusal
    found |= {"looked_at": None if card.slot else LOOKED_AT, "values_in": LOOKED_AT}
    found |= _said(project, name, card.about, people)
    return render(request, "events/property.html", found)


def _asked(request: HttpRequest) -> tuple[str, bool]:
    return request.GET.get("q", "").strip(), request.GET.get("show") == "hidden"


def _said(project: ProjectCard, name: str, about: About, people: dict[int, str]) -> dict[str, Any]:
    """Who knows, and what depends on it."""
    return {"owner": people.get(about.owner or 0, ""), "uses": where_used(project, name)}
