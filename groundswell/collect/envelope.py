"""What is around the messages of a request: compression, a form, base64; and on it: whose key, how many.

Here a body is checked to be JSON of the right shape. What is inside the messages is left to the loader, so that a
message that is wrong spoils none of its neighbours.
"""

import binascii
import re
import zlib
from base64 import b64decode
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from msgspec import UNSET, UnsetType

from groundswell.collect.types import Raw
from groundswell.kernel.errors import Refusal, bad_request

GZIP = b"\x1f\x8b"
_ZLIB_OR_GZIP = 47  # window bits: zlib finds out which of the two it is
_RAW_DEFLATE = -15
_LOOKED_AT = 10  # items of a list in which a key is looked for
_ESCAPES = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[dD][89a-fA-F][0-9a-fA-F]{2}|.)"
)
_LONE_SURROGATE = 6  # bytes of the escape of a half character, such as \ud83d

Found = TypeVar("Found")


class TooLarge(Exception):
    """A body, or what comes out of it, is longer than it may be."""


class Envelope(NamedTuple):
    """A body of plain JSON, the messages in it, undecoded, and its key ('' if there is none)."""

    body: bytes
    items: list[msgspec.Raw]
    key: str


class _SegmentCall(msgspec.Struct, rename="camel"):
    write_key: Any = None


class _SegmentBatch(msgspec.Struct, rename="camel"):
    batch: list[msgspec.Raw]
    write_key: Any = None


class _Keyed(msgspec.Struct):
    api_key: Any = None
    token: Any = None
    dollar_token: Any = msgspec.field(default=None, name="$token")
    properties: Raw = UNSET


class _Capture(_Keyed):
    batch: list[msgspec.Raw] | UnsetType = UNSET


class _Token(msgspec.Struct):
    token: Any = None


_read_call = msgspec.json.Decoder(_SegmentCall).decode
_read_batch = msgspec.json.Decoder(_SegmentBatch).decode
_read_capture = msgspec.json.Decoder(_Capture).decode
_read_captures = msgspec.json.Decoder(list[msgspec.Raw]).decode
_read_keyed = msgspec.json.Decoder(_Keyed).decode
_read_token = msgspec.json.Decoder(_Token).decode


def open_segment(body: bytes, *, is_batch: bool) -> Envelope:
    """A single call, or a batch. Raises Refusal if the body is something else."""
    if not is_batch:
        call, body = _read(_read_call, body, "an object")
        return Envelope(body, [msgspec.Raw(body)], _text(call.write_key))
    batch, body = _read(_read_batch, body, "an object with a list named `batch`")
    return Envelope(body, batch.batch, _text(batch.write_key))


def open_posthog(body: bytes) -> Envelope:
    """One event, a list of events, or a batch. Raises Refusal if the body is something else."""
    if body.lstrip()[:1] == b"[":
        items, body = _read(_read_captures, body, "an event, a list of events, or an object with a list named `batch`")
        keys = (_key_of_item(item) for item in items[:_LOOKED_AT])
        return Envelope(body, items, next(filter(None, keys), ""))
    capture, body = _read(_read_capture, body, "an event, a list of events, or an object with a list named `batch`")
    return Envelope(body, [msgspec.Raw(body)] if capture.batch is UNSET else capture.batch, _key(capture))


def inflated(data: bytes, encoding: str, limit: int) -> bytes:
    """The data without their Content-Encoding, at most ``limit`` bytes.

    Raises TooLarge as soon as more come out, Refusal 415 for an encoding that is not known, 400 for damaged data.
    """
    encoding = encoding.strip().lower()
    if encoding in ("gzip", "x-gzip"):
        data = _inflate(data, _ZLIB_OR_GZIP, limit)
    elif encoding == "deflate":  # zlib's by the standard, raw from some clients
        is_zlib = len(data) > 1 and data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        data = _inflate(data, _ZLIB_OR_GZIP if is_zlib else _RAW_DEFLATE, limit)
    elif encoding not in ("", "identity"):
        raise Refusal(
            415, "unsupported_encoding", f"The Content-Encoding {encoding[:50]!r} is not understood.",
            hint="Send the body as it is, or compressed with gzip or deflate.",
        )  # fmt: skip
    if len(data) > limit:
        raise TooLarge
    return data


def unwrapped(body: bytes, limit: int, *, compression: str = "") -> bytes:
    """What posthog-js puts around a body: a form field, base64, gzip that no header tells of.

    ``compression`` is what the query says; it is a hint at most, for clients are often wrong about it.
    """
    if body[:5] == b"data=" or b"&data=" in body[:200]:
        body, compression = _form_field(body, compression)
    if compression in ("lz64", "lz-string"):
        raise Refusal(415, "unsupported_encoding", "lz-string is not understood.", hint="Use gzip-js or base64.")
    if body[:1] not in (b"{", b"[") and body[:2] != GZIP:
        body = _from_base64(body)
    if body[:2] == GZIP:
        body = inflated(body, "gzip", limit)
    if len(body) > limit:
        raise TooLarge
    return body


def _inflate(data: bytes, window: int, limit: int) -> bytes:
    """All members of a compressed body."""
    parts: list[bytes] = []
    left = limit
    try:
        while data:
            member = zlib.decompressobj(window)
            part = member.decompress(data, left + 1)
            if len(part) > left:
                raise TooLarge
            if not member.eof:
                raise bad_request("The compressed body ends too early.", code="bad_encoding")
            parts.append(part)
            left -= len(part)
            data = member.unused_data.lstrip(b"\0") if window > 0 else b""
    except zlib.error:
        raise bad_request(
            "The body is not compressed as its Content-Encoding says.", code="bad_encoding", hint="Use gzip or deflate."
        ) from None
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _form_field(body: bytes, compression: str) -> tuple[bytes, str]:
    """The field ``data`` of a form, and the compression that the form tells of."""
    fields = dict(part.partition(b"=")[::2] for part in body.strip().split(b"&"))
    data = fields.get(b"data", b"")
    is_json = unquote_to_bytes(data[:3])[:1] in (b"{", b"[")
    plain = unquote_to_bytes(data.replace(b"+", b" ") if is_json else data)  # in base64 a plus is a plus
    return plain, fields.get(b"compression", compression.encode()).decode(errors="replace")


def _from_base64(body: bytes) -> bytes:
    """The bytes of base64 text, with or without padding; anything else as it is, to be refused as no JSON."""
    text = body.strip()
    try:
        return b64decode(text + b"=" * (-len(text) % 4), validate=True) or body
    except binascii.Error:
        return body


def _read(read: Callable[[bytes], Found], body: bytes, wanted: str) -> tuple[Found, bytes]:
    """The body as that shape, and the body itself, mended where a client is known to send it slightly broken."""
    try:
        if not body.isascii():
            body.decode()  # text inside the messages is skipped unread here
        return read(body), body
    except UnicodeDecodeError:
        raise bad_request("The body is not UTF-8.", code="bad_json") from None
    except RecursionError:
        raise bad_request("The body is nested too deeply.", code="bad_json") from None
    except msgspec.ValidationError:
        raise bad_request(f"The body must be {wanted}.", code="bad_shape") from None
    except msgspec.DecodeError as error:
        mended = _mended(body)
        if mended != body:
            return _read(read, mended, wanted)
        raise bad_request("The body is not JSON.", code="bad_json", hint=str(error)) from None


def _mended(body: bytes) -> bytes:
    """Without a byte order mark, and without half characters.

    JavaScript writes a text that was cut within an emoji as a lone surrogate (``"\\ud83d"``), which is no character.
    """
    return _ESCAPES.sub(_whole, body.removeprefix(b"\xef\xbb\xbf"))


def _whole(escape: re.Match[bytes]) -> bytes:
    found = escape[0]
    return b"\\ufffd" if len(found) == _LONE_SURROGATE and found[1:2] == b"u" else found


def _key(keyed: _Keyed) -> str:
    """The key of an event or a batch: beside its properties, else among them."""
    key = _text(keyed.api_key) or _text(keyed.token) or _text(keyed.dollar_token)
    if not key and keyed.properties is not UNSET:
        try:
            key = _text(_read_token(keyed.properties).token)
        except (msgspec.DecodeError, RecursionError):
            return ""
    return key


def _key_of_item(item: msgspec.Raw) -> str:
    try:
        return _key(_read_keyed(item))
    except (msgspec.DecodeError, RecursionError):
        return ""


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
