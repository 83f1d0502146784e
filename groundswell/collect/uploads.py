"""Files that come with a form: written straight into our folder, under a name of ours, up to a limit."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest

from groundswell.kernel import environment
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said

MEGABYTE = 1_000_000
FIELD = "file"
_BESIDES = MEGABYTE  # bytes of a form around its file
_LONGEST = 200  # characters of a name
_ENDINGS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".parquet")


def uploads_folder() -> Path:
    """Where uploaded files wait: ``GROUNDSWELL_UPLOADS``, else ``uploads`` in the data folder."""
    return environment.folder("UPLOADS", str(environment.data_folder() / "uploads"))


def most_megabytes() -> int:
    """The largest file that is taken (``GROUNDSWELL_UPLOAD_MEGABYTES``)."""
    return environment.number("UPLOAD_MEGABYTES", 500, least=1)


class Received(UploadedFile):  # type: ignore[type-arg]  # it is not generic where it runs
    """A file that lies in our folder."""

    def __init__(self, path: Path, name: str, size: int) -> None:
        super().__init__(file=path.open("rb"), name=name, size=size)
        self.path = path
        self.is_kept = False  # somebody will load it, or discard it


@contextmanager
def uploading(request: HttpRequest) -> Iterator[None]:
    """Takes the file of a request's form as soon as that is asked for. Of what nobody kept by the end nothing stays."""
    handler = Uploads(request)
    request.upload_handlers = [handler]
    try:
        yield
    finally:
        handler.leave_nothing()


class Uploads(FileUploadHandler):
    """Takes the one file of a form. Raises Refusal 413 as soon as it is too large; nothing of it stays."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self._most = most_megabytes() * MEGABYTE
        self._size = 0
        self._path: Path | None = None
        self._to: BinaryIO | None = None
        self._received: Received | None = None

    def handle_raw_input(
        self, input_data: Any, META: dict[str, str], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        if content_length > self._most + _BESIDES:
            raise self._too_large()

    def new_file(self, field_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, *args, **kwargs)
        if field_name != FIELD or self._path is not None:
            raise SkipFile
        ending = Path(self.file_name or "").suffix.lower()
        self._path = uploads_folder() / f"{secrets.token_hex(16)}{ending if ending in _ENDINGS else ''}"
        self._to = self._path.open("wb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert self._to is not None
        self._size += len(raw_data)
        if self._size > self._most:
            self._give_up()
            raise self._too_large()
        try:
            self._to.write(raw_data)
        except OSError as error:
            raise self._no_room(error) from None

    def file_complete(self, file_size: int) -> Received | None:
        if self._to is None or self._to.closed or self._path is None:
            return None
        try:
            self._to.close()
        except OSError as error:
            raise self._no_room(error) from None
        self._received = Received(self._path, name_of(self.file_name or ""), file_size)
        return self._received

    def upload_interrupted(self) -> None:
        self._give_up()

    def leave_nothing(self) -> None:
        """Delete what came, unless it is kept."""
        if self._received is None or not self._received.is_kept:
            self._give_up()

    def _give_up(self) -> None:
        if self._to is not None and self._path is not None:
            with suppress(OSError):  # a full disk takes not even the rest
                self._to.close()
            self._path.unlink(missing_ok=True)

    def _no_room(self, error: OSError) -> Refusal:
        self._give_up()
        return Refusal(
            507, "not_kept", said("The file could not be kept: %(error)s.", error=error.strerror),
            hint=said("Whoever runs the server has to make room for it."),
        )  # fmt: skip

    def _too_large(self) -> Refusal:
        return Refusal(
            413, "too_large", said("The file is larger than %(most)s MB.", most=most_megabytes()),
            hint=said("Compress it with gzip, cut it into parts, or import it on the server: groundswell import FILE."),
        )  # fmt: skip


def name_of(name: str) -> str:
    """A name as it can be shown: what cannot be seen in it, or turns it around, is left out."""
    return "".join(letter for letter in name if letter.isprintable())[:_LONGEST]
