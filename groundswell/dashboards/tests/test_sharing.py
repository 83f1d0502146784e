"""Dashboards are shown to who has a link: what they see, what they do not, and when no more."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone as django_time

from groundswell.dashboards import service, sharing
from groundswell.dashboards.models import Share
from groundswell.dashboards.tests.conftest import FUNNEL, JANUARY, MACHINE, SIGN_UPS, made
from groundswell.dashboards.tests.test_api import Program
from groundswell.dashboards.types import Dashboard
from groundswell.kernel.errors import Refusal
from groundswell.kernel.limits import Limit
from groundswell.workspace.audit import entries
from groundswell.workspace.projects import settle
from groundswell.workspace.service import found_project
from groundswell.workspace.types import Role
from tests.visitors import PASSWORD, member, signed_in
from tests.world import World

PART = {"HX-Request": "true"}
SECRET = "tide-over-anchor"
FEBRUARY = "?date_from=2026-02-01&date_to=2026-02-28"


@pytest.fixture(autouse=True)
def nobody_looked_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every limit is fresh and its clock stands still."""
    for name, limit in vars(sharing).items():
        if isinstance(limit, Limit):
            monkeypatch.setattr(sharing, name, Limit(limit._rate, burst=limit._burst, clock=lambda: 0.0))


@pytest.fixture
def shown(board: World) -> Dashboard:
    """Two cards, narrowed to who signed up for nothing."""
    cards = [
        {"question": {**SIGN_UPS, "interval": "day"}, "title": "Sign-ups"},
        {"question": FUNNEL, "display": "number"},
    ]
    return made(board, *cards, filters={**JANUARY, "where": {"plan": "free"}})


def link(world: World, dashboard: Dashboard, **more: Any) -> str:
    """The path of a new link."""
    _card, secret = sharing.share(MACHINE, world.project, dashboard.id, by="ada", **more)
    return f"/shared/{secret}/"


def text_of(response: HttpResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def card_of(client: Client, path: str, dashboard: Dashboard, place: int = 0, query: str = "") -> HttpResponse:
    return client.get(f"{path}cards/{dashboard.cards[place].id}/{query}", headers=PART)  # type: ignore[return-value]


# What is seen --------------------------------------------------------------------------------------------------------


def test_a_stranger_with_the_link_sees_the_cards_and_nothing_else(board: World, shown: Dashboard) -> None:
    stranger, path = Client(), link(board, shown)
    page = stranger.get(path)
    html = page.content.decode()
    assert page.status_code == 200
    assert "The week" in html and "Sign-ups" in html and "plan is free" in html
    assert board.project.name not in html
    assert f"/p/{board.project.id}/" not in html and "/insights/" not in html.replace("/assets/insights/", "")
    assert 'class="side"' not in html and "data-grip" not in html and "date_from" not in html
    cards = re.findall(r'hx-get="([^"]+)"', html)
    assert cards == [f"{path}cards/{card.id}/" for card in shown.cards]
    drawn, number = (card_of(stranger, path, shown, place) for place in (0, 1))
    assert "<polyline" in drawn.content.decode() and "50.0%" in text_of(number)
    for part in (drawn, number):
        assert "href=" not in part.content.decode() and "/who" not in part.content.decode()


def test_nobody_keeps_finds_or_passes_on_its_address(board: World, shown: Dashboard) -> None:
    path = link(board, shown)
    for answer in (Client().get(path), card_of(Client(), path, shown), Client().get("/shared/gsd_nothing/")):
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert '<meta name="robots" content="noindex' in Client().get(path).content.decode()


@pytest.mark.parametrize(
    ("accepts", "cookie", "expected"),
    [("ko-KR,ko;q=0.9", "", "ko"), ("en-US", "", "en"), ("fr", "", "ko"), ("", "", "ko"), ("fr", "en", "en")],
)
def test_it_speaks_as_the_visitor_reads_else_as_the_project(
    board: World, shown: Dashboard, accepts: str, cookie: str, expected: str
) -> None:
    card = board.project
    settle(MACHINE, card, name=card.name, timezone=card.timezone, currency=card.currency, language="ko")
    visitor = Client(headers={"accept-language": accepts})
    if cookie:
        visitor.cookies["groundswell_language"] = cookie
    assert f'<html lang="{expected}"' in visitor.get(link(board, shown)).content.decode()


def test_who_is_signed_in_elsewhere_sees_no_more_than_others(board: World, shown: Dashboard) -> None:
    found_project(email="cleo@example.com", password=PASSWORD, name="Elsewhere")
    html = signed_in("cleo@example.com").get(link(board, shown)).content.decode()
    assert "The week" in html and "cleo@example.com" not in html and 'class="side"' not in html


def test_it_is_counted_how_often_it_was_opened_and_when_last(board: World, shown: Dashboard) -> None:
    path = link(board, shown)
    assert [(each.opened, each.opened_at) for each in sharing.shares_of(board.project, shown.id)] == [(0, None)]
    Client().get(path)
    Client().get(path)
    card_of(Client(), path, shown)
    (card,) = sharing.shares_of(board.project, shown.id)
    assert card.opened == 2
    assert card.opened_at and django_time.now() - card.opened_at < timedelta(minutes=1)
    page = member(board.project, "vera", Role.VIEWER).get(f"/p/{board.project.id}/dashboards/{shown.id}/shares/")
    assert "opened 2 times" in text_of(page)  # type: ignore[arg-type]


# Filters -------------------------------------------------------------------------------------------------------------


def test_other_days_are_chosen_only_where_the_sharer_allowed_it(board: World, shown: Dashboard) -> None:
    # Nobody signed up for nothing in February; in January two did, of whom one made a board.
    fixed, free = link(board, shown), link(board, shown, may_narrow=True)
    assert "50.0%" in text_of(card_of(Client(), fixed, shown, 1, FEBRUARY))
    assert "0 of 0" in text_of(card_of(Client(), free, shown, 1, FEBRUARY))
    assert Client().get(f"{fixed}narrow{FEBRUARY}").headers["Location"] == fixed
    chosen = Client().get(f"{free}narrow{FEBRUARY}").headers["Location"]
    assert chosen == f"{free}{FEBRUARY}"
    html = Client().get(chosen).content.decode()
    assert f"{free}cards/{shown.cards[0].id}/{FEBRUARY.replace('&', '&amp;')}" in html and "As it was" in html
    assert Client().get(f"{free}narrow?value=7").headers["Location"] == f"{free}?date_from=-7d&date_to=-1d"


def test_no_condition_comes_in_by_the_address(board: World, shown: Dashboard) -> None:
    for path in (link(board, shown), link(board, shown, may_narrow=True)):
        for query in ('?where={"person.city":"Seoul"}', "?where={}"):
            assert "1 of 2" in text_of(card_of(Client(), path, shown, 1, query))


def test_days_that_are_none_are_refused_without_a_way_into_the_console(board: World, shown: Dashboard) -> None:
    refused = Client().get(f"{link(board, shown, may_narrow=True)}?date_from=x&date_to=y")
    assert refused.status_code == 400
    assert 'class="side"' not in refused.content.decode() and "/sign-in" not in refused.content.decode()


# Passwords -----------------------------------------------------------------------------------------------------------


def test_with_a_password_nothing_is_seen_until_it_is_given(board: World, shown: Dashboard) -> None:
    path, visitor = link(board, shown, password=SECRET), Client()
    assert "shared with a password" in visitor.get(path).content.decode()
    assert "The week" not in visitor.get(path).content.decode()
    assert card_of(visitor, path, shown).status_code == 401
    wrong = visitor.post(path, {"password": "anchor"})
    assert (wrong.status_code, "This is not the password." in wrong.content.decode()) == (401, True)
    assert "The week" not in wrong.content.decode()
    assert (
        visitor.get(path).content == visitor.get(path).content
        or sharing.shares_of(board.project, shown.id)[0].opened == 0
    )

    right = visitor.post(path, {"password": SECRET})
    assert right.headers["Location"] == path
    (cookie,) = (each for name, each in visitor.cookies.items() if name.startswith("groundswell_shared_"))
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/shared/", True, "Lax")
    assert SECRET not in cookie.value
    assert "The week" in visitor.get(path).content.decode()
    assert card_of(visitor, path, shown).status_code == 200
    assert "shared with a password" in Client().get(path).content.decode()


def test_one_password_opens_one_link(board: World, shown: Dashboard) -> None:
    one, other, visitor = link(board, shown, password=SECRET), link(board, shown, password=SECRET), Client()
    visitor.post(one, {"password": SECRET})
    proof = next(each.value for name, each in visitor.cookies.items() if name.startswith("groundswell_shared_"))
    for share in Share.objects.all():
        visitor.cookies[f"groundswell_shared_{share.pk}"] = proof
    assert "The week" in visitor.get(one).content.decode()
    assert "shared with a password" in visitor.get(other).content.decode()


def test_what_was_proved_does_not_outlive_the_password_or_the_day(
    board: World, shown: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, visitor = link(board, shown, password=SECRET), Client()
    visitor.post(path, {"password": SECRET})
    assert "The week" in visitor.get(path).content.decode()
    before = Share.objects.get().password
    Share.objects.update(password="another$hash")
    assert "shared with a password" in visitor.get(path).content.decode()
    Share.objects.update(password=before)
    monkeypatch.setattr(sharing, "UNLOCKED", timedelta(seconds=-1))
    assert "shared with a password" in visitor.get(path).content.decode()


def test_guessing_is_slowed_down(board: World, shown: Dashboard) -> None:
    path, other = link(board, shown, password=SECRET), link(board, shown, password=SECRET)
    statuses = [Client().post(path, {"password": f"guess {number}"}).status_code for number in range(12)]
    assert statuses == [401] * 10 + [429] * 2
    assert Client().post(path, {"password": SECRET}).status_code == 429
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.post(path, {"password": SECRET}).status_code == 302
    assert Client().post(other, {"password": SECRET}).status_code == 302


def test_by_one_link_no_more_is_looked_at_than_a_team_looks_at(board: World, shown: Dashboard) -> None:
    path, other = link(board, shown), link(board, shown)
    statuses = [card_of(Client(), path, shown).status_code for _ in range(122)]
    assert statuses == [200] * 120 + [429] * 2
    assert card_of(Client(), other, shown).status_code == 200


def test_a_password_that_is_guessed_first_is_not_taken(board: World, shown: Dashboard) -> None:
    for weak in ("short", "password1", "12345678901"):
        with pytest.raises(Refusal) as refused:
            link(board, shown, password=weak)
        assert list(refused.value.fields) == ["password"]
    assert sharing.shares_of(board.project, shown.id) == []


def test_neither_link_nor_password_is_kept(board: World, shown: Dashboard) -> None:
    path = link(board, shown, password=SECRET)
    secret = path.split("/")[2]
    (row,) = Share.objects.values()
    assert not any(secret in str(value) or SECRET in str(value) for value in row.values())
    assert secret.startswith(row["shown"].removesuffix("…")) and len(secret) > 30


# Ends ----------------------------------------------------------------------------------------------------------------


def test_a_revoked_link_leads_nowhere_at_once(board: World, shown: Dashboard) -> None:
    path, other, visitor = link(board, shown, password=SECRET), link(board, shown), Client()
    visitor.post(path, {"password": SECRET})
    assert visitor.get(path).status_code == card_of(visitor, path, shown).status_code == 200
    share = sharing.shares_of(board.project, shown.id)[-1]
    sharing.revoke(MACHINE, board.project, shown.id, share.id)
    gone = visitor.get(path)
    assert gone.status_code == card_of(visitor, path, shown).status_code == 404
    assert "This link leads nowhere any more." in gone.content.decode()
    assert "The week" not in gone.content.decode()
    assert visitor.post(path, {"password": SECRET}).status_code == 404
    assert visitor.get(other).status_code == 200
    with pytest.raises(Refusal, match="revoked before"):
        sharing.revoke(MACHINE, board.project, shown.id, share.id)


def test_a_link_ends_when_it_was_said_to(board: World, shown: Dashboard) -> None:
    path = link(board, shown, days=7)
    assert Client().get(path).status_code == 200
    Share.objects.update(expires_at=django_time.now() - timedelta(seconds=1))
    assert Client().get(path).status_code == card_of(Client(), path, shown).status_code == 404
    assert [each.is_expired for each in sharing.shares_of(board.project, shown.id)] == [True]


def test_links_end_with_the_dashboard_and_cards_with_their_removal(board: World, shown: Dashboard) -> None:
    path, others = link(board, shown), made(board, {"question": SIGN_UPS})
    assert Client().get(f"{path}cards/{others.cards[0].id}/", headers=PART).status_code == 404
    service.remove_card(MACHINE, board.project, shown.id, shown.cards[0].id)
    assert card_of(Client(), path, shown).status_code == 404
    service.remove(MACHINE, board.project, shown.id)
    assert Client().get(path).status_code == 404


# The page of links, and over HTTP ------------------------------------------------------------------------------------


def test_an_editor_makes_a_link_that_is_shown_once_and_revokes_it(board: World, shown: Dashboard) -> None:
    ben, page = member(board.project, "ben", Role.EDITOR), f"/p/{board.project.id}/dashboards/{shown.id}/shares/"
    assert "Nobody has a link yet" in ben.get(page).content.decode()
    given = {"name": "The board", "password": SECRET, "days": "30", "may_narrow": "on"}
    once = ben.post(page, given, follow=True)
    (address,) = re.findall(r"<pre[^>]*>(http://[^<]+/shared/gsd_[^<]+/)</pre>", once.content.decode())
    again = ben.get(once.redirect_chain[0][0]).content.decode()
    assert address not in again and "is not shown again" in again
    (card,) = sharing.shares_of(board.project, shown.id)
    assert (card.name, card.has_password, card.may_narrow, card.by) == ("The board", True, True, "ben@example.com")
    assert card.expires and timedelta(days=29) < card.expires - django_time.now() < timedelta(days=31)
    path = urlsplit(address).path
    assert Client().post(path, {"password": SECRET}).status_code == 302
    assert "leads nowhere any more" in ben.post(f"{page}{card.id}/revoke", follow=True).content.decode()
    assert Client().get(path).status_code == 404
    weak = ben.post(page, {"password": "short"})
    assert weak.status_code == 400 and "too short" in weak.content.decode()


def test_viewers_see_links_and_make_none_and_strangers_see_nothing(board: World, shown: Dashboard) -> None:
    link(board, shown, name="The board")
    (card,) = sharing.shares_of(board.project, shown.id)
    vera, page = member(board.project, "vera", Role.VIEWER), f"/p/{board.project.id}/dashboards/{shown.id}/shares/"
    found_project(email="cleo@example.com", password=PASSWORD, name="Elsewhere")
    cleo = signed_in("cleo@example.com")
    html = vera.get(page).content.decode()
    assert "The board" in html and "Make a link" not in html and "Revoke" not in html
    assert vera.post(page).status_code == vera.post(f"{page}{card.id}/revoke").status_code == 403
    assert cleo.get(page).status_code == cleo.post(f"{page}{card.id}/revoke").status_code == 404


def test_programs_share_and_revoke(board: World, shown: Dashboard) -> None:
    ask = Program(board)
    made_by = ask("POST", f"dashboards/{shown.id}/shares", name="Partner", password=SECRET, days=7, may_narrow=True)
    path = urlsplit(made_by["url"]).path
    assert Client().post(path, {"password": SECRET}).status_code == 302
    (listed,) = ask("GET", f"dashboards/{shown.id}/shares")["shares"]
    assert "url" not in listed and listed["password"] is True and SECRET not in str(listed)
    assert ask("DELETE", f"dashboards/{shown.id}/shares/{listed['id']}") == {"revoked": listed["id"]}
    assert ask("GET", f"dashboards/{shown.id}/shares") == {"shares": []}
    assert Client().get(path).status_code == 404
    for wrong in ({"days": 0}, {"days": 4000}, {"password": "short"}, {"name": "w" * 201}):
        assert ask.refused("POST", f"dashboards/{shown.id}/shares", **wrong)[0] == 400


def test_sharing_is_written_down_without_its_secrets(board: World, shown: Dashboard) -> None:
    link(board, shown, name="The board", password=SECRET, days=7)
    (card,) = sharing.shares_of(board.project, shown.id)
    sharing.revoke(MACHINE, board.project, shown.id, card.id)
    revoked, shared = entries(board.project.id).items[:2]
    assert (shared.verb, shared.detail) == ("dashboard.shared", {"link": "The board", "password": True, "days": 7})
    assert (revoked.verb, revoked.detail) == ("dashboard.unshared", {"link": "The board"})


def test_a_dashboard_is_shared_by_no_more_links_than_somebody_can_look_after(
    board: World, shown: Dashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharing, "MOST", 1)
    link(board, shown)
    with pytest.raises(Refusal, match="Revoke some first"):
        link(board, shown)
    (card,) = sharing.shares_of(board.project, shown.id)
    sharing.revoke(MACHINE, board.project, shown.id, card.id)
    assert Client().get(link(board, shown)).status_code == 200
