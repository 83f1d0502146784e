"""What is said of periods that count only in part."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation

from groundswell.insights.cuts import cut_text, still_open
from groundswell.insights.kinds import check
from groundswell.insights.types import Funnel, Trend
from groundswell.kernel import clock

NOON = datetime(2026, 2, 11, 12, tzinfo=UTC)  # a Wednesday


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def said(interval: str, period: str, *, first: str = "2026-01-06", last: str = "2026-02-11", **more: Any) -> str:
    is_previous = more.pop("is_previous", False)
    asked = {"kind": "trend", "series": [{"event": "A"}], "interval": interval, "date_from": first, "date_to": last}
    question = check({**asked, **more}, "Asia/Seoul")
    assert isinstance(question, Trend)
    return cut_text(question, period, is_previous=is_previous)


@pytest.mark.parametrize(
    ("interval", "period", "expected"),
    [
        ("week", "2026-01-05", "6 of 7 days"),
        ("week", "2026-01-12", ""),
        ("week", "2026-02-09", "3 of 7 days, not over yet"),
        ("month", "2026-01-01", "26 of 31 days"),
        ("month", "2026-02-01", "11 of 28 days, not over yet"),
        ("whole", "2026-01-06", "not over yet"),
        ("day", "2026-02-10", ""),
        ("day", "2026-02-11", "not over yet"),
        ("hour", "2026-02-11T20:00+09:00", ""),
        ("hour", "2026-02-11T21:00+09:00", "not over yet"),
        ("hour", "2026-02-11T22:00+09:00", "still to come"),
    ],
)
def test_a_period_that_is_cut_off_or_not_over_says_so(interval: str, period: str, expected: str) -> None:
    assert said(interval, period) == expected


def test_of_days_that_are_past_no_more_is_expected() -> None:
    assert said("week", "2026-02-09", last="2026-02-10") == "2 of 7 days"


def test_days_that_lie_ahead_do_not_count() -> None:
    assert said("month", "2026-02-01", last="2026-02-28") == "11 of 28 days, not over yet"
    assert said("day", "2026-02-20", last="2026-02-28") == "still to come"
    assert said("week", "2026-02-16", last="2026-02-28") == "still to come"


def test_the_days_before_are_cut_off_where_they_are() -> None:
    assert said("week", "2026-01-05", compare="previous", is_previous=True) == "1 of 7 days"


def test_what_adds_up_lacks_nothing_but_what_is_still_to_come() -> None:
    assert said("week", "2026-01-05", cumulative=True) == ""
    assert said("week", "2026-02-09", cumulative=True) == "not over yet"


def opened(window: str, *, first: str = "2026-01-01", last: str = "2026-02-10", steps: str = "AB") -> str:
    asked = {"kind": "funnel", "steps": [{"event": name} for name in steps], "window": window}
    question = check({**asked, "date_from": first, "date_to": last}, "Asia/Seoul")
    assert isinstance(question, Funnel)
    return still_open(question)


def test_a_funnel_says_for_whom_its_window_is_still_open() -> None:
    told = "Some may still come: the window of {} is still open for {}."
    assert opened("14d") == told.format("14 days", "those who started after Jan 28")
    assert opened("14d", first="2026-02-01") == told.format("14 days", "all of them")
    assert opened("22h") == told.format("22 hours", "those who started after Feb 10, 2026, 11:00:00\u202fPM")
    with translation.override("ko"):
        assert "1월 28일" in opened("14d")


def test_a_funnel_that_nobody_can_go_further_in_says_nothing_of_it() -> None:
    assert opened("20h") == ""
    assert opened("14d", last="2026-01-27") == ""
    assert opened("14d", steps="A") == ""
