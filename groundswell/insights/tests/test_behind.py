"""Who is behind a number, in words."""

from typing import Any

import pytest
from django.utils import translation

from groundswell.insights.behind import title
from groundswell.insights.kinds import check, check_cell, counts_accounts

DAYS = {"date_from": "2026-01-01", "date_to": "2026-02-11"}
TREND = {"kind": "trend", "series": [{"event": "Signed Up"}, {"event": None}], "interval": "day", **DAYS}
PAID = {"kind": "trend", "series": [{"event": "Paid", "measure": "avg", "property": "amount"}], **DAYS}
FUNNEL = {"kind": "funnel", "steps": [{"event": "Signed Up"}, {"event": "Invite Sent"}], "window": "14d", **DAYS}
DAY = {"period": "2026-01-05"}


def said(question: dict[str, Any], cell: dict[str, Any], count: int = 214) -> str:
    checked = check(question, "Asia/Seoul")
    named = check_cell(checked, cell)
    return title(checked, named, count, by_account=counts_accounts(checked, named))


@pytest.mark.parametrize(
    ("question", "cell", "english", "korean"),
    [
        (TREND, DAY, "214 people did Signed Up on Mon, Jan 5, 2026", "2026년 1월 5일(월)에 Signed Up을 한 214명"),
        (
            {**TREND, "interval": "hour"}, {"period": "2026-01-05T14:00+09:00"},
            "214 people did Signed Up in the hour from 14:00 on Mon, Jan 5, 2026",
            "2026년 1월 5일(월) 14:00부터 한 시간 동안 Signed Up을 한 214명",
        ),
        (
            {**TREND, "interval": "week"}, DAY,
            "214 people did Signed Up in the week of Mon, Jan 5, 2026",
            "2026년 1월 5일(월)부터 한 주 동안 Signed Up을 한 214명",
        ),
        (
            {**TREND, "interval": "month"}, {"period": "2026-02-01"},
            "214 people did Signed Up in February 2026 (11 of 28 days)",
            "2026년 2월에(28일 중 11일) Signed Up을 한 214명",
        ),
        (
            {**TREND, "interval": "whole"}, {"period": "2026-01-01"},
            "214 people did Signed Up from Thu, Jan 1, 2026 to Wed, Feb 11, 2026",
            "2026년 1월 1일(목)부터 2026년 2월 11일(수)까지 Signed Up을 한 214명",
        ),
        (
            {**TREND, "interval": "week", "compare": "previous"}, {"period": "2025-11-17", "previous": True},
            "214 people did Signed Up in the week of Mon, Nov 17, 2025 (4 of 7 days)",
            "2025년 11월 17일(월)부터 한 주 동안(7일 중 4일) Signed Up을 한 214명",
        ),
        (
            TREND, {"series": 2},
            "214 people did any event from Thu, Jan 1, 2026 to Wed, Feb 11, 2026",
            "2026년 1월 1일(목)부터 2026년 2월 11일(수)까지 아무 이벤트를 한 214명",
        ),
        (
            {**TREND, "interval": "week", "cumulative": True}, {"period": "2026-02-09"},
            "214 people did Signed Up from Thu, Jan 1, 2026 to Wed, Feb 11, 2026",
            "2026년 1월 1일(목)부터 2026년 2월 11일(수)까지 Signed Up을 한 214명",
        ),
        (
            {**TREND, "interval": "hour", "cumulative": True, "date_to": "2026-01-02"},
            {"period": "2026-01-02T08:00+09:00"},
            "214 people did Signed Up from Thu, Jan 1, 2026 to Fri, Jan 2, 2026 08:59",
            "2026년 1월 1일(목)부터 2026년 1월 2일(금) 08:59까지 Signed Up을 한 214명",
        ),
        (
            {**TREND, "date_to": "2026-01-01", "compare": "previous"}, {"previous": True},
            "214 people did Signed Up on Wed, Dec 31, 2025", "2025년 12월 31일(수)에 Signed Up을 한 214명",
        ),
        (
            PAID, DAY,
            "214 people did Paid with a number in amount on Mon, Jan 5, 2026",
            "2026년 1월 5일(월)에 amount 값이 숫자인 Paid를 한 214명",
        ),
        (
            {**TREND, "series": [{"event": "Signed Up", "where": {"plan": "pro"}}], "count": "accounts"}, DAY,
            "214 companies did Signed Up where plan is pro on Mon, Jan 5, 2026",
            "2026년 1월 5일(월)에 plan이 pro인 Signed Up을 한 회사 214곳",
        ),
        (
            {**TREND, "breakdown": "plan"}, {**DAY, "breakdown": None},
            "214 people did Signed Up on Mon, Jan 5, 2026 · plan: –",
            "2026년 1월 5일(월)에 Signed Up을 한 214명 · plan: –",
        ),
        (
            {**FUNNEL, "breakdown": ["plan", "person.role"]}, {"step": 1, "breakdown": ["pro", "ceo"]},
            "214 people reached “Signed Up” · plan: pro · person.role: ceo",
            "“Signed Up”까지 간 214명 · plan: pro · person.role: ceo",
        ),
        (
            {**FUNNEL, "breakdown": ["plan", "person.role"]}, {"step": 1, "breakdown": "(other)"},
            "214 people reached “Signed Up” · plan · person.role: (other)",
            "“Signed Up”까지 간 214명 · plan · person.role: (other)",
        ),
        (
            FUNNEL, {"step": 2, "dropped": True},
            "214 people stopped before “Invite Sent”", "“Invite Sent” 앞에서 멈춘 214명",
        ),
        (
            {**FUNNEL, "steps": [{"event": "Signed Up"}, {"event": None}]}, {"step": 2},
            "214 people reached “Any event”", "“아무 이벤트”까지 간 214명",
        ),
        (
            {**FUNNEL, "order": "any"}, {"step": 2},
            "214 people did at least 2 of the steps", "단계 가운데 2개 이상을 한 214명",
        ),
        (
            {**FUNNEL, "order": "any"}, {"step": 2, "dropped": True},
            "214 people did 1 of the steps and no more", "단계 가운데 1개만 한 214명",
        ),
    ],
)  # fmt: skip
def test_it_is_said_who_they_are(question: dict[str, Any], cell: dict[str, Any], english: str, korean: str) -> None:
    assert said(question, cell) == english
    with translation.override("ko"):
        assert said(question, cell) == korean


def test_one_is_not_many() -> None:
    assert said(TREND, DAY, 1).startswith("1 person did")
    assert said({**TREND, "count": "accounts"}, DAY, 1).startswith("1 company did")
    assert said(TREND, DAY, 12_345).startswith("12,345 people did")
