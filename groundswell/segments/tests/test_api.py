"""Segments over HTTP, as programs see them."""

from typing import Any

import msgspec
import pytest
from django.test import Client

from groundswell.workspace.service import issue_key
from groundswell.workspace.types import KeyKind
from tests.world import World, group, identify, track

MATCH = {"all": [{"trait": {"plan": "pro"}}]}


class Program:
    """Whoever has a secret key of the project."""

    def __init__(self, project: int) -> None:
        self._project = project
        self._key = issue_key(project=project, kind=KeyKind.SECRET)

    def ask(self, method: str, path: str, body: Any = None, *, type: str = "application/json") -> tuple[int, Any]:
        data = body if isinstance(body, bytes) else msgspec.json.encode(body) if body is not None else b""
        answer = Client().generic(
            method, f"/api/v1/projects/{self._project}/segments{path}", data, type,
            headers={"authorization": f"Bearer {self._key}"},
        )  # fmt: skip
        if answer["content-type"].startswith("text/csv"):
            return answer.status_code, b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        return answer.status_code, answer.json()


@pytest.fixture
def program(world: World) -> Program:
    return Program(world.project.id)


def test_a_segment_is_put_read_changed_listed_and_deleted(world: World, program: Program) -> None:
    world.send(identify("ada", plan="pro", name="Ada L"), identify("ben"))
    status, made = program.ask("PUT", "/payers", {"name": "Payers", "of": "people", "match": MATCH})
    assert (status, made["key"], made["of"], made["match"], made["version"]) == (200, "payers", "people", MATCH, 1)
    assert (made["members"], made["messages_since"], made["trouble"]) == (1, 0, None)
    match = {"any": [{"trait": {"plan": {"$ne": "pro"}}}]}
    status, changed = program.ask("PUT", "/payers", {"name": "Others", "match": match, "description": "All the rest"})
    assert (status, changed["version"], changed["description"]) == (200, 2, "All the rest")
    status, read = program.ask("GET", "/payers")
    assert (read["name"], read["match"], read["members"], read["used_in"]) == ("Others", match, 1, [])
    status, found = program.ask("GET", "")
    assert ([each["key"] for each in found["segments"]], found["total"]) == (["payers"], 1)
    status, found = program.ask("GET", "/payers/history")
    assert [each["version"] for each in found["versions"]] == [2, 1]
    assert program.ask("DELETE", "/payers") == (200, {"removed": "payers"})
    status, refused = program.ask("GET", "/payers")
    assert (status, refused["error"]["code"]) == (404, "not_found")


def test_members_come_a_page_at_a_time_and_as_they_are_now(world: World, program: Program) -> None:
    program.ask("PUT", "/doers", {"name": "Doers", "of": "people", "match": {"all": [{"did": {"event": "A"}}]}})
    world.send(*(track(f"u{number}", "A") for number in range(5)), identify("u0", name="=Zero"))
    _, first = program.ask("GET", "/doers/members?limit=3")
    _, rest = program.ask("GET", f"/doers/members?limit=3&after={first['next']}")
    assert {each["id"] for each in first["members"] + rest["members"]} == {f"u{number}" for number in range(5)}
    assert (len(first["members"]), len(rest["members"]), rest["next"], rest["total"]) == (3, 2, None, 5)
    assert (first["of"], first["messages_since"]) == ("people", 0)
    _, text = program.ask("GET", "/doers/members?format=csv")
    lines = text.splitlines()
    assert (lines[0], len(lines)) == ("id,name,email,accounts,companies,role,last_seen", 6)
    assert any(line.startswith("u0,'=Zero,") for line in lines)
    assert program.ask("GET", "/doers/members?after=x")[0] == 400
    assert program.ask("GET", "/doers/members?format=pdf")[0] == 400
    assert program.ask("GET", "/nobody/members")[0] == 404


def test_companies_have_members_too(world: World, program: Program) -> None:
    world.send(group("ada", "acme", plan="pro", name="Acme Inc"), group("ben", "bolt"))
    program.ask("PUT", "/payers", {"name": "Payers", "of": "accounts", "match": MATCH})
    _, found = program.ask("GET", "/payers/members")
    assert [(each["id"], each["name"], each["people"]) for each in found["members"]] == [("acme", "Acme Inc", 1)]
    _, text = program.ask("GET", "/payers/members?format=csv")
    assert text.splitlines()[1].startswith("acme,Acme Inc,1,")


def test_a_match_can_be_tried(world: World, program: Program) -> None:
    world.send(identify("ada", plan="pro"), identify("ben"))
    status, found = program.ask("POST", "/preview", {"of": "people", "match": MATCH})
    assert (status, found["members"], found["everybody"], found["share"]) == (200, 1, 2, 0.5)
    assert [each["id"] for each in found["examples"]] == ["ada"]
    status, refused = program.ask("POST", "/preview", {"of": "people", "match": {"all": [{"traits": {}}]}})
    assert (status, refused["error"]["fields"].keys()) == (400, {"match.all[0].traits"})


def test_a_list_is_brought_as_csv_or_changed_one_by_one(world: World, program: Program) -> None:
    world.send(identify("ada"), identify("ben"))
    body = {"name": "Invited", "of": "people", "match": {"any": [{"listed": True}]}}
    assert program.ask("PUT", "/invited", body)[1]["members"] == 0
    status, found = program.ask("PUT", "/invited/list", b"user_id\nada\ncleo\n", type="text/csv")
    assert (status, found) == (200, {"total": 2, "unknown": 1, "unknown_ids": ["cleo"]})
    status, found = program.ask("POST", "/invited/list", {"add": ["ben"], "remove": ["cleo"]})
    assert (status, found) == (200, {"total": 2, "unknown": 0, "unknown_ids": []})
    assert program.ask("GET", "/invited")[1]["members"] == 2
    assert program.ask("POST", "/invited/list", {"ids": ["ada"]})[1]["total"] == 1
    assert program.ask("GET", "/invited/list")[1]["total"] == 1
    assert program.ask("PUT", "/invited/list", b"\xff\xfe", type="text/csv")[0] == 400


def test_what_is_used_says_so(world: World, program: Program) -> None:
    program.ask("PUT", "/a", {"name": "A", "of": "people", "match": MATCH})
    program.ask("PUT", "/b", {"name": "B", "of": "people", "match": {"not": {"segment": "a"}}})
    assert [each["name"] for each in program.ask("GET", "/a")[1]["used_in"]] == ["B"]
    status, refused = program.ask("DELETE", "/a")
    assert (status, refused["error"]["message"]) == (409, "This segment is used: “B”.")


def test_strangers_see_no_segment(world: World, program: Program, tmp_path: Any) -> None:
    program.ask("PUT", "/a", {"name": "A", "of": "people", "match": MATCH})
    stranger = Program(World(tmp_path).project.id)
    stranger._project = world.project.id
    for method, path in (("GET", ""), ("GET", "/a"), ("DELETE", "/a"), ("GET", "/a/members"), ("GET", "/a/list")):
        assert stranger.ask(method, path)[0] == 404
