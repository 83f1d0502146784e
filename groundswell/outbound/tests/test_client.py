"""Requests to neighbours: what they hear, and what becomes of what they answer."""

import socket
import ssl
import subprocess
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from groundswell.kernel.errors import Refusal
from groundswell.outbound import client
from groundswell.outbound.client import request
from tests.neighbours import Neighbour, neighbour

SOON = 0.6  # seconds instead of ten


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have the name server give these answers, one after the other; what it was asked."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), len(answers)) - 1]

    monkeypatch.setattr(client, "resolve", resolve)
    return asked


def port_of(url: str) -> str:
    return url.rpartition(":")[2]


def test_a_neighbour_hears_what_was_sent_and_nothing_else(next_door: Neighbour) -> None:
    answer = request("POST", f"{next_door.url}/hook?a=1", body=b"{}", headers={"Content-Type": "application/json"})
    assert (answer.status, answer.body) == (200, b"ok")
    (heard,) = next_door.heard
    assert (heard.method, heard.path, heard.body) == ("POST", "/hook?a=1", b"{}")
    assert heard.headers == {
        "Host": next_door.url.removeprefix("http://"), "User-Agent": "Groundswell", "Content-Length": "2",
        "Content-Type": "application/json", "Connection": "close",
    }  # fmt: skip


def test_a_name_that_moves_into_a_private_network_is_not_followed(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    """A name server may give another number the second time it is asked: it is asked once, and that number is used."""
    settings.ALLOW_NETWORKS = ["127.0.0.2/32"]
    with neighbour(host="127.0.0.2") as allowed, neighbour() as private:
        asked = resolving(monkeypatch, ["127.0.0.2"], ["127.0.0.1"])
        answer = request("GET", f"http://rebound.example:{port_of(allowed.url)}/")
        assert (answer.status, asked) == (200, ["rebound.example"])
        assert allowed.heard[0].headers["Host"] == f"rebound.example:{port_of(allowed.url)}"
        with pytest.raises(Refusal, match="no requests go to"):
            request("GET", f"http://rebound.example:{port_of(private.url)}/")
        assert not private.heard


def test_of_several_numbers_only_those_are_tried_that_may_be(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.ALLOW_NETWORKS = ["127.0.0.2/32", "127.0.0.3/32"]
    with neighbour(host="127.0.0.2") as allowed:
        resolving(monkeypatch, ["10.0.0.1", "127.0.0.3", "127.0.0.2"])  # nobody listens at the one in the middle
        assert request("GET", f"http://many.example:{port_of(allowed.url)}/").status == 200


def test_what_is_refused_does_not_say_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["10.20.30.40"])
    with pytest.raises(Refusal) as refused:
        request("GET", "https://intranet.example/secret-path")
    assert "10.20.30.40" not in str(refused.value.as_json())
    assert "secret-path" not in str(refused.value.as_json())


def test_redirects_are_told_and_not_followed(next_door: Neighbour) -> None:
    next_door.status, next_door.headers = 302, {"Location": f"{next_door.url}/elsewhere"}
    answer = request("GET", next_door.url)
    assert (answer.status, answer.headers["location"]) == (302, f"{next_door.url}/elsewhere")
    assert len(next_door.heard) == 1


def test_proxies_of_the_environment_are_not_used(next_door: Neighbour, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert request("GET", next_door.url).status == 200


def writing(*parts: bytes, pause: float = 0.0) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause)
        handler.close_connection = True

    return answer


HEAD = b"HTTP/1.1 200 OK\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
MEGABYTE = b"f4240\r\n" + b"x" * 1_000_000 + b"\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        writing(HEAD, b"Content-Length: 1000001\r\n\r\n", b"x" * 1_000_001),
        writing(HEAD, b"\r\n", b"x" * 1_000_001),
        writing(CHUNKED, MEGABYTE, b"1\r\nx\r\n0\r\n\r\n"),
    ],
    ids=["with a length", "without one", "in chunks"],
)  # fmt: skip
def test_an_answer_has_one_megabyte(next_door: Neighbour, answer: Any) -> None:
    next_door.answer = answer
    with pytest.raises(Refusal, match="answers with more than 1 MB") as refused:
        request("GET", next_door.url)
    assert refused.value.status == 502


def test_an_answer_of_a_megabyte_is_taken(next_door: Neighbour) -> None:
    next_door.answer = writing(CHUNKED, MEGABYTE, b"0\r\n\r\n")
    assert len(request("GET", next_door.url).body) == 1_000_000


@pytest.mark.parametrize(
    "answer",
    [
        writing(b"", pause=1.5),
        writing(*[b"x"] * 30, pause=0.1),
        writing(HEAD, *[b"X: 1\r\n"] * 30, pause=0.1),
        writing(HEAD, b"Content-Length: 30\r\n\r\n", *[b"x"] * 30, pause=0.1),
        writing(HEAD, b"\r\n", *[b"x"] * 30, pause=0.1),
    ],
    ids=["silent", "a slow first line", "slow headers", "a slow body", "a slow body without a length"],
)
def test_who_answers_a_byte_now_and_then_is_given_up_all_the_same(
    next_door: Neighbour, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SECONDS", SOON)
    next_door.answer = answer
    began = time.monotonic()
    with pytest.raises(Refusal, match="did not answer within") as refused:
        request("GET", next_door.url)
    assert refused.value.status == 504
    assert SOON <= time.monotonic() - began < SOON + 1


def test_a_name_server_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "SECONDS", 0.2)
    monkeypatch.setattr(client, "resolve", lambda *_: time.sleep(1) or [])
    with pytest.raises(Refusal, match="did not answer within"):
        request("GET", "http://slow.example/")


@pytest.mark.usefixtures("open_here")
def test_where_nobody_listens_it_is_said() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
    with pytest.raises(Refusal, match=r"127\.0\.0\.1 cannot be reached: Connection refused\.") as refused:
        request("GET", f"http://127.0.0.1:{port}/")
    assert refused.value.status == 502


def test_a_name_that_nobody_has_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(client, "resolve", resolve)
    with pytest.raises(Refusal, match=r"There is no host named nowhere\.example"):
        request("GET", "http://nowhere.example/")


@pytest.mark.parametrize(
    "answer", [writing(b"SSH-2.0-OpenSSH\r\n"), writing(), writing(HEAD, b"Content-Length: 9\r\n\r\nx")]
)
def test_what_is_not_http_is_said(next_door: Neighbour, answer: Any) -> None:
    next_door.answer = answer
    with pytest.raises(Refusal, match=r"is not HTTP|cannot be reached"):
        request("GET", next_door.url)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of hooks.example, signed by itself; and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    made, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=hooks.example", "-addext", "subjectAltName=DNS:hooks.example", "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    return made, key


def test_certificate_and_name_are_those_of_the_host_and_not_of_its_number(
    open_here: None, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    made, key = certificate
    named: list[str | None] = []
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(made, key)
    theirs.sni_callback = lambda _socket, name, _context: named.append(name)
    with neighbour(tls=theirs) as encrypted:
        resolving(monkeypatch, ["127.0.0.1"])
        with pytest.raises(Refusal, match=r"The certificate of hooks\.example is not trusted: self-signed"):
            request("GET", f"https://hooks.example:{port_of(encrypted.url)}/")
        monkeypatch.setattr(client, "_trust", lambda: ssl.create_default_context(cafile=str(made)))
        answer = request("GET", f"https://hooks.example:{port_of(encrypted.url)}/")
        assert (answer.status, named[-1]) == (200, "hooks.example")
        with pytest.raises(Refusal, match=r"other\.example is not trusted: Hostname mismatch"):
            request("GET", f"https://other.example:{port_of(encrypted.url)}/")


def test_who_says_nothing_while_encryption_is_agreed_on_is_given_up(
    open_here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Refusal, match="did not answer within"):
        request("GET", f"https://127.0.0.1:{silent.getsockname()[1]}/")
