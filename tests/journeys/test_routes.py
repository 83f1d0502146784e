"""Every route, knocked at with every key that is not its own. A route that is added is walked without a word here."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from groundswell.collect import door
from tests.journeys.running import HTTP, Project, Server
from tests.test_api_doors import PARTS, Door, doors, filled

CLOSED = {"code": "not_found", "message": "There is no such project, or you may not see it."}
REVOKED = """
import sys, django
django.setup()
from groundswell.workspace.models import Key
from groundswell.workspace.service import issue_key, revoke_key
from groundswell.workspace.types import KeyKind
for kind in KeyKind:
    key = issue_key(project=int(sys.argv[1]), kind=kind)
    revoke_key(project=int(sys.argv[1]), key=Key.objects.latest("pk").pk)
    print(key)
"""
# What is asked for where a body that merely fits would say nothing.
BODIES: dict[str, Any] = {
    "ask": {
        "kind": "trend", "series": [{"event": "Signed Up"}], "date_from": "2026-01-01", "date_to": "2026-01-31",
    },
    "imports": {"path": "/nowhere.csv"},
}  # fmt: skip
FILES = {"files": {"file": ("clicks.csv", b"who,what\nada,Signed Up\n")}}
# What the door's routes take when they are sent nothing but a key.
EMPTY_BATCH = {"batch": []}


@pytest.fixture
def stranger(server: Server) -> Project:
    """Cleo's project, on the same server."""
    return server.project()


@pytest.fixture
def revoked(server: Server, project: Project) -> list[str]:
    """Keys of the project of each kind that open nothing any more."""
    return server.script(REVOKED, str(project.id)).split()


def knock(server: Server, route: Door, project: Any, key: str | None) -> httpx.Response:
    """Ask for a route of that project with that key."""
    wanted = [each for each in route.about.get("parameters", []) if each["required"]]
    parts = {each["name"]: PARTS.get(each["name"], 1) for each in wanted if each["in"] == "path"} | {"project": project}
    query = {each["name"]: filled(each["schema"]) for each in wanted if each["in"] == "query"}
    address = f"{server.url}/api/v1{route.path.format(**parts)}"
    headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
    last = route.path.rstrip("/").rpartition("/")[2]
    if last in FILES:
        return HTTP.request(route.method, address, headers=headers, params=query, files=FILES[last])
    asked = route.about.get("requestBody", {}).get("content", {}).get("application/json")
    body = BODIES.get(last, filled(asked["schema"]) if asked else {})
    return HTTP.request(route.method, address, headers=headers, params=query, json=body)


def tell_a_secret(project: Project) -> None:
    message = {"type": "track", "userId": "ada@acme.test", "event": "Signed Up", "properties": {"company": "Acme"}}
    body = {"writeKey": project.write_key, "batch": [message]}
    assert HTTP.post(f"{project.url}/v1/batch", json=body).status_code == 200
    project.settled(1)


def test_the_api_opens_to_a_secret_key_of_the_project_and_to_nothing_else(
    server: Server, project: Project, stranger: Project, revoked: list[str]
) -> None:
    tell_a_secret(project)
    of_projects = [route for route in doors() if route.is_of_project]
    assert len(of_projects) > 40
    for route in of_projects:
        own = knock(server, route, project.id, project.secret_key)
        assert own.status_code < 500, (route, own.text)
        assert own.status_code != 401, (route, own.text)
        assert own.headers["content-type"].startswith("text/csv") or not _is_closed(own), (route, own.text)
        for key in (None, "gss_made_up", project.browser_key, project.write_key, *revoked):
            refused = knock(server, route, project.id, key)
            assert (refused.status_code, refused.json()["error"]["code"]) == (401, "unauthorized"), (route, key)
        for name in (project.id, f"0{project.id}", "Board", "ada@example.com", -1, 10**30):
            closed = knock(server, route, name, stranger.secret_key)
            assert closed.status_code == 404, (route, name, closed.text)
            assert _is_closed(closed), (route, name, closed.text)
            assert "access-control-allow-origin" not in closed.headers


def _is_closed(answer: httpx.Response) -> bool:
    error = answer.json().get("error", {}) if answer.status_code == 404 else {}
    return {field: error.get(field) for field in CLOSED} == CLOSED


def test_the_list_of_projects_holds_those_of_the_key(server: Server, project: Project, stranger: Project) -> None:
    listing, me = (Door("GET", path, {}) for path in ("/projects", "/me"))
    assert [str(route) for route in doors() if not route.is_of_project] == [str(listing), str(me)]
    for own, other in ((project, stranger), (stranger, project)):
        listed = knock(server, listing, None, own.secret_key).json()["projects"]
        assert [each["id"] for each in listed] == [own.id]
        assert other.id not in [each["id"] for each in listed]
        assert "email" not in knock(server, me, None, own.secret_key).text  # a key is nobody
    for route in (listing, me):
        assert knock(server, route, None, project.browser_key).status_code == 401
        assert knock(server, route, None, None).status_code == 401


def sending() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every path that takes messages, with a body of one message that it would keep."""
    for path, call in door._CALLS.items():
        if call.source is door.Source.POSTHOG:
            yield path, {"event": "Seen", "distinct_id": "ada"}
        elif call.kind:
            yield path, {"userId": "ada", "event": "Seen", "groupId": "acme", "previousId": "ben"}
        else:
            yield path, {"batch": [{"type": "track", "userId": "ada", "event": "Seen"}]}


def with_key(path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    return {**body, ("api_key" if "writeKey" not in body and "distinct_id" in body else "writeKey"): key}


def test_the_door_takes_messages_with_a_live_key_of_any_kind_and_into_its_own_project_alone(
    server: Server, project: Project, stranger: Project, revoked: list[str]
) -> None:
    kept = 0
    for path, body in sending():
        for key in (None, "", "gsw_made_up", *revoked):
            refused = HTTP.post(f"{server.url}{path}", json=body if key is None else with_key(path, body, key))
            assert (refused.status_code, refused.json()["error"]["code"]) == (401, "unknown_key"), (path, key)
        for key in (project.browser_key, project.write_key, project.secret_key):
            taken = HTTP.post(f"{server.url}{path}", json=with_key(path, body, key))
            assert taken.status_code == 200, (path, taken.text)
            assert set(taken.json()) <= {"success", "status", "results"}, path
            kept += 1
    numbers = project.settled(kept)
    assert (numbers["loaded"], numbers["dropped"]) == (kept, {})
    assert kept >= 50
    assert stranger.get("ingestion")["accepted"] == 0


def test_a_browser_key_reads_nothing(server: Server, project: Project, revoked: list[str]) -> None:
    tell_a_secret(project)
    key = project.browser_key
    answers = [
        HTTP.get(f"{server.url}/v1/projects/{key}/settings"),
        HTTP.get(f"{server.url}/array/{key}/config"),
        HTTP.get(f"{server.url}/array/{key}/config.js"),
        *[HTTP.post(f"{server.url}{path}", json={"api_key": key, "distinct_id": "ada"}) for path in door._POSTS],
    ]
    for answer in answers:
        assert answer.status_code == 200, answer.request.url
        for secret in ("Signed Up", "Acme", "ada@acme.test", project.write_key, project.secret_key, "example.com"):
            assert secret not in answer.text, answer.request.url
    for closed in ("gsb_made_up", *revoked):
        for path in (f"/v1/projects/{closed}/settings", f"/array/{closed}/config", f"/array/{closed}/config.js"):
            assert HTTP.get(f"{server.url}{path}").status_code == 401, path
        for path in ("/flags/", "/flags", "/decide/", "/decide"):
            assert HTTP.post(f"{server.url}{path}", json={"token": closed, "distinct_id": "ada"}).status_code == 401
    assert HTTP.get(f"{server.url}/static/array.js").status_code == 404


def test_the_numbers_of_operation_are_for_this_machine(server: Server, project: Project) -> None:
    assert HTTP.get(f"{server.url}/healthz").text == "ok\n"
    assert "groundswell_received_messages_total" in HTTP.get(f"{server.url}/metrics").text
    from_afar = {"X-Forwarded-For": "192.0.2.1"}
    for key in ("none", project.secret_key, project.browser_key):
        headers = {**from_afar, "Authorization": f"Bearer {key}"}
        assert HTTP.get(f"{server.url}/metrics", headers=headers).status_code == 403


def test_a_browser_key_merges_nobody_known_and_invents_no_revenue(project: Project) -> None:
    """Ada and Ben are customers. Cleo found the browser key in the page."""

    def send(key: str, path: str, body: Any) -> None:
        assert HTTP.post(f"{project.url}{path}", json=body | {"writeKey": key, "api_key": key}).status_code == 200

    def segment(**message: Any) -> dict[str, Any]:
        return {"batch": [message]}

    def posthog(event: str, id: str, **properties: Any) -> dict[str, Any]:
        return {"batch": [{"event": event, "distinct_id": id, "properties": properties}]}

    send(project.write_key, "/v1/batch", segment(type="identify", userId="ada", anonymousId="laptop"))
    send(project.write_key, "/v1/batch", segment(type="identify", userId="ben", anonymousId="phone"))
    project.settled(2)
    attacks: list[tuple[str, dict[str, Any], str]] = [
        ("/v1/batch", segment(type="alias", previousId="ada", userId="cleo"), "merge_refused"),
        ("/v1/batch", segment(type="alias", previousId="ada", userId="ben"), "merge_refused"),
        ("/v1/batch", segment(type="alias", previousId="laptop", userId="cleo"), "merge_refused"),
        ("/batch/", posthog("$create_alias", "ada", alias="cleo"), "merge_refused"),
        ("/batch/", posthog("$merge_dangerously", "ada", alias="ben"), "merge_refused"),
        ("/batch/", posthog("$identify", "cleo", **{"$anon_distinct_id": "ben"}), "merge_refused"),
        ("/batch/", posthog("$identify", "cleo", **{"$anon_distinct_id": "laptop"}), "merge_refused"),
        ("/v1/batch", segment(type="group", userId="cleo", groupId="acme", traits={"role": "buyer"}), "not_trusted"),
        *[
            (path, body, "not_trusted")
            for event in ("Subscription Started", "Subscription Changed", "Subscription Ended", "Payment Succeeded",
                          "Payment Failed", "Order Completed", "Spend Recorded")
            for path, body in (
                ("/v1/batch", segment(type="track", userId="ada", event=event, properties={"mrr": "1000000"})),
                ("/batch/", posthog(event, "ada", amount=1_000_000)),
            )
        ],
    ]  # fmt: skip
    for path, body, _ in attacks:
        send(project.browser_key, path, body)
    # This one is kept as a message, but joins nothing: laptop is ada's already.
    send(project.browser_key, "/v1/batch", segment(type="identify", userId="cleo", anonymousId="laptop"))
    numbers = project.settled(2 + len(attacks) + 1)
    reasons = [reason for _, _, reason in attacks]
    assert numbers["dropped"] == {reason: reasons.count(reason) for reason in set(reasons)}
    assert project.person("laptop")["id"] == "ada"
    assert project.person("ada")["ids"] == ["ada", "laptop"]
    assert project.person("ben")["ids"] == ["ben", "phone"]
    assert project.person("cleo")["ids"] == ["cleo"]
    assert all(project.person(id)["events"] == 0 for id in ("ada", "ben", "cleo"))
    # The same words from a server are believed.
    send(project.write_key, "/v1/batch", segment(type="alias", previousId="ada", userId="ben"))
    send(project.write_key, "/v1/batch", segment(type="track", userId="ada", event="Payment Succeeded"))
    project.settled(2 + len(attacks) + 3)
    assert project.person("phone")["id"] == "ada"
    assert project.person("ada")["events"] == 1
