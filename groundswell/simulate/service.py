"""The sample company, to be had as messages."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import islice

from groundswell.kernel.errors import bad_request
from groundswell.simulate.company import new_world, play
from groundswell.simulate.people import soul
from groundswell.simulate.truths import PLANTED, Truths
from groundswell.simulate.types import Blueprint, Message, Soul


def company(
    *, people: int, seed: int, until: date, now: datetime | None = None, truths: Truths = PLANTED
) -> Iterator[Message]:
    """Six months of a company of which ``people`` sign up, as messages in order of time.

    The 180 days end with ``until`` (UTC), or at the instant ``now`` if that comes first. The same
    arguments give the same messages, byte by byte.
    """
    return play(new_world(_blueprint(people=people, seed=seed, until=until, now=now, truths=truths)))


def souls(
    *, people: int, seed: int, until: date, now: datetime | None = None, truths: Truths = PLANTED
) -> dict[str, Soul]:
    """What the messages of the same company do not tell, by user id."""
    world = new_world(_blueprint(people=people, seed=seed, until=until, now=now, truths=truths))
    for _ in play(world):
        pass
    return {person.user_id: soul(person) for person in world.people}


def batches(messages: Iterable[Message], size: int = 100) -> Iterator[list[Message]]:
    """The messages in lists of at most ``size``, as clients send them."""
    rest = iter(messages)
    while batch := list(islice(rest, size)):
        yield batch


def _blueprint(*, people: int, seed: int, until: date, now: datetime | None, truths: Truths) -> Blueprint:
    blueprint = Blueprint(people=people, seed=seed, until=until, now=now, truths=truths)
    if people < 1:
        raise bad_request("A company needs somebody who signs up.", hint="Ask for 1 or more people.", field="people")
    if now is not None and now.tzinfo is None:
        raise bad_request("The instant `now` has no time zone.", hint="Give one, such as UTC.", field="now")
    if blueprint.end_ms - blueprint.start_ms < 2 * 3_600_000:
        raise bad_request("The company would be over before it began.", hint="Give a later `now`.", field="now")
    return blueprint
