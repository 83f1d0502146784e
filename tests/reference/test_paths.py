"""The reference's paths, on worlds that can be worked out in one's head."""

from typing import Any

from tests.reference import beside_paths, paths
from tests.reference.messages import group, identify, track

Message = dict[str, Any]


def walk(who: str, names: str, day: str = "2026-01-05", **properties: Any) -> list[Message]:
    """One event a minute from 10:00Z on, each with a letter for its name."""
    return [track(who, name, f"{day}T10:{minute:02}:00Z", **properties) for minute, name in enumerate(names)]


def asked(**more: Any) -> dict[str, Any]:
    question = {
        "kind": "paths", "start": None, "end": None, "steps": 5, "date_from": "2026-01-05", "date_to": "2026-01-06",
    }  # fmt: skip
    return question | more


def moves(messages: list[Message], **more: Any) -> list[tuple[int, str, int]]:
    """Step, the move as two letters, count."""
    return [(step, f"{source}{target}", count) for step, source, target, count, *_ in paths(messages, asked(**more))]


def a(name: str, **where: Any) -> dict[str, Any]:
    return {"event": name, "where": where}


def test_moves_are_counted_step_by_step() -> None:
    # Ada: A B C, Ben: A B, Cleo: A C.
    world = walk("ada", "ABC") + walk("ben", "AB") + walk("cleo", "AC")
    assert paths(world, asked()) == [[1, "A", "B", 2], [1, "A", "C", 1], [2, "B", "C", 1]]


def test_the_same_event_twice_in_a_row_is_one_node() -> None:
    assert moves(walk("ada", "AABBBA")) == [(1, "AB", 1), (2, "BA", 1)]


def test_half_an_hour_without_an_event_ends_a_session() -> None:
    # A B within 29:59.999999; half an hour later C, which begins the next session.
    world = [
        track("ada", "A", "2026-01-05T10:00:00Z"), track("ada", "B", "2026-01-05T10:29:59.999999Z"),
        track("ada", "C", "2026-01-05T10:59:59.999999Z"), track("ada", "D", "2026-01-05T11:00:00Z"),
    ]  # fmt: skip
    assert moves(world) == [(1, "AB", 1), (1, "CD", 1)]


def test_a_person_counts_once_for_a_move_however_many_sessions_have_it() -> None:
    assert moves(walk("ada", "AB") + walk("ada", "AB", "2026-01-06")) == [(1, "AB", 1)]


def test_steps_are_the_most_nodes() -> None:
    assert moves(walk("ada", "ABCD"), steps=3) == [(1, "AB", 1), (2, "BC", 1)]
    assert moves(walk("ada", "ABCD"), steps=2) == [(1, "AB", 1)]


def test_paths_from_an_event_begin_with_its_first_in_each_session() -> None:
    # Ben never does B.
    world = walk("ada", "ABCBD") + walk("ben", "AC")
    assert moves(world, start=a("B")) == [(1, "BC", 1), (2, "CB", 1), (3, "BD", 1)]


def test_paths_to_an_event_are_the_last_nodes_before_its_first() -> None:
    # Ada: A B C D, of which B C D are left with three steps. Ben never comes to D.
    world = walk("ada", "ABCDED") + walk("ben", "AC")
    assert moves(world, end=a("D"), steps=3) == [(1, "BC", 1), (2, "CD", 1)]
    assert moves(world, end=a("D"), steps=9) == [(1, "AB", 1), (2, "BC", 1), (3, "CD", 1)]
    assert moves(world, end=a("A")) == []  # the first node of all is it


def test_paths_between_two_events_need_both_in_this_order() -> None:
    # Ada: B C D, between other things. Ben has D only before B. Cleo does not come to D.
    world = walk("ada", "DABCDE") + walk("ben", "DB") + walk("cleo", "BC")
    assert moves(world, start=a("B"), end=a("D")) == [(1, "BC", 1), (2, "CD", 1)]
    assert moves(world, start=a("B"), end=a("D"), steps=2) == [(1, "BC", 1)]


def test_the_end_is_a_later_node_than_the_start() -> None:
    assert moves(walk("ada", "AABA"), start=a("A"), end=a("A")) == [(1, "AB", 1), (2, "BA", 1)]


def test_conditions_hold_for_any_event_of_a_node() -> None:
    world = [
        track("ada", "A", "2026-01-05T10:00:00Z"), track("ada", "A", "2026-01-05T10:01:00Z", via="ad"),
        track("ada", "B", "2026-01-05T10:02:00Z"), track("ada", "A", "2026-01-05T10:03:00Z"),
        track("ada", "A", "2026-01-05T10:04:00Z", paid=True),
    ]  # fmt: skip
    assert moves(world, start=a("A", via="ad")) == [(1, "AB", 1), (2, "BA", 1)]
    assert moves(world, end={"event": None, "where": {"paid": True}}) == [(1, "AB", 1), (2, "BA", 1)]
    assert moves(world, start=a("A", via="mail")) == []


def test_events_of_one_instant_are_taken_by_name() -> None:
    world = [track("ada", name, "2026-01-05T10:00:00Z") for name in "CAB"]
    assert moves(world) == moves(world[::-1]) == [(1, "AB", 1), (2, "BC", 1)]


def test_sessions_are_made_of_what_lies_inside_the_dates() -> None:
    world = [
        track("ada", "A", "2026-01-04T23:50:00Z"), track("ada", "B", "2026-01-05T00:00:00Z"),
        track("ada", "C", "2026-01-05T00:10:00Z"), track("ada", "D", "2026-01-06T23:59:00Z"),
        track("ada", "E", "2026-01-07T00:00:00Z"),
    ]  # fmt: skip
    assert moves(world) == [(1, "BC", 1)]


def test_accounts_walk_with_all_their_people() -> None:
    # Ada does A and C, Ben B between them, both for Acme; Cleo is with nobody.
    members = [group("ada", "acme", "2026-01-01"), group("ben", "acme", "2026-01-01")]
    world = [
        track("ada", "A", "2026-01-05T10:00:00Z"), track("ben", "B", "2026-01-05T10:10:00Z"),
        track("ada", "C", "2026-01-05T10:20:00Z"), track("cleo", "D", "2026-01-05T10:15:00Z"),
    ]  # fmt: skip
    assert moves([*members, *world], count="accounts") == [(1, "AB", 1), (2, "BC", 1)]
    assert moves([*members, *world]) == [(1, "AC", 1)]


def test_what_is_left_out_of_paths_still_holds_sessions_together() -> None:
    # Without B there are A, C and A; B is what keeps the two halves of Ada's session together.
    world = [
        track("ada", "A", "2026-01-05T10:00:00Z"), track("ada", "B", "2026-01-05T10:20:00Z", via="ad"),
        track("ada", "A", "2026-01-05T10:40:00Z"), track("ada", "C", "2026-01-05T10:41:00Z"),
        track("ada", "B", "2026-01-05T10:42:00Z"), track("ada", "A", "2026-01-05T10:43:00Z"),
    ]  # fmt: skip
    assert moves(world, exclude=[a("B")]) == [(1, "AC", 1), (2, "CA", 1)]
    assert moves(world, exclude=[a("B")], start=a("B")) == []
    assert moves(world, exclude=[{"event": None, "where": {"via": "ad"}}]) == [(1, "AC", 1), (2, "CB", 1), (3, "BA", 1)]
    assert moves(world, exclude=[{"event": None}]) == []


def test_nodes_tell_who_came_and_who_did_nothing_more() -> None:
    # Ada goes on after B on one day and not on the other; Ben has more to do than two steps show.
    world = walk("ada", "ABC") + walk("ada", "AB", "2026-01-06") + walk("ben", "ABA") + walk("cleo", "A")
    told = beside_paths(world, asked(steps=2))
    assert (told["count"], told["sessions"]) == (3, 4)
    assert told["nodes"] == {
        "columns": ["step", "event", "count", "dropped"], "rows": [[1, "A", 3, 1], [2, "B", 2, 1]],
    }  # fmt: skip
    assert beside_paths(world, asked(end=a("B")))["nodes"]["rows"] == [[1, "A", 2, 0], [2, "B", 2, 0]]
    by_value = beside_paths(walk("ada", "A", via="x"), asked(breakdown="via"))["nodes"]
    assert by_value == {"columns": ["step", "event", "count", "dropped", "breakdown"], "rows": [[1, "A", 1, 1, "x"]]}


def test_a_path_counts_under_the_value_of_the_event_that_begins_it() -> None:
    # Ada begins with two values at once, and comes to C after B, which has another one.
    world = [
        track("ada", "A", "2026-01-05T10:00:00Z", via=["ad", "web", "ad"]),
        track("ada", "B", "2026-01-05T10:01:00Z", via="app"),
        track("ada", "C", "2026-01-05T10:02:00Z"),
        track("ben", "B", "2026-01-05T10:00:00Z"),
        track("ben", "C", "2026-01-05T10:01:00Z"),
    ]
    assert paths(world, asked(breakdown="via", steps=2)) == [
        [1, "A", "B", 1, "ad"], [1, "A", "B", 1, "web"], [1, "B", "C", 1, None],
    ]  # fmt: skip
    assert paths(world, asked(breakdown="via", start=a("B"))) == [[1, "B", "C", 1, "app"], [1, "B", "C", 1, None]]
    to_c = asked(breakdown="via", end=a("C"), steps=2)
    assert paths(world, to_c) == [[1, "B", "C", 1, "ad"], [1, "B", "C", 1, "web"], [1, "B", "C", 1, None]]


def test_a_path_that_meets_its_start_late_in_a_node_has_that_event_s_value() -> None:
    world = [
        track("ada", "A", "2026-01-05T10:00:00Z", via="web"), track("ada", "A", "2026-01-05T10:01:00Z", via="ad"),
        track("ada", "B", "2026-01-05T10:02:00Z"),
    ]  # fmt: skip
    from_the_ad = asked(breakdown="via", start=a("A", via="ad"))
    assert paths(world, from_the_ad) == [[1, "A", "B", 1, "ad"]]


def test_traits_are_those_of_now_and_values_beyond_the_most_frequent_are_other() -> None:
    world = [message for number in range(27) for message in walk(f"u{number}", "AB")]
    world += [identify(f"u{number}", "2026-03-01", team=f"v{number:02}") for number in range(27)]
    found = paths(world, asked(breakdown="person.team"))
    assert [row[4] for row in found] == [*(f"v{number:02}" for number in range(25)), "(other)"]
    assert [row[3] for row in found] == [1] * 25 + [2]


def test_days_are_those_of_the_zone_and_sessions_go_on_when_clocks_change() -> None:
    # New York, 1 November 2026: 1:50 in summer time, ten minutes later 1:00 in winter time. The dates begin at 4:00Z.
    world = [
        track("ada", "Z", "2026-11-01T03:59:00Z"), track("ada", "A", "2026-11-01T04:00:00Z"),
        track("ada", "B", "2026-11-01T05:50:00Z"), track("ada", "C", "2026-11-01T06:00:00Z"),
        track("ada", "D", "2026-11-02T04:50:00Z"), track("ada", "E", "2026-11-02T05:00:00Z"),
    ]  # fmt: skip
    one_day = {"date_from": "2026-11-01", "date_to": "2026-11-01"}
    assert [row[:3] for row in paths(world, asked(**one_day), "America/New_York")] == [[1, "B", "C"]]
    assert [row[:3] for row in paths(world, asked(**one_day), "Asia/Seoul")] == [[1, "B", "C"], [1, "Z", "A"]]
