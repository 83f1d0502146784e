"""The door: what clients ask besides, and what browsers must be told."""

import json
from base64 import b64encode

import pytest

from groundswell.collect.door import is_ours
from groundswell.collect.tests.conftest import BROWSER, Visitor

CAPTURE = {"event": "signed up", "distinct_id": "u1", "properties": {"plan": "pro"}}
TRACK = {"type": "track", "userId": "u1", "event": "Signed Up"}


def test_flags_of_a_project_without_any(visitor: Visitor) -> None:
    body = {"token": BROWSER, "distinct_id": "u1", "groups": {}}
    found = visitor.post("/flags/?v=2", body).json()
    assert (found["flags"], found["errorsWhileComputingFlags"]) == ({}, False)
    assert len(found["requestId"]) == 36
    old = visitor.post("/flags/", body).json()
    assert (old["featureFlags"], old["featureFlagPayloads"]) == ({}, {})
    assert "flags" not in old
    older = visitor.post("/decide/?v=3", b"data=" + b64encode(json.dumps(body).encode())).json()
    assert (older["featureFlags"], older["supportedCompression"][1]) == ({}, "gzip-js")


def test_flags_need_a_key(visitor: Visitor) -> None:
    assert visitor.post("/flags/?v=2", {"token": "no", "distinct_id": "u1"}).code == "unknown_key"
    assert visitor.post("/flags/?v=2", b"").status == 400


@pytest.mark.parametrize(
    ("headers", "host", "protocol"),
    [
        ({}, "collect.example", "http"),
        ({"host": "localhost:8000"}, "localhost:8000", "http"),
        ({"x-forwarded-proto": "https"}, "collect.example", "https"),
        ({"x-forwarded-proto": "https, http", "x-forwarded-host": "e.shop.example"}, "e.shop.example", "https"),
        ({"x-forwarded-proto": "gopher"}, "collect.example", "http"),
        ({"host": ""}, "127.0.0.1:8000", "http"),
    ],
)
def test_analytics_next_is_sent_back_to_the_host_it_asked(
    visitor: Visitor, headers: dict[str, str], host: str, protocol: str
) -> None:
    reply = visitor.send("GET", f"/v1/projects/{BROWSER}/settings", headers=headers)
    own = reply.json()["integrations"]["Segment.io"]
    assert (own["apiKey"], own["apiHost"], own["protocol"]) == (BROWSER, f"{host}/v1", protocol)
    assert list(reply.json()["integrations"]) == ["Segment.io"]
    assert reply.headers["content-type"] == "application/json"


def test_posthog_js_gets_its_configuration_as_script_and_as_json(visitor: Visitor) -> None:
    config = visitor.send("GET", f"/array/{BROWSER}/config").json()
    assert config["token"] == BROWSER
    assert (config["sessionRecording"], config["autocapture_opt_out"]) == (False, False)
    assert "surveys" not in config
    reply = visitor.send("GET", f"/array/{BROWSER}/config.js")
    assert reply.headers["content-type"].startswith("application/javascript")
    script = reply.body.decode()
    assert f'window._POSTHOG_REMOTE_CONFIG["{BROWSER}"]' in script
    begin = script.index("{config: ") + len("{config: ")
    assert json.loads(script[begin : script.index(", siteApps: []};")]) == config


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/projects/no/settings", 401),
        ("/v1/projects//settings", 401),
        ('/array/"]};alert(1)/config.js', 401),
        ("/array/no/config.js", 401),
        (f"/array/{BROWSER}/array.js", 404),
        (f"/v1/projects/{BROWSER}/other", 404),
        (f"/v1/projects/{BROWSER}", 404),
        ("/static/recorder.js", 404),
        ("/static/1.2.3/surveys.js", 404),
    ],
)
def test_what_is_not_there_says_so(visitor: Visitor, path: str, status: int) -> None:
    assert is_ours(path)
    reply = visitor.send("GET", path, headers={"origin": "https://app.example"})
    assert reply.status == status
    assert reply.code in ("unknown_key", "not_found")
    assert reply.headers["access-control-allow-origin"] == "https://app.example"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/v1/track", "POST, OPTIONS"),
        ("PUT", "/e/", "POST, OPTIONS"),
        ("DELETE", "/s/", "POST, OPTIONS"),
        ("HEAD", "/v1/batch", "POST, OPTIONS"),
        ("POST", f"/array/{BROWSER}/config", "GET, HEAD, OPTIONS"),
        ("POST", "/static/x.js", "GET, HEAD, OPTIONS"),
    ],
)
def test_another_method_is_refused(visitor: Visitor, method: str, path: str, allow: str) -> None:
    reply = visitor.send(method, path)
    assert (reply.status, reply.headers["allow"]) == (405, allow)


def test_a_head_has_no_body(visitor: Visitor) -> None:
    reply = visitor.send("HEAD", f"/array/{BROWSER}/config")
    assert (reply.status, reply.body) == (200, b"")


# Browsers


@pytest.mark.parametrize("path", ["/v1/t", "/v1/batch", "/e/", "/flags/", "/s/", "/static/x.js", "/array/x/config"])
def test_a_page_of_any_origin_may_send(visitor: Visitor, path: str) -> None:
    asked = {
        "origin": "https://app.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-own",
    }
    reply = visitor.send("OPTIONS", path, headers=asked)
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["access-control-allow-origin"] == "https://app.example"
    assert reply.headers["access-control-allow-credentials"] == "true"
    assert reply.headers["access-control-allow-headers"] == "authorization,content-type,x-own"
    assert "POST" in reply.headers["access-control-allow-methods"]
    assert reply.headers["vary"] == "Origin"


def test_answers_and_refusals_can_be_read_by_the_page(visitor: Visitor) -> None:
    for body in ({**TRACK, "writeKey": BROWSER}, {**TRACK, "writeKey": "no"}, b"{"):
        reply = visitor.post("/v1/t", body, origin="null")
        assert reply.headers["access-control-allow-origin"] == "null"
    assert visitor.post("/v1/t", b"{").headers["access-control-allow-origin"] == "*"
