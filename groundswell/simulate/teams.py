"""Workspaces and the accounts they become, who belongs to them in which role, and the partners who serve them."""

from groundswell.simulate import messages
from groundswell.simulate.agenda import Act
from groundswell.simulate.cast import Membership, Person, Team
from groundswell.simulate.dice import Dice, Urn
from groundswell.simulate.names import company_name
from groundswell.simulate.rhythm import HOUR, WEEK
from groundswell.simulate.session import Session
from groundswell.simulate.world import World

# From … to employees, and how often.
SIZES = Urn([((1, 10), 0.45), ((11, 50), 0.28), ((51, 200), 0.15), ((201, 1000), 0.09), ((1001, 20_000), 0.03)])
INDUSTRIES = Urn(
    [("Software", 0.3), ("Education", 0.14), ("Consulting", 0.12), ("Media", 0.1), ("Manufacturing", 0.1),
     ("Retail", 0.08), ("Finance", 0.08), ("Public sector", 0.08)]
)  # fmt: skip
INTEGRATION = "System integration"
OWNER_ROLES = Urn([("champion", 0.55), ("admin", 0.45)])
GUEST_ROLES = Urn([("end_user", 0.88), ("champion", 0.08), ("admin", 0.04)])
BUYER_FROM = 200  # employees, from which somebody else than the owner buys
BUYER_CHANCE = 0.3


def create_team(world: World, at: int, owner: Person, *, partner: Person | None = None) -> Team:
    """A personal workspace, not yet an account."""
    dice = world.dice
    low, high = dice.draw(SIZES)
    team = Team(
        group_id=world.new_id("team"),
        name=company_name(dice, owner.place.names),
        industry=INTEGRATION if owner.is_partner else dice.draw(INDUSTRIES),
        employees=low + dice.below(high - low + 1),
        place=owner.place,
        owner=owner,
        created=at,
        partner=partner,
    )
    world.teams.append(team)
    _admit(team, owner, dice.draw(OWNER_ROLES), at)
    world.plan(at + WEEK, Act.REVIEW_TEAM, team)
    return team


def open_account(session: Session) -> None:
    """The workspace gets a name and becomes an account; it may be one already."""
    team = session.team
    if team.is_account:
        return
    team.is_account = True
    session.group(messages.company(team))
    session.track("Account Created", {"name": team.name.full, "plan": team.plan}, account=True)
    session.track("Account Added User", {"role": team.members[0].role}, account=True)
    if team.partner is not None:
        session.world.plan(session.clock + int(session.dice.between(1, 48) * HOUR), Act.PARTNER_JOINS, team)


def join(session: Session, role: str) -> None:
    """The session's person, already admitted, shows up in the account."""
    session.group(messages.company(session.team))
    session.track("Account Added User", {"role": role}, account=True)


def admit_guest(dice: Dice, team: Team, person: Person, at: int) -> Membership:
    needs_buyer = team.employees >= BUYER_FROM and all(member.role != "buyer" for member in team.members)
    role = "buyer" if needs_buyer and dice.happens(BUYER_CHANCE) else dice.draw(GUEST_ROLES)
    return _admit(team, person, role, at)


def partner_joins(world: World, at: int, team: Team) -> None:
    """Somebody of the system integrator enters the account of a customer they serve."""
    if team.partner is not None:
        member = _admit(team, team.partner, "partner", at)
        join(Session(world, at, team.partner, membership=member), member.role)


def _admit(team: Team, person: Person, role: str, at: int) -> Membership:
    member = Membership(person, team, role, last_seen=at)
    team.members.append(member)
    person.memberships.append(member)
    return member
