"""Collecting as one running thing: the door, the inbox and the loader behind it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from groundswell.collect.door import Door
from groundswell.collect.imports.runs import Imports
from groundswell.collect.inbox import Inbox
from groundswell.collect.keys import Keys
from groundswell.collect.ledger import Ledger
from groundswell.collect.loader import Loader
from groundswell.collect.rates import Rates
from groundswell.collect.recent import Recent
from groundswell.kernel import environment
from groundswell.kernel.clock import MICROSECONDS_PER_SECOND, now_us
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.people.types import RejoinAsked
from groundswell.workspace.types import ProjectZoneChanged

REJOIN_PATIENCE = 15.0  # seconds
GIGABYTE = 1_000_000_000


class Collector:
    """Receives and loads until it is closed. One per process."""

    def __init__(self, folder: Path) -> None:
        cap = environment.number("INBOX_GIGABYTES", 10, least=1) * GIGABYTE
        self.inbox = Inbox(folder / "inbox", cap)
        self.recent = Recent()
        self._latest = folder / "recent.json"
        self.rates = Rates()
        self.ledger = Ledger(self.inbox)
        self.loader = Loader(self.inbox, self.ledger, folder=folder, recent=self.recent)
        self.loader.chores = _chores
        self.imports = Imports(self.loader, folder=folder / "imports")
        self.door = Door(self.inbox, Keys(), self.rates)
        self._thread = threading.Thread(target=self.loader.run, name="loader", daemon=True)

    def open(self) -> None:
        """Take up where the last process stopped, then receive."""
        self.recent.take_up(self._latest)
        self.loader.restore()
        self.ledger.restore()
        if self.imports.are_begun:
            self.loader.before_all = self.imports.finish_begun
        self.loader.position = self.inbox.open(self.loader.position)
        self._thread.start()

    def close(self) -> None:
        """Load what was received, then rest."""
        self.imports.stop()
        self.loader.stop()
        self._thread.join()
        self.recent.leave(self._latest)
        self.inbox.close()

    @property
    def is_loading(self) -> bool:
        """Whether the loader is alive."""
        return self._thread.is_alive()

    def rejoin(self, asked: RejoinAsked) -> None:
        """Have the loader join or part people by hand, and wait for it. Raises Refusal."""
        done = self.loader.between.ask(lambda: self.loader.rejoin(asked))
        try:
            done.result(REJOIN_PATIENCE)
        except TimeoutError:
            if not done.cancel():
                done.result()  # it has begun, so it will not be long
                return
            raise Refusal(
                503, "busy", said("Nothing was changed: the loader is busy."), hint=said("Try again in a minute.")
            ) from None

    def ingestion(self, project: int) -> dict[str, Any]:
        """What became of everything that was received for a project since it began (see the contract of the API)."""
        loaded, dropped, waiting = self.ledger.of(project)
        oldest = self.inbox.oldest_waiting
        return {
            "accepted": loaded + sum(dropped.values()) + waiting,
            "loaded": loaded,
            "dropped": dropped,
            "waiting": waiting,
            "lag_seconds": max(0, now_us() - oldest) / MICROSECONDS_PER_SECOND if waiting and oldest else 0,
            "refused": self.rates.refused(project),
        }


def rejoin(asked: RejoinAsked) -> None:
    """Join or part people by hand: only the loader may, for it holds who is who."""
    collector().rejoin(asked)


_chores: list[Callable[[], None]] = []


def add_chore(chore: Callable[[], None]) -> None:
    """Have something done soon after the start, then every hour, while there is nothing to load."""
    _chores.append(chore)


_collector: Collector | None = None


def collector() -> Collector:
    """The process's collector; made and opened on first use."""
    global _collector
    if _collector is None:
        made = Collector(environment.data_folder())
        made.open()
        _collector = made
    return _collector


def zone_changed(happening: ProjectZoneChanged) -> None:
    """Count the days of a project anew, in the background; a collector that is opened later looks for itself."""
    if _collector is not None:
        _collector.loader.rezoning.ask()


def close_collector() -> None:
    """Close the process's collector, if there is one."""
    global _collector
    if _collector is not None:
        _collector.close()
        _collector = None
