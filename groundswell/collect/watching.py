"""What came in, as people watch it: who sent what with which key, what became of it, and all that it said."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from groundswell.collect.recent import IDS
from groundswell.collect.service import collector
from groundswell.collect.trying import is_test_event
from groundswell.collect.types import ADVICE, SENTENCES, Reason
from groundswell.kernel.errors import not_found
from groundswell.kernel.words import said
from groundswell.workspace.types import ProjectCard

CUT = 3_000  # characters of a payload that a list shows
OUTCOMES = ("accepted", "refused")
_HARMLESS = "\n\u200d"  # the latter joins signs into one, such as those of families
_NAMES = {"page": "Page Viewed", "screen": "Screen Viewed"}


@dataclass(frozen=True)
class Wanted:
    """Which messages to show: part of a name, an id, the number of a key (0: imports), accepted or refused."""

    name: str = ""
    who: str = ""
    key: int | None = None
    outcome: str = ""

    @property
    def is_anything(self) -> bool:
        return self == Wanted()


@dataclass(frozen=True)
class Message:
    """A message that came. ``name`` is that of the event, else the type; ``who`` the id that it gives first."""

    number: int
    kind: str
    name: str
    who: str
    key: int
    received: datetime
    is_event: bool
    is_test: bool
    sentence: str
    advice: str
    text: str

    @property
    def is_accepted(self) -> bool:
        return not self.sentence

    @property
    def day(self) -> date:
        return self.received.date()

    @property
    def beginning(self) -> str:
        """As much of what it said as a list shows."""
        return self.text[:CUT]

    @property
    def is_cut(self) -> bool:
        return len(self.text) > CUT


def watch(project: ProjectCard, wanted: Wanted, *, after: int = 0) -> list[Message]:
    """The latest messages, newest first; only those that came after that number."""
    found = collector().recent.of(
        project.id, status=wanted.outcome, name=wanted.name, id=wanted.who, key=wanted.key, after=after
    )
    return [_message(each) for each in found]


def message(project: ProjectCard, number: int) -> Message:
    """One of them. Raises Refusal 404."""
    for each in collector().recent.of(project.id, after=number - 1):
        if each["number"] == number:
            return _message(each)
    raise not_found(
        said("This message is not at hand any more."), hint=said("Only the latest ones are kept to be looked at.")
    )


def _message(seen: Mapping[str, Any]) -> Message:
    payload = seen["payload"] if isinstance(seen["payload"], dict) else {}
    reason = Reason(seen["reason"]) if seen["reason"] else None
    kind = payload.get("type")
    kind = kind if isinstance(kind, str) else ""
    event = _NAMES.get(kind) or (payload.get("event") if kind in ("", "track") else None)
    who = next((payload[field] for field in IDS if payload.get(field) and field != "messageId"), "")
    return Message(
        number=seen["number"], kind=kind, name=_text(event or kind), who=_text(who), key=seen["key"],
        received=datetime.fromisoformat(seen["received"]), is_event=bool(event) and reason is None,
        is_test=is_test_event(payload), sentence=SENTENCES[reason] if reason else "",
        advice=ADVICE[reason] if reason else "", text=payload_text(seen["payload"]),
    )  # fmt: skip


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def payload_text(payload: Any) -> str:
    """A payload as JSON to be read. What cannot be seen, or turns what can, is written as its number."""
    text = json.dumps(payload, ensure_ascii=False, indent=2, default=str)
    return text if text.isascii() else "".join(each if _is_seen(each) else json.dumps(each)[1:-1] for each in text)


def _is_seen(letter: str) -> bool:
    return letter in _HARMLESS or unicodedata.category(letter)[0] != "C"
