"""Exports of Segment, PostHog, Mixpanel and Amplitude, and JSON lines that people map themselves."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from groundswell.collect.imports import lines
from groundswell.collect.imports.files import guess_format
from groundswell.collect.imports.types import Format
from groundswell.collect.tests.importing import Importing, write_lines, write_text
from groundswell.kernel.errors import Refusal
from tests.world import World, group, identify, track


@pytest.fixture
def importing(world: World) -> Importing:
    return Importing(world)


def told(world: World) -> list[tuple[Any, ...]]:
    return world.run(
        "SELECT event, replaceOne(toString(timestamp), '.000000', ''), properties FROM scope.events"
        " ORDER BY timestamp, event"
    )


SEGMENT = [
    {**track("ada", "Signed Up", plan="pro"), "messageId": "m1", "sentAt": "2026-01-05T12:00:00Z"},
    {**track("ada", "Clock Ahead"), "originalTimestamp": "2026-01-05T09:00:00Z", "sentAt": "2026-01-05T12:00:00Z"},
    identify("ada", "phone", plan="pro"),
    group("ada", "acme", name="Acme"),
    {"type": "page", "anonymousId": "phone", "name": "Home", "originalTimestamp": "2026-01-05T08:00:00Z"},
]


def test_a_segment_export_is_loaded_as_it_was_sent_and_its_times_as_they_are(
    importing: Importing, tmp_path: Path
) -> None:
    report = importing.load(write_lines(tmp_path / "segment.jsonl", SEGMENT))
    assert (report.loaded, report.dropped) == (5, {})
    assert told(importing.world) == [
        ("Page Viewed", "2026-01-05 08:00:00", '{"name":"Home"}'),
        ("Clock Ahead", "2026-01-05 10:00:00", "{}"),
        ("Signed Up", "2026-01-05 10:00:00", '{"plan":"pro"}'),
    ]
    ada = importing.world.profile("phone")
    assert (sorted(ada.ids), ada.traits, ada.events) == (["ada", "phone"], {"plan": "pro"}, 3)
    assert [account["id"] for account in ada.accounts] == ["acme"]


POSTHOG = [
    {
        "uuid": "u1", "event": "signed up", "distinct_id": "ada", "timestamp": "2026-01-05T10:00:00.000000Z",
        "properties": {"plan": "pro", "$set": {"seats": 3}, "$groups": {"company": "acme"}},
    },
    {
        "uuid": "u2", "event": "$pageview", "distinct_id": "dev", "timestamp": "2026-01-05T09:00:00Z",
        "sent_at": "2026-01-05T23:00:00Z", "properties": {"$device_id": "dev", "title": "Home"},
    },
    {
        "uuid": "u3", "event": "$identify", "distinct_id": "ada", "timestamp": "2026-01-05T10:00:01Z",
        "properties": {"$anon_distinct_id": "dev"},
    },
    {
        "uuid": "u4", "event": "as text", "distinct_id": "ada", "timestamp": "2026-01-05T11:00:00Z",
        "properties": '{"n": 1.0}',
    },
]  # fmt: skip


def test_a_posthog_export_is_translated(importing: Importing, tmp_path: Path) -> None:
    report = importing.load(write_lines(tmp_path / "posthog.jsonl", POSTHOG))
    assert (report.loaded, report.dropped) == (4, {})
    assert [(event, at) for event, at, _ in told(importing.world)] == [
        ("Page Viewed", "2026-01-05 09:00:00"), ("signed up", "2026-01-05 10:00:00"),
        ("as text", "2026-01-05 11:00:00"),
    ]  # fmt: skip
    assert told(importing.world)[2][2] == '{"n":1}'
    ada = importing.world.profile("dev")
    assert (sorted(ada.ids), ada.traits, ada.events) == (["ada", "dev"], {"seats": 3}, 3)
    assert [account["id"] for account in ada.accounts] == ["acme"]


def mixpanel(event: str, **properties: Any) -> dict[str, Any]:
    return {"event": event, "properties": {"time": 1767607200, **properties}}


MIXPANEL = [
    mixpanel("Visited", **{"distinct_id": "$device:d1", "$device_id": "d1", "$insert_id": "i1", "page": "/"}),
    mixpanel(
        "Signed Up", **{"distinct_id": "ada", "$device_id": "d1", "$user_id": "ada", "$insert_id": "i2", "n": 1.0}
    ),
    mixpanel("Signed Up", **{"distinct_id": "ada", "$insert_id": "i2"}),
    mixpanel("Server", **{"distinct_id": "ben", "time": 1767607200123}),
    mixpanel("$identify", **{"distinct_id": "ben", "$identified_id": "ben", "$anon_id": "tablet"}),
    mixpanel("$create_alias", **{"distinct_id": "old", "alias": "cleo"}),
    mixpanel("$merge", **{"$distinct_ids": ["cleo", "clio"]}),
    mixpanel("Later", **{"distinct_id": "clio"}),
]


def test_a_mixpanel_export_is_translated(importing: Importing, tmp_path: Path) -> None:
    report = importing.load(write_lines(tmp_path / "mixpanel.json", MIXPANEL))
    assert (report.loaded, report.dropped) == (7, {"duplicate": 1})
    rows = {event: (at, properties) for event, at, properties in told(importing.world)}
    assert rows == {
        "Visited": ("2026-01-05 10:00:00", '{"$device_id":"d1","page":"/"}'),
        "Signed Up": ("2026-01-05 10:00:00", '{"$device_id":"d1","n":1}'),
        "Server": ("2026-01-05 10:00:00.123000", "{}"),
        "Later": ("2026-01-05 10:00:00", "{}"),
    }
    profile = importing.world.profile
    assert (sorted(profile("d1").ids), profile("d1").events) == (["ada", "d1"], 2)
    assert sorted(profile("tablet").ids) == ["ben", "tablet"]
    assert (sorted(profile("old").ids), profile("old").events) == (["cleo", "clio", "old"], 1)


AMPLITUDE = [
    {
        "event_type": "board created", "user_id": "ada", "device_id": "d1", "event_time": "2026-01-05 10:00:00.123000",
        "event_properties": {"size": 3}, "user_properties": {"plan": "free"}, "uuid": "u1", "amplitude_id": 1,
        "groups": {"team": ["blue"], "company": ["acme"]}, "language": "Korean", "country": "South Korea",
    },
    {
        "event_type": "board created", "user_id": "ada", "device_id": "d1", "event_time": "2026-01-05 11:00:00",
        "event_properties": {}, "user_properties": {"plan": "pro"}, "uuid": "u2", "$insert_id": "i2",
    },
    {
        "event_type": "again", "user_id": "ada", "device_id": "d1", "event_time": "2026-01-05 11:00:00",
        "user_properties": {"plan": "pro"}, "uuid": "u3", "$insert_id": "i2",
    },
    {"event_type": "$identify", "device_id": "d2", "event_time": "2026-01-05 09:00:00", "user_properties": {"os": "x"}},
    {
        "event_type": "$groupidentify", "user_id": "ben", "event_time": "2026-01-05 09:00:00",
        "groups": {"team": "blue"}, "group_properties": {"size": 4},
    },
]  # fmt: skip


def test_an_amplitude_export_is_translated_and_its_times_are_utc(
    open_store: None, transactional_db: None, tmp_path: Path
) -> None:
    world = World(tmp_path, tz="Asia/Seoul")
    report = Importing(world).load(write_lines(tmp_path / "amplitude.json", AMPLITUDE))
    assert (report.loaded, report.dropped) == (4, {"duplicate": 1})
    assert told(world) == [
        ("board created", "2026-01-05 10:00:00.123000", '{"size":3}'), ("board created", "2026-01-05 11:00:00", "{}"),
    ]  # fmt: skip
    assert world.run("SELECT context FROM scope.events ORDER BY timestamp LIMIT 1") == [
        ('{"locale":"Korean","location":{"country":"South Korea"},"groupId":"acme"}',)
    ]
    assert (world.profile("d1").traits, world.profile("d2").traits) == ({"plan": "pro"}, {"os": "x"})
    assert [account["id"] for account in world.profile("ada").accounts] == ["acme"]
    assert world.run("SELECT key, value FROM scope.account_traits") == [("size", "4")]


def test_json_lines_are_mapped_by_name_and_by_path(open_store: None, transactional_db: None, tmp_path: Path) -> None:
    world = World(tmp_path, tz="Asia/Seoul")
    rows = [
        {"user": {"id": "ada", "plan": "pro"}, "action": "Signed Up", "at": "2026-01-05 10:00", "n": 1.0, "none": None},
        {"user": {"id": 7}, "action": "Signed Up", "at": "1767607200"},
        {"user": None, "action": "Nobody", "at": 1767607200},
        {"action": "Typed", "at": 1767607200, "user": {"id": "ada"}, "kind": "page"},
    ]
    report = Importing(world).load(
        write_lines(tmp_path / "a.ndjson", rows), userId="user.id", event="action", timestamp="at", type="kind"
    )
    assert (report.loaded, report.dropped) == (3, {"missing_id": 1})
    assert told(world) == [
        ("Signed Up", "2026-01-05 01:00:00", '{"user":{"id":"ada","plan":"pro"},"n":1,"none":null}'),
        ("Page Viewed", "2026-01-05 10:00:00", '{"user":{"id":"ada"},"name":"Typed"}'),
        ("Signed Up", "2026-01-05 10:00:00", '{"user":{"id":7}}'),
    ]
    assert world.profile("7").known


def test_times_without_a_zone_are_in_the_projects_in_exports_too(
    open_store: None, transactional_db: None, tmp_path: Path
) -> None:
    world = World(tmp_path, tz="Asia/Seoul")
    Importing(world).load(write_lines(tmp_path / "a.jsonl", [track("ada", "E", "2026-01-05T10:00:00")]))
    assert told(world) == [("E", "2026-01-05 01:00:00", "{}")]


def test_lines_that_cannot_be_read_harm_no_neighbour(
    importing: Importing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "LONGEST", 40_000)
    good = '{"type":"track","userId":"ada","event":"E","timestamp":"2026-01-05T10:00:00Z"}'
    long = good[:-1] + f',"properties":{{"text":"{"x" * 39_000}"}}}}'
    too_long = good[:-1] + f',"properties":{{"text":"{"x" * 90_000}"}}}}'
    text = "\n".join(["", good, "{nonsense", "[1]", "  ", '{"type":"track"', "5", long, too_long, good])
    report = importing.load(write_text(tmp_path / "a.jsonl", text), "segment")
    assert (report.loaded, report.dropped) == (2, {"unreadable": 4, "too_large": 2})
    assert report.examples["unreadable"].row == 2
    assert importing.world.counts() == {"loaded": 2, "unreadable": 4, "too_large": 2}


def test_compressed_lines_are_inflated(importing: Importing, tmp_path: Path) -> None:
    plain = write_lines(tmp_path / "plain", SEGMENT)
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(plain.read_bytes()))
    assert importing.load(tmp_path / "a.json.gz").loaded == 5


def test_a_compressed_file_that_was_cut_off_says_so(importing: Importing, tmp_path: Path) -> None:
    lines = [b'{"type":"track","userId":"ada","event":"E%d"}\n' % number for number in range(9_000)]
    data = gzip.compress(b"".join(lines))
    (tmp_path / "a.json.gz").write_bytes(data[: len(data) // 2])
    run = importing.begin(tmp_path / "a.json.gz", "segment")
    assert "cannot be read on" in importing.finish(run).problem


FORMATS = [
    ("segment", SEGMENT[0]), ("posthog", POSTHOG[0]), ("mixpanel", MIXPANEL[0]), ("amplitude", AMPLITUDE[0]),
    ("jsonl", {"a": 1}), ("jsonl", {"event": "E", "properties": {"a": 1}}),
    ("jsonl", {"type": "purchase", "userId": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("format", "line"), FORMATS)
def test_a_format_is_guessed_by_the_first_line(tmp_path: Path, format: str, line: dict[str, Any]) -> None:
    assert guess_format(write_lines(tmp_path / "data", [line])) is Format(format)


def test_the_guess_is_overruled_by_what_people_say(importing: Importing, tmp_path: Path) -> None:
    file = write_lines(tmp_path / "a.jsonl", [{"event": "E", "distinct_id": "ada", "at": "2026-01-05T10:00:00Z"}])
    importing.load(file, "jsonl", userId="distinct_id", timestamp="at")
    assert told(importing.world) == [("E", "2026-01-05 10:00:00", "{}")]


def test_an_export_takes_no_mapping(importing: Importing, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="A segment export says itself"):
        importing.begin(write_lines(tmp_path / "a.jsonl", SEGMENT), userId="userId")


def test_an_unknown_format_names_those_that_there_are(importing: Importing, tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        importing.begin(write_lines(tmp_path / "a.jsonl", SEGMENT), "heap")
    assert "segment, posthog, mixpanel, amplitude, csv, jsonl, parquet" in refused.value.hint
