"""Who goes first when the processor is short: requests and questions before the engine's merging."""

import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

MERGING = "MergeMutate"  # the name that the engine gives to the threads of that pool
NICENESS = 15


def let_merging_wait() -> None:
    """Lower the priority of the embedded engine's merging threads (on Linux; elsewhere nothing happens).

    Merging is most of the engine's work and can be done any time. With equal rights it took the processor from the
    door for hundreds of milliseconds (measured at 60,000 events/s on two cores: now at most 60).
    """
    for task in Path("/proc/self/task").glob("*"):
        try:
            if (task / "comm").read_text().strip() == MERGING:
                os.setpriority(os.PRIO_PROCESS, int(task.name), NICENESS)
        except OSError as error:
            log.debug("thread %s keeps its priority: %s", task.name, error)
