"""How the product spreads: people ask colleagues in, some of whom come."""

from groundswell.simulate import teams
from groundswell.simulate.agenda import Act
from groundswell.simulate.cast import Invitation, Person, Team
from groundswell.simulate.places import near
from groundswell.simulate.rhythm import HOUR, awake
from groundswell.simulate.session import Session
from groundswell.simulate.world import World

FREE_MEMBERS = 5
MORE_PER_ROUND = 0.9  # invitations beyond the first
ALREADY_USERS = 0.04  # of those invited
WAYS = ("email", "email", "link", "slack")
SPREAD = 1.0  # standard deviation of the logarithm of the time to accept


def perhaps_invite(session: Session) -> None:
    """What happens in a visit of anybody: mostly nothing."""
    person, truths = session.person, session.world.blueprint.truths
    is_power_user = len(person.recent) >= truths.power_visits
    if session.team.is_solo or not session.dice.happens(
        person.inviting * (truths.power_invites if is_power_user else 1.0)
    ):
        return
    teams.open_account(session)
    for _ in range(1 + session.dice.poisson(MORE_PER_ROUND)):
        if is_full(session.team):
            hit_limit(session, "members", FREE_MEMBERS)
            return
        _invite(session)


def is_full(team: Team) -> bool:
    return team.plan == "free" and len(team.members) >= FREE_MEMBERS


def hit_limit(session: Session, limit: str, allowed: int) -> None:
    session.track("Limit Reached", {"limit": limit, "allowed": allowed}, account=True)
    session.team.limit_hit = session.clock


def _invite(session: Session) -> None:
    world, dice, truths = session.world, session.dice, session.world.blueprint.truths
    invitation = Invitation(
        invite_id=world.new_id("invite"),
        inviter=session.person,
        team=session.team,
        place=near(dice, session.person.place),
        channel=dice.one_of(WAYS),
        known=_somebody_known(world, session.team) if dice.happens(ALREADY_USERS) else None,
    )
    session.track("Invite Sent", describe(invitation), account=True)
    if dice.happens(truths.acceptance):
        _expect(world, session.clock, invitation)


def describe(invitation: Invitation) -> dict[str, str]:
    return {
        "invite_id": invitation.invite_id,
        "inviter_id": invitation.inviter.user_id,
        "channel": invitation.channel,
    }


def _expect(world: World, sent: int, invitation: Invitation) -> None:
    """Plan the acceptance. New people come only as long as the company has not all it is to have."""
    median = world.blueprint.truths.acceptance_median.total_seconds() / 3600
    at = awake(world.dice, invitation.place.zone, sent + int(world.dice.around(median, SPREAD) * HOUR))
    if at > world.last_call:
        return
    if invitation.known is None:
        if world.committed >= world.blueprint.people:
            return
        world.committed += 1
    world.plan(at, Act.ACCEPT_INVITATION, invitation)


def _somebody_known(world: World, team: Team) -> Person | None:
    """A user of another team who may work in two; who pays alone, or serves customers, may not."""
    person = world.dice.one_of(world.people)
    is_free = not person.is_partner and person.memberships and not person.team.is_solo
    return person if is_free and all(member.team is not team for member in person.memberships) else None
