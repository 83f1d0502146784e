"""Every message is one that Segment's clients could have sent, and the same company is always the same."""

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.kernel.errors import Refusal
from groundswell.simulate.service import batches, company, souls
from groundswell.simulate.types import Message

UNTIL = date(2026, 11, 22)

# The events of the contract and the properties that it names, then those of the whiteboard itself.
VOCABULARY: dict[str, set[str]] = {
    "Signed Up": {"plan"},
    "Signed In": set(),
    "Trial Started": {"plan"},
    "Trial Ended": {"plan", "converted"},
    "Subscription Started": {"subscription_id", "plan", "mrr", "currency"},
    "Subscription Changed": {"subscription_id", "plan", "mrr", "currency", "reason"},
    "Subscription Ended": {"subscription_id", "plan", "mrr", "currency", "reason"},
    "Payment Succeeded": {"amount", "currency", "invoice_id"},
    "Payment Failed": {"amount", "currency", "invoice_id"},
    "Invite Sent": {"invite_id", "inviter_id", "channel"},
    "Invite Accepted": {"invite_id", "inviter_id", "channel"},
    "Spend Recorded": {"channel", "amount", "currency"},
    "Survey Answered": {"kind", "score"},
    "Account Created": {"name"},
    "Account Added User": {"role"},
    "Limit Reached": {"limit"},
    "Onboarding Step Completed": {"step"},
    "Support Ticket Opened": {"ticket_id", "topic"},
    "Support Ticket Closed": {"ticket_id", "topic"},
    "Board Created": {"board_id"},
    "Board Edited": {"board_id"},
    "Board Shared": {"board_id"},
    "Sticky Added": {"board_id"},
    "Comment Added": {"board_id"},
    "Template Used": {"board_id", "template"},
    "Video Call Started": {"board_id"},
    "Frame Added": {"board_id"},
    "Diagram Drawn": {"board_id"},
    "Image Uploaded": {"board_id"},
    "Vote Held": {"board_id"},
    "Timer Started": {"board_id"},
    "Presentation Started": {"board_id"},
    "Export Downloaded": {"board_id", "format"},
    "Search Used": {"results"},
    "Help Article Viewed": {"article"},
    "Tutorial Watched": set(),
    "Practice Board Opened": set(),
    "Integration Connected": {"integration"},
}
PARTS = {
    "track": {"event", "properties", "context"},
    "page": {"name", "properties", "context"},
    "identify": {"userId", "anonymousId", "traits"},
    "group": {"userId", "groupId", "traits"},
}


def digest(messages: list[Message]) -> str:
    return sha256(json.dumps(messages, ensure_ascii=False).encode()).hexdigest()


def test_every_call_has_what_its_type_needs(messages: list[Message]) -> None:
    for message in messages:
        assert PARTS[message["type"]] <= message.keys()
        assert message.get("userId") or message.get("anonymousId")


def test_every_event_is_in_the_vocabulary_with_its_properties(messages: list[Message]) -> None:
    tracks = [message for message in messages if message["type"] == "track"]
    for message in tracks:
        assert VOCABULARY[message["event"]] <= message["properties"].keys(), message
    assert {message["event"] for message in tracks} == VOCABULARY.keys()


def test_page_calls_tell_name_path_and_where_the_visit_came_from(messages: list[Message]) -> None:
    pages = [message for message in messages if message["type"] == "page"]
    assert all({"name", "path", "referrer"} <= page["properties"].keys() for page in pages)
    campaigns = [page["context"]["campaign"] for page in pages if "campaign" in page["context"]]
    assert {"cpc", "paid_social", "referral", "partner", "invitation"} == {each["medium"] for each in campaigns}
    assert all(each.keys() == {"source", "medium", "name"} for each in campaigns)


def test_messages_come_in_order_of_time_within_180_days(messages: list[Message]) -> None:
    instants = [message["timestamp"] for message in messages]
    assert instants == sorted(instants)  # one form, so text sorts as time does
    assert instants[0] >= "2026-05-27T00:00:00.000Z"
    assert instants[-1] <= "2026-11-22T23:59:59.999Z"
    assert all(len(instant) == len("2026-05-27T00:00:00.000Z") for instant in instants)


def test_no_message_is_large_and_no_message_id_comes_twice(messages: list[Message]) -> None:
    assert max(len(json.dumps(message).encode()) for message in messages) < 32 * 1024
    ids = [message["messageId"] for message in messages]
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= 100


def test_the_same_company_is_the_same_byte_by_byte_in_another_process() -> None:
    program = (
        "import json, sys; from datetime import date; from hashlib import sha256;"
        "from groundswell.simulate.service import company;"
        "messages = list(company(people=40, seed=3, until=date(2026, 11, 22)));"
        "print(sha256(json.dumps(messages, ensure_ascii=False).encode()).hexdigest())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    other = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == digest(list(company(people=40, seed=3, until=UNTIL)))


def test_another_seed_is_another_company() -> None:
    first, second = (list(company(people=40, seed=seed, until=UNTIL)) for seed in (1, 2))
    assert {message["messageId"] for message in first}.isdisjoint(message["messageId"] for message in second)
    assert digest(first) != digest(second)


@given(people=st.integers(1, 40), seed=st.integers(0, 1000), hours=st.floats(3, 180 * 24))
@settings(max_examples=30, deadline=None)
def test_just_so_many_sign_up_and_nothing_happens_in_the_future(people: int, seed: int, hours: float) -> None:
    now = datetime(2026, 5, 27, tzinfo=UTC) + timedelta(hours=hours)
    messages = list(company(people=people, seed=seed, until=UNTIL, now=now))
    assert Counter(message.get("event") for message in messages)["Signed Up"] == people
    assert datetime.fromisoformat(messages[-1]["timestamp"]) < now


def test_strangers_come_on_top_of_those_who_sign_up(messages: list[Message]) -> None:
    known = {message["anonymousId"] for message in messages if "userId" in message and "anonymousId" in message}
    strangers = {message["anonymousId"] for message in messages if message["type"] == "page"} - known
    assert len({message["userId"] for message in messages if message["type"] == "identify"}) == 600
    assert len(strangers) > 3 * 600


def test_batches_hold_a_hundred_and_lose_none() -> None:
    lots = list(batches(company(people=20, seed=1, until=UNTIL)))
    assert [message for lot in lots for message in lot] == list(company(people=20, seed=1, until=UNTIL))
    assert {len(lot) for lot in lots[:-1]} == {100}
    assert max(len(json.dumps(lot).encode()) for lot in lots) < 500 * 1024


def test_souls_tell_of_those_who_signed_up(messages: list[Message]) -> None:
    signed_up = {message["userId"] for message in messages if message.get("event") == "Signed Up"}
    assert souls(people=600, seed=5, until=UNTIL).keys() == signed_up


@pytest.mark.parametrize(
    ("people", "now", "field"),
    [
        (0, None, "people"),
        (10, datetime(2026, 5, 27, 1, tzinfo=UTC), "now"),
        (10, datetime(2026, 11, 22, 12), "now"),  # noqa: DTZ001 - the missing zone is the point
    ],
)
def test_a_company_that_cannot_be_is_refused_at_once(people: int, now: datetime | None, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        company(people=people, seed=1, until=UNTIL, now=now)
    assert refused.value.fields.keys() == {field}
