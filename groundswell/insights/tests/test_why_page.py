"""The page that says what goes with stopping, and what leads there. The world is that of ``test_why``."""

import html
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

from groundswell.insights import desk as desks
from groundswell.insights.tests.test_asking_page import page, question_of, text_of
from groundswell.insights.tests.test_why import DATES, STEPS, WHY, story
from groundswell.segments.service import members, segments
from groundswell.workspace.service import issue_key
from groundswell.workspace.types import KeyKind, Role
from tests.visitors import member
from tests.world import World, track

FUNNEL = {"kind": "funnel", "steps": STEPS, "window": "7d", **DATES}


@pytest.fixture
def ada(world: World) -> Client:
    """Ada owns the project."""
    world.send(*story())
    return member(world.project, "ada", Role.OWNER)


def addresses(text: str) -> dict[str, int]:
    """Who is behind each number: the address, and the number where it is a whole one."""
    found = re.findall(r'<a href="([^"]*/who[^"]*)">([^<]+)</a>', text)
    return {html.unescape(address): int(number) for address, number in found if number.isdecimal()}


def test_each_reason_is_a_sentence_on_the_side_that_it_goes_with(ada: Client, world: World) -> None:
    text = html.unescape(text_of(page(ada, world, WHY)))
    assert "From “Signed Up” to “Board Created”" in text
    assert "60 went on, 60 stopped. 5 more are left out, for their window is still open." in text
    assert "4 things were tried" in text
    assert "3 stand after correction for all that were tried" in text
    assert "what goes together, and not what causes what" in text
    stopping, going_on = text.split("Goes with stopping")[1].split("Goes with going on")
    # 45 of 60 on the free plan stopped, 15 of the 60 others.
    assert re.search(
        r"Those with plan “free” at “Signed Up” stopped 3 times as often \(1\.89–4\.76\): 75\.0% of 60"
        r" against 25\.0% of 60\. odds ratio 0\.111 \(0\.0486–0\.254\), q < 0\.001", stopping,
    )  # fmt: skip
    assert "with seats of at least 29.5 today stopped" in stopping
    # 22 of 30 who saw the tour, and 7 of 59 who did not.
    assert "Those who did “Tour Seen” within 1h after “Signed Up” went on 6.18 times as often" in going_on
    assert "73.3% of 30 against 11.9% of 59." in going_on


def test_every_number_opens_those_it_counts(ada: Client, world: World) -> None:
    text = page(ada, world, WHY).content.decode()
    found = addresses(text)
    assert sorted(found.values()) == [30, 59, 60, 60, 60, 60, 60, 60]
    for address, number in found.items():
        assert f"{number} people" in ada.get(address).content.decode()
    shares = [html.unescape(each) for each in re.findall(r'<a href="([^"]*/who[^"]*)">75\.0%</a>', text)]
    assert "45 people with plan “free” at “Signed Up” who stopped" in ada.get(shares[0]).content.decode()
    others = next(each for each, number in found.items() if number == 59)
    assert "59 people other than those who did “Tour Seen” within 1h" in ada.get(others).content.decode()


def test_those_behind_a_reason_become_a_segment(ada: Client, world: World) -> None:
    cell = {"kind": "property", "name": "plan", "operator": "is", "value": "free", "when": "started", "with": True,
            "converted": False}  # fmt: skip
    made = ada.post(
        f"/p/{world.project.id}/insights/segment", {"q": json.dumps(WHY), "cell": json.dumps(cell)}
    )  # fmt: skip
    assert made.status_code == 302
    (segment,) = segments(world.project).items
    assert segment.name == "People with plan “free” at “Signed Up” who stopped between “Signed Up” and “Board Created”"
    assert len(members(world.project, segment.key).tolist()) == 45


def test_the_funnel_asks_why_at_each_step(ada: Client, world: World) -> None:
    text = page(ada, world, {**FUNNEL, "breakdown": None}).content.decode()
    (link,) = re.findall(r'<a class="link why" href="([^"]+)"', text)
    asked = question_of(ada.get(html.unescape(link)))  # type: ignore[arg-type]
    assert asked == {**FUNNEL, "breakdown": None, "show": "why", "step": 2}
    assert "Goes with stopping" in text_of(page(ada, world, asked))


def test_the_step_is_a_word_of_the_sentence(ada: Client, world: World) -> None:
    three = {**WHY, "steps": [*STEPS, {"event": "Invite Sent"}]}
    asked = question_of(page(ada, world, three, view="change", what="step", value="3"))
    assert asked["step"] == 3
    assert "There is nobody to compare them with." in text_of(page(ada, world, asked))
    fewer = question_of(page(ada, world, asked, view="change", what="steps.2.remove"))
    assert "step" not in fewer
    assert page(ada, world, FUNNEL, view="change", what="step", value="2").status_code == 400
    steps = question_of(page(ada, world, asked, view="change", what="show", value="steps"))
    assert "step" not in steps


def test_a_split_is_said_to_be_left_out_and_is_there_again_in_other_views(ada: Client, world: World) -> None:
    split = question_of(page(ada, world, {**FUNNEL, "breakdown": "plan"}, view="change", what="show", value="why"))
    assert split["breakdown"] == "plan"
    text = page(ada, world, split).content.decode()
    assert "This is asked over everybody; the split is left out: <bdi>plan</bdi>." in text
    assert "the split is left out" not in text_of(page(ada, world, WHY))
    steps = question_of(page(ada, world, split, view="change", what="show", value="steps"))
    assert steps["breakdown"] == "plan"


def test_nothing_that_stands_is_said_so(ada: Client, world: World) -> None:
    late = {**WHY, "date_from": "2026-01-31", "window": "14d"}
    assert "Nobody’s window is over yet" in text_of(page(ada, world, late))
    before = {**WHY, "date_from": "2025-01-01", "date_to": "2025-01-31"}
    assert "Nobody got that far in these days." in text_of(page(ada, world, before))


def test_too_few_to_try_anything_is_said_so(world: World) -> None:
    ada = member(world.project, "ada", Role.OWNER)
    world.send(track("zed", "Visited", "2026-02-01T00:00:00Z"), track("p1", "Board Created", "2026-01-05T12:00:00Z"))
    world.send(*(track(f"p{number}", "Signed Up", "2026-01-05T10:00:00Z", plan=number) for number in range(9)))
    text = text_of(page(ada, world, WHY))
    assert "1 went on, 8 stopped." in text
    assert "Nothing was tried, for nothing that they did or had divides them into two groups of 20 or more." in text


def test_chance_alone_is_called_chance(world: World) -> None:
    ada = member(world.project, "ada", Role.OWNER)
    world.send(track("zed", "Visited", "2026-02-01T00:00:00Z"))
    for number in range(80):
        world.send(
            track(f"p{number}", "Signed Up", "2026-01-05T10:00:00Z", plan="pro" if number % 2 else "free"),
            *([track(f"p{number}", "Board Created", "2026-01-05T12:00:00Z")] if number % 4 < 2 else []),
        )
    text = text_of(page(ada, world, WHY))
    assert "1 thing was tried" in text
    assert "None of them goes with going on or with stopping more than chance would have it." in text


def test_a_page_that_takes_long_waits_and_may_be_stopped(
    ada: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks.desk, "ask", lambda *_given, **_more: None)
    text = page(ada, world, WHY).content.decode()
    assert "The answer comes in a moment." in text
    assert f"/p/{world.project.id}/insights/stop" in text


def test_the_page_speaks_korean(ada: Client, world: World) -> None:
    ada.cookies["groundswell_language"] = "ko"
    text = text_of(page(ada, world, WHY))
    assert "60명이 이어 갔고 60명이 멈췄어요." in text
    assert "“Signed Up” 때 plan이 “free”인 사람은 나머지의 3배로 멈췄어요(1.89–4.76)." in text
    assert "60명 중 75.0%, 나머지는 60명 중 25.0%예요." in text
    assert "누가 Board Created 앞에서 멈추고 누가 이어 갔나요?" in text


def test_what_clients_sent_is_only_text(ada: Client, world: World) -> None:
    harm = "<b>no</b>\u202e"
    world.send(*(track(f"p{number}", harm, "2026-01-05T09:00:00Z") for number in range(45)))
    text = page(ada, world, WHY).content.decode()
    assert "&lt;b&gt;no&lt;/b&gt;" in text
    assert "<b>no" not in text


def test_it_is_taken_away_as_a_table_and_not_as_a_picture(ada: Client, world: World) -> None:
    text = page(ada, world, WHY).content.decode()
    files = [html.unescape(each) for each in re.findall(r'href="([^"]+format=[^"]+)"', text)]
    assert {parse_qs(urlsplit(each).query)["format"][0] for each in files} == {"csv", "parquet"}
    for each in files:
        assert ada.get(each).content[:4] in (b"kind", b"PAR1")
    assert ada.get(f"/p/{world.project.id}/insights/answer?format=svg&q={quote(json.dumps(WHY))}").status_code == 400


def test_over_http_reasons_have_names(world: World) -> None:
    world.send(*story())

    def asked(body: dict[str, Any]) -> HttpResponse:
        secret = issue_key(project=world.project.id, kind=KeyKind.SECRET)
        address, headers = f"/api/v1/projects/{world.project.id}/why", {"Authorization": f"Bearer {secret}"}
        return Client().post(address, json.dumps(body), content_type="application/json", headers=headers)  # type: ignore[return-value]

    found = json.loads(asked({"question": FUNNEL, "step": 2}).content)
    assert [found[each] for each in ("converted", "dropped", "open", "looked_at", "tried")] == [60, 60, 5, 120, 4]
    assert (found["question"]["show"], found["question"]["step"], len(found["reasons"])) == ("why", 2, 3)
    plan = next(each for each in found["reasons"] if each["name"] == "plan")
    assert [plan[each] for each in ("kind", "operator", "value", "when")] == ["property", "is", "free", "started"]
    sides = [f"{side}_{went}" for side in ("with", "without") for went in ("converted", "dropped")]
    assert [plan[side] for side in sides] == [15, 45, 45, 15]
    assert plan["low"] < plan["odds_ratio"] < plan["high"] < 1
    assert 0 < plan["p_value"] <= plan["q_value"] < 0.001
    refused = asked({"question": FUNNEL, "step": 5})
    assert (refused.status_code, "`step` must be a whole number from 2 to 2" in refused.content.decode()) == (400, True)
    assert asked({"question": {"kind": "trend", "series": [{"event": "A"}], **DATES}}).status_code == 400
    assert asked({"step": 2}).status_code in (400, 422)


def test_a_stranger_is_told_nothing(world: World, tmp_path: Path) -> None:
    stranger = World(tmp_path)
    secret = issue_key(project=stranger.project.id, kind=KeyKind.SECRET)
    answer = Client().post(
        f"/api/v1/projects/{world.project.id}/why", json.dumps({"question": FUNNEL}), content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip
    assert answer.status_code == 404
