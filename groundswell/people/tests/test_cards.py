"""People and companies as lists show them."""

from groundswell.kernel.ids import stable_id
from groundswell.people.service import account_cards, cards
from groundswell.people.types import AccountCard, PersonCard
from tests.world import World, group, identify, track


def number(world: World, id: str) -> int:
    return stable_id(world.project.id, id)


def test_people_come_in_the_order_asked_with_what_they_are_called(world: World) -> None:
    world.send(
        identify("ada", name="Ada Lovelace", email="ada@example.com"),
        identify("ben", first_name="Ben", last_name="Bit"),
        identify("cleo", email="cleo@example.com"),
        identify("dora", name=7),
        track("~visitor", "Seen"),
        track("ada", "Seen", "2026-01-07T10:00:00Z"),
        group("ada", "acme", role="champion", name="Acme Ltd"),
    )
    asked = [number(world, id) for id in ("ben", "ada", "visitor", "cleo", "dora", "ada")]
    found = cards(world.project, asked)
    assert [card.name for card in found] == [
        "Ben Bit",
        "Ada Lovelace",
        "visitor",
        "cleo@example.com",
        "dora",
        "Ada Lovelace",
    ]
    assert found[1] == PersonCard(
        asked[1],
        "ada",
        "Ada Lovelace",
        "ada@example.com",
        ("acme",),
        "champion",
        "2026-01-07T10:00:00+00:00",
        ("Acme Ltd",),
    )
    assert found[0].last_seen is None


def test_a_person_is_called_by_the_surviving_id_and_seen_with_every_one(world: World) -> None:
    world.send(track("ada", "Seen"), track("~phone", "Seen", "2026-01-09T10:00:00Z"), identify("ada", "phone"))
    (card,) = cards(world.project, [number(world, "ada")])
    assert (card.id, card.last_seen) == ("ada", "2026-01-09T10:00:00+00:00")


def test_companies_count_their_people(world: World) -> None:
    world.send(
        group("ada", "acme", name="Acme Ltd"), group("ben", "acme"), group("cleo", "zeta"),
        track("ben", "Seen", "2026-01-08T10:00:00Z"),
    )  # fmt: skip
    asked = [number(world, "zeta"), number(world, "acme")]
    assert account_cards(world.project, asked) == [
        AccountCard(asked[0], "zeta", "zeta", 1, None),
        AccountCard(asked[1], "acme", "Acme Ltd", 2, "2026-01-08T10:00:00+00:00"),
    ]


def test_nobody_is_asked_for_nobody(world: World) -> None:
    assert cards(world.project, []) == []
    assert account_cards(world.project, []) == []
