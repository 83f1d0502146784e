"""Members follow what happens: events, joins, traits, time. What changes is told once, after a crash too."""

from typing import Any

import pytest

from groundswell.kernel.errors import Refusal
from groundswell.kernel.happenings import listen
from groundswell.kernel.ids import stable_id
from groundswell.segments import membership, refreshing, service
from groundswell.segments.definitions import definition_of, row_of
from groundswell.segments.models import Segment
from groundswell.segments.tests.conftest import MACHINE, Clock, Put, ids
from groundswell.segments.types import SegmentChanged
from tests.world import World, identify, track

Told = list[SegmentChanged]


def did(event: str, **more: Any) -> dict[str, Any]:
    return {"did": {"event": event, **more}}


def known(world: World, key: str) -> list[int]:
    """The numbers of those who are in, as questions read it."""
    definition = definition_of(row_of(world.project.id, key))
    sql = "SELECT DISTINCT member FROM scope.segment_members WHERE segment = {segment:UInt32} ORDER BY member"
    return [member for (member,) in world.run(sql, segment=definition.number)]


def numbers(world: World, *names: str) -> list[int]:
    return sorted(stable_id(world.project.id, name) for name in names)


def test_whoever_does_it_comes_in_and_is_told_once(world: World, put: Put, clock: Clock, told: Told) -> None:
    put("builders", did("Board Created"))
    clock.set("2026-01-10T12:01:00Z")
    world.send(track("ada", "Board Created"))
    assert refreshing.refresh_due() == 1
    assert known(world, "builders") == numbers(world, "ada")
    assert refreshing.refresh_due() == 0
    (change,) = told
    assert change.entered.tolist() == numbers(world, "ada")
    assert (change.left.tolist(), change.is_redefined, change.at) == ([], False, clock.now)


def test_time_alone_takes_people_out(world: World, put: Put, clock: Clock, told: Told) -> None:
    world.send(track("ada", "Board Created", at="2026-01-09T12:00:30Z"))
    put("fresh", did("Board Created", within="1d"))
    assert known(world, "fresh") == numbers(world, "ada")
    clock.set("2026-01-10T12:00:30Z")  # exactly a day: still in
    refreshing.refresh_due()
    assert known(world, "fresh") == numbers(world, "ada")
    clock.set("2026-01-10T12:01:00Z")
    assert refreshing.refresh_due() == 1
    assert known(world, "fresh") == []
    assert [change.left.tolist() for change in told] == [[], numbers(world, "ada")]


def test_nothing_is_worked_out_where_nothing_changed(world: World, put: Put, clock: Clock) -> None:
    world.send(identify("ada", plan="pro"))
    put("payers", {"trait": {"plan": "pro"}})
    clock.set("2026-01-11T12:00:00Z")
    assert refreshing.refresh_due() == 0
    standing = service.segment(world.project, "payers").standing
    assert (standing.members, standing.as_of, standing.since) == (1, clock.now, 0)


def test_how_old_it_is_is_known(world: World, put: Put, clock: Clock) -> None:
    put("payers", {"trait": {"plan": "pro"}})
    before = clock.now
    clock.set("2026-01-10T12:00:10Z")
    world.send(identify("ada", plan="pro"), track("ada", "A"), track("ada", "B"))
    standing = service.segment(world.project, "payers").standing
    assert (standing.members, standing.as_of, standing.since) == (0, before, 3)


def test_who_is_merged_away_is_followed_at_once(world: World, put: Put, clock: Clock, told: Told) -> None:
    world.send(identify("ada"), identify("ben"), track("ben", "Board Created"))
    put("builders", did("Board Created"))
    assert known(world, "builders") == numbers(world, "ben")
    world.send({"type": "alias", "userId": "ada", "previousId": "ben", "timestamp": "2026-01-06T00:00:00Z"})
    assert known(world, "builders") == numbers(world, "ada")  # before anything is worked out anew
    clock.set("2026-01-10T12:05:00Z")
    refreshing.refresh_due()
    assert known(world, "builders") == numbers(world, "ada")
    assert len(told) == 1  # nobody came, nobody left
    put("builders", did("Board Deleted"))
    assert known(world, "builders") == []
    assert told[-1].left.tolist() == numbers(world, "ada")
    assert told[-1].is_redefined


def test_segments_that_name_others_follow_them(world: World, put: Put, clock: Clock) -> None:
    put("builders", did("Board Created"))
    put("idle", {"not": {"segment": "builders"}})
    world.send(identify("ada"), identify("ben"))
    clock.set("2026-01-10T12:01:00Z")
    refreshing.refresh_due()
    assert known(world, "idle") == numbers(world, "ada", "ben")
    world.send(track("ada", "Board Created"))
    clock.set("2026-01-10T12:02:00Z")
    refreshing.refresh_due()
    assert known(world, "idle") == numbers(world, "ben")
    put("builders", did("Board Deleted"))
    refreshing.refresh(world.project, "idle")
    assert known(world, "idle") == numbers(world, "ada", "ben")


@pytest.mark.parametrize("dies_in", ["write_moves", "settle", "tell"])
def test_a_change_is_neither_lost_nor_made_up_by_dying_in_between(
    world: World, put: Put, clock: Clock, told: Told, monkeypatch: pytest.MonkeyPatch, dies_in: str
) -> None:
    world.send(track("ada", "A"), track("ben", "A"))
    put("doers", did("A", within="30d"))

    def die(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    clock.set("2026-02-04T10:00:00Z")
    world.send(track("cleo", "A", at="2026-02-04T09:00:00Z"))
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(refreshing if dies_in == "tell" else membership, dies_in, die)
        refreshing.refresh(world.project, "doers")
    clock.set("2026-02-05T10:00:00Z")  # ada and ben are out by then
    refreshing.refresh(world.project, "doers")
    assert known(world, "doers") == numbers(world, "cleo")
    heard = [(change.entered.tolist(), change.left.tolist()) for change in told[1:]]
    expected = [(numbers(world, "cleo"), []), ([], numbers(world, "ada", "ben"))]
    at_once = [(numbers(world, "cleo"), numbers(world, "ada", "ben"))]
    assert heard == (at_once if dies_in == "write_moves" else expected)
    assert [change.number for change in told] == sorted({change.number for change in told})


def test_a_listener_that_fails_hears_it_again_under_the_same_number(world: World, put: Put, told: Told) -> None:
    attempts = []

    def fail_once(change: SegmentChanged) -> None:
        attempts.append(change.number)
        if len(attempts) == 1:
            raise ConnectionError

    listen(SegmentChanged, fail_once)
    world.send(track("ada", "A"))
    with pytest.raises(ConnectionError):
        put("doers", did("A"))
    refreshing.refresh(world.project, "doers")
    assert attempts == [told[0].number] * 2


def test_why_members_are_not_known_is_said(
    world: World, put: Put, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("doers", did("A"))

    def refuse(*_: Any, **__: Any) -> None:
        raise Refusal(422, "question_too_long", "It took too long.", hint="Ask for less.")

    world.send(track("ada", "A"))
    with monkeypatch.context() as patched:
        patched.setattr(refreshing, "members", refuse)
        refreshing.refresh(world.project, "doers")
    standing = service.segment(world.project, "doers").standing
    assert (standing.members, standing.trouble) == (0, "It took too long. Ask for less.")
    refreshing.refresh(world.project, "doers")
    assert service.segment(world.project, "doers").standing.trouble == ""
    assert ids(world, "doers") == ["ada"]


def test_a_segment_that_takes_long_rests_ten_times_as_long(world: World, put: Put, clock: Clock) -> None:
    put("doers", did("A", within="30d"))
    Segment.objects.update(seconds=30)
    for at, expected in (("12:04:59", 0), ("12:05:00", 1)):
        clock.set(f"2026-01-10T{at}Z")
        assert refreshing.refresh_due() == expected


def test_two_do_not_work_out_the_same_segment(world: World, put: Put, clock: Clock) -> None:
    put("doers", did("A", within="30d"))
    Segment.objects.update(claimed_until=clock.now + refreshing.CLAIM)
    clock.set("2026-01-10T12:02:59Z")
    assert not refreshing.refresh(world.project, "doers")
    clock.set("2026-01-10T12:03:00Z")  # whoever had it must be dead
    assert refreshing.refresh(world.project, "doers")


def test_a_condition_on_a_segment_is_worked_out_anew_when_its_members_change(
    world: World, put: Put, clock: Clock
) -> None:
    world.send(track("ada", "A"), track("ben", "A"), identify("ada", plan="pro"))
    put("payers", {"trait": {"plan": "pro"}})
    put("paying-doers", did("A", where={"person.segment": {"$inGroup": "payers"}}))
    assert known(world, "paying-doers") == numbers(world, "ada")
    service.put_segment(MACHINE, world.project, "payers", name="payers", of=None, match={"trait": {"plan": None}})
    refreshing.refresh(world.project, "paying-doers")
    assert known(world, "paying-doers") == numbers(world, "ben")


def test_who_came_and_left_is_kept(world: World, put: Put, clock: Clock) -> None:
    put("fresh", did("A", within="1d"))
    world.send(track("ada", "A", at="2026-01-10T11:00:00Z"), track("ben", "A", at="2026-01-10T11:00:00Z"))
    clock.set("2026-01-10T12:01:00Z")
    refreshing.refresh_due()
    clock.set("2026-01-11T12:01:00Z")
    refreshing.refresh_due()
    definition = definition_of(row_of(world.project.id, "fresh"))
    days = membership.moves_by_day(definition, since=clock.now.date().replace(day=1), timezone="UTC")
    assert [(str(day), entered, left) for day, entered, left in days] == [("2026-01-10", 2, 0), ("2026-01-11", 0, 2)]
