"""Text files that were written in another way than UTF-8, as spreadsheets do, made into UTF-8."""

import codecs
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from groundswell.collect.imports.files import is_compressed
from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said

_CHUNK = 1024 * 1024  # bytes
_PARQUET = b"PAR1"
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_UTF_8 = "utf-8-sig"
_ENOUGH = 100_000  # different runs of what is not ASCII, by which it is judged
_RUNS = re.compile(r"[^\x00-\x7f]+")
_HANGUL, _HANJA = re.compile("[가-힣]"), re.compile("[\u4e00-\u9fff\uf900-\ufaff]")
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
    for name, is_likely in {written: _anything}.items() if written else _OTHERS.items():
        if _is_written_in(path, name, is_likely):
            if name != _UTF_8:
                _rewrite(path, name)
            return name if name != _UTF_8 else ""
    raise _refusal(said("It cannot be seen how the text is written."))


def _refusal(message: str) -> Exception:
    return bad_request(
        message, field="file",
        hint=said("Bring a CSV (in Excel: Save as, CSV UTF-8), JSON lines or Parquet; any of them may be gzipped."),
    )  # fmt: skip


def _is_written_in(path: Path, name: str, is_likely: Callable[[Counter[str]], bool]) -> bool:
    """Whether a file can be read so, and what comes out is likely to have been meant."""
    decoder = codecs.getincrementaldecoder(name)()
    runs: Counter[str] = Counter()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                text = decoder.decode(chunk)
                if is_likely is not _anything and len(runs) < _ENOUGH:
                    runs.update(_RUNS.findall(text))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return is_likely(runs)


def _anything(runs: Counter[str]) -> bool:
    return True


def _is_korean(runs: Counter[str]) -> bool:
    """Whether most letters are common syllables. CP949 makes rare ones of a letter with an accent and the next."""
    letters: Counter[str] = Counter()
    for run, count in runs.items():
        for letter in run:
            letters[letter] += count if letter.isalpha() and not _HANJA.match(letter) else 0
    common = sum(count for letter, count in letters.items() if _HANGUL.match(letter) and _is_common(letter))
    return common * 2 > sum(letters.values())


def _is_common(syllable: str) -> bool:
    return len(syllable.encode("euc_kr")) == 2  # those of KS X 1001; the others are spelled in eight bytes


def _is_western(runs: Counter[str]) -> bool:
    """Whether most characters that are not ASCII stand alone, as accents do; those of other scripts stand in rows."""
    alone = sum(count for run, count in runs.items() if len(run) == 1)
    return alone * 2 >= sum(len(run) * count for run, count in runs.items())


_OTHERS = {_UTF_8: _anything, "cp949": _is_korean, "cp1252": _is_western}  # tried in this order


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
