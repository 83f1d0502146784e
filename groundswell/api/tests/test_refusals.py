"""Strangers are refused, and every refusal has the one shape."""

import pytest
from django.test import Client

from groundswell.workspace.service import found_project
from groundswell.workspace.types import NewKeys, ProjectCard

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_store")]


@pytest.fixture
def made() -> tuple[ProjectCard, NewKeys]:
    """Ada's project."""
    return found_project(email="ada@example.com", password="engine", name="Engine")


def asked(path: str, key: str = "", **extra: str) -> tuple[int, dict[str, object]]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = Client().get(f"/api/v1{path}", headers=headers, **extra)  # type: ignore[arg-type]
    return answer.status_code, answer.json()


@pytest.mark.parametrize("kind", ["", "write_key", "browser_key", "nonsense"])
def test_only_a_secret_key_may_ask(made: tuple[ProjectCard, NewKeys], kind: str) -> None:
    project, keys = made
    status, body = asked(f"/projects/{project.id}", getattr(keys, kind, kind))
    assert status == 401
    assert body["error"]["code"] == "unauthorized"  # type: ignore[index]


def test_a_secret_key_sees_its_project(made: tuple[ProjectCard, NewKeys]) -> None:
    project, keys = made
    assert asked(f"/projects/{project.id}", keys.secret_key) == (
        200,
        {"id": project.id, "name": "Engine", "timezone": "UTC", "currency": "USD", "language": "en"},
    )


def test_another_method_is_told_which_it_should_be(made: tuple[ProjectCard, NewKeys]) -> None:
    project, keys = made
    status, body = asked(f"/projects/{project.id}/ask", keys.secret_key)
    assert (status, body["error"]["message"]) == (405, "Send this as POST.")  # type: ignore[index]


def test_another_projects_key_is_told_that_there_is_no_such_project(made: tuple[ProjectCard, NewKeys]) -> None:
    project, _ = made
    _, cleos = found_project(email="cleo@example.com", password="engine", name="Other")
    status, body = asked(f"/projects/{project.id}", cleos.secret_key)
    assert status == 404
    assert set(body["error"]) == {"code", "message", "hint", "fields"}  # type: ignore[call-overload]


def test_input_that_does_not_fit_names_the_field(made: tuple[ProjectCard, NewKeys]) -> None:
    _, keys = made
    status, body = asked("/projects?limit=many", keys.secret_key)
    assert status == 400
    assert list(body["error"]["fields"]) == ["limit"]  # type: ignore[index]


def test_a_list_is_paged(made: tuple[ProjectCard, NewKeys]) -> None:
    _, keys = made
    _, body = asked("/projects?limit=1", keys.secret_key)
    assert (len(body["projects"]), body["next"]) == (1, None)  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/nothing"])
def test_paths_that_lead_nowhere_say_so_in_the_one_shape(path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_our_own_mistakes_are_told_in_the_one_shape(
    made: tuple[ProjectCard, NewKeys], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    project, keys = made
    monkeypatch.setattr("groundswell.workspace.service.card_of", fail)
    status, body = asked(f"/projects/{project.id}", keys.secret_key)
    assert (status, body["error"]["code"]) == (500, "internal")  # type: ignore[index]
    assert "ZeroDivisionError" in caplog.text


def test_messages_are_accepted_or_refused_and_nothing_else(made: tuple[ProjectCard, NewKeys]) -> None:
    project, keys = made
    status, body = asked(f"/projects/{project.id}/ingestion/messages?status=lost", keys.secret_key)
    assert (status, list(body["error"]["fields"])) == (400, ["status"])  # type: ignore[index]
