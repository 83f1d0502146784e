"""How the API is reached, and what is said where it is not."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

import groundswell
from groundswell.kernel.errors import Refusal
from groundswell.python import connections
from groundswell.python.connections import Folder, Server, connection_to
from groundswell.workspace import operator

PROJECT = {"name": "Board", "timezone": "UTC", "currency": "USD", "language": "en"}


class Answers(ThreadingHTTPServer):
    """A server that answers by path, and notes what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.pages: dict[str, tuple[int, dict[str, str], Any]] = {}
        self.asked: list[tuple[str, str, str]] = []

    def has(self, *names: str) -> None:
        """These projects."""
        projects = [{**PROJECT, "id": number, "name": name} for number, name in enumerate(names, start=1)]
        self.pages["/api/v1/projects?limit=1000&after=0"] = (200, {}, {"projects": projects, "next": None})


class _Handler(BaseHTTPRequestHandler):
    server: Answers

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, self.headers.get("Authorization", "")))
        status, headers, body = self.server.pages.get(self.path, (404, {}, "nothing here"))
        sent = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(sent))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def server() -> Iterator[Answers]:
    running = Answers()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield running
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "KEY"):
        monkeypatch.delenv(f"GROUNDSWELL_{name}", raising=False)


# Over HTTP -----------------------------------------------------------------------------------------------------------


def test_a_key_of_one_project_need_not_say_which(server: Answers) -> None:
    server.has("Board")
    gs = groundswell.connect(f"{server.url}/", " gss_x ")
    assert (gs.id, gs.name, repr(gs)) == (1, "Board", f"<Groundswell: Board (1) at {server.url}>")
    assert server.asked == [("GET", "/api/v1/projects?limit=1000&after=0", "Bearer gss_x")]


def test_of_several_projects_one_is_named(server: Answers) -> None:
    server.has("Board", "Shop", "Shop", "1")
    for wanted, id in ((2, 2), ("2", 2), ("Board", 1), ("1", 1)):
        assert groundswell.connect(server.url, "k", project=wanted).id == id
    for wanted, sentence, hint in (
        (None, "Say which project.", "Give project=. There are: Board (1), Shop (2), Shop (3), 1 (4)."),
        ("Shop", "Several projects are called Shop.", "Give project=ID."),
        ("Blog", "There is no project Blog", "There are: Board (1), Shop (2)"),
    ):
        with pytest.raises(Refusal) as refused:
            groundswell.connect(server.url, "k", project=wanted)
        assert refused.value.message.startswith(sentence)
        assert refused.value.hint.startswith(hint)


def test_where_to_may_stand_in_the_environment(server: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    server.has("Board")
    monkeypatch.setenv("GROUNDSWELL_URL", server.url)
    with pytest.raises(Refusal, match="wants a key"):
        groundswell.connect()
    monkeypatch.setenv("GROUNDSWELL_KEY", "gss_y")
    assert groundswell.connect().name == "Board"
    assert server.asked[-1][2] == "Bearer gss_y"


def test_a_refusal_of_the_server_is_one_here(server: Answers) -> None:
    error = {"code": "unauthorized", "message": "This key opens nothing.", "hint": "Send another.", "fields": {}}
    server.pages["/api/v1/projects?limit=1000&after=0"] = (401, {}, {"error": error})
    with pytest.raises(groundswell.Refusal, match="This key opens nothing") as refused:
        groundswell.connect(server.url, "k")
    assert (refused.value.status, refused.value.code) == (401, "unauthorized")
    assert refused.value.__notes__ == ["Send another."]


def test_somebody_else_s_server_is_told_from_ours(server: Answers) -> None:
    with pytest.raises(Refusal, match="status 404") as refused:
        groundswell.connect(server.url, "k")
    assert "Is this the address" in refused.value.hint


def test_nobody_takes_the_key_to_another_address(server: Answers) -> None:
    server.has("Board")
    for status in (301, 302, 307, 308):
        path = "/api/v1/projects/1/ask"
        server.pages[path] = (status, {"Location": f"https://example.org{path}"}, "")
        with pytest.raises(Refusal, match="elsewhere") as refused:
            Server(server.url, "k").send("POST", "/projects/1/ask", b"{}")
        assert refused.value.hint == "Connect to https://example.org."


def test_to_this_machine_no_proxy_leads(server: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    server.has("Board")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    connections._opener.cache_clear()
    assert groundswell.connect(server.url, "k").name == "Board"


def test_where_nobody_listens_it_says_so(server: Answers) -> None:
    with pytest.raises(Refusal, match="does not answer") as refused:
        groundswell.connect("http://127.0.0.1:9", "k")
    assert refused.value.code == "no_server"


@pytest.mark.parametrize("key", ["gss_é", "two words", "line\nline"])
def test_what_no_key_looks_like_is_not_sent(key: str) -> None:
    with pytest.raises(Refusal, match="no such characters"):
        connection_to("http://127.0.0.1:9", key)


def test_only_http_leads_to_a_server() -> None:
    with pytest.raises(Refusal, match="no address of a server"):
        connection_to("ftp://127.0.0.1", "k")


# A data folder -------------------------------------------------------------------------------------------------------


def test_a_folder_without_anything_of_ours_is_left_alone(tmp_path: Path) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(Refusal, match="nothing of Groundswell"):
            groundswell.connect(folder)
    assert list(tmp_path.iterdir()) == []


def test_the_server_on_a_folder_is_spoken_to_with_its_own_token(
    server: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.has("Board")
    monkeypatch.setenv("GROUNDSWELL_DATA", str(tmp_path))
    operator.announce(server.url)
    monkeypatch.delenv("GROUNDSWELL_DATA")
    assert groundswell.connect(tmp_path).name == "Board"
    assert server.asked[0][2] == f"Bearer {operator.operator_token()}"


def test_a_process_opens_one_folder(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    with pytest.raises(Refusal, match="This process has opened") as refused:
        Folder(tmp_path).send("GET", "/projects")
    assert refused.value.code == "other_folder"


# What it costs -------------------------------------------------------------------------------------------------------


def test_importing_loads_nothing_and_connecting_nothing_beyond_the_standard_library() -> None:
    script = (
        "import sys; before = set(sys.modules); import groundswell; after = set(sys.modules) - before\n"
        "print(sorted(each for each in after if each.startswith('groundswell.')))\n"
        "groundswell.connect\n"
        "from groundswell.python.connections import Server\n"
        "Server('http://127.0.0.1:9', 'k')\n"
        "loaded = {each.partition('.')[0] for each in set(sys.modules) - before}\n"
        "print(sorted(loaded - set(sys.stdlib_module_names) - {'groundswell'}))\n"
        "print('connect' in dir(groundswell), hasattr(groundswell, 'nothing'))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]", "True False"]
