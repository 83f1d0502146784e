"""Getting in: by the right password, not by guessing, and first of all as the first."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from groundswell.workspace import members
from groundswell.workspace.service import found_project
from groundswell.workspace.tests.conftest import mails

PASSWORD = "a-long-whiteboard-9"
FIRST = {
    "email": "Ada@Example.com", "password": PASSWORD, "name": "Whiteboard", "timezone": "Asia/Seoul", "currency": "KRW",
    "language": "ko",
}  # fmt: skip


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


def test_of_two_at_once_the_second_waits_before_it_looks_whether_anybody_is_here(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    looked, locked = members.is_anybody_here, ContentType.objects.select_for_update

    def lock() -> Any:
        steps.append("lock")
        return locked()

    def look() -> bool:
        steps.append("look")
        return looked()

    monkeypatch.setattr(ContentType.objects, "select_for_update", lock)
    monkeypatch.setattr(members, "is_anybody_here", look)
    assert members.begin(**{**FIRST, "email": "ada@example.com"})[1].name == "Whiteboard"
    assert steps == ["lock", "look"]


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


def test_a_guesser_elsewhere_does_not_keep_her_out(project: None) -> None:
    for number in range(60):
        tried(Client(REMOTE_ADDR="203.0.113.9"), "ada@example.com", f"guess-{number}")
    assert tried(Client(REMOTE_ADDR="203.0.113.9"), "ada@example.com", PASSWORD)[0] == 429
    assert tried(Client(REMOTE_ADDR="198.51.100.1"), "ada@example.com", PASSWORD)[0] == 302


def test_nor_do_many_places_guess_for_ever(project: None) -> None:
    statuses = [
        tried(Client(REMOTE_ADDR=f"203.0.113.{number // 9}"), "ada@example.com", f"guess-{number}")[0]
        for number in range(110)
    ]
    assert statuses == [401] * 100 + [429] * 10


def test_one_address_cannot_try_many_people(project: None) -> None:
    statuses = [tried(Client(), f"person-{number}@example.com", "guess")[0] for number in range(32)]
    assert statuses == [401] * 30 + [429] * 2


@pytest.mark.parametrize("wanted", ["/p/1/members?page=2", "/me"])
def test_after_signing_in_one_is_where_one_wanted_to_go(project: None, wanted: str) -> None:
    client = Client()
    asked = client.get(wanted)
    assert asked.headers["Location"] == f"/sign-in?{urlencode({'next': wanted})}"
    assert f'value="{wanted}"' in client.get(asked.headers["Location"]).content.decode()
    wrong = client.post("/sign-in", {"email": "ada@example.com", "password": "wrong", "next": wanted})
    assert f'value="{wanted}"' in wrong.content.decode()
    right = client.post("/sign-in", {"email": "ada@example.com", "password": PASSWORD, "next": wanted})
    assert right.headers["Location"] == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "http:evil.example", "javascript:alert(1)",
        "https:///evil.example", "\t//evil.example", "http://testserver@evil.example", "",
    ],
)  # fmt: skip
def test_nobody_is_led_elsewhere(project: None, wanted: str) -> None:
    client = Client()
    assert f'value="{wanted}"' not in client.get("/sign-in", {"next": wanted or "?"}).content.decode()
    form = {"email": "ada@example.com", "password": PASSWORD, "next": wanted}
    assert client.post("/sign-in", form).headers["Location"] == "/"
    for path in ("/language", "/theme"):
        assert client.post(path, {"language": "ko", "theme": "dark", "next": wanted}).headers["Location"] == "/"


def test_a_form_from_another_site_does_nothing(project: None) -> None:
    client = Client(enforce_csrf_checks=True)
    for path in ("/sign-in", "/sign-out", "/me/password", "/me/tokens", "/p/1/members", "/p/1/keys", "/forgotten"):
        assert client.post(path, {"email": "ada@example.com", "password": PASSWORD}).status_code == 403


def test_a_password_that_is_the_own_address_is_refused(db: None) -> None:
    assert "errorlist" in Client().post("/welcome", {**FIRST, "password": "Ada@Example.com"}).content.decode()
    assert not members.is_anybody_here()


def test_signing_out_ends_it(project: None) -> None:
    client = Client()
    tried(client, "ada@example.com", PASSWORD)
    assert client.get("/sign-out").status_code == 405
    client.post("/sign-out")
    assert client.get("/p/1/").headers["Location"].startswith("/sign-in")


def test_a_new_password_comes_by_mail_and_once(project: None) -> None:
    client = Client(headers={"host": "localhost:8000"})
    client.post("/forgotten", {"email": "ada@example.com"})
    client.post("/forgotten", {"email": "nobody@example.com"})
    assert [message.to for message in mails()] == [["ada@example.com"]]
    link = next(line for line in mails()[0].body.splitlines() if line.startswith("http"))
    path = "/" + link.split("/", 3)[3]
    form = client.get(path, follow=True)
    target = form.redirect_chain[-1][0]
    chosen = "another-whiteboard-8"
    client.post(target, {"new_password1": chosen, "new_password2": chosen})
    assert tried(Client(), "ada@example.com", PASSWORD)[0] == 401
    assert tried(Client(), "ada@example.com", chosen)[0] == 302
    assert "This link is used up" in Client().get(path, follow=True).content.decode()


def test_a_mail_never_says_where_a_request_claims_to_come_to(project: None, settings: Any) -> None:
    """Whoever sends a Host of their own would get the link from whom they sent it to."""
    forged = Client(headers={"host": "evil.example"})
    answer = forged.post("/forgotten", {"email": "ada@example.com"})
    assert (answer.status_code, len(mails())) == (409, 0)
    assert "GROUNDSWELL_URL" in answer.content.decode()
    settings.URL = "https://growth.example.com"
    forged.post("/forgotten", {"email": "ada@example.com"})
    assert "https://growth.example.com/forgotten/" in mails()[0].body
    assert "evil" not in mails()[0].body


def test_too_many_mails_are_not_sent_and_it_does_not_tell_who_is_known(project: None) -> None:
    client = Client(headers={"host": "127.0.0.1"})
    for email in ("ada@example.com", "nobody@example.com"):
        statuses = [client.post("/forgotten", {"email": email}).status_code for _ in range(4)]
        assert statuses == [302, 302, 302, 429], email
    assert len(mails()) == 3


def test_whoever_signs_in_finds_the_language_and_colours_they_chose(project: None) -> None:
    first, second = Client(), Client()
    tried(first, "ada@example.com", PASSWORD)
    first.post("/language", {"language": "ko"})
    first.post("/theme", {"theme": "dark"})
    tried(second, "ada@example.com", PASSWORD)
    assert {name: second.cookies[name].value for name in ("groundswell_language", "theme")} == {
        "groundswell_language": "ko", "theme": "dark",
    }  # fmt: skip
    tried(third := Client(), "cleo@example.com", PASSWORD)
    assert "theme" not in third.cookies
