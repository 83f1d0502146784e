"""Lives and teams make sense: nothing is used before it exists, nobody acts before they are there."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import mean
from typing import Any

from groundswell.simulate.types import Message

ROLES = {"end_user", "champion", "buyer", "admin", "partner"}


def events(messages: list[Message], *names: str) -> Iterator[Message]:
    return (message for message in messages if message.get("event") in names)


def test_a_person_is_a_stranger_first_and_known_from_the_sign_up_on(messages: list[Message]) -> None:
    strangers: set[str] = set()
    met: set[str] = set()
    for message in messages:
        user, device = message.get("userId"), message.get("anonymousId")
        if user is None:
            strangers.add(device or "")
        elif user not in met:
            assert message["type"] == "identify"
            assert device in strangers, "the device was seen before its owner was known"
            met.add(user)
    assert len(met) == 600


def test_a_device_belongs_to_one_person(messages: list[Message]) -> None:
    owner: dict[str, str] = {}
    for message in messages:
        if "userId" in message and "anonymousId" in message:
            assert owner.setdefault(message["anonymousId"], message["userId"]) == message["userId"]
    devices = Counter(owner.values())
    assert set(devices.values()) == {1, 2}
    assert 0.05 < sum(count == 2 for count in devices.values()) / 600 < 0.3


def test_a_second_device_is_joined_by_signing_in(messages: list[Message]) -> None:
    joined: dict[str, str] = {}
    for message in messages:
        if "userId" in message and "anonymousId" in message:
            joined.setdefault(message["anonymousId"], message.get("event") or message["type"])
    assert set(joined.values()) == {"identify", "Signed In"}


def test_an_invitation_is_accepted_once_after_it_was_sent_by_somebody_else(messages: list[Message]) -> None:
    sent: dict[str, Message] = {}
    for message in events(messages, "Invite Sent", "Invite Accepted"):
        properties = message["properties"]
        if message["event"] == "Invite Sent":
            assert properties["inviter_id"] == message["userId"]
            sent[properties["invite_id"]] = message
        else:
            invitation = sent.pop(properties["invite_id"])
            assert properties == invitation["properties"]
            assert message["userId"] != invitation["userId"]
            assert message["context"]["groupId"] == invitation["context"]["groupId"]


def test_who_accepts_an_invitation_joins_that_account_next(messages: list[Message]) -> None:
    waiting: dict[str, str] = {}
    for message in messages:
        if message.get("event") == "Invite Accepted":
            waiting[message["userId"]] = message["context"]["groupId"]
        elif message.get("event") == "Account Added User" and message["userId"] in waiting:
            assert message["context"]["groupId"] == waiting.pop(message["userId"])
    assert len(waiting) <= 1  # cut off by the end


def test_accounts_are_created_before_anything_names_them(messages: list[Message]) -> None:
    described: set[str] = set()
    for message in messages:
        if message["type"] == "group":
            described.add(message["groupId"])
        group = message.get("context", {}).get("groupId")
        assert group is None or group in described
    assert {message["context"]["groupId"] for message in events(messages, "Account Created")} == described


def test_nobody_is_added_twice_and_every_role_occurs(messages: list[Message]) -> None:
    added = [
        (message["context"]["groupId"], message["userId"], message["properties"]["role"])
        for message in events(messages, "Account Added User")
    ]
    assert len({(group, user) for group, user, _ in added}) == len(added)
    assert {role for _, _, role in added} == ROLES


def test_a_partner_serves_several_accounts_that_name_it(messages: list[Message]) -> None:
    served = defaultdict(set)
    for message in events(messages, "Account Added User"):
        if message["properties"]["role"] == "partner":
            served[message["userId"]].add(message["context"]["groupId"])
    named = {
        message["groupId"] for message in messages if message["type"] == "group" and "partner" in message["traits"]
    }
    assert max(len(groups) for groups in served.values()) >= 3
    assert set().union(*served.values()) <= named


def test_some_people_work_in_two_accounts_and_then_always_say_which(messages: list[Message]) -> None:
    groups = defaultdict(set)
    for message in messages:
        user = message.get("userId")
        if message["type"] == "group":
            groups[user].add(message["groupId"])
        if message.get("event") == "Signed In" and len(groups[user]) > 1:
            assert message["context"].get("groupId") in groups[user]
    assert sum(len(names) > 1 for names in groups.values()) >= 5


def test_boards_are_edited_only_after_they_were_created(messages: list[Message]) -> None:
    created: set[str] = set()
    for message in messages:
        board = message.get("properties", {}).get("board_id")
        if message.get("event") == "Board Created":
            created.add(board)
        assert board is None or board in created


def test_free_teams_stop_at_three_boards(messages: list[Message]) -> None:
    assert {message["properties"]["limit"] for message in events(messages, "Limit Reached")} == {"boards", "members"}
    assert max(message["properties"]["boards"] for message in events(messages, "Board Created")) > 3  # payers


def test_tickets_are_closed_once_after_they_were_opened(messages: list[Message]) -> None:
    open_tickets: set[str] = set()
    for message in events(messages, "Support Ticket Opened", "Support Ticket Closed"):
        ticket = message["properties"]["ticket_id"]
        if message["event"] == "Support Ticket Opened":
            open_tickets.add(ticket)
        else:
            open_tickets.remove(ticket)


def test_people_who_come_often_are_happier(messages: list[Message]) -> None:
    visits = Counter(message["userId"] for message in events(messages, "Signed In"))
    scores = defaultdict(list)
    for message in events(messages, "Survey Answered"):
        properties = message["properties"]
        assert properties["score"] in (range(11) if properties["kind"] == "nps" else range(1, 6))
        if properties["kind"] == "nps":
            scores[visits[message["userId"]] >= 10].append(properties["score"])
    assert mean(scores[True]) > mean(scores[False]) + 0.5


def introductions(messages: list[Message]) -> list[dict[str, Any]]:
    """The traits that people have when they sign up."""
    traits = [message["traits"] for message in messages if message["type"] == "identify"]
    return [each for each in traits if "email" in each]


def test_names_are_in_the_script_of_the_country_and_mails_go_nowhere(messages: list[Message]) -> None:
    profiles = [
        message["traits"] for message in messages if message["type"] == "identify" and "email" in message["traits"]
    ]
    korean = [traits["name"] for traits in profiles if traits["country"] == "KR"]
    assert 0.2 < len(korean) / len(profiles) < 0.4
    assert all("가" <= letter <= "힣" for name in korean for letter in name)
    assert all(traits["email"].endswith(".example.com") and traits["email"].isascii() for traits in profiles)
    assert len({traits["email"] for traits in profiles}) == 600


def test_some_skip_the_question_who_they_are(messages: list[Message]) -> None:
    profiles = [
        message["traits"] for message in messages if message["type"] == "identify" and "email" in message["traits"]
    ]
    told = [traits["persona"] for traits in profiles if "persona" in traits]
    assert 0.9 < len(told) / len(profiles) < 0.99
    assert set(told) == {"designer", "product_manager", "engineer", "facilitator", "marketer"}
