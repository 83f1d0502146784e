"""From messages to rows: what is kept, what is dropped and why, and that nothing counts twice."""

from typing import Any

import msgspec
import pytest

from groundswell.collect import loader as loading
from groundswell.collect import pieces
from groundswell.collect.receipts import HORIZON
from groundswell.collect.types import Record, Source
from groundswell.events.service import name_roles, property_slots
from groundswell.kernel import clock
from groundswell.kernel.clock import DAY
from groundswell.kernel.errors import Refusal
from groundswell.kernel.secrets import CUT, DEEPEST
from groundswell.people.service import account_profile
from groundswell.store import service as store
from groundswell.workspace.types import Caller
from tests.world import World, group, identify, track

OPERATOR = Caller(is_operator=True)
AT = "2026-01-05T10:00:00Z"


def test_an_event_is_kept_with_its_name_time_and_canonical_properties(world: World) -> None:
    world.send(
        track("ada", "Board Created", "2026-01-05T10:00:00.123456Z", size=10.0, name='é"', nested={"a": [1, 2.5]})
    )
    ((event, at, properties),) = world.run("SELECT event, toString(timestamp), properties FROM scope.events")
    assert event == "Board Created"
    assert at == "2026-01-05 10:00:00.123456"
    assert properties == '{"size":10,"name":"é\\"","nested":{"a":[1,2.5]}}'


def test_page_and_screen_calls_are_events_with_a_name_property(world: World) -> None:
    page = {"type": "page", "userId": "ada", "name": "Pricing", "properties": {"path": "/pricing"}, "timestamp": AT}
    world.send(page, {**page, "type": "screen", "name": "Home"})
    rows = world.run("SELECT event, properties FROM scope.events ORDER BY event")
    assert rows == [
        ("Page Viewed", '{"path":"/pricing","name":"Pricing"}'),
        ("Screen Viewed", '{"path":"/pricing","name":"Home"}'),
    ]


def test_identify_group_and_alias_are_no_events(world: World) -> None:
    world.send(identify("ada", plan="pro"), group("ada", "acme"), {"type": "alias", "previousId": "x", "userId": "ada"})
    assert world.run("SELECT count() FROM scope.events") == [(0,)]
    assert world.counts() == {"loaded": 3}


BAD: list[tuple[str, Any]] = [
    ("invalid_type", {"type": "purchase", "userId": "ada"}),
    ("invalid_type", {"type": ["track"], "userId": "ada"}),
    ("invalid_type", {"userId": "ada", "event": "E"}),
    ("missing_id", {"type": "track", "event": "E"}),
    ("missing_id", {"type": "track", "event": "E", "userId": ""}),
    ("missing_id", {"type": "group", "userId": "ada"}),
    ("missing_id", {"type": "alias", "userId": "ada"}),
    ("invalid_id", {"type": "track", "event": "E", "userId": {"id": 1}}),
    ("invalid_id", {"type": "track", "event": "E", "userId": True}),
    ("invalid_id", {"type": "track", "event": "E", "userId": 10**400}),
    ("invalid_id", {"type": "track", "event": "E", "userId": 10**4000}),
    ("invalid_name", {"type": "track", "userId": "ada", "event": "a\0b"}),
    ("invalid_name", {"type": "track", "userId": "ada", "event": "E", "properties": {"a\0b": 1}}),
    ("invalid_id", {"type": "track", "event": "E", "userId": "x" * 401}),
    ("invalid_id", {"type": "track", "event": "E", "userId": "ada", "messageId": ["m"]}),
    ("missing_name", {"type": "track", "userId": "ada"}),
    ("missing_name", {"type": "track", "userId": "ada", "event": ""}),
    ("invalid_name", {"type": "track", "userId": "ada", "event": {"name": "E"}}),
    ("invalid_name", {"type": "track", "userId": "ada", "event": "x" * 201}),
    ("invalid_name", {"type": "track", "userId": "ada", "event": "E", "properties": {"p" * 201: 1}}),
    ("invalid_properties", {"type": "track", "userId": "ada", "event": "E", "properties": [1]}),
    ("invalid_properties", {"type": "track", "userId": "ada", "event": "E", "properties": "p"}),
    ("invalid_properties", {"type": "identify", "userId": "ada", "traits": 5}),
    ("invalid_properties", {"type": "track", "userId": "ada", "event": "E", "context": "c"}),
    ("invalid_timestamp", {"type": "track", "userId": "ada", "event": "E", "timestamp": "yesterday"}),
    ("invalid_timestamp", {"type": "track", "userId": "ada", "event": "E", "timestamp": {"at": 1}}),
    ("invalid_timestamp", {"type": "track", "userId": "ada", "event": "E", "timestamp": "1970-01-01T00:00:00Z"}),
    ("too_large", {"type": "track", "userId": "ada", "event": "E", "properties": {"text": "x" * 33_000}}),
    ("unreadable", 5),
    ("unreadable", None),
    ("unreadable", ["track"]),
]


@pytest.mark.parametrize(("reason", "message"), BAD)
def test_a_bad_message_is_dropped_with_its_reason_and_harms_no_neighbour(
    world: World, reason: str, message: Any
) -> None:
    world.send(track("ada", "Before"), message, track("ada", "After"))
    assert world.counts() == {"loaded": 2, reason: 1}
    assert world.run("SELECT event FROM scope.events ORDER BY event") == [("After",), ("Before",)]
    (seen,) = world.recent.of(world.project.id, status="refused")
    assert seen["reason"] == reason


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("2026-01-05T10:00:00+09:00", "2026-01-05 01:00:00"),
        ("2026-1-5T10:00:00.5Z", "2026-01-05 10:00:00.5"),
        ("2026-01-05 10:00:00", "2026-01-05 10:00:00"),
        ("2026-01-05", "2026-01-05 00:00:00"),
        (1767607200, "2026-01-05 10:00:00"),
        (1767607200123, "2026-01-05 10:00:00.123"),
    ],
)
def test_sloppy_times_are_understood(world: World, sent: Any, kept: str) -> None:
    world.send({**track("ada", "E"), "timestamp": sent}, track("ada", "F"))
    assert world.run(
        "SELECT count() FROM scope.events WHERE event = 'E' AND timestamp = toDateTime64({at:String}, 6, 'UTC')",
        at=kept,
    ) == [(1,)]


def test_a_wrong_clock_is_corrected_by_the_time_of_sending(world: World) -> None:
    # The client's clock is a day ahead: sent 10 s after it happened, received now.
    now = clock.now_us()
    ahead = clock.from_us(now + DAY)
    earlier = clock.from_us(now + DAY - 10_000_000)
    world.send({**track("ada", "E", earlier.isoformat()), "sentAt": ahead.isoformat()}, received=now)
    ((at,),) = world.run("SELECT toUnixTimestamp64Micro(timestamp) FROM scope.events")
    assert at == now - 10_000_000


def test_calls_that_overtake_one_another_keep_their_order(world: World) -> None:
    # Two calls 5 ms apart; the first was three seconds on its way, the second a moment.
    first = clock.now_us() // 1000 * 1000 - 5_000_000
    for name, at, journey in (("A", first, 3_000_000), ("B", first + 5_000, 20_000)):
        text = clock.from_us(at).isoformat()
        world.send({**track("ada", name, text), "sentAt": text}, received=at + journey)
    happened = world.run("SELECT event, toUnixTimestamp64Micro(timestamp) FROM scope.events ORDER BY timestamp")
    assert happened == [("A", first), ("B", first + 5_000)]


def test_what_would_lie_in_the_future_happened_at_the_receipt(world: World) -> None:
    now = clock.now_us()
    world.send(track("ada", "E", "2100-01-01T00:00:00Z"), received=now)
    assert world.run("SELECT toUnixTimestamp64Micro(timestamp) FROM scope.events") == [(now,)]


def test_a_repeated_message_counts_once_within_a_batch_and_after(world: World) -> None:
    message = {**track("ada", "E"), "messageId": "m1"}
    world.send(message, message)
    world.send(message)
    world.start_loader()
    world.send(message)
    assert world.counts() == {"loaded": 1, "duplicate": 3}
    assert world.run("SELECT sum(count) FROM scope.rollup") == [(1,)]


def test_messages_without_an_id_are_never_duplicates(world: World) -> None:
    world.send(track("ada", "E"), track("ada", "E"))
    assert world.counts() == {"loaded": 2}


def test_a_message_id_is_new_again_after_thirty_days(world: World) -> None:
    message = {**track("ada", "E"), "messageId": "m1"}
    first = clock.now_us() - 40 * DAY
    world.send(message, received=first)
    world.send(message, received=first + HORIZON.days * DAY - 1_000_000)
    world.send(message, received=first + (HORIZON.days + 2) * DAY)
    assert world.counts() == {"loaded": 2, "duplicate": 1}


def test_the_same_message_id_in_another_project_is_another_message(world: World, tmp_path: Any) -> None:
    other = World(tmp_path / "other")
    message = {**track("ada", "E"), "messageId": "m1"}
    world.send(message)
    other.folder.mkdir()
    other.send(message)
    assert other.counts() == {"loaded": 1}
    assert other.profile("ada").events == 1


def test_a_browser_key_is_not_believed_about_money_and_roles(world: World) -> None:
    world.send(
        track("ada", "Subscription Started", mrr=100),
        track("ada", "Order Completed", revenue=5),
        group("ada", "acme", role="admin"),
        group("ada", "acme", name="Acme"),
        track("ada", "Board Created"),
        trusted=False,
    )
    assert world.counts() == {"loaded": 2, "not_trusted": 3}
    assert [account["role"] for account in world.profile("ada").accounts] == [None]


def test_money_events_that_a_project_calls_otherwise_are_not_believed_either(world: World) -> None:
    name_roles(OPERATOR, world.project, {"paid": "Plan Bought", "signed_up": "Joined"})
    bought = [track("ada", "Plan Bought", amount=9), track("ada", "Joined")]
    world.send(*bought, track("ada", "Payment Succeeded", amount=9), trusted=False)
    assert world.counts() == {"loaded": 1, "not_trusted": 2}
    world.send(*bought)
    assert world.counts() == {"loaded": 3, "not_trusted": 2}


def test_roles_come_from_group_calls_and_added_users(world: World) -> None:
    added = {**track("ben", "Account Added User", role="End User"), "context": {"groupId": "acme"}}
    world.send(group("ada", "acme", role="champion"), added)
    assert [account["role"] for account in world.profile("ada").accounts] == ["champion"]
    assert [account["role"] for account in world.profile("ben").accounts] == ["end_user"]


def test_the_2001st_event_name_is_refused_and_known_names_still_come_in(world: World) -> None:
    world.send(*[track("ada", f"Event {number}") for number in range(2_000)])
    world.send(track("ada", "One too many"), track("ada", "Event 7"))
    assert world.counts() == {"loaded": 2_001, "too_many_names": 1}


def test_the_5001st_property_is_refused(world: World) -> None:
    wide = [{f"p{start + each}": 1 for each in range(500)} for start in range(0, 5_000, 500)]
    world.send(*[track("ada", "E", **properties) for properties in wide])
    world.send(track("ada", "E", p5001=1), track("ada", "E", p7=1))
    assert world.counts() == {"loaded": 11, "too_many_names": 1}


def test_the_first_twelve_properties_have_a_slot_that_holds_their_raw_json(world: World) -> None:
    world.send(track("ada", "E", **{f"p{number}": number for number in range(25)}))
    world.send(track("ada", "F", p0="text", p1=None, p2=[1, 2], p3={"p0": 5}))
    slots = property_slots(world.project.id)
    assert [slots[f"p{number}"] for number in range(25)] == [*range(1, 13), *[None] * 13]
    assert world.run("SELECT s01, s02, s03, s04, s05 FROM scope.events WHERE event = 'F'") == [
        ('"text"', "null", "[1,2]", '{"p0":5}', "")
    ]


def test_secrets_are_masked_in_what_is_shown(world: World) -> None:
    world.send(track("ada", "E", password="hunter2", nested={"api_key": "k"}, plan="pro"))
    (seen,) = world.recent.of(world.project.id)
    assert seen["payload"]["properties"] == {"password": "•••", "nested": {"api_key": "•••"}, "plan": "pro"}


@pytest.mark.parametrize("failing", range(1, 12))
def test_a_store_that_fails_at_any_append_loses_and_doubles_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """The n-th append fails for good (a crash); a new loader takes up from the same inbox."""
    messages = [
        {**identify("ada", "phone", plan="pro"), "messageId": "1"},
        {**track("~phone", "Seen"), "messageId": "2"},
        {**track("ada", "Done", n=1), "messageId": "3"},
        {**group("ada", "acme", name="Acme", role="admin"), "messageId": "4"},
        {**track("ada", "Done", n=1), "messageId": "3"},
    ]
    world.put(*messages)
    append, calls = store.append, 0

    def fails(*args: Any, **kwargs: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == failing:
            world.loader.stop()
            raise Refusal(503, "store_error", "gone")
        append(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(store, "append", fails)
        patch.setattr(loading, "RETRY", 0)
        with pytest.raises(Refusal):
            world.load()
    world.start_loader()
    world.load()
    assert world.counts() == {"loaded": 4, "duplicate": 1}
    assert world.run("SELECT event, count() FROM scope.events GROUP BY event ORDER BY event") == [
        ("Done", 1),
        ("Seen", 1),
    ]
    assert world.run("SELECT sum(count) FROM scope.rollup") == [(2,)]
    person = world.profile("phone")
    assert (person.id, person.traits, person.events) == ("ada", {"plan": "pro"}, 2)
    assert [(account["id"], account["role"]) for account in person.accounts] == [("acme", "admin")]


def test_a_record_that_makes_us_stumble_keeps_nobody_waiting(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def stumble(record: Any) -> Any:
        if b"stumble" in record.body:
            raise ZeroDivisionError
        return decode(record)

    decode = pieces._DECODE[Source.SEGMENT]
    monkeypatch.setitem(pieces._DECODE, Source.SEGMENT, stumble)  # type: ignore[arg-type]
    world.put(track("ada", "Before"))
    world.put(track("ada", "stumble"), track("ada", "Beside"))
    world.put(track("ada", "After"))
    world.load()
    assert world.counts() == {"loaded": 2, "unreadable": 2}
    refused = world.recent.of(world.project.id, status="refused")
    assert [(each["reason"], each["payload"]) for each in refused] == [("unreadable", None)] * 2


def test_payloads_are_shown_so_deep(world: World) -> None:
    deep: Any = "bottom"
    for _ in range(600):
        deep = {"a": deep}
    world.send(track("ada", "Deep", deep=deep))
    assert world.counts() == {"loaded": 1}
    (seen,) = world.recent.of(world.project.id)
    assert str(seen["payload"]).count("{") == DEEPEST + 1
    assert str(seen["payload"]).count(CUT) == 1


def test_a_batch_with_much_to_say_of_each_is_too_large(world: World) -> None:
    context = {"app": "x" * 30_000}
    body = msgspec.json.encode({"batch": [track("ada", "E")] * 1_000, "context": context})
    record = Record(0, 1_000, world.project.id, 1, True, Source.SEGMENT, "", clock.now_us(), body)
    world.tray.put(record)
    world.load()
    assert world.counts() == {"loaded": 0, "too_large": 1_000}


def test_joins_decided_in_vain_are_decided_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    append = store.append

    def fail(table: str, *args: Any, **options: Any) -> None:
        if table == "claims":
            raise ZeroDivisionError
        append(table, *args, **options)

    world.put(track("~phone", "Opened"), identify("ada", "phone"))
    monkeypatch.setattr(store, "append", fail)
    with pytest.raises(ZeroDivisionError):
        world.load()
    monkeypatch.setattr(store, "append", append)
    world.load()
    assert world.profile("phone").id == "ada"
    assert world.profile("ada").ids == ["ada", "phone"]


def test_whose_events_name_an_account_is_a_member_of_it(world: World) -> None:
    world.send({**track("ada", "Opened", AT), "context": {"groupId": "acme"}})
    assert [each["id"] for each in world.profile("ada").accounts] == ["acme"]
    assert [each["id"] for each in account_profile(world.project, "acme").members] == ["ada"]
