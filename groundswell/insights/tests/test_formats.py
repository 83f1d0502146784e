"""Answers as files."""

import io
from dataclasses import replace
from datetime import UTC, date
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from groundswell.insights.charts import ENGLISH
from groundswell.insights.formats import FORMATS, as_csv, as_parquet
from groundswell.insights.kinds import TREND as TREND_KIND
from groundswell.insights.kinds import check
from groundswell.insights.pictures import chart, has_chart
from groundswell.insights.types import Answer, Question
from groundswell.kernel.errors import Refusal

TREND = ("period", "series", "breakdown", "value")
DATES = {"date_from": "2026-11-01", "date_to": "2026-11-02"}


def question(**more: Any) -> Question:
    return check({"kind": "trend", "series": [{"event": "A"}], **DATES, **more}, "America/New_York")


def table(asked: Question, columns: tuple[str, ...], rows: list[list[Any]]) -> pa.Table:
    return pq.read_table(io.BytesIO(as_parquet(Answer(asked, columns, rows, "", 1.0))))


def types(found: pa.Table) -> dict[str, str]:
    return {field.name: str(field.type) for field in found.schema}


def test_days_are_dates_and_counts_whole_numbers() -> None:
    found = table(question(), TREND, [["2026-11-01", "A", None, 3], ["2026-11-02", "A", None, 0]])
    assert types(found) == {"period": "date32[day]", "series": "string", "breakdown": "string", "value": "int64"}
    assert found.to_pylist()[0] == {"period": date(2026, 11, 1), "series": "A", "breakdown": None, "value": 3}


def test_an_hour_that_comes_twice_is_two_instants() -> None:
    rows = [[f"2026-11-01T01:00-0{offset}:00", "A", None, offset] for offset in (4, 5)]
    found = table(question(interval="hour"), TREND, rows)
    assert types(found)["period"] == "timestamp[us, tz=America/New_York]"
    assert [each.astimezone(UTC).hour for each in found["period"].to_pylist()] == [5, 6]


def test_what_has_gaps_or_halves_is_numbers() -> None:
    found = table(question(), TREND, [["2026-11-01", "A", "x", 2.5], ["2026-11-02", "A", "x", None]])
    assert types(found)["value"] == "double"
    assert found["value"].to_pylist() == [2.5, None]


def test_a_split_by_several_names_is_a_list_of_texts() -> None:
    rows = [["2026-11-01", "A", value, 1] for value in (["x", None], "(other)")]
    found = table(question(breakdown=["p", "q"]), TREND, rows)
    assert types(found)["breakdown"] == "list<element: string>"
    assert found["breakdown"].to_pylist() == [["x", None], ["(other)"]]
    assert as_csv(Answer(question(breakdown=["p", "q"]), TREND, rows, "", 1.0)).decode().splitlines()[1:] == [
        "2026-11-01,A,x · ,1", "2026-11-01,A,(other),1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "row", "wanted"),
    [
        (("cohort", "size", "period", "returned", "share"), ["2026-11-01", 9, 0, 9, 1.0],
         ["date32[day]", "int64", "int64", "int64", "double"]),
        (("period", "status", "count"), ["2026-11-01", "new", 4], ["date32[day]", "string", "int64"]),
        (("days_active", "count", "share_at_least"), [1, 4, 1.0], ["int64", "int64", "double"]),
        (("step", "source", "target", "count"), [1, "A", None, 4], ["int64", "string", "string", "int64"]),
    ],
)  # fmt: skip
def test_rows_of_every_kind_have_types_and_keep_them_where_there_are_none(
    columns: tuple[str, ...], row: list[Any], wanted: list[str]
) -> None:
    assert list(types(table(question(), columns, [row])).values()) == wanted
    assert list(types(table(question(), columns, [])).values()) == wanted


def test_an_svg_keeps_texts_as_texts_and_runs_none_of_them() -> None:
    asked = question(series=[{"event": "<script>alert(1)</script> & 가입"}])
    answer = Answer(asked, TREND, [["2026-11-01", "<script>alert(1)</script> & 가입", None, 3]], "", 1.0)
    drawn = ElementTree.fromstring(FORMATS["svg"].write(answer, ENGLISH))
    assert drawn.tag.endswith("svg")
    texts = "".join(drawn.itertext())
    assert "<script>alert(1)</script> & 가입" in texts
    assert not any(each.tag.endswith("script") for each in drawn.iter())


def test_a_kind_without_a_chart_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundswell.insights.pictures.kind_of", lambda question: replace(TREND_KIND, chart=None))
    with pytest.raises(Refusal, match="no chart of such an answer") as refused:
        chart(Answer(question(), TREND, [["2026-11-01", "A", None, 3]], "", 1.0))
    assert (refused.value.code, refused.value.hint) == ("no_chart", "Take it as csv or parquet.")
    assert not has_chart(question())
