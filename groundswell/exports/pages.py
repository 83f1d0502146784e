"""Pages of exports."""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from groundswell.exports.service import begin, exports_of, file_of, stop
from groundswell.exports.types import Format, Kind
from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal
from groundswell.kernel.paging import number_of
from groundswell.kernel.periods import zone
from groundswell.kernel.reasons import reason_of
from groundswell.kernel.words import in_other_words
from groundswell.workspace.doors import caller_at, file_answer, project_page
from groundswell.workspace.types import ProjectCard

KINDS = [(Kind.EVENTS, _("Events")), (Kind.PEOPLE, _("People")), (Kind.COMPANIES, _("Companies"))]
FORMATS = [(Format.CSV, _("CSV, for spreadsheets")), (Format.PARQUET, _("Parquet, for notebooks"))]
DAYS = timedelta(days=29)


class ExportForm(forms.Form):
    kind = forms.ChoiceField(label=_("What"), choices=KINDS)
    format = forms.ChoiceField(label=_("As"), choices=FORMATS)
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput({"type": "date"}))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({"type": "date"}))


@project_page
def exports(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """All exports, and a form for the next one."""
    today = clock.now().astimezone(zone(project.timezone)).date()
    form = ExportForm(request.POST or None, initial={"first": today - DAYS, "last": today})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            begin(
                project, caller=caller_at(request), kind=Kind(chosen["kind"]), format=Format(chosen["format"]),
                first=chosen["first"], last=chosen["last"], by=request.user.get_username(),
            )  # fmt: skip
            return redirect("exports", project.id)
        except Refusal as refusal:
            form.add_error(None, in_other_words(reason_of(refusal), gettext))
    page = exports_of(project, number_of(request.GET.get("page")))
    is_busy = any(not export.state.is_over for export in page.items)
    part = "exports/list.html" if request.headers.get("HX-Request") else "exports/exports.html"
    return render(request, part, {"form": form, "page": page, "is_busy": is_busy})


@require_POST
@project_page
def stop_export(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    stop(project, number, caller=caller_at(request))
    return redirect("exports", project.id)


@project_page
def download(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponseBase:
    """The file of an export."""
    path, name = file_of(project, number)
    return file_answer(request, path, name)
