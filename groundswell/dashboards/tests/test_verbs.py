"""Dashboards are made, changed, arranged and thrown away."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.dashboards import service
from groundswell.dashboards.models import Card as CardRow
from groundswell.dashboards.tests.conftest import FUNNEL, MACHINE, SIGN_UPS, kept, made
from groundswell.dashboards.types import WIDTHS, Dashboard
from groundswell.insights import saved
from groundswell.kernel.errors import Refusal
from groundswell.workspace.audit import entries
from tests.world import World

TEXT = {"text": "# What we look at"}


def now(world: World, dashboard: Dashboard) -> Dashboard:
    return service.dashboard(world.project, dashboard.id)


def texts(dashboard: Dashboard) -> list[str]:
    return [card.text for card in dashboard.cards]


def lettered(world: World, letters: str) -> Dashboard:
    """A dashboard of text cards, one a letter."""
    return made(world, *({"text": letter} for letter in letters))


# Making and changing -------------------------------------------------------------------------------------------------


def test_a_dashboard_is_read_as_it_was_made(world: World) -> None:
    one = kept(world)
    board = made(
        world, {"saved": one.id, "display": "number", "width": 3}, {"question": FUNNEL, "title": "To a board"}, TEXT,
        description="Mondays", filters={"date_from": "-30d", "date_to": "-1d", "where": {"plan": "free"}},
    )  # fmt: skip
    assert now(world, board) == board
    assert [(card.name, card.display, card.width, card.keeps_days) for card in board.cards] == [
        ("Sign-ups", "number", 3, False), ("To a board", "chart", 6, False), ("", "text", 6, False),
    ]  # fmt: skip
    assert board.cards[0].question == SIGN_UPS
    assert board.filters.as_json() == {"date_from": "-30d", "date_to": "-1d", "where": {"plan": "free"}}


def test_a_card_without_a_title_is_called_by_its_question(world: World) -> None:
    (card,) = made(world, {"question": SIGN_UPS}).cards
    assert card.name == "Show how many people did Signed Up month by month in Jan 1, 2026 – Jan 31, 2026."


def test_what_a_saved_question_asks_is_asked_by_its_cards(world: World) -> None:
    one = kept(world)
    board = made(world, {"saved": one.id})
    saved.replace(MACHINE, world.project, one.id, question=FUNNEL, name="To a board")
    (card,) = now(world, board).cards
    assert (card.name, card.question) == ("To a board", FUNNEL)


def test_a_forgotten_question_stays_on_its_cards(world: World) -> None:
    one = kept(world)
    board = made(world, {"saved": one.id}, {"saved": one.id, "title": "Mine"})
    saved.remove(MACHINE, world.project, one.id)
    assert [(card.name, card.saved, card.question) for card in now(world, board).cards] == [
        ("Sign-ups", None, SIGN_UPS), ("Mine", None, SIGN_UPS),
    ]  # fmt: skip


def test_what_is_read_can_be_written_back(world: World) -> None:
    board = made(world, {"saved": kept(world).id}, {"question": FUNNEL, "width": 12}, TEXT, filters={"where": {"a": 1}})
    read = board.as_json()
    again = service.change(
        MACHINE, world.project, board.id, name=read["name"], description=read["description"], filters=read["filters"],
        cards=read["cards"],
    )  # fmt: skip
    assert again.cards == board.cards
    assert again.filters == board.filters


def test_cards_that_are_left_out_are_gone_and_those_named_stay(world: World) -> None:
    board = lettered(world, "abc")
    a, _b, c = (card.id for card in board.cards)
    cards = [{"id": c, "text": "c"}, {"text": "d"}, {"id": a, "text": "a", "width": 12}]
    changed = service.change(MACHINE, world.project, board.id, cards=cards)
    assert texts(changed) == ["c", "d", "a"]
    assert [changed.cards[place].id for place in (0, 2)] == [c, a]
    assert CardRow.objects.filter(dashboard=board.id).count() == 3


@pytest.mark.parametrize(
    ("card", "field"),
    [
        ({}, "cards[1].question"),
        ({"saved": 987}, "cards[1].saved"),
        ({"saved": True}, "cards[1].saved"),
        ({"question": {"kind": "trend"}}, "series"),
        ({"text": " "}, "cards[1].text"),
        ({"text": "a", "display": "pie"}, "cards[1].display"),
        ({"text": "a", "width": 5}, "cards[1].width"),
        ({"text": "a", "colour": "red"}, "cards[1].colour"),
        ({"text": 5}, "cards[1].text"),
        ({"text": "a", "title": "w" * 201}, "cards[1].title"),
        ({"text": "a", "keeps_days": "no"}, "cards[1].keeps_days"),
        ({"text": "a", "id": 987}, "cards[1].id"),
        (5, "cards[1]"),
    ],
)
def test_a_card_that_is_none_spoils_nothing(world: World, card: Any, field: str) -> None:
    board = lettered(world, "ab")
    with pytest.raises(Refusal) as refused:
        service.change(MACHINE, world.project, board.id, name="Another", cards=[TEXT, card])
    assert refused.value.status == 400
    assert list(refused.value.fields) == [field]
    assert now(world, board) == board


def test_a_card_of_another_dashboard_is_not_taken_from_it(world: World) -> None:
    mine, other = lettered(world, "ab"), lettered(world, "xy")
    with pytest.raises(Refusal, match="no such card"):
        service.change(MACHINE, world.project, mine.id, cards=[{"id": other.cards[0].id, "text": "x"}])
    twice = [{"id": mine.cards[0].id, "text": "a"}] * 2
    with pytest.raises(Refusal, match="no such card"):
        service.change(MACHINE, world.project, mine.id, cards=twice)
    assert texts(now(world, other)) == ["x", "y"]


@pytest.mark.parametrize("change", [{"name": " "}, {"name": "w" * 201}, {"description": "w" * 2_001}])
def test_names_that_are_none_are_refused(world: World, change: dict[str, str]) -> None:
    board = lettered(world, "a")
    with pytest.raises(Refusal):
        service.change(MACHINE, world.project, board.id, **change)  # type: ignore[arg-type]
    assert now(world, board) == board


def test_one_card_is_changed_at_a_time(world: World) -> None:
    one = kept(world)
    board = made(world, {"saved": one.id, "width": 3})
    (card,) = board.cards
    wider = service.change_card(MACHINE, world.project, board.id, card.id, {"width": 12, "title": "Wide"})
    assert (wider.saved, wider.width, wider.name) == (one.id, 12, "Wide")
    own = service.change_card(MACHINE, world.project, board.id, card.id, {"question": FUNNEL})
    assert (own.saved, own.question, own.width) == (None, FUNNEL, 12)
    back = service.change_card(MACHINE, world.project, board.id, card.id, {"saved": one.id})
    assert (back.saved, back.question) == (one.id, SIGN_UPS)
    said = service.change_card(MACHINE, world.project, board.id, card.id, {"display": "text", "text": "Well"})
    assert (said.saved, said.question, said.text) == (None, None, "Well")


def test_a_dashboard_has_an_end(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_CARDS", 2)
    board = lettered(world, "ab")
    with pytest.raises(Refusal, match="at most 2 cards"):
        service.add_card(MACHINE, world.project, board.id, {"text": "c"})
    with pytest.raises(Refusal, match="at most 2 cards"):
        lettered(world, "abc")
    assert texts(now(world, board)) == ["a", "b"]
    monkeypatch.setattr(service, "MOST", 1)
    with pytest.raises(Refusal, match="too many dashboards"):
        lettered(world, "x")


def test_pinned_ones_come_first_then_the_one_changed_last(world: World) -> None:
    boards = {name: made(world, name=name) for name in ("Activation", "Money", "Teams")}

    def listed(**more: Any) -> list[str]:
        return [each.name for each in service.dashboards_page(world.project, **more).items]

    assert listed() == ["Teams", "Money", "Activation"]
    service.change(MACHINE, world.project, boards["Activation"].id, description="of teams")
    service.change(MACHINE, world.project, boards["Money"].id, is_pinned=True)
    service.add_card(MACHINE, world.project, boards["Teams"].id, TEXT)
    assert listed() == ["Money", "Teams", "Activation"]
    assert listed(text="team") == ["Teams", "Activation"]
    assert listed(size=2, number=2) == ["Activation"]
    assert [each.cards for each in service.dashboards_page(world.project).items] == [0, 1, 0]


def test_every_change_is_written_down(world: World) -> None:
    board = lettered(world, "ab")
    a, b = (card.id for card in board.cards)
    service.change_card(MACHINE, world.project, board.id, a, {"text": "A"})
    service.move_card(MACHINE, world.project, board.id, b, places=-1)
    service.remove_card(MACHINE, world.project, board.id, a)
    service.remove(MACHINE, world.project, board.id)
    done = [(each.verb, each.subject) for each in reversed(entries(world.project.id).items)]
    changed, arranged = ("dashboard.changed", "The week"), ("dashboard.arranged", "The week")
    assert done == [("dashboard.made", "The week"), changed, arranged, changed, ("dashboard.removed", "The week")]


def test_what_is_of_another_project_is_not_there(world: World, tmp_path: Any) -> None:
    mine, other = lettered(world, "a"), World(tmp_path / "other")
    (card,) = mine.cards
    for asks in (
        lambda: service.dashboard(other.project, mine.id),
        lambda: service.change(MACHINE, other.project, mine.id, name="Mine now"),
        lambda: service.remove(MACHINE, other.project, mine.id),
        lambda: service.add_card(MACHINE, other.project, mine.id, TEXT),
        lambda: service.change_card(MACHINE, other.project, mine.id, card.id, TEXT),
        lambda: service.remove_card(MACHINE, other.project, mine.id, card.id),
        lambda: service.arrange(MACHINE, other.project, mine.id, [card.id]),
        lambda: service.move_card(MACHINE, other.project, mine.id, card.id, places=1),
        lambda: made(other, {"saved": kept(world).id}),
    ):
        with pytest.raises(Refusal) as refused:
            asks()
        assert refused.value.status in (400, 404)
    assert service.dashboards_page(other.project).total == 0
    assert now(world, mine) == mine


# Arranging -----------------------------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(data=st.data())
def test_an_order_and_widths_are_kept_as_they_were_sent(world: World, data: st.DataObject) -> None:
    board = lettered(world, "abcdef"[: data.draw(st.integers(1, 6))])
    ids = [card.id for card in board.cards]
    order, widths = data.draw(st.permutations(ids)), data.draw(st.dictionaries(st.sampled_from(ids), width()))
    service.arrange(MACHINE, world.project, board.id, order, widths)
    arranged = now(world, board)
    assert [card.id for card in arranged.cards] == order
    assert {card.id: card.width for card in arranged.cards} == {id: widths.get(id, 6) for id in ids}
    service.arrange(MACHINE, world.project, board.id, ids, dict.fromkeys(ids, 6))
    assert now(world, board).cards == board.cards


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(order=st.lists(st.integers(0, 7)))
def test_no_order_loses_or_doubles_a_card(world: World, order: list[int]) -> None:
    # 0 … 5 are cards of the dashboard, 6 and 7 of none.
    board = lettered(world, "abcdef")
    ids = [*(card.id for card in board.cards), 10**9, 10**9 + 1]
    service.arrange(MACHINE, world.project, board.id, [ids[each] for each in order])
    named = [each for each in dict.fromkeys(order) if each < 6]
    expected = [*named, *(each for each in range(6) if each not in named)]
    assert texts(now(world, board)) == ["abcdef"[each] for each in expected]


@pytest.mark.parametrize(
    ("card", "places", "arranged"),
    [("a", 1, "bac"), ("c", -1, "acb"), ("a", -1, "abc"), ("c", 1, "abc"), ("a", 5, "bca"), ("c", -5, "cab")],
)
def test_a_card_moves_no_further_than_there_are_places(world: World, card: str, places: int, arranged: str) -> None:
    board = lettered(world, "abc")
    service.move_card(MACHINE, world.project, board.id, board.cards["abc".index(card)].id, places=places)
    assert "".join(texts(now(world, board))) == arranged


def test_a_width_that_there_is_not_changes_nothing(world: World) -> None:
    board = lettered(world, "ab")
    a, b = (card.id for card in board.cards)
    with pytest.raises(Refusal, match="columns wide"):
        service.arrange(MACHINE, world.project, board.id, [b, a], {a: 7})
    assert now(world, board) == board


def width() -> st.SearchStrategy[int]:
    return st.sampled_from(WIDTHS)
