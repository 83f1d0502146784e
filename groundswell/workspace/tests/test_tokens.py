"""Personal tokens: a program does what its person may do, never more and never longer."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from groundswell.kernel.errors import Refusal
from groundswell.workspace import audit, members, tokens
from groundswell.workspace.models import PersonalToken
from groundswell.workspace.tests.conftest import Office, api, person
from groundswell.workspace.tokens import issue_token, revoke_token, tokens_of


def token_of(name: str, **more: Any) -> str:
    return issue_token(person(name).pk, name="laptop", **more)


def shown_in(page: str) -> str:
    """The token that a page shows, or nothing."""
    start = page.find("gsp_")
    return page[start : start + 36] if start >= 0 and page[start + 8] != "…" else ""


def test_a_program_acts_as_its_person(office: Office) -> None:
    status, me = api("GET", "me", token_of("vera"))
    assert (status, me["kind"], me["email"]) == (200, "person", "vera@example.com")
    assert [(each["name"], each["role"]) for each in me["projects"]] == [("Whiteboard", "viewer")]


def test_it_may_what_its_person_may_at_this_moment(office: Office) -> None:
    token, path = token_of("ben"), f"projects/{office.project.id}"
    assert api("PATCH", path, token, name="Mine")[0] == 403
    members.change_role(office.caller("ada"), office.project, member=office.membership("ben"), role="owner")
    assert api("PATCH", path, token, name="Ours")[0] == 200
    members.change_role(office.caller("ada"), office.project, member=office.membership("ben"), role="viewer")
    assert api("PATCH", path, token, name="Mine")[0] == 403
    members.remove(office.caller("ada"), office.project, member=office.membership("ben"))
    assert api("GET", path, token)[0] == 404


def test_of_another_organisation_it_knows_nothing(office: Office) -> None:
    assert api("GET", f"projects/{office.project.id}", token_of("cleo"))[0] == 404
    assert [each["name"] for each in api("GET", "projects", token_of("cleo"))[1]["projects"]] == ["Elsewhere"]


def test_it_is_shown_once(office: Office) -> None:
    answer = office["ben"].post("/me/tokens", {"name": "laptop", "days": "30"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me?made=token")
    token = shown_in(office["ben"].get("/me?made=token").content.decode())
    assert api("GET", "me", token)[1]["email"] == "ben@example.com"
    again = office["ben"].get("/me?made=token").content.decode()
    assert "laptop" in again
    assert "was shown once and is not shown again" in again
    assert token not in again
    assert PersonalToken.objects.count() == 1
    assert token not in str(list(PersonalToken.objects.values()))


def test_it_ends_when_it_was_said_to(office: Office) -> None:
    token = token_of("ada", days=30)
    (card,) = tokens_of(person("ada").pk)
    assert card.expires is not None
    assert timedelta(days=29) < card.expires - timezone.now() <= timedelta(days=30)
    PersonalToken.objects.update(expires_at=timezone.now())
    assert api("GET", "me", token)[0] == 401
    assert "Expired" in office["ada"].get("/me").content.decode()


def test_a_revoked_one_opens_nothing_any_more(office: Office) -> None:
    token = token_of("ada")
    number = PersonalToken.objects.get().pk
    assert office["ada"].post(f"/me/tokens/{number}/revoke").status_code == 302
    assert api("GET", "me", token)[0] == 401
    assert tokens_of(person("ada").pk) == []
    assert office["ada"].post(f"/me/tokens/{number}/revoke").status_code == 404


def test_nobody_revokes_somebody_else_s(office: Office) -> None:
    token = token_of("ada")
    number = PersonalToken.objects.get().pk
    for name in ("ben", "cleo"):
        assert office[name].post(f"/me/tokens/{number}/revoke").status_code == 404
        with pytest.raises(Refusal, match="no such token"):
            revoke_token(person(name).pk, token=number)
    assert api("GET", "me", token)[0] == 200


def test_it_dies_with_the_account(office: Office) -> None:
    token, ada = token_of("ada"), person("ada")
    ada.is_active = False
    ada.save()
    assert api("GET", "me", token)[0] == 401


def test_other_texts_open_nothing(office: Office) -> None:
    token = token_of("ada")
    (row,) = PersonalToken.objects.all()
    for text in (token[:-1], token + "x", row.fingerprint, "gsp_", "gsp_\u00e9", "gss_" + token[4:], row.shown):
        assert Client().get("/api/v1/me", headers={"authorization": f"Bearer {text}"}).status_code == 401
    for scheme in (f"Basic {token}", token, "Bearer", "Bearer  "):
        assert Client().get("/api/v1/me", headers={"authorization": scheme}).status_code == 401


def test_it_opens_no_page_and_sends_no_events(office: Office) -> None:
    """It is for the API; a page would let a program change the password."""
    program = Client(headers={"authorization": f"Bearer {token_of('ada')}"})
    assert program.get("/me").headers["Location"].startswith("/sign-in")
    assert program.post("/me/tokens", {"name": "one more"}).headers["Location"].startswith("/sign-in")


def test_nor_does_a_session_open_the_api(office: Office) -> None:
    """So no other site can have a browser send it anything."""
    assert office["ada"].get(f"/api/v1/projects/{office.project.id}").status_code == 401
    assert office["ada"].post(f"/api/v1/projects/{office.project.id}/keys", {"kind": "secret"}).status_code == 401


@pytest.mark.parametrize(("name", "days"), [("", 30), ("  ", 30), ("x" * 101, 30), ("ok", 0), ("ok", -1), ("ok", 9999)])
def test_what_makes_no_sense_is_refused(office: Office, name: str, days: int) -> None:
    with pytest.raises(Refusal) as refused:
        issue_token(person("ada").pk, name=name, days=days)
    assert refused.value.status == 400
    assert tokens_of(person("ada").pk) == []


def test_there_is_an_end_to_how_many(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "MOST", 2)
    token_of("ada")
    token_of("ada")
    page = office["ada"].post("/me/tokens", {"name": "third", "days": "30"})
    assert (page.status_code, len(tokens_of(person("ada").pk))) == (409, 2)
    assert "Revoke one first." in page.content.decode()
    assert token_of("ben")


def test_when_it_was_used_is_known(office: Office) -> None:
    token = token_of("ada")
    assert tokens_of(person("ada").pk)[0].used is None
    api("GET", "me", token)
    used = tokens_of(person("ada").pk)[0].used
    assert used is not None
    api("GET", "me", token)
    assert tokens_of(person("ada").pk)[0].used == used


def test_owners_read_who_made_which(office: Office) -> None:
    token_of("ben")
    revoke_token(person("ben").pk, token=PersonalToken.objects.get().pk)
    found = audit.entries(office.project.id, kind="token").items
    assert [(entry.who, entry.verb, entry.subject) for entry in found] == [
        ("ben@example.com", "token.revoked", "laptop"), ("ben@example.com", "token.issued", "laptop"),
    ]  # fmt: skip
    assert audit.entries(office.other.id, kind="token").items == []


def test_a_hostile_name_is_shown_harmlessly(office: Office) -> None:
    issue_token(person("ada").pk, name="<img src=x onerror=alert(1)>\u202e")
    page = office["ada"].get("/me").content.decode()
    assert "<img src=x" not in page
    assert "<bdi>&lt;img" in page
