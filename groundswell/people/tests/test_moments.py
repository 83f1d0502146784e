"""The moments of somebody's history, and what a company uses and pays."""

from decimal import Decimal

from django.test import Client

from groundswell.kernel.ids import stable_id
from groundswell.people.moments import moments, plan_of
from groundswell.people.tests.reading import shown, words
from tests.world import World, group, track


def send(world: World) -> None:
    """Acme starts on the plan team and goes up; Ada and Ben work there; Cleo signs up and is alone."""
    billed = {"context": {"groupId": "acme"}}
    world.send(
        group("ada", "acme", "2026-01-01T08:00:00Z", name="Acme Ltd"), group("ben", "acme", "2026-01-01T08:00:00Z"),
        track("ada", "Signed Up", "2026-01-02T08:00:00Z", plan="free"),
        track("ada", "Board Made", "2026-01-02T09:00:00Z"), track("ben", "Board Made", "2026-01-03T09:00:00Z"),
        track("~billing", "Subscription Started", "2026-01-04T08:00:00Z", plan="team", mrr=49, currency="EUR") | billed,
        track("~billing", "Subscription Changed", "2026-01-05T08:00:00Z", plan="team", mrr="99.50", currency="EUR")
        | billed,
        track("cleo", "Signed Up", "2026-01-06T08:00:00Z"),
    )  # fmt: skip


def test_the_latest_moments_are_told_with_what_was_said_of_them(world: World) -> None:
    send(world)
    ids = [stable_id(world.project.id, name) for name in ("ada", "ben", "billing")]
    found = moments(world.project, ids, account=stable_id(world.project.id, "acme"))
    assert [(each.role, each.day, each.text) for each in found] == [
        ("subscription_changed", "2026-01-05", "team · 99.50 · EUR"),
        ("subscription_started", "2026-01-04", "team · 49 · EUR"),
        ("signed_up", "2026-01-02", "free"),
    ]
    assert [each.is_of_money for each in found] == [True, True, False]


def test_the_latest_subscription_says_which_plan_there_is(world: World) -> None:
    send(world)
    ids = [stable_id(world.project.id, "billing")]
    plan = plan_of(moments(world.project, ids), "USD")
    assert plan is not None
    assert (plan.name, plan.mrr, plan.currency, plan.since) == ("team", Decimal("99.50"), "EUR", "2026-01-05")
    world.send(track("~billing", "Subscription Ended", "2026-01-07T08:00:00Z") | {"context": {"groupId": "acme"}})
    assert plan_of(moments(world.project, ids), "USD") is None
    assert plan_of([], "USD") is None


def test_an_amount_that_is_none_does_no_harm(world: World) -> None:
    world.send(track("ada", "Subscription Started", plan={"deep": 1}, mrr="NaN"))
    plan = plan_of(moments(world.project, [stable_id(world.project.id, "ada")]), "USD")
    assert plan is not None
    assert (plan.name, plan.mrr, plan.currency) == ("", None, "USD")


def test_a_company_s_page_says_its_plan_what_it_uses_and_its_moments(ben: Client, world: World) -> None:
    send(world)
    page = shown(ben, world, "companies/acme")
    text = words(page)
    assert "Plan team €99.50 a month" in text
    assert "Board Made 2 2" in text  # two people, two times
    assert "Subscription Changed team · 99.50 · EUR Jan 5, 2026" in text
    assert "from=2026-01-05&amp;to=2026-01-05#timeline" in page


def test_a_profile_shows_the_moments_of_that_person_alone(ben: Client, world: World) -> None:
    send(world)
    text = words(shown(ben, world, "people/cleo"))
    assert "Moments Each opens its day. Signed Up Jan 6, 2026" in text
    assert "Subscription" not in text
