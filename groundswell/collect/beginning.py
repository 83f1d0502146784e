"""How a project sends for the first time: with which keys, to which address, and what was heard of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from groundswell.collect.service import collector
from groundswell.collect.types import ADVICE, SENTENCES, Reason
from groundswell.workspace import keys
from groundswell.workspace.types import KeyKind, ProjectCard

SHOWN = 3  # messages
_NAMES = {"identify": "identify", "group": "group", "alias": "alias", "page": "Page Viewed", "screen": "Screen Viewed"}


@dataclass(frozen=True)
class Heard:
    """A message that came: what happened, who did it, when it was received, and all it said; why it was dropped and
    what to do about it, if it was."""

    number: int
    name: str
    who: str
    received: datetime
    payload: Any
    sentence: str = ""
    advice: str = ""

    @property
    def is_dropped(self) -> bool:
        return bool(self.sentence)


@dataclass(frozen=True)
class Listening:
    """What was heard so far: the latest messages that were taken, and the latest of all if it was dropped."""

    loaded: int
    taken: list[Heard]
    dropped: Heard | None
    waiting: int

    @property
    def has_begun(self) -> bool:
        return self.loaded > 0

    @property
    def mark(self) -> str:
        """What changes when there is something new to say."""
        last = [each.number for each in (*self.taken[:1], *([self.dropped] if self.dropped else []))]
        return f"{int(self.has_begun)}-{max(last, default=0)}-{int(self.waiting > 0)}"


def has_begun(project: ProjectCard) -> bool:
    """Whether anything that was sent to the project was taken."""
    return collector().ledger.of(project.id)[0] > 0


def listen(project: ProjectCard) -> Listening:
    """What came in."""
    loaded, _dropped, waiting = collector().ledger.of(project.id)
    taken = collector().recent.of(project.id, status="accepted")[:SHOWN]
    dropped = collector().recent.of(project.id, status="refused")[:1]
    latest = max((each["received"] for each in taken), default="")
    unseen = [each for each in dropped if each["received"] >= latest or not loaded]
    return Listening(loaded, [_heard(each) for each in taken], _heard(unseen[0]) if unseen else None, waiting)


def sending_keys(project: ProjectCard) -> dict[KeyKind, str]:
    """The latest browser key and write key that work and are not being replaced."""
    found: dict[KeyKind, str] = {}
    for key in keys.keys_of(project):
        if key.is_whole and not key.replaced:
            found.setdefault(key.kind, key.shown)
    return found


def _heard(seen: Mapping[str, Any]) -> Heard:
    payload = seen["payload"] if isinstance(seen["payload"], dict) else {}
    reason = Reason(seen["reason"]) if seen["reason"] else None
    name = payload.get("event") or _NAMES.get(str(payload.get("type")), "")
    who = payload.get("userId") or payload.get("anonymousId") or ""
    return Heard(
        number=seen["number"], name=str(name), who=str(who), received=datetime.fromisoformat(seen["received"]),
        payload=seen["payload"], sentence=SENTENCES[reason] if reason else "", advice=ADVICE[reason] if reason else "",
    )  # fmt: skip
