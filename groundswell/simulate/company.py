"""The play: acts performed in order of time, messages sent as soon as nothing earlier can come."""

from collections.abc import Callable, Iterator
from hashlib import sha256

from groundswell.simulate import arrivals, money, teams, visits, voice
from groundswell.simulate.agenda import Act
from groundswell.simulate.dice import Dice
from groundswell.simulate.outbox import Outbox
from groundswell.simulate.rhythm import HOUR
from groundswell.simulate.types import Blueprint, Message
from groundswell.simulate.world import World

PERFORMERS: dict[Act, Callable[..., None]] = {
    Act.OPEN_DAY: arrivals.open_day,
    Act.BROWSE: arrivals.browse,
    Act.SIGN_UP: arrivals.sign_up,
    Act.ACCEPT_INVITATION: arrivals.accept_invitation,
    Act.VISIT: visits.visit,
    Act.PLAN_WEEK: visits.plan_week,
    Act.PARTNER_JOINS: teams.partner_joins,
    Act.REVIEW_TEAM: money.review_team,
    Act.BUY: money.buy,
    Act.END_TRIAL: money.end_trial,
    Act.BILL: money.bill,
    Act.RETRY_PAYMENT: money.retry_payment,
    Act.CLOSE_TICKET: voice.close_ticket,
}


def new_world(blueprint: Blueprint) -> World:
    name = sha256(repr(blueprint).encode()).hexdigest()
    world = World(blueprint, dice=Dice(name), outbox=Outbox(name[:8]))
    world.plan(blueprint.start_ms, Act.OPEN_DAY)
    return world


def play(world: World) -> Iterator[Message]:
    """Everything that happens, in order; ``world`` is in its final state when the last message is out."""
    sent_until = world.blueprint.start_ms
    while world.agenda:
        at, act, subjects = world.agenda.pop()
        if at - sent_until > HOUR:
            sent_until = at
            yield from world.outbox.send_until(at)
        PERFORMERS[act](world, at, *subjects)
    yield from world.outbox.send_until(world.blueprint.end_ms)
