"""The days of a project counted anew in another zone, between two blocks, so that no row of either zone is lost.

The workspace remembers which projects wait for it. So a crash leaves nothing half done: it is begun again.
"""

import logging
import threading
from concurrent.futures import Future

from groundswell.collect.loader import Loader
from groundswell.events.service import rebuild_rollup
from groundswell.workspace.projects import days_are_counted, with_days_to_count

log = logging.getLogger(__name__)

AGAIN = 5.0  # seconds until what failed is tried again


def count_again(loader: Loader) -> None:
    """Have the loader's thread count the days of the projects that wait for it."""
    loader.between.ask(_count_all).add_done_callback(lambda done: _look(loader, done))


def _count_all() -> None:
    """A new edition of the rollup for each; days that were counted ahead belong to the one of before."""
    for project in with_days_to_count():
        rebuild_rollup(project.id, tz=project.timezone)
        days_are_counted(project.id, timezone=project.timezone)


def _look(loader: Loader, done: "Future[None]") -> None:
    error = done.exception()
    if error is not None:
        log.warning("days could not be counted in their new zone: %s", error)
        again = threading.Timer(AGAIN, count_again, [loader])
        again.daemon = True
        again.start()
