"""What Mixpanel and Amplitude export, translated into Segment's words.

Sources: Mixpanel's documentation of its raw event export and of its identity events, Amplitude's of its export API.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from groundswell.collect.formats.items import UNREADABLE
from groundswell.collect.types import Message, Raw, raw_text

Properties = dict[str, msgspec.Raw]

_read_properties = msgspec.json.Decoder(Properties).decode
_read_any = msgspec.json.Decoder(Any).decode
_write = msgspec.json.Encoder().encode

_DEVICE = "$device:"  # how Mixpanel marks a distinct_id that nobody was identified by
_SPOKEN_FOR = {"time", "distinct_id", "token", "$insert_id", "$user_id"}  # Mixpanel's properties that live on elsewhere
_ACCOUNT_TYPES = ("company", "organization", "account")


class _MixpanelEvent(msgspec.Struct):
    event: Any = None
    properties: Raw = UNSET


class _AmplitudeEvent(msgspec.Struct):
    event_type: Any = None
    event_time: Any = None
    user_id: Any = None
    device_id: Any = None
    event_properties: Raw = UNSET
    user_properties: Raw = UNSET
    groups: Raw = UNSET
    group_properties: Raw = UNSET
    uuid: Any = None
    insert_id: Any = None
    own_insert_id: Any = msgspec.field(default=None, name="$insert_id")
    ip_address: Any = None
    language: Any = None
    os_name: Any = None
    os_version: Any = None
    device_type: Any = None
    version_name: Any = None
    country: Any = None
    region: Any = None
    city: Any = None


_read_mixpanel = msgspec.json.Decoder(_MixpanelEvent).decode
_read_amplitude = msgspec.json.Decoder(_AmplitudeEvent).decode


def mixpanel_messages(lines: list[bytes]) -> list[Message | None]:
    """The messages of lines of a Mixpanel export; None in the place of one that cannot be read."""
    return [_mixpanel(line) for line in lines]


def _mixpanel(line: bytes) -> Message | None:
    try:
        event = _read_mixpanel(line)
        properties = _read_properties(event.properties) if event.properties is not UNSET else {}
        said = {name: _read_any(properties[name]) for name in _MIXPANEL_READ if name in properties}
    except UNREADABLE:
        return None
    message = _joined(event.event, said) or _happened(event.event, properties, said)
    message.message_id = said.get("$insert_id")
    message.timestamp = said.get("time")
    return message


_MIXPANEL_READ = {
    "time", "distinct_id", "$insert_id", "$user_id", "$device_id", "$identified_id", "$anon_id", "alias",
    "$distinct_ids",
}  # fmt: skip


def _joined(event: Any, said: Mapping[str, Any]) -> Message | None:
    """The events by which Mixpanel joins ids; None for any other."""
    if event == "$identify":
        return Message(type="identify", user_id=said.get("$identified_id"), anonymous_id=said.get("$anon_id"))
    if event == "$create_alias":
        return Message(type="alias", previous_id=said.get("distinct_id"), user_id=said.get("alias"))
    if event == "$merge":
        ids = said.get("$distinct_ids")
        first, second = ids if isinstance(ids, list) and len(ids) == 2 else (None, None)
        return Message(type="alias", previous_id=_device(second), user_id=_device(first))
    return None


def _happened(event: Any, properties: Properties, said: Mapping[str, Any]) -> Message:
    """An event: by the user whom it names, else by the device."""
    id, device = said.get("distinct_id"), said.get("$device_id")
    is_device = device is not None and _device(id) == device
    is_device = is_device or (isinstance(id, str) and id.startswith(_DEVICE))
    own = {name: value for name, value in properties.items() if name not in _SPOKEN_FOR}
    return Message(
        type="track", event=event, user_id=said.get("$user_id") or (None if is_device else id),
        anonymous_id=device or (_device(id) if is_device else None), properties=msgspec.Raw(_write(own)),
    )  # fmt: skip


def _device(id: Any) -> Any:
    return id.removeprefix(_DEVICE) if isinstance(id, str) else id


def amplitude_messages(lines: list[bytes]) -> list[Message | None]:
    """The messages of lines of an Amplitude export; None in the place of one that cannot be read.

    Every event repeats all that is known of its user; only what differs from the user's event before is written.
    """
    latest: dict[Any, bytes] = {}
    return [_amplitude(line, latest) for line in lines]


def _amplitude(line: bytes, latest: dict[Any, bytes]) -> Message | None:
    try:
        event = _read_amplitude(line)
        groups = _groups(event.groups)
        user = str(event.user_id or event.device_id)
    except UNREADABLE:
        return None
    traits = raw_text(event.user_properties)
    is_news = traits not in (b"", b"{}", b"null") and latest.get(user) != traits
    latest[user] = traits
    message = Message(
        user_id=event.user_id, anonymous_id=event.device_id, timestamp=_in_utc(event.event_time),
        message_id=event.own_insert_id or event.insert_id or event.uuid,
        traits=event.user_properties if is_news else UNSET,
    )  # fmt: skip
    if event.event_type == "$identify":
        message.type = "identify"
    elif event.event_type == "$groupidentify":
        message.type, message.group_id, message.traits = "group", _account(groups), event.group_properties
    else:
        message.type, message.event, message.properties = "track", event.event_type, event.event_properties
        message.context = _context(event, groups)
    return message


def _in_utc(time: Any) -> Any:
    """Amplitude's times name no zone and are UTC."""
    return f"{time}Z" if isinstance(time, str) and len(time) in (19, 23, 26) else time


def _groups(raw: Raw) -> dict[str, Any]:
    groups = None if raw is UNSET else _read_any(raw)
    return groups if isinstance(groups, dict) else {}


def _account(groups: Mapping[str, Any]) -> Any:
    """The group that is a company, else the first; of several of a kind the first."""
    for kind in (*_ACCOUNT_TYPES, *groups):
        if kind in groups:
            value = groups[kind]
            return value[0] if isinstance(value, list) and value else value
    return None


def _context(event: _AmplitudeEvent, groups: Mapping[str, Any]) -> Raw:
    """Where an event happened, in the fields of Segment's context, and the account it belongs to."""
    fields = {
        "ip": event.ip_address,
        "locale": event.language,
        "os": _said(name=event.os_name, version=event.os_version),
        "device": _said(type=event.device_type),
        "app": _said(version=event.version_name),
        "location": _said(country=event.country, region=event.region, city=event.city),
        "groupId": _account(groups),
    }
    said = _said(**fields)
    return msgspec.Raw(_write(said)) if said else UNSET


def _said(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, "", {})}
