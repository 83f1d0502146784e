"""Files as they lie on disk: compressed or not, what they hold, and a name for their content."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
import xxhash

from groundswell.collect.imports.types import Format
from groundswell.collect.steps import KINDS
from groundswell.kernel.errors import Refusal, bad_request
from groundswell.kernel.words import said

UNKNOWN = "unknown_format"  # the code of a refusal: somebody has to say what a file holds
_CHUNK = 8 * 1024 * 1024  # bytes
_FIRST_LINE = 1024 * 1024  # bytes; where the first line ends later, it is no line
_GZIP = b"\x1f\x8b"
_PARQUET = b"PAR1"
_SEPARATED = {".csv", ".tsv", ".txt"}


def check_file(path: Path) -> None:
    """Raises Refusal unless there is something to read at that place."""
    if not path.exists():
        raise bad_request(said("There is no file %(path)s.", path=path), field="path")
    if not path.is_file():
        raise bad_request(said("%(path)s is not a file.", path=path), field="path")
    try:
        with path.open("rb") as file:
            is_empty = not file.read(1)
    except OSError as error:
        raise Refusal(
            403, "unreadable_file", said("%(path)s cannot be read: %(error)s.", path=path, error=error.strerror),
            hint=said("Where a server runs, it is the server that reads the file."),
        ) from None  # fmt: skip
    if is_empty:
        raise bad_request(said("%(path)s is empty.", path=path), field="path")


def why(error: Exception, path: Path) -> str:
    """What went wrong with a file, without where it lies on the server."""
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    return text.replace(str(path), "FILE").replace(str(path.parent), "…")


def is_compressed(path: Path) -> bool:
    """Whether a file is compressed by gzip."""
    with path.open("rb") as file:
        return file.read(2) == _GZIP


class Opened:
    """A file open for reading, inflated on the way, which knows how much of it was read."""

    def __init__(self, path: Path) -> None:
        self._raw = path.open("rb")
        self._size = max(1, path.stat().st_size)
        self.file = cast("BinaryIO", gzip.GzipFile(fileobj=self._raw)) if is_compressed(path) else self._raw

    def __enter__(self) -> "Opened":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self._raw.close()

    @property
    def share(self) -> float:
        """How much was read: 0…1."""
        return 1.0 if self._raw.closed else min(1.0, self._raw.tell() / self._size)

    @property
    def length(self) -> float:
        """About how many bytes the file holds, inflated, by what was read of it."""
        if self._raw.closed or not self._raw.tell():
            return float(self._size)
        return self._size * self.file.tell() / self._raw.tell()


def digest_of(path: Path, *, look: Callable[[float], bool] = lambda share: True) -> str | None:
    """The name of a file's content. ``look`` is told from time to time how much was read (0…1).

    None when ``look`` says that it is enough.
    """
    digest, size, done = xxhash.xxh3_128(), max(1, path.stat().st_size), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            if not look(done / size):
                return None
    return digest.hexdigest()


def guess_format(path: Path) -> Format:
    """What a file holds, by its ending and its first line. Raises Refusal if that says nothing."""
    start = _start_of(path)
    if start.startswith(_PARQUET):
        return Format.PARQUET
    line = start.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 1)[0]
    if line.startswith(b"{"):
        return _guess_json(line)
    if line.startswith(b"["):
        raise bad_request(
            said("%(path)s holds one JSON list.", path=path),
            hint=said("Write one object a line: jq -c '.[]' %(name)s", name=path.name), field="format",
        )  # fmt: skip
    if _SEPARATED & set(path.suffixes) or any(each in line for each in b",;\t|"):
        return Format.CSV
    raise bad_request(
        said("It cannot be seen what %(path)s holds.", path=path),
        hint=said("Say it: --format %(formats)s", formats="|".join(Format)), code=UNKNOWN, field="format",
    )  # fmt: skip


def lines_of(file: BinaryIO, *, longest: int) -> Iterator[bytes]:
    """The lines of a file that are not blank; of one longer than so many bytes only that much and a byte."""
    while line := file.readline(longest + 1):
        whole = line
        while len(whole) > longest and not whole.endswith(b"\n"):
            whole = file.readline(longest + 1)
            if not whole:
                break
        if not line.isspace():
            yield line


def _start_of(path: Path) -> bytes:
    """The first bytes of a file, inflated."""
    with Opened(path) as opened:
        try:
            return opened.file.read(_FIRST_LINE)
        except (OSError, EOFError) as error:
            raise bad_request(
                said("%(path)s cannot be inflated: %(error)s.", path=path, error=why(error, path)), field="path"
            ) from None


def _guess_json(line: bytes) -> Format:
    """Which program wrote this line."""
    try:
        found = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return Format.JSONL
    properties = found.get("properties")
    inner = properties if isinstance(properties, dict) else {}
    if "event_type" in found and found.keys() & {"amplitude_id", "device_id", "user_id"}:
        return Format.AMPLITUDE
    if "event" in found and "distinct_id" in found:
        return Format.POSTHOG
    if "event" in found and inner.keys() >= {"distinct_id", "time"}:
        return Format.MIXPANEL
    is_segment = isinstance(found.get("type"), str) and found["type"] in KINDS
    return Format.SEGMENT if is_segment and found.keys() & {"userId", "anonymousId"} else Format.JSONL
