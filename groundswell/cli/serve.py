"""``groundswell serve``: web and background work in one process."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from groundswell.kernel import environment
from groundswell.kernel.errors import Refusal
from groundswell.python.here import migrate

SECONDS_TO_FINISH = 20  # for requests under way when the server is told to stop


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def command(host: str, port: int) -> None:
    """Receive events, answer questions, until stopped. A clean stop loads what was received."""
    serve(host=host, port=port)


def serve(*, host: str, port: int, when_ready: Callable[[], None] | None = None) -> None:
    """Serve until a signal says stop. ``when_ready`` is called once, when requests are answered.

    Raises Refusal where a server runs on this data folder already, or something else listens there.
    """
    refuse_beside_another()
    _refuse_if_taken(host, port)
    migrate()
    _refuse_beside_work()
    import uvicorn

    from groundswell.kernel.logs import log_to_stderr
    from groundswell.workspace import operator

    log_to_stderr(environment.text("LOG_LEVEL", "info"))

    class Server(uvicorn.Server):
        """Says where it is once it listens, and takes that back at the end."""

        async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
            await super().startup(sockets)  # type: ignore[arg-type]
            if self.started:
                operator.announce(f"http://{'127.0.0.1' if host in ('0.0.0.0', '::') else host}:{port}")  # noqa: S104
                if when_ready:
                    when_ready()

        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            """Being told to stop is no failure: uvicorn would end the process with the same signal again."""
            with super().capture_signals():
                yield
                self._captured_signals.clear()

    config = uvicorn.Config(
        "groundswell.web.asgi:application", host=host, port=port, loop="uvloop", http="httptools", lifespan="on",
        log_config=None, access_log=False, server_header=False, proxy_headers=False, backlog=2048, ws="none",
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )  # fmt: skip
    try:
        Server(config).run()
    finally:
        operator.withdraw()


def refuse_beside_another() -> None:
    """One process owns a data folder."""
    from groundswell.workspace.operator import running_server

    if server := running_server():
        raise Refusal(
            409, "already_running", f"Groundswell runs on this data folder already, at {server.url}.",
            hint="Use that one or stop it, or set GROUNDSWELL_DATA to another folder.",
        )  # fmt: skip


def _refuse_beside_work() -> None:
    """Nor does a server open a store that ``groundswell work`` has."""
    from groundswell.jobs.service import workers_live_here
    from groundswell.store.service import is_embedded

    if is_embedded() and workers_live_here():
        raise Refusal(
            409, "store_is_owned", "`groundswell work` has the event store of this data folder open.",
            hint="Stop it: the server does background work itself.",
        )  # fmt: skip


def _refuse_if_taken(host: str, port: int) -> None:
    """Said before anything is opened, and in a sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refusal(
                409, "port_taken", f"{host}:{port} cannot be listened on: {error.strerror}.",
                hint="Choose another with --port.",
            ) from None  # fmt: skip
