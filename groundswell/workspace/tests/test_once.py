"""What is shown once: on the page after the form, to whoever sent it, and not again."""

import base64
import re
import zlib
from datetime import timedelta

import pytest

from groundswell.workspace import once
from groundswell.workspace.models import Key, Session
from groundswell.workspace.tests.conftest import Office
from groundswell.workspace.types import KeyKind
from tests.visitors import PASSWORD, signed_in


def secrets_in(page: str) -> set[str]:
    return set(re.findall(r"gs[skpi]_[\w-]{20,}", page))


def test_a_replaced_key_is_shown_at_the_address_of_the_keys_which_can_be_asked_for_in_another_language(
    office: Office,
) -> None:
    number = Key.objects.get(project=office.project.id, kind=KeyKind.SECRET).pk
    answer = office["ada"].post(office.url(f"keys/{number}/rotate"))
    place = answer.headers["Location"]
    assert (answer.status_code, place.partition("?")[0]) == (302, office.url("keys"))
    page = office["ada"].get(place).content.decode()
    assert "The new key" in page
    assert f'name="next" value="{place}"' in page
    assert office["ada"].get(office["ada"].post("/language", {"language": "ko", "next": place}).url).status_code == 200


def test_it_is_shown_in_no_other_browser_and_not_after_ten_minutes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = office["ada"].post("/me/tokens", {"name": "laptop", "days": "30"}).headers["Location"]
    assert secrets_in(signed_in("ada@example.com").get(place).content.decode()) == set()
    assert secrets_in(office["cleo"].get(place).content.decode()) == set()
    monkeypatch.setattr(once, "WAITS", timedelta(0))
    assert secrets_in(office["ada"].get(place).content.decode()) == set()


def test_after_a_new_password_in_another_tab_nothing_is_shown(office: Office) -> None:
    """The session goes on under another key."""
    place = office["ada"].post("/me/tokens", {"name": "laptop", "days": "30"}).headers["Location"]
    office["ada"].post("/me/password", {"old": PASSWORD, "password": "another-whiteboard-8"})
    for _ in range(2):
        page = office["ada"].get(place)
        assert (page.status_code, secrets_in(page.content.decode())) == (200, set())


def test_while_it_waits_the_database_does_not_hold_it(office: Office) -> None:
    place = office["ada"].post(office.url("keys"), {"kind": "secret"}).headers["Location"]
    held = [unpacked(row.session_data) for row in Session.objects.all()]
    assert any("once.key" in each for each in held)
    (secret,) = {each for each in secrets_in(office["ada"].get(place).content.decode()) if each.startswith("gss_")}
    assert not any(secret in each or secret.encode().hex() in each for each in held)
    assert all("once.key" not in unpacked(row.session_data) for row in Session.objects.all())


def unpacked(data: str) -> str:
    """What whoever reads the database finds in a session."""
    text = data.split(":")[0]
    found = base64.urlsafe_b64decode(text.lstrip(".") + "===")
    return (zlib.decompress(found) if text.startswith(".") else found).decode()


def test_an_address_made_up_shows_nothing(office: Office) -> None:
    for path in ("keys?made=999", "keys?made=x", "keys?made=%00", "members?invited=7"):
        page = office["ada"].get(office.url(path))
        assert page.status_code == 200
        assert "was shown once" not in page.content.decode()
