"""The whole HTTP surface: what is sent goes to the collector's door, all else to Django."""

import gc
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.web.settings")

import django
from django.core.asgi import get_asgi_application

django.setup()

from groundswell.collect.door import is_ours
from groundswell.collect.service import Collector, close_collector, collector
from groundswell.jobs.service import close_workers, open_workers
from groundswell.kernel.asker import Asker, on_behalf_of
from groundswell.store import service as store
from groundswell.web.bodies import limited
from groundswell.web.operation import PATHS, operate
from groundswell.web.slices import load_slices

load_slices()

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class Application:
    """One ASGI callable for everything. The collector opens when the server starts and drains when it stops."""

    def __init__(self) -> None:
        self._django = get_asgi_application()
        self._collector: Collector | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            assert self._collector is not None, "the server must run the lifespan protocol"
            if is_ours(scope["path"]):
                await self._collector.door(scope, receive, send)
            elif scope["path"] in PATHS:
                await operate(self._collector, scope, send)
            else:
                await self._ask_django(scope, receive, send)

    async def _ask_django(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What takes long ends when nobody waits for it any more."""
        asker = Asker()

        async def receive_next() -> dict[str, Any]:
            message = await receive()
            if message["type"] == "http.disconnect":
                asker.hang_up()
            return message

        with on_behalf_of(asker):
            await self._django(scope, limited(scope, receive_next), send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._collector = collector()
        open_workers()
        gc.freeze()  # what is loaded by now stays: it need not be looked through for garbage again and again
        await send({"type": "lifespan.startup.complete"})
        await receive()
        close_workers()
        close_collector()
        store.close()
        await send({"type": "lifespan.shutdown.complete"})


application = Application()
