"""The translations: what is said in templates and code, gathered, and made into what gettext reads.

python -m groundswell.console.translations            compile what is translated (bin/setup does)
python -m groundswell.console.translations --gather   first bring every street's catalogue up to date
"""

import sys
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
HOUSE = Path(__file__).parent.parent
LANGUAGE = "ko"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "said": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

Found = tuple[int, Any, list[str], str | None]  # line, message, comments, context


def streets() -> list[Path]:
    """The folders of the house that hold code."""
    return sorted(path.parent for path in HOUSE.glob("*/__init__.py"))


def gathered(street: Path) -> Catalog:
    """Everything that a street says to people."""
    catalog = Catalog(domain="django")
    for path in sorted([*street.rglob("*.py"), *street.rglob("*.html"), *street.rglob("*.txt")]):
        where = path.relative_to(HOUSE.parent).as_posix()
        if "tests" in path.parts or "migrations" in path.parts:
            continue
        for _, message, comments, context in _said(path):
            catalog.add(message, locations=[(where, 0)], auto_comments=comments, context=context)
    return catalog


def translated(street: Path) -> Catalog:
    """A street's catalogue as it is kept."""
    path = _kept(street)
    if not path.exists():
        return Catalog(locale=LANGUAGE, domain="django", project="Groundswell", version="1", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, domain="django")


def gather() -> None:
    """Bring every street's catalogue up to date: what is new is empty there, what is gone goes."""
    for street in streets():
        said = gathered(street)
        if not len(said) and not _kept(street).exists():
            continue
        catalog = translated(street)
        catalog.update(said, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.fuzzy, catalog.header_comment = False, "# What this street says, in Korean."
        catalog.creation_date = catalog.revision_date = NO_DATE  # it would change with every run
        _kept(street).parent.mkdir(parents=True, exist_ok=True)
        with _kept(street).open("wb") as file:
            write_po(file, catalog, omit_header=False, sort_output=True, width=120, include_lineno=False)


def compile_all() -> None:
    """Write beside each catalogue what gettext reads."""
    for street in streets():
        if _kept(street).exists():
            with _kept(street).with_suffix(".mo").open("wb") as file:
                write_mo(file, translated(street))


def _kept(street: Path) -> Path:
    return street / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def _said(path: Path) -> Iterator[Found]:
    if path.suffix == ".py":
        with path.open("rb") as file:
            yield from extract("python", file, keywords=KEYWORDS, comment_tags=["Translators:"])
    else:
        yield from extract(_extract_template, BytesIO(path.read_bytes()), keywords=KEYWORDS)


def _extract_template(file: Any, keywords: Any, comment_tags: Collection[str], options: Any) -> Iterator[Any]:
    """Django turns a template into code in which only what is to be translated is left; indentation means nothing."""
    from django.utils.translation import template

    code = template.templatize(file.read().decode())
    flat = "\n".join(line.strip() for line in code.splitlines())
    yield from extract_python(BytesIO(flat.encode()), keywords, comment_tags, {"encoding": "utf-8"})


if __name__ == "__main__":
    if "--gather" in sys.argv[1:]:
        gather()
    compile_all()
