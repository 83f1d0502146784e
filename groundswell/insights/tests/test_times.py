"""How long people took, in a world worked out by hand.

Whiteboard Co., UTC, 5 January 2026. S Signed Up, B Board Created, I Invite Sent.

    ada    S free 09:00 · B 09:10 · I 09:30      S → I 30 min    S → B 10 min    B → I 20 min
    ben    S pro 10:00 · B 10:45                                       45
    cleo   S free 12:00 · B 12:30 · I 13:00            60              30             30
    dan    S free 14:00
    eve    S pro, B, I at 15:00                         0               0              0
    fay    S pro on the 4th, B and I on the 5th        who did not begin on the 5th
"""

from typing import Any

import numpy as np
import pytest

from groundswell.insights.kinds import actors, check, check_cell
from groundswell.insights.service import ask
from groundswell.insights.times.bins import DAY, HOUR, MINUTE, SECOND, edges_of
from groundswell.insights.types import Answer
from groundswell.kernel.errors import Refusal
from tests.world import World, group, track

DATES = {"date_from": "2026-01-05", "date_to": "2026-01-05"}
STEPS = [{"event": "Signed Up"}, {"event": "Board Created"}, {"event": "Invite Sent"}]
TIMES = {"kind": "funnel", "show": "times", "steps": STEPS, "window": "14d", **DATES}


@pytest.fixture
def whiteboard(world: World) -> World:
    def did(user: str, event: str, at: str, **properties: Any) -> dict[str, Any]:
        return track(user, STEPS["SBI".index(event)]["event"], f"2026-01-{at}:00Z", **properties)

    world.send(
        *(group(user, "acme", at="2026-01-01T00:00:00Z") for user in ("ada", "ben")),
        did("ada", "S", "05T09:00", plan="free"), did("ada", "B", "05T09:10"), did("ada", "I", "05T09:30"),
        did("ben", "S", "05T10:00", plan="pro"), did("ben", "B", "05T10:45"),
        did("cleo", "S", "05T12:00", plan="free"), did("cleo", "B", "05T12:30"), did("cleo", "I", "05T13:00"),
        did("dan", "S", "05T14:00", plan="free"),
        did("eve", "I", "05T15:00"), did("eve", "B", "05T15:00"), did("eve", "S", "05T15:00", plan="pro"),
        did("fay", "S", "04T23:00", plan="pro"), did("fay", "B", "05T10:00"), did("fay", "I", "05T11:00"),
    )  # fmt: skip
    return world


def answer(world: World, **question: Any) -> Answer:
    return ask(world.project, {**TIMES, **question})


def counted(world: World, **question: Any) -> list[tuple[int, int, int]]:
    """Bins in which somebody is: from and to (min), and how many."""
    return [(row[0] // 60, row[1] // 60, row[3]) for row in answer(world, **question).rows if row[3]]


def behind(world: World, cell: dict[str, Any], **question: Any) -> int:
    checked = check({**TIMES, **question}, "UTC")
    return len(actors(world.project.id, checked, check_cell(checked, cell)))


def test_people_are_counted_in_the_bin_that_their_time_ends_in(whiteboard: World) -> None:
    found = answer(whiteboard)
    assert found.columns == ("from_seconds", "to_seconds", "breakdown", "count", "share")
    assert counted(whiteboard) == [(0, 0, 1), (15, 30, 1), (30, 60, 1)]  # eve in the first second
    assert found.rows[0] == [0, 1, None, 1, 1 / 3]
    assert [row[:2] for row in found.rows] == [
        [0, 1], [1, 10], [10, 30], [30, 60], [60, 120], [120, 300], [300, 900], [900, 1800], [1800, 3600],
    ]  # fmt: skip


def test_beside_them_stand_percentiles_and_those_who_did_not_finish(whiteboard: World) -> None:
    [told] = answer(whiteboard).beside["times"]  # 0, 30 and 60 min; ben and dan came no further
    assert told == {
        "breakdown": None, "finished": 3, "unfinished": 2, "median_seconds": 1800.0, "p25_seconds": 900.0,
        "p75_seconds": 2700.0, "p90_seconds": 3240.0,
    }  # fmt: skip


def test_any_two_steps_may_be_chosen(whiteboard: World) -> None:
    assert counted(whiteboard, to_step=2) == [(0, 0, 1), (5, 15, 1), (15, 30, 1), (30, 60, 1)]
    between = answer(whiteboard, from_step=2).beside["times"]
    assert (between[0]["finished"], between[0]["unfinished"], between[0]["median_seconds"]) == (3, 1, 20 * 60.0)


def test_bins_are_of_one_length_where_their_number_is_given(whiteboard: World) -> None:
    assert [row[:4] for row in answer(whiteboard, bins=3).rows] == [[0, 1800, None, 2], [1800, 3600, None, 1]]
    assert [row[:4] for row in answer(whiteboard, bins=1).rows] == [[0, 3600, None, 3]]


def test_the_last_bin_ends_with_the_window(whiteboard: World) -> None:
    assert counted(whiteboard, to_step=2, window="45m") == [(0, 0, 1), (5, 15, 1), (15, 30, 1), (30, 45, 1)]
    assert answer(whiteboard, window="29m").rows[-1][3] == 1  # eve alone


def test_a_value_has_bins_of_its_own_at_the_same_edges(whiteboard: World) -> None:
    found = answer(whiteboard, breakdown="plan", bins=2)
    assert found.rows == [
        [0, 1800, "free", 1, 0.5], [1800, 3600, "free", 1, 0.5], [0, 1800, "pro", 1, 1.0], [1800, 3600, "pro", 0, 0.0],
    ]  # fmt: skip
    told = [(each["breakdown"], each["finished"], each["unfinished"]) for each in found.beside["times"]]
    assert told == [("free", 2, 1), ("pro", 1, 1)]


def test_companies_take_their_time_too(whiteboard: World) -> None:
    # acme: ada signs up at 09:00 and invites at 09:30
    assert counted(whiteboard, count="accounts", bins=1) == [(28, 30, 1)]


def test_nobody_who_finished_is_no_row(whiteboard: World) -> None:
    found = answer(whiteboard, steps=[{"event": "Signed Up"}, {"event": "Unknown"}], breakdown="plan")
    assert found.rows == []
    assert [each["unfinished"] for each in found.beside["times"]] == [3, 2]
    nobody = answer(whiteboard, steps=[{"event": "Unknown"}, {"event": "Signed Up"}]).beside["times"]
    assert nobody[0] == {"breakdown": None, "finished": 0, "unfinished": 0, **dict.fromkeys(
        ("median_seconds", "p25_seconds", "p75_seconds", "p90_seconds"))}  # fmt: skip


def test_behind_each_bin_are_those_it_counts(whiteboard: World) -> None:
    assert behind(whiteboard, {"from_seconds": 0, "to_seconds": 1}) == 1
    assert behind(whiteboard, {"from_seconds": 1, "to_seconds": 1800}) == 1
    assert behind(whiteboard, {"from_seconds": 1800, "to_seconds": 3600}) == 1
    assert behind(whiteboard, {"finished": True}) == 3
    assert behind(whiteboard, {}) == 3
    assert behind(whiteboard, {"finished": False}) == 2
    assert behind(whiteboard, {"finished": False, "breakdown": "free"}, breakdown="plan") == 1
    assert behind(whiteboard, {"finished": True, "breakdown": "none"}, breakdown="plan") == 0


def test_the_question_says_what_it_shows() -> None:
    checked = check({**TIMES, "from_step": 2, "bins": 8}, "UTC")
    told = checked.as_json()
    assert (told["show"], told["from_step"], told["to_step"], told["bins"]) == ("times", 2, 3, 8)
    assert check(told, "UTC") == checked


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"show": "time"}, "show"), ({"show": ["times"]}, "show"), ({"steps": STEPS[:1]}, "steps"),
        ({"from_step": 3}, "from_step"), ({"from_step": 2, "to_step": 2}, "to_step"), ({"to_step": 4}, "to_step"),
        ({"bins": 0}, "bins"), ({"bins": "many"}, "bins"), ({"interval": "week"}, "interval"),
        ({"show": "steps", "bins": 3}, "bins"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(question: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        check({**TIMES, **question}, "UTC")
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    "cell",
    [
        {"from_seconds": 1}, {"from_seconds": "1", "to_seconds": 2}, {"from_seconds": -1, "to_seconds": 2},
        {"from_seconds": 0, "to_seconds": 2, "finished": False}, {"step": 1}, {"finished": 1}, {"breakdown": "x"},
    ],
)  # fmt: skip
def test_a_cell_that_no_answer_has_is_refused(cell: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        check_cell(check(TIMES, "UTC"), cell)


# Bins


@pytest.mark.parametrize(
    ("shortest", "longest", "bins", "edges"),
    [
        (
            20 * SECOND,
            3 * DAY,
            None,
            [10, 30, 60, 120, 300, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800, 345600],
        ),
        (1, 4 * SECOND, None, [0, 1, 2, 3, 4]),
        (61 * MINUTE, 110 * MINUTE, None, [3600, 4200, 4800, 5400, 6000, 6600]),
        (0, 0, None, [0, 1]),
        (HOUR, HOUR, None, [3300, 3600]),  # none so short that it would say nothing
        (HOUR + 1, 5 * HOUR, 4, [3600, 7200, 10800, 14400, 18000]),
        (0, 900 * DAY, None, [*(each // SECOND for each in (0, SECOND, 10 * SECOND)), ...]),
    ],
)
def test_edges_are_round_and_enclose_all_times(shortest: int, longest: int, bins: int | None, edges: list[Any]) -> None:
    found = [edge // SECOND for edge in edges_of(shortest, longest, 1_000 * DAY, bins)]
    if ... in edges:
        assert found[:3] == edges[:3]
        assert found[-3:] == [365 * 86_400, 730 * 86_400, 1_000 * 86_400]
    else:
        assert found == edges


def test_however_long_the_times_are_there_are_not_more_bins_than_asked_for() -> None:
    chance = np.random.default_rng(3)
    for _ in range(500):
        shortest, longest = sorted((10 ** chance.uniform(0, 17, 2)).astype(int).tolist())
        window = int(longest * chance.uniform(1, 3)) + MINUTE
        most = int(chance.integers(1, 30))
        edges = edges_of(shortest, longest, window, most)
        assert 2 <= len(edges) <= most + 1
        assert edges == sorted(set(edges))
        assert (edges[0] < shortest or edges[0] == 0) and longest <= edges[-1] <= window
