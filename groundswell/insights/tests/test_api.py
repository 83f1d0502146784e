"""Asking over HTTP."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from groundswell.workspace import projects
from groundswell.workspace.service import issue_key
from groundswell.workspace.types import Caller, KeyKind
from tests.world import World, track

TREND = {
    "kind": "trend", "series": [{"event": "A", "measure": "total"}], "breakdown": ["p", "q"],
    "date_from": "2026-01-05", "date_to": "2026-01-06",
}  # fmt: skip


@pytest.fixture
def visited(world: World) -> World:
    world.send(track("ada", "A", p="x", q=1), track("ben", "A", p="x"))
    return world


def post(world: World, body: Any, *, query: str = "", secret: str = "", accept: str = "*/*") -> HttpResponse:
    secret = secret or issue_key(project=world.project.id, kind=KeyKind.SECRET)
    text = body if isinstance(body, str) else json.dumps(body)
    response = Client().post(
        f"/api/v1/projects/{world.project.id}/ask{query}", text, content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "Accept": accept},
    )  # fmt: skip
    assert isinstance(response, HttpResponse)
    return response


def test_a_question_gets_an_answer(visited: World) -> None:
    answer = json.loads(post(visited, TREND).content)
    assert answer["question"]["series"] == [
        {"event": "A", "where": {}, "measure": "total", "property": None, "label": None}
    ]
    assert answer["columns"] == ["period", "series", "breakdown", "value"]
    assert answer["rows"] == [
        ["2026-01-05", "A", ["x", "1"], 1], ["2026-01-06", "A", ["x", "1"], 0],
        ["2026-01-05", "A", ["x", None], 1], ["2026-01-06", "A", ["x", None], 0],
    ]  # fmt: skip
    assert answer["elapsed_ms"] > 0
    assert answer["as_of"].endswith("+00:00")


def test_what_is_known_is_answered_at_once_until_something_changes(visited: World) -> None:
    first, second = (json.loads(post(visited, TREND).content) for _ in range(2))
    assert (first["cached"], second["cached"]) == (False, True)
    assert {**second, "cached": False} == first  # when it was worked out and how long that took, too
    fresh = json.loads(post(visited, TREND, query="?fresh=true").content)
    assert fresh["cached"] is False
    assert fresh["rows"] == first["rows"]
    visited.send(track("ada", "A", p="x", q=1))
    changed = json.loads(post(visited, TREND).content)
    assert (changed["cached"], changed["rows"][0][-1]) == (False, 2)


def test_a_table_may_be_asked_for(visited: World) -> None:
    found = post(visited, TREND, query="?format=csv")
    assert found.headers["Content-Type"].startswith("text/csv")
    assert found.content.decode().splitlines()[:3] == [
        "period,series,breakdown,value", "2026-01-05,A,x · 1,1", "2026-01-06,A,x · 1,0",
    ]  # fmt: skip


FUNNEL = {**{name: TREND[name] for name in ("date_from", "date_to")}, "kind": "funnel", "steps": [{"event": "A"}],
          "window": "1d"}  # fmt: skip


@pytest.mark.parametrize("question", [TREND, FUNNEL], ids=lambda question: str(question["kind"]))
@pytest.mark.parametrize(
    ("format", "type", "begins"),
    [
        ("png", "image/png", b"\x89PNG"),
        ("svg", "image/svg+xml", b"<svg"),
        ("vega", "application/json", b'{"'),
        ("parquet", "application/vnd.apache.parquet", b"PAR1"),
    ],
)
def test_a_picture_or_a_file_may_be_asked_for(
    visited: World, question: dict[str, Any], format: str, type: str, begins: bytes
) -> None:
    found = post(visited, question, query=f"?format={format}")
    assert found.headers["Content-Type"] == type
    assert found.content.lstrip().startswith(begins)


def test_a_picture_speaks_the_project_s_language(visited: World) -> None:
    settled = {**projects.settled(visited.project), "language": "ko"}
    projects.settle(Caller(is_operator=True), visited.project, **settled)
    assert "일별" in post(visited, TREND, query="?format=svg").content.decode()


def test_what_is_not_json_or_no_format_is_refused(visited: World) -> None:
    for body, query in (("{", ""), ('{"kind": NaN}', ""), (TREND, "?format=xml"), ([1], "")):
        found = post(visited, body, query=query)
        assert found.status_code == 400
        assert json.loads(found.content)["error"]["message"]


def test_a_mistake_comes_back_with_its_field(visited: World) -> None:
    found = post(visited, {**TREND, "interval": "dayly"})
    error = json.loads(found.content)["error"]
    assert found.status_code == 400
    assert error["fields"] == {"interval": "`interval` is 'dayly', which is none of its values."}
    assert error["hint"] == "Did you mean day?"


def test_other_keys_open_nothing(visited: World, tmp_path: Any) -> None:
    (tmp_path / "stranger").mkdir()
    stranger = World(tmp_path / "stranger")
    for project, kind, status in (
        (stranger, KeyKind.SECRET, 404), (visited, KeyKind.BROWSER, 401), (visited, KeyKind.WRITE, 401),
    ):  # fmt: skip
        assert post(visited, TREND, secret=issue_key(project=project.project.id, kind=kind)).status_code == status


def test_a_pattern_that_only_the_store_cannot_read_is_a_mistake_too(visited: World) -> None:
    found = post(visited, {**TREND, "series": [{"event": "A", "where": {"p": {"$regex": "a{2000}"}}}]})
    assert found.status_code == 400
    assert "regular expression" in json.loads(found.content)["error"]["message"]
