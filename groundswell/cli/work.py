"""``groundswell work``: background work alone, beside servers on other machines."""

import signal
import sys
import threading
from importlib import import_module

import click

from groundswell.kernel import environment
from groundswell.kernel.errors import Refusal
from groundswell.python.here import migrate

LOOK_EVERY = 5.0  # seconds between two looks whether it still works


@click.command("work")
def command() -> None:
    """Do background work, and nothing else, until stopped.

    One more of these on each machine that is to help: all of them on one PostgreSQL and one ClickHouse server.
    """
    refuse_beside_the_owner()
    migrate()
    from django.conf import settings

    from groundswell.collect.service import close_collector
    from groundswell.jobs.service import close_workers, open_workers
    from groundswell.kernel.logs import log_to_stderr
    from groundswell.store import service as store

    log_to_stderr(environment.text("LOG_LEVEL", "info"))
    import_module(settings.ROOT_URLCONF)  # where every street brings what it has, its jobs too
    told_to_stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told_to_stop.set())
    workers = open_workers()
    while workers.is_working and not told_to_stop.wait(LOOK_EVERY):
        continue
    close_workers()
    close_collector()
    store.close()
    if not told_to_stop.is_set():
        sys.exit(1)


def refuse_beside_the_owner() -> None:
    """Raises Refusal where a server owns the event store of this data folder: it does the background work itself."""
    from groundswell.store.service import is_embedded
    from groundswell.workspace.operator import running_server

    server = running_server()
    if server and is_embedded():
        raise Refusal(
            409, "store_is_owned",
            f"The event store of this data folder belongs to the server at {server.url}, which works on its own.",
            hint="To work on several machines keep events in ClickHouse (GROUNDSWELL_EVENTS_URL) and the rest in"
            " PostgreSQL (GROUNDSWELL_DATABASE_URL).",
        )  # fmt: skip
