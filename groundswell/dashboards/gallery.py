"""Ready dashboards, which fill themselves from what a project calls things and from what came.

A recipe says its cards in terms of roles (the vocabulary of events) and of what people do most; which of its events
never came is said before anybody takes it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groundswell.dashboards.cards import check_card
from groundswell.dashboards.service import make
from groundswell.dashboards.types import Card, Dashboard
from groundswell.events.service import event_names, events_page, properties_in, vocabulary
from groundswell.events.vocabulary import PAGE_VIEWED, SCREEN_VIEWED
from groundswell.insights.changes import changes
from groundswell.insights.kinds import check
from groundswell.insights.saved import events_in
from groundswell.kernel import clock
from groundswell.kernel.errors import not_found
from groundswell.kernel.periods import Days, zone
from groundswell.kernel.words import said
from groundswell.workspace.types import Caller, ProjectCard

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Given = dict[str, Any]  # a card, or a question, as JSON
DAYS = {"date_from": "-30d", "date_to": "-1d"}
QUARTER = {"date_from": "-84d", "date_to": "-1d"}
CHANNELS = ("channel", "utm_source", "source", "campaign", "referrer")  # what tells where a visit came from, best first
FEATURES = 4  # that people use most
LATELY = timedelta(days=29)
MOST_EVENTS = 2_000


class Words:
    """What a project calls things, and what came."""

    def __init__(self, project: ProjectCard) -> None:
        self._project = project
        self.roles = vocabulary(project.id)
        self.came = event_names(project.id)

    @cached_property
    def features(self) -> list[str]:
        """What most people did in the last days, beside what has a role and what is hidden. The more do something, the
        earlier it mostly comes on their way."""
        today = clock.now().astimezone(zone(self._project.timezone)).date()
        lately = Days(today - LATELY, today, self._project.timezone)
        known = {card.name for card in events_page(self._project, size=MOST_EVENTS).items}
        found = [each for each in changes(self._project, lately).events if each.event in known and each.now]
        names = [str(each.event) for each in sorted(found, key=lambda each: (-each.now, each.event or ""))]
        return [name for name in names if name not in {*self.roles.values(), PAGE_VIEWED, SCREEN_VIEWED}][:FEATURES]

    @cached_property
    def channel(self) -> str:
        """The property of a visit that tells where it came from; "" where none does."""
        known = {each.name for each in properties_in(self._project, self.roles["visited"])}
        return next((name for name in CHANNELS if name in known), "")

    @cached_property
    def has_plans(self) -> bool:
        """Whether sign-ups come with a plan."""
        return "plan" in {each.name for each in properties_in(self._project, self.roles["signed_up"])}

    def split(self, question: Given) -> Given:
        """The question by plan, where there are plans."""
        return {**question, "breakdown": "plan"} if self.has_plans else question


@dataclass(frozen=True)
class Recipe:
    """A ready dashboard: what it is called, what it answers, and its cards."""

    key: str
    name: "str | StrPromise"
    about: "str | StrPromise"
    cards: Callable[[Words], list[Given]]


@dataclass(frozen=True)
class Ready:
    """A recipe filled with a project's own words. ``lacks`` are the events in it that never came."""

    key: str
    name: str
    about: str
    cards: Sequence[Given]
    lacks: Sequence[str]

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key, "name": self.name, "description": self.about, "cards": list(self.cards),
            "lacks": list(self.lacks),
        }  # fmt: skip


def gallery(project: ProjectCard) -> list[Ready]:
    """All ready dashboards, filled."""
    words = Words(project)
    return [_filled(project, recipe, words) for recipe in RECIPES.values()]


def ready(project: ProjectCard, key: str) -> Ready:
    """One ready dashboard, filled. Raises Refusal 404."""
    if key not in RECIPES:
        hint = said("There are %(keys)s.", keys=", ".join(RECIPES))
        raise not_found(said("There is no such ready dashboard."), hint=hint)
    return _filled(project, RECIPES[key], Words(project))


def take(caller: Caller, project: ProjectCard, key: str, *, by: str) -> Dashboard:
    """Make a dashboard of a ready one, which is the team's own from then on. Raises Refusal 404 or 409."""
    found = ready(project, key)
    return make(
        caller, project, name=found.name, description=found.about, by=by, filters=DAYS, cards=list(found.cards)
    )  # fmt: skip


def _filled(project: ProjectCard, recipe: Recipe, words: Words) -> Ready:
    cards = recipe.cards(words)
    lacks = dict.fromkeys(name for card in cards for name in lacking(project, card, words.came))
    return Ready(recipe.key, str(recipe.name), str(recipe.about), cards, list(lacks))


def cards_of(project: ProjectCard, found: Ready) -> list[Card]:
    """Its cards as dashboards have them, numbered by their places."""
    return [
        Card(
            place, wish.title, wish.title, wish.display, wish.width, wish.text, None, wish.question, wish.keeps_days
        )
        for place, wish in enumerate((check_card(card, project) for card in found.cards), start=1)
    ]  # fmt: skip


def lacking(project: ProjectCard, card: Given, came: set[str]) -> list[str]:
    """The events that a card asks for and that never came."""
    if "question" not in card:
        return []
    return [name for name in events_in(check(card["question"], project.timezone)) if name not in came]


# Cards ---------------------------------------------------------------------------------------------------------------


def _trend(event: str | None, *, interval: str = "week", **more: Any) -> Given:
    return {"kind": "trend", "series": [{"event": event}], "interval": interval, **QUARTER, **more}


def _funnel(*events: str, window: str = "14d", **more: Any) -> Given:
    return {"kind": "funnel", "steps": [{"event": event} for event in events], "window": window, **DAYS, **more}


def _retention(start: str | None, back: str | None, *, period: str = "week", periods: int = 8, **more: Any) -> Given:
    first = {"event": start, "first_time": start is not None}
    return {
        "kind": "retention", "start": first, "return": {"event": back}, "period": period, "periods": periods, **QUARTER,
        **more,
    }  # fmt: skip


def _number(title: str, question: Given, width: int = 3) -> Given:
    return {"title": title, "question": question, "display": "number", "width": width}


def _chart(title: str, question: Given, width: int = 6, **more: Any) -> Given:
    return {"title": title, "question": question, "display": "chart", "width": width, **more}


def _table(title: str, question: Given, width: int = 6, **more: Any) -> Given:
    return {"title": title, "question": question, "display": "table", "width": width, **more}


# Recipes -------------------------------------------------------------------------------------------------------------


def _activation(words: Words) -> list[Given]:
    signed_up, invited = words.roles["signed_up"], words.roles["invited"]
    first = words.features[:2]
    way = [signed_up, *first, invited]
    return [
        _number(_("Signed up"), _trend(signed_up, **DAYS)),
        *(_number(_("Sign-up to %(event)s") % {"event": event}, _funnel(signed_up, event)) for event in first),
        _number(_("Sign-up to an invitation"), _funnel(signed_up, invited)),
        _chart(_("How far they come in two weeks"), _funnel(*way)),
        _table(_("How long each step takes"), _funnel(*way)),
        _chart(_("Sign-ups a week"), words.split(_trend(signed_up)), keeps_days=True),
        _table(_("What they do first"), {
            "kind": "paths", "start": {"event": signed_up}, "end": None, "steps": 4, **DAYS,
        }),
    ]  # fmt: skip


def _stay(words: Words) -> list[Given]:
    signed_up = words.roles["signed_up"]
    by_plan = words.split(_retention(signed_up, None))
    return [
        _number(_("Back in the week after sign-up"), _retention(signed_up, None)),
        _number(_("Share of days that people are there"), {"kind": "stickiness", "event": None, "unit": "day", **DAYS}),
        _number(_("People active"), _trend(None, **DAYS), 6),
        _chart(_("Who comes back, week by week"), _retention(signed_up, None), keeps_days=True),
        _table(_("Cohorts"), _retention(signed_up, None), keeps_days=True),
        _chart(
            _("New, still there, back, away"), {"kind": "lifecycle", "event": None, "interval": "week", **QUARTER},
            keeps_days=True,
        ),
        _chart(_("On how many days people are there"), {"kind": "stickiness", "event": None, "unit": "day", **DAYS}),
        *([_chart(_("Who comes back, by plan"), by_plan, 12, keeps_days=True)] if words.has_plans else []),
    ]  # fmt: skip


def _use(words: Words) -> list[Given]:
    used = words.features or [words.roles["signed_in"]]
    together = {**_trend(None), "series": [{"event": event} for event in used]}
    return [
        *(_number(event, _trend(event, **DAYS)) for event in used),
        _chart(_("People who use them, week by week"), together, 12, keeps_days=True),
        *(
            _chart(_("Who comes back to %(event)s") % {"event": event}, _retention(event, event), keeps_days=True)
            for event in used[:2]
        ),
        *(
            _chart(_("How often people use %(event)s") % {"event": event}, {
                "kind": "stickiness", "event": event, "unit": "day", **DAYS,
            })
            for event in used[:2]
        ),
    ]  # fmt: skip


def _companies(words: Words) -> list[Given]:
    signed_up, invited = words.roles["signed_up"], words.roles["invited"]
    accounts: Given = {"count": "accounts"}
    return [
        _number(_("Companies active"), _trend(None, **DAYS, **accounts)),
        _number(_("Companies that invite"), _trend(invited, **DAYS, **accounts)),
        _number(_("Companies back in the week after"), _retention(signed_up, None, **accounts), 6),
        _chart(_("Companies active a week"), _trend(None, **accounts), keeps_days=True),
        _chart(_("Companies that stay"), _retention(signed_up, None, **accounts), keeps_days=True),
        _chart(
            _("New, still there, back, away"),
            {"kind": "lifecycle", "event": None, "interval": "week", **QUARTER, **accounts}, keeps_days=True,
        ),
        _chart(_("How far companies come"), _funnel(signed_up, *words.features[:1], invited, window="30d", **accounts)),
    ]  # fmt: skip


def _arrivals(words: Words) -> list[Given]:
    visited, signed_up = words.roles["visited"], words.roles["signed_up"]
    cards = [
        _number(_("Visitors"), _trend(visited, **DAYS)),
        _number(_("Signed up"), _trend(signed_up, **DAYS)),
        _number(_("Visitors who sign up"), _funnel(visited, signed_up, window="30d"), 6),
        _chart(_("Visitors a week"), _trend(visited), keeps_days=True),
        _chart(_("Sign-ups a week"), words.split(_trend(signed_up)), keeps_days=True),
    ]
    if words.channel:
        by_channel: Mapping[str, Any] = {"breakdown": words.channel}
        cards += [
            _table(_("Where visitors come from"), _trend(visited, **DAYS, **by_channel)),
            _table(_("Who of them signs up"), _funnel(visited, signed_up, window="30d", **by_channel)),
        ]
    return [*cards, _table(_("What they look at first"), {
        "kind": "paths", "start": None, "end": {"event": signed_up}, "steps": 4, **DAYS,
    }, 12)]  # fmt: skip


RECIPES = {
    recipe.key: recipe
    for recipe in (
        Recipe(
            "activation", gettext_lazy("Activation"),
            gettext_lazy("How far those come who sign up, where they stop, and what they do first."), _activation,
        ),
        Recipe(
            "retention", gettext_lazy("Who stays"),
            gettext_lazy("Who comes back after the first week, who stays away, and how often people are there."), _stay,
        ),
        Recipe(
            "features", gettext_lazy("Features"),
            gettext_lazy("What people use most, who comes back to it, and on how many days."), _use,
        ),
        Recipe(
            "accounts", gettext_lazy("Companies"),
            gettext_lazy("Companies instead of people: active, staying, inviting their colleagues."), _companies,
        ),
        Recipe(
            "acquisition", gettext_lazy("Where people come from"),
            gettext_lazy("Visitors, where they come from, and how many of them sign up."), _arrivals,
        ),
    )
}  # fmt: skip
