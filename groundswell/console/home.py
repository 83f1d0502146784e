"""Home: what came in, what changed, what to do next."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from groundswell.collect.service import collector
from groundswell.collect.types import SENTENCES, Reason
from groundswell.insights.addresses import ask_address, who_address
from groundswell.insights.changes import FALSE_DISCOVERIES, Change
from groundswell.insights.desk import desk
from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal
from groundswell.kernel.periods import Days, zone
from groundswell.workspace import shell
from groundswell.workspace.doors import project_page
from groundswell.workspace.types import ProjectCard

WEEK = timedelta(days=7)
LINE = 28  # days of the small charts
NAMED = 5  # changes at most


@dataclass(frozen=True)
class Card:
    """A change with its small chart and the question it comes from."""

    name: str
    change: Change
    line: list[float]
    question: str
    who: str
    is_sure: bool = False

    @property
    def is_up(self) -> bool:
        return self.change.now >= self.change.before

    @property
    def tone(self) -> str:
        """Only what is hardly chance has a colour."""
        return ("up" if self.is_up else "down") if self.is_sure else "soft"


@project_page
def home(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """The page of the morning."""
    today = clock.now().astimezone(zone(project.timezone))
    ingestion = collector().ingestion(project.id)
    dropped = [(SENTENCES[Reason(reason)], count) for reason, count in ingestion["dropped"].items()]
    found: dict[str, Any] = {"greeting": _greeting(today), "ingestion": ingestion, "dropped": dropped}
    steps = shell.steps(project)
    found["steps"] = steps if not all(done for _step, done in steps) else []
    try:
        found |= _what_changed(project, today.date() - timedelta(days=1))
    except Refusal as refusal:
        found["refusal"] = refusal
    response = render(request, "console/home.html", found)
    response.set_cookie("project", str(project.id), samesite="Lax", httponly=True, secure=request.is_secure())
    return response


def _what_changed(project: ProjectCard, yesterday: date) -> dict[str, Any]:
    """The last seven whole days against the seven before."""
    week = Days(yesterday - WEEK + timedelta(days=1), yesterday, project.timezone)
    found = desk.changes(project, week)
    in_all = [found.in_all] if found.in_all.chance <= FALSE_DISCOVERIES else []  # one number: nothing to correct for
    sure = [*in_all, *found.sure[:NAMED]]
    most = sorted(found.events, key=lambda each: -each.now)[:3]
    wanted = list(dict.fromkeys([found.in_all.event, *(each.event for each in (*most, *sure))]))
    lines = _lines(project, wanted, yesterday) if found.in_all.now or found.in_all.before else {}

    def card(change: Change, name: str) -> Card:
        trend = ask_address(project.id, _trend([change.event], yesterday))
        who = who_address(project.id, _done(change.event, week), {"step": 1})
        return Card(name, change, lines.get(change.event, []), trend, who, is_sure=change in (*in_all, *found.sure))

    return {
        "week": week,
        "cards": [card(found.in_all, _("People active")), *(card(each, str(each.event)) for each in most)],
        "changes": [card(each, each.event or "") for each in sure],
        "is_empty": not (found.in_all.now or found.in_all.before),
    }


def _lines(project: ProjectCard, events: list[str | None], last: date) -> dict[str | None, list[float]]:
    """People a day of each event."""
    answer = desk.answer(project, _trend(events, last))
    values: list[list[float]] = [[] for _event in events]
    for number, row in enumerate(answer.rows):
        values[number // LINE].append(row[-1])
    return dict(zip(events, values, strict=True))


def _trend(events: list[str | None], last: date) -> dict[str, Any]:
    return {
        "kind": "trend",
        "series": [{"event": event} for event in events],
        "interval": "day",
        "date_from": (last - timedelta(days=LINE - 1)).isoformat(),
        "date_to": last.isoformat(),
    }


def _done(event: str | None, week: Days) -> dict[str, Any]:
    """A funnel of one step: whoever did it in these days."""
    days = {"date_from": week.first.isoformat(), "date_to": week.last.isoformat()}
    return {"kind": "funnel", "steps": [{"event": event}], "window": "7d", **days}


def _greeting(now: datetime) -> str:
    if now.hour < 5:
        return _("Good night")
    if now.hour < 12:
        return _("Good morning")
    return _("Good afternoon") if now.hour < 18 else _("Good evening")
