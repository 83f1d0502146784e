"""Two companies: a small one to read message by message, a large one to count in."""

from datetime import date

import pytest

from groundswell.simulate.company import new_world, play
from groundswell.simulate.service import company
from groundswell.simulate.tests.chronicle import Chronicle
from groundswell.simulate.truths import BARREN
from groundswell.simulate.types import Blueprint, Message

UNTIL = date(2026, 11, 22)


@pytest.fixture(scope="session")
def messages() -> list[Message]:
    return list(company(people=600, seed=5, until=UNTIL))


@pytest.fixture(scope="session")
def planted() -> Chronicle:
    return _chronicle(Blueprint(people=5000, seed=1, until=UNTIL))


@pytest.fixture(scope="session")
def ledger(planted: Chronicle) -> list[Message]:
    return planted.ledger


@pytest.fixture(scope="session")
def barren() -> Chronicle:
    return _chronicle(Blueprint(people=3000, seed=1, until=UNTIL, truths=BARREN))


def _chronicle(blueprint: Blueprint) -> Chronicle:
    world = new_world(blueprint)
    return Chronicle(play(world), world)
