"""The rules of the house that no off-the-shelf linter knows. Who looks at whom is import-linter's, in .importlinter."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.management import call_command

from groundswell.store import migrate, scope, service
from groundswell.store.migrate import Migration, migrations_in
from groundswell.web.slices import STREETS, load_slices

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "groundswell"
LONGEST_FILE = 450  # lines
LONGEST_FUNCTION = 60  # lines
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers"}


def tracked(pattern: str) -> list[Path]:
    """The files of the repository that match, those not yet added included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for line in listed.splitlines() if (path := ROOT / line).exists()]


CODE = tracked("*.py")
INSIDE = [path for path in CODE if path.is_relative_to(HOUSE)]
SQL = tracked("*.sql")


def streets() -> list[Path]:
    return sorted(path for path in HOUSE.iterdir() if (path / "__init__.py").exists())


def street_of(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports(text: str, *, at: Path) -> Iterator[str]:
    """Everything that a module with this text imports, anywhere in it, as dotted names."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            package = [] if not node.level else list(at.relative_to(ROOT).parts[: -node.level])
            source = ".".join([*package, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def imported_models(path: Path) -> Iterator[tuple[str, str]]:
    """The models that a module imports: (street, dotted name)."""
    for name in imports(path.read_text(), at=path):
        parts = name.split(".")
        if parts[0] == "groundswell" and "models" in parts[2:]:
            yield parts[1], name


def test_the_rules_look_at_something() -> None:
    assert len(INSIDE) > 100
    assert len(SQL) >= 10
    assert {path.name for path in streets()} > set(STREETS)


def test_models_are_seen_however_they_are_imported() -> None:
    found = imports(
        "from groundswell.events.models import Slot\n"
        "import groundswell.events.models\n"
        "def later():\n"
        "    from . import models\n"
        "    from ..events.models import Slot\n",
        at=HOUSE / "people" / "service.py",
    )
    assert list(found) == [
        "groundswell.events.models.Slot",
        "groundswell.events.models",
        "groundswell.people.models",
        "groundswell.events.models.Slot",
    ]


def test_only_a_street_touches_its_own_tables() -> None:
    strays = [
        f"{shown(path)} imports {name}"
        for path in INSIDE
        for street, name in imported_models(path)
        if street != street_of(path)
    ]
    assert not strays, f"Ask that street's service instead: {strays}"


def test_doors_do_not_reach_for_tables() -> None:
    doors = [path for path in INSIDE if path.name in ("api.py", "doors.py", "door.py")]
    assert doors
    strays = [f"{shown(path)} imports {name}" for path in doors for _, name in imported_models(path)]
    assert not strays, f"A door calls a verb of its service: {strays}"


def test_every_module_is_named_for_what_it_holds() -> None:
    vague = [shown(path) for path in CODE if NAMES_THAT_SAY_NOTHING & {path.stem, *path.relative_to(ROOT).parts[:-1]}]
    assert not vague, f"Say what it holds: {vague}"


def test_files_stay_short_enough_to_read() -> None:
    lengths = {shown(path): len(path.read_text().splitlines()) for path in CODE}
    long = {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE}
    assert not long, f"Split by subject: {long}"


def test_functions_stay_short_enough_to_read() -> None:
    long = [
        f"{shown(path)}: {node.name} has {lines} lines"
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert not long, f"Name the parts: {long}"


@pytest.mark.parametrize("street", streets(), ids=lambda path: path.name)
def test_a_street_says_what_its_words_mean_and_is_tested(street: Path) -> None:
    readme = street / "README.md"
    assert readme.exists(), "Write what its words mean and what always holds: one page."
    assert readme.read_text().startswith(f"# {street.name}")
    assert any((street / "tests").glob("test_*.py")), "A street's tests live with it."


def test_questions_name_only_sources_that_exist() -> None:
    load_slices()
    strange = [
        f"{shown(path)}: scope.{name}"
        for path in [*SQL, *INSIDE]
        if "tests" not in path.parts
        for name in re.findall(r"\b(?:FROM|JOIN|IN)\s+\(?scope\.(\w+)", path.read_text())
        if name not in scope._sources
    ]
    assert not strange, f"Known sources: {sorted(scope._sources)}; not these: {strange}"


def test_only_sources_and_migrations_name_tables() -> None:
    load_slices()
    sources = set(scope._sources.values())
    strays = [
        shown(path)
        for path in SQL
        if path.parent.name != "tables"
        and path.read_text().strip() not in sources
        and "groundswell." in path.read_text()
    ]
    assert not strays, f"A question reads scope.<source>, which is fenced to one project: {strays}"


def test_what_takes_much_memory_is_loaded_by_the_first_who_needs_it() -> None:
    heavy = ("altair", "numba", "pandas", "scipy", "vl_convert")
    program = (
        "import sys, django; django.setup(); from django.urls import get_resolver;"
        f"get_resolver().url_patterns; print([each for each in {heavy} if each in sys.modules])"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "groundswell.web.settings"}
    command = [sys.executable, "-c", program]
    loaded = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
    assert loaded.strip() == "[]", "Import it where it is used, not at the head of a module."


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{shown(path)} → {target}"
        for path in tracked("*.md")
        for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text())
        if not re.match(r"[a-z]+:|#", target) and not (path.parent / target.partition("#")[0]).exists()
    ]
    assert not broken, broken


def test_lock_files_name_no_registry() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert "://" not in (ROOT / lock).read_text()
    assert '"resolved"' not in (ROOT / "tests" / "package-lock.json").read_text()


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def migrations() -> list[Migration]:
    """The column store's migrations of all streets, lowest street first."""
    return [each for street in STREETS for each in migrations_in(HOUSE / street / "tables")]


def test_migrations_are_numbered_without_gaps_and_go_both_ways() -> None:
    assert migrations()
    for street in STREETS:
        names = [each.name for each in migrations_in(HOUSE / street / "tables")]
        assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1)), street
    assert all(each.up and each.down for each in migrations())


def test_every_migration_can_be_taken_back_and_applied_again(store: None) -> None:
    engine = service.engine()
    migrate.unmigrate(engine, migrations())
    schemas = [_schema()]
    assert {name for name, _ in schemas[0]} == {"migrations"}
    for each in migrations():
        assert migrate.migrate(engine, [each]) == [each]
        schemas.append(_schema())
        assert migrate.unmigrate(engine, [each]) == [each]
        assert _schema() == schemas[-2], f"{each.street}/{each.name} leaves something behind"
        migrate.migrate(engine, [each])
        assert _schema() == schemas[-1], f"{each.street}/{each.name} differs the second time"
    assert all(before != after for before, after in pairwise(schemas))


def _schema() -> list[tuple[str, str]]:
    """The tables and dictionaries there are, with what makes them."""
    return service.read(
        "SELECT name, create_table_query FROM system.tables WHERE database = 'groundswell' ORDER BY name"
    ).rows
