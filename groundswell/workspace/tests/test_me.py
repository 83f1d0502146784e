"""One's own account, which nobody else changes, and how somebody is told to programs."""

import pytest
from django.test import Client

from groundswell.workspace import audit
from groundswell.workspace.agents import agent_in_words
from groundswell.workspace.models import Taste
from groundswell.workspace.tests.conftest import Office, api, person
from groundswell.workspace.tokens import issue_token

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def test_colleagues_see_the_name_that_somebody_gives_themselves(office: Office) -> None:
    office["ben"].post("/me/name", {"name": "  Ben Okafor "})
    assert person("ben").first_name == "Ben Okafor"
    assert "Ben Okafor" in office["vera"].get(office.url("members")).content.decode()
    office["ben"].post("/me/name", {"name": "Ben Okafor"})
    noted = [(each.who, each.verb) for each in audit.entries(office.project.id, kind="person").items]
    assert noted == [("ben@example.com", "person.renamed")]
    office["ben"].post("/me/name", {"name": ""})
    assert "ben@example.com" in office["vera"].get(office.url("members")).content.decode()


def test_a_name_of_any_length_is_not_taken(office: Office) -> None:
    page = office["ben"].post("/me/name", {"name": "x" * 151}).content.decode()
    assert "errorlist" in page
    assert person("ben").first_name == "Ben"


def test_a_hostile_name_is_shown_harmlessly(office: Office) -> None:
    office["ben"].post("/me/name", {"name": "</bdi><script>alert(1)</script>\u202egnp"})
    page = office["ada"].get(office.url("members")).content.decode()
    assert "<script>alert" not in page
    assert "<bdi>&lt;/bdi&gt;&lt;script&gt;" in page


def test_no_field_of_the_forms_changes_anything_else(office: Office) -> None:
    office["vera"].post("/me/name", {"name": "V", "username": "ada@example.com", "role": "owner", "is_staff": "1"})
    vera = person("vera")
    assert (vera.username, vera.is_staff, vera.is_superuser) == ("vera@example.com", False, False)


def test_on_one_s_own_page_the_project_of_before_stays_at_hand(office: Office) -> None:
    office["ada"].cookies["project"] = str(office.project.id)
    page = office["ada"].get("/me").content.decode()
    assert f'href="{office.url("members")}"' in page
    assert f'href="{office.url("audit")}"' in page


@pytest.mark.parametrize("kept", ["other", "99999", "x", "", "9" * 400])
def test_but_not_one_that_they_may_not_see(office: Office, kept: str) -> None:
    """A cookie may say anything."""
    office["ada"].cookies["project"] = str(office.other.id) if kept == "other" else kept
    page = office["ada"].get("/me")
    assert page.status_code == 200
    assert "Elsewhere" not in page.content.decode()


def test_what_somebody_likes_is_theirs_and_nonsense_is_not_kept(office: Office) -> None:
    office["ada"].post("/language", {"language": "ko"})
    office["ada"].post("/theme", {"theme": "dark"})
    office["ada"].post("/theme", {"theme": "<script>"})
    office["ada"].post("/language", {"language": "tlh"})
    (taste,) = Taste.objects.all()
    assert (taste.user.get_username(), taste.language, taste.theme) == ("ada@example.com", "ko", "dark")


def test_in_korean_all_of_it_is_korean(office: Office) -> None:
    office["ada"].cookies["groundswell_language"] = "ko"
    said = {
        "/me": "로그인된 기기", office.url("members"): "동료 초대하기", office.url("keys"): "비밀 키",
        office.url("settings"): "시간대", office.url("audit"): "감사 로그",
    }  # fmt: skip
    for path, words in said.items():
        assert words in office["ada"].get(path).content.decode(), path
    office["cleo"].cookies["groundswell_language"] = "ko"
    assert "없는 프로젝트이거나 볼 권한이 없어요." in office["cleo"].get(office.url("members")).content.decode()


# Programs


def test_a_key_and_the_machine_say_who_they_are(office: Office) -> None:
    from groundswell.workspace.operator import operator_token

    key = api("GET", "me", office.keys.secret_key)[1]
    assert (key["kind"], [each["name"] for each in key["projects"]]) == ("key", ["Whiteboard"])
    machine = api("GET", "me", operator_token())[1]
    assert (machine["kind"], [each["name"] for each in machine["projects"]]) == ("machine", ["Whiteboard", "Elsewhere"])


def test_projects_come_by_page(office: Office) -> None:
    token = issue_token(person("ada").pk, name="list")
    for name in ("Second", "Third"):
        office["ada"].post("/projects/new", {"name": name, "timezone": "UTC", "currency": "USD", "language": "en"})
    first = api("GET", "projects?limit=2", token)[1]
    rest = api("GET", f"projects?limit=2&after={first['next']}", token)[1]
    assert [each["name"] for each in first["projects"] + rest["projects"]] == ["Whiteboard", "Second", "Third"]
    assert rest["next"] is None


def test_the_audit_log_is_read_by_owners_and_secret_keys(office: Office) -> None:
    path = f"projects/{office.project.id}/audit"
    office["ada"].post(office.url("keys"), {"kind": "write"})
    for bearer in (issue_token(person("ada").pk, name="siem"), office.keys.secret_key):
        status, found = api("GET", f"{path}?kind=key&limit=1", bearer)
        assert (status, [each["verb"] for each in found["entries"]]) == (200, ["key.issued"])
    assert api("GET", path, issue_token(person("ben").pk, name="ben"))[0] == 403
    several = api("GET", f"{path}?kind=key,token", office.keys.secret_key)[1]["entries"]
    assert {each["verb"].partition(".")[0] for each in several} == {"key", "token"}
    assert api("GET", f"{path}?kind=key&who=nobody", office.keys.secret_key)[1]["entries"] == []


def test_owners_read_it_in_words(office: Office) -> None:
    office["ada"].post(office.url(f"members/{office.membership('ben')}/role"), {"role": "viewer"})
    page = office["ada"].get(office.url("audit") + "?kind=member").content.decode()
    assert "Gave somebody another role: <bdi>ben@example.com</bdi>" in page
    assert "before <bdi>Editor</bdi>" in page
    assert "after <bdi>Viewer</bdi>" in page
    assert "Made a project:" not in page
    assert "Show everything" in office["ada"].get(office.url("audit") + "?who=nobody").content.decode()
    assert [office[who].get(office.url("audit")).status_code for who in ("ben", "vera", "cleo")] == [403, 403, 404]


def test_a_project_is_made_with_its_owner_in_the_log(office: Office) -> None:
    (entry,) = audit.entries(office.project.id, kind="project").items
    assert (entry.who, entry.verb, entry.subject) == ("ada@example.com", "project.made", "Whiteboard")


# What browsers call themselves


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome · Linux"),
        (CHROME + " Edg/140.0", "Edge · Linux"),
        ("Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 Chrome/130.0", "Samsung Internet · Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Whale/4.29 Safari/537.36", "Whale · Windows"),
        ("curl/8.5.0", "curl"),
        ("", ""),
        ("something else", ""),
    ],
)  # fmt: skip
def test_programs_are_called_by_their_names(agent: str, words: str) -> None:
    assert agent_in_words(agent) == words


def test_whoever_has_not_signed_in_has_no_account_page(office: Office) -> None:
    for path in ("/me", "/projects/new"):
        assert Client().get(path).headers["Location"].startswith("/sign-in?next=")
