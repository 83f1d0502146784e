"""Retention, lifecycle and stickiness of a world of 15 events, worked out by hand.

UTC; weeks begin on 5, 12, 19, 26 January 2026. S Signed Up, O Opened. Zoe's last event says how far the data goes.

            5 Jan          12 Jan       19 Jan       26 Jan       2 Feb
    ada     S web 5th, O   O 14th                    O 28th
    ben     S app 11th                  S web 19th
    cleo                   S web 12th                             O 2nd
    dan     O 8th (no sign-up), O 9th   O 20th
    eve     on her phone: O 6th; on the 13th she turns out to be eve: S web
    zoe                                                           O 2nd

    Ada and Ben work for Acme, Cleo for Bolt.
"""

import json
from typing import Any

import pytest
from django.utils import translation

from groundswell.conditions.wording import plain
from groundswell.insights.activity import planned, sql_of
from groundswell.insights.edits import changed
from groundswell.insights.kinds import actors, check, check_cell, counts_accounts, sentence
from groundswell.insights.retention.question import Retention
from groundswell.insights.service import ask
from groundswell.kernel.errors import Refusal
from groundswell.workspace.types import Role
from tests.visitors import member
from tests.world import World, group, identify, track

DAYS = {"date_from": "2026-01-05", "date_to": "2026-01-25"}
RETENTION: dict[str, Any] = {
    "kind": "retention", "start": {"event": "Signed Up", "first_time": True}, "return": {"event": None},
    "period": "week", "periods": 4, **DAYS,
}  # fmt: skip
LIFECYCLE: dict[str, Any] = {"kind": "lifecycle", "event": "Opened", "interval": "week", **DAYS}
STICKINESS: dict[str, Any] = {"kind": "stickiness", "event": "Opened", "unit": "week", **DAYS}


@pytest.fixture
def whiteboard(world: World) -> World:
    def did(user: str, event: str, at: str, **properties: Any) -> dict[str, Any]:
        return track(user, {"S": "Signed Up", "O": "Opened"}[event], f"2026-{at}T10:00:00Z", **properties)

    world.send(
        *(group(user, "acme", at="2026-01-01T00:00:00Z") for user in ("ada", "ben")),
        group("cleo", "bolt", at="2026-01-01T00:00:00Z"), identify("ada", at="2026-01-01T00:00:00Z", plan="pro"),
        did("ada", "S", "01-05", via="web"), did("ada", "O", "01-05"), did("ada", "O", "01-14"),
        did("ada", "O", "01-28"), did("ben", "S", "01-11", via="app"), did("ben", "S", "01-19", via="web"),
        did("cleo", "S", "01-12", via="web"), did("cleo", "O", "02-02"), did("dan", "O", "01-08"),
        did("dan", "O", "01-09"), did("dan", "O", "01-20"), did("~phone", "O", "01-06"),
        identify("eve", "phone", at="2026-01-13T09:00:00Z"), did("eve", "S", "01-13", via="web"),
        did("zoe", "O", "02-02"),
    )  # fmt: skip
    return world


def rows(world: World, question: dict[str, Any], **more: Any) -> list[list[Any]]:
    return ask(world.project, {**question, **more}).rows


def returned(world: World, **more: Any) -> dict[Any, list[Any]]:
    """The column returned, cohort by cohort (and value by value)."""
    found: dict[Any, list[Any]] = {}
    for cohort, size, _period, count, _share, *value in rows(world, RETENTION, **more):
        found.setdefault((cohort, *value) if value else cohort, [size]).append(count)
    return found


# Retention


def test_those_who_began_in_a_week_are_looked_for_in_the_weeks_after_it(whiteboard: World) -> None:
    # 5 January: Ada and Ben. Ada is back in weeks 1 and 3, Ben in week 2. 12 January: Cleo, back in her week 3 on
    # 2 February, and Eve. The week of 2 February is not over at its first morning.
    answer = ask(whiteboard.project, RETENTION)
    assert answer.columns == ("cohort", "size", "period", "returned", "share")
    assert answer.rows == [
        ["2026-01-05", 2, 0, 2, 1.0], ["2026-01-05", 2, 1, 1, 0.5], ["2026-01-05", 2, 2, 1, 0.5],
        ["2026-01-05", 2, 3, 1, 0.5],
        ["2026-01-12", 2, 0, 2, 1.0], ["2026-01-12", 2, 1, 0, 0.0], ["2026-01-12", 2, 2, 0, 0.0],
        ["2026-01-12", 2, 3, None, None],
        ["2026-01-19", 0, 0, 0, 0.0], ["2026-01-19", 0, 1, 0, 0.0], ["2026-01-19", 0, 2, None, None],
        ["2026-01-19", 0, 3, None, None],
    ]  # fmt: skip


def test_without_first_time_somebody_begins_in_every_period_with_a_start(whiteboard: World) -> None:
    # Ben also in the week of the 19th; nobody of it is back by the 26th.
    found = returned(whiteboard, start={"event": "Signed Up"})
    assert found["2026-01-19"] == [1, 1, 0, None, None]
    assert found["2026-01-05"] == [2, 2, 1, 1, 1]


def test_rolling_counts_who_was_back_then_or_later(whiteboard: World) -> None:
    # Of 5 January Ada is there to the end, Ben until week 2. Cleo, back on 2 February, counts in weeks 1 and 2.
    found = returned(whiteboard, mode="rolling")
    assert found["2026-01-05"] == [2, 2, 2, 2, 1]
    assert found["2026-01-12"] == [2, 2, 1, 1, None]


def test_days_and_months_are_periods_too(whiteboard: World) -> None:
    # Ben, two days after the 11th and later: not there. Of January's four new ones Cleo is seen in February, not over.
    by_day = returned(whiteboard, period="day", date_from="2026-01-11", date_to="2026-01-11", periods=9)
    assert by_day == {"2026-01-11": [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]}
    by_month = returned(whiteboard, period="month", date_from="2026-01-01", date_to="2026-01-31", periods=2)
    assert by_month == {"2026-01-01": [4, 4, None]}


def test_cohorts_are_split_by_the_event_that_began_them(whiteboard: World) -> None:
    found = returned(whiteboard, breakdown="via", start={"event": "Signed Up"})
    assert found["2026-01-05", "web"] == [1, 1, 1, 0, 1]  # Ada
    assert found["2026-01-05", "app"] == [1, 1, 0, 1, 0]  # Ben, whose return was from the web
    assert found["2026-01-19", "web"][0] == 1
    assert list(dict.fromkeys(value for _, value in found)) == ["app", "web"]
    assert ask(whiteboard.project, {**RETENTION, "breakdown": "via"}).columns[-1] == "breakdown"


def test_cohorts_are_split_by_traits_of_people(whiteboard: World) -> None:
    found = returned(whiteboard, breakdown="person.plan")
    assert found["2026-01-05", "pro"][:2] == [1, 1]
    assert found["2026-01-05", None][:2] == [1, 1]


def test_accounts_come_back_when_anybody_of_them_does(whiteboard: World) -> None:
    # Acme begins with Ada and Ben on 5 January and is there each week; Bolt with Cleo; Eve has no company.
    found = returned(whiteboard, count="accounts")
    assert found["2026-01-05"] == [1, 1, 1, 1, 1]
    assert found["2026-01-12"] == [1, 1, 0, 0, None]


def test_first_time_looks_at_all_history(whiteboard: World) -> None:
    late = returned(whiteboard, date_from="2026-01-19", date_to="2026-01-25")
    assert late["2026-01-19"][0] == 0  # Ben signed up before


# Lifecycle


def test_everybody_has_a_status_in_each_period(whiteboard: World) -> None:
    # Week of the 5th: Ada, Dan and Eve (by her phone) are new. 12th: Ada stays, Dan and Eve stay away. 19th: Dan comes
    # back, Ada stays away.
    assert rows(whiteboard, LIFECYCLE) == [
        ["2026-01-05", "new", 3], ["2026-01-05", "returning", 0], ["2026-01-05", "resurrecting", 0],
        ["2026-01-05", "dormant", 0],
        ["2026-01-12", "new", 0], ["2026-01-12", "returning", 1], ["2026-01-12", "resurrecting", 0],
        ["2026-01-12", "dormant", 2],
        ["2026-01-19", "new", 0], ["2026-01-19", "returning", 0], ["2026-01-19", "resurrecting", 1],
        ["2026-01-19", "dormant", 1],
    ]  # fmt: skip


def test_new_looks_at_all_history_and_the_period_before_is_a_whole_one(whiteboard: World) -> None:
    # From Saturday the 10th on nobody opened in that week. In the week before (29 December on) nobody did either.
    found = rows(whiteboard, LIFECYCLE, date_from="2026-01-10", date_to="2026-01-18")
    assert [row[2] for row in found] == [0, 0, 0, 0, 0, 0, 1, 0]  # Ada on the 14th: neither new nor there on the 10th


# Stickiness


def test_people_are_counted_by_the_number_of_weeks_in_which_they_came(whiteboard: World) -> None:
    # Ada and Dan in two weeks each, Eve in one.
    assert rows(whiteboard, STICKINESS) == [[1, 1, 1.0], [2, 2, 2 / 3], [3, 0, 0.0]]


def test_days_count_once_however_often_somebody_came(whiteboard: World) -> None:
    # Any event: Ada on 2 days, Ben on 2, Cleo on 1, Dan on 3, Eve on 2.
    found = rows(whiteboard, STICKINESS, event=None, unit="day")
    assert [row[:2] for row in found[:4]] == [[1, 1], [2, 3], [3, 1], [4, 0]]
    assert len(found) == 21


def test_more_periods_than_a_word_has_bits_are_counted_too(whiteboard: World) -> None:
    # Half a year by day: Ada on 3 days (5, 14, 28 January), Dan on 3, Eve, Cleo and Zoe on one each.
    found = rows(whiteboard, STICKINESS, unit="day", date_from="2025-09-01", date_to="2026-02-28")
    assert [row[1] for row in found[:4]] == [3, 0, 2, 0]
    # Ada signed up on the 5th, and is seen on the 9th and 23rd day after it; Ben's cohort is the 11th, 8 days later.
    by_day = returned(whiteboard, period="day", date_from="2025-11-01", date_to="2026-01-11", periods=24)
    assert [place for place, count in enumerate(by_day["2026-01-05"][1:]) if count] == [0, 9, 23]
    assert [place for place, count in enumerate(by_day["2026-01-11"][1:]) if count] == [0, 8]
    status = rows(whiteboard, LIFECYCLE, interval="day", date_from="2025-11-01", date_to="2026-01-31")
    assert {(row[0], row[1]): row[2] for row in status}["2026-01-28", "resurrecting"] == 1  # Ada, on the 89th day


# All of them


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "retention", "start": None}, "start"),
        ({"kind": "retention", "start": {"event": 3}}, "start.event"),
        ({"kind": "retention", "periods": 0}, "periods"),
        ({"kind": "retention", "period": "hour"}, "period"),
        ({"kind": "retention", "mode": "unbounded"}, "mode"),
        ({"kind": "retention", "period": "day", "periods": 1_024}, "date_from"),
        ({"kind": "lifecycle", "interval": "hour"}, "interval"),
        ({"kind": "stickiness", "unit": "hour"}, "unit"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_names_the_field(change: dict[str, Any], field: str) -> None:
    asked = {"retention": RETENTION, "lifecycle": LIFECYCLE, "stickiness": STICKINESS}[change["kind"]]
    with pytest.raises(Refusal) as refused:
        check({**asked, **change}, "UTC")
    assert list(refused.value.fields) == [field]


def test_an_event_has_to_be_named_or_null() -> None:
    with pytest.raises(Refusal, match="`event` is missing"):
        check({name: value for name, value in LIFECYCLE.items() if name != "event"}, "UTC")


def cells(question: dict[str, Any], found: list[list[Any]]) -> list[tuple[dict[str, Any], int]]:
    """Every cell of an answer, and how many stand behind it."""
    split = bool(question.get("breakdown"))
    told = []
    for row in found:
        value = {"breakdown": row[-1]} if split else {}
        if question["kind"] == "retention" and row[3] is not None:
            told.append(({"cohort": row[0], "period": row[2], **value}, row[3]))
            told.append(({"cohort": row[0], "period": row[2], "returned": False, **value}, row[1] - row[3]))
        elif question["kind"] == "lifecycle":
            told.append(({"period": row[0], "status": row[1], **value}, row[2]))
        elif question["kind"] == "stickiness":
            told.append(({"days_active": row[0], **value}, row[1]))
    return told


@pytest.mark.parametrize("asked", [RETENTION, LIFECYCLE, STICKINESS], ids=lambda asked: asked["kind"])
@pytest.mark.parametrize(
    "more", [{}, {"breakdown": "via"}, {"breakdown": ["person.plan", "via"]}, {"count": "accounts"}]
)
def test_behind_every_number_stand_as_many_as_it_says(
    whiteboard: World, asked: dict[str, Any], more: dict[str, Any]
) -> None:
    asked = {**asked, **more}
    question = check(asked, "UTC")
    told = cells(asked, ask(whiteboard.project, asked).rows)
    assert any(count for _, count in told)
    for named, count in told:
        cell = check_cell(question, named)
        assert len(actors(whiteboard.project.id, question, cell)) == count, named
        assert counts_accounts(question, cell) == (more.get("count") == "accounts")
        assert check_cell(question, cell.as_json() if "breakdown" in more else named) == cell


def test_whole_days_are_read_from_the_rollup_and_conditions_on_properties_from_events() -> None:
    question = check(RETENTION, "UTC")
    assert isinstance(question, Retention)
    plan = planned(1, question.start, question, [question.days])
    assert sql_of(plan, ["day"], ["count()"]) == (
        "SELECT actor, count()\n"
        "FROM (SELECT id AS actor, day\n"
        "FROM scope.rollup AS e\n"
        "WHERE (day BETWEEN {p0:Date} AND {p1:Date}) AND event = {p2:String})\n"
        "GROUP BY actor"
    )
    narrowed = check({**RETENTION, "count": "accounts"}, "UTC")
    assert isinstance(narrowed, Retention)
    assert "FROM scope.events AS e\nWHERE account != 0 AND event" in sql_of(
        planned(1, narrowed.start, narrowed, [narrowed.days]), ["timestamp"], ["count()"]
    )


@pytest.mark.parametrize(
    ("asked", "english", "korean"),
    [
        (
            RETENTION,
            "Of the people who did Signed Up for the first time ever in Jan 5, 2026 – Jan 25, 2026, how many came back"
            " to do any event in each period, week by week over 4 weeks?",
            "생애 처음으로",
        ),
        (
            LIFECYCLE,
            "Of the people who did Opened, show week by week in Jan 5, 2026 – Jan 25, 2026 who is new, who is still"
            " there, who came back and who stayed away.",
            "떠났는지",
        ),
        (STICKINESS, "On how many weeks of Jan 5, 2026 – Jan 25, 2026 did people do Opened?", "몇 주나 했나요?"),
    ],
    ids=["retention", "lifecycle", "stickiness"],
)  # fmt: skip
def test_a_question_can_be_read_aloud(asked: dict[str, Any], english: str, korean: str) -> None:
    question = check(asked, "UTC")
    said = plain(sentence(question, asked))
    assert said == english
    with translation.override("ko"):
        assert korean in plain(sentence(question, asked))


def test_its_words_change_one_at_a_time() -> None:
    def now(asked: dict[str, Any], what: str, **given: str) -> dict[str, Any]:
        return changed(asked, what, given, lambda name: frozenset())

    assert now(RETENTION, "start.first_time", value="")["start"]["first_time"] is False
    assert now(RETENTION, "periods", value="8")["periods"] == 8
    assert now(RETENTION, "mode", value="rolling")["mode"] == "rolling"
    assert now(RETENTION, "return.event", value="Opened")["return"]["event"] == "Opened"
    assert now(LIFECYCLE, ".event", value="Signed Up")["event"] == "Signed Up"
    assert now(LIFECYCLE, ".where.add", name="via", operator="is", value="web")["where"] == {"via": "web"}
    as_retention = now(STICKINESS, "kind", value="retention")
    assert (as_retention["start"]["event"], as_retention["return"]) == ("Opened", {"event": None})
    assert now(RETENTION, "kind", value="stickiness")["event"] == "Signed Up"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [(RETENTION, "50%"), (LIFECYCLE, "Still there"), (STICKINESS, "3 were there, half of them on at least 2 weeks")],
    ids=["retention", "lifecycle", "stickiness"],
)  # fmt: skip
def test_its_page_shows_the_numbers_and_each_opens_who_is_behind_it(
    whiteboard: World, asked: dict[str, Any], expected: str
) -> None:
    ada = member(whiteboard.project, "ada", Role.VIEWER)
    shown = ada.get(f"/p/{whiteboard.project.id}/insights/ask", {"q": json.dumps(asked)}).content.decode()
    assert expected in shown.replace("50.0%", "50%")
    behind = shown.split("/insights/who?", 1)[1].split('"', 1)[0].replace("&amp;", "&")
    people = ada.get(f"/p/{whiteboard.project.id}/insights/who?{behind}").content.decode()
    assert "did " in people
