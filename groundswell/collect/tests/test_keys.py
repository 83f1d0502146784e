"""A key is asked for once, then remembered, until it is revoked."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import pytest

from groundswell.collect import keys as keys_module
from groundswell.collect.keys import FRESH, LONGEST, UNKNOWN, Keys, revoked
from groundswell.collect.types import TryLater
from groundswell.workspace.types import KeyKind, KeyRevoked, SendingKey

ADA = SendingKey(1, 10, KeyKind.WRITE)


class Registry:
    """Stands for the database: knows Ada's key, notes who asks, can be slow or broken."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.known = {"ada": ADA}
        self.is_broken = False
        self.may_answer = threading.Event()
        self.may_answer.set()

    def ask(self, secret: str) -> SendingKey | None:
        self.asked.append(secret)
        found = self.known.get(secret)
        assert self.may_answer.wait(5)
        if self.is_broken:
            raise OSError("no database")
        return found


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(keys_module, "time", made)
    return made


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(story)


def test_a_known_key_is_asked_for_once(registry: Registry) -> None:
    async def story() -> None:
        keys = Keys(registry.ask)
        assert keys.at_hand("ada") is None
        assert [await keys.find("ada") for _ in range(3)] == [ADA] * 3
        assert keys.at_hand("ada") == ADA

    run(story())
    assert registry.asked == ["ada"]


def test_many_at_once_ask_together(registry: Registry) -> None:
    async def story() -> None:
        keys = Keys(registry.ask)
        assert await asyncio.gather(*[keys.find("ada") for _ in range(50)]) == [ADA] * 50

    run(story())
    assert registry.asked == ["ada"]


def test_an_unknown_key_is_not_asked_for_again_soon(registry: Registry, clock: Clock) -> None:
    async def story() -> None:
        keys = Keys(registry.ask)
        assert await keys.find("cleo") is None
        assert await keys.find("cleo") is None
        assert registry.asked == ["cleo"]
        registry.known["cleo"] = ADA
        clock.now += UNKNOWN + 1
        assert await keys.find("cleo") == ADA

    run(story())


def test_a_flood_of_unknown_keys_is_not_remembered_without_end(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys_module, "MOST_UNKNOWN", 20)

    async def story() -> None:
        keys = Keys(registry.ask)
        for number in range(100):
            await keys.find(f"cleo{number}")
        assert len(keys._unknown) <= 20
        assert await keys.find("x" * (LONGEST + 1)) is None

    run(story())
    assert len(registry.asked) == 100  # what is too long for a key is not even asked for


def test_a_revoked_key_is_unknown_at_once(registry: Registry) -> None:
    async def story() -> None:
        keys = Keys(registry.ask)
        await keys.find("ada")
        del registry.known["ada"]
        revoked(KeyRevoked(key=ADA.id))
        assert keys.at_hand("ada") is None
        assert await keys.find("ada") is None

    run(story())


def test_a_key_revoked_while_it_is_asked_for_is_not_remembered(registry: Registry) -> None:
    async def story() -> None:
        keys = Keys(registry.ask)
        registry.may_answer.clear()
        finding = asyncio.ensure_future(keys.find("ada"))
        while not registry.asked:
            await asyncio.sleep(0.001)
        del registry.known["ada"]
        revoked(KeyRevoked(key=ADA.id))
        registry.may_answer.set()
        await finding
        assert keys.at_hand("ada") is None

    run(story())


def test_a_key_revoked_elsewhere_is_noticed_within_a_minute(registry: Registry, clock: Clock) -> None:
    async def story() -> None:
        keys = Keys(registry.ask)
        await keys.find("ada")
        del registry.known["ada"]
        clock.now += FRESH + 1
        assert keys.at_hand("ada") == ADA  # nobody waits while the database is asked
        while keys.at_hand("ada"):
            await asyncio.sleep(0.001)

    run(story())
    assert registry.asked == ["ada", "ada"]


def test_a_known_key_outlives_a_database_that_does_not_answer(registry: Registry, clock: Clock) -> None:
    async def story() -> None:
        keys = Keys(registry.ask)
        await keys.find("ada")
        registry.is_broken = True
        clock.now += FRESH + 1
        for _ in range(20):
            assert keys.at_hand("ada") == ADA
            await asyncio.sleep(0.001)
        with pytest.raises(TryLater) as refused:
            await keys.find("cleo")
        assert (refused.value.status, refused.value.code) == (503, "keys_unavailable")
        registry.is_broken = False
        assert await keys.find("cleo") is None

    run(story())
    assert registry.asked == ["ada", "ada", "cleo", "cleo"]


def test_one_who_leaves_does_not_spoil_the_answer_for_others(registry: Registry) -> None:
    async def story() -> None:
        keys = Keys(registry.ask)
        registry.may_answer.clear()
        leaving, staying = asyncio.ensure_future(keys.find("ada")), asyncio.ensure_future(keys.find("ada"))
        await asyncio.sleep(0.01)
        leaving.cancel()
        registry.may_answer.set()
        assert await staying == ADA

    run(story())
