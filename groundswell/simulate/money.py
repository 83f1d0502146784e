"""Trials, plans, subscriptions and payments of the teams."""

from dataclasses import dataclass, replace
from typing import Any

from groundswell.simulate import messages, teams
from groundswell.simulate.agenda import Act
from groundswell.simulate.cast import Subscription, Team
from groundswell.simulate.dice import Urn
from groundswell.simulate.rhythm import DAY, HOUR, SECOND, WEEK, awake
from groundswell.simulate.session import Session
from groundswell.simulate.world import World

SEAT_CENTS = {"starter": 800, "team": 1200, "business": 2000}  # a month
UP_TO_SEATS = {"starter": 3, "team": 20}
TRIAL_PLAN = "team"
TRIAL = 14 * DAY
BILLING_PERIOD = 30 * DAY
RETRY_AFTER = 4 * DAY
RETRIES = 3
YEARLY = 0.2  # of the subscriptions; two months are free then
TRIES_FIRST = 0.35  # of the teams that think of paying and have not tried
LOOKS_AT_PRICES = 0.7  # of those who are about to buy
BUYS_AHEAD_FROM = 200  # employees
FEWER_SEATS = 0.04  # a week, where two seats or more are idle
COMES_BACK = 0.03  # a week, of those who left and still use it
REASONS = Urn([("too_expensive", 0.35), ("missing_feature", 0.25), ("project_ended", 0.25), ("competitor", 0.15)])


@dataclass(frozen=True, slots=True)
class Charge:
    """An invoice to be paid, and how often that was tried again."""

    team: Team
    subscription: Subscription
    invoice_id: str
    tried: int = 0


def amount(cents: int) -> int | float:
    """The sum in the major unit."""
    return cents / 100 if cents % 100 else cents // 100


def readiness(world: World, at: int, team: Team) -> float:
    """What a team's life adds to its chance to pay: a factor."""
    truths = world.blueprint.truths
    is_alive = team.active(at, 14) >= truths.team_is_alive
    has_hit_limit = team.limit_hit > at - 14 * DAY
    return (truths.team_effect if is_alive else 1.0) * (truths.limit_effect if has_hit_limit else 1.0)


def review_team(world: World, at: int, team: Team) -> None:
    """Once a week, from the team's beginning on, somebody decides about money."""
    world.plan(at + WEEK, Act.REVIEW_TEAM, team)
    if team.subscription is not None:
        _review_customer(world, at, team, team.subscription)
    elif not team.is_buying and not team.in_trial and not team.owner.is_partner:
        _review_prospect(world, at, team)


def _review_prospect(world: World, at: int, team: Team) -> None:
    dice, truths = world.dice, world.blueprint.truths
    if team.has_left:
        if team.active(at, 14) and dice.happens(COMES_BACK):
            _think_of_buying(world, at, team)
    elif dice.happens(min(0.9, truths.conversion_per_week * readiness(world, at, team))):
        if team.is_account and not team.tried and dice.happens(TRIES_FIRST):
            start_trial(_session_of_payer(world, at, team))
        else:
            _think_of_buying(world, at, team)


def _session_of_payer(world: World, at: int, team: Team) -> Session:
    payer = team.payer
    return Session(world, at, payer, membership=next(member for member in team.members if member.person is payer))


def _think_of_buying(world: World, at: int, team: Team) -> None:
    """Buying takes a few hours to days; many look at the prices first (a sign, not a cause)."""
    team.is_buying = True
    bought = awake(world.dice, team.place.zone, at + int(world.dice.between(4, 72) * HOUR))
    if world.dice.happens(LOOKS_AT_PRICES):
        session = _session_of_payer(world, at + int((bought - at) * world.dice.between(0.3, 0.9)), team)
        session.page("Pricing", "/pricing")
    world.plan(bought, Act.BUY, team)


def start_trial(session: Session) -> None:
    team = session.team
    team.tried = team.in_trial = True
    team.plan = TRIAL_PLAN
    if team.is_account:
        _tell_plan(session)
    teams.open_account(session)
    session.track("Trial Started", {"plan": TRIAL_PLAN}, account=True)
    session.world.plan(session.clock + TRIAL, Act.END_TRIAL, team)


def end_trial(world: World, at: int, team: Team) -> None:
    team.in_trial = False
    chance = world.blueprint.truths.trial_conversion * readiness(world, at, team)
    if not world.dice.happens(min(0.85, chance)):
        team.plan = "free"
        _tell_from_billing(world, at, team, "Trial Ended", {"plan": TRIAL_PLAN, "converted": False})
        return
    session = _session_of_payer(world, at, team)
    session.page("Billing", "/app/billing")
    session.track("Trial Ended", {"plan": TRIAL_PLAN, "converted": True}, account=True)
    _subscribe(session)


def _tell_from_billing(world: World, at: int, team: Team, event: str, properties: dict[str, Any]) -> None:
    """What ends by itself, and the account as it is then."""
    world.tell(at, messages.from_billing(event, properties, team))
    if team.is_account:
        world.tell(at + SECOND, messages.account_from_billing(team))


def buy(world: World, at: int, team: Team) -> None:
    team.is_buying = False
    session = _session_of_payer(world, at, team)
    session.page("Billing", "/app/billing")
    _subscribe(session)


def _plan_for(team: Team, seats: int) -> str:
    if team.employees > 1000:
        return "business"
    return next((plan for plan, most in UP_TO_SEATS.items() if seats <= most), "business")


def _subscribe(session: Session) -> None:
    """The payer of a personal workspace stays alone, unless they work in another team too."""
    world, team = session.world, session.team
    if len(session.person.memberships) > 1:
        teams.open_account(session)
    team.is_solo = not team.is_account
    seats = 1 if team.is_solo else _first_seats(session)
    subscription = Subscription(
        subscription_id=world.new_id("sub"),
        payer=session.person,
        plan=_plan_for(team, seats),
        seats=seats,
        yearly=world.dice.happens(YEARLY),
    )
    team.subscription, team.plan, team.has_left = subscription, subscription.plan, False
    session.track("Subscription Started", _describe(world, subscription), account=True)
    session.track("Payment Succeeded", _invoice(world, subscription, world.new_id("invoice")), account=True)
    _tell_plan(session)
    _plan_bill(world, session.clock, team, subscription)


def _first_seats(session: Session) -> int:
    """Those who are there and a few more; large companies buy ahead of their use."""
    team, dice = session.team, session.dice
    ahead = 5 + dice.below(20) if team.employees >= BUYS_AHEAD_FROM else dice.below(3)
    return max(2, team.active(session.clock, 14) + ahead)


def _tell_plan(session: Session) -> None:
    if session.team.is_account:
        session.group(messages.company(session.team))


def mrr_cents(subscription: Subscription) -> int:
    month = subscription.seats * SEAT_CENTS[subscription.plan]
    return round(month * 10 / 12) if subscription.yearly else month


def _describe(world: World, subscription: Subscription) -> dict[str, Any]:
    return {
        "subscription_id": subscription.subscription_id,
        "plan": subscription.plan,
        "seats": subscription.seats,
        "mrr": amount(mrr_cents(subscription)),
        "currency": world.blueprint.currency,
    }


def _invoice(world: World, subscription: Subscription, invoice_id: str) -> dict[str, Any]:
    """A month's bill, or a year's: ten months for twelve."""
    cents = subscription.seats * SEAT_CENTS[subscription.plan] * (10 if subscription.yearly else 1)
    return {
        "amount": amount(cents),
        "currency": world.blueprint.currency,
        "invoice_id": invoice_id,
        "subscription_id": subscription.subscription_id,
    }


def _plan_bill(world: World, at: int, team: Team, subscription: Subscription) -> None:
    if not subscription.yearly:  # the next yearly bill lies beyond the six months
        charge = Charge(team, subscription, world.new_id("invoice"))
        world.plan(at + BILLING_PERIOD, Act.BILL, charge)


def bill(world: World, at: int, charge: Charge) -> None:
    """A payment that fell due."""
    if charge.subscription.is_open:
        _charge(world, at, charge, has_failed=world.dice.happens(world.blueprint.truths.payment_failure))


def retry_payment(world: World, at: int, charge: Charge) -> None:
    if charge.subscription.is_open:
        _charge(world, at, charge, has_failed=not world.dice.happens(world.blueprint.truths.retry_success))


def _charge(world: World, at: int, charge: Charge, *, has_failed: bool) -> None:
    team, subscription = charge.team, charge.subscription
    event = "Payment Failed" if has_failed else "Payment Succeeded"
    world.tell(at, messages.from_billing(event, _invoice(world, subscription, charge.invoice_id), team))
    if not has_failed:
        _plan_bill(world, at, team, subscription)
    elif charge.tried < RETRIES:
        world.plan(at + RETRY_AFTER, Act.RETRY_PAYMENT, replace(charge, tried=charge.tried + 1))
    else:
        properties = _end(world, team, subscription, "payment_failed")
        _tell_from_billing(world, at + SECOND, team, "Subscription Ended", properties)


def _review_customer(world: World, at: int, team: Team, subscription: Subscription) -> None:
    churn = world.blueprint.truths.churn_per_week
    people = team.active(at, 28)
    session = _session_of_payer(world, at, team)
    if world.dice.happens(churn[min(people, len(churn) - 1)]):
        reason = world.dice.draw(REASONS) if people else "not_used"
        session.page("Billing", "/app/billing")
        session.track("Subscription Ended", _end(world, team, subscription, reason), account=True)
        _tell_plan(session)
    elif not team.is_solo:
        _review_seats(session, subscription, team.active(at, 14))


def _end(world: World, team: Team, subscription: Subscription, reason: str) -> dict[str, Any]:
    subscription.is_open = False
    team.subscription, team.plan, team.has_left = None, "free", True
    return {**_describe(world, subscription), "reason": reason}


def _review_seats(session: Session, subscription: Subscription, needed: int) -> None:
    if needed > subscription.seats:
        _change_seats(session, subscription, needed + session.dice.below(2), reason="seats_added")
    elif subscription.seats - needed >= 2 and session.dice.happens(FEWER_SEATS):
        _change_seats(session, subscription, max(1, needed + 1), reason="seats_removed")


def _change_seats(session: Session, subscription: Subscription, seats: int, *, reason: str) -> None:
    subscription.seats = seats
    plan = _plan_for(session.team, seats)
    if plan != subscription.plan:
        reason = "upgrade" if reason == "seats_added" else "downgrade"
    subscription.plan = session.team.plan = plan
    session.page("Billing", "/app/billing")
    session.track("Subscription Changed", {**_describe(session.world, subscription), "reason": reason}, account=True)
    _tell_plan(session)
