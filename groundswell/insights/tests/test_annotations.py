"""What happened beside the numbers: written down, listed, and shown on charts over time."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import translation

from groundswell.insights import annotations as kept
from groundswell.insights.annotations import Annotation, Sort
from groundswell.insights.charts import Look
from groundswell.insights.formats import FORMATS
from groundswell.insights.intervals import periods
from groundswell.insights.kinds import check
from groundswell.insights.marks import Mark, marks_of, periods_of
from groundswell.insights.pictures import chart
from groundswell.insights.types import Answer
from groundswell.kernel.errors import Refusal
from groundswell.workspace.service import issue_key
from groundswell.workspace.types import Caller, KeyKind, Role
from tests.visitors import member
from tests.world import World, track

ME = Caller(is_operator=True)
DAYS = {"date_from": "2026-01-05", "date_to": "2026-01-18"}
TREND = {"kind": "trend", "series": [{"event": "Signed Up"}], **DAYS}


def write(world: World, on: str, text: str = "Version 2.0", **more: str) -> Annotation:
    return kept.annotate(ME, world.project, on=on, text=text, by="ada", **more)


def texts(world: World, **more: Any) -> list[str]:
    return [each.text for each in kept.annotations(world.project, **more).items]


@pytest.fixture
def seoul(open_store: None, transactional_db: None, tmp_path: Path) -> World:
    return World(tmp_path, tz="Asia/Seoul")


# Writing down --------------------------------------------------------------------------------------------------------


def test_a_day_is_kept_as_one_and_an_instant_in_the_project_s_zone(seoul: World) -> None:
    for on, shown, day in (
        ("2026-01-05", "2026-01-05", 5),
        ("2026-01-05T08:30", "2026-01-05T08:30+09:00", 5),
        ("2026-01-05T20:30Z", "2026-01-06T05:30+09:00", 6),
    ):
        found = write(seoul, on)
        assert (found.on("Asia/Seoul"), found.day) == (shown, date(2026, 1, day))


def test_the_latest_comes_first_and_days_may_be_chosen(seoul: World) -> None:
    # In Seoul the 6th begins at 15:00 of the 5th in UTC.
    for on in ("2026-01-05T14:59Z", "2026-01-05T15:00Z", "2026-01-06", "2026-01-07", "2026-01-05"):
        write(seoul, on, on)
    assert set(texts(seoul, first=date(2026, 1, 6), last=date(2026, 1, 6))) == {"2026-01-05T15:00Z", "2026-01-06"}
    assert texts(seoul, first=date(2026, 1, 7)) == ["2026-01-07"]
    assert texts(seoul)[0] == "2026-01-07"
    assert texts(seoul, size=2, number=3) == texts(seoul)[4:]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"on": "2026-02-30"}, "on"),
        ({"on": "yesterday"}, "on"),
        ({"on": "1969-01-01"}, "on"),
        ({"on": "0001-01-01T00:00+14:00"}, "on"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 201}, "text"),
        ({"kind": "party"}, "kind"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"link": "https://"}, "link"),
        ({"link": "http://[x"}, "link"),
        ({"link": "https://example.com/" + "x" * 500}, "link"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(world: World, given: dict[str, str], field: str) -> None:
    found = write(world, "2026-01-05", link="https://example.com/notes")
    whole: dict[str, Any] = {"on": "2026-01-05", "text": "Version 2.0", "by": "ada", **given}
    for attempt in (
        lambda: kept.annotate(ME, world.project, **whole),
        lambda: kept.change(ME, world.project, found.id, **given),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert (refused.value.status, set(refused.value.fields)) == (400, {field})
    assert kept.annotations(world.project).items == [found]


def test_another_project_s_annotation_is_not_there(world: World, tmp_path: Path) -> None:
    found = write(world, "2026-01-05")
    other = World(tmp_path / "other")
    for attempt in (
        lambda: kept.annotation(other.project, found.id),
        lambda: kept.change(ME, other.project, found.id, text="Mine"),
        lambda: kept.remove(ME, other.project, found.id),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.status == 404
    assert (texts(world), texts(other)) == (["Version 2.0"], [])


# Where they stand ----------------------------------------------------------------------------------------------------


def places(world: World, tz: str = "UTC", **more: Any) -> list[tuple[int, str, list[str]]]:
    """Number, period and texts of the marks on a trend that nobody did."""
    question = check({**TREND, **more}, tz)
    rows = [[name, "Signed Up", None, 0] for name in periods(question.days, question.interval).values()]  # type: ignore[attr-defined]
    marks = marks_of(world.project.id, Answer(question, (), rows, "", 1.0))
    return [(mark.number, mark.period, [each.text for each in mark.annotations]) for mark in marks]


def test_a_mark_stands_at_its_day_week_or_month(world: World) -> None:
    for on, text in (("2026-01-06", "a"), ("2026-01-06T10:00", "b"), ("2026-01-18", "c"), ("2026-01-19", "after")):
        write(world, on, text)
    assert places(world) == [(1, "2026-01-06", ["a", "b"]), (2, "2026-01-18", ["c"])]
    assert places(world, interval="week") == [(1, "2026-01-05", ["a", "b"]), (2, "2026-01-12", ["c"])]
    assert places(world, interval="month") == [(1, "2026-01-01", ["a", "b", "c"])]
    assert places(world, interval="whole") == []


def test_an_instant_stands_at_its_hour_and_a_whole_day_at_its_first(world: World) -> None:
    # New York leaves summer time on November 1st: 5:30 and 6:30 UTC are both half past one there.
    for on in ("2026-11-01T05:30Z", "2026-11-01T06:30Z", "2026-11-01", "2026-11-02"):
        write(world, on, on)
    day = {"interval": "hour", "date_from": "2026-11-01", "date_to": "2026-11-01"}
    assert places(world, "America/New_York", **day) == [
        (1, "2026-11-01T00:00-04:00", ["2026-11-01"]),
        (2, "2026-11-01T01:00-04:00", ["2026-11-01T05:30Z"]),
        (3, "2026-11-01T01:00-05:00", ["2026-11-01T06:30Z"]),
    ]


def test_an_instant_stands_at_the_day_of_the_project_s_zone(world: World) -> None:
    write(world, "2026-01-05T20:00Z", "evening")
    assert places(world, "Asia/Seoul")[0][1] == "2026-01-06"


def test_the_periods_are_those_of_the_first_line() -> None:
    first, second, before = ["2026-01-05"], ["2026-01-06"], ["2026-01-03"]
    assert periods_of([first, second, first, second]) == ["2026-01-05", "2026-01-06"]  # another line
    assert periods_of([first, second, before]) == ["2026-01-05", "2026-01-06"]  # the days before
    assert periods_of([first, first, second, second, first]) == ["2026-01-05", "2026-01-06"]  # statuses
    autumn = [["2026-10-25T02:00+02:00"], ["2026-10-25T02:00+01:00"], ["2026-10-25T03:00+01:00"]]
    assert len(periods_of(autumn)) == 3
    assert periods_of([]) == []


def test_only_charts_over_time_have_marks(world: World) -> None:
    write(world, "2026-01-06")
    question = check({"kind": "funnel", "steps": [{"event": "A"}], "window": "1d", **DAYS}, "UTC")
    assert marks_of(world.project.id, Answer(question, (), [[1, "A", None, 1, 1.0, 1.0, None]], "", 1.0)) == ()


# Pictures ------------------------------------------------------------------------------------------------------------


def drawn(world: World, asked: dict[str, Any], rows: list[list[Any]]) -> tuple[Answer, tuple[Mark, ...]]:
    answer = Answer(check(asked, "UTC"), (), rows, "", 1.0)
    return answer, marks_of(world.project.id, answer)


WEEKS: list[list[Any]] = [["2026-01-05", "Signed Up", None, 3], ["2026-01-12", "Signed Up", None, 4]]
STATUSES = ("new", "returning", "resurrecting", "dormant")
LIFECYCLE: list[list[Any]] = [[week, status, 2] for week in ("2026-01-05", "2026-01-12") for status in STATUSES]


@pytest.mark.parametrize(
    ("asked", "rows"),
    [({**TREND, "interval": "week"}, WEEKS), ({"kind": "lifecycle", "event": None, **DAYS}, LIFECYCLE)],
    ids=["trend", "lifecycle"],
)
def test_a_picture_has_the_mark_and_says_what_happened(
    world: World, asked: dict[str, Any], rows: list[list[Any]]
) -> None:
    write(world, "2026-01-14", "Version 2.0 & <b>more</b>", kind="release")
    answer, marks = drawn(world, asked, rows)
    definition = chart(answer, marks=marks).to_dict()
    rule = next(layer for layer in definition["layer"] if layer["mark"].get("type") == "rule")
    assert rule["encoding"]["x"]["field"] == definition["layer"][0]["encoding"]["x"]["field"]
    (value,) = rule["data"]["values"]
    assert (value["period"], value["number"]) == ("2026-01-12", "1")
    texts = "".join(ElementTree.fromstring(FORMATS["svg"].write(answer, Look(), marks)).itertext())
    assert "[1] Jan 14, 2026 · Release: Version 2.0 & <b>more</b>" in texts
    assert FORMATS["png"].write(answer, Look(), marks).startswith(b"\x89PNG")


def test_a_picture_tells_a_few_and_how_many_more(world: World) -> None:
    for number in range(11):
        write(world, "2026-01-14", f"Release {number}")
    answer, marks = drawn(world, {**TREND, "interval": "week"}, WEEKS)
    lines = chart(answer, marks=marks).to_dict()["title"]["subtitle"]
    assert len(lines) == 10  # the days, eight annotations, and the rest
    assert lines[-1] == "and 3 more"


def test_a_picture_tells_in_the_reader_s_language(world: World) -> None:
    write(world, "2026-01-14", kind="incident")
    with translation.override("ko"):
        answer, marks = drawn(world, {**TREND, "interval": "week"}, WEEKS)
    assert (
        chart(answer, Look("ko"), marks=marks).to_dict()["title"]["subtitle"][1]
        == "[1] 2026. 1. 14. · 장애: Version 2.0"
    )


# Pages ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ada(world: World) -> Client:
    world.send(track("ada", "Signed Up", "2026-01-05T10:00:00Z"))
    return member(world.project, "ada", Role.EDITOR)


FORM = {"day": "2026-01-06", "time": "", "kind": "release", "text": "Version <2>", "link": "https://example.com/2"}


def asked(client: Client, world: World, question: dict[str, Any]) -> str:
    return client.get(f"/p/{world.project.id}/insights/ask", {"q": json.dumps(question)}).content.decode()


def test_it_is_written_down_beside_a_chart_and_stands_there(ada: Client, world: World) -> None:
    text = asked(ada, world, TREND)
    here = re.search(r'name="next" value="([^"]+)"', text)
    assert here
    back = here[1].replace("&amp;", "&").replace("&quot;", '"')
    sent = ada.post(f"/p/{world.project.id}/annotations/", {**FORM, "next": back})
    assert (sent.status_code, sent["Location"]) == (302, back)
    page = ada.get(back).content.decode()
    assert '<g class="note-mark">' in page
    assert '<li value="1"><b>1</b>' in page
    assert (
        '<a class="link" href="https://example.com/2" rel="noopener noreferrer nofollow"><bdi>Version &lt;2&gt;</bdi>'
        in page
    )
    assert "Jan 6, 2026</time> · Release" in page


def test_lifecycle_has_marks_too(ada: Client, world: World) -> None:
    write(world, "2026-01-06")
    text = asked(ada, world, {"kind": "lifecycle", "event": None, **DAYS})
    assert text.count('<g class="note-mark">') == 1
    assert "<bdi>Version 2.0</bdi>" in text


def test_one_is_changed_and_taken_away(ada: Client, world: World) -> None:
    found = write(world, "2026-01-06T14:30", kind="campaign")
    root = f"/p/{world.project.id}/annotations/"
    page = ada.get(f"{root}{found.id}").content.decode()
    assert 'value="14:30"' in page
    ada.post(f"{root}{found.id}", {**FORM, "time": "09:05"})
    changed = kept.annotation(world.project, found.id)
    assert (changed.on("UTC"), changed.sort, changed.text) == ("2026-01-06T09:05+00:00", Sort.RELEASE, "Version <2>")
    assert "Version &lt;2&gt;" in ada.get(root).content.decode()
    ada.post(f"{root}{found.id}/remove")
    assert "Nothing is written down yet" in ada.get(root).content.decode()


def test_a_mistake_is_said_and_what_was_typed_stays(ada: Client, world: World) -> None:
    sent = ada.post(f"/p/{world.project.id}/annotations/", {**FORM, "link": "javascript:alert(1)"})
    text = sent.content.decode()
    assert sent.status_code == 400
    assert "The link is no address of a page." in text
    assert 'value="Version &lt;2&gt;"' in text
    assert texts(world) == []


def test_nobody_is_sent_elsewhere_afterwards(ada: Client, world: World) -> None:
    sent = ada.post(f"/p/{world.project.id}/annotations/", {**FORM, "next": "https://example.org/"})
    assert sent["Location"] == f"/p/{world.project.id}/annotations/"


def test_viewers_see_and_change_nothing(world: World) -> None:
    found = write(world, "2026-01-06")
    ben = member(world.project, "ben", Role.VIEWER)
    root = f"/p/{world.project.id}/annotations/"
    text = ben.get(root).content.decode()
    assert "Version 2.0" in text
    assert "Write it down" not in text
    assert "+ annotation" not in asked(ben, world, TREND)
    for path in (root, f"{root}{found.id}", f"{root}{found.id}/remove"):
        assert ben.post(path, FORM).status_code == 403
    assert texts(world) == ["Version 2.0"]


def test_there_are_pages_of_them(ada: Client, world: World) -> None:
    for number in range(52):
        write(world, "2026-01-06", f"Release {number}")
    assert "51 to 52 of 52" in re.sub(
        r"<[^>]+>", "", ada.get(f"/p/{world.project.id}/annotations/?page=2").content.decode()
    )


def test_what_was_done_is_written_down(ada: Client, world: World) -> None:
    ada.post(f"/p/{world.project.id}/annotations/", FORM)
    olga = member(world.project, "olga", Role.OWNER)
    text = olga.get(f"/p/{world.project.id}/audit").content.decode()
    assert "Added an annotation" in text
    assert "Version &lt;2&gt;" in text


# API -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def secret(world: World) -> str:
    return issue_key(project=world.project.id, kind=KeyKind.SECRET)


def api(world: World, secret: str, method: str, path: str = "", body: Any = None) -> HttpResponse:
    return Client().generic(  # type: ignore[return-value]
        method, f"/api/v1/projects/{world.project.id}/annotations{path}", json.dumps(body) if body else "",
        content_type="application/json", headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip


def test_a_deployment_writes_itself_down_over_http(world: World, secret: str) -> None:
    given = {"on": "2026-01-06T10:00", "text": "Deploy 311", "kind": "release", "link": "https://example.com/311"}
    made = json.loads(api(world, secret, "POST", "", given).content)
    assert {name: made[name] for name in given} == {**given, "on": "2026-01-06T10:00+00:00"}
    assert made["made_by"] == "API"
    path = f"/{made['id']}"
    assert json.loads(api(world, secret, "PUT", path, {"text": "Deploy 312"}).content)["text"] == "Deploy 312"
    assert json.loads(api(world, secret, "GET", path).content)["link"] == given["link"]
    assert api(world, secret, "DELETE", path).status_code == 200
    assert api(world, secret, "GET", path).status_code == 404
    assert api(world, secret, "POST", "", {**given, "kind": "party"}).status_code == 400


def test_they_are_listed_by_days_in_pages(world: World, secret: str) -> None:
    for day in range(1, 8):
        write(world, f"2026-01-0{day}", str(day))

    def listed(query: str) -> tuple[list[str], int, Any]:
        found = json.loads(api(world, secret, "GET", query).content)
        return [each["text"] for each in found["annotations"]], found["total"], found["next"]

    assert listed("?from=2026-01-03&to=2026-01-05") == (["5", "4", "3"], 3, None)
    assert listed("?limit=3&page=2") == (["4", "3", "2"], 7, 3)
    refused = api(world, secret, "GET", "?from=monday")
    assert (refused.status_code, set(json.loads(refused.content)["error"]["fields"])) == (400, {"from"})


def test_pictures_over_http_have_them(world: World, secret: str) -> None:
    world.send(track("ada", "Signed Up", "2026-01-05T10:00:00Z"))
    write(world, "2026-01-06", "Version 2.0")
    found = Client().post(
        f"/api/v1/projects/{world.project.id}/ask?format=svg", json.dumps(TREND), content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip
    assert "[1] Jan 6, 2026 · Version 2.0" in found.content.decode()
