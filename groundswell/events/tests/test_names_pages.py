"""The pages of names: what there is, how often it happens, what it means, where it is used.

It is noon of 10 January 2026. Signed Up: Ada on the 5th, Ben on the 6th and on 1 November. Opened: Ada, twice.
"""

import html
import re
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from groundswell.events import used
from groundswell.events.service import register_use, suggested
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.workspace import shell
from groundswell.workspace.audit import entries
from groundswell.workspace.shell import Hit
from groundswell.workspace.types import Role
from tests.visitors import member
from tests.world import World, identify, track

HARM = "<script>alert(1)</script>/../?a=1#\u202ey"


@pytest.fixture
def team(world: World) -> World:
    world.send(
        identify("ada", name="Ada"), identify("ben", name="Ben"),
        track("ben", "Signed Up", "2025-11-01T10:00:00Z", plan="free"),
        track("ada", "Signed Up", "2026-01-05T10:00:00Z", plan="pro", seats=3),
        track("ben", "Signed Up", "2026-01-06T10:00:00Z", plan="free"),
        track("ada", "Opened", "2026-01-05T11:00:00Z", size=3), track("ada", "Opened", "2026-01-05T11:30:00Z", size=4),
    )  # fmt: skip
    return world


def page(world: World, more: str = "") -> str:
    return f"/p/{world.project.id}/events/{more}"


def shown(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def rows(text: str) -> list[list[str]]:
    """The cells of all tables, as read."""
    body = "".join(re.findall("<tbody>(.*?)</tbody>", text, re.DOTALL))
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("</tr>") if "<td" in row]
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells]


def test_events_are_listed_by_how_often_they_happened_lately(team: World, ben: Client) -> None:
    team.send(track("ada", "Opened", "2026-01-06T09:00:00Z"))
    found = [(name, times, in_all, first) for name, _line, times, in_all, first, _last in rows(shown(ben, page(team)))]
    assert found == [("Opened", "3", "3", "Jan 5, 2026"), ("Signed Up", "2", "3", "Nov 1, 2025")]


def test_a_name_is_looked_for_in_names_and_meanings(team: World, ben: Client) -> None:
    ben.post(page(team, "names/Opened"), {"description": "Looked at a board"})
    for text, names in (("sign", ["Signed Up"]), ("BOARD", ["Opened"]), ("nothing like it", [])):
        found = rows(shown(ben, page(team, f"?q={text}")))
        assert [row[0].partition("Looked")[0] for row in found] == names, text
    assert "No event is called that." in shown(ben, page(team, "?q=nothing like it"))


def test_long_lists_come_in_pages(world: World, ben: Client) -> None:
    world.send(*[track("ada", f"Event {number:02}") for number in range(60)])
    assert len(rows(shown(ben, page(world)))) == 50
    second = shown(ben, page(world, "?page=2&q=event"))
    assert [row[0] for row in rows(second)] == [f"Event {number}" for number in range(50, 60)]
    assert "51 to 60 of 60" in second
    assert "page=1&q=event" in second


def test_a_project_without_events_is_told_how_they_come(world: World, ben: Client) -> None:
    assert "No event has arrived yet." in shown(ben, page(world))
    assert "No property has arrived yet." in shown(ben, page(world, "properties/"))
    assert f'href="/p/{world.project.id}/start"' in shown(ben, page(world))


def test_an_event_shows_its_volume_its_people_and_what_comes_with_it(team: World, ben: Client) -> None:
    text = shown(ben, page(team, "names/Signed%20Up"))
    figures = re.findall(r"<span class=\"soft\">([^<]+)</span><strong>(?:<a[^>]*>)?(\d+)", text)
    assert figures == [("Times in 30 days", "2"), ("People in 30 days", "2"), ("Times in all", "3")]
    days = re.findall(r"<title>([^<]+): (\d+)</title>", text)
    assert len(days) == 30
    assert [day for day in days if day[1] != "0"] == [("Jan 5, 2026", "1"), ("Jan 6, 2026", "1")]
    # Both of the last 30 days have a plan, one of them has seats.
    properties = text.partition("What comes with it")[2]
    assert rows(properties) == [["plan", "100.0%"], ["seats", "50.0%"]]
    assert "Jan 6, 2026, 10:00:00" in text


def test_the_last_instant_of_what_was_counted_ahead_is_exact(team: World, ben: Client) -> None:
    team.count_ahead()
    assert [row[2:4] for row in rows(shown(ben, page(team)))] == [["2", "3"], ["2", "2"]]
    assert "Jan 6, 2026, 10:00:00" in shown(ben, page(team, "names/Signed%20Up"))


def test_an_event_leads_to_its_question_its_people_and_the_live_page(team: World, ben: Client) -> None:
    text = shown(ben, page(team, "names/Signed%20Up"))
    for way in ("insights/ask", "insights/who", "live"):
        address = next(each for each in re.findall(r'href="([^"]+)"', text) if f"/{way}?" in each)
        assert ben.get(address).status_code == 200, way
        assert "Signed Up" in str(parse_qs(urlsplit(address).query))
    assert "Ada" in shown(ben, next(each for each in re.findall(r'href="([^"]+)"', text) if "/who?" in each))


def test_a_property_shows_examples_and_the_events_that_it_comes_with(team: World, ben: Client) -> None:
    text = shown(ben, page(team, "properties/seats"))
    assert ">number<" in text
    assert rows(text) == [["3", "100.0%"], ["Signed Up", "1", "50.0%", "Break it down"]]
    assert 'title="3"' in text
    ask = next(each for each in re.findall(r'href="([^"]+)"', text) if "insights/ask" in each)
    assert '"breakdown": "seats"' in unquote(ask.replace("+", " "))
    assert ben.get(ask).status_code == 200


def test_a_property_without_a_column_of_its_own_is_found_as_well(world: World, ben: Client) -> None:
    world.send(track("ada", "Opened", "2026-01-09T10:00:00Z", **{f"p{number:02}": number for number in range(15)}))
    assert rows(shown(ben, page(world, "properties/p14")))[1] == ["Opened", "100.0%", "Break it down"]
    assert "In up to 100,000 events of the last 30 days." in shown(ben, page(world, "properties/p14"))


def test_an_editor_says_what_a_name_means_and_it_is_written_down(team: World, ben: Client) -> None:
    for place, name in (("names/", "Opened"), ("properties/", "plan")):
        me = re.search(r'<option value="(\d+)">Ben', ben.get(page(team, f"{place}{name}")).content.decode())
        assert me
        said_now = {"description": "A <b>board</b>", "owner": me.group(1), "is_hidden": ""}
        assert ben.post(page(team, f"{place}{name}"), said_now).status_code == 302
        text = ben.get(page(team, f"{place}{name}")).content.decode()
        assert "A &lt;b&gt;board&lt;/b&gt;" in text
        assert "<dd><bdi>Ben</bdi></dd>" in text
    notes = [(entry.verb, entry.subject, entry.who) for entry in entries(team.project.id).items][:2]
    assert {note[:2] for note in notes} == {("event.described", "Opened"), ("property.described", "plan")}


def test_nothing_is_written_down_where_nothing_was_changed(team: World, ben: Client) -> None:
    before = entries(team.project.id).total
    ben.post(page(team, "names/Opened"), {"description": "", "owner": ""})
    assert entries(team.project.id).total == before


def test_too_long_a_meaning_and_an_owner_from_elsewhere_are_refused(team: World, ben: Client) -> None:
    assert "at most 2000 characters" in html.unescape(
        ben.post(page(team, "names/Opened"), {"description": "w" * 2001}).content.decode()
    )
    assert "Select a valid choice" in ben.post(page(team, "names/Opened"), {"owner": "99999"}).content.decode()


def test_a_viewer_reads_and_changes_nothing(team: World, ben: Client, vera: Client) -> None:
    ben.post(page(team, "names/Opened"), {"description": "Looked at a board"})
    text = shown(vera, page(team, "names/Opened"))
    assert "Looked at a board" in text
    assert "What people should know" not in text
    assert vera.post(page(team, "names/Opened"), {"description": "mine"}).status_code == 403
    assert "Looked at a board" in shown(vera, page(team, "names/Opened"))


def test_what_is_hidden_leaves_lists_and_suggestions_and_can_be_shown_again(team: World, ben: Client) -> None:
    for place, name in (("names/", "Opened"), ("properties/", "size")):
        ben.post(page(team, f"{place}{name}"), {"is_hidden": "on"})
    assert suggested(team.project.id) == (["Signed Up"], ["plan", "seats"])
    assert [row[0] for row in rows(shown(ben, page(team)))] == ["Signed Up"]
    assert [row[0] for row in rows(shown(ben, page(team, "?show=hidden")))] == ["Opened"]
    assert [row[0] for row in rows(shown(ben, page(team, "properties/?show=hidden")))] == ["size"]
    assert not shell.find(team.project, "opened")
    ben.post(page(team, "names/Opened"), {})
    assert [row[0] for row in rows(shown(ben, page(team)))] == ["Signed Up", "Opened"], "as often lately, more in all"
    team.send(track("ada", "Opened", "2026-01-09T10:00:00Z"))
    assert rows(shown(ben, page(team)))[0][3] == "3", "it was collected all the same"


def test_names_are_found_by_the_search_of_every_page(team: World) -> None:
    hits = [hit for hit in shell.find(team.project, "s") if hit.kind in ("Event", "Property")]
    assert [(hit.name, hit.kind) for hit in hits] == [
        ("Signed Up", "Event"), ("seats", "Property"), ("size", "Property"),
    ]  # fmt: skip
    assert hits[0].url == page(team, "names/Signed%20Up")


def test_an_event_says_what_depends_on_it(team: World, ben: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(used, "_uses", [])
    assert "Nothing depends on it yet." in shown(ben, page(team, "names/Opened"))
    register_use(
        lambda project, name: [Hit("/q/1", f"All <b>{name}</b>", "Saved question")] if name == "Opened" else []
    )
    assert "<bdi>All &lt;b&gt;Opened" in ben.get(page(team, "names/Opened")).content.decode()
    assert "Nothing depends on it yet." in shown(ben, page(team, "names/Signed%20Up"))


def test_roles_are_named_where_an_event_plays_one(team: World, ben: Client) -> None:
    assert ">Sign-up</a>" in shown(ben, page(team, "names/Signed%20Up"))


def test_names_that_mean_harm_have_pages_and_do_none(world: World, ben: Client) -> None:
    names = [HARM, "..", ".", "a/b", "~1", "홍길동 가입", "w" * 200, "line\nbreak"]
    world.send(*[track("ada", name, "2026-01-09T10:00:00Z", **{name: name}) for name in names])
    for place, view in (("", "events.event"), ("properties/", "events.property")):
        listed = ben.get(page(world, place)).content.decode()
        assert "<script>alert" not in listed
        for name in names:
            address = reverse(view, args=[world.project.id, name])
            assert html.escape(address) in listed, name
            text = ben.get(address).content.decode()
            assert f"<h1><bdi>{html.escape(name)}</bdi>" in text, name
            assert "<script>alert" not in text


def test_an_unknown_name_is_said_to_be_unknown(team: World, ben: Client) -> None:
    assert "There is no such event." in shown(ben, page(team, "names/opened"), 404)
    assert "There is no such property." in shown(ben, page(team, "properties/Plan"), 404)


def test_names_of_other_projects_are_not_there(team: World, ben: Client, tmp_path: Any) -> None:
    other = World(tmp_path)
    other.send(track("cleo", "Secret Thing", "2026-01-09T10:00:00Z", hush=1))
    assert "Secret Thing" not in shown(ben, page(team))
    assert "There is no such event." in shown(ben, page(team, "names/Secret%20Thing"), 404)


def test_while_the_store_is_stopped_names_can_still_be_read_about(
    team: World, ben: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped() -> None:
        raise Refusal(503, "store_unavailable", said("The event store is stopped."))

    monkeypatch.setattr("groundswell.store.service.engine", stopped)
    assert "The event store is stopped." in shown(ben, page(team), 503)
    text = shown(ben, page(team, "properties/plan"))
    assert "The event store is stopped." in text
    assert 'title="free"' in text
    assert "plan" in shown(ben, page(team, "properties/"))
    assert "Signed Up" in shown(ben, page(team, "vocabulary"))


def test_in_korean_it_is_said_in_korean(team: World) -> None:
    yuna = member(team.project, "yuna", Role.EDITOR)
    yuna.cookies["groundswell_language"] = "ko"
    text = shown(yuna, page(team, "names/Signed%20Up"))
    for words in ("최근 30일 횟수", "함께 오는 속성", "담당자", "가입"):
        assert words in text
