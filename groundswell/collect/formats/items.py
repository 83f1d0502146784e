"""Reading many items of one body, so that one that cannot be read spoils none of its neighbours."""

from collections.abc import Callable
from threading import Thread
from typing import TypeVar

import msgspec

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
Found = TypeVar("Found")


def with_room(read: Callable[[bytes], Found], body: bytes) -> Found:
    """Read a body that the door has read before, however deeply it is nested.

    What the door let through may need more of the stack than is left here; a thread of its own has at least as much
    as the door had.
    """
    try:
        return read(body)
    except RecursionError:
        found: list[Found] = []
        thread = Thread(target=lambda: found.append(read(body)), name="decode")
        thread.start()
        thread.join()
        return found[0]


def read_or_none(read: Callable[[msgspec.Raw], Found], item: msgspec.Raw) -> Found | None:
    """One item; None if it is not what it should be."""
    try:
        return read(item)
    except UNREADABLE:
        return None
