"""Text files that were written in another way than UTF-8, as spreadsheets in Korea do, made into UTF-8."""

import codecs
from pathlib import Path

from groundswell.collect.imports.files import is_compressed
from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said

_CHUNK = 1024 * 1024  # bytes
_PARQUET = b"PAR1"
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_OTHERS = ("utf-8-sig", "cp949")
_NO_TEXT = {
    b"PK\x03\x04": said("This is an archive or a workbook."),
    b"\xd0\xcf\x11\xe0": said("This is a workbook of Excel."),
    b"%PDF": said("This is a PDF."),
}


def make_readable(path: Path) -> str:
    """Write a text anew in UTF-8 unless it is. Returns how it was written, '' if nothing had to be done.

    Raises Refusal for what is no text, in a sentence that says what to bring instead.
    """
    with path.open("rb") as file:
        start = file.read(_CHUNK)
    if start.startswith(_PARQUET) or is_compressed(path):
        return ""
    written = next((name for mark, name in _MARKS.items() if start.startswith(mark)), "")
    for mark, sentence in _NO_TEXT.items():
        if start.startswith(mark):
            raise _refusal(sentence)
    if not written and b"\0" in start:
        raise _refusal(said("This is no text."))
    for name in [written] if written else _OTHERS:
        if _is_written_in(path, name):
            if name != _OTHERS[0]:
                _rewrite(path, name)
            return name if name != _OTHERS[0] else ""
    raise _refusal(said("It cannot be seen how the text is written."))


def _refusal(message: str) -> Exception:
    return bad_request(
        message, field="file",
        hint=said("Bring a CSV (in Excel: Save as, CSV UTF-8), JSON lines or Parquet; any of them may be gzipped."),
    )  # fmt: skip


def _is_written_in(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _rewrite(path: Path, name: str) -> None:
    made = path.with_name(f"{path.name}.utf-8")
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file, made.open("wb") as to:
            while chunk := file.read(_CHUNK):
                to.write(decoder.decode(chunk).encode())
            to.write(decoder.decode(b"", final=True).encode())
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
