"""The few numbers that are said of each kind of answer. Who did what in this world is said with that of dashboards."""

from collections.abc import Mapping
from typing import Any

import pytest

from groundswell.dashboards.service import answers
from groundswell.dashboards.tests.conftest import JANUARY, SIGN_UPS, made
from groundswell.deliveries.figures import figures
from tests.world import World, track

SIGNED_UP, MADE = {"event": "Signed Up"}, {"event": "Board Created"}
WEEKS = {"interval": "week", "date_from": "2026-01-05", "date_to": "2026-01-18"}
FUNNEL = {"kind": "funnel", "steps": [SIGNED_UP, MADE], "window": "14d", **JANUARY}


Said = list[tuple[str, ...]]


def said(world: World, question: Mapping[str, Any], display: str = "chart", language: str = "en") -> Said:
    """Name, value and change of each figure of a card with that question."""
    (answered,) = answers(world.project, made(world, {"question": question, "display": display}))
    assert answered.answer is not None, answered.refusal
    return [(each.name, each.value, each.change) for each in figures(answered, language)]


def test_of_a_trend_the_last_whole_period_against_the_one_before(board: World) -> None:
    # Ada, Ben and Cleo in the week from the fifth, nobody in the one from the twelfth.
    assert said(board, {**SIGN_UPS, **WEEKS}) == [("Signed Up · Jan 12", "0", "-100.0%")]
    # It is the fifth of February: of the week from the second three days are left, so it is the one before that counts.
    board.send(track("eve", "Signed Up", "2026-01-27T10:00:00Z"), track("fay", "Signed Up", "2026-01-20T10:00:00Z"))
    lately = {"interval": "week", "date_from": "2026-01-19", "date_to": "2026-02-05"}
    assert said(board, {**SIGN_UPS, **lately}) == [("Signed Up · Jan 26", "1", "0.0%")]
    assert said(board, {**SIGN_UPS, **lately}, language="ko")[0][0] == "Signed Up · 1월 26일"


def test_of_a_number_what_the_card_says(board: World) -> None:
    january = {**SIGN_UPS, "date_from": "2026-01-06", "date_to": "2026-01-07"}
    # Ben and Cleo, and in the two days before Ada.
    assert said(board, january, "number") == [("Signed Up", "2", "+100.0%")]
    # Ada and Cleo of three; nobody signed up in the 31 days before.
    assert said(board, FUNNEL, "number") == [("2 of 3", "66.7%", "")]


def test_of_a_table_its_values_the_largest_first(board: World) -> None:
    by_plan = {**SIGN_UPS, "breakdown": "plan"}
    assert said(board, by_plan, "table") == [("free", "2", ""), ("pro", "1", "")]


def test_of_a_funnel_its_steps_or_how_many_of_each_value_finished(board: World) -> None:
    assert said(board, FUNNEL) == [("Signed Up", "3", "100.0%"), ("Board Created", "2", "66.7%")]
    assert said(board, {**FUNNEL, "breakdown": "plan"}) == [("free", "50.0%", ""), ("pro", "100.0%", "")]


def test_of_the_other_views_of_a_funnel_what_they_are_about(board: World) -> None:
    # Ada took three days, Cleo two; the window of all three is over.
    assert said(board, {**FUNNEL, "show": "times"}) == [("Half within", "2d 12h", "")]
    assert said(board, {**FUNNEL, "show": "times", "breakdown": "plan"}) == [("free", "3d", ""), ("pro", "2d", "")]
    assert said(board, {**FUNNEL, "show": "over_time"}) == [("2 of 3", "66.7%", "")]
    assert said(board, {**FUNNEL, "show": "why"}) == [("Went on", "2", ""), ("Stopped", "1", "")]


def test_of_retention_how_many_of_all_were_back(board: World) -> None:
    # All three signed up in the week from the fifth; in the one after it Ben made a board, and then nobody.
    board.send(track("ben", "Board Created", "2026-01-14T10:00:00Z"))
    asked = {"kind": "retention", "start": SIGNED_UP, "return": MADE, "period": "week", "periods": 3, **JANUARY}
    assert said(board, asked) == [("after 1 week", "33.3%", ""), ("after 2 weeks", "0.0%", "")]
    # Of the free ones Ben was back after a week, and nobody after two, which is the last that is known of.
    assert said(board, {**asked, "breakdown": "plan"}) == [("free", "0.0%", ""), ("pro", "0.0%", "")]


def test_of_a_lifecycle_the_last_period(board: World) -> None:
    asked = {"kind": "lifecycle", **SIGNED_UP, **WEEKS}
    assert said(board, asked) == [
        ("New · Jan 12", "0", ""), ("Still there · Jan 12", "0", ""), ("Came back · Jan 12", "0", ""),
        ("Stayed away · Jan 12", "3", ""),
    ]  # fmt: skip


def test_of_stickiness_how_many_were_there_on_so_many_days(board: World) -> None:
    # Ada on two days, the fifth and the eighth; Ben on one; Cleo on two.
    asked = {"kind": "stickiness", "event": None, "unit": "day", **JANUARY}
    assert said(board, asked) == [("at least 1 day", "100.0%", ""), ("at least 2 days", "66.7%", "")]


def test_of_paths_the_moves_of_most(board: World) -> None:
    board.send(
        track("eve", "Signed Up", "2026-01-20T10:00:00Z"), track("eve", "Looked", "2026-01-20T10:01:00Z"),
        track("fay", "Signed Up", "2026-01-21T10:00:00Z"), track("fay", "Looked", "2026-01-21T10:01:00Z"),
    )  # fmt: skip
    moves = said(board, {"kind": "paths", "start": SIGNED_UP, **JANUARY})
    # Ada, Ben and Cleo did nothing more in that session; Eve and Fay looked, and then did nothing more.
    assert moves[:2] == [("1. Signed Up → nothing more", "3", ""), ("1. Signed Up → Looked", "2", "")]


@pytest.mark.parametrize("display", ["chart", "number", "table"])
def test_nothing_is_said_of_nothing(board: World, display: str) -> None:
    for question in (SIGN_UPS, FUNNEL):
        nobody = {**question, "date_from": "2025-01-01", "date_to": "2025-01-31"}
        assert all(value in ("0", "–") for _name, value, _change in said(board, nobody, display))
