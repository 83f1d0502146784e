"""A funnel over time, in a world worked out by hand.

UTC, weeks of Monday 5 and 12 January 2026; the window is three days. S Signed Up, B Board Created.

    ada    S 6th 10:00 · B 7th 10:00 · S 8th 10:00 · S 13th 10:00 · B 20th 10:00
           week of the 5th: 1 day, with the first of her two runs; of the 12th: not, for seven days are too long
    ben    S pro 6th 10:00 · B 12th 10:00              week of the 5th: not
    cleo   S 11th 23:00 · B 12th 01:00                 week of the 5th: 2 h, into the next week
    dan    S pro 14th 10:00 · B 14th 14:00             week of the 12th: 4 h
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from groundswell.insights.kinds import actors, check, check_cell
from groundswell.insights.over_time.question import FunnelOverTime
from groundswell.insights.over_time.words import cut_text, is_open
from groundswell.insights.service import ask
from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal
from tests.world import World, group, track

DATES = {"date_from": "2026-01-05", "date_to": "2026-01-18"}
STEPS = [{"event": "Signed Up"}, {"event": "Board Created"}]
WEEKLY = {"kind": "funnel", "show": "over_time", "interval": "week", "steps": STEPS, "window": "3d", **DATES}
HOUR = 3600.0  # s


@pytest.fixture
def boards(world: World) -> World:
    def did(user: str, event: str, at: str, **properties: Any) -> dict[str, Any]:
        return track(user, STEPS["SB".index(event)]["event"], f"2026-01-{at}:00:00Z", **properties)

    world.send(
        *(group(user, "acme", at="2026-01-01T00:00:00Z") for user in ("ben", "cleo")),
        did("ada", "S", "06T10"), did("ada", "B", "07T10"), did("ada", "S", "08T10"), did("ada", "S", "13T10"),
        did("ada", "B", "20T10"),
        did("ben", "S", "06T10", plan="pro"), did("ben", "B", "12T10"),
        did("cleo", "S", "11T23"), did("cleo", "B", "12T01"),
        did("dan", "S", "14T10", plan="pro"), did("dan", "B", "14T14"),
    )  # fmt: skip
    return world


def rows(world: World, **question: Any) -> list[list[Any]]:
    return ask(world.project, {**WEEKLY, **question}).rows


def behind(world: World, cell: dict[str, Any], **question: Any) -> int:
    checked = check({**WEEKLY, **question}, "UTC")
    return len(actors(world.project.id, checked, check_cell(checked, cell)))


def test_people_count_in_each_period_in_which_they_start(boards: World) -> None:
    assert ask(boards.project, WEEKLY).columns == (
        "period", "breakdown", "started", "finished", "share", "median_seconds",
    )  # fmt: skip
    assert rows(boards) == [
        ["2026-01-05", None, 3, 2, 2 / 3, 13 * HOUR],  # ada 24 h, cleo 2 h
        ["2026-01-12", None, 2, 1, 0.5, 4 * HOUR],
    ]


def test_each_period_says_what_the_funnel_says_of_its_days(boards: World) -> None:
    for begin, end in (("2026-01-05", "2026-01-11"), ("2026-01-12", "2026-01-18")):
        steps = {"kind": "funnel", "steps": STEPS, "window": "3d", "date_from": begin, "date_to": end}
        alone = ask(boards.project, steps)
        assert [row[3] for row in alone.rows] == next(row[2:4] for row in rows(boards) if row[0] == begin)


def test_days_and_months_are_periods_too(boards: World) -> None:
    assert rows(boards, interval="month") == [["2026-01-01", None, 4, 3, 0.75, 4 * HOUR]]  # 24, 2 and 4 h
    daily = rows(boards, interval="day")
    assert len(daily) == 14
    assert [row[0][-2:] for row in daily if row[2]] == ["06", "08", "11", "13", "14"]
    assert daily[3] == ["2026-01-08", None, 1, 0, 0.0, None]  # ada again, and no board within three days


def test_where_nobody_started_there_is_no_share(boards: World) -> None:
    assert rows(boards, interval="day")[0] == ["2026-01-05", None, 0, 0, None, None]
    assert rows(boards, steps=[{"event": "Unknown"}, *STEPS])[0] == ["2026-01-05", None, 0, 0, None, None]


def test_days_that_cut_a_week_off_count_alone(boards: World) -> None:
    found = rows(boards, date_from="2026-01-07", date_to="2026-01-13")
    assert [row[:4] for row in found] == [["2026-01-05", None, 2, 1], ["2026-01-12", None, 1, 0]]  # ada's of the 8th


def test_a_value_has_a_row_for_every_period(boards: World) -> None:
    found = rows(boards, breakdown="plan", medians=False)
    assert [row[:4] for row in found] == [
        ["2026-01-05", "pro", 1, 0], ["2026-01-12", "pro", 1, 1],
        ["2026-01-05", None, 2, 2], ["2026-01-12", None, 1, 0],
    ]  # fmt: skip
    assert {row[5] for row in found} == {None}


def test_companies_count_in_each_period_too(boards: World) -> None:
    # acme: ben signs up on the 6th, cleo on the 11th; her board of the 12th 01:00 comes within her three days
    assert rows(boards, count="accounts") == [
        ["2026-01-05", None, 1, 1, 1.0, 2 * HOUR], ["2026-01-12", None, 0, 0, None, None],
    ]  # fmt: skip


def test_of_one_step_everybody_finishes_at_once(boards: World) -> None:
    assert rows(boards, steps=STEPS[:1])[0] == ["2026-01-05", None, 3, 3, 1.0, None]


def test_behind_each_number_are_those_it_counts(boards: World) -> None:
    assert behind(boards, {"period": "2026-01-05"}) == 3
    assert behind(boards, {"period": "2026-01-05", "finished": True}) == 2
    assert behind(boards, {"period": "2026-01-05", "finished": False}) == 1
    assert behind(boards, {"period": "2026-01-12", "finished": True, "breakdown": "pro"}, breakdown="plan") == 1
    assert behind(boards, {"period": "2026-01-12", "breakdown": "gold"}, breakdown="plan") == 0


def test_the_question_says_what_it_shows() -> None:
    checked = check({**WEEKLY, "interval": None}, "UTC")
    assert (checked.as_json()["show"], checked.as_json()["interval"]) == ("over_time", "week")
    assert check(checked.as_json(), "UTC") == checked


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"interval": "hour"}, "interval"), ({"interval": "whole"}, "interval"), ({"bins": 3}, "bins"),
        ({"interval": "day", "date_from": "1990-01-01"}, "interval"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(question: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        check({**WEEKLY, **question}, "UTC")
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    "cell",
    [
        {},
        {"period": "2026-01-06"},
        {"period": ["2026-01-05"]},
        {"period": "2026-01-05", "finished": "yes"},
        {"step": 1},
    ],
)
def test_a_cell_that_no_answer_has_is_refused(cell: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        check_cell(check(WEEKLY, "UTC"), cell)


# What counts only in part


@pytest.mark.parametrize(
    ("period", "window", "cut", "opens"),
    [
        ("2026-01-26", "3d", "", False),
        ("2026-01-26", "14d", "window still open", True),
        ("2026-02-02", "2d", "", False),
        ("2026-02-02", "4d", "window still open", True),
        ("2026-02-09", "3d", "3 of 7 days, not over yet", True),
        ("2026-01-05", "3d", "6 of 7 days", False),
    ],
)
def test_a_period_whose_people_may_still_finish_says_so(
    monkeypatch: pytest.MonkeyPatch, period: str, window: str, cut: str, opens: bool
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 2, 11, 12, tzinfo=UTC))  # a Wednesday
    question = check({**WEEKLY, "window": window, "date_from": "2026-01-06", "date_to": "2026-02-11"}, "UTC")
    assert isinstance(question, FunnelOverTime)
    assert (cut_text(question, period), is_open(question, period)) == (cut, opens)
