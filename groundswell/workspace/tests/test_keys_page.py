"""The keys of a project: owners make, replace and revoke them; of a secret one nobody sees more than once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groundswell.kernel.errors import Refusal
from groundswell.workspace import audit, keys
from groundswell.workspace.models import Key
from groundswell.workspace.service import caller_of_secret, sending_key
from groundswell.workspace.tests.conftest import Office, api, person
from groundswell.workspace.tokens import issue_token
from groundswell.workspace.types import KeyKind


def key_of(office: Office, kind: KeyKind) -> int:
    return Key.objects.filter(project=office.project.id, kind=kind, revoked_at=None).latest("pk").pk


def page_of(office: Office, who: str) -> str:
    return office[who].get(office.url("keys")).content.decode()


def test_who_sees_how_much(office: Office) -> None:
    """A write key is believed about money, so who may change nothing does not get to see it whole."""
    whole = {who: page_of(office, who) for who in ("ada", "ben", "vera")}
    for key in (office.keys.write_key, office.keys.browser_key):
        assert [key in whole[who] for who in ("ada", "ben", "vera")] == [True, True, False]
        assert key[:8] in whole["vera"]
    assert [office.keys.secret_key in page for page in whole.values()] == [False] * 3
    assert [office.other_keys.write_key in page for page in whole.values()] == [False] * 3


def test_a_new_secret_key_is_shown_once_and_works(office: Office) -> None:
    place = office["ada"].post(office.url("keys"), {"kind": "secret"}).headers["Location"]
    page = office["ada"].get(place).content.decode()
    start = page.index("gss_")
    secret = page[start : start + 36]
    assert "Copy it now: it is not shown again." in page
    assert caller_of_secret(secret) is not None
    again = office["ada"].get(place).content.decode()
    assert f"The key {secret[:8]}… was shown once and is not shown again." in again
    assert secret not in again
    assert secret not in page_of(office, "ada")
    assert secret not in str(list(Key.objects.values()))


def test_a_replaced_key_works_until_it_is_revoked(office: Office) -> None:
    old = key_of(office, KeyKind.WRITE)
    card, secret = keys.rotate(office.caller("ada"), office.project, key=old)
    assert card.kind is KeyKind.WRITE
    assert sending_key(office.keys.write_key) is not None
    assert sending_key(secret) is not None
    assert "Replaced" in page_of(office, "ada")
    office["ada"].post(office.url(f"keys/{old}/revoke"))
    assert sending_key(office.keys.write_key) is None
    assert sending_key(secret) is not None


def test_a_revoked_secret_key_opens_nothing_at_once(office: Office) -> None:
    path = f"projects/{office.project.id}"
    assert api("GET", path, office.keys.secret_key)[0] == 200
    assert office["ada"].post(office.url(f"keys/{key_of(office, KeyKind.SECRET)}/revoke")).status_code == 302
    assert api("GET", path, office.keys.secret_key)[0] == 401


def test_revoking_twice_says_that_it_is_gone(office: Office) -> None:
    number = key_of(office, KeyKind.WRITE)
    keys.revoke(office.caller("ada"), office.project, key=number)
    assert office["ada"].post(office.url(f"keys/{number}/revoke")).status_code == 404
    assert office["ada"].post(office.url(f"keys/{number}/rotate")).status_code == 404


@pytest.mark.parametrize(("who", "status"), [("ben", 403), ("vera", 403), ("cleo", 404)])
def test_only_owners_change_keys(office: Office, who: str, status: int) -> None:
    number, before = key_of(office, KeyKind.BROWSER), Key.objects.count()
    token = issue_token(person(who).pk, name="sly")
    path = f"projects/{office.project.id}/keys"
    for deed in ("", f"/{number}/rotate", f"/{number}/revoke"):
        assert office[who].post(office.url(f"keys{deed}"), {"kind": "secret"}).status_code == status
    assert api("GET", path, token)[0] == status
    assert api("POST", path, token, kind="secret")[0] == status
    assert api("POST", f"{path}/{number}/rotate", token)[0] == status
    assert api("DELETE", f"{path}/{number}", token)[0] == status
    assert Key.objects.count() == before
    assert sending_key(office.keys.browser_key) is not None


def test_a_key_is_not_reached_through_another_project(office: Office) -> None:
    number = key_of(office, KeyKind.SECRET)
    for deed in ("rotate", "revoke"):
        assert office["cleo"].post(f"/p/{office.other.id}/keys/{number}/{deed}").status_code == 404
    assert caller_of_secret(office.keys.secret_key) is not None


def test_a_key_opens_its_own_project_alone(office: Office) -> None:
    for path in ("", "/members", "/keys", "/audit"):
        assert api("GET", f"projects/{office.project.id}{path}", office.other_keys.secret_key)[0] == 404
    assert [each["id"] for each in api("GET", "projects", office.other_keys.secret_key)[1]["projects"]] == [
        office.other.id
    ]


@pytest.mark.parametrize("key", ["write_key", "browser_key"])
def test_what_only_sends_reads_nothing(office: Office, key: str) -> None:
    assert api("GET", f"projects/{office.project.id}", getattr(office.keys, key))[0] == 401
    assert api("GET", "me", getattr(office.keys, key))[0] == 401


def test_programs_of_owners_make_replace_and_revoke(office: Office) -> None:
    token, path = issue_token(person("ada").pk, name="rotation"), f"projects/{office.project.id}/keys"
    made = api("POST", path, token, kind="secret")[1]
    assert api("GET", "me", made["key"])[1]["kind"] == "key"
    replaced = api("POST", f"{path}/{made['id']}/rotate", token)[1]
    assert api("DELETE", f"{path}/{made['id']}", token) == (200, {})
    assert api("GET", "me", made["key"])[0] == 401
    assert api("GET", "me", replaced["key"])[0] == 200
    listed = api("GET", f"{path}?limit=3", token)[1]
    assert ([each["kind"] for each in listed["keys"]], listed["total"], listed["next"]) == (
        ["browser", "write", "secret"], 4, 2,
    )  # fmt: skip
    assert replaced["key"] not in str(listed)
    assert api("POST", path, token, kind="golden")[1]["error"]["fields"].keys() == {"kind"}


def test_there_is_an_end_to_how_many(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST", 3)
    with pytest.raises(Refusal, match="Revoke one first"):
        keys.issue(office.caller("ada"), office.project, kind="write")
    assert Key.objects.filter(project=office.project.id).count() == 3


def test_when_a_key_was_used_is_shown(office: Office) -> None:
    assert page_of(office, "ada").count("never used") == 3
    Key.objects.filter(pk=key_of(office, KeyKind.WRITE)).update(last_used_at=timezone.now() - timedelta(hours=3))
    page = page_of(office, "ada")
    assert page.count("never used") == 2
    assert "last used" in page


def test_what_was_done_to_keys_is_written_down_without_the_keys(office: Office) -> None:
    card, secret = keys.issue(office.caller("ada"), office.project, kind="write")
    other, _ = keys.rotate(office.caller("ada"), office.project, key=card.id)
    keys.revoke(office.caller("ada"), office.project, key=card.id)
    found = audit.entries(office.project.id, kind="key").items
    assert [(entry.verb, entry.subject, entry.detail) for entry in reversed(found)] == [
        ("key.issued", secret[:8] + "…", {"kind": "write"}),
        ("key.rotated", other.shown[:8] + "…", {"kind": "write", "instead_of": secret[:8] + "…"}),
        ("key.revoked", secret[:8] + "…", {"kind": "write"}),
    ]
    assert secret not in str(found)
