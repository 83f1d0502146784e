"""Random questions of every kind about random worlds."""

from functools import partial
from typing import Any

from hypothesis import strategies as st

from tests.random_worlds import EVENTS, Season

Question = dict[str, Any]

NAMES = st.sampled_from(["p", "r", "p.q", "person.plan", "account.tier"])
CONDITIONS = st.one_of(
    *[st.just({})] * 4,  # what is counted ahead answers only where there is none
    st.builds(lambda name, value: {name: value}, NAMES, st.sampled_from(["x", 10, "10", True, "y"])),
    st.builds(
        lambda name, operator, value: {name: {operator: value}},
        NAMES,
        st.sampled_from(["$gt", "$lte", "$ne"]),
        st.sampled_from([2, 10, "x"]),
    ),
    st.builds(lambda name, exists: {name: {"$exists": exists}}, NAMES, st.booleans()),
    st.builds(lambda name: {"$not": {name: {"$in": ["x", 10]}}}, NAMES),
)
NAME = st.sampled_from([*EVENTS, None])
WANTED = st.fixed_dictionaries({"event": NAME, "where": CONDITIONS})
BREAKDOWN = st.one_of(st.none(), st.none(), NAMES, st.just(["p", "person.plan"]))
COUNT = st.sampled_from(["people", "accounts"])
PERIOD = st.sampled_from(["day", "week", "month"])

TREND = st.fixed_dictionaries(
    {
        "kind": st.just("trend"),
        "series": st.lists(
            st.one_of(
                st.builds(
                    lambda wanted, measure: {**wanted, "measure": measure},
                    WANTED,
                    st.sampled_from(["people", "total", "accounts"]),
                ),
                st.builds(
                    lambda wanted, measure: {**wanted, "measure": measure, "property": "p"},
                    WANTED,
                    st.sampled_from(["sum", "avg", "min", "max", "median", "p90", "p95", "p99"]),
                ),
            ),
            min_size=1,
            max_size=2,
        ),
        "interval": st.sampled_from(["hour", "day", "week", "month", "whole"]),
        "breakdown": BREAKDOWN,
        "count": COUNT,
        "cumulative": st.sampled_from([False, False, True]),
        "compare": st.sampled_from([None, None, "previous"]),
    }
)
STEPS: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.just("funnel"),
    "steps": st.lists(WANTED, min_size=1, max_size=4),
    "window": st.sampled_from(["2h", "1d", "14d"]),
    "order": st.sampled_from(["ordered", "ordered", "strict", "any"]),
    "exclude": st.lists(st.fixed_dictionaries({"event": st.sampled_from(EVENTS)}), max_size=1),
    "breakdown": BREAKDOWN,
    "count": COUNT,
}
FUNNEL = st.fixed_dictionaries(STEPS)
OVER_TIME = st.fixed_dictionaries({**STEPS, "show": st.just("over_time"), "interval": PERIOD})
TIMES = st.fixed_dictionaries(
    {
        **STEPS, "show": st.just("times"), "steps": st.lists(WANTED, min_size=3, max_size=4),
        "from_step": st.sampled_from([None, 2]), "to_step": st.sampled_from([None, 3]),
        "bins": st.sampled_from([None, None, 1, 5]),
    }
)  # fmt: skip
STEP = st.builds(lambda event: {"event": event, "where": {}}, st.sampled_from(EVENTS))
WHY = st.fixed_dictionaries(
    {
        **STEPS, "show": st.just("why"), "breakdown": st.none(),
        "steps": st.tuples(STEP, STEP | WANTED, STEP | WANTED).map(list),
        "order": st.sampled_from(["ordered", "ordered", "any", "strict"]),
        "step": st.sampled_from([2, 2, 3]), "window": st.sampled_from(["2h", "1d", "3d"]),
    }
)  # fmt: skip
RETENTION = st.fixed_dictionaries(
    {
        "kind": st.just("retention"),
        "start": st.fixed_dictionaries({"event": NAME, "where": CONDITIONS, "first_time": st.booleans()}),
        "return": WANTED,
        "period": PERIOD,
        "periods": st.integers(1, 5) | st.integers(1, 5) | st.just(66),
        "mode": st.sampled_from(["calendar", "rolling"]),
        "breakdown": BREAKDOWN,
        "count": COUNT,
    }
)
LIFECYCLE = st.fixed_dictionaries(
    {
        "kind": st.just("lifecycle"), "event": NAME, "where": CONDITIONS, "interval": PERIOD, "breakdown": BREAKDOWN,
        "count": COUNT,
    }
)  # fmt: skip
STICKINESS = st.fixed_dictionaries(
    {
        "kind": st.just("stickiness"), "event": NAME, "where": CONDITIONS, "unit": PERIOD, "breakdown": BREAKDOWN,
        "count": COUNT,
    }
)  # fmt: skip
PATHS = st.fixed_dictionaries(
    {
        "kind": st.just("paths"), "start": st.none() | WANTED, "end": st.none() | WANTED, "steps": st.integers(2, 5),
        "exclude": st.lists(WANTED, max_size=1), "breakdown": BREAKDOWN, "count": COUNT,
        "apart": st.lists(st.builds(lambda wanted, name: {**wanted, "property": name}, WANTED, NAMES), max_size=1),
    }
).filter(lambda question: not any(map(partial(_leaves_out, question), question["exclude"])))  # fmt: skip
KINDS = {
    "trend": TREND, "funnel": FUNNEL, "over_time": OVER_TIME, "retention": RETENTION, "lifecycle": LIFECYCLE,
    "stickiness": STICKINESS, "paths": PATHS,
}  # fmt: skip

# Without a condition and without a breakdown, as what is counted ahead can answer them.
PLAIN: dict[str, Question] = {
    "trend": {"kind": "trend", "series": [{"event": "A"}], "interval": "day"},
    "funnel": {"kind": "funnel", "steps": [{"event": "A"}, {"event": "B"}], "window": "7d"},
    "over_time": {
        "kind": "funnel", "steps": [{"event": "A"}, {"event": "B"}], "window": "7d", "show": "over_time",
        "interval": "week",
    },
    "retention": {
        "kind": "retention", "start": {"event": "A"}, "return": {"event": None}, "period": "week", "periods": 4,
    },
    "lifecycle": {"kind": "lifecycle", "event": None, "interval": "week"},
    "stickiness": {"kind": "stickiness", "event": "A", "unit": "day"},
    "paths": {"kind": "paths", "start": {"event": "A"}, "end": None, "steps": 4},
}  # fmt: skip


def _leaves_out(question: Question, excluded: Question) -> bool:
    """Whether nothing is left that a path could be made of, or that it asks for."""
    left_out = [None, *(one["event"] for one in (question["start"], question["end"]) if one)]
    return not excluded["where"] and excluded["event"] in left_out


@st.composite
def questions(draw: st.DrawFn, kind: st.SearchStrategy[Question], season: Season) -> Question:
    """A question about the days of a season."""
    asked = draw(kind)
    is_fine = asked.get("interval") == "hour" or asked.get("periods", 0) > 5
    first, last = draw(st.sampled_from(season.dates + (() if is_fine else season.long)))
    return {**asked, "date_from": first, "date_to": last}


@st.composite
def one_of_each(draw: st.DrawFn, season: Season) -> list[Question]:
    """A question of every kind."""
    return [draw(questions(kind, season)) for kind in KINDS.values()]


def plain_ones(season: Season) -> list[Question]:
    """The plain question of every kind, about all days of a season."""
    first, last = season.dates[0]
    return [{**PLAIN[kind], "date_from": first, "date_to": last} for kind in KINDS]
