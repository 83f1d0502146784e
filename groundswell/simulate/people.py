"""Who signs up: a person drawn from a visitor."""

import math

from groundswell.simulate import personas
from groundswell.simulate.cast import Person, Visitor
from groundswell.simulate.features import habits
from groundswell.simulate.names import company_name, mail, person_name
from groundswell.simulate.rhythm import DAY
from groundswell.simulate.types import Soul
from groundswell.simulate.world import World

INVITERS = 0.5  # share of the people who ever invite
ROUNDS_PER_VISIT = 0.1  # of those
TWO_DEVICES = 0.25
SKIPPED_PERSONA = 0.06


def draw_person(world: World, at: int, visitor: Visitor) -> Person:
    dice, truths = world.dice, world.blueprint.truths
    persona = dice.draw(personas.PERSONAS)
    style = dice.draw(personas.LEARNING_STYLES)
    eagerness = dice.normalvariate(0.0, 1.0)
    number = len(world.people) + 1
    name = person_name(dice, visitor.place.names)
    person = Person(
        user_id=f"user_{number:05d}",
        name=name,
        mail=mail(name, number, company_name(dice, visitor.place.names)),
        place=visitor.place,
        persona=persona.name,
        role=dice.one_of(persona.roles),
        use_case=dice.one_of(persona.use_cases),
        learning_style=style,
        tells_persona=not dice.happens(SKIPPED_PERSONA),
        tells_account=dice.happens(0.5),
        channel=visitor.channel,
        eagerness=eagerness,
        habits=habits(dice, truths, persona=persona.name, learning_style=style, eagerness=eagerness),
        inviting=ROUNDS_PER_VISIT if dice.happens(INVITERS) else 0.0,
        aha=truths.aha_for(persona.name),
        signed_up=at,
        devices=[visitor.device],
        second_device=at + int(dice.expovariate(1 / 10) * DAY) if dice.happens(TWO_DEVICES) else 10**15,
    )
    world.people.append(person)
    return person


def eager_visits(world: World, person: Person) -> float:
    """The factor by which eagerness raises the number of visits."""
    return math.exp(world.blueprint.truths.eagerness_on_visits * person.eagerness)


def soul(person: Person) -> Soul:
    return Soul(
        user_id=person.user_id,
        channel=person.channel,
        persona=person.persona,
        eagerness=person.eagerness,
        signed_up_ms=person.signed_up,
        reached_aha=person.reached_aha,
        is_partner=person.is_partner,
    )
