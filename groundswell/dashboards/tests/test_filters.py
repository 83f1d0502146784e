"""What filters do to the answers of cards, worked out by hand; who is in the world is said in conftest."""

from collections.abc import Mapping
from typing import Any

import pytest

from groundswell.dashboards import service
from groundswell.dashboards.filters import check_filters, narrowed
from groundswell.dashboards.tests.conftest import FUNNEL, JANUARY, SIGN_UPS, made
from groundswell.dashboards.types import Filters
from groundswell.kernel.errors import Refusal
from tests.world import World


def values(world: World, question: Mapping[str, Any], *, keeps_days: bool = False, **filters: Any) -> list[Any]:
    """The last column but for a funnel, of which the counts are meant."""
    (answered,) = answers(world, question, keeps_days=keeps_days, **filters)
    assert answered.answer is not None, answered.refusal
    return [row[3] for row in answered.answer.rows]


def answers(world: World, *questions: Mapping[str, Any], keeps_days: bool = False, **filters: Any) -> list[Any]:
    board = made(world, *({"question": each, "keeps_days": keeps_days} for each in questions))
    return list(service.answers(world.project, board, check_filters(filters, "UTC")))


def notes(world: World, question: Mapping[str, Any], **filters: Any) -> list[str]:
    return list(map(str, narrowed(world.project, question, check_filters(filters, "UTC"))[1]))


def test_without_filters_a_card_asks_what_its_question_asks(board: World) -> None:
    assert narrowed(board.project, SIGN_UPS, Filters()) == (SIGN_UPS, ())
    assert values(board, SIGN_UPS) == [3]


def test_days_stand_in_the_place_of_the_question_s(board: World) -> None:
    february = {"date_from": "2026-02-01", "date_to": "2026-02-28"}
    assert values(board, SIGN_UPS, **february) == [1]
    assert values(board, FUNNEL, **february) == [1, 0]


def test_a_property_narrows_the_events_that_come_with_it(board: World) -> None:
    # Ada and Ben signed up for nothing; Ada made a board, which does not come with a plan.
    free = {"plan": "free"}
    assert values(board, SIGN_UPS, where=free) == [2]
    assert values(board, FUNNEL, where=free) == [2, 1]
    assert notes(board, SIGN_UPS, where=free) == []
    assert notes(board, FUNNEL, where=free) == ["“plan is free” narrows Signed Up alone."]


def test_paths_are_narrowed_by_what_they_begin_with(board: World) -> None:
    paths = {"kind": "paths", "start": {"event": "Signed Up"}, "end": None, "steps": 4, **JANUARY}
    (whole,) = answers(board, paths)
    (narrow,) = answers(board, paths, where={"plan": "free"})
    assert narrow.answer.beside["count"] == 2 < whole.answer.beside["count"]
    assert notes(board, {**paths, "start": None}, where={"person.segment": {"$inGroup": "pro"}}) != []


def test_a_property_that_nothing_comes_with_narrows_nothing_and_says_so(board: World) -> None:
    assert values(board, SIGN_UPS, where={"size": {"$gte": 5}}) == [3]
    assert notes(board, SIGN_UPS, where={"size": {"$gte": 5}}) == [
        "Not narrowed by “size is at least 5”: nothing here comes with it."
    ]


def test_any_event_is_narrowed_by_every_property(board: World) -> None:
    # With a size come the boards of Ada and Cleo.
    any_event = {**SIGN_UPS, "series": [{"event": None}]}
    assert values(board, any_event) == [3]
    assert values(board, any_event, where={"size": {"$exists": True}}) == [2]
    assert notes(board, any_event, where={"size": {"$exists": True}}) == []


def test_a_trait_narrows_every_event(board: World) -> None:
    # In Seoul are Ada and Cleo, who both made a board; five seats has Acme, Ada's company.
    assert values(board, FUNNEL, where={"person.city": "Seoul"}) == [2, 2]
    assert values(board, FUNNEL, where={"account.seats": 5}) == [1, 1]
    assert notes(board, FUNNEL, where={"person.city": "Seoul", "account.seats": 5}) == []


def test_a_filter_comes_on_top_of_what_the_question_says(board: World) -> None:
    free = {**SIGN_UPS, "series": [{"event": "Signed Up", "where": {"plan": "free"}}]}
    assert values(board, free, where={"person.city": "Seoul"}) == [1]
    assert values(board, free, where={"plan": "pro"}) == [0]


def test_a_statement_that_no_sentence_has_words_for_holds_as_well(board: World) -> None:
    either = {"$or": [{"plan": "pro"}, {"event.plan": "enterprise"}]}
    assert values(board, SIGN_UPS, where=either) == [1]
    assert values(board, FUNNEL, where=either) == [1, 1]


def test_a_card_may_keep_its_own_days(board: World) -> None:
    # In January two signed up for nothing, in February nobody.
    february = {"date_from": "2026-02-01", "date_to": "2026-02-28", "where": {"plan": "free"}}
    assert values(board, SIGN_UPS, **february) == [0]
    assert values(board, SIGN_UPS, keeps_days=True, **february) == [2]
    (kept,) = answers(board, SIGN_UPS, keeps_days=True, **february)
    assert kept.as_json()["answer"]["question"]["date_from"] == "2026-01-01"


def test_a_card_that_is_refused_spoils_no_other(board: World) -> None:
    hourly = {**SIGN_UPS, "interval": "hour"}
    refused, answered = answers(board, hourly, SIGN_UPS, date_from="2020-01-01", date_to="2026-12-31")
    assert refused.as_json()["error"]["code"] == "bad_question"
    assert sum(row[3] for row in answered.answer.rows) == 4


def test_a_text_is_no_question(board: World) -> None:
    (said,) = service.answers(board.project, made(board, {"text": "Hello"}), Filters())
    assert said.as_json() == {"card": said.card.id, "name": "", "display": "text", "text": "Hello"}


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"date_from": "yesterday", "date_to": "-1d"}, "date_from"),
        ({"date_from": "-1d"}, "date_to"),
        ({"date_to": "-1d"}, "date_from"),
        ({"date_from": "-1d", "date_to": "-30d"}, "date_to"),
        ({"where": {"plan": {"$near": 3}}}, "where.plan.$near"),
        ({"where": 5}, "where"),
        ({"who": "ada"}, "filters"),
    ],
)
def test_filters_that_are_none_are_refused(filters: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_filters(filters, "UTC")
    assert list(refused.value.fields) == [field]


def test_days_are_those_of_the_project_s_zone(board: World) -> None:
    filters = check_filters({"date_from": "2026-01-05", "date_to": "2026-01-05"}, "Asia/Seoul")
    assert filters == check_filters(filters.as_json(), "UTC") == Filters("2026-01-05", "2026-01-05")
