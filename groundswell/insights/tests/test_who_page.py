"""The page of who is behind a number."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from django.http import HttpResponse
from django.test import Client

from groundswell.insights import desk as desks
from groundswell.workspace.types import Role
from tests.visitors import member
from tests.world import World, group, identify, track

DAYS = {"date_from": "2026-01-01", "date_to": "2026-01-31"}
FUNNEL = {"kind": "funnel", "steps": [{"event": "Signed Up"}, {"event": "Invite Sent"}], "window": "14d", **DAYS}
TREND = {"kind": "trend", "series": [{"event": "Signed Up"}], "interval": "day", **DAYS}


@pytest.fixture
def ada(world: World) -> Client:
    """Ada owns the project; Ben invited somebody, Cleo of Acme did not."""
    world.send(
        identify("cleo", None, "2026-01-01T00:00:00Z", name="Cleo Park", email="cleo@acme.test"),
        group("cleo", "acme", "2026-01-01T00:00:00Z", name="Acme"),
        track("ben", "Signed Up", "2026-01-05T10:00:00Z"),
        track("cleo", "Signed Up", "2026-01-05T11:00:00Z"),
        track("ben", "Invite Sent", "2026-01-06T10:00:00Z"),
    )
    return member(world.project, "ada", Role.OWNER)


def page(client: Client, world: World, question: Any, cell: Any, *, part: bool = False, **more: str) -> HttpResponse:
    given = {"q": json.dumps(question), "cell": json.dumps(cell), **more}
    query = "&".join(f"{name}={quote(value)}" for name, value in given.items())
    headers = {"HX-Request": "true"} if part else {}
    return client.get(f"/p/{world.project.id}/insights/who?{query}", headers=headers)  # type: ignore[return-value]


def text_of(response: HttpResponse) -> str:
    main = response.content.decode().split("<main", 1)[-1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", main))


def test_those_who_stopped_are_named_with_their_company_and_lead_to_their_page(ada: Client, world: World) -> None:
    response = page(ada, world, FUNNEL, {"step": 2, "dropped": True})
    text = text_of(response)
    assert "1 person stopped before “Invite Sent”" in text
    assert "Cleo Park" in text
    assert "Acme" in text
    assert "ben" not in text
    assert f'href="/p/{world.project.id}/people/cleo"' in response.content.decode()


def test_the_page_leads_back_to_its_question(ada: Client, world: World) -> None:
    response = page(ada, world, FUNNEL, {"step": 1})
    assert "how many went on to Invite Sent within 14 days" in text_of(response)
    back = re.findall(r'href="(/p/\d+/insights/ask[^"]+)"', response.content.decode())[0].replace("&amp;", "&")
    assert "2 started" in text_of(ada.get(back))  # type: ignore[arg-type]


def test_a_day_of_a_trend(ada: Client, world: World) -> None:
    text = text_of(page(ada, world, TREND, {"series": 1, "period": "2026-01-05"}))
    assert "2 people did Signed Up on Mon, Jan 5, 2026" in text


def test_companies_are_behind_what_counts_companies(ada: Client, world: World) -> None:
    response = page(ada, world, {**TREND, "count": "accounts"}, {"series": 1})
    assert "1 company did Signed Up from Thu, Jan 1, 2026 to Sat, Jan 31, 2026" in text_of(response)
    assert f'href="/p/{world.project.id}/companies/acme"' in response.content.decode()


def test_many_are_shown_a_page_at_a_time(ada: Client, world: World) -> None:
    world.send(*(track(f"p{number}", "Signed Up", "2026-01-07T10:00:00Z") for number in range(120)))
    first, third = (page(ada, world, TREND, {"period": "2026-01-07"}, page=place) for place in ("1", "3"))
    assert "1 to 50 of 120" in text_of(first)
    assert "101 to 120 of 120" in text_of(third)
    names = [re.findall(r"/people/(p\d+)", each.content.decode()) for each in (first, third)]
    assert (len(names[0]), len(names[1])) == (50, 20)
    assert not set(names[0]) & set(names[1])


def test_who_was_seen_last_comes_first_and_it_is_said(ada: Client, world: World) -> None:
    others = [track(name, "Signed Up", "2026-01-07T10:00:00Z") for name in ("dan", "eve")]
    world.send(*others, track("eve", "Left", "2026-01-20T10:00:00Z"), track("dan", "Left", "2026-01-19T10:00:00Z"))
    response = page(ada, world, TREND, {"series": 1})
    assert re.findall(r"/people/(\w+)\"", response.content.decode()) == ["eve", "dan", "ben", "cleo"]
    assert "Latest first" in text_of(response)
    assert "Last seen" in text_of(response)
    lines = page(ada, world, TREND, {"series": 1}, format="csv").content.decode().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["eve", "dan", "ben", "cleo"]


def test_companies_seen_last_come_first(ada: Client, world: World) -> None:
    world.send(
        group("dan", "zeta", "2026-01-01T00:00:00Z", name="Zeta"), track("dan", "Signed Up", "2026-01-08T10:00:00Z"),
        group("eve", "beta", "2026-01-01T00:00:00Z", name="Beta"), track("eve", "Signed Up", "2026-01-07T10:00:00Z"),
    )  # fmt: skip
    html = page(ada, world, {**TREND, "count": "accounts"}, {"series": 1}).content.decode()
    assert re.findall(r"/companies/(\w+)\"", html) == ["zeta", "beta", "acme"]


def test_the_first_few_stand_beside_a_funnel(ada: Client, world: World) -> None:
    world.send(*(track(f"p{number}", "Signed Up", "2026-01-07T10:00:00Z") for number in range(10)))
    part = page(ada, world, FUNNEL, {"step": 2, "dropped": True}, part=True, few="1").content.decode()
    assert "<html" not in part
    assert part.count("<li>") == 6
    assert "All 11" in part


def test_all_of_them_leave_as_a_file(ada: Client, world: World) -> None:
    world.send(identify("evil", None, "2026-01-01T00:00:00Z", name="=1+1"), track("evil", "Signed Up"))
    response = page(ada, world, TREND, {"series": 1}, format="csv")
    lines = response.content.decode().splitlines()
    assert lines[0] == "id,name,email,accounts,companies,role,last_seen"
    assert any(line.startswith("cleo,Cleo Park,cleo@acme.test,acme,Acme,") for line in lines)
    assert any(line.startswith("evil,'=1+1,") for line in lines)


def test_a_slow_one_is_waited_for_by_the_page_that_stands_already(
    ada: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks.desk, "who", lambda *_, **__: None)
    html = page(ada, world, FUNNEL, {"step": 1}).content.decode()
    assert "The answer comes in a moment." in html
    assert 'hx-trigger="load"' in html


def test_what_came_late_says_who_they_are_above_its_list(ada: Client, world: World) -> None:
    part = page(ada, world, FUNNEL, {"step": 2, "dropped": True}, part=True).content.decode()
    assert '<h1 id="who" hx-swap-oob="true"><bdi>1 person stopped before “Invite Sent”</bdi></h1>' in part
    assert "Cleo Park" in part
    assert page(ada, world, FUNNEL, {"step": 1}).content.decode().count('id="who"') == 1


def test_a_cell_that_is_not_there_is_refused(ada: Client, world: World) -> None:
    assert page(ada, world, FUNNEL, {"step": 9}).status_code == 400
    assert page(ada, world, TREND, {"period": "2026-05-05"}).status_code == 400
    assert ada.get(f"/p/{world.project.id}/insights/who").status_code == 400


def test_hostile_names_are_only_text(ada: Client, world: World) -> None:
    harm = "<img src=x onerror=alert(1)>"
    world.send(identify(harm, None, "2026-01-01T00:00:00Z", name=harm), track(harm, "Signed Up"))
    html = page(
        ada, world, {**TREND, "series": [{"event": "Signed Up", "label": harm}]}, {"series": 1}
    ).content.decode()
    assert "<img src=x" not in html


def test_in_korean(ada: Client, world: World) -> None:
    ada.cookies["groundswell_language"] = "ko"
    assert "“Invite Sent” 앞에서 멈춘 1명" in text_of(page(ada, world, FUNNEL, {"step": 2, "dropped": True}))


def test_a_stranger_sees_nobody(ada: Client, world: World) -> None:
    assert "/sign-in" in page(Client(), world, FUNNEL, {"step": 1})["Location"]


def test_of_those_who_stopped_it_is_said_that_some_may_still_come(ada: Client, world: World) -> None:
    lasting = {**FUNNEL, "window": "5200w"}
    note = "Some may still come: the window of 5,200 weeks is still open for all of them."
    assert note in text_of(page(ada, world, lasting, {"step": 2, "dropped": True}))
    assert note not in text_of(page(ada, world, lasting, {"step": 2}))
    assert "Some may still come" not in text_of(page(ada, world, FUNNEL, {"step": 2, "dropped": True}))


def test_korean_counts_people_and_companies_in_words_of_their_own(ada: Client, world: World) -> None:
    world.send(*(track(f"p{number}", "Signed Up", "2026-01-07T10:00:00Z") for number in range(10)))
    ada.cookies["groundswell_language"] = "ko"

    def asked(**more: str) -> str:
        return text_of(ada.get(f"/p/{world.project.id}/insights/ask", {"q": json.dumps({**FUNNEL, **more})}))  # type: ignore[arg-type]

    assert "12명 시작 · 8.3% 완료" in asked()
    assert "11명이 여기서 멈췄어요" in asked()
    assert "1곳 시작 · 0.0% 완료" in asked(count="accounts")
    assert "1곳이 여기서 멈췄어요" in asked(count="accounts")
    few = page(ada, world, FUNNEL, {"step": 2, "dropped": True}, part=True, few="1")
    assert "11명 모두 보기" in few.content.decode()
