"""A crowded world for tests: everything that makes answers hard, by a seeded chance."""

import random
from typing import Any

from tests.world import group, identify, track

PLANS = ["free", "pro", None, 10, "10", ["a", "b", "a"], [], {"x": 1}, True, 9.5, "x y"]
NUMBERS = [1, "2", "x", 3.5, None, -4, "1e1", True]


def crowd(seed: int, *, people: int = 12, events: int = 260) -> list[dict[str, Any]]:
    """Messages of people with devices, accounts and traits in January 2026; many events share an instant."""
    chance = random.Random(seed)
    messages = [
        identify(f"u{number}", f"d{number}" if number % 3 else None, "2026-01-01T00:00:00Z", **_traits(chance, number))
        for number in range(people)
    ]
    messages.append({"type": "alias", "userId": "u1", "previousId": "u2", "timestamp": "2026-01-02T00:00:00Z"})
    for number in range(0, people, 2):
        messages.append(group(f"u{number}", f"acme{number % 4}", "2026-01-03T00:00:00Z", tier=chance.choice(PLANS)))
    for _ in range(events):
        number = chance.randrange(people)
        who = f"~d{number}" if chance.random() < 0.3 else f"u{number}"
        at = f"2026-01-{chance.randint(1, 9):02}T{chance.randint(0, 3) * 7:02}:{chance.choice(['00', '30'])}:00Z"
        properties = {"plan": chance.choice(PLANS), "n": chance.choice(NUMBERS), "v": f"v{chance.randrange(40)}"}
        messages.append(track(who, chance.choice("ABCD"), at, **properties))
    return messages


def _traits(chance: random.Random, number: int) -> dict[str, Any]:
    return {"team": chance.choice(["x", "y", ["x", "z"]]), "size": number, "home": {"city": chance.choice("pq")}}
