"""Questions as sentences, in the order of each language."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from django.utils import translation

from groundswell.conditions.wording import Word, plain, woven
from groundswell.insights.edits import changed
from groundswell.insights.kinds import check, sentence
from groundswell.insights.types import Measure
from groundswell.insights.why.candidates import Feature, Operator, Sort, When
from groundswell.insights.why.question import FunnelWhy
from groundswell.insights.why.words import having_text
from groundswell.insights.wording import days_text, measures

DAYS = {"date_from": "-90d", "date_to": "-1d"}
FUNNEL = {
    "kind": "funnel", "window": "14d", **DAYS,
    "steps": [{"event": "Signed Up", "where": {"plan": "free", "seats": {"$gte": 5}}},
              {"event": "Board Created"}, {"event": "Invite Sent"}],
}  # fmt: skip
TREND = {
    "kind": "trend", "interval": "week", **DAYS,
    "series": [{"event": "Signed Up"}, {"event": "Invoice Paid", "measure": "avg", "property": "amount"}],
}  # fmt: skip


@pytest.fixture
def korean() -> Iterator[None]:
    with translation.override("ko"):
        yield


def said(question: dict[str, Any]) -> str:
    return plain(sentence(check(question, "UTC"), question))


def words(question: dict[str, Any]) -> dict[str, Word]:
    return {part.what: part for part in sentence(check(question, "UTC"), question) if isinstance(part, Word)}


# English -------------------------------------------------------------------------------------------------------------


def test_a_funnel_is_a_sentence() -> None:
    assert said(FUNNEL) == (
        "Of the people who did Signed Up where plan is free and seats is at least 5 in the last 90 days, how many went"
        " on to Board Created, then Invite Sent within 14 days, in this order?"
    )


def test_the_other_views_of_a_funnel_are_sentences_of_their_own() -> None:
    assert said({**FUNNEL, "show": "times", "from_step": 2}) == (
        "How long did the people who did Signed Up where plan is free and seats is at least 5 in the last 90 days and"
        " went on to Board Created, then Invite Sent within 14 days, in this order, take between steps 2 and 3?"
    )
    assert said({**FUNNEL, "show": "over_time", "interval": "month"}).endswith(
        "how many went on to Board Created, then Invite Sent within 14 days, in this order, month by month?"
    )
    assert said({**FUNNEL, "show": "over_time", "steps": [{"event": "Paid"}], "breakdown": "plan"}) == (
        "How many people did Paid in the last 90 days, week by week, split by plan?"
    )
    assert words({**FUNNEL, "show": "times"})["between"].now == {"first": 1, "last": 3, "most": 3}
    assert [value for value, _ in words({**FUNNEL, "show": "over_time"})["interval"].options] == [
        "day",
        "week",
        "month",
    ]


def test_why_people_stopped_is_a_sentence_with_the_step_as_a_word() -> None:
    assert said({**FUNNEL, "show": "why", "step": 3}) == (
        "Of the people who did Signed Up where plan is free and seats is at least 5 in the last 90 days and went on to"
        " Board Created, then Invite Sent within 14 days, in this order, who stopped before Invite Sent, and who did"
        " not?"
    )
    step = words({**FUNNEL, "show": "why", "step": 3})["step"]
    assert (step.now, step.options) == ({"value": "3"}, (("2", "Board Created"), ("3", "Invite Sent")))


def test_in_any_order_people_are_compared_by_how_many_steps_they_did() -> None:
    question = {**FUNNEL, "show": "why", "step": 3, "order": "any"}
    assert said(question).endswith("in any order, who stopped before 3 of the steps, and who did not?")
    checked = check(question, "UTC")
    assert isinstance(checked, FunnelWhy)
    assert having_text(checked, FREE, 0) == "with plan “free” at “1 of the steps”"


FREE = Feature(Sort.PROPERTY, "plan", When.STARTED, Operator.IS, "free")
SEATS = Feature(Sort.TRAIT, "person.seats", When.NOW, Operator.AT_LEAST, "5")
OF_COMPANY = Feature(Sort.TRAIT, "account.city", When.NOW, Operator.IS, "서울")


@pytest.mark.parametrize(
    ("feature", "english", "in_korean"),
    [
        (FREE, "with plan “free” at “Signed Up”", "“Signed Up” 때 plan이 “free”인"),
        (replace(FREE, operator=Operator.IS_NOT_SET, when=When.REACHED), "without plan at “Board Created”",
         "“Board Created” 때 plan이 없던"),
        (replace(FREE, operator=Operator.AT_LEAST, value="2"), "with plan of at least 2 at “Signed Up”",
         "“Signed Up” 때 plan이 2 이상인"),
        (SEATS, "with seats of at least 5 today", "지금 seats가 5 이상인"),
        (replace(SEATS, operator=Operator.IS, value="x" * 90), f"with seats “{'x' * 79}…” today",
         f"지금 seats가 “{'x' * 79}…”인"),
        (replace(SEATS, operator=Operator.IS_NOT_SET), "without seats today", "지금 seats가 없는"),
        (OF_COMPANY, "whose company has city “서울” today", "지금 city가 “서울”인 회사의"),
        (replace(OF_COMPANY, operator=Operator.IS_NOT_SET), "of no company with city today",
         "지금 city가 있는 회사에 속하지 않은"),
        (replace(OF_COMPANY, operator=Operator.AT_LEAST, value="2"), "whose company has city of at least 2 today",
         "지금 city가 2 이상인 회사의"),
        (Feature(Sort.EVENT, "Tour", When.BEFORE), "who did “Tour” before “Board Created”",
         "“Board Created” 전에 “Tour”를 한"),
        (Feature(Sort.EVENT, "Tour", When.AFTER), "who did “Tour” within 1h after “Board Created”",
         "“Board Created” 뒤 1시간 안에 “Tour”를 한"),
    ],
)  # fmt: skip
def test_what_people_have_is_said(feature: Feature, english: str, in_korean: str) -> None:
    question = check({**FUNNEL, "show": "why", "step": 3}, "UTC")
    assert isinstance(question, FunnelWhy)
    assert having_text(question, feature, 3600) == english
    with translation.override("ko"):
        assert having_text(question, feature, 3600) == in_korean


def test_a_funnel_says_what_it_excludes_and_is_split_by() -> None:
    question = {
        **FUNNEL, "steps": [{"event": None}, {"event": "Paid"}], "exclude": [{"event": "Left"}],
        "breakdown": ["plan", "team"], "order": "strict", "count": "accounts",
    }  # fmt: skip
    assert said(question) == (
        "Of the companies who did any event in the last 90 days, how many went on to Paid within 14 days, in this order"
        " with nothing between, without Left between steps 1 and 2, split by plan and team?"
    )


def test_a_trend_is_a_sentence() -> None:
    assert said(TREND) == (
        "Show how many people did Signed Up and the average of amount of Invoice Paid week by week in the last 90 days."
    )


@pytest.mark.parametrize("measure", [each for each in Measure if not each.counts])
def test_a_measure_is_of_a_property_also_where_none_is_chosen_yet(measure: Measure) -> None:
    assert (measures()[measure] % {"property": "a property"}).endswith(" of a property")


def test_a_trend_says_how_it_is_worked_out() -> None:
    question = {**TREND, "compare": "previous", "cumulative": True, "formula": "A / B"}
    assert said(question).endswith(", compared with the days before, added up from the first day, worked out as A / B.")


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [("-7d", "-1d", "the last 7 days"), ("-1d", "-1d", "yesterday"), ("-0d", "-0d", "today"),
     ("-30d", "-0d", "the last 30 days and today"), ("-30d", "-20d", "Jan 2, 2026 – Jan 5, 2026"),
     ("2026-01-02", "2026-01-05", "Jan 2, 2026 – Jan 5, 2026")],
)  # fmt: skip
def test_days_are_said_as_they_were_asked_for(since: str, until: str, expected: str) -> None:
    days = check({**TREND, "date_from": "2026-01-02", "date_to": "2026-01-05"}, "UTC").days
    assert days_text({"date_from": since, "date_to": until}, days.first, days.last) == expected


# Korean --------------------------------------------------------------------------------------------------------------


def test_a_funnel_is_a_korean_sentence(korean: None) -> None:
    assert said(FUNNEL) == (
        "최근 90일 동안 plan이 free인, seats가 5 이상인 Signed Up을 한 사람 중 14일 안에 이 순서대로 Board Created,"
        " 이어서 Invite Sent까지 이어 간 비율은 얼마인가요?"
    )


def test_a_trend_is_a_korean_sentence(korean: None) -> None:
    assert said(TREND) == "최근 90일 동안 Signed Up을 한 사람 수, Invoice Paid의 amount 평균을 주별로 보여 주세요."


def test_particles_follow_the_word_that_stands_there(korean: None) -> None:
    assert "Board Created를 한 사람 수를" in said({**TREND, "series": [{"event": "Board Created"}]})
    assert "가입을 한 횟수를" in said({**TREND, "series": [{"event": "가입", "measure": "total"}]})


def test_particles_are_written_with_the_word_before_them(korean: None) -> None:
    for question in (FUNNEL, {**TREND, "compare": "previous", "breakdown": "plan"}):
        parts = sentence(check(question, "Asia/Seoul"), question)
        after = [text for word, text in pairwise(parts) if isinstance(word, Word) and isinstance(text, str)]
        assert not [text for text in after if "가" <= text[0] <= "힣"]
    assert [part.text + part.after for part in parts if isinstance(part, Word) and part.after] == [
        "Signed Up을", "Invoice Paid의", "amount 평균을", "plan별로", "직전 기간과",
    ]  # fmt: skip


# Words ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("question", [FUNNEL, TREND])
def test_every_word_stands_for_a_place_that_can_be_changed(question: dict[str, Any], language: str) -> None:
    forms = {
        "choose": {"value": "accounts"}, "event": {"value": "Paid"}, "days": {"value": "7"},
        "property": {"value": "plan"},
        "window": {"number": "2", "unit": "h"}, "condition": {"name": "a", "operator": "is", "value": "b"},
        "measure": {"value": "total"}, "formula": {"value": "A"},
    }  # fmt: skip
    with translation.override(language):
        found = words(question)
    assert len(found) >= 8
    for what, word in found.items():
        given = {"value": word.options[-1][0]} if word.sheet == "choose" else forms[word.sheet]
        new = changed(question, what, given, lambda _: frozenset())
        check(new, "UTC")
        assert new != {**question, what: None} or word.sheet == "choose"


def test_what_is_not_there_yet_is_offered_and_not_said() -> None:
    more = [word.text for word in words(TREND).values() if word.is_more]
    assert more == ["+ event", "+ split", "+ comparison", "+ adding up", "+ formula"]
    assert "+" not in said(TREND)


def test_hostile_names_stay_text() -> None:
    name = "%(first)s {을/를} <script>"
    assert name in said({**FUNNEL, "steps": [{"event": name}, {"event": "Paid"}]})


def test_a_phrase_is_woven_from_its_pieces() -> None:
    word = Word("Paid", "x")
    assert woven("a %(one)s{을/를} b", one=word) == ["a ", replace(word, after="를"), " b"]
