"""How long a question may take and how much memory it may use, and what is said when it was stopped."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said

MEMORY_LIMIT_EXCEEDED = 241
TIMEOUT_EXCEEDED = 159
TOO_SLOW = 160
QUERY_WAS_CANCELLED = 394
TOO_MANY_ROWS_OR_BYTES = 396
CANNOT_COMPILE_REGEXP = 427


@dataclass(frozen=True)
class Limits:
    """Bounds of one query: seconds of time and bytes of memory; ``extra`` are settings of the engine besides."""

    seconds: int = 60
    memory: int = 2_000_000_000
    threads: int = 2
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, Any]:
        return {
            "max_execution_time": self.seconds,
            "timeout_overflow_mode": "throw",
            "max_memory_usage": self.memory,
            "max_threads": self.threads,
            "local_filesystem_read_method": "pread",  # the default has a hundred threads of its own read ahead
            **self.extra,
        }


TOO_LARGE = "question_too_large"


def too_large() -> Refusal:
    """The answer to a question that needs more memory than it may use, in the engine or on our side."""
    return Refusal(
        422, TOO_LARGE, said("The question needed more memory than it may use and was stopped."),
        hint=said("Ask about fewer days, or break down by a property with fewer values."),
    )  # fmt: skip


def refusal_of(error: Exception) -> Refusal:
    """What an error of the engine means to the person who asked."""
    found = re.search(r"Code: (\d+)", str(error))
    code = int(found.group(1)) if found else 0
    if code in (TIMEOUT_EXCEEDED, TOO_SLOW, QUERY_WAS_CANCELLED):
        return Refusal(
            422, "question_too_long", said("The question took longer than it may and was stopped."),
            hint=said("Ask about fewer days or events, or without the breakdown."),
        )  # fmt: skip
    if code in (MEMORY_LIMIT_EXCEEDED, TOO_MANY_ROWS_OR_BYTES):
        return too_large()
    if code == CANNOT_COMPILE_REGEXP:
        message = said("The store does not understand a regular expression.")
        return Refusal(400, "bad_question", message, hint=said("They are RE2's: no look-around, no references back."))
    message = said("The event store could not do this: %(error)s", error=error)
    return Refusal(503, "store_error", message, hint=said("See `groundswell doctor`."))
