"""Questions against pandas on the same machine: events in a data frame in memory, against the store on disk.

What pandas has to do is written as its users write it, in whole columns and without loops over rows; the persons are
resolved for it beforehand. Both must come to the same numbers.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.web.settings")

DATES = {"date_from": "2026-07-20", "date_to": "2026-11-16"}
RARE, COMMON = "Feature 12", "Feature 02"
PERIODS, OVER = 12, 17  # columns of retention; weeks that are over by the latest event


@dataclass(frozen=True)
class Case:
    """A question, and how pandas answers it; both as plain numbers in one order."""

    name: str
    question: dict[str, Any]
    ours: Callable[[list[list[Any]]], list[int]]
    theirs: "Callable[[pd.DataFrame], list[int]]"


def main() -> None:
    """Fill, load the frame, ask both in turn, print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=float, default=5e6)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--keep", help="a folder that is filled once and used again")
    chosen = options.parse_args()
    os.environ["GROUNDSWELL_DATA"] = chosen.keep or tempfile.mkdtemp(prefix="groundswell-bench-")
    from bench.questions import prepared

    project = prepared(int(chosen.events))
    frame = _frame()
    print(f"{'question':34} {'ours':>8} {'pandas':>9} {'ratio':>7}  wanted")
    for case in cases():
        print(_compare(project, frame, case, chosen.runs), flush=True)


def cases() -> list[Case]:
    """What is compared."""
    weeks = {"kind": "retention", "period": "week", "periods": PERIODS, "return": {"event": None}, **DATES}
    days = {"kind": "stickiness", "event": COMMON, "unit": "day", **DATES}
    return [
        Case(
            "trend of people, days", {"kind": "trend", "series": [{"event": COMMON}], "interval": "day", **DATES},
            lambda rows: [row[3] for row in rows], _trend,
        ),
        Case(
            "retention, weeks", {**weeks, "start": {"event": RARE, "first_time": True}},
            lambda rows: [row[3] for row in rows if row[3] is not None], _retention,
        ),
        Case("stickiness, days", days, lambda rows: [row[1] for row in rows if row[1]], _stickiness),
    ]  # fmt: skip


def _trend(frame: "pd.DataFrame") -> list[int]:
    found = frame[frame.event == COMMON]
    return [int(count) for count in found.groupby(found.timestamp.dt.floor("D")).person.nunique()]


def _retention(frame: "pd.DataFrame") -> list[int]:
    import numpy as np

    week = (frame.timestamp.dt.floor("D") - frame.timestamp.min().floor("D")).dt.days // 7
    first = week[frame.event == RARE].groupby(frame.person[frame.event == RARE]).min().rename("cohort")
    active = frame[["person"]].assign(week=week).drop_duplicates().join(first, on="person", how="inner")
    sizes = first.value_counts()
    counts = active.assign(period=active.week - active.cohort).groupby(["cohort", "period"]).size()
    cohorts = range(int(week.max()) + 1)
    table = counts.reindex([(c, p) for c in cohorts for p in range(PERIODS)], fill_value=0).to_numpy(copy=True)
    table[::PERIODS] = [sizes.get(cohort, 0) for cohort in cohorts]
    is_over = np.array([c + p < OVER for c in cohorts for p in range(PERIODS)])
    return [int(count) for count in table[is_over]]


def _stickiness(frame: "pd.DataFrame") -> list[int]:
    found = frame[frame.event == COMMON]
    days = found.assign(day=found.timestamp.dt.floor("D")).groupby("person").day.nunique()
    return [int(count) for count in days.value_counts().sort_index()]


def _compare(project: Any, frame: "pd.DataFrame", case: Case, runs: int) -> str:
    from groundswell.insights.service import ask

    ours, theirs = [], []
    for _ in range(runs + 1):
        begun = time.perf_counter()
        answer = ask(project, case.question)
        ours.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        other = case.theirs(frame)
        theirs.append(time.perf_counter() - begun)
    mark = "" if case.ours([list(row) for row in answer.rows]) == other else "  THE ANSWERS DIFFER"
    ratio = statistics.median(b / a for a, b in zip(ours[1:], theirs[1:], strict=True))
    mine, its = statistics.median(ours[1:]), statistics.median(theirs[1:])
    return f"{case.name:34} {mine:6.3f} s {its:7.3f} s {ratio:6.1f}×  ≥ 20{mark}"


def _frame() -> "pd.DataFrame":
    """All events with the person that each belongs to, the names as categories."""
    from groundswell.store import service as store

    found = store.engine().read_arrow("SELECT person, event, timestamp FROM other.events", is_own=True)
    frame = found.to_pandas()
    return frame.assign(event=frame.event.astype("category"))


if __name__ == "__main__":
    main()
