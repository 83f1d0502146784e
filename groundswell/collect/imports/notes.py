"""Notes of imports that were begun, so that a block which a crash cut short is loaded again exactly as it was.

The store knows a block again by its token for a thousand blocks only. So whoever opens the collector next finishes what
was begun, before anything else is loaded.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

from groundswell.collect.imports.types import Format, Plan
from groundswell.kernel.files import write_durably
from groundswell.workspace.types import ProjectCard

log = logging.getLogger(__name__)


class Note(msgspec.Struct, frozen=True):
    """A plan as it lies on disk."""

    project: int
    path: str
    format: Format
    columns: dict[str, str]
    received: int
    digest: str

    def plan(self, project: ProjectCard) -> Plan:
        """The plan that was noted."""
        return Plan(project, Path(self.path), self.format, self.columns, self.received, self.digest)


class Notes:
    """The notes in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, plan: Plan) -> None:
        """Note, durably, that an import begins."""
        note = Note(plan.project.id, str(plan.path), plan.format, plan.columns, plan.received, plan.digest)
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_durably(self._path(plan), msgspec.json.encode(note))

    def recall(self, plan: Plan) -> Plan:
        """The plan, received when it was received first if a crash cut it short and it was not finished since."""
        note = _read(self._path(plan))
        return replace(plan, received=note.received) if note else plan

    def has(self, plan: Plan) -> bool:
        """Whether an import of the same content, read in whatever way, was cut short."""
        return any((note.project, note.digest) == (plan.project.id, plan.digest) for note in self.all())

    def remove(self, plan: Plan) -> None:
        """Nothing of this import is half done."""
        self._path(plan).unlink(missing_ok=True)

    def all(self) -> Iterator[Note]:
        """Every import that was cut short."""
        for path in sorted(self._folder.glob("*.json")):
            note = _read(path)
            if note is not None:
                yield note

    def _path(self, plan: Plan) -> Path:
        return self._folder / f"{plan.key}.json"


def _read(path: Path) -> Note | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Note)
    except FileNotFoundError:
        return None
    except msgspec.DecodeError as error:
        log.error("the note of an import, %s, cannot be read: %s", path, error)
        return None
