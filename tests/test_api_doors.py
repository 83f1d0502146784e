"""Every operation of the API, knocked at by everybody. One that is added is walked without a word here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from groundswell.web.urls import api
from groundswell.workspace.service import found_project
from groundswell.workspace.tests.conftest import person
from groundswell.workspace.tokens import issue_token
from groundswell.workspace.types import Role
from tests.visitors import PASSWORD, member, signed_in
from tests.world import World, group, identify, track

PARTS: dict[str, Any] = {"id": "ada", "name": "Signed Up"}  # those that are there; numbers are 1
# Operations that are sent something and change nothing: who may look may ask.
ASKED = {f"/projects/{{project}}/{each}" for each in ("ask", "why", "who", "segments/preview")}
# Files of the server itself are read for who works on the server, and for nobody who comes from elsewhere.
OF_THE_MACHINE = "POST /projects/{project}/imports"


@dataclass(frozen=True)
class Door:
    method: str
    path: str
    about: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_of_project(self) -> bool:
        return "{project}" in self.path

    @property
    def changes(self) -> bool:
        return self.method != "GET" and self.path not in ASKED


SCHEMA: dict[str, Any] = api.get_openapi_schema()


def doors() -> Iterator[Door]:
    for path, operations in SCHEMA["paths"].items():
        for method, about in operations.items():
            yield Door(method.upper(), path.removeprefix("/api/v1"), about)


def knocked(door: Door, client: Client, project: int) -> HttpResponse:
    """The answer to a request that fits."""
    wanted = [each for each in door.about.get("parameters", []) if each["required"]]
    parts = {each["name"]: PARTS.get(each["name"], 1) for each in wanted if each["in"] == "path"} | {"project": project}
    query = {each["name"]: filled(each["schema"]) for each in wanted if each["in"] == "query"}
    address = f"/api/v1{door.path.format(**parts)}"
    bodies = door.about.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in bodies:
        return client.post(address, filled(bodies["multipart/form-data"]["schema"]), query_params=query)
    body = filled(bodies["application/json"]["schema"]) if bodies else {}
    return client.generic(
        door.method, address, msgspec.json.encode(body), "application/json", query_params=query
    )  # fmt: skip


def filled(schema: dict[str, Any]) -> Any:
    """Something that a schema takes."""
    if "$ref" in schema:
        schema = SCHEMA["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "properties" in schema:
        needed = schema.get("required", [])
        return {name: filled(each) for name, each in schema["properties"].items() if name in needed}
    for choices in ("anyOf", "allOf"):
        if choices in schema:
            return filled(schema[choices][0])
    if schema.get("format") == "binary":
        return SimpleUploadedFile("events.csv", b"event\n")
    values: dict[str, Any] = {"integer": 1, "number": 1, "boolean": True, "array": [], "object": {}}
    return schema["enum"][0] if "enum" in schema else values.get(schema.get("type", ""), "x")


def program(bearer: str) -> Client:
    return Client(headers={"authorization": f"Bearer {bearer}"})


@pytest.fixture
def visitors(world: World) -> dict[str, Client]:
    """Programs of Ada, who owns the world's project, Ben, who edits, Vera, who looks, and Cleo, who owns another; and
    whoever comes with what does not open the API."""
    roles = {"ada": Role.OWNER, "ben": Role.EDITOR, "vera": Role.VIEWER}
    pages = {f"{name}'s browser": member(world.project, name, role) for name, role in roles.items()}
    _, keys = found_project(email="cleo@example.com", password=PASSWORD, name="Elsewhere")
    world.send(identify("ada", name="Ada"), group("ada", "acme", name="Acme"), track("ada", "Signed Up", plan="free"))
    tokens = {name: program(issue_token(person(name).pk, name="walk")) for name in (*roles, "cleo")}
    return {
        **tokens, **pages, "cleo's browser": signed_in("cleo@example.com"), "cleo's key": program(keys.secret_key),
        "a write key": program(keys.write_key), "a browser key": program(keys.browser_key),
        "nonsense": program("gss_nonsense"), "nobody": Client(),
    }  # fmt: skip


def test_the_walk_leaves_no_operation_out() -> None:
    walked = {(door.method, door.path) for door in doors()}
    built = {
        (method, f"/{prefix.strip('/')}{path}".replace("//", "/").replace("{int:", "{").rstrip("/"))
        for prefix, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        for method in operation.methods
    }
    assert {(method, path.replace("{path:", "{")) for method, path in built} == walked
    assert len(walked) > 30


@pytest.mark.parametrize(
    "who", ["nobody", "nonsense", "a write key", "a browser key", "ada's browser", "vera's browser", "cleo's browser"]
)
def test_what_is_neither_a_secret_key_nor_a_token_opens_nothing(
    world: World, visitors: dict[str, Client], who: str
) -> None:
    for door in doors():
        answer = knocked(door, visitors[who], world.project.id)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "unauthorized"), door


@pytest.mark.parametrize("who", ["cleo", "cleo's key"])
def test_to_strangers_a_project_is_not_there(world: World, visitors: dict[str, Client], who: str) -> None:
    for door in doors():
        answer = knocked(door, visitors[who], world.project.id)
        assert answer.status_code == (404 if door.is_of_project else 200), (door, answer.status_code, answer.content)
        assert world.project.name not in answer.content.decode(), door


def test_it_is_answered_as_one_that_there_is_not(world: World, visitors: dict[str, Client]) -> None:
    """Else the answers would tell which numbers are somebody's."""
    for door in doors():
        if door.is_of_project:
            theirs, nobodys = (knocked(door, visitors["cleo"], number) for number in (world.project.id, 987_654))
            assert theirs.content == nobodys.content, door


def test_a_viewer_s_program_changes_nothing(world: World, visitors: dict[str, Client]) -> None:
    for door in doors():
        if door.changes:
            answer = knocked(door, visitors["vera"], world.project.id)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "forbidden"), (door, answer.content)


@pytest.mark.parametrize("who", ["ada", "ben", "vera"])
def test_who_belongs_to_a_project_reads_it(world: World, visitors: dict[str, Client], who: str) -> None:
    """An owner everything; of the others some are refused what is for owners, and nothing else."""
    for door in doors():
        if not door.changes:
            answer = knocked(door, visitors[who], world.project.id)
            right = (200, 400, 404) if who == "ada" else (200, 400, 403, 404)
            assert answer.status_code in right, (door, answer.status_code, answer.content)


@pytest.mark.parametrize("who", ["ada", "vera"])
def test_the_server_s_files_are_read_for_nobody_from_elsewhere(
    world: World, visitors: dict[str, Client], who: str
) -> None:
    for door in doors():
        if str(door) == OF_THE_MACHINE:
            assert knocked(door, visitors[who], world.project.id).status_code == 403, door


def test_what_is_only_for_owners_is_refused_to_an_editor(world: World, visitors: dict[str, Client]) -> None:
    refused = {
        str(door) for door in doors()
        if not door.changes and knocked(door, visitors["ben"], world.project.id).status_code == 403
    }  # fmt: skip
    owned = ("members", "invitations", "keys", "audit")
    assert refused == {f"GET /projects/{{project}}/{each}" for each in owned}
    for door in doors():
        if (
            any(door.path.startswith(f"/projects/{{project}}/{each}") for each in owned)
            or str(door) == "PATCH /projects/{project}"
        ):
            assert knocked(door, visitors["ben"], world.project.id).status_code == 403, door
