"""Everything that is written down in the audit log has words for people."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundswell.web.slices import load_slices
from groundswell.workspace import shell

HOUSE = Path(__file__).parent.parent / "groundswell"
NOTES = re.compile(r"\bnote_(?:change|of_person)\b")
VERB = re.compile(r"[a-z]+\.[a-z_]+")


def verbs() -> Iterator[tuple[str, str]]:
    """Every verb that is noted, and the file that does: whatever looks like one where changes are noted."""
    for path in sorted(HOUSE.rglob("*.py")):
        source = path.read_text()
        if "tests" in path.parts or not NOTES.search(source):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and VERB.fullmatch(node.value):
                yield node.value, path.relative_to(HOUSE).as_posix()


def test_the_walk_finds_verbs_however_they_are_handed_on() -> None:
    found = {verb for verb, _ in verbs()}
    assert {"key.issued", "invitation.sent_again", "person.password_changed", "project.changed"} <= found
    assert len(found) > 20


@pytest.mark.parametrize(("verb", "path"), sorted(set(verbs())))
def test_a_verb_has_words_and_so_has_its_kind(verb: str, path: str) -> None:
    load_slices()
    kind = verb.partition(".")[0]
    assert shell.deed(verb) != verb, f"{path}: say in slice.py with add_deeds what {verb} means"
    assert shell.kind_of_deeds(kind) != kind, f"{path}: say in slice.py with add_deeds what {kind} is about"
