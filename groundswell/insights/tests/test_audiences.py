"""Who is behind a number becomes a segment, which follows them. It is noon of 20 January 2026 unless said otherwise.

ada did A on the 5th and B on the 6th, ben A on the 18th, cleo A on the 19th and B on the 20th; ben belongs to acme.
"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from groundswell.insights.saved import save
from groundswell.insights.service import ask
from groundswell.kernel.errors import Refusal
from groundswell.people.service import account_cards, cards
from groundswell.segments import refreshing, service
from groundswell.workspace.types import Caller, Role
from tests.visitors import member
from tests.world import World, group, track

MACHINE = Caller(is_operator=True)
ROLLING = {"date_from": "-10d", "date_to": "-0d"}
FIXED = {"date_from": "2026-01-01", "date_to": "2026-01-20"}
FUNNEL = {"kind": "funnel", "steps": [{"event": "A"}, {"event": "B"}], "window": "7d"}
DROPPED = {"step": 2, "dropped": True}
TREND = {"kind": "trend", "series": [{"event": "A"}], "interval": "week"}


@pytest.fixture
def office(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    _set(monkeypatch, "2026-01-20T12:00:00Z")
    world.send(
        group("ben", "acme", at="2026-01-01T00:00:00Z"),
        track("ada", "A", at="2026-01-05T10:00:00Z"), track("ada", "B", at="2026-01-06T10:00:00Z"),
        track("ben", "A", at="2026-01-18T10:00:00Z"), track("cleo", "A", at="2026-01-19T10:00:00Z"),
        track("cleo", "B", at="2026-01-20T10:00:00Z"),
    )  # fmt: skip
    return world


def _set(monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    now = datetime.fromisoformat(at).astimezone(UTC)
    monkeypatch.setattr("groundswell.kernel.clock.now", lambda: now)


def put(world: World, key: str, question: Any, cell: Any, of: str = "people") -> None:
    match = {"all": [{"cell": {"question": question, "cell": cell}}]}
    service.put_segment(MACHINE, world.project, key, name=key, of=of, match=match)


def ids(world: World, key: str) -> list[str]:
    card = service.segment(world.project, key)
    numbers = service.members(world.project, key).tolist()
    shown = cards(world.project, numbers) if card.of == "people" else account_cards(world.project, numbers)
    return sorted(each.id for each in shown)


def test_a_drop_off_follows_who_drops_off_and_the_days(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    put(office, "dropped", {**FUNNEL, **ROLLING}, DROPPED)
    put(office, "reached", {**FUNNEL, **ROLLING}, {"step": 2})
    assert (ids(office, "dropped"), ids(office, "reached")) == (["ben"], ["cleo"])
    office.send(track("ben", "B", at="2026-01-19T00:00:00Z"), track("dora", "A", at="2026-01-20T11:00:00Z"))
    assert (ids(office, "dropped"), ids(office, "reached")) == (["dora"], ["ben", "cleo"])
    _set(monkeypatch, "2026-01-29T12:00:00Z")  # ben's first step is eleven days past, cleo's ten
    assert (ids(office, "dropped"), ids(office, "reached")) == (["dora"], ["cleo"])


def test_a_period_stays_the_same_however_the_days_move(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    rolling = {**TREND, "date_from": "-20d", "date_to": "-0d"}
    put(office, "that-week", rolling, {"series": 1, "period": "2026-01-19"})
    put(office, "all-days", rolling, {"series": 1})
    _set(monkeypatch, "2026-03-20T12:00:00Z")
    assert ids(office, "that-week") == ["cleo"]
    assert ids(office, "all-days") == []
    (kept,) = service.segment(office.project, "that-week").definition.match.as_json()["all"]
    assert kept["cell"]["question"]["date_from"] == "2025-12-31"


def test_the_whole_of_rolling_days_stays_rolling(office: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {**TREND, "interval": "whole", **ROLLING}
    (row,) = ask(office.project, whole).rows
    put(office, "of-late", whole, {"series": 1, "period": row[0]})
    assert ids(office, "of-late") == ["ben", "cleo"]
    _set(monkeypatch, "2026-01-29T12:00:00Z")
    assert ids(office, "of-late") == ["cleo"]


def test_companies_may_be_behind_a_number(office: World) -> None:
    put(office, "firms", {**FUNNEL, **FIXED, "count": "accounts"}, DROPPED, of="accounts")
    assert ids(office, "firms") == ["acme"]
    with pytest.raises(Refusal, match="is not about accounts"):
        put(office, "people", {**FUNNEL, **FIXED}, DROPPED, of="accounts")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"cell": {}}, "match.all[0].cell.question"),
        ({"question": {"kind": "trend"}, "cell": {}}, "series"),
        ({"question": {**FUNNEL, **FIXED}, "cell": {"step": 9}}, "cell.step"),
        ({"question": {**FUNNEL, **FIXED}, "call": {}}, "match.all[0].cell.call"),
    ],
)
def test_a_cell_that_is_none_is_refused(office: World, given: Any, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        service.preview(office.project, of="people", match={"all": [{"cell": given}]})
    assert (refused.value.status, *refused.value.fields) == (400, field)


def test_a_segment_of_a_question_about_itself_is_refused(office: World) -> None:
    put(office, "dropped", {**FUNNEL, **FIXED}, DROPPED)
    narrowed = {**FUNNEL, **FIXED, "steps": [{"event": "A", "where": {"person.segment": {"$inGroup": "dropped"}}}]}
    put(office, "again", narrowed, {"step": 1})
    assert ids(office, "again") == ["ben"]
    with pytest.raises(Refusal, match="leads back to this segment: dropped → again → dropped"):
        service.put_segment(
            MACHINE, office.project, "dropped", name="x", of="people", match={"all": [{"segment": "again"}]}
        )


def test_a_saved_question_uses_the_segment_that_it_names(office: World) -> None:
    put(office, "dropped", {**FUNNEL, **FIXED}, DROPPED)
    by = {**TREND, **FIXED, "breakdown": "person.segment.dropped"}
    where = {"person.segment": {"$notInGroup": "dropped"}}
    narrowed = {**TREND, **FIXED, "series": [{"event": "A", "where": where}]}
    for name, question in (("Split", by), ("Narrowed", narrowed), ("Neither", {**TREND, **FIXED})):
        save(MACHINE, office.project, name=name, question=question, by="Ada")
    assert [hit.name for hit in service.used_by(office.project, "dropped")] == ["Narrowed", "Split"]


def test_one_click_makes_a_segment_of_who_is_behind(office: World) -> None:
    ben, vera = member(office.project, "ben", Role.EDITOR), member(office.project, "vera", Role.VIEWER)
    page = _answer(ben, office)
    assert "rolling" in page
    who = ben.get(page)
    q, cell = who.context["segment"]["q"], who.context["segment"]["cell"]
    made = ben.post(f"/p/{office.project.id}/insights/segment", {"q": q, "cell": cell})
    (card,) = service.segments(office.project).items
    assert made["Location"] == f"/p/{office.project.id}/segments/{card.key}/"
    assert card.name == "People stopped before “B”"
    assert ids(office, card.key) == ["ben"]
    (kept,) = card.definition.match.as_json()["all"]
    assert kept["cell"]["question"]["date_from"] == "-10d"
    shown = ben.get(made["Location"]).content.decode()
    assert "who are behind" in shown
    assert "/insights/who?" in shown
    assert "Make this a segment" not in vera.get(page).content.decode()
    assert vera.post(f"/p/{office.project.id}/insights/segment", {"q": q, "cell": cell}).status_code == 403
    assert refreshing.refresh_due() == 0


def _answer(client: Client, office: World) -> str:
    """The address behind the drop-off of a funnel's page."""
    page = client.get(f"/p/{office.project.id}/insights/ask", {"q": json.dumps({**FUNNEL, **ROLLING})})
    found = [part.partition('"')[0] for part in page.content.decode().split('href="')]
    return next(each.replace("&amp;", "&") for each in found if "/insights/who?" in each and "dropped" in each)
