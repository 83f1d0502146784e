"""What a run holds while it runs: what it is about, whether it is to end, and where it says how far it is."""

import threading
import time
from typing import Any

from groundswell.jobs import living
from groundswell.jobs.models import Run
from groundswell.jobs.types import Ended, State
from groundswell.kernel.reasons import to_keep

SAID_EVERY = 1.0  # seconds between two words about how far it is

_in_hand: dict[int, "Work"] = {}  # what this process runs


class Work:
    """One run. ``project`` is None for what concerns the whole server; ``tries`` counts from 1."""

    def __init__(self, run: int, *, project: int | None, tries: int) -> None:
        self.run = run
        self.project = project
        self.tries = tries
        self.is_begun = False  # from the moment on that the run is this process's
        self._ending: type[Ended] | None = None
        self._wakes = threading.Event()
        self._said_at = 0.0

    def check(self) -> None:
        """Raise what ends the run, if it is to end. Call it now and then where nothing is half done."""
        if self._ending:
            raise self._ending

    def wait(self, seconds: float) -> None:
        """Sleep, unless the run is to end."""
        self._wakes.wait(seconds)
        self.check()

    def progress(self, share: float, sentence: str = "") -> None:
        """Say how much is done, 0…1, and perhaps a sentence; then as ``check``. Much of it is not written down."""
        self.check()
        if time.monotonic() - self._said_at >= SAID_EVERY:
            self._said_at = time.monotonic()
            said: dict[str, Any] = {"said": to_keep(sentence)} if sentence else {}
            Run.objects.filter(pk=self.run, state=State.RUNNING, worker=living.OWN).update(
                share=min(max(share, 0.0), 1.0), **said
            )

    def end(self, how: type[Ended]) -> None:
        """Have the next ``check`` raise that."""
        self._ending = self._ending or how
        self._wakes.set()


def take_in_hand(work: Work) -> None:
    _in_hand[work.run] = work


def lay_down(work: Work) -> None:
    _in_hand.pop(work.run, None)


def in_hand() -> dict[int, Work]:
    """What this process runs now."""
    return dict(_in_hand)
