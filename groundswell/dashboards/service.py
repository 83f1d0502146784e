"""The verbs of dashboards: make and change them, arrange their cards, ask what they hold."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone as django_time

from groundswell.dashboards.answering import answered, answered_exactly, asked_by
from groundswell.dashboards.cards import check_card
from groundswell.dashboards.filters import check_filters
from groundswell.dashboards.models import Card as CardRow
from groundswell.dashboards.models import Dashboard as Row
from groundswell.dashboards.reading import card_of, dashboard_of, listed
from groundswell.dashboards.types import WIDTHS, Answered, Card, Dashboard, Filters, Listed, Wish
from groundswell.insights.types import QuestionForgotten
from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.paging import SIZE, Page
from groundswell.kernel.words import said
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller, ProjectCard

__all__ = ["answered", "asked_by"]

LONGEST_NAME = 200  # characters
LONGEST_DESCRIPTION = 2_000
MOST = 1_000  # of a project
MOST_CARDS = 60  # of a dashboard


# Reading -------------------------------------------------------------------------------------------------------------


def dashboards_page(project: ProjectCard, *, text: str = "", number: int = 1, size: int = SIZE) -> Page[Listed]:
    """Dashboards whose name or description holds the text: the pinned ones first, then the one changed last."""
    rows = Row.objects.filter(project_id=project.id)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(description__icontains=text))
    chosen = rows.annotate(count=Count("cards")).order_by("-is_pinned", "-changed", "-pk")
    return Page([listed(row) for row in chosen[(number - 1) * size : number * size]], number, rows.count(), size)


def dashboards_that(project: ProjectCard, hold: Callable[[Any], bool]) -> list[Listed]:
    """The dashboards of which that holds for the filters, or for a question of a card's own, both as JSON."""
    rows = Row.objects.filter(project_id=project.id).annotate(count=Count("cards")).order_by("name", "pk")
    own = CardRow.objects.filter(dashboard__project_id=project.id, question__isnull=False)
    with_own = {number for number, question in own.values_list("dashboard", "question") if hold(question)}
    return [listed(row) for row in rows if row.pk in with_own or hold(row.filters)]


def is_any_made(project: ProjectCard) -> bool:
    """Whether the team has a dashboard."""
    return Row.objects.filter(project_id=project.id).exists()


def dashboard(project: ProjectCard, id: int) -> Dashboard:
    """One dashboard. Raises Refusal 404."""
    return dashboard_of(project, _row(project, id))


def card(project: ProjectCard, id: int, number: int) -> Card:
    """One of its cards. Raises Refusal 404."""
    return card_of(project, _card(_row(project, id), number))


def answers(project: ProjectCard, dashboard: Dashboard, filters: Filters | None = None) -> Iterator[Answered]:
    """Its cards, each with what it says under these filters, or under those that the dashboard opens with, as the data
    is now. One after the other; what goes wrong with a card is said with it.
    """
    for each in dashboard.cards:
        yield answered_exactly(project, each, dashboard.filters if filters is None else filters)


# Changing ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def make(
    caller: Caller,
    project: ProjectCard,
    *,
    name: str,
    by: str,
    description: str = "",
    filters: Mapping[str, Any] | None = None,
    cards: Sequence[Any] = (),
) -> Dashboard:
    """Make a dashboard with these cards, as JSON. Raises Refusal 400, or 409 where the project has too many."""
    if Row.objects.filter(project_id=project.id).count() >= MOST:
        raise Refusal(409, "too_many_dashboards", said("The project has too many dashboards."))
    row = Row.objects.create(
        project_id=project.id, name=_name(name), description=_description(description), by=by,
        filters=check_filters(filters or {}, project.timezone).as_json(),
    )  # fmt: skip
    _put_cards(project, row, cards)
    note_change(caller, project=project.id, verb="dashboard.made", subject=row.name)
    return dashboard_of(project, row)


@transaction.atomic
def change(
    caller: Caller,
    project: ProjectCard,
    id: int,
    *,
    name: str | None = None,
    description: str | None = None,
    filters: Mapping[str, Any] | None = None,
    is_pinned: bool | None = None,
    cards: Sequence[Any] | None = None,
) -> Dashboard:
    """Change what is given. Cards are all there are from then on, in this order: one with an ``id`` stays that card.

    Raises Refusal 404 or 400.
    """
    row = _row(project, id, to_change=True)
    if name is not None:
        row.name = _name(name)
    if description is not None:
        row.description = _description(description)
    if filters is not None:
        row.filters = check_filters(filters, project.timezone).as_json()
    if is_pinned is not None:
        row.is_pinned = is_pinned
    row.save()
    if cards is not None:
        _put_cards(project, row, cards)
    note_change(caller, project=project.id, verb="dashboard.changed", subject=row.name)
    return dashboard_of(project, row)


@transaction.atomic
def remove(caller: Caller, project: ProjectCard, id: int) -> None:
    """Throw a dashboard away; saved questions stay. Raises Refusal 404."""
    row = _row(project, id, to_change=True)
    row.delete()
    note_change(caller, project=project.id, verb="dashboard.removed", subject=row.name)


@transaction.atomic
def add_card(caller: Caller, project: ProjectCard, id: int, given: Mapping[str, Any]) -> Card:
    """Put a card, as JSON, behind the others. Raises Refusal 404, 400, or 409 where there are too many."""
    row = _row(project, id, to_change=True)
    last = row.cards.last()
    made = _write(CardRow(dashboard=row, place=last.place + 1 if last else 0), check_card(given, project))
    if row.cards.count() > MOST_CARDS:
        raise _too_many_cards()
    _touch(caller, row)
    return card_of(project, made)


@transaction.atomic
def change_card(caller: Caller, project: ProjectCard, id: int, number: int, given: Mapping[str, Any]) -> Card:
    """Change what is given of a card. Raises Refusal 404 or 400."""
    row = _row(project, id, to_change=True)
    kept = _card(row, number)
    _write(kept, check_card(given, project, now=card_of(project, kept)))
    _touch(caller, row)
    return card_of(project, kept)


@transaction.atomic
def remove_card(caller: Caller, project: ProjectCard, id: int, number: int) -> None:
    """Take a card away; a saved question that it showed stays. Raises Refusal 404."""
    row = _row(project, id, to_change=True)
    _card(row, number).delete()
    _touch(caller, row)


@transaction.atomic
def arrange(
    caller: Caller, project: ProjectCard, id: int, order: Sequence[int], widths: Mapping[int, int] | None = None
) -> None:
    """Put its cards into this order and give some another width. Cards that are not named stay behind the others, as
    they came; numbers that are of no card of it are passed over: somebody else may have changed it meanwhile.

    Raises Refusal 404, or 400 for a width that there is not.
    """
    row = _row(project, id, to_change=True)
    wanted = {number: place for place, number in reversed(list(enumerate(order)))}
    cards = sorted(row.cards.all(), key=lambda each: wanted.get(each.pk, len(order)))
    for place, each in enumerate(cards):
        each.place, each.width = place, _width((widths or {}).get(each.pk, each.width))
    CardRow.objects.bulk_update(cards, ["place", "width"])
    _touch(caller, row, "dashboard.arranged")


@transaction.atomic
def move_card(caller: Caller, project: ProjectCard, id: int, number: int, *, places: int) -> None:
    """Move a card so many places on, or back where that is negative; no further than there are. Raises Refusal 404."""
    order = list(_row(project, id, to_change=True).cards.values_list("pk", flat=True))
    if number not in order:
        raise not_found(said("There is no such card."))
    at = order.index(number)
    order.insert(max(0, at + places), order.pop(at))
    arrange(caller, project, id, order)


def keep_forgotten(forgotten: QuestionForgotten) -> None:
    """What cards show of a saved question becomes their own when it is forgotten."""
    shown = CardRow.objects.filter(dashboard__project_id=forgotten.project, saved=forgotten.number)
    shown.filter(title="").update(title=forgotten.name)
    shown.update(saved=None, question=forgotten.question)


def _put_cards(project: ProjectCard, row: Row, cards: Sequence[Any]) -> None:
    if len(cards) > MOST_CARDS:
        raise _too_many_cards()
    known = {each.pk: each for each in row.cards.all()}
    put = []
    for place, given in enumerate(cards):
        wish = check_card(given, project, path=f"cards[{place}]")
        kept = known.get(given["id"]) if isinstance(given.get("id"), int) else None
        if given.get("id") is not None and (kept is None or kept.pk in put):
            hint = said("Leave it out for a new card.")
            raise bad_request(said("There is no such card."), hint=hint, field=f"cards[{place}].id")
        each = kept or CardRow(dashboard=row)
        each.place = place
        put.append(_write(each, wish).pk)
    row.cards.exclude(pk__in=put).delete()


def _write(row: CardRow, wish: Wish) -> CardRow:
    row.title, row.display, row.width, row.text = wish.title, wish.display, wish.width, wish.text
    row.saved, row.question = wish.saved, dict(wish.question) if wish.question else None
    row.keeps_days = wish.keeps_days
    row.save()
    return row


def _touch(caller: Caller, row: Row, verb: str = "dashboard.changed") -> None:
    Row.objects.filter(pk=row.pk).update(changed=django_time.now())
    note_change(caller, project=row.project_id, verb=verb, subject=row.name)


def _row(project: ProjectCard, id: int, *, to_change: bool = False) -> Row:
    rows: QuerySet[Row] = Row.objects.select_for_update() if to_change else Row.objects.all()
    row = rows.filter(project_id=project.id, pk=id).first()
    if row is None:
        raise not_found(said("There is no such dashboard."))
    return row


def _card(row: Row, number: int) -> CardRow:
    found = row.cards.filter(pk=number).first()
    if found is None:
        raise not_found(said("There is no such card."))
    return found


def _too_many_cards() -> Refusal:
    hint = said("Make another dashboard for the rest.")
    return Refusal(409, "too_many_cards", said("A dashboard has at most %(most)s cards.", most=MOST_CARDS), hint=hint)


def _width(width: int) -> int:
    if width not in WIDTHS:
        raise bad_request(said("A card is 3, 4, 6, 8, 9 or 12 columns wide."), field="width")
    return width


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_NAME:
        hint = said("Write 1 to %(most)s characters.", most=LONGEST_NAME)
        raise bad_request(said("The dashboard needs a name."), hint=hint, field="name")
    return name


def _description(text: str) -> str:
    if len(text) > LONGEST_DESCRIPTION:
        sentence = said("A description has at most %(most)s characters.", most=LONGEST_DESCRIPTION)
        raise bad_request(sentence, field="description")
    return text.strip()
