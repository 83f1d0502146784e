"""The first run: code that works as it stands, a page that listens, and what comes after the first event."""

import html
import re
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from groundswell.collect import beginning
from groundswell.collect.beginning import has_begun
from groundswell.workspace import shell
from groundswell.workspace.service import issue_key
from groundswell.workspace.shell import Step
from groundswell.workspace.types import KeyKind, ProjectCard, Role
from tests.visitors import member
from tests.world import World, track

PART = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def of_this_world(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginning, "collector", lambda: SimpleNamespace(ledger=world.ledger, recent=world.recent))


@pytest.fixture
def ada(world: World) -> Client:
    return member(world.project, "ada", Role.OWNER)


def page(world: World, more: str = "") -> str:
    return f"/p/{world.project.id}/start{more}"


def text(client: Client, address: str, **headers: str) -> str:
    return html.unescape(client.get(address, headers=headers).content.decode())


def listening(client: Client, world: World) -> str:
    """What the open page is to ask next."""
    found = re.search(r'hx-get="([^"]+)"', client.get(page(world)).content.decode())
    assert found
    return html.unescape(found.group(1))


def test_the_snippet_carries_the_browser_key_and_this_address(world: World, ada: Client) -> None:
    key = issue_key(project=world.project.id, kind=KeyKind.BROWSER)
    shown = text(ada, page(world))
    assert f'writeKey: "{key}"' in shown
    assert 'fetch("http://testserver/v1/"' in shown
    for client in ("posthog-js", "analytics-next"):
        assert key in text(ada, page(world, f"?way=browser&with={client}"))


def test_the_address_of_the_settings_is_told_where_there_is_one(
    world: World, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_key(project=world.project.id, kind=KeyKind.WRITE)
    assert "http://testserver/v1/track" in text(ada, page(world, "?way=server"))
    assert "https://testserver/v1/track" in text(ada, page(world, "?way=server"), **{"X-Forwarded-Proto": "https"})
    monkeypatch.setattr(settings, "URL", "https://growth.example.com")
    assert "curl https://growth.example.com/v1/track" in text(ada, page(world, "?way=server"))


def test_servers_get_the_write_key_in_their_language(world: World, ada: Client) -> None:
    write = issue_key(project=world.project.id, kind=KeyKind.WRITE)
    browser = issue_key(project=world.project.id, kind=KeyKind.BROWSER)
    for client, line in (
        ("curl", f"-u {write}:"),
        ("python", f'write_key = "{write}"'),
        ("node", f"writeKey: '{write}'"),
    ):
        shown = text(ada, page(world, f"?way=server&with={client}"))
        assert line in shown, client
        assert browser not in shown


def test_a_key_that_is_being_replaced_or_revoked_is_not_offered(world: World, ada: Client) -> None:
    old = issue_key(project=world.project.id, kind=KeyKind.WRITE)
    number = re.search(r"keys/(\d+)/rotate", ada.get(f"/p/{world.project.id}/keys").content.decode())
    assert number
    ada.post(f"/p/{world.project.id}/keys/{number.group(1)}/rotate")
    shown = text(ada, page(world, "?way=server"))
    assert old not in shown
    assert "gsw_" in shown


def test_an_owner_makes_the_key_that_is_missing_and_others_ask_for_it(world: World, ada: Client) -> None:
    ben = member(world.project, "ben", Role.EDITOR)
    assert "Make one" in text(ada, page(world, "?way=server"))
    assert "Ask an owner to make one" in text(ben, page(world, "?way=server"))
    assert ben.post(page(world, "/key"), {"way": "server"}).status_code == 403
    made = ada.post(page(world, "/key"), {"way": "server"})
    assert made.headers["Location"] == page(world, "?way=server")
    assert "gsw_" in text(ben, page(world, "?way=server"))


def test_a_viewer_is_shown_the_code_without_a_key(world: World) -> None:
    key = issue_key(project=world.project.id, kind=KeyKind.WRITE)
    shown = text(member(world.project, "vera", Role.VIEWER), page(world, "?way=server"))
    assert key not in shown
    assert "curl http://testserver/v1/track -u YOUR_KEY:" in shown


def test_a_file_is_imported_from_here(world: World, ada: Client) -> None:
    shown = text(ada, page(world, "?way=file"))
    assert f'href="/p/{world.project.id}/imports/"' in shown
    assert f"groundswell import events.csv --project {world.project.id}" in shown


def test_the_page_listens_and_is_answered_only_when_something_is_new(world: World, ada: Client) -> None:
    ask = listening(ada, world)
    assert "Listening for your first event" in text(ada, page(world))
    assert ada.get(ask, headers=PART).status_code == 204
    world.put(track("ada", "Signed Up"))
    assert "Something came. It is being read." in text(ada, ask, **PART)


def test_the_first_event_is_celebrated_once_and_leads_on(
    world: World, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def undone(project: ProjectCard) -> bool:
        return False

    monkeypatch.setattr(shell, "_steps", [*shell._steps, Step(20, "Name your sign-up", "why", "settings", undone)])
    ask = listening(ada, world)
    assert not has_begun(world.project)
    world.send(track("ada-17", "Board <b>Created"))
    arrived = ada.get(ask, headers=PART).content.decode()
    assert "It works! Your first event is here." in arrived
    assert 'class="came fresh"' in arrived
    assert "<bdi>Board &lt;b&gt;Created</bdi>" in arrived
    assert "<bdi>ada-17</bdi>" in arrived
    assert f'href="/p/{world.project.id}/settings">Name your sign-up</a>' in arrived
    assert "hx-get" not in arrived
    later = ada.get(page(world)).content.decode()
    assert 'class="came"' in later
    assert has_begun(world.project)


def test_a_first_message_that_was_dropped_says_why_and_what_to_do(world: World, ada: Client) -> None:
    ask = listening(ada, world)
    world.send({"type": "track", "userId": "ada", "properties": {"note": "<script>alert(1)</script>"}})
    shown = ada.get(ask, headers=PART).content.decode()
    assert "The latest message was dropped." in shown
    assert "A track call has no event name." in shown
    assert "Say what happened: set event, for example to Signed Up." in shown
    assert "<script>" not in shown
    assert "Listening for your first event" in shown
    world.send(track("ada", "Signed Up"))
    assert "It works!" in text(ada, ask, **PART)


def test_whoever_makes_a_project_is_brought_here(ada: Client) -> None:
    form = {"name": "Boards", "timezone": "Asia/Seoul", "currency": "KRW", "language": "en"}
    place = ada.post("/projects/new", form).headers["Location"]
    assert re.fullmatch(r"/p/\d+/start", place)
    shown = text(ada, place)
    assert re.search(r'writeKey: "gsb_[\w-]+"', shown)
    assert "Send your first event" in shown


def test_home_leads_here_until_something_came(world: World, ada: Client) -> None:
    step, done = next((step, done) for step, done in shell.steps(world.project) if step.view == "start")
    assert (step.place, str(step.name), done) == (10, "Send your first event", False)
    world.send(track("ada", "Signed Up"))
    assert dict(shell.steps(world.project))[step]
