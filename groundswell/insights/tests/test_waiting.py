"""A page whose question takes long shows how far it is, what was known before, and a way to stop it."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client

from groundswell.insights import desk as desks
from groundswell.insights import recalled, stories
from groundswell.insights.desk import Desk
from groundswell.insights.kinds import check
from groundswell.insights.service import ask
from groundswell.insights.tests.test_asking_page import text_of
from groundswell.kernel import clock
from groundswell.kernel.errors import Refusal
from groundswell.store import inquiry as inquiries
from groundswell.store import service as store
from groundswell.workspace.types import Role
from tests.answering import without_register
from tests.visitors import member, signed_in
from tests.world import World, track

DAYS = {"date_from": "2026-01-05", "date_to": "2026-01-06"}
TREND = {"kind": "trend", "series": [{"event": "A"}], **DAYS}
FUNNEL = {"kind": "funnel", "steps": [{"event": "A"}, {"event": "B"}], "window": "1d", **DAYS}
RETENTION = {"kind": "retention", "start": {"event": "A"}, "return": {"event": None}, "period": "day", **DAYS}
HTMX = {"HX-Request": "true"}


class Slow:
    """Answers are worked out when it is told so; looks whether they are stopped meanwhile."""

    def __init__(self) -> None:
        self.may_go_on: Future[None] = Future()
        self.is_slow = False

    def ask(self, *args: Any, **kwargs: Any) -> Any:
        while self.is_slow and not self.may_go_on.done():
            store.look()
            try:
                self.may_go_on.exception(0.01)
            except TimeoutError:
                continue
        return ask(*args, **kwargs)

    def go_on(self) -> None:
        self.may_go_on.set_result(None)


PAGES = "groundswell.insights.pages"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    made = Slow()
    monkeypatch.setattr(desks, "ask", made.ask)
    yield made
    if not made.may_go_on.done():
        made.go_on()


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk on which nothing lies, and pages that do not wait long once something is slow."""
    made = Desk()
    for page in ("asking", "waiting"):
        monkeypatch.setattr(f"{PAGES}.{page}.desk", made)
    monkeypatch.setattr(f"{PAGES}.waiting.LOOKED_AFTER", 0.05)
    return made


@pytest.fixture
def visited(world: World) -> World:
    world.send(track("ada", "A"), track("ben", "A"), track("ada", "B", at="2026-01-05T11:00:00Z"))
    return world


@pytest.fixture
def ada(world: World) -> Client:
    return member(world.project, "ada", Role.VIEWER)


def get(client: Client, world: World, view: str, **headers: str) -> HttpResponse:
    address = f"/p/{world.project.id}/insights/{view}?q={quote(json.dumps(TREND))}"
    response = client.get(address, headers=headers)
    assert isinstance(response, HttpResponse)
    return response


def stop(client: Client, world: World, **headers: str) -> HttpResponse:
    sent = {"q": json.dumps(TREND)}
    response = client.post(f"/p/{world.project.id}/insights/stop", sent, headers=headers)
    assert isinstance(response, HttpResponse)
    return response


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, slow: Slow) -> None:
    """A question that is slow from now on, and pages that do not wait for it."""
    slow.is_slow = True
    monkeypatch.setattr(f"{PAGES}.asking.PATIENCE", 0.05)


@pytest.mark.usefixtures("impatient")
def test_a_slow_question_shows_how_far_it_is_then_its_answer(
    ada: Client, visited: World, slow: Slow, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = get(ada, visited, "ask")
    assert "The answer comes in a moment. Stop" in text_of(first)
    assert f'hx-get="/p/{visited.project.id}/insights/waiting?q=' in first.content.decode()
    monkeypatch.setattr(store, "progress", lambda _: 0.42)
    second = get(ada, visited, "waiting", **HTMX)
    assert '<progress aria-label="How far it is" max="100" value="42">' in second.content.decode()
    assert "HX-Retarget" not in second.headers
    slow.go_on()
    monkeypatch.setattr(f"{PAGES}.waiting.LOOKED_AFTER", 20)
    last = get(ada, visited, "waiting", **HTMX)
    assert "Answered in" in text_of(last)
    assert "progress" not in last.content.decode()
    assert (last.headers["HX-Retarget"], last.headers["HX-Reswap"]) == ("#answer", "outerHTML")


def test_an_older_answer_stands_there_with_its_age_meanwhile(
    ada: Client, visited: World, slow: Slow, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = datetime(2026, 1, 8, 12, tzinfo=UTC)
    for module in (clock, desks):
        monkeypatch.setattr(module, "now", lambda: noon)
    monkeypatch.setattr(f"{PAGES}.asking.now", lambda: noon)
    assert "nothing has changed since" not in text_of(get(ada, visited, "ask"))
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(minutes=4))
    monkeypatch.setattr(f"{PAGES}.asking.now", lambda: noon + timedelta(minutes=4))
    assert "nothing has changed since" in text_of(get(ada, visited, "ask"))
    visited.send(track("cleo", "A"))
    slow.is_slow = True
    monkeypatch.setattr(f"{PAGES}.asking.PATIENCE", 0.05)
    text = text_of(get(ada, visited, "ask"))
    assert ", 4 minutes ago. It is being worked out anew. Stop" in text
    assert "nothing has changed since" not in text
    assert "Jan 5, 2026 2" in text
    slow.go_on()
    monkeypatch.setattr(f"{PAGES}.waiting.LOOKED_AFTER", 20)
    assert "Jan 5, 2026 3" in text_of(get(ada, visited, "waiting", **HTMX))


def test_an_answer_that_comes_in_time_is_the_only_one_shown(
    ada: Client, visited: World, slow: Slow, desk: Desk
) -> None:
    assert "Jan 5, 2026 2" in text_of(get(ada, visited, "ask"))
    visited.send(track("cleo", "A"))
    text = text_of(get(ada, visited, "ask"))
    assert "Jan 5, 2026 3" in text
    assert "being worked out anew" not in text


@pytest.mark.usefixtures("impatient")
def test_whoever_sees_the_project_stops_it_and_others_who_wait_are_told(
    ada: Client, visited: World, slow: Slow, desk: Desk
) -> None:
    ben = member(visited.project, "ben", Role.VIEWER)
    get(ben, visited, "ask")
    text = text_of(stop(ada, visited, **HTMX))
    assert "Stopped. Ask again" in text
    told = get(ben, visited, "waiting", **HTMX)
    assert "was stopped before it was answered. Ask again to have it worked out." in text_of(told)
    assert (told.status_code, told.headers["HX-Retarget"]) == (409, "#answer")


def test_what_was_known_before_stays_for_others_who_wait(ada: Client, visited: World, slow: Slow, desk: Desk) -> None:
    ben = member(visited.project, "ben", Role.VIEWER)
    get(ben, visited, "ask")
    visited.send(track("cleo", "A"))
    slow.is_slow = True
    desk.begin(visited.project, check(TREND, "UTC"))
    stop(ada, visited, **HTMX)
    told = get(ben, visited, "waiting", **HTMX)
    assert (told.status_code, told.headers["HX-Retarget"]) == (409, "#answer")
    assert re.search(r"Stopped\. What stands here is as of .* Ask again .*Jan 5, 2026 2", text_of(told))


@pytest.mark.usefixtures("impatient")
def test_without_a_script_a_page_says_that_it_was_stopped_and_does_not_begin_it_again(
    ada: Client, visited: World, slow: Slow, desk: Desk
) -> None:
    get(ada, visited, "ask")
    response = stop(ada, visited)
    assert response.status_code == 302
    again = text_of(ada.get(response.headers["Location"]))  # type: ignore[arg-type]
    assert "Stopped. Ask again" in again
    assert not desk.stop(visited.project, check(TREND, "UTC"))
    assert get(ada, visited, "waiting").status_code == 302
    assert "comes in a moment. Stop" in text_of(get(ada, visited, "ask"))  # who asks anew begins it
    assert "comes in a moment. Stop" in text_of(ada.get(response.headers["Location"]))  # type: ignore[arg-type]


def test_a_stranger_stops_nothing(visited: World, slow: Slow, desk: Desk) -> None:
    get_user_model().objects.create_user(username="cleo@example.com", email="cleo@example.com")
    cleo = signed_in("cleo@example.com")
    slow.is_slow = True
    desk.begin(visited.project, check(TREND, "UTC"))
    assert stop(cleo, visited).status_code == 404
    assert get(cleo, visited, "waiting", **HTMX).status_code == 404
    slow.go_on()
    assert desk.ask(visited.project, check(TREND, "UTC")) is not None


@pytest.mark.usefixtures("impatient")
def test_the_page_speaks_korean(ada: Client, visited: World, slow: Slow, desk: Desk) -> None:
    ada.cookies["groundswell_language"] = "ko"
    assert "중단" in text_of(get(ada, visited, "ask"))
    assert "중단했어요. 다시 묻기" in text_of(stop(ada, visited, **HTMX))


# What a question may gather, and how it is stopped, for real ---------------------------------------------------------


@pytest.mark.parametrize("question", [TREND, FUNNEL, RETENTION], ids=lambda question: question["kind"])
def test_a_question_that_gathers_too_much_is_refused_and_told_what_to_change(
    visited: World, question: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inquiries, "MOST_HELD", 8)  # bytes
    with pytest.raises(Refusal, match="more memory than it may use") as refused:
        ask(visited.project, question)
    assert (refused.value.status, refused.value.code) == (422, "question_too_large")
    assert "Ask about fewer days" in refused.value.hint
    monkeypatch.undo()
    assert ask(visited.project, question).rows != []


@pytest.mark.parametrize("source", [stories, recalled])
def test_a_funnel_is_stopped_between_two_pieces_in_all_its_threads(
    visited: World, monkeypatch: pytest.MonkeyPatch, source: ModuleType
) -> None:
    inquiry, seen = store.Inquiry(), []
    follow = source._Piece.follow

    def followed(piece: Any, ids: tuple[int, int]) -> Any:
        seen.append(inquiry.share(0.0, at=inquiry.place))
        if len(seen) == 2:
            inquiry.stop()
        return follow(piece, ids)

    monkeypatch.setattr(source._Piece, "follow", followed)
    monkeypatch.setattr(source, "PIECE", 1)
    monkeypatch.setattr(stories, "WORKERS", 1)
    known = without_register() if source is stories else nullcontext()
    with known, store.within(inquiry), pytest.raises(Refusal, match="was stopped"):
        ask(visited.project, FUNNEL)
    # Three events of two people: three pieces and a smaller one ahead of them, or two pieces. It ends in the second.
    assert seen == ([0, 0.25] if source is stories else [0, 0.5])
