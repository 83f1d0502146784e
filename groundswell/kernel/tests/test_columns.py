"""Rows as typed columns."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from groundswell.kernel.columns import Type, columns_of


def one(name: str, *values: Any, names: tuple[str, ...] = (), **question: Any) -> tuple[Type, list[Any]]:
    (column, *_) = columns_of(question, (name, *names), [[value, *([None] * len(names))] for value in values])
    return column.type, column.values


def test_periods_are_days_or_instants_or_counted() -> None:
    assert one("period", "2026-01-05", None) == (Type.DAY, [date(2026, 1, 5), None])
    assert one("period", "2026-01-05T09:00+00:00") == (Type.INSTANT, [datetime(2026, 1, 5, 9, tzinfo=UTC)])
    assert one("period", 0, 1) == (Type.WHOLE, [0, 1])


def test_a_day_that_somebody_split_by_stays_text() -> None:
    assert one("breakdown", "2026-01-05", breakdown="born") == (Type.TEXT, ["2026-01-05"])
    assert one("label", "2026-01-05") == (Type.TEXT, ["2026-01-05"])


def test_numbers_are_whole_only_if_all_are() -> None:
    assert one("value", 1, None, 2) == (Type.WHOLE, [1, None, 2])
    kind, values = one("value", 1, 2.5)
    assert (kind, [type(value) for value in values]) == (Type.NUMBER, [float, float])


@pytest.mark.parametrize(
    ("name", "names", "question", "wanted"),
    [
        ("period", (), {}, Type.DAY),
        ("period", (), {"interval": "hour"}, Type.INSTANT),
        ("period", ("cohort",), {}, Type.WHOLE),
        ("count", (), {}, Type.WHOLE),
        ("target", (), {}, Type.TEXT),
        ("breakdown", (), {"breakdown": ["a", "b"]}, Type.LIST),
        ("median_seconds", (), {}, Type.NUMBER),
    ],
)
def test_a_column_without_a_value_has_the_type_of_its_name(
    name: str, names: tuple[str, ...], question: dict[str, Any], wanted: Type
) -> None:
    assert one(name, names=names, **question) == (wanted, [])
    assert one(name, None, names=names, **question) == (wanted, [None])
