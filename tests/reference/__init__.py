"""Answers worked out the slow way: plain Python over plain messages, written to be believed rather than to be fast.

What Groundswell answers is held against this. Messages are Segment's, as dictionaries, in the order of their receipt;
``timestamp`` is taken as it is.
"""

from collections.abc import Callable, Sequence
from typing import Any

from tests.reference.funnel import funnel, times
from tests.reference.identity import Message
from tests.reference.lifecycle import lifecycle
from tests.reference.paths import beside_paths, paths
from tests.reference.retention import retention
from tests.reference.segments import segment
from tests.reference.stickiness import stickiness
from tests.reference.trend import trend
from tests.reference.why import why

__all__ = [
    "answer", "beside_paths", "funnel", "lifecycle", "paths", "retention", "segment", "stickiness", "times", "trend",
    "why",
]  # fmt: skip

_KINDS: dict[str, Callable[[Sequence[Message], dict[str, Any], str], list[list[Any]]]] = {
    "trend": trend, "funnel": funnel, "retention": retention, "lifecycle": lifecycle, "stickiness": stickiness,
    "paths": paths,
}  # fmt: skip


def answer(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> list[list[Any]]:
    """The rows that answer a question, whatever its kind."""
    return _KINDS[question["kind"]](messages, question, tz)
