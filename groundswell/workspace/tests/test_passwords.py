"""Passwords: changed by who knows the old one or reads the mail, and then nobody else is in any more."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone

from groundswell.workspace import audit, mailing
from groundswell.workspace.tests.conftest import Office, link_in, mails, person
from tests.visitors import PASSWORD, signed_in

CHOSEN = "another-whiteboard-8"


@pytest.fixture(autouse=True)
def address(settings: Any) -> None:
    settings.URL = "https://growth.example.com"


def changes(client: Client, *, old: str = PASSWORD, new: str = CHOSEN) -> str:
    return client.post("/me/password", {"old": old, "password": new}, follow=True).content.decode()


def is_in(client: Client) -> bool:
    return client.get("/me").status_code == 200


def forgets(email: str = "ada@example.com") -> str:
    """The path in the mail to who forgot their password."""
    before = len(mails())
    assert Client().post("/forgotten", {"email": email}).status_code == 302
    return link_in(mails()[before])


def chooses(path: str, password: str = CHOSEN) -> str:
    """The page after a new password was chosen by the link of a mail."""
    client = Client()
    form = client.get(path, follow=True)
    target = form.redirect_chain[-1][0] if form.redirect_chain else path
    return client.post(target, {"new_password1": password, "new_password2": password}, follow=True).content.decode()


# By who is signed in


def test_a_new_password_keeps_this_browser_in_and_no_other(office: Office) -> None:
    there = signed_in("ada@example.com")
    before = office["ada"].cookies["groundswell_session"].value
    assert "Your new password is set." in changes(office["ada"])
    assert (is_in(office["ada"]), is_in(there)) == (True, False)
    assert office["ada"].cookies["groundswell_session"].value != before
    assert person("ada").check_password(CHOSEN)
    assert is_in(office["ben"])


def test_who_does_not_know_the_old_one_changes_nothing(office: Office) -> None:
    """Whoever sits down at somebody's open browser, for one."""
    assert "This is not your password." in changes(office["ada"], old="a-guess")
    assert person("ada").check_password(PASSWORD)


def test_guessing_it_there_is_slowed_down(office: Office) -> None:
    pages = [changes(office["ada"], old=f"guess-{number}") for number in range(11)]
    assert ["There were too many tries." in page for page in pages] == [False] * 10 + [True]
    assert "There were too many tries." in changes(office["ada"])
    assert person("ada").check_password(PASSWORD)
    assert "Your new password is set." in changes(office["ben"])


@pytest.mark.parametrize("new", ["short", "12345678901", "password123", "ada@example.com"])
def test_an_easy_one_is_refused(office: Office, new: str) -> None:
    assert "errorlist" in changes(office["ada"], new=new)
    assert person("ada").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("new", "english", "korean"),
    [
        ("short", "The password is too short. Take at least 8 characters.", "너무 짧아요. 8자 이상으로 정해 주세요."),
        ("83920175", "The password is all digits.", "숫자로만 된 비밀번호예요."),
        ("password123", "Many people have this password", "많은 사람이 쓰는 비밀번호라"),
        ("ada@example.com", "too much like your name or mail address", "이름이나 이메일과 너무 비슷해요."),
    ],
)  # fmt: skip
def test_why_is_said_in_our_words_wherever_one_is_chosen(office: Office, new: str, english: str, korean: str) -> None:
    path = forgets()
    assert english in changes(office["ada"], new=new)
    assert english in chooses(path, new)
    office["ada"].cookies["groundswell_language"] = "ko"
    page = changes(office["ada"], new=new)
    assert korean in page
    assert "습니다" not in page
    assert "8자 이상" in office["ada"].get("/me").content.decode()


def test_the_rules_are_there_before_one_is_chosen(office: Office) -> None:
    rules = "At least 8 characters, not digits alone"
    path = forgets()
    client = Client()
    page = client.get(path, follow=True).content.decode()
    assert rules in page
    assert "<ul>" not in page
    assert rules in office["ada"].get("/me").content.decode()
    assert (
        "These two passwords are not the same."
        in client.post(
            client.get(path).headers["Location"], {"new_password1": CHOSEN, "new_password2": CHOSEN + "x"}
        ).content.decode()
    )


def test_owners_read_that_it_was_changed_but_not_to_what(office: Office) -> None:
    changes(office["ben"])
    (entry,) = audit.entries(office.project.id, kind="person").items
    assert (entry.who, entry.verb, entry.detail) == ("ben@example.com", "person.password_changed", {})


# By the mail


def test_the_link_of_the_mail_works_once(office: Office) -> None:
    path = forgets()
    assert "Sign in with it." in chooses(path)
    assert person("ada").check_password(CHOSEN)
    assert "This link is used up" in chooses(path, "a-third-whiteboard-7")
    assert person("ada").check_password(CHOSEN)


def test_of_two_links_the_second_dies_with_the_first(office: Office) -> None:
    first, second = forgets(), forgets()
    chooses(first)
    assert "This link is used up" in chooses(second, "a-third-whiteboard-7")


def test_a_link_dies_when_the_password_is_changed_elsewhere_or_somebody_signs_in(office: Office) -> None:
    path = forgets()
    changes(office["ada"])
    assert "This link is used up" in chooses(path, "a-third-whiteboard-7")
    get_user_model().objects.update(last_login=timezone.now() - timedelta(hours=1))
    path = forgets()
    Client().post("/sign-in", {"email": "ada@example.com", "password": CHOSEN})
    assert "This link is used up" in chooses(path, "a-third-whiteboard-7")


def test_a_link_is_too_old_after_three_days(office: Office, settings: Any) -> None:
    path = forgets()
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "This link is used up" in chooses(path)
    assert person("ada").check_password(PASSWORD)


def test_a_link_is_for_one_person(office: Office) -> None:
    _, _, uid, token = forgets().split("/")
    _, _, other, _ = forgets("cleo@example.com").split("/")
    assert uid != other
    assert "This link is used up" in chooses(f"/forgotten/{other}/{token}")
    for broken in (f"/forgotten/{uid}/x", f"/forgotten/x/{token}", "/forgotten/%00/%00"):
        assert "This link is used up" in Client().get(broken, follow=True).content.decode()


def test_everybody_who_was_in_with_the_old_one_is_out(office: Office) -> None:
    """Who resets a password may have lost it to somebody."""
    chooses(forgets())
    assert (is_in(office["ada"]), is_in(office["ben"])) == (False, True)
    assert [entry.who for entry in audit.entries(office.project.id, kind="person").items] == ["ada@example.com"]


def test_the_link_does_not_stay_in_the_address_of_the_form(office: Office) -> None:
    """Else it would be in histories, and be told to whom the page leads."""
    path = forgets()
    form = Client().get(path, follow=True)
    assert path.rpartition("/")[2] not in form.redirect_chain[-1][0]
    assert form.headers["Referrer-Policy"] == "same-origin"


def test_a_weak_one_is_refused_and_the_link_still_works(office: Office) -> None:
    path = forgets()
    assert "errorlist" in chooses(path, "short")
    assert "Sign in with it." in chooses(path)


# What strangers learn


def test_the_answer_is_the_same_whether_somebody_is_known_or_not(office: Office) -> None:
    ada = person("ada")
    closed = person("vera")
    closed.is_active = False
    closed.save()
    answers = []
    for email in ("ada@example.com", "nobody@example.com", "vera@example.com"):
        answer = Client().post("/forgotten", {"email": email}, follow=True)
        answers.append(
            (answer.status_code, answer.redirect_chain, "If we know this address" in answer.content.decode())
        )
    assert answers == [(200, [("/sign-in", 302)], True)] * 3
    assert [message.to for message in mails()] == [[ada.email]]


def test_nobody_waits_for_the_mail(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """How long it takes to hand a mail over would tell that there is one."""
    handed_over: list[str] = []
    monkeypatch.setattr("groundswell.workspace.mailing.EmailMessage.send", lambda mail: handed_over.append(mail.to[0]))
    begins = threading.Event()
    mailing._postman.submit(begins.wait, 10)  # another mail, which is taking its time
    Client().post("/forgotten", {"email": "ada@example.com"})
    assert handed_over == []
    begins.set()
    mails()
    assert handed_over == ["ada@example.com"]


def test_a_mail_server_that_fails_tells_nothing_either(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_mail: Any) -> None:
        raise ConnectionRefusedError("no such server")

    monkeypatch.setattr("groundswell.workspace.mailing.EmailMessage.send", fails)
    assert Client().post("/forgotten", {"email": "ada@example.com"}).status_code == 302
    mails()
    assert "a mail could not be sent" in caplog.text
