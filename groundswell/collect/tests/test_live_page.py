"""Live events: what came in, from whom, with which key, what became of it, and what it said."""

import asyncio
import html
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from groundswell.collect.door import Door
from groundswell.collect.inbox import InboxFull
from groundswell.collect.keys import Keys
from groundswell.collect.rates import Rates
from groundswell.collect.recent import KEPT_OF_EACH, Recent
from groundswell.collect.types import Record
from groundswell.collect.watching import CUT, payload_text
from groundswell.workspace.keys import keys_of
from groundswell.workspace.service import found_project, issue_key, revoke_key
from groundswell.workspace.types import KeyKind, Role
from tests.visitors import PASSWORD, member, signed_in
from tests.world import World, identify, track

PART = {"HX-Request": "true"}
HARM = "<script>alert(1)</script>"


class Slot:
    """Where the door puts what it takes: the tray of a world."""

    def __init__(self, world: World) -> None:
        self._tray = world.tray
        self.is_full = False

    def append(self, **fields: Any) -> "asyncio.Future[int]":
        if self.is_full:
            raise InboxFull
        self._tray.put(Record(position=self._tray.end, **fields))
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        done.set_result(self._tray.end)
        return done


@pytest.fixture
def slot(world: World) -> Slot:
    return Slot(world)


@pytest.fixture(autouse=True)
def of_this_world(world: World, slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door(slot, Keys(), Rates())  # type: ignore[arg-type]
    made = SimpleNamespace(ledger=world.ledger, recent=world.recent, door=door, close=lambda: None)
    monkeypatch.setattr("groundswell.collect.service._collector", made)


@pytest.fixture
def ben(world: World) -> Client:
    return member(world.project, "ben", Role.EDITOR)


@pytest.fixture
def vera(world: World) -> Client:
    return member(world.project, "vera", Role.VIEWER)


def page(world: World, more: str = "") -> str:
    return f"/p/{world.project.id}/live{more}"


def messages(text: str) -> list[str]:
    """The messages on a page, as read in one line each, without what is folded away."""
    return [
        " ".join(re.sub(r"<[^>]+>", " ", each.partition("</time>")[2]).split())
        for each in re.findall(r"<summary>(.*?)</summary>", text, re.DOTALL)
        if "</time>" in each
    ]


def listed(client: Client, address: str, **headers: str) -> list[str]:
    return [html.unescape(each) for each in messages(client.get(address, headers=headers).content.decode())]


def asks_next(text: str) -> str:
    found = re.search(r'id="now".*?hx-get="([^"]+)"', text, re.DOTALL)
    assert found
    return html.unescape(found.group(1))


def test_the_latest_messages_are_listed_with_who_what_and_which_key(world: World, ben: Client) -> None:
    issue_key(project=world.project.id, kind=KeyKind.WRITE)
    (key,) = keys_of(world.project)
    world.send(track("ada", "Signed Up"), identify("~visitor", name="Ada"), key=key.id)
    world.send(track("~visitor", "Opened"), {"type": "page", "userId": "ada"}, key=0)
    shown = key.shown[:8] + "…"
    assert listed(ben, page(world)) == [
        "Accepted Page Viewed ada Imported",
        "Accepted Opened visitor Imported",
        f"Accepted identify visitor Write key {shown}",
        f"Accepted Signed Up ada Write key {shown}",
    ]
    assert key.shown not in ben.get(page(world)).content.decode()


def test_a_refused_message_says_why_and_what_to_do(world: World, ben: Client) -> None:
    world.send({"type": "track", "userId": "ada"}, track("ada", "Payment Succeeded", amount=3), trusted=False, key=9)
    assert listed(ben, page(world)) == [
        "Refused Payment Succeeded A browser key is not believed about money and roles. Send this from a server. ada"
        " a key that was revoked",
        "Refused track A track call has no event name. ada a key that was revoked",
    ]
    text = ben.get(page(world)).content.decode()
    assert "Say what happened: set event, for example to Signed Up." in text
    assert "2 refused" in text


def test_messages_are_narrowed_by_event_id_key_and_outcome(world: World, ben: Client) -> None:
    issue_key(project=world.project.id, kind=KeyKind.WRITE)
    (key,) = keys_of(world.project)
    world.send(track("ada", "Signed Up"), track("ada", ""), key=key.id)
    world.send(track("ben", "Signed In"), key=0)
    for query, found in (
        ("name=SIGN", ["Signed In", "Signed Up"]),
        ("who=ada", ["track", "Signed Up"]),
        ("who=ad", []),
        ("key=0", ["Signed In"]),
        (f"key={key.id}&outcome=accepted", ["Signed Up"]),
        ("outcome=refused", ["track"]),
        ("name=sign&who=ben", ["Signed In"]),
        ("key=none&outcome=maybe", ["Signed In", "track", "Signed Up"]),
    ):
        lines = listed(ben, page(world, f"?{query}"))
        names = [next(name for name in ("track", "Signed In", "Signed Up") if f" {name} " in line) for line in lines]
        assert sorted(names) == sorted(found), query
    text = ben.get(page(world, "?who=nobody")).content.decode()
    assert "None of the latest messages is like that." in text
    assert f'<option value="{key.id}"' in text


def test_filters_stay_in_the_address_and_in_what_is_asked_next(world: World, ben: Client) -> None:
    world.send(track("ada", "Signed Up"))
    text = ben.get(page(world, "?name=sign&who=a%26b&key=0&outcome=accepted")).content.decode()
    assert asks_next(text).startswith(page(world, "?name=sign&who=a%26b&outcome=accepted&key=0&after=1"))
    assert 'name="who" value="a&amp;b"' in text


def test_the_open_page_is_told_what_is_new_and_nothing_else(world: World, ben: Client) -> None:
    world.send(track("ada", "Signed Up"))
    ask = asks_next(ben.get(page(world)).content.decode())
    assert ben.get(ask, headers=PART).status_code == 204
    world.send(track("ada", "Opened"), track("ada", ""))
    later = ben.get(ask, headers=PART).content.decode()
    assert [line.partition(" ")[0] for line in messages(later)] == ["Refused", "Accepted"]
    assert [line for line in messages(later) if "Signed Up" in line] == []
    assert 'hx-swap-oob="true"' in later, "the part that asks is told what it knows now"
    assert "2 loaded" in later
    assert ben.get(asks_next(later), headers=PART).status_code == 204


def test_what_does_not_fit_the_filter_is_not_told_but_known(world: World, ben: Client) -> None:
    ask = asks_next(ben.get(page(world, "?name=opened")).content.decode())
    world.send(track("ada", "Signed Up"))
    later = ben.get(ask, headers=PART).content.decode()
    assert messages(later) == []
    assert "1 loaded" in later
    assert "name=opened" in asks_next(later)


def test_what_waits_is_said(world: World, ben: Client) -> None:
    ask = asks_next(ben.get(page(world)).content.decode())
    world.put(track("ada", "Signed Up"), track("ada", "Opened"))
    waiting = ben.get(ask, headers=PART).content.decode()
    assert "2 waiting to be read" in waiting
    assert ben.get(asks_next(waiting), headers=PART).status_code == 204
    world.load()
    assert "waiting" not in ben.get(asks_next(waiting), headers=PART).content.decode().replace("waiting=0", "")


def test_a_page_that_was_open_while_the_server_was_started_again_loads_itself(world: World, ben: Client) -> None:
    world.send(track("ada", "Signed Up"))
    answer = ben.get(page(world, "?after=7&waiting=0"), headers=PART)
    assert answer.headers["HX-Refresh"] == "true"


def test_older_messages_are_on_further_pages_which_do_not_change_by_themselves(world: World, ben: Client) -> None:
    for number in range(6):
        world.send(*[track("ada", f"Event {number}{place}") for place in range(10)])
    assert len(listed(ben, page(world))) == 50
    second = ben.get(page(world, "?page=2")).content.decode()
    assert [line.split()[2] for line in messages(second)] == [f"0{place}" for place in reversed(range(10))]
    assert "51 to 60 of 60" in second
    assert "hx-get" not in second.partition('id="now"')[2].partition(">")[0]


def test_only_the_latest_are_kept_and_the_page_says_so(world: World, ben: Client) -> None:
    for _ in range(11):
        world.send(*[track("ada", "Opened") for _ in range(20)])
    text = ben.get(page(world)).content.decode()
    assert f"1 to 50 of {KEPT_OF_EACH}" in text
    assert f"The latest {KEPT_OF_EACH} messages that were accepted" in text


def test_a_server_that_was_stopped_and_started_shows_what_came_before(
    world: World, ben: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.send(track("ada", "Opened", password="hunter2"), track("ada", ""), {"type": HARM, "userId": "\u202eada"})
    before = listed(ben, page(world))
    assert len(before) == 3
    world.recent.leave(tmp_path / "recent.json")
    assert "hunter2" not in (tmp_path / "recent.json").read_text()
    again = Recent()
    again.take_up(tmp_path / "recent.json")
    monkeypatch.setattr("groundswell.collect.service._collector.recent", again)
    assert sorted(listed(ben, page(world))) == sorted(before)


def test_what_the_last_server_left_may_be_missing_or_broken(world: World, tmp_path: Path) -> None:
    world.recent.take_up(tmp_path / "nothing.json")
    (tmp_path / "recent.json").write_bytes(b'[[1, true, [{"number"')
    world.recent.take_up(tmp_path / "recent.json")
    assert world.recent.of(world.project.id) == []


def test_a_project_into_which_nothing_came_is_told_how_to_send(world: World, ben: Client) -> None:
    text = ben.get(page(world)).content.decode()
    assert "Nothing came in lately." in text
    assert f'href="/p/{world.project.id}/start"' in text
    assert messages(text) == []


def test_payloads_are_shown_without_secrets_and_do_no_harm(world: World, ben: Client) -> None:
    world.send(
        track(HARM, HARM, password="hunter2", note=HARM, card={"credit_number": "4111 1111 1111"}),
        {"type": HARM, "userId": "\u202eada"},
    )
    text = ben.get(page(world)).content.decode()
    assert "<script>alert" not in text
    assert "hunter2" not in text
    assert "4111 1111" not in text  # four digits alone stand in a token now and then
    assert html.escape('"note": "<script>alert(1)</script>"') in text
    assert html.escape('"userId": "\\u202eada"') in text, "what turns the text around is written as its number"
    assert "<bdi>\u202eada</bdi>" in text


def test_long_payloads_are_cut_and_whole_on_their_own_page(world: World, ben: Client) -> None:
    world.send(track("ada", "Opened", long="w" * CUT + "END"))
    text = ben.get(page(world)).content.decode()
    assert "END" not in text
    found = re.search(rf'href="({page(world, "/")}\d+)">All that it said', text)
    assert found
    whole = ben.get(found.group(1)).content.decode()
    assert "wwwEND" in whole
    assert "<bdi>Opened</bdi>" in whole
    gone = ben.get(page(world, "/99"))
    assert gone.status_code == 404
    assert "This message is not at hand any more." in gone.content.decode()


def test_a_message_of_another_project_is_not_there(world: World, ben: Client) -> None:
    found_project(email="cleo@example.com", password=PASSWORD, name="Elsewhere")
    other = signed_in("cleo@example.com")
    world.send(track("ada", "Opened"))
    assert ben.get(page(world, "/1")).status_code == 200
    assert other.get(page(world, "/1")).status_code == 404
    assert other.get(page(world)).status_code == 404


def test_a_message_leads_to_its_event_and_its_person(world: World, ben: Client) -> None:
    world.send(track("ada", "Signed/Up"), track("ada", ""))
    text = ben.get(page(world)).content.decode()
    event, person = (re.findall(rf'href="([^"]+)">{label}</a>', text) for label in ("This event", "This person"))
    assert event == [f"/p/{world.project.id}/events/names/Signed~1Up"]
    assert person == [f"/p/{world.project.id}/people/ada"], "of what was refused nobody is known"
    assert ben.get(event[0]).status_code == 200


def test_a_test_event_goes_the_way_of_all_events_and_says_that_it_is_one(world: World, ben: Client) -> None:
    issue_key(project=world.project.id, kind=KeyKind.WRITE)
    answer = ben.post(page(world, "/test"), follow=True)
    assert "The test event was sent." in answer.content.decode()
    assert "1 waiting to be read" in answer.content.decode()
    world.load()
    (line,) = listed(ben, page(world))
    assert line.startswith("Accepted Test Event test groundswell-test Write key gsw_")
    assert world.counts() == {"loaded": 1}
    assert world.run("SELECT event, properties FROM scope.events") == [("Test Event", '{"test":true}')]


def test_without_a_key_a_test_event_is_not_sent(world: World, ben: Client) -> None:
    text = ben.post(page(world, "/test"), follow=True).content.decode()
    assert "There is no key to send with. Ask an owner to make a write key." in text
    issue_key(project=world.project.id, kind=KeyKind.BROWSER)
    revoke_key(project=world.project.id, key=keys_of(world.project)[0].id)
    assert "There is no key to send with." in ben.post(page(world, "/test"), follow=True).content.decode()
    assert not world.tray.records


def test_where_the_door_takes_nothing_the_page_says_why(world: World, ben: Client, slot: Slot) -> None:
    issue_key(project=world.project.id, kind=KeyKind.WRITE)
    slot.is_full = True
    text = ben.post(page(world, "/test"), follow=True).content.decode()
    assert "The inbox is full and takes no more messages now." in text
    assert not world.tray.records


def test_a_viewer_watches_and_sends_nothing(world: World, vera: Client) -> None:
    issue_key(project=world.project.id, kind=KeyKind.WRITE)
    world.send(track("ada", "Opened"))
    assert len(listed(vera, page(world))) == 1
    assert "Send a test event" not in vera.get(page(world)).content.decode()
    assert vera.post(page(world, "/test")).status_code == 403
    assert world.counts() == {"loaded": 1}


def test_in_korean_reasons_are_korean(world: World, ben: Client) -> None:
    world.send(track("ada", ""))
    ben.cookies["groundswell_language"] = "ko"
    text = ben.get(page(world)).content.decode()
    assert "track 호출에 이벤트 이름이 없어요." in text
    assert "시험 이벤트 보내기" in text


def test_programs_follow_messages_by_their_number(world: World) -> None:
    key = issue_key(project=world.project.id, kind=KeyKind.SECRET)

    def asked(**query: Any) -> list[tuple[int, str]]:
        address = f"/api/v1/projects/{world.project.id}/ingestion/messages"
        answer = Client().get(address, query, headers={"Authorization": f"Bearer {key}"}).json()
        return [(each["number"], each["payload"]["event"]) for each in answer["messages"]]

    world.send(track("ada", "A"), track("ada", "B"), key=0)
    world.send(track("ben", "C"), key=5)
    assert asked() == [(3, "C"), (2, "B"), (1, "A")]
    assert asked(after=2) == [(3, "C")]
    assert asked(key=0) == [(2, "B"), (1, "A")]
    assert asked(key=5, id="ben", limit=1) == [(3, "C")]


def test_a_payload_is_text_that_can_be_read() -> None:
    assert payload_text({"a": "홍길동 👩‍🚀", "b": "x\u202ey\u200b\x07"}) == (
        '{\n  "a": "홍길동 👩‍🚀",\n  "b": "x\\u202ey\\u200b\\u0007"\n}'
    )
    assert payload_text(None) == "null"
