"""Who is who, decided block by block. Ids are small numbers here: 1 … 9 are users, 101 … are devices."""

import numpy as np
import pytest

from groundswell.people.identity import Identity
from groundswell.people.types import Joins, Sightings

ANN, BEN, CLEO = 1, 2, 3
PHONE, LAPTOP = 101, 102


class World:
    """An identity that is told one message after another, and remembers what it wrote."""

    def __init__(self, *, in_blocks_of: int = 1) -> None:
        self.identity = Identity()
        self.claims: dict[int, int] = {}
        self.merges: dict[int, int] = {}
        self._refused = 0
        self._position = 0
        self._size = in_blocks_of
        self._waiting: list[tuple[int, int, int, bool, bool, bool]] = []

    def pair(self, user: int, device: int, *, at: int, trusted: bool = True) -> None:
        """A message that carries a user's and a device's id."""
        self._tell(user, device, at, False, trusted)

    def alias(self, previous: int, user: int, *, at: int = 0, trusted: bool = True) -> None:
        """A message that asks to join two ids."""
        self._tell(user, previous, at, True, trusted)

    def claim(self, user: int, device: int, *, at: int, trusted: bool = False) -> None:
        """A message that was sent to join a device to a user."""
        self._tell(user, device, at, False, trusted, True)

    def only(self, user: int = 0, device: int = 0) -> None:
        """A message with one id."""
        self._tell(user, device, 0, False, True)

    def person(self, id: int) -> int:
        """Who that is by what was written, as the dictionary of the store composes it."""
        self._flush()
        known = self.claims.get(id, id)
        return self.merges.get(known, known)

    @property
    def refused(self) -> int:
        """How many joins were refused."""
        self._flush()
        return self._refused

    def _tell(self, user: int, other: int, at: int, is_join: bool, trusted: bool, is_claim: bool = False) -> None:
        self._waiting.append((user, other, at, is_join, trusted, is_claim))
        if len(self._waiting) >= self._size:
            self._flush()

    def _flush(self) -> None:
        if not self._waiting:
            return
        user, other, at, is_join, trusted, is_claim = (np.array(each) for each in zip(*self._waiting, strict=True))
        position = np.arange(self._position, self._position + len(user))
        seen = Sightings(position, at.astype("i8"), user.astype("u8"), other.astype("u8"), is_join, trusted, is_claim)
        self._keep(self.identity.join(seen, self.identity.meet(seen)))
        self._position += len(user)
        self._waiting.clear()

    def _keep(self, joins: Joins) -> None:
        self.claims.update({id: person for id, person, _, _ in joins.claims})
        self.merges.update({id: person for id, person, _, _ in joins.merges})
        self._refused += len(joins.refused)


@pytest.fixture(params=[1, 100], ids=["message by message", "in one block"])
def world(request: pytest.FixtureRequest) -> World:
    return World(in_blocks_of=request.param)


def test_a_device_belongs_to_the_user_it_was_seen_with(world: World) -> None:
    world.only(device=PHONE)
    world.pair(ANN, PHONE, at=10)
    assert world.person(PHONE) == ANN


def test_of_two_users_of_a_device_the_earlier_one_owns_it_whatever_arrives_first(world: World) -> None:
    world.pair(BEN, PHONE, at=20)
    world.pair(ANN, PHONE, at=10)
    assert world.person(PHONE) == ANN


def test_a_later_user_of_a_device_does_not_take_it(world: World) -> None:
    world.pair(ANN, PHONE, at=10)
    world.pair(BEN, PHONE, at=20)
    assert world.person(PHONE) == ANN


def test_a_browser_key_takes_no_device_from_anybody_even_with_an_early_timestamp(world: World) -> None:
    world.pair(ANN, PHONE, at=10)
    world.pair(BEN, PHONE, at=1, trusted=False)
    assert world.person(PHONE) == ANN


def test_a_user_has_several_devices(world: World) -> None:
    world.pair(ANN, PHONE, at=10)
    world.pair(ANN, LAPTOP, at=20)
    assert {world.person(PHONE), world.person(LAPTOP)} == {ANN}


def test_an_alias_of_a_fresh_id_joins_it_for_any_key(world: World) -> None:
    world.only(device=PHONE)
    world.alias(PHONE, ANN, trusted=False)
    assert world.person(PHONE) == ANN
    assert world.refused == 0


def test_an_alias_does_not_take_the_device_that_another_had_earlier(world: World) -> None:
    world.pair(ANN, PHONE, at=10)
    world.alias(PHONE, BEN, at=20)
    assert world.person(PHONE) == ANN
    assert world.person(BEN) == BEN


def test_an_alias_that_was_earlier_but_arrives_later_owns_the_device(world: World) -> None:
    world.pair(ANN, PHONE, at=10)
    world.alias(PHONE, BEN, at=5)
    assert world.person(PHONE) == BEN


def test_a_browser_key_may_say_the_same_alias_again(world: World) -> None:
    world.alias(PHONE, ANN, trusted=False, at=1)
    world.alias(PHONE, ANN, trusted=False, at=2)
    assert world.refused == 0


def test_a_browser_key_may_not_join_two_known_people(world: World) -> None:
    world.only(user=ANN)
    world.only(user=BEN)
    world.alias(ANN, BEN, trusted=False)
    assert world.refused == 1
    assert world.person(ANN) == ANN


def test_a_browser_key_may_not_join_a_device_that_is_anothers(world: World) -> None:
    world.pair(ANN, PHONE, at=10)
    world.alias(PHONE, BEN, trusted=False, at=20)
    assert world.refused == 1
    assert world.person(PHONE) == ANN


def test_of_two_known_people_the_one_received_first_survives(world: World) -> None:
    world.only(user=BEN)
    world.only(user=ANN)
    world.alias(BEN, ANN)
    assert {world.person(ANN), world.person(BEN)} == {BEN}


def test_devices_follow_a_merge_of_their_owners(world: World) -> None:
    world.pair(ANN, PHONE, at=10)
    world.pair(BEN, LAPTOP, at=20)
    world.alias(BEN, ANN, at=30)
    assert {world.person(id) for id in (ANN, BEN, PHONE, LAPTOP)} == {ANN}


def test_merges_chain_to_the_oldest(world: World) -> None:
    for user in (ANN, BEN, CLEO):
        world.only(user=user)
    world.alias(CLEO, BEN)
    world.alias(BEN, ANN)
    assert {world.person(id) for id in (ANN, BEN, CLEO)} == {ANN}


def test_a_known_id_sent_as_a_device_is_nobodys_device(world: World) -> None:
    world.only(user=BEN)
    world.pair(ANN, BEN, at=10)
    assert world.person(BEN) == BEN


def test_a_claim_of_what_is_anothers_is_refused_where_the_key_is_not_trusted(world: World) -> None:
    world.only(user=CLEO)
    world.claim(ANN, PHONE, at=10)
    world.claim(ANN, PHONE, at=20)  # says nothing new
    assert world.refused == 0
    world.claim(BEN, PHONE, at=30)
    world.claim(BEN, CLEO, at=30)
    assert world.refused == 2
    world.claim(BEN, PHONE, at=30, trusted=True)
    world.pair(BEN, PHONE, at=30, trusted=False)  # carries both ids, but was not sent for their sake
    assert world.refused == 2
    assert (world.person(PHONE), world.person(CLEO)) == (ANN, CLEO)


def test_what_was_received_first_stays_first_however_blocks_are_cut(world: World) -> None:
    world.pair(ANN, PHONE, at=10, trusted=False)
    world.pair(BEN, PHONE, at=8, trusted=False)
    world.pair(ANN, PHONE, at=5, trusted=False)
    assert world.person(PHONE) == ANN


def test_a_join_is_not_undone_by_what_its_id_becomes_later(world: World) -> None:
    world.pair(ANN, PHONE, at=10)
    world.only(user=PHONE)
    world.pair(ANN, PHONE, at=5)
    assert world.person(PHONE) == ANN


def test_an_identity_restored_from_what_it_wrote_decides_the_same(world: World) -> None:
    world.pair(ANN, PHONE, at=10)
    assert world.person(PHONE) == ANN
    again = World()
    columns = {"position": np.array([0, 0]), "known": np.array([1, 0], "u1"), "first": np.array([10, 10])}
    again.identity.restore_ids(np.array([ANN, PHONE], "u8"), **columns)
    again.identity.restore_claims(np.array([PHONE], "u8"), person=np.array([ANN], "u8"), at=np.array([10], "i8"))
    again.claims = dict(world.claims)
    again.pair(BEN, PHONE, at=20)
    assert again.person(PHONE) == ANN


def test_who_asks_twice_for_what_is_refused_is_refused_twice(world: World) -> None:
    world.only(user=ANN)
    world.only(user=BEN)
    for at in (10, 20, 10):
        world.alias(ANN, BEN, at=at, trusted=False)
    assert world.refused == 3
    assert world.person(ANN) == ANN
