"""What a program does with an answer."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from groundswell.insights import saved
from groundswell.insights.kinds import KINDS
from groundswell.kernel.errors import Refusal
from groundswell.python.frames import Table
from groundswell.python.project import Project
from groundswell.python.tests.conftest import Here
from groundswell.workspace.types import Caller
from tests.world import World, group, track

DAYS: dict[str, Any] = {"date_from": "2026-01-05", "date_to": "2026-01-06"}


@pytest.fixture
def gs(world: World, project_of: Callable[[World], Project]) -> Project:
    """Ada and Ben signed up on the 5th, Ben with a plan that is markup; Ada made a board on the 6th."""
    world.send(
        track("ada", "Signed Up", plan="free"), track("ben", "Signed Up", plan="<b>pro</b>"),
        track("ada", "Board Created", "2026-01-06T10:00:00Z"), group("ada", "acme"),
    )  # fmt: skip
    return project_of(world)


# Asking --------------------------------------------------------------------------------------------------------------


def test_an_answer_has_rows_columns_and_the_question_as_it_was_understood(gs: Project) -> None:
    answer = gs.funnel(["Signed Up", "Board Created"], **DAYS)
    assert answer.columns[:4] == ["step", "label", "breakdown", "count"]
    assert [row[3] for row in answer.rows] == [2, 1]
    assert answer.question["window"] == "14d"
    assert (answer.kind, len(answer), answer.unknown) == ("funnel", 2, [])
    assert repr(answer).startswith("<Answer: funnel, 2026-01-05 – 2026-01-06, 2 rows of step, label")


def test_every_kind_of_question_is_understood(gs: Project, world: World) -> None:
    """Ada came back on the 6th, Ben did not; right after she had signed up she invited somebody."""
    world.send(track("ada", "Invite Sent", "2026-01-05T10:05:00Z"))
    assert gs.paths(start="Signed Up", steps=3, **DAYS).rows == [[1, "Signed Up", "Invite Sent", 1]]
    came_back = gs.retention("Signed Up", first_time=True, period="day", periods=2, **DAYS)
    assert came_back.columns == ["cohort", "size", "period", "returned", "share"]
    assert came_back.rows[:2] == [["2026-01-05", 2, 0, 2, 1.0], ["2026-01-05", 2, 1, None, None]]
    life = gs.lifecycle(interval="day", **DAYS).to_polars()
    assert life.filter(pl.col("period") == date(2026, 1, 6))["count"].to_list() == [0, 1, 0, 1]
    assert gs.stickiness("Signed Up", where={"plan": "free"}, **DAYS).rows == [[1, 1, 1.0], [2, 0, 0.0]]


def test_why_people_stopped_is_a_frame_with_types(gs: Project, world: World) -> None:
    nothing = gs.why(["Signed Up", "Board Created"], window="1h", **DAYS)
    assert (nothing.question["show"], nothing.question["step"]) == ("why", 2)
    assert nothing.to_polars().schema["value"] == pl.String
    assert (nothing.beside["dropped"], nothing.beside["tried"]) == (2, 0)
    world.send(*(track(f"p{n}", "Signed Up", plan=10 if n < 40 else 20) for n in range(80)))
    world.send(*(track(f"p{n}", "Board Created", "2026-01-05T10:30:00Z") for n in (*range(30), *range(40, 50))))
    reasons = gs.why(["Signed Up", "Board Created"], window="1h", **DAYS).to_polars().sort("value").to_dicts()
    # Of 40 with plan 10 went on 30, of 40 with plan 20 went on 10; Ada and Ben have other plans and stopped.
    sides = [f"{side}_{went}" for side in ("with", "without") for went in ("converted", "dropped")]
    assert [(each["value"], *(each[side] for side in sides)) for each in reasons] == [
        ("10", 30, 10, 10, 32), ("20", 10, 30, 30, 12),
    ]  # fmt: skip


def test_what_an_answer_says_besides_is_kept(gs: Project) -> None:
    answer = gs.trend("Signed Up", measure="sum", property="plan", **DAYS)
    assert answer.beside == {"ignored": 2}


def test_an_event_that_never_came_is_a_warning_where_it_was_asked(gs: Project) -> None:
    with pytest.warns(UserWarning, match="“Signed up” never came. Did you mean “Signed Up”?") as caught:
        gs.trend("Signed up", **DAYS)
    assert caught[0].filename == __file__
    with pytest.warns(UserWarning, match="never came"):
        gs.ask({"kind": "trend", "series": [{"event": "Zzz"}], **DAYS})


def test_what_cannot_be_asked_is_an_exception_with_its_hint_and_fields(gs: Project) -> None:
    with pytest.raises(Refusal, match="`window` is missing") as refused:
        gs.ask({"kind": "funnel", "steps": [{"event": "A"}], **DAYS})
    assert refused.value.hint == "Write how long a run may take, such as 14d."
    assert set(refused.value.fields) == {"window"}
    assert refused.value.__notes__ == [refused.value.hint]  # Python shows them under the sentence


def test_a_saved_question_is_asked_by_its_name_or_number(gs: Project, world: World) -> None:
    trend = {"kind": "trend", "series": [{"event": "Signed Up"}], **DAYS}
    for name in ("Sign-ups", "Sign-ups by day", "Others"):
        kept = saved.save(Caller(is_operator=True), world.project, name=name, question=trend, by="ada")
    assert [row[3] for row in gs.saved("Sign-ups").rows] == [2, 0]
    assert len(gs.saved(kept.id)) == 2
    assert [each["name"] for each in gs.questions("sign")] == ["Sign-ups by day", "Sign-ups"]
    with pytest.raises(Refusal, match="No saved question is called Sign"):
        gs.saved("Sign")


def test_lists_are_read_to_their_end(gs: Project, world: World) -> None:
    trend = {"kind": "trend", "series": [{"event": "Signed Up"}], **DAYS}
    for number in range(51):
        saved.save(Caller(is_operator=True), world.project, name=f"Q{number}", question=trend, by="ada")
    assert len(gs.questions()) == 51


# Frames --------------------------------------------------------------------------------------------------------------


def test_a_polars_frame_has_types(gs: Project) -> None:
    frame = gs.trend("Signed Up", breakdown="plan", **DAYS).to_polars()
    assert dict(frame.schema) == {"period": pl.Date, "series": pl.String, "breakdown": pl.String, "value": pl.Int64}
    assert frame.row(0) == (date(2026, 1, 5), "Signed Up", "<b>pro</b>", 1)


def test_a_pandas_frame_has_types(gs: Project) -> None:
    frame = gs.trend("Signed Up", breakdown="plan", **DAYS).to_pandas()
    assert [str(each) for each in frame.dtypes] == ["datetime64[s]", "str", "str", "int64"]
    assert frame["period"][0] == pd.Timestamp("2026-01-05")


HOURS = [["2026-11-01T01:00-04:00", "A", ["x", None], 1.5], ["2026-11-01T01:00-05:00", "A", "(other)", None]]
QUESTION = {"interval": "hour", "timezone": "America/New_York", "breakdown": ["p", "q"]}


def test_an_hour_that_comes_twice_is_two_instants_in_either_frame() -> None:
    table = Table(["period", "series", "breakdown", "value"], HOURS, question=QUESTION)
    polars, pandas = table.to_polars(), table.to_pandas()
    assert polars.schema["period"] == pl.Datetime("us", "America/New_York")
    assert polars["period"].dt.convert_time_zone("UTC").dt.hour().to_list() == [5, 6]
    assert polars["breakdown"].to_list() == [["x", None], ["(other)"]]
    assert str(pandas["period"].dtype) == "datetime64[us, America/New_York]"
    assert pandas["period"].dt.tz_convert("UTC").dt.hour.to_list() == [5, 6]
    assert pandas["value"].isna().to_list() == [False, True]


def test_frames_of_nothing_keep_their_types() -> None:
    table = Table(["cohort", "size", "period", "returned", "share"], [])
    assert list(table.to_polars().schema.values()) == [pl.Date, pl.Int64, pl.Int64, pl.Int64, pl.Float64]
    kinds = ["datetime64[s]", "int64", "int64", "int64", "float64"]
    assert [str(each) for each in table.to_pandas().dtypes] == kinds


def test_counts_with_gaps_stay_whole() -> None:
    table = Table(["cohort", "returned"], [["2026-01-05", 3], ["2026-01-12", None]])
    assert table.to_polars()["returned"].to_list() == [3, None]
    assert str(table.to_pandas()["returned"].dtype) == "Int64"
    assert table.to_dicts()[1] == {"cohort": date(2026, 1, 12), "returned": None}


@pytest.mark.parametrize(("name", "other"), [("polars", "to_pandas"), ("pandas", "to_polars")])
def test_without_a_library_a_sentence_says_which(name: str, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModuleNotFoundError, match=f"{name} is not installed here.*pip install {name}.*{other}"):
        getattr(Table(["count"], [[1]]), f"to_{name}")()


# Charts and files ----------------------------------------------------------------------------------------------------


def test_the_chart_is_the_console_s(gs: Project) -> None:
    drawn = gs.trend("Signed Up", **DAYS).chart().properties(width=500).to_dict()
    assert drawn["width"] == 500
    (values,) = drawn["datasets"].values()
    assert [each["value"] for each in values] == [2, 0]


@pytest.mark.parametrize(
    ("name", "begins"), [("a.csv", b"step,"), ("a.parquet", b"PAR1"), ("a.PNG", b"\x89PNG"), ("a.svg", b"<svg")]
)
def test_an_answer_is_saved_as_what_the_name_ends_with(gs: Project, tmp_path: Path, name: str, begins: bytes) -> None:
    path = gs.funnel(["Signed Up"], **DAYS).save(tmp_path / name)
    assert path == tmp_path / name
    assert path.read_bytes().startswith(begins)


def test_a_file_s_name_has_to_say_a_format(gs: Project, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="says no format") as refused:
        gs.funnel(["Signed Up"], **DAYS).save(tmp_path / "answer.xlsx")
    assert ".parquet" in refused.value.hint
    assert not (tmp_path / "answer.xlsx").exists()


def test_a_notebook_shows_chart_and_table_and_no_markup_of_others(gs: Project, here: Here) -> None:
    answer = gs.trend("Signed Up", breakdown="plan", **DAYS)
    for _ in range(2):
        shown = answer._repr_html_()
        assert 'src="data:image/svg+xml;base64,' in shown
        assert "&lt;b&gt;pro&lt;/b&gt;" in shown
        assert "<b>" not in shown
    assert sum("format=svg" in path for path in here.sent) == 1


def test_a_long_table_is_cut_and_says_so() -> None:
    shown = Table(["step", "share", "seconds"], [[1234, 0.25, 1.5]] + [[1, None, 2.0]] * 99)._repr_html_()
    assert shown.count("<tr>") == 21
    assert "… and 80 more rows" in shown
    assert ">1,234</td>" in shown
    assert ">25.0%</td>" in shown


def test_a_kind_without_a_chart_shows_its_table(gs: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    drawless = replace(KINDS["funnel"], chart=None)
    monkeypatch.setattr("groundswell.insights.pictures.kind_of", lambda question: drawless)
    answer = gs.funnel(["Signed Up"], **DAYS)
    assert answer._repr_html_().startswith("<table>")
    with pytest.raises(Refusal, match="no chart"):
        answer.chart()


# Who is behind it ----------------------------------------------------------------------------------------------------


def test_who_is_behind_a_number_is_a_table_too(gs: Project) -> None:
    answer = gs.funnel(["Signed Up", "Board Created"], **DAYS)
    dropped = answer.who(step=2, dropped=True)
    assert (dropped.ids, dropped.total, repr(dropped)) == (["ben"], 1, "<Behind: 1 of 1>")
    seen = dropped.to_polars()["last_seen"][0]
    assert seen == datetime(2026, 1, 5, 10, tzinfo=UTC)
    assert gs.who(answer, {"step": 2}).ids == ["ada"]
    assert gs.who(dict(answer.question), {"step": 1}).total == 2


def test_accounts_are_behind_a_number_that_counts_them(gs: Project) -> None:
    companies = gs.funnel(["Signed Up"], count="accounts", **DAYS).who(step=1)
    assert companies.columns[:2] == ["id", "name"]
    assert companies.ids == ["acme"]


def test_a_long_list_comes_in_pieces_and_no_further_than_asked(
    gs: Project, here: Here, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(*(track(f"p{number}", "Opened") for number in range(7)))
    monkeypatch.setattr("groundswell.python.lists.AT_ONCE", 3)
    answer = gs.trend("Opened", **DAYS)
    for most, rows, requests in ((None, 7, 3), (4, 4, 2), (7, 7, 3)):
        here.sent.clear()
        found = gs.who(answer, {"series": 1}, most=most)
        assert (len(found), found.total, len(set(found.ids)), len(here.sent)) == (rows, 7, rows, requests)


def test_nobody_is_behind_nothing(gs: Project) -> None:
    nobody = gs.trend("Signed Up", **DAYS).who(series=1, period=date(2026, 1, 6))
    assert (len(nobody), nobody.ids, nobody.to_polars().height) == (0, [], 0)


def test_anything_else_of_the_api_is_in_reach(gs: Project) -> None:
    assert gs.request("GET", "ingestion")["loaded"] >= 0
    assert gs.request("POST", "who", {"question": {"kind": "funnel", "steps": [{"event": "Signed Up"}], "window": "1d",
                                                   **DAYS}, "cell": {"step": 1}})["total"] == 2  # fmt: skip


def test_a_with_block_lets_go(gs: Project, here: Here) -> None:
    with gs as same:
        assert same is gs
    assert here.is_closed


# Segments and annotations --------------------------------------------------------------------------------------------


def test_a_segment_is_made_read_and_asked_about(gs: Project) -> None:
    match = {"all": [{"did": {"event": "Board Created"}}]}
    assert gs.segments.preview(match)["members"] == 1
    made = gs.segments.put("makers", "Makers", match)
    assert (made["key"], made["of"]) == ("makers", "people")
    assert gs.segments.members("makers").ids == ["ada"]
    assert [each["name"] for each in gs.segments.list("mak")] == ["Makers"]
    makers = gs.trend("Signed Up", where={"person.segment": {"$inGroup": "makers"}}, **DAYS)
    assert [row[3] for row in makers.rows] == [1, 0]
    assert gs.segments.put("makers", "All makers", match, description="who made a board")["name"] == "All makers"
    gs.segments.remove("makers")
    with pytest.raises(Refusal, match="There is no"):
        gs.segments.get("makers")


def test_what_happened_is_written_down_and_read_again(gs: Project) -> None:
    gs.annotate(date(2026, 1, 5), "Version 2.0", kind="release", link="https://example.com/2")
    gs.annotate(datetime(2026, 1, 6, 9, 30, tzinfo=UTC), "Mail campaign", kind="campaign")
    assert [row[:3] for row in gs.annotations().rows] == [
        ["2026-01-06T09:30+00:00", "campaign", "Mail campaign"], ["2026-01-05", "release", "Version 2.0"],
    ]  # fmt: skip
    assert gs.annotations(date(2026, 1, 5), "2026-01-05").to_polars()["text"].to_list() == ["Version 2.0"]
    assert "[2] Jan 6, 2026 09:30" in gs.trend("Signed Up", **DAYS)._as("svg").decode()
