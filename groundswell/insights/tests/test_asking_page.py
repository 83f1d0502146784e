"""The page of a question: asked as a sentence, answered with numbers that open."""

import html
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

from groundswell.events.service import name_roles
from groundswell.insights import desk as desks
from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal
from groundswell.workspace.types import Caller, Role
from tests.visitors import member
from tests.world import World, identify, track

LATELY = (datetime.now(UTC) - timedelta(days=2)).isoformat()
DAYS = {"date_from": "2026-01-01", "date_to": "2026-01-31"}
FUNNEL = {"kind": "funnel", "steps": [{"event": "Signed Up"}, {"event": "Board Created"}], "window": "14d", **DAYS}
TREND = {"kind": "trend", "series": [{"event": "Signed Up"}], "interval": "day", **DAYS}


@pytest.fixture
def ada(world: World) -> Client:
    """Ada owns the project; of its three people two created a board, and Cleo did not."""
    for name in ("ada", "ben", "cleo"):
        world.send(track(name, "Signed Up", "2026-01-05T10:00:00Z", plan="free"))
    for name in ("ada", "ben"):
        world.send(track(name, "Board Created", "2026-01-06T10:00:00Z"))
    return member(world.project, "ada", Role.OWNER)


def page(client: Client, world: World, question: Any, *, view: str = "ask", **more: str) -> HttpResponse:
    text = question if isinstance(question, str) else json.dumps(question)
    query = "&".join(f"{name}={quote(value)}" for name, value in {"q": text, **more}.items())
    return client.get(f"/p/{world.project.id}/insights/{view}?{query}")  # type: ignore[return-value]


def text_of(response: HttpResponse) -> str:
    """What a reader sees of the page's main part."""
    main = response.content.decode().split("<main", 1)[-1]
    closed = re.sub(r'(?s)<div class="sheet" role="group".*?</div></details>', "", main)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", closed.replace("</td>", " ")))


def question_of(response: HttpResponse) -> dict[str, Any]:
    """The question that a redirect leads to."""
    assert response.status_code == 302
    asked: dict[str, Any] = json.loads(parse_qs(urlsplit(response["Location"]).query)["q"][0])
    return asked


def test_a_funnel_says_how_many_came_how_far_and_where_the_others_stopped(ada: Client, world: World) -> None:
    text = text_of(page(ada, world, FUNNEL))
    assert "3 started · 66.7% finished" in text
    assert "1 stopped here, 33.3% of those before" in text
    assert "median 1d" in text


def test_every_number_of_a_funnel_leads_to_who_is_behind_it(ada: Client, world: World) -> None:
    html = page(ada, world, FUNNEL).content.decode()
    cells = {
        parse_qs(urlsplit(address.replace("&amp;", "&")).query)["cell"][0]
        for address in re.findall(r'href="([^"]*/who[^"]*)"', html)
    }
    assert cells == {'{"step":1}', '{"step":2}', '{"step":2,"dropped":true}'}


def test_a_trend_shows_its_line_and_its_numbers_the_latest_first(ada: Client, world: World) -> None:
    html = page(ada, world, TREND).content.decode()
    assert '<polyline class="line c0"' in html
    days = re.findall(r"<td>(\w+, \w+ \d+, 2026)</td>", html)
    assert (days[0], days[-1]) == ("Sat, Jan 31, 2026", "Thu, Jan 1, 2026")
    assert re.search(r'Mon, Jan 5, 2026</td><td class="number"><a href="[^"]+">3</a>', html)


def test_who_is_behind_a_number_is_told_of_the_same_days_tomorrow(
    ada: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 1, 6, 23, 59, tzinfo=UTC))
    text = page(ada, world, {**TREND, "date_from": "-1d", "date_to": "-1d"}).content.decode()
    addresses = [html.unescape(each) for each in re.findall(r'href="([^"]*/who[^"]*)"', text)]
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 1, 7, 0, 1, tzinfo=UTC))
    assert addresses
    for address in addresses:
        assert "3 people" in ada.get(address).content.decode()


def test_a_formula_s_number_opens_those_that_it_was_worked_out_from(ada: Client, world: World) -> None:
    both = {**TREND, "series": [{"event": "Signed Up"}, {"event": "Board Created"}], "formula": "A + B"}
    text = page(ada, world, both).content.decode()
    assert "/insights/who?" not in text
    (parts,) = {html.unescape(each) for each in re.findall(r'<td class="number"><a href="([^"]+)"', text)}
    opened = ada.get(parts).content.decode()
    assert "/insights/who?" in opened
    assert "Board Created" in opened


@pytest.mark.parametrize("question", [TREND, FUNNEL], ids=["trend", "funnel"])
def test_an_answer_is_taken_away_as_a_file(ada: Client, world: World, question: dict[str, Any]) -> None:
    text = page(ada, world, question).content.decode()
    links = re.findall(r'<a class="soft" href="([^"]+format=[^"]+)">(\w+)</a>', text)
    begins = {
        "CSV": b"period," if question is TREND else b"step,",
        "Parquet": b"PAR1",
        "PNG": b"\x89PNG",
        "SVG": b"<svg",
    }
    assert [title for _, title in links] == list(begins)
    for address, title in links:
        file = ada.get(html.unescape(address))
        assert file.content.startswith(begins[title])
        assert file.headers["Content-Disposition"] == f'attachment; filename="answer.{title.lower()}"'


def test_a_long_trend_has_pages(ada: Client, world: World) -> None:
    long = {**TREND, "date_from": "2025-11-01"}
    assert "1 to 31 of 92" in text_of(page(ada, world, long))
    assert "Sat, Nov 1, 2025" in text_of(page(ada, world, long, page="3"))


def test_a_split_funnel_has_a_row_for_every_value(ada: Client, world: World) -> None:
    text = text_of(page(ada, world, {**FUNNEL, "breakdown": "plan"}))
    assert "By value" in text
    assert "free 3 2 66.7%" in text


def test_one_begins_without_knowing_any_json(ada: Client, world: World) -> None:
    begun = question_of(ada.get(f"/p/{world.project.id}/insights/ask"))  # type: ignore[arg-type]
    assert begun["kind"] == "trend"
    assert question_of(ada.get(f"/p/{world.project.id}/insights/ask?kind=funnel"))["kind"] == "funnel"  # type: ignore[arg-type]


def test_a_funnel_begins_with_the_sign_up_as_the_project_calls_it(ada: Client, world: World) -> None:
    name_roles(Caller(is_operator=True), world.project, {"signed_up": "Board Created"})
    begun = question_of(ada.get(f"/p/{world.project.id}/insights/funnel"))  # type: ignore[arg-type]
    assert begun["steps"] == [{"event": "Board Created"}]


def test_on_the_first_day_a_question_counts_today_as_well(
    ada: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def last_day() -> str:
        return str(question_of(ada.get(f"/p/{world.project.id}/insights/ask"))["date_to"])  # type: ignore[arg-type]

    assert last_day() == "-0d"
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert last_day() == "-1d"


def test_properties_of_the_question_s_own_events_are_offered_first(ada: Client, world: World) -> None:
    world.send(track("ada", "Opened", LATELY, aaa=1), track("ada", "Signed Up", LATELY, plan="free"))
    text = page(ada, world, TREND).content.decode()
    offered = re.findall(r'<option value="([^"]+)"', text.partition('<datalist id="properties">')[2])
    assert offered[:2] == ["plan", "aaa"]


def test_a_split_that_nothing_has_says_so_and_offers_the_traits_of_that_name(ada: Client, world: World) -> None:
    world.send(identify("ada", at=LATELY, plan="pro"), track("ada", "Opened", LATELY, size=3))
    question = {**TREND, "series": [{"event": "Opened"}], "date_from": "-7d", "date_to": "-0d"}
    assert "Nothing here has a value" not in page(ada, world, {**question, "breakdown": "size"}).content.decode()
    text = page(ada, world, {**question, "breakdown": "plan"}).content.decode()
    (note,) = re.findall(r'<p class="note">Nothing here has a value of.*?</p>', text)
    assert re.findall(r"Split by <bdi>“(.*?)”", note) == ["person.plan"]
    assert (
        "Nothing here has a value" not in ada.get(html.unescape(re.findall('href="(.*?)"', note)[0])).content.decode()
    )
    gone = page(ada, world, {**question, "breakdown": "colour"}).content.decode()
    assert "Nothing here has a value of" in gone
    assert "Split by <bdi>" not in gone


@pytest.mark.parametrize("form", ["", "csv", "png", "vega"])
def test_a_split_of_days_without_anything_is_an_empty_answer(ada: Client, world: World, form: str) -> None:
    for question in (TREND, FUNNEL):
        asked = {**question, "breakdown": "plan", "date_from": "2020-01-01", "date_to": "2020-01-31"}
        if form == "vega" and question is FUNNEL:
            continue
        answer = page(ada, world, asked, **{"view": "answer", "format": form} if form else {})
        assert answer.status_code == 200
        if not form:
            assert "Something went wrong" not in answer.content.decode()
            assert "<table" not in answer.content.decode()


def test_values_that_a_property_had_are_offered(ada: Client, world: World) -> None:
    world.send(track("ada", "Opened", LATELY, plan="pro"), track("ada", "Opened", LATELY, plan="<b>"))
    address = f"/p/{world.project.id}/insights/values"

    def values(name: str) -> str:
        return ada.get(address, {"name": name}, headers={"HX-Request": "true"}).content.decode()

    assert re.findall('value="([^"]+)"', values("event.plan")) == ["&lt;b&gt;", "pro"]
    assert "option" not in values("person.plan")
    assert "option" not in values("")
    assert ada.get(address).headers["Location"].endswith("/insights/ask")


def test_a_word_is_changed_and_the_page_is_that_of_the_new_question(ada: Client, world: World) -> None:
    new = question_of(page(ada, world, FUNNEL, view="change", what="steps.1.event", value="Invite Sent"))
    assert [step["event"] for step in new["steps"]] == ["Signed Up", "Invite Sent"]


def test_a_value_is_of_the_type_that_the_property_was_seen_with(ada: Client, world: World) -> None:
    world.send(track("ada", "Paid", "2026-01-06T11:00:00Z", amount=10, code="10"))
    for name, expected in (("amount", 10), ("code", "10")):
        new = question_of(
            page(ada, world, FUNNEL, view="change", what="steps.0.where.add", name=name, operator="is", value="10")
        )
        assert new["steps"][0]["where"] == {name: expected}


def test_a_change_that_cannot_be_asked_is_refused_beside_the_question_as_it_was(ada: Client, world: World) -> None:
    response = page(ada, world, FUNNEL, view="change", what="window", number="0", unit="d")
    assert response.status_code == 400
    text = text_of(response)
    assert "`window` is &#x27;0d&#x27;, which is no length of time." in text
    assert "3 started" in text


def test_an_event_that_never_came_is_pointed_out(ada: Client, world: World) -> None:
    text = text_of(page(ada, world, {**TREND, "series": [{"event": "Sined Up"}]}))
    assert "No event called “Sined Up” has arrived so far. Did you mean “Signed Up”?" in text
    wrong = {**FUNNEL, "steps": [{"event": "Sined Up"}, {"event": "Board Created"}], "exclude": [{"event": "Sined Up"}]}
    (meant,) = re.findall(r'<a class="link" href="([^"]+)">Did you', page(ada, world, wrong).content.decode())
    asked = json.loads(parse_qs(urlsplit(html.unescape(meant)).query)["q"][0])
    assert asked == {**FUNNEL, "exclude": [{"event": "Signed Up"}]}


@pytest.mark.parametrize("text", ["", "{", "[]", '{"kind":"trend"}', '{"kind":"x"}', "[" * 5000])
def test_an_address_without_a_question_is_refused_and_can_be_mended(ada: Client, world: World, text: str) -> None:
    response = page(ada, world, text)
    assert response.status_code == 400
    assert "The question in JSON" in text_of(response)


def test_a_question_can_be_taken_along(ada: Client, world: World) -> None:
    html = page(ada, world, TREND).content.decode()
    assert f"curl http://testserver/api/v1/projects/{world.project.id}/ask" in html
    assert "| groundswell ask - --project" in html
    csv = page(ada, world, TREND, view="answer", format="csv")
    assert csv["Content-Disposition"] == 'attachment; filename="answer.csv"'
    assert "2026-01-05,Signed Up,,3" in csv.content.decode().splitlines()
    assert page(ada, world, TREND, view="answer", format="png").content.startswith(b"\x89PNG")


def test_a_chart_is_described_for_the_browser(ada: Client, world: World) -> None:
    described = json.loads(page(ada, world, TREND, view="answer", format="vega", theme="dark").content)
    assert described["config"]["background"] == "#191c1a"
    assert {value["value"] for value in described["data"]["values"]} == {0, 3}


def test_a_slow_answer_is_waited_for_by_the_page_that_stands_already(
    ada: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desks.desk, "begin", lambda *_: None)
    monkeypatch.setattr(desks.desk, "ask", lambda *_, **__: None)
    response = page(ada, world, FUNNEL)
    assert response.status_code == 200
    assert "The answer comes in a moment." in text_of(response)
    assert f'hx-get="/p/{world.project.id}/insights/waiting?q=' in response.content.decode()


def test_a_stopped_store_leaves_the_sentence(ada: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: Any, **__: Any) -> None:
        raise Refusal(503, "store_unavailable", "The event store is stopped.")

    monkeypatch.setattr(desks, "ask", stopped)
    response = page(ada, world, FUNNEL)
    assert response.status_code == 503
    assert "The event store is stopped." in text_of(response)
    assert "how many went on to" in text_of(response)


def test_a_funnel_shows_how_long_people_took(ada: Client, world: World) -> None:
    response = page(ada, world, {**FUNNEL, "show": "times"})
    text = text_of(response)
    assert "Half of them took 1d or less" in text  # two took exactly one
    assert "22h – 1d 2 100.0%" in text
    assert "2 1 1d 1d 1d 1d" in text  # finished, did not, and the quarters
    html = response.content.decode().replace("&quot;", '"')
    assert quote('{"finished":false}', safe="") in html
    assert 'value="times" aria-current="true"' in html


def test_a_funnel_shows_how_it_changes_over_time(ada: Client, world: World) -> None:
    text = text_of(page(ada, world, {**FUNNEL, "show": "over_time"}))
    assert "Share that finished, by when they started" in text
    assert "Mon, Jan 5, 2026 3 2 66.7% 1d" in text
    split = text_of(page(ada, world, {**FUNNEL, "show": "over_time", "breakdown": "plan"}))
    assert "66.7% of 3" in split
    assert "free" in split


def test_the_view_is_changed_like_any_word(ada: Client, world: World) -> None:
    asked = question_of(page(ada, world, FUNNEL, view="change", what="show", value="over_time"))
    assert asked == {**FUNNEL, "show": "over_time"}
    assert "over_time" not in page(ada, world, TREND).content.decode()  # a trend has no views


def test_nobody_in_these_days_is_said_so(ada: Client, world: World) -> None:
    before = {"date_from": "2025-01-01", "date_to": "2025-01-31"}
    assert "Nobody took the first step in these days." in text_of(page(ada, world, {**FUNNEL, **before}))
    assert "Nobody took the first step in these days." in text_of(
        page(ada, world, {**FUNNEL, "show": "over_time", **before})
    )
    assert "Nobody got that far in these days." in text_of(page(ada, world, {**FUNNEL, "show": "times", **before}))
    assert "Nothing of this happened in these days." in text_of(page(ada, world, {**TREND, **before}))


def test_hostile_names_are_only_text(ada: Client, world: World) -> None:
    name = '<img src=x onerror=alert(1)>"\u202e' + "x" * 150
    world.send(track("ada", name, "2026-01-05T10:00:00Z", plan="<b>free</b>"))
    html = page(ada, world, {**TREND, "series": [{"event": name}], "breakdown": "plan"}).content.decode()
    assert "<img src=x" not in html
    assert "<b>free" not in html
    assert "&lt;b&gt;free&lt;/b&gt;" in html


def test_the_page_speaks_korean(ada: Client, world: World) -> None:
    ada.cookies["groundswell_language"] = "ko"
    text = text_of(page(ada, world, FUNNEL))
    assert "이어 간 비율은 얼마인가요?" in text
    assert "3명 시작 · 66.7% 완료" in text


def test_a_stranger_sees_nothing(world: World, ada: Client) -> None:
    stranger = Client()
    for view in ("ask", "change", "answer"):
        assert page(stranger, world, FUNNEL, view=view).status_code == 302
        assert "/sign-in" in page(stranger, world, FUNNEL, view=view)["Location"]


def test_weeks_that_the_days_cut_off_say_so_also_where_people_are_followed(ada: Client, world: World) -> None:
    # The dates begin on a Wednesday and end on a Tuesday.
    world.send(*(track("ada", "A", f"2026-01-{day:02}T10:00:00Z") for day in (7, 13, 20)))
    days = {"date_from": "2026-01-07", "date_to": "2026-01-20"}
    lifecycle = {"kind": "lifecycle", "event": "A", "interval": "week", **days}
    assert "Jan 5, 2026 5 of 7 days" in text_of(page(ada, world, lifecycle))
    retention = {"kind": "retention", "start": {"event": "A"}, "return": {"event": None}, "period": "week", **days}
    text = text_of(page(ada, world, retention))
    assert "2 of 7 days" in text
    assert "5 of 7 days" in text
