"""Imports in a test's own thread: the reading thread offers blocks, and the test has the world's loader load them."""

import html
import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from groundswell.collect import importing, uploads
from groundswell.collect.imports.runs import Imports, Run
from groundswell.collect.imports.types import Report, State
from groundswell.kernel.errors import Refusal
from groundswell.store import service as store
from tests.world import World

ROWS = 8  # of a block of a table, at the desk
CSV = "who,what,when,plan\nada,Signed Up,2026-01-05 10:00,pro\nben,Signed Up,2026-01-05 11:00,free\n,Signed Up,,\n"
CHOSEN = {"format": "csv", "userId": "who", "event": "what", "timestamp": "when"}


class Importing:
    """What imports do in a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.imports = self._take_up()
        self.ended: list[tuple[int, Run]] = []  # and not yet written down

    def load(self, path: Path, format: str = "", **columns: str) -> Report:
        """Import a file to the end. Raises Refusal if that is refused, or AssertionError if it fails."""
        report = self.finish(self.begin(path, format, **columns))
        assert report.state is State.DONE, report.problem
        return report

    def begin(self, path: Path, format: str = "", **columns: str) -> Run:
        return self.imports.start(project=self.world.project, path=path, format=format, columns=columns)

    def finish(self, run: Run) -> Report:
        """Load what an import offers until it is over."""
        while not run.is_over:
            if not self.world.loader.load_offered():
                time.sleep(0.001)
        run.join()
        return run.report

    def write_down(self) -> None:
        """Write down how runs ended: not in their threads, for SQLite in memory refuses two that write
        instead of having one of them wait."""
        while self.ended:
            importing._over(*self.ended.pop())

    def die(self) -> None:
        """The end of the process, as far as the imports can tell, and a new one."""
        while self.world.loader.offers.first():
            self.world.loader.offers.settle(Refusal(503, "dead", "The power is gone."))
        self.imports.stop()
        self.world.start_loader()
        for dictionary in ("persons", "person_accounts"):  # a new process reads them anew
            store.dictionary_touched(dictionary)
        self.imports = self._take_up()

    def _take_up(self) -> Imports:
        imports = Imports(self.world.loader, folder=self.world.folder / "imports")
        if imports.are_begun:
            imports.finish_begun()
            self.world.start_loader()
            imports.loader = self.world.loader
        return imports


def write_lines(path: Path, messages: Iterable[Mapping[str, Any]]) -> Path:
    path.write_text("".join(f"{json.dumps(message)}\n" for message in messages))
    return path


def write_text(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def write_parquet(path: Path, **columns: Any) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def bring(client: Client, page: str, content: str | bytes, name: str = "clicks.csv") -> str:
    """Upload a file; the address of what comes then."""
    data = content.encode() if isinstance(content, str) else content
    answer = client.post(page, {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def text(client: Client, address: str, **headers: str) -> str:
    return html.unescape(client.get(address, headers=headers).content.decode())


def waiting(world: World) -> list[Path]:
    """The files that lie in our folder."""
    return sorted(uploads.uploads_folder().iterdir())


def finish(desk: Importing) -> None:
    """Load what is offered until nothing is under way, and it was written down how it ended."""
    deadline = time.monotonic() + 20
    while importing._runs and time.monotonic() < deadline:
        desk.write_down()
        if not desk.world.loader.load_offered():
            time.sleep(0.001)
    assert not importing._runs


def load(desk: Importing, client: Client, address: str, chosen: dict[str, str] = CHOSEN) -> str:
    """Import what was looked at, to its end; the page of it."""
    client.post(f"{address}/begin", chosen)
    finish(desk)
    return text(client, address)
