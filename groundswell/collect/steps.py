"""From messages to columns: named steps, in this order.

Each takes a block, fills columns of it or sets rows aside with a reason, and leaves the rest alone. Files that hold
columns already make the same columns without them (``imports/columns.py``); what comes after is one for all.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from itertools import count, repeat
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import UNSET
from numpy.typing import NDArray

from groundswell.collect.block import Block, Mask, Traits
from groundswell.collect.searching import rows_with
from groundswell.collect.times import AGREEING, EARLIEST, instants
from groundswell.collect.types import CLAIMS, MAX_ID, MAX_MESSAGE, Message, Raw, Reason, raw_text
from groundswell.events.types import MAX_NAME_LENGTH
from groundswell.events.vocabulary import ACCOUNT_ADDED_USER, MONEY_EVENTS, PAGE_VIEWED, SCREEN_VIEWED
from groundswell.kernel.ids import stable_ids

TRACK, PAGE, SCREEN, IDENTIFY, GROUP, ALIAS, CLAIM = range(1, 8)
KINDS: dict[Any, int] = {
    "track": TRACK, "page": PAGE, "screen": SCREEN, "identify": IDENTIFY, "group": GROUP, "alias": ALIAS, CLAIMS: CLAIM,
}  # fmt: skip
LAST_EVENT = SCREEN  # the kinds up to here are events
_NAME_OF = {PAGE: PAGE_VIEWED, SCREEN: SCREEN_VIEWED}
_TEXT_OR_NONE = {str, type(None)}
_BRACE = ord("{")
_TRAITS = attrgetter("traits", "traits_once", "traits_unset")
_NO_TRAITS = (UNSET, UNSET, UNSET)


class _Context(msgspec.Struct, rename="camel"):
    group_id: Any = None


def _whole(digits: str) -> int | float:
    """Integral floats are integers: ``10.0`` and ``10`` are one value."""
    value = float(digits)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


_read_object = msgspec.json.Decoder(dict[str, Any], float_hook=_whole).decode
_write = msgspec.json.Encoder().encode
_read_names = msgspec.json.Decoder(list[str]).decode
_read_context = msgspec.json.Decoder(_Context).decode


def readable(block: Block) -> Block:
    """Every message is an object that says what it is."""
    types = [message.type for message in block.messages]
    try:
        block.kind = np.fromiter(map(KINDS.get, types, repeat(0)), "i1", len(types))
    except TypeError:  # a list or an object is no key of a dict
        block.kind = np.array([KINDS.get(each, 0) if isinstance(each, str | tuple) else 0 for each in types], "i1")
    unknown = np.flatnonzero(block.kind == 0)
    for reason in (Reason.UNREADABLE, Reason.TOO_LARGE):  # found out while they were decoded
        block.drop([row for row in unknown.tolist() if types[row] is reason], reason)
    block.drop(unknown, Reason.INVALID_TYPE)
    return block


def identified(block: Block) -> Block:
    """Ids become numbers. A message names a user or a device; a group call its group, an alias both sides."""
    messages, seed = block.messages, block.project.id
    is_alias = block.kind == ALIAS
    others = [message.anonymous_id for message in messages]
    for row in np.flatnonzero(is_alias).tolist():
        others[row] = messages[row].previous_id
    users, bad_user = _texts([message.user_id for message in messages])
    others, bad_other = _texts(others)
    block.user, block.user_names = stable_ids(seed, users), pa.array(users, pa.string())
    block.anonymous, block.anonymous_names = stable_ids(seed, others), pa.array(others, pa.string())
    message_ids, bad_message = _texts([message.message_id for message in messages])
    block.message = stable_ids(seed, message_ids)
    block.drop(bad_user | bad_other | bad_message, Reason.INVALID_ID)
    missing = (block.user == 0) & (block.anonymous == 0)
    missing |= is_alias & ((block.user == 0) | (block.anonymous == 0))
    block.drop(missing, Reason.MISSING_ID)
    return block


def described(block: Block) -> Block:
    """Properties become canonical JSON, traits dicts; a page call's name is a property like others."""
    messages = block.messages
    properties, bad = _objects([message.properties for message in messages])
    for row in np.flatnonzero((block.kind == PAGE) | (block.kind == SCREEN)).tolist():
        name = messages[row].name
        if name and isinstance(name, str):
            properties[row].setdefault("name", name)
    block.shape, block.shapes = _shapes(properties)
    block.properties = pa.array(list(map(_write, properties)), pa.binary())
    contexts = [b"" if message.context is UNSET else bytes(message.context) for message in messages]
    bad |= _not_objects(contexts)
    block.context = pa.array(contexts, pa.binary())
    block.traits, sizes, bad_traits = _traits(messages)
    sizes += pc.binary_length(block.properties).to_numpy() + pc.binary_length(block.context).to_numpy()
    block.drop(sizes > MAX_MESSAGE, Reason.TOO_LARGE)
    block.drop(bad | bad_traits, Reason.INVALID_PROPERTIES)
    return block


def grouped(block: Block) -> Block:
    """The account that a message names becomes a number: a group call's own, else the one in the context."""
    groups: list[Any] = [None] * len(block)
    for row in rows_with(block.context, b"groupId"):
        groups[row] = _group_of(block.context[row].as_py())
    for row in np.flatnonzero(block.kind == GROUP).tolist():
        groups[row] = block.messages[row].group_id
    names, bad = _texts(groups)
    block.account, block.account_names = stable_ids(block.project.id, names), pa.array(names, pa.string())
    block.drop(bad, Reason.INVALID_ID)
    block.drop((block.kind == GROUP) & (block.account == 0), Reason.MISSING_ID)
    return block


def named(block: Block) -> Block:
    """Every event has a name: its own for track, the one of its kind for page and screen."""
    names, bad = _texts([message.event for message in block.messages], longest=MAX_NAME_LENGTH)
    is_track = block.kind == TRACK
    for row in np.flatnonzero((block.kind == PAGE) | (block.kind == SCREEN)).tolist():
        names[row] = _NAME_OF[int(block.kind[row])]
    block.event = pa.array(names, pa.string()).dictionary_encode()
    block.drop(bad & is_track, Reason.INVALID_NAME)
    nameless = block.rows_of("")
    block.drop(nameless[is_track[nameless]], Reason.MISSING_NAME)
    return block


def timed(block: Block) -> Block:
    """When each message happened, on our clock: ``received − (sent − at)``, and never after the receipt.

    Without a time of sending, or where the two clocks agree, the timestamp is taken as it is; without a timestamp,
    the receipt. Source: Segment's specification of common fields.
    """
    given = [message.original_timestamp or message.timestamp for message in block.messages]
    at, bad = instants(given, zone=block.zone)
    missing = np.zeros(len(block), bool)
    missing[[row for row in np.flatnonzero(bad).tolist() if given[row] is None]] = True
    sent, unsent = instants([message.sent_at for message in block.messages])
    skew = block.received - sent
    at = np.where(unsent | (np.abs(skew) < AGREEING), at, at + skew)
    block.at = np.minimum(np.where(missing, block.received, at), block.received)
    block.drop((bad & ~missing) | (block.at < EARLIEST), Reason.INVALID_TIMESTAMP)
    return block


def believed(block: Block) -> Block:
    """What a browser key says about money and roles is set aside."""
    doubt_money(block, MONEY_EVENTS)
    doubted = np.zeros(len(block), bool)
    with_role = [row for row in block.rows_of(ACCOUNT_ADDED_USER).tolist() if "role" in block.properties_of(row)]
    doubted[with_role] |= block.kind[with_role] == TRACK
    roles = [row for row, traits in block.traits.items() if block.kind[row] == GROUP and "role" in traits.given]
    doubted[roles] = True
    block.drop(doubted & ~block.is_trusted, Reason.NOT_TRUSTED)
    return block


def doubt_money(block: Block, events: Collection[str]) -> None:
    """Set these events aside where a browser key sent them."""
    of_money = np.isin(block.event.indices, [code for code, name in enumerate(block.events) if name in events])
    block.drop(of_money & (block.kind == TRACK) & ~block.is_trusted, Reason.NOT_TRUSTED)


STEPS: tuple[Callable[[Block], Block], ...] = (readable, identified, described, grouped, named, timed, believed)


def read(block: Block) -> Block:
    """Take a block of messages through all steps."""
    for step in STEPS:
        block = step(block)
    return block


def _objects(pieces: list[Raw]) -> tuple[list[dict[str, Any]], Mask]:
    """JSON objects, empty where there is none, and which pieces are none. Most blocks hold nothing wrong."""
    try:
        found = [{} if piece is UNSET else _read_object(piece) for piece in pieces]
        return found, np.zeros(len(pieces), bool)
    except (msgspec.DecodeError, RecursionError):
        checked = [_object(piece) for piece in pieces]
        return [each or {} for each in checked], np.array([each is None for each in checked], bool)


def _object(piece: Raw) -> dict[str, Any] | None:
    """A JSON object; empty for ``null`` and for nothing, None for anything else."""
    text = raw_text(piece)
    try:
        return _read_object(text) if text and text != b"null" else {}
    except (msgspec.DecodeError, RecursionError):
        return None


def _shapes(properties: list[dict[str, Any]]) -> tuple[NDArray[np.int32], list[dict[str, Any]]]:
    """Which names each row has, as a number, and the first row of each number."""
    numbers: defaultdict[tuple[str, ...], int] = defaultdict(count().__next__)
    shape = np.fromiter(map(numbers.__getitem__, map(tuple, properties)), "i4", len(properties))
    first = np.empty(len(numbers), "i8")
    first[shape[::-1]] = np.arange(len(shape))[::-1]  # of several assignments the last one stays
    return shape, [properties[row] for row in first.tolist()]


def _traits(messages: Sequence[Message]) -> tuple[dict[int, Traits], NDArray[np.int64], Mask]:
    """The traits that messages write, by row; their bytes; and the rows whose traits are no objects."""
    found: dict[int, Traits] = {}
    sizes = np.zeros(len(messages), "i8")
    bad = np.zeros(len(messages), bool)
    pieces = enumerate(map(_TRAITS, messages))
    for row, (traits, traits_once, traits_unset) in [each for each in pieces if each[1] != _NO_TRAITS]:
        given, once, unset = _object(traits), _object(traits_once), _names(traits_unset)
        sizes[row] = len(raw_text(traits))
        if given is None or once is None or unset is None:
            bad[row] = True
        else:
            found[row] = Traits(given, once, unset)
    return found, sizes, bad


def _not_objects(texts: list[bytes]) -> Mask:
    """Which texts are something, but no object. ``null`` is taken for nothing, in place."""
    bad = np.zeros(len(texts), bool)
    for row in [row for row, text in enumerate(texts) if text and text[0] != _BRACE]:
        bad[row] = texts[row] != b"null"
        texts[row] = b""
    return bad


def _names(piece: Raw) -> list[str] | None:
    """The names of the traits that a message removes; None where they are no list of names."""
    text = raw_text(piece)
    try:
        return _read_names(text) if text and text != b"null" else []
    except (msgspec.DecodeError, RecursionError):
        return None


def _group_of(context: bytes) -> Any:
    try:
        return _read_context(context).group_id
    except (msgspec.DecodeError, RecursionError):
        return None  # not an object: the message is set aside for that


def _texts(values: list[Any], *, longest: int = MAX_ID) -> tuple[list[str], Mask]:
    """Ids or names as text, empty where there is none, and which are neither text nor whole numbers, or too long."""
    if set(map(type, values)) <= _TEXT_OR_NONE:
        texts = [value or "" for value in values]
    else:
        texts = [_text(value) for value in values]
    if max(map(len, texts), default=0) <= longest:
        return texts, np.zeros(len(texts), bool)
    bad = np.array([len(text) > longest for text in texts], bool)
    return [text if len(text) <= longest else "" for text in texts], bad


_NO_TEXT = "\0" * (MAX_ID + 1)  # longer than any id may be


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _NO_TEXT
    if isinstance(value, int):
        return str(value) if value.bit_length() < MAX_ID else _NO_TEXT
    return str(int(value)) if value.is_integer() else str(value)
