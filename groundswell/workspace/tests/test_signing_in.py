"""Getting in: by the right password, not by guessing, and first of all as the first."""

import pytest
from django.core import mail
from django.test import Client

from groundswell.kernel.limits import Limit
from groundswell.workspace import members
from groundswell.workspace.service import found_project

PASSWORD = "a-long-whiteboard-9"
FIRST = {
    "email": "Ada@Example.com", "password": PASSWORD, "name": "Whiteboard", "timezone": "Asia/Seoul", "currency": "KRW",
    "language": "ko",
}  # fmt: skip


@pytest.fixture(autouse=True)
def nobody_tried_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "_BY_ADDRESS", Limit(0.5, burst=60.0, clock=lambda: 0.0))
    monkeypatch.setattr(members, "_BY_EMAIL", Limit(0.1, burst=100.0, clock=lambda: 0.0))


@pytest.fixture
def project(db: None) -> None:
    found_project(email="ada@example.com", password=PASSWORD, name="Whiteboard")


def tried(client: Client, email: str, password: str) -> tuple[int, str]:
    answer = client.post("/sign-in", {"email": email, "password": password})
    return answer.status_code, answer.content.decode()


def test_the_first_owner_begins_a_project_and_is_in(db: None) -> None:
    client = Client()
    assert client.post("/welcome", FIRST).status_code == 302
    home = client.get(client.get("/").headers["Location"]).content.decode()
    assert "Whiteboard" in home
    assert "Ada@example.com" in home


@pytest.mark.parametrize("password", ["short", "12345678901", "password"])
def test_a_weak_password_is_refused_in_a_sentence(db: None, password: str) -> None:
    answer = Client().post("/welcome", {**FIRST, "password": password})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not members.is_anybody_here()


def test_there_is_one_first_owner_only(project: None) -> None:
    assert Client().post("/welcome", {**FIRST, "email": "cleo@example.com"}).headers["Location"] == "/sign-in"
    assert tried(Client(), "cleo@example.com", PASSWORD)[0] == 401


def test_the_address_may_be_written_in_any_case(project: None) -> None:
    assert tried(Client(), "ADA@example.COM", PASSWORD)[0] == 302


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(project: None) -> None:
    wrong = tried(Client(), "ada@example.com", "wrong-password")
    unknown = tried(Client(), "cleo@example.com", "wrong-password")
    sentence = "The mail address or the password is wrong."
    assert (wrong[0], unknown[0]) == (401, 401)
    assert sentence in wrong[1]
    assert sentence in unknown[1]


def test_whoever_guesses_has_to_wait_and_the_right_password_with_them(project: None) -> None:
    statuses = [tried(Client(), "ada@example.com", f"guess-{number}")[0] for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    status, page = tried(Client(), "ada@example.com", PASSWORD)
    assert status == 429
    assert "There were too many tries." in page


def test_one_address_cannot_try_many_people(project: None) -> None:
    statuses = [tried(Client(), f"person-{number}@example.com", "guess")[0] for number in range(32)]
    assert statuses == [401] * 30 + [429] * 2


def test_signing_out_ends_it(project: None) -> None:
    client = Client()
    tried(client, "ada@example.com", PASSWORD)
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    assert client.get("/p/1/").headers["Location"].startswith("/sign-in")


def test_a_new_password_comes_by_mail_and_once(project: None) -> None:
    client = Client()
    client.post("/forgotten", {"email": "ada@example.com"})
    client.post("/forgotten", {"email": "nobody@example.com"})
    assert [message.to for message in mail.outbox] == [["ada@example.com"]]
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http"))
    path = "/" + link.split("/", 3)[3]
    form = client.get(path, follow=True)
    target = form.redirect_chain[-1][0]
    chosen = "another-whiteboard-8"
    client.post(target, {"new_password1": chosen, "new_password2": chosen})
    assert tried(Client(), "ada@example.com", PASSWORD)[0] == 401
    assert tried(Client(), "ada@example.com", chosen)[0] == 302
    assert "This link is used up" in Client().get(path, follow=True).content.decode()
