"""Everything that is written down in the audit log has words for people."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from groundswell.events.service import describe_event, name_roles
from groundswell.people import service as people
from groundswell.web.slices import load_slices
from groundswell.workspace import shell
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller, Role
from tests.visitors import member
from tests.world import World, group, track

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


def details() -> Iterator[tuple[str, str]]:
    """Verb and field of every detail that stands in the code as such."""
    for path in sorted(HOUSE.rglob("*.py")):
        if "tests" not in path.parts and NOTES.search(source := path.read_text()):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Call):
                    given = {each.arg: each.value for each in node.keywords}
                    verb, detail = given.get("verb"), given.get("detail")
                    if isinstance(verb, ast.Constant) and isinstance(detail, ast.Dict):
                        yield from ((verb.value, key.value) for key in detail.keys if isinstance(key, ast.Constant))


@pytest.mark.parametrize(("verb", "field"), sorted(set(details())))
def test_a_detail_has_words(verb: str, field: str) -> None:
    load_slices()
    assert shell.detail(verb, field), f"say in slice.py with add_details what {field} of {verb} is"


def test_owners_read_it_in_words_of_their_own(world: World) -> None:
    world.send(track("ben", "Signed Up"), group("ben", "acme"))
    ada = member(world.project, "ada", Role.OWNER)
    me = Caller(user=int(ada.session["_auth_user_id"]))
    describe_event(me, world.project, "Signed Up", {"is_hidden": True, "owner": me.user, "description": "Came in"})
    describe_event(me, world.project, "Signed Up", {"owner": None})
    name_roles(me, world.project, {"signed_in": "Came back"})
    people.set_role(world.project, "ben", "acme", "champion", caller=me)
    ada.post(f"/p/{world.project.id}/keys", {"kind": "secret"})
    note_change(me, project=world.project.id, verb="export.begun", subject="people", detail={"format": "csv"})
    page = ada.get(f"/p/{world.project.id}/audit").content.decode()
    for words in (
        "hidden <bdi>yes</bdi>", "who knows <bdi>Ada</bdi>", "who knows <bdi>nobody</bdi>", "role <bdi>champion</bdi>",
        "Said which event plays a role: <bdi>Sign-in</bdi>", "kind <bdi>Secret key</bdi>",
        "Exported data: <bdi>People</bdi>", "format <bdi>CSV</bdi>",
    ):  # fmt: skip
        assert words in page, words
    ada.cookies["groundswell_language"] = "ko"
    page = ada.get(f"/p/{world.project.id}/audit").content.decode()
    for words in (
        "숨김 <bdi>예</bdi>", "담당자 <bdi>Ada</bdi>", "담당자 <bdi>없음</bdi>", "종류 <bdi>비밀 키</bdi>",
        "키를 만들었어요: <bdi>", "역할을 바꿨어요: <bdi>", "데이터를 내보냈어요: <bdi>사람</bdi>",
        "형식 <bdi>CSV</bdi>",
    ):  # fmt: skip
        assert words in page, words
    assert not any(raw in page for raw in ("is_hidden", ">True<", "owner", "champion", "before"))
