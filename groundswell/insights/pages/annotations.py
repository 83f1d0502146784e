"""The pages of annotations: all of them, and one to change."""

from datetime import date, time
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from groundswell.insights import annotations as kept
from groundswell.insights.marks import said, sorts
from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal
from groundswell.kernel.paging import Page, number_of
from groundswell.kernel.periods import zone
from groundswell.kernel.words import in_other_words
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard


class AnnotationForm(forms.Form):
    """When it happened, what it is about, and what it was."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput({"type": "date"}))
    time = forms.TimeField(
        label=_("Time, if it was an instant"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    kind = forms.ChoiceField(label=_("Kind"))
    text = forms.CharField(label=_("What happened"), max_length=kept.LONGEST_TEXT)
    link = forms.CharField(
        label=_("Link, if there is one"), required=False, max_length=kept.LONGEST_LINK,
        widget=forms.URLInput({"placeholder": "https://"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, auto_id="annotation_%s")
        kinds = self.fields["kind"]
        assert isinstance(kinds, forms.ChoiceField)
        kinds.choices = [(str(sort), text) for sort, text in sorts().items()]

    @property
    def given(self) -> dict[str, str]:
        """What the service is told."""
        chosen = self.cleaned_data
        at: time | None = chosen["time"]
        on = f"{chosen['day'].isoformat()}T{at:%H:%M}" if at else chosen["day"].isoformat()
        return {"on": on, "kind": chosen["kind"], "text": chosen["text"], "link": chosen["link"]}


def form_of(project: ProjectCard, *, day: date | None = None) -> AnnotationForm:
    """A form for the next annotation, of today if no day is named."""
    today = clock.now().astimezone(zone(project.timezone)).date()
    return AnnotationForm(initial={"day": day or today, "kind": kept.Sort.RELEASE})


@project_page
def annotations(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Everything that was written down, the latest first, and a form for what comes next."""
    form = AnnotationForm(request.POST) if request.method == "POST" else form_of(project)
    if request.method == "POST" and form.is_valid():
        try:
            kept.annotate(caller_at(request), project, **form.given, by=request.user.get_username())
            messages.success(request, gettext("Written down."))
            return redirect(_next(request, project))
        except Refusal as refusal:
            form.add_error(None, _in_words(refusal))
    page = kept.annotations(project, number=number_of(request.GET.get("page")))
    rows = Page([(each, said(each, project.timezone)) for each in page.items], page.number, page.total, page.size)
    shown = {"form": form, "page": rows, "next": _asked_next(request)}
    return render(request, "insights/annotations.html", shown, status=400 if form.errors else 200)


@project_page
def annotation(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """One annotation, to be changed."""
    found = kept.annotation(project, number)
    local = found.local(project.timezone)
    first = {"day": found.day_in(project.timezone), "time": local and local.time(), "kind": found.sort,
             "text": found.text, "link": found.link}  # fmt: skip
    form = AnnotationForm(request.POST) if request.method == "POST" else AnnotationForm(initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            kept.change(caller_at(request), project, number, **form.given)
            messages.success(request, gettext("Written down."))
            return redirect(_next(request, project))
        except Refusal as refusal:
            form.add_error(None, _in_words(refusal))
    shown = {"form": form, "annotation": found, "next": _asked_next(request)}
    return render(request, "insights/annotation.html", shown, status=400 if form.errors else 200)


@require_POST
@project_page
def remove(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """Take an annotation away."""
    kept.remove(caller_at(request), project, number)
    messages.success(request, gettext("The annotation is gone."))
    return redirect(_next(request, project))


def _asked_next(request: HttpRequest) -> str:
    """The page that somebody came from, such as a question's; "" where it is none of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else ""


def _next(request: HttpRequest, project: ProjectCard) -> Any:
    wanted = _asked_next(request)
    return wanted if wanted else redirect("annotations", project.id).url


def _in_words(refusal: Refusal) -> str:
    return " ".join(filter(None, (in_other_words(each, gettext) for each in (refusal.message, refusal.hint))))
