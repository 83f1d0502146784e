"""PostHog's events in Segment's words. The bodies are what posthog-js 1.x and posthog-python 6 and 7 send."""

import json
from datetime import date
from typing import Any

import pytest

from groundswell.collect.formats.posthog import decode
from groundswell.collect.types import CLAIMS, Message, Raw, Record, Source, raw_text
from groundswell.kernel.clock import to_us
from groundswell.kernel.periods import day_start

RECEIVED = to_us(day_start(date(2026, 1, 2), "UTC"))  # midnight


def decoded(body: Any, *, count: int = 1, sent: int = 0) -> list[Message | None]:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return decode(Record(0, count, 1, 1, True, Source.POSTHOG, "", RECEIVED, text, sent))


def one(event: str = "e", *, outer: dict[str, Any] | None = None, sent: int = 0, **fields: Any) -> Message:
    """The message of one event in a batch."""
    body = {"api_key": "k", "batch": [{"event": event, "distinct_id": "u1", **fields}], **(outer or {})}
    (message,) = decoded(body, sent=sent)
    assert message is not None
    return message


def value(raw: Raw) -> Any:
    text = raw_text(raw)
    return json.loads(text) if text else None


def test_an_event_is_a_track_call() -> None:
    message = one("signed up", uuid="uuid-1", timestamp="2026-01-01T00:00:00Z", properties={"plan": "pro", "n": 1.0})
    assert (message.type, message.event, message.user_id, message.anonymous_id) == ("track", "signed up", "u1", None)
    assert (message.message_id, message.timestamp) == ("uuid-1", "2026-01-01T00:00:00Z")
    assert value(message.properties) == {"plan": "pro", "n": 1.0}
    assert (value(message.context), value(message.traits)) == (None, None)


@pytest.mark.parametrize(
    "body",
    [
        {"event": "e", "distinct_id": "u1", "api_key": "k"},
        [{"event": "e", "distinct_id": "u1", "token": "k"}],
        {"batch": [{"event": "e", "distinct_id": "u1"}], "api_key": "k"},
        {"event": "e", "$distinct_id": "u1"},
        {"event": "e", "properties": {"distinct_id": "u1"}},
        {"event": "e", "distinct_id": "", "properties": {"distinct_id": "u1"}},
        {"event": "e", "distinct_id": "u1", "properties": {"distinct_id": "other"}},
        {"event": "e", "distinct_id": "u1", "properties": None},
        b' \n[{"event": "e", "distinct_id": "u1"}]',
    ],
)
def test_one_event_in_every_form(body: Any) -> None:
    (message,) = decoded(body)
    assert message is not None
    assert (message.type, message.event, message.user_id) == ("track", "e", "u1")


@pytest.mark.parametrize(
    ("properties", "is_visitor"),
    [
        ({}, False),
        ({"$is_identified": False}, True),
        ({"$is_identified": True, "$device_id": "d1"}, False),
        ({"$device_id": "u1"}, True),
        ({"$device_id": "d1"}, False),
        ({"$device_id": None}, False),
        ({"$process_person_profile": False}, True),
        ({"$process_person_profile": True}, False),
    ],
)
def test_who_did_not_sign_in_is_a_visitor(properties: dict[str, Any], is_visitor: bool) -> None:
    message = one(properties=properties)
    assert (message.user_id, message.anonymous_id) == ((None, "u1") if is_visitor else ("u1", None))


def test_the_newer_api_says_it_in_options() -> None:
    message = one(options={"process_person_profile": False}, session_id="s1", properties={"a": 1})
    assert (message.user_id, message.anonymous_id) == (None, "u1")
    assert value(message.properties) == {"a": 1, "$session_id": "s1"}


def test_who_may_not_be_told_apart_is_nobody() -> None:
    message = one(distinct_id="$posthog_cookieless", properties={"$is_identified": False})
    assert (message.user_id, message.anonymous_id) == (None, None)


def test_identify_joins_the_visitor() -> None:
    message = one(
        "$identify", distinct_id="ada",
        properties={"distinct_id": "ada", "$anon_distinct_id": "visitor", "$device_id": "v", "$is_identified": True},
        **{"$set": {"plan": "pro"}, "$set_once": {"source": "ad"}},
    )  # fmt: skip
    assert (message.type, message.user_id, message.anonymous_id) == (CLAIMS, "ada", "visitor")
    assert (value(message.traits), value(message.traits_once)) == ({"plan": "pro"}, {"source": "ad"})
    assert value(message.properties) is None


def test_identify_of_the_visitor_as_themselves_joins_nothing() -> None:
    message = one("$identify", distinct_id="ada", properties={"$anon_distinct_id": "ada"})
    assert (message.user_id, message.anonymous_id) == ("ada", None)


@pytest.mark.parametrize(
    ("top", "inner", "merged"),
    [
        ({"a": 1}, None, {"a": 1}),
        (None, {"a": 1}, {"a": 1}),
        ({"a": 1, "b": 2}, {"a": 0, "c": 3}, {"a": 1, "b": 2, "c": 3}),
        ({}, {}, None),
        ({}, {"a": 1}, {"a": 1}),
        ([1], {"a": 1}, [1]),  # no object: it stays, to be refused
        ({"a": 1}, "text", "text"),
    ],
)
@pytest.mark.parametrize(("name", "field"), [("$set", "traits"), ("$set_once", "traits_once")])
def test_any_event_may_change_its_person(name: str, field: str, top: Any, inner: Any, merged: Any) -> None:
    beside = {} if top is None else {name: top}
    message = one(properties={"x": 1} if inner is None else {"x": 1, name: inner}, **beside)
    assert value(getattr(message, field)) == merged
    assert value(message.properties) == {"x": 1}


@pytest.mark.parametrize(
    ("given", "names"),
    [(["a", "b"], ["a", "b"]), ({"a": 1}, ["a"]), ("a", ["a"]), ([1, "a"], ["a"]), ([], None), (7, None), (None, None)],
)
def test_unset_is_a_list_of_names(given: Any, names: list[str] | None) -> None:
    assert value(one(**{"$unset": given}).traits_unset) == names
    assert value(one(properties={"$unset": given}).traits_unset) == names
    assert value(one("$set", **{"$unset": given}).traits_unset) == names


@pytest.mark.parametrize("event", ["$set", "$unset", "$set_once"])
def test_changing_a_person_is_no_event(event: str) -> None:
    message = one(event, **{"$set": {"plan": "pro"}})
    assert (message.type, message.user_id, value(message.traits)) == ("identify", "u1", {"plan": "pro"})
    visitor = one(event, properties={"$is_identified": False, "$set": {"plan": "pro"}})
    assert (visitor.user_id, visitor.anonymous_id) == (None, "u1")


@pytest.mark.parametrize(
    "fields",
    [
        {"distinct_id": "visitor", "properties": {"distinct_id": "visitor", "alias": "ada"}},  # posthog-python
        {"distinct_id": None, "properties": {"distinct_id": "visitor", "alias": "ada", "token": "k"}},  # posthog-js
    ],
)
def test_alias_goes_from_the_id_used_so_far_to_the_new_one(fields: dict[str, Any]) -> None:
    message = one("$create_alias", **fields)
    assert (message.type, message.previous_id, message.user_id) == ("alias", "visitor", "ada")


def test_a_page_is_named_by_its_title_and_keeps_the_rest() -> None:
    properties = {
        "$current_url": "https://a.example/pricing?x=1",
        "$pathname": "/pricing",
        "title": "Pricing",
        "$lib": "web",
    }
    message = one("$pageview", properties=properties)
    assert (message.type, message.event, message.name) == ("page", None, "Pricing")
    assert value(message.properties) == properties
    assert one("$pageview", properties={"$pathname": "/pricing", "title": ""}).name == "/pricing"
    assert one("$pageview", properties={"$current_url": "https://a.example/"}).name == "https://a.example/"
    assert one("$pageview").name is None


def test_a_screen_is_named_as_it_says() -> None:
    message = one("$screen", properties={"$screen_name": "Home"})
    assert (message.type, message.name) == ("screen", "Home")


def test_where_it_happened_goes_to_the_context_too() -> None:
    message = one(
        properties={
            "$lib": "web", "$lib_version": "1.2", "$current_url": "https://a.example/b", "$pathname": "/b",
            "$referrer": "https://search.example/", "title": "B", "utm_source": "ads", "utm_medium": None,
            "utm_campaign": "spring", "plan": "pro",
        }
    )  # fmt: skip
    assert value(message.context) == {
        "library": {"name": "web", "version": "1.2"},
        "page": {"url": "https://a.example/b", "path": "/b", "referrer": "https://search.example/", "title": "B"},
        "campaign": {"name": "spring", "source": "ads"},
    }
    assert "utm_source" in value(message.properties)


def test_no_referrer_is_no_referrer() -> None:
    assert value(one(properties={"$referrer": "$direct"}).context) is None


@pytest.mark.parametrize(
    ("groups", "account"),
    [
        ({"company": "acme"}, "acme"),
        ({"team": "t1", "organization": "acme"}, "acme"),
        ({"account": "a", "organization": "o", "company": "c"}, "c"),
        ({"team": "t1", "project": "p1"}, "t1"),
        ({"company": 7}, 7),
        ({}, None),
        ("acme", None),
        (None, None),
    ],
)
def test_the_account_of_an_event_is_the_company_among_its_groups(groups: Any, account: Any) -> None:
    message = one(properties={"$groups": groups, "a": 1})
    context = value(message.context) or {}
    assert context.get("groupId") == account
    assert context.get("$groups") == (groups if account is not None else None)
    assert value(message.properties) == {"a": 1}


def test_a_group_call_describes_the_group() -> None:
    message = one(
        "$groupidentify",
        properties={"$group_type": "company", "$group_key": "acme", "$group_set": {"plan": "pro"}, "$lib": "web"},
    )
    assert (message.type, message.group_id, message.user_id, message.anonymous_id) == ("group", "acme", "u1", None)
    assert (value(message.traits), value(message.context)) == ({"plan": "pro"}, {"groupType": "company"})


def test_a_group_call_of_a_visitor_is_theirs() -> None:
    message = one(
        "$groupidentify", properties={"$group_type": "company", "$group_key": "acme", "$is_identified": False}
    )
    assert (message.user_id, message.anonymous_id, value(message.traits)) == (None, "u1", None)


RANDOM = "0198c0de-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("distinct_id", "said", "user"),
    [
        ("$company_acme", {"$lib": "posthog-node"}, (None, "$company_acme")),
        (RANDOM, {"$lib": "posthog-python"}, (None, "$company_acme")),
        (RANDOM, {"$is_server": True}, (None, "$company_acme")),
        (RANDOM, {"$lib": "web"}, (RANDOM, None)),
        ("ada", {"$lib": "posthog-python", "$is_server": True}, ("ada", None)),
    ],
)
def test_a_group_described_by_a_server_on_nobodys_behalf_brings_no_user(
    distinct_id: str, said: dict[str, Any], user: tuple[str | None, str | None]
) -> None:
    properties = {"$group_type": "company", "$group_key": "acme", "$group_set": {"plan": "pro"}, **said}
    message = one("$groupidentify", distinct_id=distinct_id, properties=properties)
    assert (message.type, message.group_id) == ("group", "acme")
    assert (message.user_id, message.anonymous_id) == user


# Times


@pytest.mark.parametrize(
    ("outer", "sent", "fields", "expected"),
    [
        ({"sent_at": "s"}, 0, {}, ("t", "s")),
        ({"sentAt": "s"}, 0, {}, ("t", "s")),
        ({"sent_at": "s", "sentAt": "other"}, 5, {}, ("t", "s")),
        ({}, RECEIVED, {}, ("t", "2026-01-02T00:00:00+00:00")),
        ({"sent_at": "s"}, 0, {"sent_at": "own"}, ("t", "own")),
        ({"sent_at": "s"}, 0, {"properties": {"$ignore_sent_at": True}}, ("t", None)),
        ({"sent_at": "s"}, 0, {"options": {"disable_skew_correction": True}}, ("t", None)),
        ({"sent_at": "s"}, 0, {"offset": 1500}, ("2026-01-01T23:59:58.500000+00:00", None)),
        ({"sent_at": "s"}, 0, {"offset": 0}, ("2026-01-02T00:00:00+00:00", None)),
        ({"sent_at": "s"}, 0, {"offset": -5}, ("t", "s")),
        ({"sent_at": "s"}, 0, {"offset": 1e18}, ("t", "s")),
        ({"sent_at": "s"}, 0, {"offset": "5"}, ("t", "s")),
        ({}, 0, {}, ("t", None)),
    ],
)
def test_when_it_happened_and_when_it_was_sent(
    outer: dict[str, Any], sent: int, fields: dict[str, Any], expected: tuple[Any, Any]
) -> None:
    message = one(outer=outer, sent=sent, timestamp="t", **fields)
    assert (message.timestamp, message.sent_at) == expected


def test_an_older_client_names_the_message_in_a_property() -> None:
    assert one(properties={"$insert_id": "i1"}).message_id == "i1"
    assert one(uuid="u1", properties={"$insert_id": "i1"}).message_id == "u1"


# What cannot be read


@pytest.mark.parametrize("bad", ["7", "null", '"text"', "[]", '{"event": 1e999}'])
@pytest.mark.parametrize("frame", ['{"api_key": "k", "sent_at": "s", "batch": [%s]}', "[%s]"])
def test_an_event_that_cannot_be_read_leaves_its_place_empty(frame: str, bad: str) -> None:
    good = '{"event": "e", "distinct_id": "u1"}'
    first, second, third = decoded((frame % f"{good}, {bad}, {good}").encode(), count=3)
    assert second is None
    assert first is not None
    assert first == third
    assert (first.user_id, first.sent_at) == ("u1", "s" if "batch" in frame else None)


def test_properties_that_are_no_object_stay_to_be_refused() -> None:
    message = one(properties=[1])
    assert (message.type, value(message.properties)) == ("track", [1])
    assert one("$pageview", properties="text").type == "track"


@pytest.mark.parametrize("event", [None, 7, {}, [], "", "x" * 1000])
def test_a_name_that_is_none_is_passed_on_to_be_refused(event: Any) -> None:
    assert one(event).event == event


@pytest.mark.parametrize("event", ["$identify", "$create_alias", "$groupidentify", "$set", "$pageview", "$screen"])
def test_a_call_without_its_properties_is_passed_on_to_be_refused(event: str) -> None:
    message = one(event)
    assert message.type in (CLAIMS, "identify", "alias", "group", "page", "screen")
    assert message.user_id in ("u1", None)
