"""Pages of imports: choose a file, look at what will become of it, load it, see what became of it."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from groundswell.collect import importing
from groundswell.collect.chosen_files import Looked, discard, look, take
from groundswell.collect.importing import ImportCard
from groundswell.collect.imports.types import Format, State
from groundswell.collect.types import ADVICE, SENTENCES, Reason
from groundswell.collect.uploads import FIELD, Received, most_megabytes, uploading
from groundswell.kernel.errors import Refusal, bad_request
from groundswell.kernel.paging import number_of
from groundswell.kernel.words import in_other_words, said
from groundswell.workspace.doors import caller_at, person_at, project_page
from groundswell.workspace.types import May, ProjectCard

FIELDS = {
    "event": (gettext_lazy("What happened"), gettext_lazy("The name of the event, such as Signed Up.")),
    "userId": (gettext_lazy("Who did it"), gettext_lazy("The id that your product knows them by.")),
    "anonymousId": (gettext_lazy("Visitor"), gettext_lazy("The id of a device or browser, before they sign in.")),
    "groupId": (gettext_lazy("Company"), gettext_lazy("The account that they did it for.")),
    "timestamp": (gettext_lazy("When"), gettext_lazy("Times without a zone are in the project's.")),
    "messageId": (gettext_lazy("Message id"), gettext_lazy("A row with an id that was loaded before is left out.")),
    "type": (gettext_lazy("Kind of message"), gettext_lazy("If rows are also identify, group, page, screen or alias.")),
}
FORMATS = [
    (Format.CSV, "CSV"),
    (Format.PARQUET, "Parquet"),
    (Format.JSONL, gettext_lazy("JSON lines")),
    (Format.SEGMENT, "Segment"),
    (Format.POSTHOG, "PostHog"),
    (Format.MIXPANEL, "Mixpanel"),
    (Format.AMPLITUDE, "Amplitude"),
]

# What is said of rows; of messages that a program sends it is said in the words of their fields.
OF_ROWS = {
    Reason.UNREADABLE: (
        gettext_lazy("The row has more or fewer fields than the first line, or is no JSON object."),
        gettext_lazy("Look at this row in the file."),
    ),
    Reason.MISSING_ID: (
        gettext_lazy("The row does not say who did it."),
        gettext_lazy("Fill the column in, or choose another that says who."),
    ),
    Reason.MISSING_NAME: (
        gettext_lazy("The row does not say what happened."),
        gettext_lazy("Fill the column in, or choose another that says what."),
    ),
    Reason.INVALID_TIMESTAMP: (
        gettext_lazy("What stands for When is no time between 2000 and now."),
        gettext_lazy("Write times such as 2026-01-31 09:30, or 2026-01-31T09:30:00Z."),
    ),
    Reason.DUPLICATE: (
        gettext_lazy("The row, or a message with its id, was loaded before."),
        gettext_lazy("Nothing is to be done: it is there once."),
    ),
}


@csrf_exempt  # the form's own function is protected: who sends it is to be known before its file is read
@project_page(may=May.EDIT)
def imports(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """All imports, and a form that takes the next file."""
    if request.method == "POST":
        with uploading(request):
            return _take(request, project)
    page = importing.imports_of(project, number_of(request.GET.get("page")))
    is_busy = any(each.state in (State.READING, State.LOADING) for each in page.items)
    found = {"page": page, "most": most_megabytes(), "is_busy": is_busy}
    part = "collect/imports_list.html" if request.headers.get("HX-Request") else "collect/imports.html"
    return render(request, part, found)


@csrf_protect
def _take(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    file = request.FILES.get(FIELD)
    try:
        if file is None:
            raise bad_request(said("Choose a file first."))
        by = person_at(request).get_username()
        made, written = take(project, cast("Received", file), caller=caller_at(request), by=by)
    except Refusal as refusal:
        messages.error(request, _in_words(refusal))
        return redirect("imports", project.id)
    if written:
        messages.success(
            request, _("The file was written in %(encoding)s and was made UTF-8.") % {"encoding": written.upper()}
        )
    return redirect("imports.import", project.id, made.id)


@project_page(may=May.EDIT)
def import_page(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """One import: how it will be read, how far it is, or what became of it."""
    card = importing.import_of(project, number)
    is_part = bool(request.headers.get("HX-Request"))
    if card.state is State.READY:
        found = {"it": card, **_looked(request, project, card)}
        return render(request, "collect/import_look.html" if is_part else "collect/import.html", found)
    found = {"it": card, "dropped": _dropped(card)}
    return render(request, "collect/import_run.html" if is_part else "collect/import.html", found)


@project_page
@require_POST
def begin(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """Load a file as it was looked at; or go on with it."""
    try:
        importing.begin(
            project, number, caller=caller_at(request), format=request.POST.get("format", ""), columns=_chosen(request)
        )
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, _in_words(refusal))
    return redirect("imports.import", project.id, number)


@project_page
@require_POST
def stop(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    importing.stop(project, number, caller=caller_at(request))
    return redirect("imports.import", project.id, number)


@project_page
@require_POST
def discard_file(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """Delete an uploaded file. What was loaded of it stays."""
    try:
        discard(project, number, caller=caller_at(request))
        messages.success(request, _("The file is deleted."))
    except Refusal as refusal:
        if refusal.status in (403, 404):
            raise
        messages.error(request, _in_words(refusal))
    return redirect("imports", project.id)


def _looked(request: HttpRequest, project: ProjectCard, card: ImportCard) -> dict[str, Any]:
    """How the file would be read: as the address says, else as we guess."""
    format = request.GET.get("format", "")
    is_chosen = bool(format) and request.GET.get("of") == format
    found = look(project, card.id, format=format, columns=_chosen(request) if is_chosen else None)
    names = {column: FIELDS[name][0] for name, column in found.mapping.items() if column and name in FIELDS}
    return {
        "looked": found, "formats": FORMATS, "fields": _fields(found),
        "columns": [(column, names.get(column, "")) for column in found.columns],
        "drops": [
            {"count": each.count, "row": each.row, "payload": each.payload, **_why(each.reason)}
            for each in (found.preview.dropped.values() if found.preview else ())
        ],
    }  # fmt: skip


def _fields(found: Looked) -> list[dict[str, Any]]:
    return [
        {"name": name, "label": label, "help": about, "column": found.mapping.get(name, "")}
        for name, (label, about) in FIELDS.items()
    ] if found.format.has_columns else []  # fmt: skip


def _chosen(request: HttpRequest) -> dict[str, str]:
    """Which column is which field, by a form."""
    given = request.POST if request.method == "POST" else request.GET
    return {name: given[name] for name in FIELDS if given.get(name)}


def _dropped(card: ImportCard) -> list[dict[str, Any]]:
    return [{"count": count, **_why(reason), **card.examples.get(reason, {})} for reason, count in card.dropped.items()]


def _why(reason: str) -> dict[str, Any]:
    name = Reason(reason)
    sentence, advice = OF_ROWS.get(name, (SENTENCES[name], ADVICE[name]))
    return {"reason": reason, "sentence": sentence, "advice": advice}


def _in_words(refusal: Refusal) -> str:
    return " ".join(in_other_words(text, _) for text in (refusal.message, refusal.hint) if text)
