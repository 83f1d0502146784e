"""How strangers come, look around, and sign up: exactly as many as the company is to have."""

import math

from groundswell.simulate import channels, invitations, messages, money, rhythm, teams, visits
from groundswell.simulate.agenda import Act
from groundswell.simulate.cast import Invitation, Person, Team, Visitor
from groundswell.simulate.channels import Channel, Link
from groundswell.simulate.people import draw_person
from groundswell.simulate.personas import INTEGRATOR_ROLE
from groundswell.simulate.places import anywhere
from groundswell.simulate.rhythm import DAY, HOUR, MINUTE, SECOND
from groundswell.simulate.session import Session
from groundswell.simulate.world import World

GROWTH = 1.6  # by how much more a day brings at the end than at the beginning
LAUNCH = range(95, 102)  # days of a campaign …
LAUNCH_FACTOR = 1.7  # … and what they bring
INVITED = 0.33  # of the sign-ups, for the pace alone
INVITATION_DAYS = 2.0  # how long it takes until most of those who were invited are there
AT_ONCE = 0.62  # of those who will sign up do so in the first visit
MEAN_WAIT = 4.0  # days, of the others
STRANGERS_RETURN = 0.18
PEOPLE_PER_PARTNER = 700
PAGES = (
    ("Home", "/"),
    ("Features", "/features"),
    ("Templates", "/templates"),
    ("Customers", "/customers"),
    ("Pricing", "/pricing"),
    ("Security", "/security"),
)
TRIAL_FROM_START = 0.12  # of those who were not invited
FINANCE = "finance"  # the anonymous id that reports the spend


def open_day(world: World, at: int) -> None:
    """Plan who comes on a day (UTC), and book what their visits cost."""
    world.plan(at + DAY, Act.OPEN_DAY)
    end = min(at + DAY, world.last_call)
    if end <= at:
        return
    costs: dict[str, float] = {}
    for _ in range(_newcomers(world, at)):
        channel = channels.next_channel(world.dice)
        strangers = world.dice.poisson((1 - channel.conversion) / channel.conversion)
        _plan_newcomer(world, at, end, channel)
        for _ in range(strangers):
            _plan_stranger(world, at, end, channel)
        costs[channel.name] = costs.get(channel.name, 0.0) + channel.cost * (1 + strangers)
    for name, cost in sorted(costs.items()):
        if cost:
            _book_spend(world, (at + end) // 2, name, cost)


def _newcomers(world: World, at: int) -> int:
    """How many of this day's strangers will sign up: a share of what is still missing, all of it on the last day."""
    missing = world.blueprint.people - world.committed
    last = world.last_call
    if last - at < DAY + HOUR:  # an hour alone is too short for anybody
        return missing
    ahead = sum(_pull(world, day) for day in range(at, last, DAY))
    invited = INVITED * (1 - math.exp(-(last - at) / DAY / INVITATION_DAYS))
    expected = missing * (1 - invited) * _pull(world, at) / ahead
    return min(missing, world.dice.whole(expected * world.dice.between(0.75, 1.25)))


def _pull(world: World, at: int) -> float:
    """How many a day brings, against the first Wednesday; the last day may be cut short."""
    number = (at - world.blueprint.start_ms) // DAY
    growth = 1 + GROWTH * number / 180
    whole = min(1.0, (world.last_call - at) / DAY)
    return growth * rhythm.WEEKDAYS[rhythm.weekday(at)] * (LAUNCH_FACTOR if number in LAUNCH else 1.0) * whole


def _new_visitor(world: World, channel: Channel) -> Visitor:
    partner = None
    link = channels.first_link(world.dice, channel)
    if channel.name == "partner" and world.partners:
        partner = world.dice.one_of(world.partners)
        link = channels.partner_link(partner.team.name.latin)
    return Visitor(world.new_device(), anywhere(world.dice), channel.name, link, partner)


def _plan_stranger(world: World, start: int, end: int, channel: Channel) -> None:
    """Somebody who looks and never signs up."""
    visitor = _new_visitor(world, channel)
    at = rhythm.moment(world.dice, visitor.place.zone, start, end)
    world.plan(at, Act.BROWSE, visitor, visitor.link)
    if world.dice.happens(STRANGERS_RETURN):
        later = at + int(world.dice.between(0.5, 10) * DAY)
        world.plan(
            rhythm.awake(world.dice, visitor.place.zone, later), Act.BROWSE, visitor, channels.later_link(world.dice)
        )


def _plan_newcomer(world: World, start: int, end: int, channel: Channel) -> None:
    """Somebody who signs up, in the first visit or in one some days later."""
    world.committed += 1
    visitor = _new_visitor(world, channel)
    dice, zone = world.dice, visitor.place.zone
    first = rhythm.moment(dice, zone, start, end)
    world.plan(first, Act.BROWSE, visitor, visitor.link)
    signs_up = min(first + int(dice.between(2, 12) * MINUTE), world.last_call)
    if not dice.happens(AT_ONCE):
        later = rhythm.awake(dice, zone, first + int(dice.expovariate(1 / MEAN_WAIT) * DAY) + DAY // 2)
        if later + 10 * MINUTE < world.last_call:
            world.plan(later, Act.BROWSE, visitor, channels.later_link(world.dice))
            signs_up = later + int(dice.between(2, 10) * MINUTE)
    world.plan(signs_up, Act.SIGN_UP, visitor)


def browse(world: World, at: int, visitor: Visitor, link: Link) -> None:
    """A visit to the public pages."""
    sender, dice = {"anonymousId": visitor.device}, world.dice
    name = next((name for name, path in PAGES if path == link.landing), "Article")
    world.tell(at, messages.page(name, link.landing, sender=sender, place=visitor.place, link=link))
    for _ in range(dice.poisson(0.8)):
        at += int(dice.between(8, 60) * SECOND)
        world.tell(at, messages.page(*dice.one_of(PAGES), sender=sender, place=visitor.place))


def _book_spend(world: World, at: int, channel: str, cost: float) -> None:
    cents = round(cost * world.dice.between(90, 110))
    properties = {"channel": channel, "amount": money.amount(cents), "currency": world.blueprint.currency}
    sender = {"anonymousId": FINANCE}
    world.tell(at, messages.track("Spend Recorded", properties, sender=sender, context={}))


def sign_up(world: World, at: int, visitor: Visitor) -> None:
    """A stranger becomes a person with a workspace; some begin with a trial, some serve other companies."""
    person = draw_person(world, at, visitor)
    if visitor.channel == "partner" and visitor.partner is None and _needs_partners(world):
        _become_partner(world, person)
    teams.create_team(world, at, person, partner=visitor.partner)
    has_trial = not person.is_partner and world.dice.happens(TRIAL_FROM_START)
    session = _introduce(world, at, person, plan=money.TRIAL_PLAN if has_trial else "free")
    if has_trial:
        money.start_trial(session)
    if person.is_partner:
        teams.open_account(session)
    visits.begin(world, person, session.clock)


def _needs_partners(world: World) -> bool:
    return len(world.partners) * PEOPLE_PER_PARTNER < len(world.people)


def _become_partner(world: World, person: Person) -> None:
    person.is_partner = True
    person.role = INTEGRATOR_ROLE
    world.partners.append(person)


def _introduce(world: World, at: int, person: Person, *, plan: str) -> Session:
    """The first two messages with a name: who it is, and that they signed up."""
    session = Session(world, at, person)
    session.identify(messages.profile(person, plan))
    session.note("Signed Up", {"plan": plan})
    person.told_plan = plan
    return session


def accept_invitation(world: World, at: int, invitation: Invitation) -> None:
    """Somebody who was asked in comes: mostly new, sometimes a user of another team."""
    if invitation.known is not None and not _may_join(invitation.known, invitation.team):
        return
    person = invitation.known or _sign_up_guest(world, at, invitation)
    member = teams.admit_guest(world.dice, invitation.team, person, at)
    session = Session(world, at, person, membership=member)
    session.track("Invite Accepted", invitations.describe(invitation), account=True)
    teams.join(session, member.role)
    if invitation.known is None:
        visits.begin(world, person, session.clock)


def _may_join(person: Person, team: Team) -> bool:
    """Whether that has not changed since the invitation was sent."""
    return not person.team.is_solo and all(member.team is not team for member in person.memberships)


def _sign_up_guest(world: World, at: int, invitation: Invitation) -> Person:
    link = channels.invitation_link(invitation.invite_id)
    visitor = Visitor(world.new_device(), invitation.place, channels.INVITATION, link)
    sender = {"anonymousId": visitor.device}
    world.tell(at, messages.page("Invitation", link.landing, sender=sender, place=visitor.place, link=link))
    person = draw_person(world, at, visitor)
    _introduce(world, at, person, plan=invitation.team.plan)
    return person
