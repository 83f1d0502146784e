"""What people do in the product, and when they come back to it."""

import math

from groundswell.simulate import teams
from groundswell.simulate.agenda import Act
from groundswell.simulate.cast import Membership, Person
from groundswell.simulate.features import Feature, Habit
from groundswell.simulate.invitations import hit_limit, perhaps_invite
from groundswell.simulate.people import eager_visits
from groundswell.simulate.rhythm import WEEK, moment
from groundswell.simulate.session import Session
from groundswell.simulate.voice import perhaps_speak
from groundswell.simulate.world import World

FREE_BOARDS = 3
FIRST_WEEK_VISITS = 1.3  # beside the one of the sign-up
NEW_BOARD = 0.22  # per visit
MORE_VISITS = 0.65  # in a week of coming back, beyond the first
MOST_VISITS = 9
FADED = 0.105  # the chance to come back in a late week of life …
FRESH = 0.13  # … and how much higher it is at first
FADING_WEEKS = 3.0
HIGHEST_CHANCE = 0.95
AFTER_LEAVING = 0.5  # a factor, for the people of a team whose subscription ended
PARTNERS_AT_LEAST = 0.75  # integrators live in the product
SIGN_IN = 0.75  # of the visits begin with it
CURIOUS = 0.03  # visits with a look at the prices, out of mere curiosity
AFTER_LIMIT = 0.35  # looks at the prices
FIRST_TEAM = 0.65  # of the visits of people with several teams
ONBOARDING = (("name", 0.97), ("use_case", 0.9), ("team", 0.5), ("first_board", 0.85))


def return_chance(world: World, person: Person, week: int) -> float:
    """The chance of at least one visit in a week of life (1: days 7 … 13). All truths about staying meet here."""
    truths = world.blueprint.truths
    chance = (
        (FADED + FRESH * math.exp(-(week - 1) / FADING_WEEKS))
        * truths.channel_quality[person.channel]
        * math.exp(truths.eagerness_on_return * person.eagerness)
        * (person.aha.effect if person.reached_aha else 1.0)
        * (truths.helper_effect if person.is_helped else 1.0)
        * (AFTER_LEAVING if person.team.has_left else 1.0)
    )
    return min(HIGHEST_CHANCE, max(chance, PARTNERS_AT_LEAST) if person.is_partner else chance)


def begin(world: World, person: Person, at: int) -> None:
    """The first visit right after the sign-up, those of the first week, and the weeks to come."""
    world.plan(at, Act.VISIT, person)
    count = world.dice.poisson(FIRST_WEEK_VISITS * eager_visits(world, person))
    _plan_visits(world, person, at, min(count, MOST_VISITS))
    world.plan(person.signed_up + WEEK, Act.PLAN_WEEK, person, 1)


def plan_week(world: World, at: int, person: Person, week: int) -> None:
    world.plan(at + WEEK, Act.PLAN_WEEK, person, week + 1)
    if world.dice.happens(return_chance(world, person, week)):
        more = MORE_VISITS * eager_visits(world, person) * (person.aha.effect if person.reached_aha else 1.0)
        _plan_visits(world, person, at, min(1 + world.dice.poisson(more), MOST_VISITS))


def _plan_visits(world: World, person: Person, start: int, count: int) -> None:
    end = person.signed_up + WEEK * (1 + (start - person.signed_up) // WEEK)
    for _ in range(count):
        world.plan(moment(world.dice, person.place.zone, start, end), Act.VISIT, person)


def visit(world: World, at: int, person: Person) -> None:
    is_first = person.visited == 0
    person.arrive(at)
    membership = _choose(world, person)
    membership.last_seen = at
    session = _enter(world, at, person, membership)
    if is_first:
        _onboard(session)
    _draw_on_boards(session)
    for habit in person.habits:
        if count := _times(session, habit):
            _use(session, habit.feature, count)
    perhaps_invite(session)
    perhaps_speak(session)
    if world.dice.happens(CURIOUS * eager_visits(world, person)):
        session.page("Pricing", "/pricing")


def _choose(world: World, person: Person) -> Membership:
    if len(person.memberships) == 1 or world.dice.happens(FIRST_TEAM):
        return person.memberships[0]
    return world.dice.one_of(person.memberships[1:])


def _enter(world: World, at: int, person: Person, membership: Membership) -> Session:
    """Come back with one device or the other. A new one is a stranger until its owner signs in."""
    uses_other = at > person.second_device and world.dice.happens(0.4)
    is_new = uses_other and len(person.devices) == 1
    if is_new:
        person.devices.append(world.new_device())
    session = Session(world, at, person, membership=membership, device=person.devices[-1 if uses_other else 0])
    if is_new:
        session.page("Home", "/", is_known=False)
        session.page("Sign In", "/sign-in", is_known=False)
    if person.visited > 1 and (is_new or world.dice.happens(SIGN_IN)):
        session.track("Signed In", {"method": "mail"})
    if person.told_plan != person.team.plan:
        person.told_plan = person.team.plan
        session.identify({"plan": person.told_plan})
    session.page("Dashboard", "/app")
    return session


def _onboard(session: Session) -> None:
    """The steps after the form; at each some give up. Who names a team gets an account."""
    for step, share in ONBOARDING:
        if session.team.owner is not session.person and step == "team":
            continue
        if not session.dice.happens(share):
            if step != "team":
                return
            continue
        session.track("Onboarding Step Completed", {"step": step})
        if step == "team":
            teams.open_account(session)


def _draw_on_boards(session: Session) -> None:
    team, dice = session.team, session.dice
    if not team.boards or dice.happens(NEW_BOARD):
        _create_board(session)
    for _ in range(1 + dice.poisson(0.9)):
        board = dice.one_of(team.boards)
        session.track("Board Edited", {"board_id": board, "changes": 1 + dice.poisson(6)})


def _create_board(session: Session) -> None:
    team = session.team
    if team.plan == "free" and len(team.boards) >= FREE_BOARDS:
        hit_limit(session, "boards", FREE_BOARDS)
        if session.dice.happens(AFTER_LIMIT):
            session.page("Pricing", "/pricing")
        return
    board = session.world.new_id("board")
    team.boards.append(board)
    session.track("Board Created", {"board_id": board, "boards": len(team.boards)})


def _times(session: Session, habit: Habit) -> int:
    """How often a feature is used in this visit."""
    person, feature, often = session.person, habit.feature, habit.often
    if person.has_shared and feature.event == "Comment Added":
        often *= session.world.blueprint.truths.comments_after_share
    count = session.dice.poisson(often)
    if count and feature.at_most:
        count = min(count, feature.at_most - person.uses[feature.event])
        person.uses[feature.event] += count
    return count


def _use(session: Session, feature: Feature, count: int) -> None:
    for _ in range(count):
        properties = feature.details(session.dice)
        if feature.on_board:
            properties["board_id"] = session.dice.one_of(session.team.boards)
        session.track(feature.event, properties)
