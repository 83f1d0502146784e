"""Imports in a test's own thread: the reading thread offers blocks, and the test has the world's loader load them."""

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from groundswell.collect.imports.runs import Imports, Run
from groundswell.collect.imports.types import Report, State
from groundswell.kernel.errors import Refusal
from groundswell.store import service as store
from tests.world import World


class Importing:
    """What imports do in a world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.imports = self._take_up()

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
