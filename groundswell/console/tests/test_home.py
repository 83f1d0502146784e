"""Home: the week in numbers, what changed, what came in and what to do next."""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from groundswell.console import home as page
from groundswell.insights import desk as desks
from groundswell.insights.changes import Changes, changes
from groundswell.insights.desk import desk
from groundswell.kernel.errors import Refusal
from groundswell.workspace.types import Role
from tests.visitors import member
from tests.world import World, track

NOW = datetime(2026, 1, 19, 9, tzinfo=UTC)  # a Monday: the week is 12 to 18 January


@pytest.fixture
def ada(world: World, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Ada owns the world's project."""
    monkeypatch.setattr("groundswell.kernel.clock.now", lambda: NOW)
    return member(world.project, "ada", Role.OWNER)


def shown(client: Client, world: World) -> str:
    return client.get(f"/p/{world.project.id}/").content.decode()


def week(event: str, people: int, *, before: bool) -> list[dict[str, Any]]:
    at = (NOW - timedelta(days=10 if before else 3)).isoformat()
    return [track(f"p{number}", event, at) for number in range(people)]


def numbers(text: str) -> list[str]:
    return re.findall(r"<strong><a [^>]*>([^<]*)</a></strong>", text)


def test_a_number_leads_to_the_people_behind_it(ada: Client, world: World) -> None:
    world.send(*week("Board Created", 3, before=True), *week("Board Created", 4, before=False))
    for address in re.findall(r'<strong><a href="([^"]+)"', shown(ada, world)):
        assert "4 people" in ada.get(html.unescape(address)).content.decode()


def test_only_what_is_hardly_chance_has_a_colour(ada: Client, world: World) -> None:
    world.send(*week("Fell", 90, before=True), *week("Fell", 20, before=False))
    world.send(*week("Wobbled", 20, before=True), *week("Wobbled", 19, before=False))
    text = shown(ada, world)
    assert '<small class="down">-77.8%</small>' in text
    assert '<small class="soft">-5.0%</small>' in text
    assert "Only 20 people were active, 90 the week before." in text


def test_an_empty_project_is_told_what_will_be_here(ada: Client, world: World) -> None:
    text = shown(ada, world)
    assert "Nothing happened in the last two weeks." in text
    assert "Good morning, <bdi>Ada</bdi>" in text


def test_on_the_first_day_home_says_when_it_will_count_what_arrives(
    ada: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Collector:
        @staticmethod
        def ingestion(project: int) -> dict[str, Any]:
            return {"accepted": 1, "loaded": 1, "dropped": {}, "waiting": 0, "lag_seconds": 0, "refused": {}}

    assert "Send the first event" in shown(ada, world)
    monkeypatch.setattr(page, "collector", Collector)
    text = shown(ada, world)
    assert "What arrives today counts as of tomorrow" in text
    assert f'href="/p/{world.project.id}/live' in text
    assert "Send the first event" not in text


def test_people_are_held_against_the_week_before(ada: Client, world: World) -> None:
    # 40 people before, 50 now: + 25 %. Board Created by all of them, so it is a card too.
    world.send(*week("Board Created", 40, before=True), *week("Board Created", 50, before=False))
    text = shown(ada, world)
    assert "Jan 12, 2026 to Jan 18, 2026" in text
    assert numbers(text) == ["50", "50"]
    assert "+25.0%" in text


def test_a_change_that_is_hardly_chance_is_said_and_others_are_not(ada: Client, world: World) -> None:
    world.send(*week("Fell", 60, before=True), *week("Fell", 20, before=False))
    world.send(*week("Wobbled", 20, before=True), *week("Wobbled", 23, before=False))
    text = shown(ada, world)
    assert "<bdi>Fell</bdi> was done by only 20 people, 60 the week before." in text
    assert "<bdi>Wobbled</bdi> was done" not in text


def test_a_quiet_week_is_called_so(ada: Client, world: World) -> None:
    world.send(*week("Board Created", 40, before=True), *week("Board Created", 41, before=False))
    assert "Nothing that could not be chance." in shown(ada, world)


def test_today_does_not_count_before_it_is_over(ada: Client, world: World) -> None:
    world.send(*week("Board Created", 5, before=True), track("ada", "Board Created", NOW.isoformat()))
    assert "0" in numbers(shown(ada, world))


def test_a_store_that_cannot_answer_leaves_the_rest_of_the_page(
    ada: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise Refusal(503, "store_unavailable", "The event store is stopped.", hint="Start it and ask again.")

    monkeypatch.setattr(desk, "changes", stopped)
    text = shown(ada, world)
    assert "The event store is stopped." in text
    assert "What came in" in text


def test_the_week_is_worked_out_again_only_where_something_changed(
    ada: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def counted(*args: Any) -> Changes:
        asked.append(args)
        return changes(*args)

    monkeypatch.setattr(desks, "changes", counted)
    world.send(*week("Board Created", 3, before=False))
    assert numbers(shown(ada, world)) == numbers(shown(ada, world)) == ["3", "3"]
    assert len(asked) == 1
    world.send(track("p9", "Board Created", (NOW - timedelta(days=2)).isoformat()))
    assert numbers(shown(ada, world)) == ["4", "4"]
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("hour", "greeting"), [(3, "Good night"), (9, "Good morning"), (13, "Good afternoon"), (20, "Good evening")]
)
def test_the_greeting_goes_with_the_hour_in_the_project_s_zone(hour: int, greeting: str) -> None:
    assert page._greeting(NOW.replace(hour=hour)) == greeting


def test_why_messages_were_dropped_is_said_in_words(ada: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    class Collector:
        @staticmethod
        def ingestion(project: int) -> dict[str, Any]:
            dropped = {"missing_name": 2}
            return {"accepted": 3, "loaded": 1, "dropped": dropped, "waiting": 0, "lag_seconds": 0, "refused": {}}

    monkeypatch.setattr(page, "collector", Collector)
    assert "Dropped: A track call has no event name.</dt><dd>2</dd>" in shown(ada, world)
    ada.cookies["groundswell_language"] = "ko"
    text = shown(ada, world)
    assert "버려짐:" in text
    assert "missing_name" not in text
