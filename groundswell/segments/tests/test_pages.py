"""The pages of segments: what an editor builds, what everybody sees. It is noon of 10 January 2026."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from groundswell.segments import refreshing, service
from groundswell.segments.models import Segment
from groundswell.segments.tests.conftest import Clock, Put, ids
from tests.world import World, group, identify, track

HTMX = {"HX-Request": "true"}
PRO: dict[str, Any] = {"trait": {"plan": "pro"}}


@pytest.fixture
def office(world: World, clock: Clock) -> World:
    world.send(
        identify("ada", plan="pro", name="Ada L"), identify("ben", name="Ben M"), group("ada", "acme", name="Acme"),
        track("ada", "Board Created", template=True), track("ben", "Board Created"),
    )  # fmt: skip
    return world


def url(world: World, path: str = "") -> str:
    return f"/p/{world.project.id}/segments/{path}"


def words(answer: HttpResponse) -> str:
    """What stands on a page, without what opens."""
    text = re.sub(r"<(script|style|datalist|form)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def match_in(address: str) -> Any:
    return json.loads(parse_qs(urlsplit(address).query)["m"][0])


def test_a_team_without_segments_is_told_what_they_are_for(office: World, ben: Client, vera: Client) -> None:
    assert "A segment is everybody who has something in common" in words(ben.get(url(office)))
    assert "Make the first one" in words(ben.get(url(office)))
    assert "Make the first one" not in words(vera.get(url(office)))


def test_a_segment_is_built_word_by_word_and_saved(office: World, ben: Client) -> None:
    page = ben.get(url(office, "-/new"))
    assert "People of whom all of this holds" in words(page)
    carried = {"m": '{"all":[]}', "of": "people", "key": ""}
    step = ben.get(url(office, "-/change"), {**carried, "what": "match.add.did", "value": "Board Created"})
    assert match_in(step["Location"])["all"][0]["did"]["event"] == "Board Created"
    carried["m"] = json.dumps(match_in(step["Location"]))
    step = ben.get(url(office, "-/change"), {**carried, "what": "match.0.times", "value": "at_least", "number": "1"})
    step = ben.get(
        url(office, "-/change"),
        {**carried, "what": "match.add.trait", "name": "plan", "operator": "is", "value": "pro"},
    )
    page = ben.get(step["Location"])
    assert "who did Board Created" in words(page)
    assert "whose plan is pro" in words(page)
    carried["m"] = json.dumps(match_in(step["Location"]))
    saved = ben.post(url(office, "-/save"), {**carried, "name": "Pro builders", "description": "Who pay"})
    assert saved["Location"] == url(office, "pro-builders/")
    assert ids(office, "pro-builders") == ["ada"]


def test_what_cannot_be_meant_is_said_beside_what_was_there(office: World, ben: Client) -> None:
    carried = {"m": json.dumps({"all": [{"did": {"event": "A"}}]}), "of": "people", "key": ""}
    page = ben.get(
        url(office, "-/change"),
        {**carried, "what": "match.0.times", "value": "between", "number": "5", "more": "2"},
    )
    assert page.status_code == 400
    assert "is less than at_least" in words(page)
    assert "who did A" in words(page)


def test_how_many_that_would_be_is_said_while_building(office: World, ben: Client) -> None:
    def size(match: Any, of: str = "people", **headers: str) -> str:
        return words(ben.get(url(office, "-/size"), {"m": json.dumps(match), "of": of}, headers=headers))

    assert size({"all": [PRO]}, **HTMX) == "1 person 50.0% of all Such as Ada L"
    assert size({"not": PRO}, "accounts", **HTMX) == "1 company 100.0% of all Such as Acme"
    assert "names no segment “x”" in size({"all": [{"segment": "x"}]}, **HTMX)
    assert "1 person 50.0% of all" in size({"all": [PRO]})  # as a page of its own, where there is no script


def test_values_are_offered(office: World, ben: Client) -> None:
    def offered(**asked: str) -> list[str]:
        return re.findall('value="([^"]*)"', ben.get(url(office, "-/values"), asked, headers=HTMX).content.decode())

    assert offered(name="plan", among="traits", entity="person") == ["pro"]
    assert offered(name="account.name") == ["Acme"]
    assert offered(name="template") == ["true"]
    assert offered(name="nothing") == []


def test_a_segment_s_page_says_who_is_in_and_lets_an_editor_change_it(office: World, put: Put, ben: Client) -> None:
    put("payers", PRO, name="Payers")
    page = words(ben.get(url(office, "payers/")))
    for text in ("Payers", "whose plan is pro", "Ada L", "1 of 2 people", "as of Jan 10, 2026", "version 1"):
        assert text in page
    step = ben.get(
        url(office, "-/change"),
        {"m": json.dumps({"all": [PRO]}), "of": "people", "key": "payers", "what": "match.0.verb", "value": "not"},
    )
    changed = words(ben.get(step["Location"], follow=True))
    assert "changed, not saved" in changed
    assert "except those whose plan is pro" in changed
    assert ids(office, "payers") == ["ada"]  # nothing is saved yet
    ben.post(
        url(office, "-/save"),
        {"m": json.dumps(match_in(step["Location"])), "of": "people", "key": "payers", "name": "Others"},
    )
    assert ids(office, "payers") == ["ben"]
    history = words(ben.get(url(office, "payers/history")))
    assert history.index("except those whose plan is pro") < history.index("Payers")


def test_a_viewer_reads_it_and_changes_nothing(office: World, put: Put, vera: Client) -> None:
    put("payers", PRO, name="Payers")
    page = vera.get(url(office, "payers/"))
    assert "whose plan is pro" in words(page)
    assert b'<details class="menu word' not in page.content
    for path in ("payers/remove", "payers/list", "-/save"):
        assert vera.post(url(office, path)).status_code == 403


def test_who_came_and_left_is_drawn(office: World, put: Put, clock: Clock, ben: Client) -> None:
    put("builders", {"did": {"event": "Board Created", "within": "1w"}}, name="Builders")
    assert "Nobody came or left so far" in words(ben.get(url(office, "builders/")))
    clock.set("2026-01-11T12:00:00Z")
    office.send(track("cleo", "Board Created", at="2026-01-11T11:00:00Z"))
    refreshing.refresh_due()
    clock.set("2026-01-12T12:00:00Z")  # a week after ada's and ben's
    refreshing.refresh_due()
    page = ben.get(url(office, "builders/"))
    assert 'aria-label="1 came, 2 left"' in page.content.decode()
    assert "Jan 12, 2026 0 2 Jan 11, 2026 1 0" in words(page)


def test_profiles_say_which_segments_somebody_is_in(office: World, put: Put, clock: Clock, ben: Client) -> None:
    put("builders", {"did": {"event": "Board Created", "within": "1w"}}, name="Builders")
    put("payers", PRO, name="Payers")
    put("firms", {"trait": {"name": "Acme"}}, of="accounts", name="Firms")
    project = f"/p/{office.project.id}"
    assert "Builders entered Jan 10, 2026" in words(ben.get(f"{project}/people/ada"))
    assert "Firms entered Jan 10, 2026" in words(ben.get(f"{project}/companies/acme"))
    clock.set("2026-01-13T12:00:00Z")
    refreshing.refresh_due()
    page = words(ben.get(f"{project}/people/ben"))
    assert "Builders left Jan 13, 2026" in page
    assert "Payers" not in page


def test_the_search_finds_segments(office: World, put: Put, ben: Client) -> None:
    put("payers", PRO, name="Paying people")
    assert b"Paying people" in ben.get(f"/p/{office.project.id}/find", {"q": "paying"}).content


def test_a_list_is_brought_and_changed(office: World, put: Put, ben: Client) -> None:
    put("invited", {"listed": True}, name="Invited")
    file = SimpleUploadedFile("ids.csv", b"id\nada\ncleo\n", content_type="text/csv")
    page = words(ben.post(url(office, "invited/list"), {"file": file}, follow=True))
    assert "The list has 2 ids now." in page
    assert "Nobody was seen yet under 1 of them." in page
    ben.post(url(office, "invited/list"), {"id": "ben", "do": "add"})
    ben.post(url(office, "invited/list"), {"id": "ada", "do": "remove"})
    assert ids(office, "invited") == ["ben"]
    assert ben.post(url(office, "invited/list"), {"id": " "}).status_code == 400
    file = SimpleUploadedFile("ids.xls", b"\xff\xfe\x00", content_type="text/csv")
    assert ben.post(url(office, "invited/list"), {"file": file}).status_code == 400


def test_members_leave_as_a_file(office: World, put: Put, vera: Client) -> None:
    put("builders", {"did": {"event": "Board Created"}})
    answer = vera.get(url(office, "builders/members.csv"))
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert answer["content-disposition"] == 'attachment; filename="builders.csv"'
    assert sorted(line.split(",")[0] for line in lines) == ["ada", "ben", "id"]


def test_what_is_used_cannot_be_deleted_and_says_where(office: World, put: Put, ben: Client) -> None:
    put("payers", PRO, name="Payers")
    put("others", {"not": {"segment": "payers"}}, name="Others")
    assert "used once" in words(ben.get(url(office)))
    page = ben.post(url(office, "payers/remove"))
    assert page.status_code == 409
    assert "This segment is used: “Others”." in words(page)
    ben.post(url(office, "others/remove"))
    ben.post(url(office, "payers/remove"))
    assert service.segments(office.project).total == 0


def test_what_cannot_be_worked_out_says_so(office: World, put: Put, ben: Client) -> None:
    put("payers", PRO)
    put("others", {"not": {"segment": "payers"}})
    Segment.objects.filter(key="payers").delete()
    Segment.objects.update(inputs="")
    refreshing.refresh(office.project, "others")
    assert "names no segment “payers”" in words(ben.get(url(office, "others/")))
    assert "not known" in words(ben.get(url(office)))
