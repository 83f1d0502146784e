"""Trends and funnels against another layout on the same engine: equal answers, time side by side.

Each question is asked in both layouts in turn, several times, after one that does not count; the ratio is taken pair by
pair. Both read through the same connection and with the same limits.
"""

import argparse
import os
import resource
import statistics
import tempfile
import time
from typing import Any

from bench.kinds import BETWEEN, DATES, Case, kind_cases

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.web.settings")

STEPS = ("Feature 02", "Feature 00", "Feature 01", "Feature 03")


def main() -> None:
    """Fill, settle, ask, print a table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--events", type=float, default=50e6)
    options.add_argument("--runs", type=int, default=5)
    options.add_argument("--keep", help="a folder that is filled once and used again")
    options.add_argument("--only", default="", help="part of the names of the questions to ask")
    chosen = options.parse_args()
    folder = chosen.keep or tempfile.mkdtemp(prefix="groundswell-bench-")
    os.environ["GROUNDSWELL_DATA"] = folder
    project = prepared(int(chosen.events))
    print(f"{'question':34} {'ours':>8} {'other':>8} {'ratio':>7}  wanted")
    for case in [*cases(), *kind_cases()]:
        if chosen.only in case.name:
            print(_compare(project, case, chosen.runs), flush=True)
    print(f"largest memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def cases() -> list[Case]:
    """What is compared."""
    trend = {"kind": "trend", "interval": "day", "series": [{"event": "Feature 02"}], **DATES}
    funnel = {"kind": "funnel", "steps": [{"event": name} for name in STEPS], "window": "14d", **DATES}
    events = ", ".join(f"event = '{name}'" for name in STEPS)
    names = ", ".join(f"'{name}'" for name in STEPS)
    levels = (
        f"SELECT level, count() FROM (SELECT windowFunnel(1209600000000)(toUInt64(toUnixTimestamp64Micro(timestamp)),"
        f" {events}) AS level FROM other.events WHERE {BETWEEN} AND event IN ({names}) GROUP BY person)"
        " GROUP BY level ORDER BY level"
    )
    by_plan = (
        "SELECT toDate(timestamp) AS day, plan, uniqExact(person) FROM other.events"
        f" WHERE {BETWEEN} AND event = 'Feature 02' GROUP BY day, plan ORDER BY day, plan"
    )
    plain = (
        f"SELECT toDate(timestamp) AS day, uniqExact(person) FROM other.events WHERE {BETWEEN}"
        " AND event = 'Feature 02' GROUP BY day ORDER BY day"
    )
    return [
        Case("trend, no filter", "≥ 5", trend, plain, _values, lambda rows: [row[-1] for row in rows]),
        Case(
            "trend by a property", "≥ 1", {**trend, "breakdown": "plan"}, by_plan, _sorted_by_day,
            lambda rows: sorted((str(day), plan.strip('"'), value) for day, plan, value in rows),
        ),
        Case("funnel of 4 steps, no medians", "≥ 1.5", {**funnel, "medians": False}, levels, _counts, _reached),
        Case("funnel of 4 steps, medians", "≤ 3 s", funnel, levels, _counts, _reached),
    ]  # fmt: skip


def _compare(project: Any, case: Case, runs: int) -> str:
    from groundswell.insights.service import ask
    from groundswell.store import service as store

    ours, theirs = [], []
    for _ in range(runs + 1):
        begun = time.perf_counter()
        answer = ask(project, case.question)
        ours.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        other = store.read(case.other).rows
        theirs.append(time.perf_counter() - begun)
    same = case.ours([list(row) for row in answer.rows]) == case.theirs(other)
    ratio = statistics.median(b / a for a, b in zip(ours[1:], theirs[1:], strict=True))
    mark = "" if same else "  THE ANSWERS DIFFER"
    mine, its = statistics.median(ours[1:]), statistics.median(theirs[1:])
    return f"{case.name:34} {mine:6.3f} s {its:6.3f} s {ratio:6.2f}×  {case.target}{mark}"


def _values(rows: list[list[Any]]) -> list[Any]:
    return [row[-1] for row in rows]


def _sorted_by_day(rows: list[list[Any]]) -> list[Any]:
    return sorted((period, breakdown, value) for period, _, breakdown, value in rows)


def _counts(rows: list[list[Any]]) -> list[Any]:
    return [row[3] for row in rows]


def _reached(rows: list[tuple[Any, ...]]) -> list[Any]:
    """How many reached each step, from how many stopped at each level."""
    stopped = dict(rows)
    return [sum(stopped.get(level, 0) for level in range(step, len(STEPS) + 1)) for step in range(1, len(STEPS) + 1)]


def prepared(events: int) -> Any:
    """A project with that history, filled if it is not there yet."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from bench.history import NAMES, SLOTS, History, count_ahead, fill, fill_other, settle
    from groundswell.events.service import learn
    from groundswell.events.types import Sight
    from groundswell.kernel.clock import now
    from groundswell.store import service as store
    from groundswell.web.slices import load_slices
    from groundswell.workspace.service import found_project, projects_of
    from groundswell.workspace.types import Caller

    load_slices()
    engine = store.open_store()
    if known := projects_of(Caller(is_operator=True)):
        count_ahead(known[0])
        return known[0]
    project, _ = found_project(email="b@example.com", password="bench", name="Bench")
    names = [f"Feature {number:02}" for number in range(NAMES)]
    learn(project.id, events=names, properties={name: Sight(frozenset(), ()) for name in SLOTS}, at=now())
    begun = time.perf_counter()
    fill(engine, History(events, persons=max(events // 100, 1), joined=max(events // 1000, 1)))
    fill_other(engine)
    settle(engine)
    count_ahead(project)
    print(f"{events:,} events in both layouts after {time.perf_counter() - begun:.0f} s")
    return project


if __name__ == "__main__":
    main()
