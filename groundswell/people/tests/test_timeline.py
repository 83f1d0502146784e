"""What somebody did, a part at a time: nothing is left out and nothing is told twice."""

from collections import Counter
from datetime import datetime, timedelta

from groundswell.kernel.ids import stable_id
from groundswell.people.timeline import Filter, Timeline, timeline
from tests.world import World, identify, track

AT = "2026-01-05T10:00:00Z"


def parts(world: World, *names: str, event: str = "") -> list[Timeline]:
    """All parts of the timeline of these ids, one after the other."""
    ids = [stable_id(world.project.id, name) for name in names]
    found = [timeline(world.project, ids, Filter(event))]
    while found[-1].before:
        found.append(timeline(world.project, ids, Filter(event, before=found[-1].before)))
    return found


def numbers(found: list[Timeline]) -> Counter[int]:
    return Counter(event.properties["n"] for part in found for session in part.sessions for event in session.events)


def test_many_events_of_one_instant_are_all_told_and_each_once(world: World) -> None:
    world.send(identify("ada", "phone"), *(track(("ada", "~phone")[n % 2], "Opened", AT, n=n) for n in range(170)))
    world.send(*({**track("ada", "Opened", AT, n=n), "messageId": f"m{n}"} for n in range(170, 240)))
    found = parts(world, "ada", "phone")
    assert numbers(found) == Counter(range(240))
    assert [sum(len(session.events) for session in part.sessions) for part in found] == [50, 50, 50, 50, 40]


def test_of_one_event_alone_days_are_told_and_no_sessions(world: World) -> None:
    begin = datetime.fromisoformat(AT)
    steps = [(begin + timedelta(minutes=20 * n)).isoformat() for n in range(5)]
    world.send(*(track("ada", "AB"[n % 2], at, n=n) for n, at in enumerate(steps)))
    world.send(track("ada", "A", "2026-01-07T10:00:00Z", n=9))
    (whole,) = parts(world, "ada")
    assert [len(session.events) for session in whole.sessions] == [1, 5]
    (filtered,) = parts(world, "ada", event="A")
    assert [len(session.events) for session in filtered.sessions] == [1, 3]
