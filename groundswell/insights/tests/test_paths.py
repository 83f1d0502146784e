"""Paths of a world of 23 events, worked out by hand.

Whiteboard Co., UTC, 5 January 2026 unless said otherwise. P Page Viewed, S Signed Up, B Board Created, I Invite Sent,
O Signed Out. A bar is where a session ends.

    ada    P 09:00 · S free 09:05 · B 09:10 · B 09:11 · I 09:20 | O 09:50           P S B I | O
    ben    S pro 10:00 · P 10:10 · B 10:20 · P 10:49:59 · I 11:00                   S P B P I
    cleo   S free 12:00 on her phone · P 12:10 · B 12:20 | S pro 18:00 · B 18:05    S P B | S B
    dan    B 14:00 · S [free, beta] 14:10 · I and B at 14:20                        B S B I
    eve    P 23:50 on the 4th · S (no plan) 00:10 · B 00:15                         S B
"""

from typing import Any

import pytest

from groundswell.insights import grouped, recalled, stories
from groundswell.insights.kinds import actors, check, check_cell, kind_of
from groundswell.insights.paths import answer as paths
from groundswell.insights.paths import plan
from groundswell.insights.service import ask
from groundswell.insights.tests.worlds import crowd
from groundswell.insights.types import Answer
from groundswell.people.service import account_cards, cards
from tests.answering import without_register
from tests.world import World, group, identify, track

P, S, B, I, O = "Page Viewed", "Signed Up", "Board Created", "Invite Sent", "Signed Out"  # noqa: E741
DAY = {"date_from": "2026-01-05", "date_to": "2026-01-05"}
SIGN_UP, BOARD, INVITE, PAGE = ({"event": name} for name in (S, B, I, P))


@pytest.fixture
def whiteboard(world: World) -> World:
    def did(user: str, event: str, at: str, **properties: Any) -> dict[str, Any]:
        return track(user, event, f"2026-01-{at}Z", **properties)

    world.send(
        identify("cleo", "phone", at="2026-01-05T12:05:00Z"),
        *(group(user, "acme", at="2026-01-01T00:00:00Z") for user in ("ada", "ben")),
        group("dan", "bolt", at="2026-01-01T00:00:00Z"),
        did("ada", P, "05T09:00"), did("ada", S, "05T09:05", plan="free"), did("ada", B, "05T09:10"),
        did("ada", B, "05T09:11"), did("ada", I, "05T09:20"), did("ada", O, "05T09:50"),
        did("ben", S, "05T10:00", plan="pro"), did("ben", P, "05T10:10"), did("ben", B, "05T10:20"),
        did("ben", P, "05T10:49:59"), did("ben", I, "05T11:00"),
        did("~phone", S, "05T12:00", plan="free"), did("cleo", P, "05T12:10"), did("cleo", B, "05T12:20"),
        did("cleo", S, "05T18:00", plan="pro"), did("cleo", B, "05T18:05"),
        did("dan", B, "05T14:00"), did("dan", S, "05T14:10", plan=["free", "beta"]), did("dan", I, "05T14:20"),
        did("dan", B, "05T14:20"),
        did("eve", P, "04T23:50"), did("eve", S, "05T00:10"), did("eve", B, "05T00:15"),
    )  # fmt: skip
    return world


def asked(world: World, **question: Any) -> Answer:
    return ask(world.project, {"kind": "paths", **DAY, **question})


def rows(world: World, **question: Any) -> list[list[Any]]:
    return asked(world, **question).rows


def test_paths_begin_where_sessions_do(whiteboard: World) -> None:
    found = asked(whiteboard)
    assert found.columns == ("step", "source", "target", "count")
    assert found.rows == [
        [1, S, B, 2],  # cleo, eve
        [1, S, P, 2],  # ben, cleo
        [1, B, S, 1],
        [1, P, S, 1],
        [2, P, B, 2],
        [2, S, B, 2],  # ada, whose two boards are one node, and dan
        [3, B, I, 2],
        [3, B, P, 1],
        [4, P, I, 1],
    ]


def test_beside_the_moves_is_how_many_came_to_each_node_and_went_no_further(whiteboard: World) -> None:
    beside = asked(whiteboard).beside
    assert (beside["count"], beside["sessions"]) == (5, 7)
    assert beside["nodes"] == {
        "columns": ["step", "event", "count", "dropped"],
        "rows": [
            [1, S, 3, 0], [1, B, 1, 0], [1, P, 1, 0], [1, O, 1, 1],
            [2, B, 2, 2], [2, P, 2, 0], [2, S, 2, 0],
            [3, B, 4, 1],
            [4, I, 2, 2], [4, P, 1, 0],
            [5, I, 1, 1],
        ],
    }  # fmt: skip


def test_from_the_first_start_of_each_session_on(whiteboard: World) -> None:
    found = asked(whiteboard, start=SIGN_UP)
    assert found.rows == [
        [1, S, B, 4], [1, S, P, 2], [2, B, I, 2], [2, P, B, 2], [3, B, P, 1], [4, P, I, 1],
    ]  # fmt: skip
    assert (found.beside["count"], found.beside["sessions"]) == (5, 6)  # ada's second session has none


def test_up_to_the_end_are_the_last_nodes_of_the_sessions_that_come_to_it(whiteboard: World) -> None:
    assert rows(whiteboard, end=INVITE, steps=3) == [[1, S, B, 2], [1, B, P, 1], [2, B, I, 2], [2, P, I, 1]]
    assert rows(whiteboard, end=INVITE, steps=2) == [[1, B, I, 2], [1, P, I, 1]]
    assert asked(whiteboard, end=INVITE).beside["count"] == 3


def test_between_two_events_only_those_count_who_come_to_the_end(whiteboard: World) -> None:
    assert rows(whiteboard, start=SIGN_UP, end=INVITE) == [
        [1, S, B, 2], [1, S, P, 1], [2, B, I, 2], [2, P, B, 1], [3, B, P, 1], [4, P, I, 1],
    ]  # fmt: skip
    assert rows(whiteboard, start=SIGN_UP, end=INVITE, steps=2) == [[1, S, B, 2], [1, S, P, 1]]


def test_the_end_comes_after_the_start(whiteboard: World) -> None:
    # ben alone comes back to a page: P B P; dan to a board: B S B
    assert rows(whiteboard, start=PAGE, end=PAGE) == [[1, P, B, 1], [2, B, P, 1]]
    assert rows(whiteboard, start=BOARD, end=BOARD) == [[1, B, S, 1], [2, S, B, 1]]


def test_conditions_hold_for_one_event_of_a_node(whiteboard: World) -> None:
    free = {"event": S, "where": {"plan": "free"}}  # ada, and cleo's first
    assert rows(whiteboard, start=free) == [[1, S, B, 1], [1, S, P, 1], [2, B, I, 1], [2, P, B, 1]]
    anything = {"event": None, "where": {"plan": {"$exists": True}}}
    assert rows(whiteboard, start=anything, steps=2) == [[1, S, B, 3], [1, S, P, 2]]
    assert rows(whiteboard, end=free, steps=2) == [[1, P, S, 1]]


def test_what_is_left_out_is_no_node_and_goes_on_with_the_session(whiteboard: World) -> None:
    assert rows(whiteboard, start=SIGN_UP, exclude=[PAGE]) == [[1, S, B, 5], [2, B, I, 3]]
    # ben's pages around his board are one node
    assert rows(whiteboard, start=SIGN_UP, end=INVITE, exclude=[BOARD]) == [[1, S, I, 2], [1, S, P, 1], [2, P, I, 1]]
    free = {"event": None, "where": {"plan": "free"}}
    assert rows(whiteboard, start=SIGN_UP, exclude=[free]) == [
        [1, S, B, 3],  # cleo's second, dan, eve
        [1, S, P, 1],
        [2, B, I, 1],
        [2, P, B, 1],
        [3, B, P, 1],
        [4, P, I, 1],
    ]


def test_events_are_told_apart_by_a_property(world: World) -> None:
    for place, path in enumerate(["/", "/", "/pricing", ["x"], None, "", "/"]):
        world.send(track("ada", P, f"2026-01-05T10:0{place}:00Z", **({} if path is None else {"path": path})))
    world.send(track("ada", S, "2026-01-05T10:07:00Z", path="/"), track("ben", P, "2026-01-05T11:00:00Z", path="/"))
    world.send(track("ben", P, "2026-01-05T11:01:00Z", path="/pricing"))
    assert rows(world, apart=[PAGE], steps=10) == [
        [1, f"{P}: /", f"{P}: /pricing", 2],
        [2, f"{P}: /pricing", f'{P}: ["x"]', 1],
        [3, f'{P}: ["x"]', P, 1],  # without a value, and with an empty one
        [4, P, f"{P}: /", 1],
        [5, f"{P}: /", S, 1],
    ]
    assert rows(world, apart=[PAGE], end=SIGN_UP, steps=2) == [[1, f"{P}: /", S, 1]]
    home = {**PAGE, "where": {"path": "/"}, "property": "path"}
    assert rows(world, apart=[home], steps=3) == [[1, f"{P}: /", P, 2], [2, P, f"{P}: /", 1]]
    assert behind(world, {"apart": [PAGE]}, step=2, source=f"{P}: /pricing") == ["ada", "ben"]


def test_events_of_some_people_alone_may_be_told_apart(world: World) -> None:
    world.send(identify("ada", team="x"))
    for who in ("ada", "ben"):
        world.send(track(who, P, "2026-01-05T10:00:00Z", path="/"), track(who, S, "2026-01-05T10:01:00Z"))
    of_team = {**PAGE, "where": {"person.team": "x"}, "property": "path"}
    assert rows(world, apart=[of_team]) == [[1, P, S, 1], [1, f"{P}: /", S, 1]]


def test_rare_values_are_not_told_apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "MOST_VALUES", 2)
    monkeypatch.setattr(paths, "MOST_VALUES", 2)
    for place, path in enumerate(["/b", "/a", "/c", "/b", "/c", "/d"]):
        world.send(track("ada", P, f"2026-01-05T10:0{place}:00Z", path=path))
    assert [row[1:3] for row in rows(world, apart=[PAGE], steps=10)] == [
        [f"{P}: /b", f"{P}: (other)"],
        [f"{P}: (other)", f"{P}: /c"],
        [f"{P}: /c", f"{P}: /b"],
        [f"{P}: /b", f"{P}: /c"],
        [f"{P}: /c", f"{P}: (other)"],
    ]


def test_a_path_counts_under_the_value_of_the_event_that_begins_it(whiteboard: World) -> None:
    found = asked(whiteboard, start=SIGN_UP, breakdown="plan")
    assert found.columns == ("step", "source", "target", "count", "breakdown")
    assert found.rows == [
        [1, S, B, 1, "beta"], [2, B, I, 1, "beta"],
        [1, S, B, 2, "free"], [1, S, P, 1, "free"], [2, B, I, 2, "free"], [2, P, B, 1, "free"],
        [1, S, B, 1, "pro"], [1, S, P, 1, "pro"], [2, P, B, 1, "pro"], [3, B, P, 1, "pro"], [4, P, I, 1, "pro"],
        [1, S, B, 1, None],
    ]  # fmt: skip
    assert [1, S, 3, 0, "free"] in found.beside["nodes"]["rows"]
    assert found.beside["count"] == 5


def test_companies_have_sessions_of_what_all_their_people_did(whiteboard: World) -> None:
    # acme: P S B I | O S P B P I, for ben came ten minutes after ada had left; bolt: B S B I
    assert rows(whiteboard, count="accounts", start=SIGN_UP, steps=3) == [
        [1, S, B, 2], [1, S, P, 1], [2, B, I, 2], [2, P, B, 1],
    ]  # fmt: skip
    assert rows(whiteboard, count="accounts", end=SIGN_UP, steps=2) == [[1, B, S, 1], [1, P, S, 1], [1, O, S, 1]]


def test_days_are_those_of_the_project(world: World) -> None:
    world.send(track("ada", P, "2026-01-04T14:55:00Z"), track("ada", S, "2026-01-04T15:05:00Z"))
    world.send(track("ada", B, "2026-01-04T15:10:00Z"))
    assert rows(world, date_from="2026-01-04", date_to="2026-01-04") == [[1, P, S, 1], [2, S, B, 1]]


def test_a_session_goes_on_while_clocks_change(open_store: None, transactional_db: None, tmp_path: Any) -> None:
    world = World(tmp_path, tz="America/New_York")
    # 01:50 and, twenty minutes later, 03:10 of a day that begins at 05:00 UTC and ends at 04:00 UTC
    world.send(track("ada", S, "2026-03-08T06:50:00Z"), track("ada", B, "2026-03-08T07:10:00Z"))
    world.send(track("ben", S, "2026-03-08T04:59:00Z"), track("ben", B, "2026-03-08T05:00:00Z"))
    world.send(track("cleo", S, "2026-03-09T03:50:00Z"), track("cleo", B, "2026-03-09T04:00:00Z"))
    assert rows(world, date_from="2026-03-08", date_to="2026-03-08") == [[1, S, B, 1]]
    assert rows(world, date_from="2026-03-08", date_to="2026-03-09") == [[1, S, B, 2]]


def test_who_goes_several_ways_counts_once_among_the_others(world: World) -> None:
    # 27 values of one path each but for ada's; she goes the same way under the two that have no rows of their own
    values = [f"v{number:02}" for number in range(27)]
    for place, value in enumerate(values):
        user = "ada" if place > 24 else f"u{place}"
        world.send(track(user, S, f"2026-01-05T{place % 20:02}:00:00Z", v=value))
        world.send(track(user, B, f"2026-01-05T{place % 20:02}:10:00Z"))
    found = rows(world, breakdown="v", start=SIGN_UP)
    assert found == [*([1, S, B, 1, value] for value in values[:25]), [1, S, B, 1, "(other)"]]


def test_nobody_s_paths(world: World) -> None:
    found = asked(world, breakdown="plan")
    assert (found.rows, found.beside["count"], found.beside["nodes"]["rows"]) == ([], 0, [])
    assert asked(world).rows == []


# Who is behind the numbers -------------------------------------------------------------------------------------------


def behind(world: World, question: dict[str, Any], **cell: Any) -> list[str]:
    checked = check({"kind": "paths", **DAY, **question}, "UTC")
    named = check_cell(checked, cell)
    found = actors(world.project.id, checked, named).tolist()
    carded = account_cards if kind_of(checked).by_account(checked, named) else cards
    return sorted(card.id for card in carded(world.project, found))


def test_behind_moves_nodes_and_ends_of_paths(whiteboard: World) -> None:
    assert behind(whiteboard, {}, step=1, source=S, target=P) == ["ben", "cleo"]
    assert behind(whiteboard, {}, step=2, source=B) == ["cleo", "eve"]
    assert behind(whiteboard, {}, step=2, target=B) == ["ada", "ben", "cleo", "dan"]
    assert behind(whiteboard, {}, step=3, source=B, dropped=True) == ["cleo"]
    assert behind(whiteboard, {}, step=4, dropped=True) == ["ada", "dan"]
    assert behind(whiteboard, {}, step=4) == ["ada", "ben", "dan"]
    assert behind(whiteboard, {}) == ["ada", "ben", "cleo", "dan", "eve"]


def test_behind_several_events_at_once(whiteboard: World) -> None:
    assert behind(whiteboard, {}, step=1, source={"$in": [B, P]}) == ["ada", "dan"]
    assert behind(whiteboard, {}, step=1, source={"$nin": [S]}) == ["ada", "dan"]
    assert behind(whiteboard, {}, step=1, source=S, target={"$nin": [B]}) == ["ben", "cleo"]


def test_behind_a_value(whiteboard: World) -> None:
    question = {"start": SIGN_UP, "breakdown": "plan"}
    assert behind(whiteboard, question, step=1, source=S, breakdown="free") == ["ada", "cleo", "dan"]
    assert behind(whiteboard, question, step=1, target=B, breakdown=None) == ["eve"]
    assert behind(whiteboard, question, step=1, breakdown="none such") == []


def test_behind_companies(whiteboard: World) -> None:
    assert behind(whiteboard, {"count": "accounts", "start": SIGN_UP}, step=1, target=P) == ["acme"]


def as_many(world: World, question: dict[str, Any]) -> None:
    """Behind every number stand as many as it says."""
    answer = ask(world.project, question)
    checked = check(question, "UTC")

    def how_many(**cell: Any) -> int:
        return len(actors(world.project.id, checked, check_cell(checked, cell)))

    for step, source, target, count, *value in answer.rows[::3]:
        split = {"breakdown": value[0]} if value else {}
        assert how_many(step=step, source=source, target=target, **split) == count
    for step, event, count, dropped, *value in answer.beside["nodes"]["rows"][::3]:
        split = {"breakdown": value[0]} if value else {}
        assert how_many(step=step, source=event, **split) == count
        if question.get("end") is None:
            assert how_many(step=step, source=event, dropped=True, **split) == dropped
    if not question.get("breakdown"):
        assert how_many() == answer.beside["count"]


# The same answer in every way ----------------------------------------------------------------------------------------

CROWD = {"date_from": "2026-01-02", "date_to": "2026-01-08", "kind": "paths"}
OPTIONS: list[dict[str, Any]] = [
    {},
    {"breakdown": "v", "steps": 3},
    {"start": {"event": "A", "where": {"person.team": "x"}}, "breakdown": "person.team"},
    {"end": {"event": "B"}, "breakdown": ["plan", "person.team"], "count": "accounts"},
    {"start": {"event": "A"}, "end": {"event": "C", "where": {"account.tier": {"$exists": True}}}, "count": "accounts"},
    {"exclude": [{"event": "D"}, {"event": None, "where": {"plan": "free"}}], "breakdown": "plan", "steps": 20},
    {"apart": [{"event": "A", "property": "v"}, {"event": "B", "property": "person.team"}], "steps": 3},
    {"start": {"event": "B"}, "end": {"event": None}, "exclude": [{"event": "D"}], "steps": 4},
]


def visits(seed: int) -> list[dict[str, Any]]:
    """A crowd that does several things in a visit."""
    return [{**each, "timestamp": each["timestamp"].replace(":30:", ":20:")} for each in crowd(seed, events=400)]


@pytest.mark.parametrize("question", OPTIONS)
def test_paths_do_not_depend_on_how_events_are_read(
    world: World, monkeypatch: pytest.MonkeyPatch, question: dict[str, Any]
) -> None:
    world.send(*visits(4))
    at_once = ask(world.project, {**CROWD, **question})
    assert sum(row[3] for row in at_once.rows) > 5
    for piece, aside, kept in ((10, 10**6, 0), (50, 20, 10**6), (10**6, 30, 0)):
        monkeypatch.setattr(stories, "PIECE", piece)
        monkeypatch.setattr(recalled, "PIECE", piece)
        monkeypatch.setattr(stories, "MOST_ASIDE", aside)
        monkeypatch.setattr(paths, "MOST_KEPT", kept)
        assert ask(world.project, {**CROWD, **question}).rows == at_once.rows
        with without_register():
            assert ask(world.project, {**CROWD, **question}).rows == at_once.rows
    monkeypatch.setattr(grouped, "MANY", 0)
    monkeypatch.setattr(paths, "BY_OWNER", 0)
    again = ask(world.project, {**CROWD, **question})
    assert (again.rows, again.beside) == (at_once.rows, at_once.beside)
    as_many(world, {**CROWD, **question})
