"""The words of collecting: what a request left in the inbox, and why a message was dropped."""

from enum import StrEnum
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from groundswell.kernel.errors import Refusal

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
    Reason.UNREADABLE: "The message could not be read as an object.",
    Reason.TOO_LARGE: "The message is larger than 32 KB.",
    Reason.INVALID_TYPE: "The type is none of track, identify, group, page, screen and alias.",
    Reason.MISSING_ID: "There is no userId and no anonymousId (or, for group, no groupId; for alias, no previousId).",
    Reason.INVALID_ID: "An id is not text or a number, or is longer than 400 characters.",
    Reason.MISSING_NAME: "A track call has no event name.",
    Reason.INVALID_NAME: "A name is not text, or is longer than 200 characters.",
    Reason.INVALID_PROPERTIES: "Properties, traits or context are not an object, or are nested too deeply.",
    Reason.INVALID_TIMESTAMP: "The timestamp is not a time between 2000 and now.",
    Reason.TOO_MANY_NAMES: "The project has as many names of events or properties as it may have.",
    Reason.NOT_TRUSTED: "A browser key is not believed about money and roles. Send this from a server.",
    Reason.MERGE_REFUSED: "A browser key may join only an anonymous id that was never joined before.",
    Reason.DUPLICATE: "A message with this messageId was received before.",
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
