"""Single cards: what they say, and what changes them."""

import math
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from groundswell.dashboards import service
from groundswell.dashboards.addresses import board_address, card_address, filters_before, filters_in, number_in
from groundswell.dashboards.cards import USUAL_WIDTH
from groundswell.dashboards.tiles import Tile, tile
from groundswell.dashboards.types import Card, Dashboard, Display, Filters
from groundswell.insights.desk import PATIENCE
from groundswell.insights.saved import saved_questions
from groundswell.kernel.errors import Refusal
from groundswell.kernel.paging import number_of
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard

LOOKED_AFTER = 5.0  # seconds that a card which is being worked on is waited for, before it says how long by now
LONGEST = 3600  # seconds that it says
DISPLAYS = (
    (Display.CHART, gettext_lazy("Chart")),
    (Display.NUMBER, gettext_lazy("Number, beside the days before")),
    (Display.TABLE, gettext_lazy("Table")),
)
WIDTHS = (
    (3, pgettext_lazy("width", "A quarter")),
    (4, pgettext_lazy("width", "A third")),
    (6, pgettext_lazy("width", "Half")),
    (8, pgettext_lazy("width", "Two thirds")),
    (9, pgettext_lazy("width", "Three quarters")),
    (12, pgettext_lazy("width", "The whole width")),
)


@require_GET
@project_page
def card(request: HttpRequest, project: ProjectCard, number: int, card: int) -> HttpResponse:
    """What a card says, for its dashboard: after a moment, or that it is being worked on, and for how long."""
    shown = service.dashboard(project, number)
    found = service.card(project, number, card)
    filters = filters_in(request.GET, shown.filters, project.timezone)
    if not request.headers.get("HX-Request"):
        return redirect("dashboards.board", project.id, number)
    address = card_address(project.id, number, card, filters, shown.filters)
    said = looked_at(request, project, found, filters, address)
    return render(request, "dashboards/parts/body.html", {"tile": said})


def looked_at(
    request: HttpRequest, project: ProjectCard, card: Card, filters: Filters, address: str, *, opens: bool = True
) -> Tile:
    """A card after a moment. While it is worked on its page asks again, and says for how long it has ``waited``
    (seconds)."""
    waited = min(number_of(request.GET["waited"]), LONGEST) if "waited" in request.GET else 0
    patience = LOOKED_AFTER if waited else PATIENCE
    return tile(
        project, card, filters, address, patience=patience, waited=waited + math.ceil(patience), is_first=not waited,
        opens=opens,
    )  # fmt: skip


@project_page
def add(request: HttpRequest, project: ProjectCard, number: int) -> HttpResponse:
    """A card more: a saved question, chosen from all, or a text."""
    shown = service.dashboard(project, number)
    if request.method == "POST":
        made = service.add_card(caller_at(request), project, number, _given(request))
        return _back(request, project, shown, made.id)
    text = request.GET.get("text", "").strip()
    page = saved_questions(project, text=text, number=number_of(request.GET.get("page")))
    found = {
        "dashboard": shown,
        "page": page,
        "text": text,
        "displays": DISPLAYS,
        "widths": WIDTHS,
        "usual": USUAL_WIDTH,
    }
    return render(request, "dashboards/add.html", found)


@project_page
def edit(request: HttpRequest, project: ProjectCard, number: int, card: int) -> HttpResponse:
    """What a card is called and how it shows what it holds."""
    shown, found = service.dashboard(project, number), service.card(project, number, card)
    refusal = None
    if request.method == "POST":
        try:
            service.change_card(caller_at(request), project, number, card, _given(request))
            return _back(request, project, shown, card)
        except Refusal as failed:
            refusal = failed
    context = {"dashboard": shown, "card": found, "displays": DISPLAYS, "widths": WIDTHS, "refusal": refusal}
    return render(request, "dashboards/edit.html", context, status=refusal.status if refusal else 200)


@require_POST
@project_page
def move(request: HttpRequest, project: ProjectCard, number: int, card: int) -> HttpResponse:
    """One place earlier or later."""
    places = -1 if request.POST.get("places") == "-1" else 1
    service.move_card(caller_at(request), project, number, card, places=places)
    return _back(request, project, service.dashboard(project, number), card)


@require_POST
@project_page
def remove(request: HttpRequest, project: ProjectCard, number: int, card: int) -> HttpResponse:
    """Off the dashboard."""
    service.remove_card(caller_at(request), project, number, card)
    messages.success(request, _("The card is off the dashboard."))
    return _back(request, project, service.dashboard(project, number))


def _back(request: HttpRequest, project: ProjectCard, shown: Dashboard, card: int | None = None) -> HttpResponse:
    """The dashboard, at that card, narrowed as it was."""
    filters = filters_before(request.POST, shown.filters, project.timezone)
    return redirect(board_address(project.id, shown.id, filters, shown.filters, card=card))


def _given(request: HttpRequest) -> dict[str, Any]:
    """A card as the form says it."""
    given: dict[str, Any] = {
        name: request.POST[name] for name in ("title", "text", "display") if request.POST.get(name) is not None
    }
    numbers = {name: number_in(request.POST.get(name, "")) for name in ("width", "saved")}
    given |= {name: number for name, number in numbers.items() if number is not None}
    if "shape" in request.POST:  # of a form with a box for it: a box that is empty sends nothing
        given["keeps_days"] = "keeps_days" in request.POST
    return given
