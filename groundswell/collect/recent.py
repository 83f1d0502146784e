"""The latest messages of each project, accepted and refused, as people look them up when an event is missing."""

import logging
import threading
from collections import defaultdict, deque
from dataclasses import asdict, dataclass
from typing import Any

import msgspec
import numpy as np

from groundswell.collect.block import KEPT, REASONS, Block
from groundswell.collect.types import CLAIMS, SENTENCES, Reason
from groundswell.kernel.clock import from_us
from groundswell.kernel.periods import local_iso

log = logging.getLogger(__name__)

KEPT_OF_EACH = 200  # messages a project, of the accepted and of the refused
OF_A_BLOCK = 20  # of each; looking at a message costs as much as loading twenty
_SECRET_WORDS = (
    "password",
    "passwd",
    "secret",
    "token",
    "authorization",
    "api_key",
    "apikey",
    "writekey",
    "credit",
    "cvv",
)
MASK = "•••"
DEEPEST = 50  # levels of a payload that are shown
CUT = "…"


@dataclass(frozen=True)
class Seen:
    """One message: when it came, what became of it, and what it said, secrets masked."""

    received: str
    status: str
    reason: str | None
    sentence: str | None
    payload: Any


class Recent:
    """The latest messages, in memory. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[int, bool], deque[Seen]] = defaultdict(lambda: deque(maxlen=KEPT_OF_EACH))

    def keep(self, block: Block) -> None:
        """Remember the last messages of a block."""
        accepted = np.flatnonzero(block.reason == KEPT)[-OF_A_BLOCK:]
        refused = np.flatnonzero(block.reason != KEPT)[-OF_A_BLOCK:]
        with self._lock:
            for row in [*accepted, *refused]:
                self._kept[block.project.id, bool(block.reason[row] == KEPT)].append(_seen(block, int(row)))

    def of(self, project: int, *, status: str = "") -> list[dict[str, Any]]:
        """The latest messages of a project, newest first; ``status`` "accepted" or "refused" chooses one kind."""
        with self._lock:
            seen = [each for accepted in (True, False) for each in self._kept.get((project, accepted), ())]
        chosen = [each for each in seen if not status or each.status == status]
        return [asdict(each) for each in sorted(chosen, key=lambda each: each.received, reverse=True)]


def _seen(block: Block, row: int) -> Seen:
    code = int(block.reason[row])
    reason = None if code == KEPT else REASONS[code]
    return Seen(
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


def masked(value: Any, depth: int = 0) -> Any:
    """The value with everything that sounds like a secret taken out, and what lies ``DEEPEST`` levels down."""
    if depth > DEEPEST and isinstance(value, dict | list):
        return CUT
    if isinstance(value, dict):
        return {key: MASK if _is_secret(key) else masked(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list):
        return [masked(each, depth + 1) for each in value]
    return value


def _is_secret(key: str) -> bool:
    plain = key.lower().replace("-", "_")
    return any(word in plain for word in _SECRET_WORDS)
