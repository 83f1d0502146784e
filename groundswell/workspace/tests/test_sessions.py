"""Where somebody is signed in: known to them alone, ended at once, and opened by nothing that is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.utils import timezone

from groundswell.workspace import sessions
from groundswell.workspace.models import Session
from groundswell.workspace.tests.conftest import Office, person
from tests.visitors import PASSWORD

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
COOKIE = "groundswell_session"


def comes_in(agent: str = FIREFOX, name: str = "ada", **more: Any) -> Client:
    client = Client(headers={"user-agent": agent}, **more)
    assert client.post("/sign-in", {"email": f"{name}@example.com", "password": PASSWORD}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/me").status_code == 200


def places(name: str = "ada", this: Client | None = None) -> list[sessions.SignedIn]:
    return sessions.sessions_of(person(name).pk, this=this.cookies[COOKIE].value if this else None)


def test_somebody_sees_where_they_are_signed_in_here_first(office: Office) -> None:
    here = comes_in(REMOTE_ADDR="203.0.113.9")
    comes_in("curl/8.5", REMOTE_ADDR="198.51.100.1")
    page = here.get("/me").content.decode()
    assert page.index("Firefox · Windows") < page.index("curl")
    assert "203.0.113.9" in page
    assert "198.51.100.1" in page
    assert [(each.address, each.is_this) for each in places(this=here)][:1] == [("203.0.113.9", True)]


def test_a_session_that_is_ended_is_over_with_the_next_request(office: Office) -> None:
    here, there = comes_in(), comes_in("curl/8.5")
    (other,) = [each for each in places(this=here) if each.agent == "curl/8.5"]
    assert here.post(f"/me/sessions/{other.id}/end").status_code == 302
    assert (is_in(here), is_in(there)) == (True, False)
    assert here.post(f"/me/sessions/{other.id}/end").status_code == 404


def test_a_request_that_was_under_way_does_not_bring_it_back(office: Office) -> None:
    store = sessions.SessionStore(comes_in().cookies[COOKIE].value)
    store["seen"] = "something"  # read before, saved after
    sessions.end_sessions(person("ada").pk)
    with pytest.raises(UpdateError):
        store.save()
    assert not Session.objects.filter(user=person("ada")).exists()


def test_everywhere_else_is_everywhere_but_here(office: Office) -> None:
    here, there, third = comes_in(), comes_in(), comes_in()
    ben = comes_in(name="ben")
    here.post("/me/sessions/end")
    assert [is_in(client) for client in (here, there, third, ben)] == [True, False, False, True]


def test_nobody_ends_or_sees_somebody_else_s(office: Office) -> None:
    ada, cleo = comes_in(), comes_in(name="cleo")
    for each in places("ada"):
        assert cleo.post(f"/me/sessions/{each.id}/end").status_code == 404
        assert each.id not in cleo.get("/me").content.decode()
    assert is_in(ada)


def test_what_is_kept_opens_nothing(office: Office) -> None:
    """Whoever reads a copy of the database, or the page of somebody's sessions, must not be able to be them."""
    key = comes_in().cookies[COOKIE].value
    assert key not in str(list(Session.objects.values()))
    for each in [*Session.objects.values_list("pk", flat=True), *(each.id for each in places())]:
        thief = Client()
        thief.cookies[COOKIE] = each
        assert not is_in(thief)


def test_a_key_that_somebody_else_chose_is_not_the_key_of_who_signs_in(office: Office) -> None:
    """Else whoever plants a cookie in a browser is in with whom it signs in."""
    attacker = comes_in(name="cleo")
    planted = attacker.cookies[COOKIE].value
    for value in (planted, "f" * 32):
        victim = Client()
        victim.cookies[COOKIE] = value
        victim.post("/sign-in", {"email": "ada@example.com", "password": PASSWORD})
        assert victim.cookies[COOKIE].value != value
    attacker.cookies[COOKIE] = planted
    assert "ada@example.com" not in attacker.get("/me").content.decode()


def test_signing_out_ends_the_session_and_not_only_the_cookie(office: Office) -> None:
    client = comes_in()
    copied = client.cookies[COOKIE].value
    client.post("/sign-out")
    thief = Client()
    thief.cookies[COOKIE] = copied
    assert not is_in(thief)


def test_the_cookie_is_for_us_alone(office: Office, settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True  # as where GROUNDSWELL_URL is https
    cookie = comes_in().cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", True)


def test_after_thirty_days_it_is_over(office: Office) -> None:
    client = comes_in()
    (row,) = Session.objects.filter(user=person("ada"), agent=FIREFOX)
    assert timedelta(days=29) < row.expire_date - timezone.now() <= timedelta(days=30)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)
    assert places() == []


def test_whoever_signs_in_takes_old_ones_away(office: Office) -> None:
    comes_in("curl/8.5")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    comes_in()
    assert list(Session.objects.values_list("agent", flat=True)) == [FIREFOX]


def test_when_it_was_last_seen_is_known_to_the_minute(office: Office) -> None:
    client = comes_in()
    hour_ago = timezone.now() - timedelta(hours=1)
    Session.objects.update(seen_at=hour_ago)
    client.get("/me", headers={"user-agent": "Firefox/141.0"})
    row = Session.objects.get(agent="Firefox/141.0")
    assert timezone.now() - row.seen_at < timedelta(minutes=1)
    assert row.created_at < row.seen_at


def test_an_account_that_is_closed_is_out(office: Office) -> None:
    client = comes_in()
    ada = person("ada")
    ada.is_active = False
    ada.save()
    assert not is_in(client)


def test_what_a_browser_calls_itself_is_shown_harmlessly(office: Office) -> None:
    client = comes_in("<script>alert(1)</script>" + "x" * 1000)
    page = client.get("/me").content.decode()
    assert "<script>alert" not in page
    assert "An unknown program" in page
