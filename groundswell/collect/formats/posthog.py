"""PostHog's capture API, translated into Segment's words.

An event may also change its person (``$set``, ``$set_once``, ``$unset``): the translated message then has traits.
Source: what posthog-js and posthog-python send, and PostHog's own capture service.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import UNSET

from groundswell.collect.formats.items import UNREADABLE, read_or_none, with_room
from groundswell.collect.types import CLAIMS, Message, Raw, Record, raw_text
from groundswell.kernel.clock import from_us

_LONGEST_DELAY = 366 * 86_400_000  # ms that an event may have waited in a client
_COOKIELESS = "$posthog_cookieless"  # stands for everybody, so it names nobody
_ACCOUNT_TYPES = ("company", "organization", "account")
_SPOKEN_FOR = {"token", "distinct_id", "$set", "$set_once", "$unset", "$groups"}  # properties that live on elsewhere
_RANDOM_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

Properties = dict[str, msgspec.Raw]


class _Event(msgspec.Struct):
    event: Any = None
    distinct_id: Any = None
    other_distinct_id: Any = msgspec.field(default=None, name="$distinct_id")
    uuid: Any = None
    timestamp: Any = None
    offset: Any = None
    sent_at: Any = None
    properties: Raw = UNSET
    set: Raw = msgspec.field(default=UNSET, name="$set")
    set_once: Raw = msgspec.field(default=UNSET, name="$set_once")
    unset: Raw = msgspec.field(default=UNSET, name="$unset")
    options: Any = None  # of the newer API: what used to be properties
    session_id: Any = None


class _Batch(msgspec.Struct):
    batch: list[_Event]
    sent_at: Any = None
    sent_at_camel: Any = msgspec.field(default=None, name="sentAt")


class _RawBatch(msgspec.Struct):
    batch: list[msgspec.Raw]
    sent_at: Any = None
    sent_at_camel: Any = msgspec.field(default=None, name="sentAt")


class _Keys(msgspec.Struct):
    batch: Raw = UNSET


_read_event = msgspec.json.Decoder(_Event).decode
_read_events = msgspec.json.Decoder(list[_Event]).decode
_read_raw_events = msgspec.json.Decoder(list[msgspec.Raw]).decode
_read_batch = msgspec.json.Decoder(_Batch).decode
_read_raw_batch = msgspec.json.Decoder(_RawBatch).decode
_read_keys = msgspec.json.Decoder(_Keys).decode
_read_properties = msgspec.json.Decoder(Properties).decode
_read_any = msgspec.json.Decoder(Any).decode
_write = msgspec.json.Encoder().encode


def decode(record: Record) -> list[Message | None]:
    """The messages of a record, in order; None in the place of one that cannot be read."""
    events, sent_at = _events(record.body)
    if sent_at is None and record.sent:
        sent_at = from_us(record.sent).isoformat()
    return [None if event is None else _translated(event, sent_at, record.received) for event in events]


def _events(body: bytes) -> tuple[list[_Event | None], Any]:
    """The events of a body, and when it says that it was sent. A body is a list, a batch, or one event."""
    batch: _Batch | _RawBatch
    if body.lstrip()[:1] == b"[":
        try:
            return [*_read_events(body)], None
        except UNREADABLE:
            return [read_or_none(_read_event, item) for item in with_room(_read_raw_events, body)], None
    if with_room(_read_keys, body).batch is UNSET:
        return [read_or_none(_read_event, msgspec.Raw(body))], None
    try:
        batch = _read_batch(body)
        events: list[_Event | None] = [*batch.batch]
    except UNREADABLE:
        batch = with_room(_read_raw_batch, body)
        events = [read_or_none(_read_event, item) for item in batch.batch]
    return events, batch.sent_at if batch.sent_at is not None else batch.sent_at_camel


def _translated(event: _Event, sent_at: Any, received: int) -> Message:
    """The message that one event is."""
    properties = _properties(event.properties)
    if properties is None:
        return Message(type="track", event=event.event, user_id=event.distinct_id, properties=event.properties)
    name = event.event if isinstance(event.event, str) else ""
    message = _TRANSLATIONS.get(name, _track)(event, properties)
    message.message_id = event.uuid or _value(properties, "$insert_id")
    _set_times(message, event, properties, sent_at, received)
    message.traits = message.traits if message.type == "group" else _merged(properties.get("$set", UNSET), event.set)
    message.traits_once = _merged(properties.get("$set_once", UNSET), event.set_once)
    message.traits_unset = _names(properties.get("$unset", UNSET) if event.unset is UNSET else event.unset)
    return message


def _track(event: _Event, properties: Properties) -> Message:
    message = _happened("track", event, properties)
    message.event = event.event
    return message


def _page(event: _Event, properties: Properties) -> Message:
    name = _value(properties, "title") or _value(properties, "$pathname") or _value(properties, "$current_url")
    return _happened("page", event, properties, name=name)


def _screen(event: _Event, properties: Properties) -> Message:
    return _happened("screen", event, properties, name=_value(properties, "$screen_name"))


def _happened(type: str, event: _Event, properties: Properties, *, name: Any = None) -> Message:
    """An event proper: it keeps its properties, and says where it happened."""
    user, anonymous = _who(event, properties)
    own = {key: value for key, value in properties.items() if key not in _SPOKEN_FOR}
    if isinstance(event.session_id, str):
        own.setdefault("$session_id", msgspec.Raw(_write(event.session_id)))
    return Message(
        type=type, name=name, user_id=user, anonymous_id=anonymous, properties=msgspec.Raw(_write(own)),
        context=_context(properties),
    )  # fmt: skip


def _identify(event: _Event, properties: Properties) -> Message:
    """``$identify`` joins the visitor to the user whom it names."""
    user = _distinct_id(event, properties)
    anonymous = _value(properties, "$anon_distinct_id")
    return Message(type=CLAIMS, user_id=user, anonymous_id=None if anonymous == user else anonymous)


def _describe(event: _Event, properties: Properties) -> Message:
    """``$set`` and ``$unset`` only change what is known of a person."""
    user, anonymous = _who(event, properties)
    return Message(type="identify", user_id=user, anonymous_id=anonymous)


def _alias(event: _Event, properties: Properties) -> Message:
    """``distinct_id`` is the id that was used so far, ``alias`` the one that stands for it from now on."""
    previous = _distinct_id(event, properties)
    return Message(type="alias", previous_id=previous, user_id=_value(properties, "alias"))


def _group(event: _Event, properties: Properties) -> Message:
    kind, key = _value(properties, "$group_type"), _value(properties, "$group_key")
    user, anonymous = _who(event, properties)
    if _is_nobody(user, kind, key, properties):
        user, anonymous = None, f"${kind}_{key}"  # the same nobody each time, and no user
    return Message(
        type="group", user_id=user, anonymous_id=anonymous, group_id=key,
        traits=properties.get("$group_set", UNSET), context=msgspec.Raw(_write({"groupType": kind})),
    )  # fmt: skip


_TRANSLATIONS: dict[str, Callable[[_Event, Properties], Message]] = {
    "$pageview": _page,
    "$screen": _screen,
    "$identify": _identify,
    "$set": _describe,
    "$set_once": _describe,
    "$unset": _describe,
    "$create_alias": _alias,
    "$merge_dangerously": _alias,
    "$groupidentify": _group,
}


def _is_nobody(user: Any, kind: Any, key: Any, properties: Properties) -> bool:
    """Whether a group was described by a server on nobody's behalf: the client then makes an id up."""
    if not isinstance(user, str):
        return False
    is_made_of_key = user == f"${kind}_{key}"  # posthog-node, and posthog-python before 6
    is_server = _value(properties, "$is_server") is True or _value(properties, "$lib") == "posthog-python"
    is_random = is_server and _RANDOM_ID.fullmatch(user)
    return is_made_of_key or bool(is_random)


def _distinct_id(event: _Event, properties: Properties) -> Any:
    for found in (event.distinct_id, event.other_distinct_id, _value(properties, "distinct_id")):
        if found is not None and found != "":
            return None if found == _COOKIELESS else found
    return None


def _who(event: _Event, properties: Properties) -> tuple[Any, Any]:
    """The user, or else the visitor, whom an event is about."""
    id = _distinct_id(event, properties)
    options = event.options if isinstance(event.options, dict) else {}
    is_visitor = (
        raw_text(properties.get("$is_identified", UNSET)) == b"false"
        or raw_text(properties.get("$process_person_profile", UNSET)) == b"false"
        or options.get("process_person_profile") is False
        or (id is not None and id == _value(properties, "$device_id"))
    )
    return (None, id) if is_visitor else (id, None)


def _set_times(message: Message, event: _Event, properties: Properties, sent_at: Any, received: int) -> None:
    """``offset`` says how long the event waited in the client, and needs no clock of its own."""
    delay = event.offset
    if isinstance(delay, int | float) and 0 <= delay < _LONGEST_DELAY:
        message.timestamp = from_us(received - int(delay * 1000)).isoformat()
        return
    options = event.options if isinstance(event.options, dict) else {}
    has_good_clock = options.get("disable_skew_correction") is True
    has_good_clock = has_good_clock or raw_text(properties.get("$ignore_sent_at", UNSET)) == b"true"
    message.timestamp = event.timestamp
    message.sent_at = None if has_good_clock else event.sent_at or sent_at


_IN_CONTEXT = {
    "library": {"name": "$lib", "version": "$lib_version"},
    "page": {"url": "$current_url", "path": "$pathname", "referrer": "$referrer", "title": "title"},
    "campaign": {
        "name": "utm_campaign",
        "source": "utm_source",
        "medium": "utm_medium",
        "term": "utm_term",
        "content": "utm_content",
    },
}
_NOT_SAID = (b"null", b'""', b'"$direct"')


def _context(properties: Properties) -> Raw:
    """Where an event happened, in the fields of Segment's context, and the account it belongs to."""
    context: dict[str, Any] = {}
    for name, fields in _IN_CONTEXT.items():
        said = {
            field: properties[own]
            for field, own in fields.items()
            if own in properties and bytes(properties[own]) not in _NOT_SAID
        }
        if said:
            context[name] = said
    groups = _properties(properties.get("$groups", UNSET))
    if groups:
        context["$groups"] = groups
        kind = next((kind for kind in _ACCOUNT_TYPES if kind in groups), next(iter(groups)))
        context["groupId"] = groups[kind]
    return msgspec.Raw(_write(context)) if context else UNSET


def _properties(raw: Raw) -> Properties | None:
    """The members of an object, undecoded; None if it is none."""
    try:
        return {} if raw is UNSET or raw_text(raw) == b"null" else _read_properties(raw)
    except UNREADABLE:
        return None


def _value(properties: Properties, name: str) -> Any:
    """One property, decoded; None if it is not there or cannot be."""
    try:
        return _read_any(properties[name]) if name in properties else None
    except UNREADABLE:
        return None


def _merged(inner: Raw, outer: Raw) -> Raw:
    """Traits given among the properties and beside them: the latter win. Nothing where none are given."""
    both = [each for each in (inner, outer) if each is not UNSET and raw_text(each) not in (b"null", b"{}")]
    if len(both) < 2:
        return both[0] if both else UNSET
    first, second = _properties(both[0]), _properties(both[1])
    if first is None or second is None:
        return both[0] if first is None else both[1]  # what is no object is to be refused
    return msgspec.Raw(_write(first | second))


def _names(raw: Raw) -> Raw:
    """``$unset`` as a list of names; it may be an object, whose values mean nothing, or one name."""
    try:
        given = None if raw is UNSET else _read_any(raw)
    except UNREADABLE:
        return UNSET
    if isinstance(given, str):
        given = [given]
    names = [name for name in given if isinstance(name, str)] if isinstance(given, list | dict) else None
    return msgspec.Raw(_write(names)) if names else UNSET
