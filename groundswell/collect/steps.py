"""What the loader does with a block before it is written: named steps, in this order, on columns.

Each takes a block, fills columns of it or sets rows aside with a reason, and leaves the rest alone. Live
traffic and imports go through the same steps.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from groundswell.collect.block import Block, Traits
from groundswell.collect.times import EARLIEST, instants
from groundswell.collect.types import MAX_ID, MAX_MESSAGE, Message, Reason
from groundswell.events.types import MAX_NAME_LENGTH
from groundswell.events.vocabulary import ACCOUNT_ADDED_USER, MONEY_EVENTS, PAGE_VIEWED, SCREEN_VIEWED
from groundswell.kernel.ids import stable_ids

TRACK, PAGE, SCREEN, IDENTIFY, GROUP, ALIAS = range(1, 7)
KINDS = {"track": TRACK, "page": PAGE, "screen": SCREEN, "identify": IDENTIFY, "group": GROUP, "alias": ALIAS}
LAST_EVENT = SCREEN  # the kinds up to here are events
_NAME_OF = {PAGE: PAGE_VIEWED, SCREEN: SCREEN_VIEWED}
_TEXT_OR_NONE = {str, type(None)}
_Described = tuple[dict[str, Any], bytes, Any, Traits | None]
_NOT_DESCRIBED: _Described = ({}, b"", None, None)


class _Context(msgspec.Struct, rename="camel"):
    group_id: Any = None


def _whole(digits: str) -> int | float:
    """Integral floats are integers: ``10.0`` and ``10`` are one value."""
    value = float(digits)
    return int(value) if value.is_integer() and abs(value) < 1e15 else value


_read_object = msgspec.json.Decoder(dict[str, Any], float_hook=_whole).decode
_read_names = msgspec.json.Decoder(list[str]).decode
_read_context = msgspec.json.Decoder(_Context).decode


def readable(block: Block) -> Block:
    """Every message has a type; one that is too large is set aside."""
    types = [message.type for message in block.messages]
    block.kind = np.array([KINDS.get(each, 0) if type(each) is str else 0 for each in types], "i1")
    block.drop([each is Reason.UNREADABLE for each in types], Reason.UNREADABLE)
    block.drop(block.kind == 0, Reason.INVALID_TYPE)
    return block


def identified(block: Block) -> Block:
    """Ids become numbers. A message names a user or a device; a group call its group, an alias both sides."""
    messages, seed = block.messages, block.project.id
    is_alias = block.kind == ALIAS
    others = [message.anonymous_id for message in messages]
    for row in np.flatnonzero(is_alias):
        others[row] = messages[row].previous_id
    block.user_names, bad_user = _texts([message.user_id for message in messages])
    block.anonymous_names, bad_other = _texts(others)
    block.user = stable_ids(seed, block.user_names)
    block.anonymous = stable_ids(seed, block.anonymous_names)
    message_ids, bad_message = _texts([message.message_id for message in messages])
    block.message = stable_ids(seed, message_ids)
    block.drop(bad_user | bad_other | bad_message, Reason.INVALID_ID)
    missing = (block.user == 0) & (block.anonymous == 0)
    missing |= is_alias & ((block.user == 0) | (block.anonymous == 0))
    block.drop(missing, Reason.MISSING_ID)
    return block


def described(block: Block) -> Block:
    """Properties and traits become dicts, the context stays text; the account a message names becomes a number."""
    groups: list[Any] = []
    block.properties, block.context, block.traits = [], [], {}
    reasons: dict[Reason, list[int]] = defaultdict(list)
    kinds = np.where(block.kept, block.kind, 0).tolist()
    for row, (message, kind) in enumerate(zip(block.messages, kinds, strict=True)):
        found = _described(message, kind) if kind else _NOT_DESCRIBED
        if isinstance(found, Reason):
            reasons[found].append(row)
            found = _NOT_DESCRIBED
        properties, context, group, traits = found
        block.properties.append(properties)
        block.context.append(context)
        groups.append(group)
        if traits:
            block.traits[row] = traits
    for reason, rows in reasons.items():
        block.drop(rows, reason)
    block.account_names, bad = _texts(groups)
    block.account = stable_ids(block.project.id, block.account_names)
    block.drop(bad, Reason.INVALID_ID)
    block.drop((block.kind == GROUP) & (block.account == 0), Reason.MISSING_ID)
    return block


def named(block: Block) -> Block:
    """Every event has a name: its own for track, the one of its kind for page and screen."""
    names, bad = _texts([message.event for message in block.messages], longest=MAX_NAME_LENGTH)
    is_track = block.kind == TRACK
    for row in np.flatnonzero((block.kind == PAGE) | (block.kind == SCREEN)):
        names[row] = _NAME_OF[int(block.kind[row])]
    block.event = names
    block.drop(bad & is_track, Reason.INVALID_NAME)
    block.drop(is_track & np.array([not name for name in names], bool), Reason.MISSING_NAME)
    return block


def timed(block: Block) -> Block:
    """When each message happened, on our clock: ``received − (sent − at)``, and never after the receipt.

    Without a time of sending, the timestamp is taken as it is; without a timestamp, the receipt.
    Source: Segment's specification of common fields.
    """
    given = [message.original_timestamp or message.timestamp for message in block.messages]
    at, bad = instants(given)
    missing = np.array([value is None for value in given], bool)
    sent, unsent = instants([message.sent_at for message in block.messages])
    at = np.where(unsent, at, block.received - (sent - at))
    block.at = np.minimum(np.where(missing, block.received, at), block.received)
    block.drop((bad & ~missing) | (block.at < EARLIEST), Reason.INVALID_TIMESTAMP)
    return block


def believed(block: Block) -> Block:
    """What a browser key says about money and roles is set aside."""
    doubtful = np.flatnonzero(~block.is_trusted & block.kept)
    block.drop([row for row in doubtful.tolist() if _needs_trust(block, row)], Reason.NOT_TRUSTED)
    return block


STEPS: tuple[Callable[[Block], Block], ...] = (readable, identified, described, named, timed, believed)


def _described(message: Message, kind: int) -> _Described | Reason:
    """One message's properties, context, group and traits, or why it is no good."""
    raw, context = bytes(message.properties), bytes(message.context)
    if len(raw) + len(context) + len(bytes(message.traits)) > MAX_MESSAGE:
        return Reason.TOO_LARGE
    try:
        properties = _read_object(raw) if raw and raw != b"null" else {}
        group = _read_context(context).group_id if b"groupId" in context else None
        traits = _traits(message)
    except (msgspec.DecodeError, RecursionError, ValueError):
        return Reason.INVALID_PROPERTIES
    if context == b"null":
        context = b""
    if context and not context.startswith(b"{"):
        return Reason.INVALID_PROPERTIES
    if kind in _NAME_OF and isinstance(message.name, str) and message.name:
        properties.setdefault("name", message.name)  # a page call's name is a property like others
    return properties, context, message.group_id if kind == GROUP else group, traits


def _traits(message: Message) -> Traits | None:
    """The traits that a message writes; None where it writes none. Raises DecodeError where they are no object."""
    given, once, unset = bytes(message.traits), bytes(message.traits_once), bytes(message.traits_unset)
    if not (given or once or unset):
        return None
    return Traits(
        _read_object(given) if given and given != b"null" else {},
        _read_object(once) if once and once != b"null" else {},
        _read_names(unset) if unset and unset != b"null" else [],
    )


def _needs_trust(block: Block, row: int) -> bool:
    kind = block.kind[row]
    if kind == TRACK:
        name = block.event[row]
        return name in MONEY_EVENTS or (name == ACCOUNT_ADDED_USER and "role" in block.properties[row])
    return bool(kind == GROUP) and row in block.traits and "role" in block.traits[row].given


def _texts(values: list[Any], *, longest: int = MAX_ID) -> tuple[list[str], NDArray[np.bool_]]:
    """Ids or names as text, empty where there is none, and which are neither text nor whole numbers, or too long."""
    if set(map(type, values)) <= _TEXT_OR_NONE:
        texts = [value or "" for value in values]
    else:
        texts = [_text(value) for value in values]
    bad = np.array([len(text) > longest for text in texts], bool)
    return [text if len(text) <= longest else "" for text in texts] if bad.any() else texts, bad


_NO_TEXT = "\0" * (MAX_ID + 1)  # longer than any id may be


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _NO_TEXT
    return str(int(value)) if float(value).is_integer() else str(value)
