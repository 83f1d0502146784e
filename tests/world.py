"""A small world for tests: what is sent goes through the collector's own decoding, steps and store."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from groundswell.collect.ledger import Ledger
from groundswell.collect.loader import Loader
from groundswell.collect.recent import Recent
from groundswell.collect.types import Record, Source
from groundswell.kernel import clock
from groundswell.people.service import profile
from groundswell.people.types import Profile
from groundswell.store import service as store
from groundswell.workspace.models import Organisation, Project
from groundswell.workspace.service import project_card

_numbers = itertools.count(1_000)


class Tray:
    """An inbox in memory."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.end = 0
        self.waiting: dict[int, int] = {}

    def put(self, record: Record) -> None:
        self.records.append(record)
        self.end = record.position + record.count
        self.waiting[record.project] = self.waiting.get(record.project, 0) + record.count

    def read(self, start: int, most: int, *, most_bytes: int = 0) -> list[Record]:
        return [record for record in self.records if record.position >= start]

    def settle(self, counts: Mapping[int, int]) -> None:
        for project, count in counts.items():
            self.waiting[project] -= count

    def discard(self, before: int) -> None:
        self.records = [record for record in self.records if record.position >= before]


class World:
    """One project, new and empty, and a loader of its own. What another world did is not seen here."""

    def __init__(self, folder: Path, *, tz: str = "UTC") -> None:
        organisation, _ = Organisation.objects.get_or_create(name="Test")
        number = next(_numbers)
        made = Project.objects.create(pk=number, organisation=organisation, name=f"World {number}", timezone=tz)
        self.project = project_card(made.pk)
        self.folder = folder
        self.tray = Tray()
        self.recent = Recent()
        self._make_loader()
        self.loader.position = self.tray.end  # the store knows nothing of this project

    def start_loader(self) -> None:
        """A loader that begins with what the store knows, as after a restart."""
        self._make_loader()
        self.ledger.restore()
        self.loader.restore()
        self.loader.position = self.tray.records[0].position if self.tray.records else self.tray.end

    def _make_loader(self) -> None:
        self.ledger = Ledger(self.tray)
        self.loader = Loader(self.tray, self.ledger, folder=self.folder, recent=self.recent)  # type: ignore[arg-type]

    def send(self, *messages: Mapping[str, Any], trusted: bool = True, received: int = 0, key: int = 1) -> None:
        """Send messages as one batch and load it."""
        self.put(*messages, trusted=trusted, received=received, key=key)
        self.load()

    def put(self, *messages: Mapping[str, Any], trusted: bool = True, received: int = 0, key: int = 1) -> None:
        """Leave messages in the inbox."""
        body = msgspec.json.encode({"batch": messages})
        self.tray.put(
            Record(
                position=self.tray.end, count=len(messages), project=self.project.id, key=key, is_trusted=trusted,
                source=Source.SEGMENT, kind="", received=received or clock.now_us(), body=body,
            )
        )  # fmt: skip

    def load(self) -> None:
        """Load everything that waits."""
        while self.loader.load_next(patience=0):
            pass

    def count_ahead(self) -> None:
        """Count all days that can be counted ahead."""
        while self.loader.daily.count_on(self.project):
            pass

    def run(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """Rows of a fenced query over all time."""
        return store.run(sql, project=self.project.id, between=store.EVER, params=params).rows

    def profile(self, id: str) -> Profile:
        return profile(self.project, id)

    def counts(self) -> dict[str, int]:
        """Messages loaded, dropped by reason, and waiting."""
        loaded, dropped, waiting = self.ledger.of(self.project.id)
        return {"loaded": loaded, **dropped, **({"waiting": waiting} if waiting else {})}


def track(user: str | None, event: str, at: str = "2026-01-05T10:00:00Z", **properties: Any) -> dict[str, Any]:
    """A track call; ``~id`` stands for an anonymous one."""
    return {"type": "track", **who(user), "event": event, "timestamp": at, "properties": properties}


def identify(
    user: str | None, device: str | None = None, at: str = "2026-01-05T10:00:00Z", **traits: Any
) -> dict[str, Any]:
    message = {"type": "identify", **who(user), "timestamp": at, "traits": traits}
    return message if device is None else {**message, "anonymousId": device}


def group(user: str, account: str, at: str = "2026-01-05T10:00:00Z", **traits: Any) -> dict[str, Any]:
    return {"type": "group", **who(user), "groupId": account, "timestamp": at, "traits": traits}


def who(user: str | None) -> dict[str, str]:
    """A message's ids."""
    if user is None:
        return {}
    return {"anonymousId": user[1:]} if user.startswith("~") else {"userId": user}
