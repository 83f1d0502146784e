"""The catalogue and the vocabulary as programs ask for them."""

from typing import Any

import pytest
from django.test import Client

from groundswell.events.vocabulary import ROLES
from groundswell.workspace.audit import entries
from groundswell.workspace.service import issue_key
from groundswell.workspace.types import KeyKind
from tests.world import World, track


class Program:
    """Something with a project's secret key."""

    def __init__(self, world: World) -> None:
        self.headers = {"Authorization": f"Bearer {issue_key(project=world.project.id, kind=KeyKind.SECRET)}"}
        self.path = f"/api/v1/projects/{world.project.id}/"

    def get(self, path: str, status: int = 200, **asked: Any) -> Any:
        answer = Client().get(self.path + path, asked, headers=self.headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    def send(self, method: str, path: str, body: Any, status: int = 200) -> Any:
        send = getattr(Client(), method)
        answer = send(self.path + path, body, content_type="application/json", headers=self.headers)
        assert answer.status_code == status, answer.content
        return answer.json()


@pytest.fixture
def program(world: World) -> Program:
    world.send(
        track("ada", "Signed Up", "2026-01-09T10:00:00Z", plan="pro"),
        track("ada", "Opened", "2026-01-08T10:00:00Z", size=3, **{"a/b": True}),
        track("ben", "Opened", "2026-01-09T11:00:00Z", size=4, **{"a/b": {"password": "hunter2"}}),
    )
    return Program(world)


def test_events_are_listed_with_their_volume(program: Program) -> None:
    found = program.get("events")
    assert [(each["name"], each["recent"], each["count"], each["first_seen"]) for each in found["events"]] == [
        ("Opened", 2, 2, "2026-01-08"), ("Signed Up", 1, 1, "2026-01-09"),
    ]  # fmt: skip
    assert found["events"][0]["days"][-3:] == [1, 1, 0]
    assert found["events"][0]["last_seen"] == "2026-01-09T11:00:00Z"
    assert found["total"] == 2
    assert program.get("events", q="sign")["events"][0]["name"] == "Signed Up"
    assert program.get("events", page=2) == {"events": [], "total": 2}


def test_properties_are_listed_with_types_and_examples_as_they_were_sent(program: Program) -> None:
    found = {each["name"]: each for each in program.get("properties")["properties"]}
    assert list(found) == ["a/b", "plan", "size"]
    assert found["size"]["types"] == ["number"]
    assert found["plan"]["examples"] == ["pro"]
    # Booleans and objects as JSON writes them, without what sounds like a secret.
    assert found["a/b"]["examples"] in (["true"], ["true", '{"password":"•••"}'])
    assert program.get("properties/a/b")["name"] == "a/b"


def test_a_program_describes_names_and_what_it_leaves_out_stays(program: Program, world: World) -> None:
    program.send("patch", "events/Signed Up", {"description": "Became ours"})
    changed = program.send("patch", "events/Signed Up", {"hidden": True})
    assert (changed["description"], changed["hidden"], changed["owner"]) == ("Became ours", True, None)
    assert program.get("events/Signed Up") == changed
    assert program.send("patch", "properties/plan", {"description": "What they pay for"})["description"]
    assert [each.verb for each in entries(world.project.id).items][:3] == [
        "property.described", "event.described", "event.described",
    ]  # fmt: skip


def test_what_cannot_be_said_of_a_name_is_refused(program: Program) -> None:
    for body, field in (
        ({"description": "w" * 2001}, "description"),
        ({"owner": 99_999}, "owner"),
        ({"description": None}, "description"),
    ):
        assert field in program.send("patch", "events/Opened", body, 400)["error"]["fields"], body
    missing = program.send("patch", "events/opened", {"description": "x"}, 404)["error"]
    assert missing["message"] == "There is no such event."


def test_the_vocabulary_is_read_and_changed(program: Program) -> None:
    assert program.get("vocabulary") == ROLES
    assert program.send("put", "vocabulary", {"signed_up": "Opened"}) == {**ROLES, "signed_up": "Opened"}
    assert program.get("vocabulary")["signed_up"] == "Opened"
    assert program.send("put", "vocabulary", {"signed_up": ""}) == ROLES


def test_roles_that_are_none_are_refused_by_name_and_nothing_is_changed(program: Program) -> None:
    refused = program.send("put", "vocabulary", {"paid": "Paid", "sign_up": "Opened"}, 400)["error"]
    assert refused["message"] == "There is no role 'sign_up'."
    assert "signed_up" in refused["hint"]
    assert list(refused["fields"]) == ["sign_up"]
    value = program.send("put", "vocabulary", {"value": "Opened"}, 400)["error"]
    assert "milestone" in value["hint"]
    assert program.send("put", "vocabulary", {"paid": 7}, 400)["error"]["fields"]
    assert program.send("put", "vocabulary", {"paid": "w" * 201}, 400)["error"]["fields"] == {
        "paid": "An event name has at most 200 characters."
    }
    assert program.get("vocabulary") == ROLES


def test_the_key_of_another_project_opens_nothing(program: Program, tmp_path: Any) -> None:
    stranger = Program(World(tmp_path))
    stranger.path = program.path
    for path in ("events", "events/Opened", "properties", "vocabulary"):
        stranger.get(path, 404)
    stranger.send("put", "vocabulary", {"signed_up": "Mine"}, 404)
    stranger.send("patch", "events/Opened", {"description": "Mine"}, 404)
    assert program.get("vocabulary") == ROLES
