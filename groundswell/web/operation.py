"""Alive, able to serve, and numbers for Prometheus."""

import resource
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from asgiref.sync import sync_to_async

from groundswell.collect.service import Collector
from groundswell.jobs.service import are_working, how_many
from groundswell.jobs.types import State
from groundswell.kernel.errors import Refusal
from groundswell.store import service as store
from groundswell.workspace.operator import is_operator

Send = Callable[[Mapping[str, Any]], Awaitable[None]]
PATHS = {"/healthz", "/readyz", "/metrics"}
_LOOPBACK = ("127.0.0.1", "::1")


async def operate(collector: Collector, scope: dict[str, Any], send: Send) -> None:
    """Answer one of PATHS. Numbers are for this machine and for whoever has the operator's token."""
    path = scope["path"]
    if path == "/healthz":
        await _answer(send, 200, "ok\n")
    elif path == "/readyz":
        problems = await sync_to_async(_problems)(collector)
        await _answer(send, 503 if problems else 200, "".join(f"{each}\n" for each in problems) or "ready\n")
    elif _may_see_numbers(scope):
        await _answer(send, 200, await sync_to_async(_numbers)(collector))
    else:
        await _answer(send, 403, "Ask from this machine, or with the operator's token.\n")


def _problems(collector: Collector) -> list[str]:
    """What keeps this process from serving, in sentences."""
    problems = []
    if not collector.is_loading:
        problems.append("The loader has stopped.")
    if not are_working():
        problems.append("Background work has stopped.")
    if collector.loader.trouble:
        problems.append(f"Loading waits: {collector.loader.trouble}")
    try:
        store.read("SELECT 1")
    except Refusal as refusal:
        problems.append(refusal.message)
    return problems


def _numbers(collector: Collector) -> str:
    """Prometheus' text format."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    jobs = how_many()
    numbers = {
        ("groundswell_inbox_bytes", "gauge", "Bytes that wait in the inbox on disk."): collector.inbox.size,
        ("groundswell_inbox_waiting_messages", "gauge", "Messages received and not loaded yet."): sum(
            collector.inbox.waiting.values()
        ),
        ("groundswell_received_messages_total", "counter", "Messages received since the inbox began."): (
            collector.inbox.end
        ),
        ("groundswell_loaded_position", "counter", "Messages taken out of the inbox."): collector.loader.position,
        ("groundswell_jobs_waiting", "gauge", "Background work that waits for its time."): jobs.get(State.WAITING, 0),
        ("groundswell_jobs_running", "gauge", "Background work under way."): jobs.get(State.RUNNING, 0),
        ("groundswell_memory_peak_bytes", "gauge", "Largest resident memory of the process."): memory,
    }
    return "".join(
        f"# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n" for (name, kind, help), value in numbers.items()
    )


def _may_see_numbers(scope: dict[str, Any]) -> bool:
    headers = dict(scope["headers"])
    scheme, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    is_local = (scope.get("client") or ("",))[0] in _LOOPBACK and b"x-forwarded-for" not in headers
    return is_local or (scheme.lower() == "bearer" and is_operator(token))


async def _answer(send: Send, status: int, text: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
