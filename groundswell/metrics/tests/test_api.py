"""Metrics over HTTP, as programs see them."""

from typing import Any

import pytest
from django.test import Client

from groundswell.workspace.projects import settle, settled
from groundswell.workspace.service import issue_key
from groundswell.workspace.types import Caller, KeyKind
from tests.world import World, identify, track


@pytest.fixture
def ask(world: World) -> Any:
    key = issue_key(project=world.project.id, kind=KeyKind.SECRET)

    def get(path: str, **given: str) -> tuple[int, Any]:
        address = f"/api/v1/projects/{world.project.id}/metrics{path}"
        answer = Client().get(address, given, headers={"authorization": f"Bearer {key}"})
        return answer.status_code, answer.json()

    return get


def test_a_metric_has_its_value_what_it_is_made_of_and_its_definition(world: World, ask: Any) -> None:
    world.send(identify("ada", plan="pro"), identify("ben"))
    world.send(track("ada", "Signed Up", "2026-01-05T10:00:00Z"), track("ben", "Signed Up", "2026-01-20T10:00:00Z"))
    status, found = ask("/adoption_rate", **{"from": "2026-01-04", "to": "2026-01-10", "by": "plan"})
    assert status == 200
    assert found == {
        "key": "adoption_rate", "from": "2026-01-04", "to": "2026-01-10", "value": 100.0, "unit": "%", "numerator": 1,
        "denominator": 1, "by": [{"value_of": "pro", "value": 100.0, "numerator": 1, "denominator": 1}],
        "definition": {
            "name": "Adoption rate", "sentence": "Of all who ever signed up, the share that is active.",
            "numerator": "people who had signed up and did anything in the days",
            "denominator": "people who had signed up by the end of the days", "unit": "%", "direction": "up",
            "roles": ["signed_up"], "version": 1,
        },
    }  # fmt: skip


def test_the_whole_catalogue_at_once(world: World, ask: Any) -> None:
    status, found = ask("")
    keys = [each["key"] for each in found["metrics"]]
    assert (status, keys[:2]) == (200, ["reached", "acquired"])
    assert "feature_adoption_rate" not in keys
    assert all(each["value"] is None and each["reason"] for each in found["metrics"])
    _, more = ask("", feature="A", of="people")
    assert {"feature_adoption_rate", "retention_rate", "churn_rate"} <= {each["key"] for each in more["metrics"]}


def test_a_team_reads_them_in_its_language(world: World, ask: Any) -> None:
    settle(Caller(is_operator=True), world.project, **{**settled(world.project), "language": "ko"})
    _, found = ask("/stickiness")
    assert found["definition"]["name"] == "고착도"
    assert found["reason"] == "이 기간에 활동한 사람이 없어요."
    _, found = ask("/acquired")
    assert found["reason"] == "“Signed Up” 이벤트가 온 적이 없어 알 수 없어요."


@pytest.mark.parametrize(
    ("path", "given", "status", "code"),
    [
        ("/cats", {}, 404, "not_found"),
        ("/acquired", {"from": "soon"}, 400, "bad_request"),
        ("/acquired", {"from": "2026-02-01", "to": "2026-01-01"}, 400, "bad_request"),
        ("/acquired", {"from": "2020-01-01", "to": "2026-01-01"}, 400, "bad_request"),
        ("/feature_adoption_rate", {}, 400, "bad_request"),
    ],
)
def test_what_makes_no_sense_is_refused(ask: Any, path: str, given: dict[str, str], status: int, code: str) -> None:
    found, answer = ask(path, **given)
    assert (found, answer["error"]["code"]) == (status, code)
    assert answer["error"]["hint"]


def test_of_another_project_nothing_is_told(world: World) -> None:
    key = issue_key(project=world.project.id, kind=KeyKind.SECRET)
    address = f"/api/v1/projects/{world.project.id + 1}/metrics/acquired"
    assert Client().get(address, headers={"authorization": f"Bearer {key}"}).status_code == 404
