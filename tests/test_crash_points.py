"""The program dies before and after every single write of a block, and takes up again as if nothing had happened."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from groundswell.collect import loader as loading
from groundswell.collect.types import Record
from groundswell.kernel.errors import Refusal
from groundswell.store import service as store
from tests.effort import STRIDE
from tests.world import Tray, World, group, identify, track

LATE, EARLY = "2026-01-31T23:30:00Z", "2025-12-31T23:30:00Z"  # three months, so three appends of events
# Joins that a block may decide otherwise the second time, when the store has seen a part of it already.
FIRST = [
    identify("ada", "phone", plan="pro"),
    track("~phone", "Seen"),
    {**track("~tab", "Seen"), "userId": "ben"},  # tab is ben's …
    track("tab", "Done", LATE),  # … and only later somebody's user id
    {**track("~lost", "Seen", EARLY), "userId": "ben"},
    {**track("~lost", "Seen", LATE), "userId": "ada"},  # later by its time: it stays ben's
    group("ada", "acme", name="Acme", role="admin"),
    {"type": "alias", "previousId": "benjamin", "userId": "ben", "timestamp": LATE},
]
SECOND = [
    track("benjamin", "Done", n=1),
    {"type": "alias", "previousId": "ben", "userId": "ada", "timestamp": LATE},  # two known ones: ada came first
    identify("ben", "phone", plan=None, seats=3),
    {"type": "alias", "previousId": "cleo", "userId": "dora", "timestamp": LATE},
    track("cleo", "Done", EARLY),
    {"type": "alias", "previousId": "dora", "userId": "ada", "timestamp": LATE},
    group("dora", "acme", LATE, size=7),
    {"type": "track", "userId": "ada"},  # no name: dropped
]


def told(world: World) -> None:
    """Two requests of which each message has an id, the second with a repeat of the first's last event."""
    first = [{**message, "messageId": f"a{number}"} for number, message in enumerate(FIRST)]
    second = [{**message, "messageId": f"b{number}"} for number, message in enumerate(SECOND)]
    world.put(*first)
    world.put(*second, first[5])


def known(world: World) -> dict[str, Any]:
    """All that can be asked about the world. Numbers of persons differ between worlds, so they stand aside."""
    questions = {
        "people": "SELECT arraySort(groupArray((name, known))) FROM scope.person_ids GROUP BY person",
        "traits": "SELECT key, value FROM scope.person_traits",
        "members": "SELECT role, toString(since) FROM scope.memberships",
        "accounts": "SELECT key, value FROM scope.account_traits",
        "events": "SELECT event, toString(timestamp), properties, count(), uniq(person) FROM scope.events GROUP BY ALL",
        "counted": "SELECT event, toString(day), sum(count), uniq(person) FROM scope.rollup GROUP BY ALL",
    }
    return {name: sorted(world.run(sql)) for name, sql in questions.items()} | {"numbers": world.counts()}


def one_request(tray: Tray, start: int, most: int, **_: int) -> list[Record]:
    return [record for record in tray.records if record.position >= start][:1]


class PowerCut(Refusal):
    """The end of a process, as far as the loader can tell."""


def dying(world: World, block: tuple[str, str], after: int) -> Callable[..., None]:
    """An append that takes so many writes of a block, known by the tokens' beginning and end; then the power goes."""
    append, left = store.append, after

    def dies(*args: Any, token: str, **kwargs: Any) -> None:
        nonlocal left
        left -= token.startswith(block[0]) or token == block[1]
        if left < 0:
            world.loader.stop()
            raise PowerCut(503, "dead", "The power is gone.")
        append(*args, token=token, **kwargs)

    return dies


def cut(world: World, block: tuple[str, str], after: int) -> bool:
    """Load until the power goes, and start anew; False if it did not go."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "append", dying(world, block, after))
        try:
            world.load()
        except PowerCut:
            world.start_loader()
            return True
    return False


@pytest.fixture
def new_world(store: None, db: None, tmp_path: Path) -> Callable[[], World]:
    def make() -> World:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        folder.mkdir()
        return World(folder)

    return make


def test_whichever_write_is_the_last_one_everything_is_known_once(
    new_world: Callable[[], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "RETRY", 0)
    monkeypatch.setattr(Tray, "read", one_request)  # a block of its own for each
    undisturbed = new_world()
    told(undisturbed)
    undisturbed.load()
    right = known(undisturbed)
    assert right["numbers"] == {"loaded": len(FIRST) + len(SECOND) - 1, "missing_name": 1, "duplicate": 1}
    # phone, tab, lost, benjamin, ben, cleo and dora are all ada in the end.
    assert [len(names) for (names,) in right["people"]] == [8]

    first, second = ("0-", "inbox-8"), ("8-", "inbox-17")
    writes = 0
    while True:
        world = new_world()
        told(world)
        was_cut = cut(world, first, writes) | cut(world, second, writes)
        world.load()
        assert known(world) == right, f"after {writes} writes"
        if not was_cut:
            break
        writes += STRIDE
    assert writes > 10
