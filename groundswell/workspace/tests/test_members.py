"""Who belongs here, and who says so: owners, of whom one always stays."""

from typing import Any

import pytest

from groundswell.kernel.errors import Refusal
from groundswell.workspace import audit, invitations, members
from groundswell.workspace.models import Invitation, Member
from groundswell.workspace.service import add_project, project_for, projects_of
from groundswell.workspace.tests.conftest import Office, api, person
from groundswell.workspace.tokens import issue_token
from groundswell.workspace.types import May, Role


def role_of(office: Office, name: str) -> str:
    return Member.objects.get(pk=office.membership(name)).role


def gives(office: Office, who: str, whom: str, role: str) -> int:
    """The status that somebody gets who sends the form for another role."""
    path = office.url(f"members/{office.membership(whom)}/role")
    return office[who].post(path, {"role": role}).status_code


def test_an_owner_gives_another_role_and_it_holds_at_once(office: Office) -> None:
    assert gives(office, "ada", "vera", "editor") == 302
    assert role_of(office, "vera") == "editor"
    assert project_for(office.caller("vera"), office.project.id, may=May.EDIT)
    assert gives(office, "ada", "vera", "viewer") == 302
    with pytest.raises(Refusal, match="does not allow"):
        project_for(office.caller("vera"), office.project.id, may=May.EDIT)


@pytest.mark.parametrize("who", ["ben", "vera"])
def test_nobody_makes_themselves_more_than_they_are(office: Office, who: str) -> None:
    before = role_of(office, who)
    assert gives(office, who, who, "owner") == 403
    assert gives(office, who, "ada", "viewer") == 403
    assert office[who].post(office.url("members"), {"email": "me@example.com", "role": "owner"}).status_code == 403
    token = issue_token(person(who).pk, name="sly")
    path = f"projects/{office.project.id}/members/{office.membership(who)}"
    assert api("PATCH", path, token, role="owner")[0] == 403
    assert (role_of(office, who), role_of(office, "ada")) == (before, "owner")


def test_the_last_owner_stays_one(office: Office) -> None:
    answer = office["ada"].post(office.url(f"members/{office.membership('ada')}/role"), {"role": "editor"})
    assert answer.status_code == 409
    assert "Make somebody else an owner first." in answer.content.decode()
    assert office["ada"].post(office.url(f"members/{office.membership('ada')}/remove")).status_code == 409
    assert role_of(office, "ada") == "owner"


def test_the_last_owner_is_told_beforehand_and_keeps_the_way_back(office: Office) -> None:
    page = office["ada"].get(office.url("members")).content.decode()
    assert "The last owner stays one" in page
    assert 'disabled aria-describedby="last-owner" formaction' in page
    answer = office["ada"].post(office.url(f"members/{office.membership('ada')}/remove")).content.decode()
    assert f'href="{office.url("keys")}"' in answer
    assert f'<a class="act go" href="{office.url("members")}">Back</a>' in answer
    gives(office, "ada", "ben", "owner")
    assert "last-owner" not in office["ada"].get(office.url("members")).content.decode()


def test_an_owner_who_cannot_sign_in_does_not_count(office: Office) -> None:
    gives(office, "ada", "ben", "owner")
    ben = person("ben")
    ben.is_active = False
    ben.save()
    assert gives(office, "ada", "ada", "viewer") == 409


def test_where_there_is_another_owner_the_first_may_go(office: Office) -> None:
    gives(office, "ada", "ben", "owner")
    answer = office["ada"].post(office.url(f"members/{office.membership('ada')}/remove"))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert projects_of(office.caller("ada")) == []
    assert office["ada"].get(office.url("members")).status_code == 404


def test_whoever_is_removed_is_out_in_every_browser_and_program_at_once(office: Office) -> None:
    token = issue_token(person("ben").pk, name="laptop")
    assert api("GET", f"projects/{office.project.id}", token)[0] == 200
    assert office["ada"].post(office.url(f"members/{office.membership('ben')}/remove")).status_code == 302
    assert office["ben"].get(office.url("members")).status_code == 404
    assert api("GET", f"projects/{office.project.id}", token)[0] == 404
    assert api("GET", "me", token)[1]["projects"] == []


def test_whoever_belongs_nowhere_any_more_does_not_found_either(office: Office) -> None:
    members.remove(office.caller("ada"), office.project, member=office.membership("ben"))
    answer = office["ben"].get("/", follow=True)
    assert answer.status_code == 403
    assert "Ask an owner to make it, or to invite you." in answer.content.decode()
    form = {"name": "Mine", "timezone": "UTC", "currency": "USD", "language": "en"}
    assert office["ben"].post("/projects/new", form).status_code == 403
    assert office["vera"].post("/projects/new", form).status_code == 403
    assert Member.objects.filter(user=person("ben")).count() == 0


def test_an_owner_founds_in_the_same_organisation_so_that_all_members_see_it(office: Office) -> None:
    made, _keys = add_project(caller=office.caller("ada"), name=" Second ")
    assert made.name == "Second"
    assert project_for(office.caller("vera"), made.id) == made
    with pytest.raises(Refusal, match="already"):
        add_project(caller=office.caller("ada"), name="Second")


def test_what_an_owner_invited_does_not_outlive_their_being_one(office: Office) -> None:
    """Else whoever expects to be removed invites another address of theirs first."""
    gives(office, "ada", "ben", "owner")
    _, way_back = invitations.invite(office.caller("ben"), office.project, email="ben@home.example", role="owner")
    _, other = invitations.invite(office.caller("ada"), office.project, email="dora@example.com", role="viewer")
    members.remove(office.caller("ada"), office.project, member=office.membership("ben"))
    assert office["ben"].get(f"/join/{way_back}").status_code == 404
    assert invitations.invitation_of(other).email == "dora@example.com"
    assert [entry.verb for entry in audit.entries(office.project.id, kind="invitation", size=1).items] == [
        "invitation.withdrawn"
    ]


def test_another_organisation_s_owner_reaches_no_member(office: Office) -> None:
    """Neither under this project's address nor by this member's number under their own."""
    number = office.membership("ben")
    for project in (office.project.id, office.other.id):
        for deed in ("role", "remove"):
            answer = office["cleo"].post(f"/p/{project}/members/{number}/{deed}", {"role": "viewer"})
            assert answer.status_code == 404
    token = issue_token(person("cleo").pk, name="far")
    for project in (office.project.id, office.other.id):
        assert api("PATCH", f"projects/{project}/members/{number}", token, role="viewer")[0] == 404
        assert api("DELETE", f"projects/{project}/members/{number}", token)[0] == 404
    assert role_of(office, "ben") == "editor"


def test_a_role_that_there_is_not_is_refused(office: Office) -> None:
    assert gives(office, "ada", "ben", "emperor") == 400
    assert role_of(office, "ben") == "editor"


def test_what_was_done_to_members_is_written_down_and_what_was_not_is_not(office: Office) -> None:
    gives(office, "ada", "ben", "editor")  # as before
    gives(office, "ada", "ben", "viewer")
    members.remove(office.caller("ada"), office.project, member=office.membership("ben"))
    found = audit.entries(office.project.id, kind="member").items
    assert [(entry.who, entry.verb, entry.subject, entry.detail) for entry in found] == [
        ("ada@example.com", "member.removed", "ben@example.com", {"role": "viewer"}),
        ("ada@example.com", "member.role_changed", "ben@example.com", {"from": "editor", "to": "viewer"}),
    ]


def test_the_page_lets_owners_act_and_others_read(office: Office) -> None:
    seen = {who: office[who].get(office.url("members")).content.decode() for who in ("ada", "ben", "vera")}
    for page in seen.values():
        assert all(f"{name}@example.com" in page for name in ("ada", "ben", "vera"))
    acts = ["/remove", "/role", 'name="email"']
    assert [act in seen["ada"] for act in acts] == [True] * 3
    assert [act in seen[who] for who in ("ben", "vera") for act in acts] == [False] * 6


def test_members_come_by_page_to_owners_of_the_api(office: Office) -> None:
    token = issue_token(person("ada").pk, name="list")
    path = f"projects/{office.project.id}/members"
    status, first = api("GET", f"{path}?limit=2", token)
    rest = api("GET", f"{path}?limit=2&page={first['next']}", token)[1]
    assert (status, first["total"], rest["next"]) == (200, 3, None)
    assert [(each["email"], each["role"]) for each in first["members"] + rest["members"]] == [
        ("ada@example.com", "owner"), ("ben@example.com", "editor"), ("vera@example.com", "viewer"),
    ]  # fmt: skip
    assert api("GET", path, issue_token(person("ben").pk, name="ben"))[0] == 403


def test_the_api_changes_and_removes_as_the_page_does(office: Office) -> None:
    token = issue_token(person("ada").pk, name="admin")
    path = f"projects/{office.project.id}/members"
    assert api("PATCH", f"{path}/{office.membership('vera')}", token, role="editor")[1]["role"] == "editor"
    assert api("DELETE", f"{path}/{office.membership('vera')}", token) == (200, {})
    refused: dict[str, Any] = api("DELETE", f"{path}/{office.membership('ada')}", token)[1]
    assert refused["error"]["code"] == "last_owner"
    assert not Member.objects.filter(user=person("vera")).exists()


def test_a_secret_key_manages_nobody(office: Office) -> None:
    """It lies on many machines; whoever finds it must not be able to let themselves in for good."""
    path = f"projects/{office.project.id}"
    secret = office.keys.secret_key
    assert api("GET", f"{path}/members", secret)[0] == 403
    assert api("PATCH", f"{path}/members/{office.membership('ben')}", secret, role="owner")[0] == 403
    assert api("POST", f"{path}/invitations", secret, email="x@example.com", role="owner")[0] == 403
    assert api("POST", f"{path}/keys", secret, kind="secret")[0] == 403
    assert Invitation.objects.count() == 0
    assert role_of(office, "ben") == Role.EDITOR


def test_a_number_of_any_length_is_no_project(office: Office) -> None:
    token = issue_token(person("ada").pk, name="long")
    for number in ("9" * 18, "9" * 19, "9" * 5000, "-1", "x"):
        assert api("GET", f"projects/{number}", token)[0] == 404
        assert office["ada"].get(f"/p/{number}/members").status_code == 404
