"""The latest messages of each project, accepted and refused, as people look them up when an event is missing."""

import itertools
import logging
import threading
from collections import defaultdict, deque
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from groundswell.collect.block import KEPT, REASONS, Block
from groundswell.collect.types import CLAIMS, SENTENCES, Reason
from groundswell.kernel.clock import from_us
from groundswell.kernel.periods import local_iso
from groundswell.kernel.secrets import masked

log = logging.getLogger(__name__)

KEPT_OF_EACH = 200  # messages a project, of the accepted and of the refused
OF_A_BLOCK = 20  # of each; looking at a message costs as much as loading twenty
IDS = ("userId", "anonymousId", "groupId", "previousId", "messageId")


@dataclass(frozen=True)
class Seen:
    """One message: when it came, with which key (0: an import), what became of it, and what it said, secrets masked.

    ``number`` counts the messages that were looked at.
    """

    number: int
    key: int
    received: str
    status: str
    reason: str | None
    sentence: str | None
    payload: Any


def _when(seen: Seen) -> tuple[datetime, int]:
    return datetime.fromisoformat(seen.received), seen.number  # as text an hour of autumn comes before itself


class Recent:
    """The latest messages, in memory. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, bool], deque[Seen]] = defaultdict(lambda: deque(maxlen=KEPT_OF_EACH))
        self._numbers = itertools.count(1)

    def keep(self, block: Block) -> None:
        """Remember the last messages of a block."""
        accepted = np.flatnonzero(block.reason == KEPT)[-OF_A_BLOCK:]
        refused = np.flatnonzero(block.reason != KEPT)[-OF_A_BLOCK:]
        with self._lock:
            for row in [*accepted, *refused]:
                seen = _seen(block, int(row), number=next(self._numbers))
                self._kept[block.project.id, bool(block.reason[row] == KEPT)].append(seen)

    def of(
        self, project: int, *, status: str = "", name: str = "", id: str = "", key: int | None = None, after: int = 0
    ) -> list[dict[str, Any]]:
        """The latest messages of a project, newest first.

        ``status`` "accepted" or "refused" chooses one kind, ``name`` those whose event or type holds the text, ``id``
        those that carry the id, ``key`` those sent with it (0: imported), ``after`` those with a higher number.
        """
        with self._lock:
            seen = [each for accepted in (True, False) for each in self._kept.get((project, accepted), ())]
        chosen = [
            each
            for each in seen
            if (not status or each.status == status)
            and (key is None or each.key == key)
            and each.number > after
            and (not name or _is_called(each.payload, name))
            and (not id or _carries(each.payload, id))
        ]
        return [asdict(each) for each in sorted(chosen, key=_when, reverse=True)]

    def latest(self, project: int) -> int:
        """The number of the last message of a project; 0 if there is none."""
        with self._lock:
            return max(
                (seen[-1].number for accepted in (True, False) if (seen := self._kept.get((project, accepted)))),
                default=0,
            )

    def leave(self, path: Path) -> None:
        """Write them down for the next process. They are a help, no record: a crash loses them."""
        with self._lock:
            kept = [(project, accepted, list(seen)) for (project, accepted), seen in self._kept.items()]
        try:
            path.write_bytes(msgspec.json.encode(kept, enc_hook=str))
            path.chmod(0o600)
        except (OSError, TypeError, ValueError, RecursionError) as error:
            log.warning("the latest messages are not kept: %s", error)

    def take_up(self, path: Path) -> None:
        """Take over what the last process left."""
        try:
            kept = msgspec.json.decode(path.read_bytes(), type=list[tuple[int, bool, list[Seen]]])
        except (OSError, msgspec.DecodeError):
            return
        with self._lock:
            for project, accepted, seen in kept:
                for each in seen:
                    again = replace(each, number=next(self._numbers))
                    self._kept[project, accepted].append(again)


def _is_called(payload: Any, name: str) -> bool:
    said = [payload.get(field) for field in ("event", "name", "type")] if isinstance(payload, dict) else []
    return any(name.casefold() in each.casefold() for each in said if isinstance(each, str))


def _carries(payload: Any, id: str) -> bool:
    said = [payload.get(field) for field in IDS] if isinstance(payload, dict) else []
    return any(str(each) == id for each in said if each is not None)


def _seen(block: Block, row: int, *, number: int) -> Seen:
    code = int(block.reason[row])
    reason = None if code == KEPT else REASONS[code]
    return Seen(
        number=number,
        key=int(block.key[row]),
        received=local_iso(from_us(int(block.received[row])), block.project.timezone),
        status="accepted" if reason is None else "refused",
        reason=reason and reason.value,
        sentence=SENTENCES[reason] if reason else None,
        payload=payload_of(block, row),
    )


def payload_of(block: Block, row: int) -> Any:
    """What a message said, as far as it could be read, secrets masked."""
    try:
        return masked(_payload(block, row))
    except Exception:  # whoever looks for a lost message is better off without its words than without an answer
        log.exception("a message could not be shown")
        return None


def _payload(block: Block, row: int) -> Any:
    if block.table is not None:
        return {name: value for name, value in block.table.slice(row, 1).to_pylist()[0].items() if value is not None}
    message = block.message_of(row)
    if isinstance(message.type, Reason):  # it could not be decoded, and says nothing
        return None
    fields = {name: _plain(value) for name, value in msgspec.structs.asdict(message).items()}
    fields["type"] = "identify" if message.type == CLAIMS else message.type
    names = dict(zip(message.__struct_fields__, message.__struct_encode_fields__, strict=True))
    return {names[name]: value for name, value in fields.items() if value is not None}


def _plain(value: Any) -> Any:
    """A field as JSON values; raw parts that are no JSON stay text."""
    if value is msgspec.UNSET:
        return None
    if not isinstance(value, msgspec.Raw):
        return value
    text = bytes(value)
    if not text:
        return None
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text[:1000].decode(errors="replace")
