"""Clicks of a real shop, published with the package retentioneering: mapped, imported, asked, held against pandas.

The file names no zone and the project is in Seoul, so its days are the days of the file as they stand there.
"""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from groundswell.collect.tests.importing import Importing
from groundswell.insights.service import ask
from tests.world import World

PACKAGE = "retentioneering==3.3.0"
STEPS = ["catalog", "cart", "delivery_choice", "payment_choice", "payment_done"]
WINDOW = pd.Timedelta(hours=2)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the package's data."""
    folder = tmp_path_factory.mktemp("clickstream")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("The click-stream cannot be downloaded: there is no network, or no pip.")
    (wheel,) = folder.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(folder)
    return folder / "retentioneering" / "datasets" / "data"


@pytest.fixture
def seoul(open_store: None, transactional_db: None, tmp_path: Path) -> Iterator[World]:
    yield World(tmp_path, tz="Asia/Seoul")


def loaded(world: World, path: Path) -> pd.DataFrame:
    """The rows of a file, as pandas reads them, once they are imported."""
    rows = pd.read_csv(path, parse_dates=["timestamp"], dtype={"user_id": str})
    report = Importing(world).load(path, userId="user_id", event="event", timestamp="timestamp")
    assert (report.loaded, report.dropped) == (len(rows), {})
    return rows


def dates_of(rows: pd.DataFrame) -> dict[str, str]:
    days = rows["timestamp"].dt.date
    return {"date_from": str(days.min()), "date_to": str(days.max())}


def test_daily_trends_equal_those_of_pandas(seoul: World, files: Path) -> None:
    rows = loaded(seoul, files / "simple-onlineshop.csv")
    series = [{"event": "cart", "measure": measure, "label": measure} for measure in ("people", "total")]
    series += [{"event": None, "measure": measure, "label": f"any {measure}"} for measure in ("people", "total")]
    question = {"kind": "trend", "series": series, "interval": "day", **dates_of(rows)}
    told = {(period, label): value for period, label, _, value in ask(seoul.project, question).rows}
    days = pd.date_range(*dates_of(rows).values())
    for prefix, part in (("", rows[rows["event"] == "cart"]), ("any ", rows)):
        by_day = part.groupby(part["timestamp"].dt.normalize())["user_id"]
        for measure, found in (("people", by_day.nunique()), ("total", by_day.size())):
            expected = {str(day.date()): int(n) for day, n in found.reindex(days, fill_value=0).items()}
            assert {day: value for (day, label), value in told.items() if label == prefix + measure} == expected


def test_sums_by_a_property_equal_those_of_pandas(seoul: World, files: Path) -> None:
    rows = loaded(seoul, files / "ab_test_demo.csv")
    series = [{"event": None, "measure": "sum", "property": "transaction_value"}]
    question = {"kind": "trend", "series": series, "interval": "month", "breakdown": "user_backet", **dates_of(rows)}
    told = {(period, value): total for period, _, value, total in ask(seoul.project, question).rows}
    month = rows["timestamp"].dt.to_period("M").dt.start_time.dt.date.astype(str)
    sums = rows.groupby([month, "user_backet"])["transaction_value"].sum()
    assert sums.sum() > 0
    assert {key: total for key, total in told.items() if total} == pytest.approx(sums[sums != 0].to_dict())


def test_a_funnel_equals_that_of_pandas(seoul: World, files: Path) -> None:
    rows = loaded(seoul, files / "simple-onlineshop.csv")
    question = {
        "kind": "funnel", "steps": [{"event": step} for step in STEPS], "window": "2h", **dates_of(rows),
    }  # fmt: skip
    told = [(count, median) for _, _, _, count, _, _, median in ask(seoul.project, question).rows]
    runs = [best_run(own) for _, own in rows[rows["event"].isin(STEPS)].groupby("user_id")]
    for step, (count, median) in enumerate(told):
        reached = [run for run in runs if len(run) > step]
        assert count == len(reached) > 0
        took = pd.Series([(run[step] - run[step - 1]).total_seconds() for run in reached if step], dtype=float)
        assert median == (pytest.approx(took.median(), abs=1e-6) if step else None)


def best_run(rows: pd.DataFrame) -> list[pd.Timestamp]:
    """The instants of the run that gets furthest, of equals the earliest: from every first step on, each next step
    is the earliest event of its name that is not before the last one and lies within the window."""
    at = {step: sorted(rows.loc[rows["event"] == step, "timestamp"]) for step in STEPS}
    best: list[pd.Timestamp] = []
    for start in at[STEPS[0]]:
        run = [start]
        for step in STEPS[1:]:
            following = next((instant for instant in at[step] if instant >= run[-1]), None)
            if following is None or following > start + WINDOW:
                break
            run.append(following)
        best = run if len(run) > len(best) else best
    return best


def test_retention_equals_that_of_pandas(seoul: World, files: Path) -> None:
    rows = loaded(seoul, files / "simple-onlineshop.csv")
    question = {
        "kind": "retention", "start": {"event": "catalog", "first_time": True}, "return": {"event": "cart"},
        "period": "week", "periods": 6, **dates_of(rows),
    }  # fmt: skip
    told = {(cohort, period): (size, back) for cohort, size, period, back, _ in ask(seoul.project, question).rows}
    rows["week"] = rows["timestamp"].dt.to_period("W")
    began = rows[rows["event"] == "catalog"].groupby("user_id")["week"].min().rename("cohort")
    carts = rows[rows["event"] == "cart"].merge(began, on="user_id")
    carts["period"] = carts["week"].astype("int64") - carts["cohort"].astype("int64")
    backs = carts.groupby(["cohort", "period"])["user_id"].nunique()
    sizes = began.value_counts()
    expected = {}
    for cohort in pd.period_range(rows["week"].min(), rows["week"].max()):
        size = int(sizes.get(cohort, 0))
        for period in range(6):
            returned = size if period == 0 else int(backs.get((cohort, period), 0))
            is_over = rows["timestamp"].max() >= (cohort + period + 1).start_time
            expected[str(cohort.start_time.date()), period] = (size, returned if is_over else None)
    assert told == expected
    assert backs.sum() > 100


def test_lifecycle_and_stickiness_equal_those_of_pandas(seoul: World, files: Path) -> None:
    rows = loaded(seoul, files / "simple-onlineshop.csv")
    rows["week"] = rows["timestamp"].dt.to_period("W")
    weeks = pd.period_range(rows["week"].min(), rows["week"].max())
    there = pd.crosstab(rows["user_id"], rows["week"]).reindex(columns=weeks, fill_value=0) > 0
    before = there.shift(axis=1, fill_value=False)
    ever = before.cummax(axis=1)
    expected = {"new": there & ~ever, "returning": there & before, "resurrecting": there & ever & ~before}
    expected["dormant"] = before & ~there
    question = {"kind": "lifecycle", "event": None, "interval": "week", **dates_of(rows)}
    told = {(week, status): count for week, status, count in ask(seoul.project, question).rows}
    assert told == {
        (str(week.start_time.date()), status): int(who[week].sum())
        for status, who in expected.items()
        for week in weeks
    }
    question = {"kind": "stickiness", "event": None, "unit": "week", **dates_of(rows)}
    numbers = there.sum(axis=1)
    assert ask(seoul.project, question).rows == [
        [number, int((numbers == number).sum()), pytest.approx((numbers >= number).mean())]
        for number in range(1, len(weeks) + 1)
    ]


@pytest.mark.parametrize("end", [None, "payment_done"])
def test_paths_equal_those_of_pandas(seoul: World, files: Path, end: str | None) -> None:
    rows = loaded(seoul, files / "simple-onlineshop.csv").sort_values(["user_id", "timestamp", "event"])
    question = {
        "kind": "paths", "start": {"event": "catalog"}, "end": end and {"event": end}, "steps": 6, **dates_of(rows),
    }  # fmt: skip
    told = {(step, source, target): count for step, source, target, count in ask(seoul.project, question).rows}
    pause = rows.groupby("user_id")["timestamp"].diff()
    rows["session"] = (pause.isna() | (pause >= pd.Timedelta(minutes=30))).cumsum()
    nodes = rows[rows["event"] != rows.groupby("session")["event"].shift()]
    nodes = nodes[(nodes["event"] == "catalog").groupby(nodes["session"]).cummax()]
    if end:
        came = (nodes["event"] == end).groupby(nodes["session"])
        nodes = nodes[came.transform("any") & (came.cumsum().groupby(nodes["session"]).shift(fill_value=0) == 0)]
    moves = nodes.assign(step=nodes.groupby("session").cumcount() + 1, to=nodes.groupby("session")["event"].shift(-1))
    moves = moves[(moves["step"] < 6) & moves["to"].notna()]
    assert told == moves.groupby(["step", "event", "to"])["user_id"].nunique().to_dict()
    assert len(told) > 20
