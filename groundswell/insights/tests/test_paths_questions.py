"""Questions about paths: what is refused, what is asked of the store, how they are said and changed word by word."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from groundswell.conditions.wording import plain
from groundswell.insights.edits import changed
from groundswell.insights.kinds import check, check_cell, kind_of, sentence
from groundswell.insights.paths import passes
from groundswell.insights.paths.marks import HERE, NOWHERE, TARGETS, parts_of
from groundswell.insights.paths.moves import Moves
from groundswell.insights.paths.plan import planned, sql_of
from groundswell.insights.paths.question import Paths
from groundswell.kernel.errors import Refusal
from tests.world import World

DAYS = {"date_from": "2026-01-01", "date_to": "2026-01-31"}
PATHS: dict[str, Any] = {"kind": "paths", **DAYS}
SIGN_UP, PAID = {"event": "Signed Up"}, {"event": "Paid", "where": {"plan": "pro"}}


def checked(**question: Any) -> Paths:
    found = check({**PATHS, **question}, "UTC")
    assert isinstance(found, Paths)
    return found


def test_a_question_as_it_was_understood() -> None:
    assert checked(start=SIGN_UP).as_json() == {
        "kind": "paths", "start": {"event": "Signed Up", "where": {}}, "end": None, "steps": 5, "exclude": [],
        "apart": [], **DAYS, "timezone": "UTC", "breakdown": None, "count": "people",
    }  # fmt: skip
    apart = [{"event": "Page Viewed"}, {"event": None, "where": {"a": 1}, "property": "b"}]
    whole = checked(
        end=PAID, steps=20, exclude=[SIGN_UP], apart=apart, breakdown=["a", "b"], count="accounts"
    ).as_json()
    assert [each["property"] for each in whole["apart"]] == ["path", "b"]
    assert check(whole, "UTC").as_json() == whole


@pytest.mark.parametrize(
    ("question", "field", "hint"),
    [
        ({"steps": 1}, "steps", ""),
        ({"steps": 21}, "steps", ""),
        ({"steps": "5"}, "steps", ""),
        ({"start": "Signed Up"}, "start", 'Write {"event": "Signed Up"}, or leave it out.'),
        ({"start": {}}, "start.event", "Write the event's name, or null for any event."),
        ({"start": {**SIGN_UP, "label": "x"}}, "start.label", "Use one of event, where."),
        ({"end": {"event": "Paid", "where": {"plan": {"$gtt": 1}}}}, "end.where.plan.$gtt", "Did you mean $gt?"),
        ({"exclude": SIGN_UP}, "exclude", 'Write [{"event": "Page Viewed"}].'),
        ({"exclude": [{"event": None}]}, "exclude[0].event", "Name an event, or add a condition."),
        ({"start": SIGN_UP, "exclude": [SIGN_UP]}, "start.event", "Take it out of one of the two."),
        ({"end": PAID, "exclude": [{"event": "Paid"}]}, "end.event", "Take it out of one of the two."),
        ({"apart": ["Page Viewed"]}, "apart[0]", ""),
        ({"apart": [{"event": "Page Viewed", "property": 1}]}, "apart[0].property", ""),
        ({"apart": [{"event": str(number)} for number in range(6)]}, "apart", 'Write [{"event": "Page Viewed", '),
        ({"window": "14d"}, "window", ""),
        ({"interval": "day"}, "interval", ""),
        ({"count": "visits"}, "count", "Use one of people, accounts."),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_would(question: dict[str, Any], field: str, hint: str) -> None:
    with pytest.raises(Refusal) as refused:
        checked(**question)
    assert refused.value.status == 400
    assert list(refused.value.fields) == [field]
    assert hint in refused.value.hint


def test_what_is_left_out_only_here_and_there_may_still_begin_a_path() -> None:
    question = checked(start=SIGN_UP, exclude=[{"event": "Signed Up", "where": {"plan": "free"}}])
    assert [each.event for each in question.wanted] == ["Signed Up", "Signed Up"]


@pytest.mark.parametrize(
    ("question", "cell", "field"),
    [
        ({}, {"step": 6}, "cell.step"),
        ({}, {"step": 5, "target": "Paid"}, "cell.step"),
        ({}, {"step": 1, "source": ["Paid"]}, "cell.source"),
        ({}, {"step": 1, "source": {"$regex": "Paid"}}, "cell.source"),
        ({}, {"step": 1, "source": {"$in": ["Paid"], "$nin": []}}, "cell.source"),
        ({}, {"step": 1, "target": "Paid", "dropped": True}, "cell.target"),
        ({}, {"step": 1, "breakdown": "x"}, "cell.breakdown"),
        ({}, {"period": "2026-01-05"}, "cell.period"),
        ({"end": PAID}, {"step": 1, "dropped": True}, "cell.dropped"),
        ({"breakdown": "plan"}, {"step": 1}, "cell.breakdown"),
    ],
)
def test_what_is_no_cell_of_the_answer_is_refused(question: Any, cell: Any, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_cell(checked(**question), cell)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    "cell",
    [
        {"step": 2, "source": "A", "target": "B", "breakdown": "x", "dropped": False},
        {"step": 2, "source": {"$nin": ["A", "B"]}, "target": None, "breakdown": None, "dropped": True},
        {"step": 1, "source": {"$in": ["A", "B"]}, "target": {"$nin": []}, "breakdown": "x", "dropped": False},
    ],
)
def test_a_cell_is_said_as_it_was_named(cell: dict[str, Any]) -> None:
    assert check_cell(checked(breakdown="plan"), cell).as_json() == cell


# What is asked of the store ------------------------------------------------------------------------------------------


def sql(world: World, **question: Any) -> str:
    return sql_of(planned(world.project.id, checked(**question)))


def test_only_what_matters_is_read(world: World) -> None:
    assert sql(world) == (
        "SELECT id AS actor, toUnixTimestamp64Micro(timestamp) AS at, event AS node\n"
        "FROM scope.events AS e\n"
        "WHERE id BETWEEN {lo:UInt64} AND {hi:UInt64}"
    )


def test_what_an_event_may_be_are_bits(world: World) -> None:
    assert sql(world, start=SIGN_UP, exclude=[{"event": "Page Viewed"}, {"event": "Opened"}], count="accounts") == (
        "SELECT account AS actor, toUnixTimestamp64Micro(timestamp) AS at, event AS node,"
        " toUInt8(toUInt32((event = {p0:String}) * 1 + (0) * 2"
        " + ((event = {p1:String}) OR (event = {p2:String})) * 4)) AS meets\n"
        "FROM scope.events AS e\n"
        "WHERE account != 0 AND id BETWEEN {lo:UInt64} AND {hi:UInt64}"
    )


def test_values_are_read_of_what_could_begin_a_path(world: World) -> None:
    text = sql(world, start={"event": None}, breakdown="person.plan")
    assert "toUInt8(toUInt32((1) * 1 + (0) * 2 + (0) * 4)) AS meets" in text
    assert "if(bitAnd(meets, 1) != 0, trait0, '') AS raw0" in text
    assert "LEFT ANY JOIN" in text
    assert ", trait0 AS raw0" in sql(world, breakdown="person.plan")


def test_what_is_told_apart_is_named_by_its_value(world: World) -> None:
    text = sql(world, apart=[{"event": "Page Viewed", "property": "person.plan"}])
    plain = "if(startsWith(trait0, '\"'), JSONExtractString(trait0), trait0)"
    value = f"substring(if(trait0 IN ('', 'null'), '', concat('=', {plain})), 2)"
    node = f"if({value} = '', event, concat(event, ': ', {value}))"
    assert f"toLowCardinality(multiIf(event = {{p1:String}}, {node}, event)) AS node" in text
    assert "meets" not in text


# The sentence --------------------------------------------------------------------------------------------------------

SENTENCES = [
    (
        {},
        "What do people do first in their sessions in the last 30 days, in up to 5 steps?",
        "최근 30일 동안 사람들은 세션을 시작하고 5단계까지 무엇을 하나요?",
    ),
    (
        {"start": PAID, "steps": 3, "count": "accounts"},
        "What do companies do after Paid where plan is pro in the last 30 days, in up to 3 steps?",
        "최근 30일 동안 회사들은 plan이 pro인 Paid 다음에 3단계까지 무엇을 하나요?",
    ),
    (
        {"end": SIGN_UP, "exclude": [{"event": "Page Viewed"}, {"event": "Opened"}]},
        "What do people do before Signed Up in the last 30 days, in up to 5 steps, leaving out Page Viewed and Opened?",
        "최근 30일 동안 사람들은 Signed Up 전 5단계 동안 무엇을 하나요? Page Viewed, Opened는 건너뛰어요.",
    ),
    (
        {"apart": [{"event": "Page Viewed"}]},
        "What do people do first in their sessions in the last 30 days, in up to 5 steps, telling apart Page Viewed by"
        " path?",
        "최근 30일 동안 사람들은 세션을 시작하고 5단계까지 무엇을 하나요? Page Viewed는 path별로 따로 봐요.",
    ),
    (
        {"start": SIGN_UP, "end": {"event": "Paid"}, "breakdown": "plan"},
        "What do people do from Signed Up up to Paid in the last 30 days, in up to 5 steps, split by plan?",
        "최근 30일 동안 사람들은 Signed Up부터 Paid까지 5단계 안에서 무엇을 하나요? plan별로 나눠요.",
    ),
]


@pytest.mark.parametrize(("question", "english", "korean"), SENTENCES)
def test_a_question_is_a_sentence(question: dict[str, Any], english: str, korean: str) -> None:
    asked = {**PATHS, **question, "date_from": "-30d", "date_to": "-1d"}
    assert plain(sentence(checked(**question), asked)) == english
    with translation.override("ko"):
        assert plain(sentence(checked(**question), asked)) == korean


@pytest.mark.parametrize(
    ("cell", "title"),
    [
        ({"step": 1, "source": "A", "target": "B"}, "3 people did “A” as step 1 and “B” right after it"),
        ({"step": 2, "source": "A"}, "3 people did “A” as step 2"),
        ({"step": 2, "target": "B"}, "3 people did “B” as step 3"),
        ({"step": 2, "source": {"$nin": ["A", "B"]}}, "3 people did something other than “A” or “B” as step 2"),
        ({"step": 2, "source": {"$in": ["A", "B"]}, "dropped": True},
         "3 people did nothing more after “A” or “B” as step 2"),
        ({"step": 2, "dropped": True}, "3 people did nothing more after step 2"),
        ({"step": 2}, "3 people came to step 2"),
    ],
)  # fmt: skip
def test_who_is_behind_a_cell_is_said_in_a_line(cell: dict[str, Any], title: str) -> None:
    question = checked()
    assert kind_of(question).cell_title(question, check_cell(question, cell), "3 people") == title


def test_who_is_behind_a_move_is_said_in_korean() -> None:
    question = checked()
    with translation.override("ko"):
        move = kind_of(question).cell_title(question, check_cell(question, {"source": "가입", "target": "결제"}), "3명")
    assert move == "1단계에서 “가입”을 하고 바로 이어 “결제”를 한 3명"


def test_words_change_one_at_a_time() -> None:
    def then(question: dict[str, Any], what: str, **given: str) -> dict[str, Any]:
        new = changed({**PATHS, **question}, what, given, lambda _: frozenset())
        check(new, "UTC")
        return new

    assert then({}, "start.event", value="Paid")["start"] == {"event": "Paid"}
    assert then({"start": SIGN_UP}, "start.remove")["start"] is None
    assert then({"end": PAID}, "end.where.0", remove="1")["end"] == {"event": "Paid", "where": {}}
    assert then({}, "steps", value="8")["steps"] == 8
    assert then({}, "exclude.add", value="Opened")["exclude"] == [{"event": "Opened"}]
    assert then({"exclude": [SIGN_UP]}, "exclude.0.remove")["exclude"] == []
    apart = then({}, "apart.add", value="Page Viewed")
    assert then(apart, "apart.0.property", value="name")["apart"] == [{"event": "Page Viewed", "property": "name"}]
    assert then(apart, "apart.0.property", value="")["apart"] == []


def test_other_kinds_become_paths_and_back() -> None:
    def as_kind(question: dict[str, Any], kind: str) -> dict[str, Any]:
        new = changed({**DAYS, **question}, "kind", {"value": kind}, lambda _: frozenset())
        check(new, "UTC")
        return new

    funnel = {"kind": "funnel", "steps": [SIGN_UP, PAID], "window": "14d", "breakdown": "plan"}
    paths = as_kind(funnel, "paths")
    assert (paths["start"], paths["breakdown"]) == ({"event": "Signed Up", "where": {}}, "plan")
    assert as_kind({**paths, "end": PAID}, "funnel")["steps"] == [{"event": "Signed Up", "where": {}}, PAID]
    anything = as_kind({"kind": "paths", "steps": 3}, "trend")
    assert anything["series"] == [{"event": None, "where": {}}]
    assert as_kind(anything, "paths")["start"] is None


# Counting ------------------------------------------------------------------------------------------------------------


def test_moves_are_counted_however_many_there_are() -> None:
    """Against plain counting, with so many that the table grows several times."""
    chance = np.random.default_rng(1)
    paths = 20_000
    owner = np.sort(chance.integers(0, 3_000, paths)).astype(np.int32)
    group = chance.integers(0, 3, paths).astype(np.int32)
    size = chance.integers(1, 6, paths).astype(np.uint8)
    is_over = chance.integers(0, 2, paths).astype(bool)
    nodes = chance.integers(0, 90, int(size.sum())).astype(np.int32)
    edges, labels = np.array([0, 1, 1, 3]), np.array([0, 0, 26], np.int32)  # none of the second, two of the third
    keys, counts = passes.tally(owner, group, size, is_over, nodes, edges, labels)
    moves = Moves()
    moves.add(keys, counts)
    moves.add(keys[:10], counts[:10])

    seen = set()
    begin = 0
    for path in range(paths):
        own = nodes[begin : begin + int(size[path])].tolist()
        begin += len(own)
        for label in labels[edges[group[path]] : edges[group[path] + 1]].tolist():
            for step, source in enumerate(own, start=1):
                seen.add((owner[path], label, step, source, HERE))
                if step < len(own):
                    seen.add((owner[path], label, step, source, own[step] + TARGETS))
                elif is_over[path]:
                    seen.add((owner[path], label, step, source, NOWHERE))
    expected = Counter(key[1:] for key in seen)
    assert len(expected) > 10_000
    expected.update({parts_of(int(key)): int(count) for key, count in zip(keys[:10], counts[:10], strict=True)})
    assert dict(moves) == expected


def test_more_moves_than_can_be_told_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundswell.insights.paths.moves.MOST", 2)
    moves = Moves()
    moves.add(np.arange(1, 4, dtype=np.uint64), np.ones(3, np.int64))
    with pytest.raises(Refusal, match="more than 2 different moves") as refused:
        list(moves)
    assert refused.value.status == 422
