"""The page of who is behind a number."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from groundswell.insights.actors import Actors, Cell, FunnelCell, TrendCell, check_cell, counts_accounts
from groundswell.insights.addresses import ask_address, who_address
from groundswell.insights.desk import LIMIT, PATIENCE, desk
from groundswell.insights.lines import value_text
from groundswell.insights.pages.reading import json_of
from groundswell.insights.questions import check
from groundswell.insights.templatetags.insights import period
from groundswell.insights.trend import series_names
from groundswell.insights.types import Funnel, Question
from groundswell.insights.wording import plain, sentence
from groundswell.kernel.locales import number
from groundswell.kernel.paging import SIZE, Page, number_of
from groundswell.kernel.sheets import as_csv
from groundswell.people.service import account_cards, cards, company_address, person_address
from groundswell.workspace.doors import project_page
from groundswell.workspace.types import ProjectCard

FEW = 6  # beside a funnel
MOST_IN_FILE = 10_000


@require_GET
@project_page
def who(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """Everybody behind a number, a page at a time; the first few for a part of a page; all of them as CSV."""
    asked, named = json_of(request.GET.get("q", "")), json_of(request.GET.get("cell", "{}"))
    question = check(asked, project.timezone)
    cell = check_cell(question, named)
    by_account = counts_accounts(question, cell)
    is_file, is_part = request.GET.get("format") == "csv", bool(request.headers.get("HX-Request"))
    found = desk.who(project, question, cell, patience=LIMIT if is_file or is_part else PATIENCE)
    if is_file and found is not None:
        return _csv(project, found[:MOST_IN_FILE], by_account)
    address = who_address(project.id, asked, named)
    shown: dict[str, Any] = {
        "question": plain(sentence(question, asked)),
        "back": ask_address(project.id, asked),
        "address": address,
        "csv": f"{address}&format=csv",
        "most": MOST_IN_FILE,
    }
    if found is not None:
        is_few = is_part and "few" in request.GET
        place = number_of(request.GET.get("page"))
        shown["page"] = _page(project, found, by_account, place, size=FEW if is_few else SIZE)
        shown |= {"title": title(question, cell, len(found), by_account), "by_account": by_account}
    template = "who.html" if not is_part else "who_few.html" if "few" in request.GET else "who_list.html"
    return render(request, f"insights/{template}", shown)


def title(question: Question, cell: Cell, count: int, by_account: bool) -> str:
    """Who they are, in a line."""
    many = _many(count, by_account)
    value = f" · {value_text(_as_json(cell))}" if question.breakdown else ""
    if isinstance(question, Funnel) and isinstance(cell, FunnelCell):
        label = question.steps[cell.step - 1].label
        said = _("%(many)s stopped before “%(step)s”") if cell.has_dropped else _("%(many)s reached “%(step)s”")
        return said % {"many": many, "step": label} + value
    if isinstance(question, Funnel) or not isinstance(cell, TrendCell):
        raise TypeError("The cell is of another kind of question.")
    name = series_names(question.series)[cell.series - 1]
    when = period(cell.period) if cell.period else _("all days")
    return _("%(many)s · %(series)s · %(period)s") % {"many": many, "series": name, "period": when} + value


def _language() -> str:
    return get_language() or "en"


def _as_json(cell: Cell) -> Any:
    return list(cell.breakdown) if isinstance(cell.breakdown, tuple) else cell.breakdown


def _many(count: int, by_account: bool) -> str:
    shown = number(count, _language())
    if by_account:
        return ngettext("%(count)s company", "%(count)s companies", count) % {"count": shown}
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": shown}


def _page(project: ProjectCard, found: Actors, by_account: bool, place: int, *, size: int) -> Page[Any]:
    numbers = found[(place - 1) * size : place * size].tolist()
    if by_account:
        rows = [(card, company_address(project, card.id)) for card in account_cards(project, numbers)]
        return Page(rows, place, len(found), size)
    people = [(card, person_address(project, card.id)) for card in cards(project, numbers)]
    return Page(people, place, len(found), size)


def _csv(project: ProjectCard, found: Actors, by_account: bool) -> HttpResponse:
    numbers = found.tolist()
    if by_account:
        name, head = "companies.csv", ["id", "name", "people", "last_seen"]
        rows: list[list[Any]] = [[c.id, c.name, c.people, c.last_seen] for c in account_cards(project, numbers)]
    else:
        name, head = "people.csv", ["id", "name", "email", "accounts", "role", "last_seen"]
        rows = [
            [card.id, card.name, card.email, " · ".join(card.accounts), card.role, card.last_seen]
            for card in cards(project, numbers)
        ]
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(as_csv(head, rows), content_type="text/csv; charset=utf-8", headers=headers)
