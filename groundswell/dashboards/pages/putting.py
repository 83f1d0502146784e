"""From the page of a question onto a dashboard."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from groundswell.dashboards import service
from groundswell.dashboards.addresses import number_in, question_in
from groundswell.dashboards.pages.cards import DISPLAYS
from groundswell.insights.addresses import ask_address
from groundswell.kernel.paging import number_of
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard

FEW = 8  # in the sheet on the page of a question


@project_page
def put(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Choose a dashboard for a question, which may be a saved one; sent to, it is put there, or on one that is made."""
    given = request.POST if request.method == "POST" else request.GET
    asked, saved = question_in(given.get("q", "")), number_in(given.get("saved", ""))
    if request.method == "POST":
        caller, chosen = caller_at(request), number_in(given.get("dashboard", ""))
        card: dict[str, Any] = {"saved": saved} if saved is not None else {"question": asked}
        card |= {"display": given["display"]} if given.get("display") else {}
        if chosen is None:
            by = request.user.get_username()
            board = service.make(caller, project, name=given.get("name", ""), by=by, cards=[card])
            chosen, made = board.id, board.cards[0]
        else:
            made = service.add_card(caller, project, chosen, card)
        messages.success(request, _("The question is on the dashboard."))
        return redirect(f"{reverse('dashboards.board', args=[project.id, chosen])}#card-{made.id}")
    is_part, text = bool(request.headers.get("HX-Request")), given.get("text", "").strip()
    page = service.dashboards_page(
        project, text=text, number=number_of(given.get("page")), **({"size": FEW} if is_part else {})
    )
    found = {
        "page": page, "text": text, "q": given.get("q", ""), "saved_id": saved, "displays": DISPLAYS,
        "back": ask_address(project.id, asked, saved=saved),
    }  # fmt: skip
    return render(request, "dashboards/parts/put.html" if is_part else "dashboards/put.html", found)
