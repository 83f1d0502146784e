"""Asking people in: by a link for one person, once, for seven days."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.utils import timezone

from groundswell.kernel.errors import Refusal
from groundswell.workspace import audit, invitations, mailing, shell
from groundswell.workspace.invitations import invite, invite_again, join, withdraw
from groundswell.workspace.models import Invitation, Member, Project
from groundswell.workspace.service import role_of
from groundswell.workspace.tests.conftest import Office, api, link_in, person
from groundswell.workspace.tokens import issue_token
from groundswell.workspace.types import Caller
from tests.visitors import PASSWORD

DORA = "dora@example.com"
NEW = {"name": "Dora", "password": "a-quiet-harbour-7"}


@pytest.fixture
def mail_leaves(settings: Any) -> None:
    settings.URL = "https://growth.example.com"


def asked(office: Office, *, role: str = "editor", email: str = DORA) -> str:
    """The path of an invitation by Ada."""
    return f"/join/{invite(office.caller('ada'), office.project, email=email, role=role)[1]}"


def roles(office: Office) -> dict[str, str | None]:
    """The role of everybody who has one."""
    found = Member.objects.filter(organisation__projects=office.project.id)
    return dict(found.values_list("user__username", "role"))


def test_a_colleague_comes_in_by_the_mail(office: Office, mail_leaves: None) -> None:
    office["ada"].post(office.url("members"), {"email": " Dora@Example.com ", "role": "viewer"})
    (message,) = mail.outbox
    assert message.to == [DORA]
    assert "https://growth.example.com/join/" in message.body
    assert "ada@example.com" in message.body
    client = Client()
    page = client.get(link_in(message)).content.decode()
    assert "ada@example.com" in page
    answer = client.post(link_in(message), NEW)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert client.get(office.url("members")).status_code == 200
    assert roles(office)[DORA] == "viewer"
    assert person("dora").first_name == "Dora"


def test_the_mail_speaks_the_language_of_the_project(office: Office, mail_leaves: None) -> None:
    Project.objects.filter(pk=office.project.id).update(language="ko")
    office["ada"].cookies["groundswell_language"] = "en"
    page = office["ada"].post(office.url("members"), {"email": DORA, "role": "viewer"}, follow=True).content.decode()
    (message,) = mail.outbox
    assert "초대" in message.subject
    assert "초대" in message.body
    assert "is on its way to" in page
    token = issue_token(person("ada").pk, name="script")
    api("POST", f"projects/{office.project.id}/invitations", token, email="eve@example.com", role="viewer")
    assert "초대" in mail.outbox[1].subject


@pytest.mark.parametrize("trouble", [ValueError("TLS and SSL"), ConnectionRefusedError(), UnicodeError("no host")])
def test_where_the_mail_server_fails_the_link_is_handed_over(
    office: Office, mail_leaves: None, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def fail(*_: object) -> None:
        raise trouble

    monkeypatch.setattr(mailing, "send_mail", fail)
    answer = office["ada"].post(office.url("members"), {"email": DORA, "role": "viewer"}, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "No mail could be sent from this server." in page
    assert "https://growth.example.com/join/gsi_" in page


def test_looking_at_the_link_accepts_nothing(office: Office) -> None:
    """Scanners of mail follow every link."""
    path = asked(office)
    Client().get(path)
    office["ada"].get(path)
    assert DORA not in roles(office)
    assert Client().post(path, NEW).status_code == 302


def test_a_link_works_once(office: Office) -> None:
    path = asked(office)
    Client().post(path, NEW)
    answer = Client().post(path, {**NEW, "password": "another-harbour-8"})
    assert answer.status_code == 404
    assert "Ask who invited you to send it again." in answer.content.decode()
    assert person("dora").check_password(NEW["password"])


def test_a_link_is_too_old_after_seven_days_and_can_be_sent_again(office: Office) -> None:
    path = asked(office)
    row = Invitation.objects.get()
    assert timedelta(days=6.9) < row.expires_at - timezone.now() <= timedelta(days=7)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().post(path, NEW).status_code == 404
    assert "Expired" in office["ada"].get(office.url("members")).content.decode()
    card, secret = invite_again(office.caller("ada"), office.project, invitation=row.pk)
    assert not card.is_expired
    assert Client().get(path).status_code == 404
    assert Client().post(f"/join/{secret}", NEW).status_code == 302


def test_a_withdrawn_link_opens_nothing_and_may_be_replaced_by_another(office: Office) -> None:
    path = asked(office, role="owner")
    office["ada"].post(office.url(f"invitations/{Invitation.objects.get().pk}/withdraw"))
    assert Client().post(path, NEW).status_code == 404
    again = asked(office, role="viewer")
    Client().post(again, NEW)
    assert roles(office)[DORA] == "viewer"


def test_other_texts_are_no_invitations(office: Office) -> None:
    asked(office)
    for secret in ("gsi_other", Invitation.objects.get().fingerprint, "%00", "x" * 3000):
        assert Client().get(f"/join/{secret}").status_code == 404
        assert Client().post(f"/join/{secret}", NEW).status_code == 404


def test_of_a_link_only_its_hash_is_kept(office: Office) -> None:
    secret = asked(office).removeprefix("/join/")
    (row,) = Invitation.objects.values()
    assert secret not in str(row)


def test_the_role_is_that_of_the_invitation_whatever_is_sent_with_the_form(office: Office) -> None:
    Client().post(asked(office, role="viewer"), {**NEW, "role": "owner", "email": "evil@example.com"})
    assert roles(office)[DORA] == "viewer"
    assert not get_user_model().objects.filter(username="evil@example.com").exists()


def test_a_weak_password_is_refused_and_the_link_still_works(office: Office) -> None:
    path = asked(office)
    for password in ("short", "12345678901", "dora@example.com"):
        answer = Client().post(path, {**NEW, "password": password})
        assert "errorlist" in answer.content.decode()
    assert not get_user_model().objects.filter(username=DORA).exists()
    assert Client().post(path, NEW).status_code == 302


# People who are known


def test_whoever_is_known_says_their_password_and_keeps_it(office: Office) -> None:
    path = asked(office, email="cleo@example.com")
    assert 'name="name"' not in Client().get(path).content.decode()
    wrong = Client().post(path, {"password": "a-guess-of-mine-1", "name": "Not Cleo"})
    assert (wrong.status_code, "cleo@example.com" in roles(office)) == (200, False)
    assert Client().post(path, {"password": PASSWORD}).status_code == 302
    assert roles(office)["cleo@example.com"] == "editor"
    assert person("cleo").check_password(PASSWORD)


def test_guessing_that_password_is_slowed_down_as_at_the_front_door(office: Office) -> None:
    path = asked(office, email="cleo@example.com")
    pages = [Client().post(path, {"password": f"guess-{number}"}).content.decode() for number in range(11)]
    assert ["There were too many tries." in page for page in pages] == [False] * 10 + [True]


def test_whoever_is_signed_in_comes_in_with_one_click(office: Office) -> None:
    path = asked(office, email="cleo@example.com", role="owner")
    assert office["cleo"].post(path).status_code == 302
    assert office["cleo"].get(office.url("members")).status_code == 200
    assert role_of(office.caller("cleo"), office.project) == "owner"


def test_somebody_else_who_is_signed_in_does_not_take_it(office: Office) -> None:
    path = asked(office)
    page = office["cleo"].get(path).content.decode()
    assert "You are signed in as cleo@example.com." in page
    assert office["cleo"].post(path, NEW).status_code == 403
    assert "cleo@example.com" not in roles(office)
    assert DORA not in roles(office)


def test_an_invitation_takes_no_role_away(office: Office) -> None:
    """Somebody who was invited as a viewer may have become an owner on another way meanwhile."""
    secret = asked(office, role="viewer").removeprefix("/join/")
    dora = get_user_model().objects.create_user(username=DORA, email=DORA, password=PASSWORD)
    Member.objects.create(organisation_id=Invitation.objects.get().organisation_id, user=dora, role="owner")
    join(secret, user=dora)
    assert roles(office)[DORA] == "owner"


# Asking


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b", "x@example.com\nBcc: y@example.com", "x" * 140 + "@example.com"]
)
def test_what_is_no_address_is_refused(office: Office, email: str) -> None:
    with pytest.raises(Refusal) as refused:
        invite(office.caller("ada"), office.project, email=email, role="viewer")
    assert refused.value.status == 400
    assert Invitation.objects.count() == 0


def test_nobody_is_asked_twice(office: Office, mail_leaves: None) -> None:
    asked(office)
    for email, code in ((DORA.upper(), "invited"), ("ben@example.com", "member_exists")):
        with pytest.raises(Refusal) as refused:
            invite(office.caller("ada"), office.project, email=email, role="viewer")
        assert refused.value.code == code
    page = office["ada"].post(office.url("members"), {"email": DORA, "role": "viewer"}).content.decode()
    assert "is invited already" in page


def test_nobody_s_letter_box_is_filled(office: Office) -> None:
    _card, _secret = invite(office.caller("ada"), office.project, email=DORA, role="viewer")
    number = Invitation.objects.get().pk
    for _ in range(4):
        invite_again(office.caller("ada"), office.project, invitation=number)
    with pytest.raises(Refusal) as refused:
        invite_again(office.caller("ada"), office.project, invitation=number)
    assert refused.value.status == 429


def test_an_organisation_does_not_write_to_the_world(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        asked(office, email=f"person-{number}@example.com")
    with pytest.raises(Refusal) as slowed:
        asked(office, email="one-more@example.com")
    monkeypatch.setattr(invitations, "MOST", 30)
    with pytest.raises(Refusal, match="nobody accepted") as full:
        asked(office, email="one-more@example.com")
    assert (slowed.value.status, full.value.status) == (429, 409)


def test_where_no_mail_leaves_the_link_is_handed_over_once(office: Office, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.URL = "https://growth.example.com"
    place = office["ada"].post(office.url("members"), {"email": DORA, "role": "viewer"}).headers["Location"]
    page = office["ada"].get(place).content.decode()
    assert "https://growth.example.com/join/gsi_" in page
    assert "gsi_" not in office["ada"].get(office.url("members")).content.decode()


def test_a_mail_server_that_fails_costs_nobody_their_invitation(
    office: Office, mail_leaves: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise ConnectionRefusedError("no such server")

    monkeypatch.setattr("groundswell.workspace.mailing.send_mail", fail)
    place = office["ada"].post(office.url("members"), {"email": DORA, "role": "viewer"}).headers["Location"]
    page = office["ada"].get(place).content.decode()
    assert "https://growth.example.com/join/gsi_" in page
    assert "no such server" in caplog.text
    assert "gsi_" not in caplog.text


def test_the_mail_goes_to_where_the_console_is_and_never_to_where_a_request_claims(office: Office) -> None:
    office["ada"].defaults["HTTP_HOST"] = "evil.example"
    answer = office["ada"].post(office.url("members"), {"email": DORA, "role": "viewer"})
    assert "GROUNDSWELL_URL" in answer.content.decode()
    assert (mail.outbox, Invitation.objects.count()) == ([], 0)


def test_a_hostile_name_of_an_organisation_stays_in_its_line(office: Office, mail_leaves: None) -> None:
    organisation = Invitation(organisation_id=1).organisation.__class__.objects.get(projects=office.project.id)
    organisation.name = "Evil\r\nBcc: all@example.com\n<b>"
    organisation.save()
    office["ada"].post(office.url("members"), {"email": DORA, "role": "viewer"})
    (message,) = mail.outbox
    assert "\n" not in message.subject
    assert message.bcc == []
    assert "<b>" not in Client().get(link_in(message)).content.decode()


# Others


@pytest.mark.parametrize("who", ["ben", "vera", "cleo"])
def test_only_owners_ask_and_take_back(office: Office, who: str) -> None:
    path = asked(office)
    number = Invitation.objects.get().pk
    right = 404 if who == "cleo" else 403
    assert office[who].post(office.url("members"), {"email": "x@example.com", "role": "owner"}).status_code == right
    for deed in ("again", "withdraw"):
        assert office[who].post(office.url(f"invitations/{number}/{deed}")).status_code == right
    token = issue_token(person(who).pk, name="sly")
    route = f"projects/{office.project.id}/invitations"
    assert api("GET", route, token)[0] == right
    assert api("DELETE", f"{route}/{number}", token)[0] == right
    assert DORA not in (office[who].get(office.url("members")).content.decode())
    assert Client().get(path).status_code == 200


def test_another_owner_reaches_it_not_under_their_own_project_either(office: Office, mail_leaves: None) -> None:
    asked(office)
    number = Invitation.objects.get().pk
    for deed in ("again", "withdraw"):
        assert office["cleo"].post(f"/p/{office.other.id}/invitations/{number}/{deed}").status_code == 404
    with pytest.raises(Refusal, match="no such invitation"):
        withdraw(office.caller("cleo"), office.other, invitation=number)


def test_programs_of_owners_ask_list_and_take_back(office: Office, mail_leaves: None, settings: Any) -> None:
    token = issue_token(person("ada").pk, name="onboarding")
    path = f"projects/{office.project.id}/invitations"
    status, made = api("POST", path, token, email=DORA, role="viewer")
    assert (status, made["is_mailed"], "link" in made) == (200, True, False)
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    again = api("POST", f"{path}/{made['id']}/send", token)[1]
    assert again["link"].startswith("https://growth.example.com/join/gsi_")
    assert Client().get(link_in(mail.outbox[0])).status_code == 404
    listed = api("GET", path, token)[1]
    assert [(each["email"], each["role"], each["by"]) for each in listed["invitations"]] == [
        (DORA, "viewer", "ada@example.com")
    ]
    assert "gsi_" not in str(listed)
    assert api("DELETE", f"{path}/{made['id']}", token) == (200, {})
    assert api("GET", path, token)[1] == {"invitations": [], "total": 0, "next": None}


def test_what_became_of_an_invitation_is_written_down(office: Office) -> None:
    path = asked(office, role="viewer")
    invite_again(office.caller("ada"), office.project, invitation=Invitation.objects.get().pk)
    asked(office, email="eve@example.com")
    withdraw(Caller(is_operator=True), office.project, invitation=Invitation.objects.latest("pk").pk)
    Client().post(path, NEW)
    Client().post(asked(office, email="finn@example.com", role="viewer"), {**NEW, "name": "Finn"})
    found = audit.entries(office.project.id, kind="invitation").items
    assert [(entry.who, entry.verb.partition(".")[2], entry.subject) for entry in reversed(found)] == [
        ("ada@example.com", "sent", DORA),
        ("ada@example.com", "sent_again", DORA),
        ("ada@example.com", "sent", "eve@example.com"),
        ("", "withdrawn", "eve@example.com"),
        ("ada@example.com", "sent", "finn@example.com"),
        ("finn@example.com", "accepted", "finn@example.com"),
    ]


def test_a_new_team_is_led_on_until_somebody_is_asked(office: Office) -> None:
    def is_done() -> bool:
        return next(done for step, done in shell.steps(office.other) if step.view == "members")

    assert not is_done()
    _card, _secret = invite(office.caller("cleo"), office.other, email=DORA, role="viewer")
    assert is_done()
    withdraw(office.caller("cleo"), office.other, invitation=Invitation.objects.get().pk)
    assert is_done()  # they know how
