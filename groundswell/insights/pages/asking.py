"""The page of a question: a sentence whose words open, and its answer."""

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from groundswell.collect.service import collector
from groundswell.conditions.wording import Word, operators, plain
from groundswell.events.service import (
    began_today,
    events_page,
    is_played,
    properties_in,
    properties_of,
    property_slots,
    values_of,
    vocabulary,
)
from groundswell.insights.acts import acts
from groundswell.insights.addresses import answer_address, ask_address, change_address, waiting_address, who_address
from groundswell.insights.charts import Look
from groundswell.insights.copies import copies
from groundswell.insights.desk import PATIENCE, desk
from groundswell.insights.edits import changed, with_event
from groundswell.insights.formats import FORMATS
from groundswell.insights.kinds import KINDS, check, kind_of, sentence
from groundswell.insights.marks import marks_of
from groundswell.insights.pages.annotations import form_of
from groundswell.insights.pages.reading import json_of
from groundswell.insights.pictures import chart, has_chart
from groundswell.insights.questions import DAYS_AGO
from groundswell.insights.saved import events_in, saved_question
from groundswell.insights.types import Answer, Question, Trend
from groundswell.insights.unknown import splits_meant, unknown_events, valueless_split
from groundswell.insights.wording import measures
from groundswell.kernel.clock import now
from groundswell.kernel.errors import Refusal
from groundswell.kernel.paging import number_of
from groundswell.kernel.words import said
from groundswell.people.service import trait_names
from groundswell.segments.service import offered
from groundswell.workspace.doors import project_page
from groundswell.workspace.types import ProjectCard

OFTEN = 40  # events that a word offers at once
LOOKED_INTO = 3  # events of a question whose properties are looked for
LATELY = timedelta(minutes=1)
FROM_SIGN_UP = ("funnel", "retention", "paths")
SUGGESTED = 500  # names in a list that is typed into


@require_GET
@project_page
def asking(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """The question of the address, or one to begin with."""
    if "q" not in request.GET:
        return redirect(ask_address(project.id, _begun(project, request.GET.get("kind", ""))))
    return _page(request, project, request.GET["q"])


@require_GET
@project_page
def funnel(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """A funnel to begin with."""
    return redirect(ask_address(project.id, _begun(project, "funnel")))


@require_GET
@project_page
def change(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """On to the question with one word changed; what cannot be asked is said beside the one before."""
    asked = json_of(request.GET.get("q", ""))
    check(asked, project.timezone)
    types = _types(project)
    try:
        new = changed(asked, request.GET.get("what", ""), request.GET, lambda name: types.get(name, frozenset()))
        check(new, project.timezone)
    except Refusal as refusal:
        return _page(request, project, request.GET["q"], refusal=refusal)
    return redirect(ask_address(project.id, new, saved=_saved(request)))


@require_GET
@project_page
def answer(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """The answer alone: for the page that waits for it, and as a file."""
    asked = json_of(request.GET.get("q", ""))
    question = check(asked, project.timezone)
    found = desk.ask(project, question)
    if found is None:
        raise Refusal(503, "busy", said("The answer takes longer than expected."), hint=said("Ask again in a minute."))
    wanted = request.GET.get("format", "")
    if wanted == "vega":
        look = _look(request.GET.get("theme", "light"))
        return JsonResponse(chart(found, look, _who(project, asked, question), marks_of(project.id, found)).to_dict())
    if file := FORMATS.get(wanted):
        headers = {"Content-Disposition": f'attachment; filename="answer.{file.name}"'}
        content = file.write(found, _look("light"), marks_of(project.id, found))
        return HttpResponse(content, content_type=file.content_type, headers=headers)
    return render(request, "insights/answer.html", answered(request, project, asked, question, found))


@require_GET
@project_page
def values(request: HttpRequest, project: ProjectCard) -> HttpResponse:
    """What could stand behind a property's name in a condition, for a page that is open."""
    if not request.headers.get("HX-Request"):
        return redirect("insights.ask", project.id)
    name = request.GET.get("name", "").strip().removeprefix("event.")
    slots = property_slots(project.id)
    found = values_of(project, name, has_column=slots[name] is not None) if name in slots else []
    return render(request, "insights/values.html", {"values": [each.name for each in found if each.name]})


def _begun(project: ProjectCard, name: str) -> dict[str, Any]:
    """A question of that kind to begin with: from the sign-up where it begins with somebody; where nothing came before
    today, of today as well."""
    kind = KINDS.get(name, KINDS["trend"])
    event = vocabulary(project.id)["signed_up"] if is_played(project.id, "signed_up") and name in FROM_SIGN_UP else None
    return {
        **kind.begin([{"event": event}]),
        "date_from": "-30d",
        "date_to": "-0d" if began_today(project) else "-1d",
    }


# The page ------------------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, project: ProjectCard, text: str, *, refusal: Refusal | None = None) -> HttpResponse:
    """The page of a question with its answer, or with an older one that says so, if it is not there in a moment.

    Where it was stopped just now it is not begun again.
    """
    saved = _saved(request)
    found: dict[str, Any] = {
        "q": text, "refusal": refusal, "carried": [("q", text), *([("saved", saved)] if saved else [])],
        "change_address": reverse("insights.change", args=[project.id]),
        "values_address": reverse("insights.values", args=[project.id]),
    }  # fmt: skip
    try:
        if saved:
            found["saved"] = kept = saved_question(project, saved)
            found["is_changed"] = kept.question != json_of(text)
        asked = json_of(text)
        question = check(asked, project.timezone)
        begun = time.monotonic()
        is_stopped = "stopped" in request.GET and desk.was_stopped(project, question)
        if not is_stopped:
            desk.begin(project, question)  # is worked on while the words are looked for
        found |= _asked(request, project, asked, question)
        found |= _suggestions(project, question)
        ready = None
        if not is_stopped:
            ready = desk.ask(project, question, patience=max(0, PATIENCE - (time.monotonic() - begun)))
        found |= answered(request, project, asked, question, ready, is_stopped=is_stopped)
    except Refusal as failed:
        found["refusal"] = failed
    failed_with = found["refusal"]
    return render(request, "insights/ask.html", found, status=failed_with.status if failed_with else 200)


def _asked(request: HttpRequest, project: ProjectCard, asked: dict[str, Any], question: Question) -> dict[str, Any]:
    parts = sentence(question, asked)
    return {
        "kind": asked["kind"],
        "kinds": KINDS.values(),
        "views": KINDS[asked["kind"]].views,
        "view": asked.get("show") or next((value for value, _ in KINDS[asked["kind"]].views), ""),
        "parts": [(isinstance(part, Word), part) for part in parts],
        "title": plain(parts),
        "copies": copies(asked, project=project.id, server=settings.URL or f"{request.scheme}://{request.get_host()}"),
        "unknown": _unknown(project, question, asked, saved=_saved(request)),
        "acts": acts(),
        "measures": [(measure, text % {"property": _("a property")}) for measure, text in measures().items()],
        "operators": operators(),
    }


def answered(
    request: HttpRequest, project: ProjectCard, asked: dict[str, Any], question: Question, answer: Answer | None,
    *, is_stopped: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """What the template of an answer shows; without one an older one, and that it is being worked on or was stopped."""
    place = request.GET.get("page")
    waits: dict[str, Any] = {}
    if answer is None:
        waits = {"is_stopped": is_stopped, "is_waiting": not is_stopped, "ask_address": ask_address(project.id, asked)}
        waits |= {"question_text": json.dumps(asked), "waiting_address": waiting_address(project.id, asked, page=place)}
        answer = desk.old(project, question)
    if answer is None:
        return waits
    return {**waits, **_shown(request, project, asked, question, answer)}


def _shown(
    request: HttpRequest, project: ProjectCard, asked: dict[str, Any], question: Question, answer: Answer
) -> dict[str, Any]:
    who = _who(project, asked, question)
    found: dict[str, Any] = {
        "answer": answer,
        "seconds": answer.elapsed_ms / 1000,
        "is_still_so": now() - datetime.fromisoformat(answer.as_of) >= LATELY and desk.is_exact(project, question),
        "ingestion": collector().ingestion(project.id),
        "files": _files(project, asked, question),
        "marks": marks_of(project.id, answer),
        "here": ask_address(project.id, asked, saved=_saved(request)),
        "to_change": change_address(project.id, asked, saved=_saved(request)),
        "annotation_form": form_of(project),
    }
    if valueless := valueless_split(answer):
        meant = splits_meant(project, valueless)
        addresses = [ask_address(project.id, {**asked, "breakdown": [each]}, saved=_saved(request)) for each in meant]
        found |= {"valueless": valueless, "splits_meant": list(zip(meant, addresses, strict=True))}
    kind = kind_of(question)
    shown = kind.show(question, answer, who, number_of(request.GET.get("page")))
    return found | {"shown": shown, "template": kind.template, "vega": answer_address(project.id, asked, format="vega")}


def _files(project: ProjectCard, asked: dict[str, Any], question: Question) -> list[tuple[str, str]]:
    """What the answer can be taken away as, and where."""
    formats = [each for each in FORMATS.values() if has_chart(question) or not each.is_chart]
    return [(each.title, answer_address(project.id, asked, format=each.name)) for each in formats]


def _who(project: ProjectCard, asked: dict[str, Any], question: Question) -> Callable[[Mapping[str, Any]], str]:
    """The address of who is behind a number. It names the days, so that it tells of the same number tomorrow.

    Behind a formula's number nobody is: it opens the numbers that it was worked out from.
    """
    days = {"date_from": question.days.first.isoformat(), "date_to": question.days.last.isoformat()}
    if isinstance(question, Trend) and question.formula:
        parts = ask_address(project.id, {**asked, **days, "formula": None})
        return lambda _cell: parts
    rolling = {name: asked[name] for name in days if DAYS_AGO.fullmatch(str(asked[name]))}
    return partial(who_address, project.id, {**asked, **days}, rolling=rolling or None)


def _suggestions(project: ProjectCard, question: Question) -> dict[str, Any]:
    """Names to choose from: events, the most frequent first; properties, those of the question's events first, and
    traits."""
    events = [card.name for card in events_page(project, size=SUGGESTED).items]
    traits = sorted(trait_names(project.id))
    properties = [card.name for card in properties_of(project.id) if not card.about.is_hidden]
    own = [sighting.name for event in events_in(question)[:LOOKED_INTO] for sighting in properties_in(project, event)]
    names = list(dict.fromkeys([*(name for name in own if name in set(properties)), *properties]))
    names += [f"{owner}.{name}" for owner in ("person", "account") for name in traits]
    return {
        "often": events[:OFTEN], "events": events, "properties": names[: 2 * SUGGESTED], "groups": offered(project),
    }  # fmt: skip


def _types(project: ProjectCard) -> dict[str, frozenset[str]]:
    return {card.name: frozenset(card.types) for card in properties_of(project.id)}


def _unknown(
    project: ProjectCard, question: Question, asked: dict[str, Any], *, saved: int | None
) -> list[tuple[str, str, str]]:
    """Events of the question that never came, each with the name that was perhaps meant, and the question with it."""
    return [
        (name, other, ask_address(project.id, with_event(asked, name, other), saved=saved))
        for name, other in unknown_events(project, question).items()
    ]


def _saved(request: HttpRequest) -> int | None:
    """The number of the saved question that this one came from."""
    saved = request.GET.get("saved", "")
    return int(saved) if saved.isascii() and saved.isdecimal() and len(saved) < 10 else None


def _look(theme: str) -> Look:
    return Look(language=get_language() or "en", is_dark=theme == "dark")
