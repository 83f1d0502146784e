"""The words of collecting: what a request left in the inbox, and why a message was dropped."""

from enum import StrEnum
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said

MAX_MESSAGE = 32 * 1024  # bytes of one message
MAX_ID = 400  # characters of a user, anonymous, group or message id


class Reason(StrEnum):
    """Why an acknowledged message is not among the events. The list is closed: each has a sentence below."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"
    INVALID_TYPE = "invalid_type"
    MISSING_ID = "missing_id"
    INVALID_ID = "invalid_id"
    MISSING_NAME = "missing_name"
    INVALID_NAME = "invalid_name"
    INVALID_PROPERTIES = "invalid_properties"
    INVALID_TIMESTAMP = "invalid_timestamp"
    TOO_MANY_NAMES = "too_many_names"
    NOT_TRUSTED = "not_trusted"
    MERGE_REFUSED = "merge_refused"
    DUPLICATE = "duplicate"


SENTENCES = {
    Reason.UNREADABLE: said("The message could not be read as an object."),
    Reason.TOO_LARGE: said("The message is larger than 32 KB."),
    Reason.INVALID_TYPE: said("The type is none of track, identify, group, page, screen and alias."),
    Reason.MISSING_ID: said(
        "There is no userId and no anonymousId (or, for group, no groupId; for alias, no previousId)."
    ),
    Reason.INVALID_ID: said("An id is not text or a number, or is longer than 400 characters."),
    Reason.MISSING_NAME: said("A track call has no event name."),
    Reason.INVALID_NAME: said("A name is not text, or is longer than 200 characters."),
    Reason.INVALID_PROPERTIES: said("Properties, traits or context are not an object, or are nested too deeply."),
    Reason.INVALID_TIMESTAMP: said("The timestamp is not a time between 2000 and now."),
    Reason.TOO_MANY_NAMES: said("The project has as many names of events or properties as it may have."),
    Reason.NOT_TRUSTED: said("A browser key is not believed about money and roles. Send this from a server."),
    Reason.MERGE_REFUSED: said("A browser key may join only an anonymous id that was never joined before."),
    Reason.DUPLICATE: said("A message with this messageId was received before."),
}

ADVICE = {
    Reason.UNREADABLE: said("Send every message as a JSON object."),
    Reason.TOO_LARGE: said("Leave long texts and lists out, or send them as several events."),
    Reason.INVALID_TYPE: said("Set type to one of these. Most of the time you want track."),
    Reason.MISSING_ID: said("Send a userId for people you know, an anonymousId for the others."),
    Reason.INVALID_ID: said("Send ids as short text, such as the key in your own database."),
    Reason.MISSING_NAME: said("Say what happened: set event, for example to Signed Up."),
    Reason.INVALID_NAME: said("Keep names few and short, and put what varies into properties."),
    Reason.INVALID_PROPERTIES: said("Send properties, traits and context as objects, nested at most a few levels."),
    Reason.INVALID_TIMESTAMP: said("Send the time in ISO 8601, such as 2026-01-31T09:30:00Z, or leave it out."),
    Reason.TOO_MANY_NAMES: said("Take ids and other values out of names: they belong into properties."),
    Reason.NOT_TRUSTED: said("Send it from your server with the write key, not from a page with the browser key."),
    Reason.MERGE_REFUSED: said("Join people from your server, or with a fresh anonymous id after signing out."),
    Reason.DUPLICATE: said("Nothing, if a client tried again. Else give every message an id of its own."),
}


class TryLater(Refusal):
    """A refusal that passes: the same request may succeed after so many seconds."""

    def __init__(self, status: int, code: str, message: str, *, hint: str = "", retry_after: int) -> None:
        super().__init__(status, code, message, hint=hint)
        self.retry_after = retry_after


class Source(StrEnum):
    """Which dialect a request speaks."""

    SEGMENT = "segment"
    POSTHOG = "posthog"


class Record(msgspec.Struct, frozen=True, gc=False):
    """One acknowledged request in the inbox: its body, and what is known about it besides.

    ``position`` is the number of its first message since the inbox began; the record holds the positions
    ``position … position + count - 1``. ``kind`` is the Segment call of a single-message body (``track`` …), empty
    for a batch. ``sent`` is when the client says it sent the request, where it says so outside the body; else 0.
    """

    position: int
    count: int
    project: int
    key: int
    is_trusted: bool
    source: Source
    kind: str
    received: int  # µs since 1970
    body: bytes
    sent: int = 0  # µs since 1970


Raw = msgspec.Raw | UnsetType  # a piece of JSON as it was sent, or nothing


CLAIMS = ("identify",)  # the type of a message sent to join its two ids, which no client can write


class Message(msgspec.Struct, rename="camel", gc=False):
    """One message in Segment's words, as a client sent it or as it was translated. Nothing in it is checked yet.

    ``traits_once`` and ``traits_unset`` have no Segment counterpart; PostHog's ``$set_once`` and ``$unset`` fill them,
    the latter as a list of names.
    """

    type: Any = None
    event: Any = None
    name: Any = None
    user_id: Any = None
    anonymous_id: Any = None
    group_id: Any = None
    previous_id: Any = None
    message_id: Any = None
    timestamp: Any = None
    original_timestamp: Any = None
    sent_at: Any = None
    properties: Raw = UNSET
    traits: Raw = UNSET
    context: Raw = UNSET
    traits_once: Raw = UNSET
    traits_unset: Raw = UNSET


def raw_text(piece: Raw) -> bytes:
    """The JSON of a field; empty where it was not sent."""
    return b"" if piece is UNSET else bytes(piece)
