"""The books balance: subscriptions, payments, trials and spend tell one story."""

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from groundswell.simulate.tests.test_story import events
from groundswell.simulate.types import Message

SEAT = {"starter": 8, "team": 12, "business": 20}
SUBSCRIPTION = ("Subscription Started", "Subscription Changed", "Subscription Ended")


def at(message: Message) -> datetime:
    return datetime.fromisoformat(message["timestamp"])


def customer(message: Message) -> str:
    """The account, else the person who pays alone."""
    return str(message["context"].get("groupId") or message["userId"])


@pytest.fixture(scope="module")
def subscriptions(ledger: list[Message]) -> dict[str, list[Message]]:
    found = defaultdict(list)
    for message in events(ledger, *SUBSCRIPTION):
        found[message["properties"]["subscription_id"]].append(message)
    return found


def test_a_subscription_starts_once_changes_while_it_lives_and_ends_at_most_once(
    subscriptions: dict[str, list[Message]],
) -> None:
    for story in subscriptions.values():
        names = [message["event"] for message in story]
        assert names[0] == "Subscription Started"
        assert set(names[1:-1]) <= {"Subscription Changed"}
        assert names.count("Subscription Started") == 1
    every = Counter(message["event"] for story in subscriptions.values() for message in story)
    assert all(every[name] >= 3 for name in SUBSCRIPTION)


def test_a_customer_has_one_subscription_at_a_time(ledger: list[Message]) -> None:
    running: dict[str, str] = {}
    for message in events(ledger, *SUBSCRIPTION):
        name, key = customer(message), message["properties"]["subscription_id"]
        if message["event"] == "Subscription Started":
            assert name not in running
            running[name] = key
        assert running[name] == key
        if message["event"] == "Subscription Ended":
            del running[name]


def test_mrr_is_seats_times_price_less_the_yearly_discount(subscriptions: dict[str, list[Message]]) -> None:
    for story in subscriptions.values():
        for message in story:
            properties: dict[str, Any] = message["properties"]
            month = Decimal(properties["seats"] * SEAT[properties["plan"]])
            yearly = (month * 10 / 12).quantize(Decimal("0.01"))
            assert Decimal(str(properties["mrr"])) in (month, yearly)


def test_a_change_changes_the_mrr_in_the_direction_of_its_reason(subscriptions: dict[str, list[Message]]) -> None:
    seen = set()
    for story in subscriptions.values():
        for before, after in pairwise(story):
            if after["event"] == "Subscription Changed":
                difference = after["properties"]["mrr"] - before["properties"]["mrr"]
                reason = after["properties"]["reason"]
                seen.add(reason)
                assert (difference > 0) == (reason in ("seats_added", "upgrade"))
                assert difference != 0
    assert seen >= {"seats_added", "upgrade"}


def test_the_first_payment_follows_the_start_and_the_next_a_month_later(ledger: list[Message]) -> None:
    started = {message["properties"]["subscription_id"]: at(message) for message in events(ledger, SUBSCRIPTION[0])}
    paid = defaultdict(list)
    for message in events(ledger, "Payment Succeeded"):
        paid[message["properties"]["subscription_id"]].append(at(message))
    assert paid.keys() == started.keys()
    for key, instants in paid.items():
        assert timedelta(0) < instants[0] - started[key] < timedelta(minutes=2)
        gaps = [later - earlier for earlier, later in pairwise(instants)]
        assert all(timedelta(days=30) <= gap <= timedelta(days=43) for gap in gaps)  # up to three retries late


def test_an_invoice_is_paid_at_most_once_and_given_up_after_four_failures(ledger: list[Message]) -> None:
    attempts = defaultdict(list)
    for message in events(ledger, "Payment Succeeded", "Payment Failed"):
        attempts[message["properties"]["invoice_id"]].append(message["event"].removeprefix("Payment "))
    stories = Counter(tuple(story) for story in attempts.values())
    assert all("Succeeded" not in story[:-1] and len(story) <= 4 for story in stories)
    assert stories["Failed", "Succeeded"] > 0  # recovered
    lost = [
        message
        for message in events(ledger, "Subscription Ended")
        if message["properties"]["reason"] == "payment_failed"
    ]
    assert len(lost) == stories[("Failed",) * 4]


def test_a_trial_lasts_two_weeks_and_a_converted_one_becomes_a_subscription(ledger: list[Message]) -> None:
    started: dict[str, datetime] = {}
    converted: dict[str, datetime] = {}
    for message in events(ledger, "Trial Started", "Trial Ended", "Subscription Started"):
        group = customer(message)
        if message["event"] == "Trial Started":
            assert group not in started
            started[group] = at(message)
        elif message["event"] == "Trial Ended":
            assert timedelta(days=14) <= at(message) - started[group] < timedelta(days=14, minutes=2)
            if message["properties"]["converted"]:
                converted[group] = at(message)
        elif group in converted:
            assert at(message) - converted.pop(group) < timedelta(minutes=2)
    assert not converted


def test_what_bills_itself_is_nobodys_activity(ledger: list[Message]) -> None:
    renewals = Counter[str]()
    for message in events(ledger, "Payment Failed", "Trial Ended"):
        if message["event"] == "Payment Failed" or not message["properties"]["converted"]:
            renewals["nobody" if message.get("anonymousId") == "billing" else "alone"] += 1
            assert ("groupId" in message["context"]) != ("userId" in message)
    assert renewals["nobody"] > 0


def test_who_leaves_says_why_and_some_come_back(ledger: list[Message]) -> None:
    reasons = Counter(message["properties"]["reason"] for message in events(ledger, "Subscription Ended"))
    starts = Counter(customer(message) for message in events(ledger, "Subscription Started"))
    assert set(reasons) == {
        "too_expensive", "missing_feature", "project_ended", "competitor", "not_used", "payment_failed",
    }  # fmt: skip
    assert 0 < sum(count > 1 for count in starts.values()) < reasons.total()


def test_paid_channels_book_their_spend_every_day_that_brought_somebody(ledger: list[Message]) -> None:
    spend = defaultdict(list)
    for message in events(ledger, "Spend Recorded"):
        assert message["properties"]["amount"] > 0
        spend[message["properties"]["channel"]].append(message["timestamp"][:10])
    assert spend.keys() == {"paid_search", "paid_social", "content", "partner"}
    assert all(len(set(days)) == len(days) for days in spend.values())
    assert all("12:00:00.000Z" in message["timestamp"] for message in list(events(ledger, "Spend Recorded"))[:-4])


def test_all_money_is_in_the_companys_currency_to_the_cent(ledger: list[Message]) -> None:
    for message in events(ledger, *SUBSCRIPTION, "Payment Succeeded", "Payment Failed", "Spend Recorded"):
        properties = message["properties"]
        assert properties["currency"] == "USD"
        amount = Decimal(str(properties.get("mrr", properties.get("amount"))))
        assert amount == amount.quantize(Decimal("0.01"))
