"""Funnels of a world of 20 events, worked out by hand.

Whiteboard Co., UTC, 5 January 2026 unless said otherwise. S Signed Up, B Board Created, I Invite Sent, O Signed Out.

    ada    S free 09:00 · B 09:10 · O 09:20 · I 09:30                    all three: 10 min, 20 min
    ben    S pro 10:00 · S free 11:00 · B 11:04                          two, with the second run (4 min … from 11:00:
           the first one, 10:00 → 11:04, gets as far and is earlier, so it counts: 64 min, under pro)
    cleo   S free 12:00 on her phone · B 12:30 on her laptop · I, B, I at 13:00     all three: 30 min, 30 min
    dan    S [free, beta] 14:00 · I 14:10                                one
    eve    B 08:00 · S 15:00 (no plan) · B on the 20th                   one: 15 days are too long
    fay    S on the 4th · B on the 5th 09:00                             none when the 5th is asked for
"""

from typing import Any

import pytest

from groundswell.conditions.names import Names
from groundswell.insights.funnel import planned, sql_of
from groundswell.insights.kinds import check
from groundswell.insights.owners import Asked
from groundswell.insights.service import ask
from groundswell.insights.types import Funnel
from tests.world import World, group, identify, track

DAY = {"date_from": "2026-01-05", "date_to": "2026-01-05"}
SIGN_UP, BOARD, INVITE = {"event": "Signed Up"}, {"event": "Board Created"}, {"event": "Invite Sent"}


@pytest.fixture
def whiteboard(world: World) -> World:
    def did(user: str, event: str, at: str, **properties: Any) -> dict[str, Any]:
        name = {"S": "Signed Up", "B": "Board Created", "I": "Invite Sent", "O": "Signed Out"}[event]
        return track(user, name, f"2026-01-{at}:00Z", **properties)

    world.send(
        identify("cleo", "phone", at="2026-01-05T12:20:00Z"),
        *(group(user, "acme", at="2026-01-01T00:00:00Z") for user in ("ada", "ben")),
        group("dan", "bolt", at="2026-01-01T00:00:00Z"),
        did("ada", "S", "05T09:00", plan="free"), did("ada", "B", "05T09:10"), did("ada", "O", "05T09:20"),
        did("ada", "I", "05T09:30"),
        did("ben", "S", "05T10:00", plan="pro"), did("ben", "S", "05T11:00", plan="free"), did("ben", "B", "05T11:04"),
        did("~phone", "S", "05T12:00", plan="free"), did("cleo", "B", "05T12:30"), did("cleo", "I", "05T13:00"),
        did("cleo", "B", "05T13:00"), did("cleo", "I", "05T13:00"),
        did("dan", "S", "05T14:00", plan=["free", "beta"]), did("dan", "I", "05T14:10"),
        did("eve", "B", "05T08:00"), did("eve", "S", "05T15:00"), did("eve", "B", "20T16:00"),
        did("fay", "S", "04T23:59", plan="free"), did("fay", "B", "05T09:00"),
    )  # fmt: skip
    return world


def rows(world: World, **question: Any) -> list[list[Any]]:
    steps = [SIGN_UP, BOARD, INVITE]
    return ask(world.project, {"kind": "funnel", "steps": steps, "window": "14d", **DAY, **question}).rows


def counts(world: World, **question: Any) -> list[int]:
    return [row[3] for row in rows(world, **question)]


def test_a_person_counts_once_with_the_furthest_and_of_equals_the_earliest_run(whiteboard: World) -> None:
    assert rows(whiteboard) == [
        [1, "Signed Up", None, 5, 1.0, 1.0, None],
        [2, "Board Created", None, 3, 0.6, 0.6, 30 * 60.0],  # 10, 64 and 30 min
        [3, "Invite Sent", None, 2, 0.4, 2 / 3, 25 * 60.0],  # 20 and 30 min
    ]


def test_without_medians_the_counts_are_the_same(whiteboard: World) -> None:
    assert rows(whiteboard, medians=False) == [[*row[:-1], None] for row in rows(whiteboard)]


def test_a_person_counts_under_the_breakdown_of_the_run_s_first_event(whiteboard: World) -> None:
    found = rows(whiteboard, breakdown="plan")
    assert [(row[2], row[0], row[3]) for row in found] == [
        ("beta", 1, 1), ("beta", 2, 0), ("beta", 3, 0),  # dan counts under both of his
        ("free", 1, 3), ("free", 2, 2), ("free", 3, 2),
        ("pro", 1, 1), ("pro", 2, 1), ("pro", 3, 0),
        (None, 1, 1), (None, 2, 0), (None, 3, 0),
    ]  # fmt: skip
    assert [row[4] for row in found[6:9]] == [1.0, 1.0, 0.0]
    assert found[7][6] == 64 * 60.0


def test_the_window_includes_its_end(whiteboard: World) -> None:
    assert counts(whiteboard, window="30m") == [5, 3, 1]  # ada's invitation comes exactly 30 minutes after
    assert counts(whiteboard, window="29m") == [5, 2, 0]
    assert counts(whiteboard, window="64m") == [5, 3, 2]
    assert counts(whiteboard, window="30d") == [5, 4, 2]  # eve's board, long after the dates


def test_an_excluded_event_ends_a_run_between_its_steps_only(whiteboard: World) -> None:
    assert counts(whiteboard, exclude=[{"event": "Signed Out"}]) == [5, 3, 1]
    assert counts(whiteboard, exclude=[{"event": "Signed Out", "to_step": 2}]) == [5, 3, 2]
    assert counts(whiteboard, exclude=[{"event": "Signed Out", "from_step": 2}]) == [5, 3, 1]


def test_strict_lets_nothing_come_between(whiteboard: World) -> None:
    # ada signs out in between; cleo's invitation stands beside others of its instant, where it may come first
    assert counts(whiteboard, order="strict") == [5, 3, 1]


def test_any_order_counts_different_steps(whiteboard: World) -> None:
    # one step: all six who did anything; two: ada, ben, cleo, dan, and eve (board, then sign-up); three: ada, cleo
    assert counts(whiteboard, order="any") == [6, 5, 2]
    assert rows(whiteboard, order="any")[0][6] is None


def test_an_event_fills_one_step_only(whiteboard: World) -> None:
    assert counts(whiteboard, steps=[SIGN_UP, SIGN_UP]) == [5, 1]
    assert counts(whiteboard, steps=[SIGN_UP, {"event": None}, {"event": None}]) == [5, 4, 3]  # not dan, not eve


def test_accounts_go_through_steps_together(whiteboard: World) -> None:
    assert counts(whiteboard, count="accounts") == [2, 1, 1]
    assert counts(whiteboard, count="accounts", medians=False) == [2, 1, 1]


def test_steps_have_conditions_and_labels(whiteboard: World) -> None:
    steps = [{**SIGN_UP, "where": {"plan": "free"}, "label": "Free"}, BOARD, {"event": None}]
    found = rows(whiteboard, steps=steps)
    assert [(row[1], row[3]) for row in found] == [("Free", 3), ("Board Created", 3), ("Any event", 2)]
    assert found[1][6] == 10 * 60.0  # 10, 4 and 30 min


def test_nobody_at_all_is_zeros(whiteboard: World) -> None:
    unknown = [{"event": "Board Deleted"}, BOARD]
    nothing = [[1, "Board Deleted", None, 0, 0.0, 0.0, None], [2, "Board Created", None, 0, 0.0, 0.0, None]]
    assert rows(whiteboard, steps=unknown) == nothing
    assert rows(whiteboard, steps=unknown, medians=False) == nothing
    assert rows(whiteboard, steps=unknown, breakdown="plan") == []


def test_another_project_sees_nothing(whiteboard: World, tmp_path: Any) -> None:
    (tmp_path / "stranger").mkdir()
    stranger = World(tmp_path / "stranger")
    for medians in (True, False):
        assert counts(stranger, medians=medians) == [0, 0, 0]


@pytest.mark.usefixtures("open_store", "transactional_db")
def test_runs_begin_on_days_of_the_zone(tmp_path: Any) -> None:
    world = World(tmp_path, tz="America/New_York")
    # 8 March has 23 hours there: from 05:00 to 04:00 UTC
    world.send(
        *(track(f"u{at}", "Signed Up", f"2026-03-{at}:00Z") for at in ("08T04:59", "08T05:00", "09T03:59", "09T04:00"))
    )
    for medians in (True, False):
        question = {"steps": [SIGN_UP], "date_from": "2026-03-08", "date_to": "2026-03-08", "medians": medians}
        assert counts(world, **question) == [2]


# The SQL


def understood(**question: Any) -> Funnel:
    steps = [SIGN_UP, {**BOARD, "where": {"$not": {"person.team": "core"}}}]
    funnel = check({"kind": "funnel", "steps": steps, "window": "14d", **DAY, **question}, "UTC")
    assert isinstance(funnel, Funnel)
    return funnel


@pytest.mark.django_db
def test_events_are_read_with_the_steps_they_fill() -> None:
    breakdown = ["person.team", "account.tier"]
    assert sql_of(planned(0, understood(exclude=[{"event": "Signed Out"}], breakdown=breakdown))) == (
        "SELECT id AS actor, toUnixTimestamp64Micro(timestamp) AS at,"
        " toUInt32((event = {p0:String}) * 1"
        " + (event = {p1:String} AND NOT (trait0 IN {p3:Array(String)})) * 2) AS fills,"
        " toUInt32((event = {p4:String}) * 1) AS excluded,"
        " if(bitAnd(fills, 1) = 1 AND at < {p7:Int64}, trait0, '') AS raw0,"
        " if(bitAnd(fills, 1) = 1 AND at < {p7:Int64}, trait1, '') AS raw1\n"
        "FROM scope.events AS e\n"
        "LEFT ANY JOIN (SELECT person AS of0, value AS trait0 FROM scope.person_traits WHERE key = {p2:String})"
        " AS traits0 ON e.person = of0\n"
        "LEFT ANY JOIN (SELECT account AS of1, value AS trait1 FROM scope.account_traits WHERE key = {p6:String})"
        " AS traits1 ON e.account = of1\n"
        "WHERE event IN {p5:Array(String)} AND ((event = {p0:String})"
        " OR (event = {p1:String} AND NOT (trait0 IN {p3:Array(String)})) OR (event = {p4:String}))"
        " AND id BETWEEN {lo:UInt64} AND {hi:UInt64}"
    )


@pytest.mark.django_db
def test_what_is_asked_of_the_actors_is_read_once_for_each_of_them() -> None:
    question = understood(breakdown="person.role")
    asked, names = Asked.of(question), Names(0)
    assert "JOIN" not in sql_of(planned(0, asked.left(question)))
    assert asked.of_others() == 0b11
    assert asked.sql(names) == (
        "SELECT person AS actor,"
        " toUInt32((1) * 1 + (NOT (trait0 IN {p1:Array(String)})) * 2) AS may, trait1 AS raw0\n"
        "FROM (SELECT DISTINCT person FROM scope.person_ids) AS e\n"
        "LEFT ANY JOIN (SELECT person AS of0, value AS trait0 FROM scope.person_traits WHERE key = {p0:String})"
        " AS traits0 ON e.person = of0\n"
        "LEFT ANY JOIN (SELECT person AS of1, value AS trait1 FROM scope.person_traits WHERE key = {p2:String})"
        " AS traits1 ON e.person = of1\n"
        "WHERE may != 3 OR raw0 != ''"
    )
