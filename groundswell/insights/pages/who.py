"""The page of who is behind a number."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from groundswell.conditions.wording import plain
from groundswell.insights.actors import FunnelCell
from groundswell.insights.addresses import ask_address, who_address
from groundswell.insights.audiences import segment_of
from groundswell.insights.behind import MOST_IN_FILE, csv_of, latest_first, title
from groundswell.insights.cuts import still_open
from groundswell.insights.desk import LIMIT, PATIENCE, desk
from groundswell.insights.kind import Actors
from groundswell.insights.kinds import check, check_cell, counts_accounts, sentence
from groundswell.insights.over_time.cell import OverTimeCell
from groundswell.insights.pages.reading import json_of
from groundswell.insights.times.cell import TimesCell
from groundswell.insights.types import Cell, Funnel
from groundswell.kernel.paging import SIZE, Page, number_of
from groundswell.people.service import account_cards, cards, company_address, person_address
from groundswell.segments.service import segment_address
from groundswell.workspace.doors import caller_at, project_page
from groundswell.workspace.types import ProjectCard

FEW = 6  # beside a funnel


@require_GET
@project_page
def who(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Everybody behind a number, who was seen last at their head: a page at a time, the first few for a part of a page,
    or all of them as CSV."""
    asked, named = json_of(request.GET.get("q", "")), json_of(request.GET.get("cell", "{}"))
    rolling = json_of(request.GET.get("rolling", "{}"))
    question = check(asked, project.timezone)
    cell = check_cell(question, named)
    by_account = counts_accounts(question, cell)
    is_file, is_part = request.GET.get("format") == "csv", bool(request.headers.get("HX-Request"))
    found = desk.who(project, question, cell, patience=LIMIT if is_file or is_part else PATIENCE)
    if found is not None:
        found = latest_first(project.id, found, by_account=by_account)
    if is_file and found is not None:
        return _csv(project, found, by_account)
    address = who_address(project.id, asked, named, rolling=rolling or None)
    shown: dict[str, Any] = {
        "question": plain(sentence(question, asked)),
        "back": ask_address(project.id, asked),
        "address": address,
        "csv": f"{address}&format=csv",
        "most": MOST_IN_FILE,
        "is_part": is_part,
        "segment": {"q": json.dumps({**asked, **_days(rolling)}), "cell": json.dumps(cell.as_json())},
    }
    if isinstance(question, Funnel) and _have_stopped(cell):
        shown["open"] = still_open(question)
    if found is not None:
        is_few = is_part and "few" in request.GET
        place = number_of(request.GET.get("page"))
        shown["page"] = _page(project, found, by_account, place, size=FEW if is_few else SIZE)
        shown |= {"title": title(question, cell, len(found), by_account=by_account), "by_account": by_account}
    template = "who.html" if not is_part else "who_few.html" if "few" in request.GET else "who_list.html"
    return render(request, f"insights/{template}", shown)


def _have_stopped(cell: Cell) -> bool:
    """Whether behind a funnel's cell are those who came no further."""
    if isinstance(cell, FunnelCell):
        return cell.has_dropped
    return isinstance(cell, TimesCell | OverTimeCell) and cell.is_finished is False


@require_POST
@project_page
def make_segment(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Those behind a number as a segment, which follows them from then on; on to its page."""
    asked, named = json_of(request.POST.get("q", "")), json_of(request.POST.get("cell", "{}"))
    made = segment_of(caller_at(request), project, asked, named)
    messages.success(request, _("The segment is made. It follows who is in from now on."))
    return redirect(segment_address(project.id, made.key))


def _days(rolling: dict[str, Any]) -> dict[str, Any]:
    return {name: rolling[name] for name in ("date_from", "date_to") if name in rolling}


def _page(project: ProjectCard, found: Actors, by_account: bool, place: int, *, size: int) -> Page[Any]:
    numbers = found[(place - 1) * size : place * size].tolist()
    if by_account:
        rows = [(card, company_address(project, card.id)) for card in account_cards(project, numbers)]
        return Page(rows, place, len(found), size)
    people = [(card, person_address(project, card.id)) for card in cards(project, numbers)]
    return Page(people, place, len(found), size)


def _csv(project: ProjectCard, found: Actors, by_account: bool) -> HttpResponse:
    name = "companies.csv" if by_account else "people.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    text = csv_of(project, found, by_account=by_account)
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
