"""Answers are held against the slow reference, on random worlds and for all options.

Each world is sent twice: as it happened, and to another project in another order, in batches, with repeats, its days
counted ahead in between. Both must answer as the reference does from the messages alone, the second in the ways that
are taken where there is much to read.
"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.insights import funnel, grouped
from groundswell.insights.service import ask
from tests import reference
from tests.effort import examples
from tests.world import World

USERS, DEVICES, ACCOUNTS, EVENTS = ("ada", "ben"), ("d1", "d2", "d3"), ("acme", "bolt"), ("A", "B", "C")
ZONES = ("UTC", "Asia/Seoul", "Asia/Kolkata", "America/New_York")
VALUES = st.sampled_from(["x", "y", 10, "10", 2.5, True, None, ["x", "y", "x"], [], {"q": "z"}, 0, -3])

# The days around New York's change of clocks (8 March 2026), few instants, so that many coincide.
INSTANTS = st.sampled_from(
    [f"2026-03-{day:02}T{time}Z" for day in (6, 8, 9) for time in ("04:30:00", "06:30:00", "07:00:00", "23:59:59.5")]
    + ["2026-02-01T00:00:00Z", "2026-03-08T07:00:00.000001Z"]
)


def one_of_none(values: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


@st.composite
def senders(draw: st.DrawFn) -> dict[str, str]:
    user, device = draw(one_of_none(USERS)), draw(one_of_none(DEVICES))
    if user is None and device is None:
        user = "ada"
    return {name: id for name, id in (("userId", user), ("anonymousId", device)) if id}


@st.composite
def messages(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["track"] * 6 + ["page", "identify", "identify", "group", "group", "alias"]))
    message: dict[str, Any] = {"type": kind, "timestamp": draw(INSTANTS), **draw(senders())}
    if kind == "track":
        message["event"] = draw(st.sampled_from(EVENTS))
    if kind in ("track", "page"):
        message["properties"] = draw(st.dictionaries(st.sampled_from(["p", "r"]), VALUES, max_size=2))
        if account := draw(st.none() | st.none() | st.sampled_from(ACCOUNTS)):
            message["context"] = {"groupId": account}
    if kind == "identify":
        message["traits"] = draw(st.dictionaries(st.sampled_from(["plan", "size"]), VALUES, max_size=2))
    if kind == "group":
        message |= {"groupId": draw(st.sampled_from(ACCOUNTS)), "traits": {"tier": draw(VALUES)}}
    if kind == "alias":
        message = {
            "type": "alias", "timestamp": message["timestamp"], "userId": "ada",
            "previousId": draw(st.sampled_from(("ben", *DEVICES))),
        }  # fmt: skip
    return message


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """Messages as they happened, and the same in batches of another order with repeats."""
    happened = sorted(draw(st.lists(messages(), min_size=1, max_size=14)), key=lambda each: each["timestamp"])
    seen: set[str] = set()
    kept = [each for each in happened if not _joins_or_writes(each) or not _clashes(each, seen)]
    # Everybody who is known is known from the start: whether an id is a user's is not a matter of time.
    known = [{"type": "identify", "userId": user, "timestamp": "2026-01-01T00:00:00Z"} for user in USERS]
    numbered = [{**each, "messageId": f"m{number}"} for number, each in enumerate(known + kept)]
    others = draw(st.permutations(numbered[len(known) :]))
    cut = draw(st.integers(0, len(others)))
    repeats = others[: draw(st.integers(0, 3))]
    return numbered, [numbered[: len(known)], others[:cut], [*others[cut:], *repeats]]


def _joins_or_writes(message: dict[str, Any]) -> bool:
    """Whether a message says something about people or companies, not only what somebody did."""
    return message["type"] not in ("track", "page") or {"userId", "anonymousId"} <= message.keys()


def _clashes(message: dict[str, Any], seen: set[str]) -> bool:
    """Whether such a message of the same instant was kept: which of them was first would be chance."""
    clashes = message["timestamp"] in seen
    seen.add(message["timestamp"])
    return clashes


NAMES = st.sampled_from(["p", "r", "p.q", "person.plan", "account.tier"])
CONDITIONS = st.one_of(
    st.just({}),
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
WANTED = st.fixed_dictionaries({"event": st.sampled_from([*EVENTS, None]), "where": CONDITIONS})
BREAKDOWN = st.one_of(st.none(), st.none(), NAMES, st.just(["p", "person.plan"]))
COUNT = st.sampled_from(["people", "accounts"])
DATES = st.sampled_from([("2026-03-01", "2026-03-31"), ("2026-03-06", "2026-03-08"), ("2026-03-08", "2026-03-08")])

TREND = st.fixed_dictionaries(
    {
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
        "interval": st.sampled_from(["hour", "day", "week", "month"]),
        "breakdown": BREAKDOWN,
        "count": COUNT,
        "cumulative": st.sampled_from([False, False, True]),
        "compare": st.sampled_from([None, None, "previous"]),
    }
)
FUNNEL = st.fixed_dictionaries(
    {
        "steps": st.lists(WANTED, min_size=1, max_size=4),
        "window": st.sampled_from(["2h", "1d", "14d"]),
        "order": st.sampled_from(["ordered", "ordered", "strict", "any"]),
        "exclude": st.lists(st.fixed_dictionaries({"event": st.sampled_from(EVENTS)}), max_size=1),
        "breakdown": BREAKDOWN,
        "count": COUNT,
    }
)
THOROUGH = settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.usefixtures("open_store", "transactional_db")
@THOROUGH
@given(world=worlds(), question=TREND, dates=DATES, tz=st.sampled_from(ZONES))
def test_trends_are_what_the_reference_says_however_the_messages_came(
    tmp_path: Path, world: Any, question: dict[str, Any], dates: tuple[str, str], tz: str
) -> None:
    _hold(tmp_path, world, {"kind": "trend", "date_from": dates[0], "date_to": dates[1], **question}, tz)


@pytest.mark.usefixtures("open_store", "transactional_db")
@THOROUGH
@given(world=worlds(), question=FUNNEL, dates=DATES, tz=st.sampled_from(ZONES))
def test_funnels_are_what_the_reference_says_however_the_messages_came(
    tmp_path: Path, world: Any, question: dict[str, Any], dates: tuple[str, str], tz: str
) -> None:
    _hold(tmp_path, world, {"kind": "funnel", "date_from": dates[0], "date_to": dates[1], **question}, tz)


def _hold(folder: Path, world: Any, question: dict[str, Any], tz: str) -> None:
    happened, batches = world
    answer = reference.trend if question["kind"] == "trend" else reference.funnel
    expected = _plain(answer(happened, question, tz))
    punctual, late = World(folder, tz=tz), World(folder, tz=tz)
    punctual.send(*happened)
    for batch in batches:
        late.count_ahead()
        if batch:
            late.send(*batch)
    assert _plain(ask(punctual.project, question).rows) == expected
    with pytest.MonkeyPatch.context() as patched:  # asked as one asks millions of events
        patched.setattr(funnel, "BY_OWNER", 0)
        patched.setattr(grouped, "MANY", 0)
        assert _plain(ask(late.project, question).rows) == expected


def _plain(rows: Any) -> list[list[Any]]:
    """Rows with floats rounded to what both sides can be asked to agree on."""
    return [[round(value, 6) if isinstance(value, float) else value for value in row] for row in rows]
