"""Questions as Python says them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from groundswell.python.answers import Answer
from groundswell.python.project import Project
from groundswell.python.wording import plain

DAYS = {"date_from": "-30d", "date_to": "-1d"}


class Asked(Project):
    """A project that only notes what it is asked."""

    def __init__(self) -> None:
        self.last: dict[str, Any] = {}

    def _answer(self, asked: Any) -> Answer:
        self.last = dict(asked)
        return None  # type: ignore[return-value]


@pytest.fixture
def gs() -> Asked:
    return Asked()


def test_a_trend_of_one_event(gs: Asked) -> None:
    gs.trend("Signed Up")
    assert gs.last == {"kind": "trend", "series": [{"event": "Signed Up"}], "interval": "day", **DAYS}


def test_what_is_said_of_all_series_holds_where_they_say_nothing_themselves(gs: Asked) -> None:
    gs.trend(
        ["Paid", {"event": "Refunded", "measure": "total"}, None],
        measure="people", where={"plan": "pro"}, formula="A - B", count="accounts", breakdown=("plan", "country"),
        date_from=date(2026, 1, 5), date_to="2026-01-31", compare="previous",
    )  # fmt: skip
    assert gs.last == {
        "kind": "trend", "interval": "day", "formula": "A - B", "count": "accounts", "breakdown": ["plan", "country"],
        "compare": "previous", "date_from": "2026-01-05", "date_to": "2026-01-31",
        "series": [
            {"measure": "people", "where": {"plan": "pro"}, "event": "Paid"},
            {"measure": "total", "where": {"plan": "pro"}, "event": "Refunded"},
            {"measure": "people", "where": {"plan": "pro"}, "event": None},
        ],
    }  # fmt: skip


def test_a_funnel(gs: Asked) -> None:
    steps = ["Signed Up", {"event": "Invite Sent", "where": {"channel": "mail"}}, None]
    gs.funnel(steps, exclude="Signed Out", medians=False)
    assert gs.last == {
        "kind": "funnel", "steps": [{"event": "Signed Up"}, steps[1], {"event": None}], "window": "14d",
        "exclude": [{"event": "Signed Out"}], "medians": False, **DAYS,
    }  # fmt: skip
    gs.funnel(["A", "B"])
    assert "exclude" not in gs.last


def test_retention_says_return_in_another_word(gs: Asked) -> None:
    gs.retention("Signed Up", first_time=True, periods=8)
    assert gs.last == {
        "kind": "retention", "start": {"first_time": True, "event": "Signed Up"}, "return": {"event": None},
        "period": "week", "periods": 8, **DAYS,
    }  # fmt: skip


def test_lifecycle_and_stickiness_are_of_any_event_if_none_is_named(gs: Asked) -> None:
    gs.lifecycle(interval="month")
    assert gs.last == {"kind": "lifecycle", "event": None, "interval": "month", **DAYS}
    gs.stickiness("Board Created", unit="week", where={"template": True})
    assert gs.last == {
        "kind": "stickiness", "event": "Board Created", "where": {"template": True}, "unit": "week", **DAYS,
    }  # fmt: skip


def test_paths(gs: Asked) -> None:
    gs.paths(start="Signed Up", end={"event": "Paid"}, steps=4)
    assert gs.last == {
        "kind": "paths", "start": {"event": "Signed Up"}, "end": {"event": "Paid"}, "steps": 4, **DAYS,
    }  # fmt: skip


def test_what_this_client_does_not_know_is_handed_on(gs: Asked) -> None:
    gs.trend("A", segment="power-users")
    assert gs.last["segment"] == "power-users"


def test_an_instant_stands_for_its_day(gs: Asked) -> None:
    gs.trend("A", date_from=datetime(2026, 1, 5, 23, tzinfo=UTC), date_to=pd.Timestamp("2026-01-31T12:00"))
    assert (gs.last["date_from"], gs.last["date_to"]) == ("2026-01-05", "2026-01-31")


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (date(2026, 1, 5), "2026-01-05"),
        (pd.Timestamp("2026-01-05"), "2026-01-05"),
        (datetime(2026, 1, 5, 23, tzinfo=UTC), "2026-01-05T23:00+00:00"),
        (datetime(2026, 1, 5, 23, 0, 1, tzinfo=UTC), "2026-01-05T23:00:01+00:00"),
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (Decimal("9.5"), 9.5),
        ({1}, [1]),
        ({1: ("a", None, True)}, {"1": ["a", None, True]}),
    ],
)
def test_values_of_python_become_those_of_json(value: Any, wanted: Any) -> None:
    assert plain({"value": value}) == {"value": wanted}
