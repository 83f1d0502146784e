"""Messages to channels of neighbours who speak as Slack does."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

from groundswell.jobs.service import run_of, work_off
from groundswell.jobs.tests.conftest import Clock, clock
from groundswell.jobs.types import NotYet, State, TryAgain
from groundswell.kernel.errors import Refusal
from groundswell.outbound import chat
from groundswell.outbound.service import escaped, post_to_chat, say_in_chat
from tests.neighbours import Neighbour

__all__ = ["clock"]

PROJECT = 7
BLOCK = {"type": "section", "text": {"type": "mrkdwn", "text": "*12* people"}}


@pytest.fixture(autouse=True)
def the_job_is_known() -> None:
    import_module("groundswell.outbound.slice")


@pytest.fixture(autouse=True)
def nobody_posted_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_turns", chat.Turns())


def test_a_message_is_posted_as_slack_takes_it(next_door: Neighbour) -> None:
    post_to_chat(f"{next_door.url}/services/T0/B0/x", text="12 people", blocks=[BLOCK])
    (heard,) = next_door.heard
    assert (heard.method, heard.path) == ("POST", "/services/T0/B0/x")
    assert heard.headers["Content-Type"] == "application/json"
    assert heard.json == {"text": "12 people", "blocks": [BLOCK]}


def test_a_text_alone_has_no_blocks(next_door: Neighbour) -> None:
    post_to_chat(next_door.url, text="주간 보고")
    assert next_door.heard[0].json == {"text": "주간 보고"}


def test_what_others_wrote_means_nothing_to_the_channel() -> None:
    assert escaped("<!channel> & <https://evil|here>") == "&lt;!channel&gt; &amp; &lt;https://evil|here&gt;"


@pytest.mark.parametrize(("status", "reason"), [(400, "invalid_payload"), (403, "invalid_token"), (404, "no_service"),
                                                (410, "channel_is_archived"), (302, "")])  # fmt: skip
def test_a_no_is_final_and_says_why(next_door: Neighbour, status: int, reason: str) -> None:
    next_door.status, next_door.body = status, reason.encode()
    with pytest.raises(Refusal) as refused:
        post_to_chat(f"{next_door.url}/secret", text="x")
    assert refused.value.message == f"127.0.0.1 answers {status}: {reason or '–'}"
    assert (refused.value.status, "secret" in refused.value.message) == (400, False)


@pytest.mark.parametrize(("said", "seconds"), [("120", 120), ("99999999", 3600), ("Fri, 31 Dec 1999", 30), (None, 30)])
def test_who_says_later_is_obeyed(next_door: Neighbour, said: str | None, seconds: int) -> None:
    next_door.status, next_door.headers = 429, {"Retry-After": said} if said else {}
    with pytest.raises(TryAgain) as later:
        post_to_chat(next_door.url, text="x")
    assert later.value.after == timedelta(seconds=seconds)


def test_to_one_address_goes_about_one_message_a_second(next_door: Neighbour) -> None:
    post_to_chat(f"{next_door.url}/a", text="1")
    post_to_chat(f"{next_door.url}/b", text="1")
    for run, seconds in ((2, 1), (3, 2), (2, 1)):  # the second one keeps its place however often it asks
        with pytest.raises(NotYet) as later:
            post_to_chat(f"{next_door.url}/a", text="x", run=run)
        assert later.value.after.total_seconds() == pytest.approx(seconds, abs=0.5)
    assert len(next_door.heard) == 2


def said(next_door: Neighbour, **how: Any) -> int:
    return say_in_chat(project=PROJECT, url=f"{next_door.url}/secret", text="12 people", **how).id


@pytest.mark.django_db(transaction=True)
def test_in_the_background_it_is_tried_again_until_it_is_taken(next_door: Neighbour, clock: Clock) -> None:
    number = said(next_door, about="#growth", by="ada@example.com")
    next_door.status = 503
    work_off()
    waiting = run_of(PROJECT, number)
    assert (waiting.state, waiting.error) == (State.WAITING, "127.0.0.1 answers 503: ok")
    next_door.status = 200
    chat._turns.__init__()  # type: ignore[misc]  # a second has gone by
    clock.goes_on(seconds=30)
    work_off()
    done = run_of(PROJECT, number)
    assert (done.state, done.said, done.tries, done.about) == (State.DONE, "Posted to 127.0.0.1.", 2, "#growth")


@pytest.mark.django_db(transaction=True)
def test_waiting_for_one_s_turn_is_no_try(next_door: Neighbour, clock: Clock) -> None:
    first, second = said(next_door), said(next_door)
    work_off()
    states = [run_of(PROJECT, number) for number in (first, second)]
    assert [(run.state, run.tries, run.error) for run in states] == [(State.DONE, 1, ""), (State.WAITING, 0, "")]
    assert 0 < (states[1].due - clock.now).total_seconds() <= 1


@pytest.mark.django_db(transaction=True)
def test_an_address_that_may_not_be_reached_fails_at_once(clock: Clock) -> None:
    number = say_in_chat(project=PROJECT, url="http://127.0.0.1:9/", text="x").id
    work_off()
    failed = run_of(PROJECT, number)
    assert (failed.state, failed.tries) == (State.FAILED, 1)
    assert "127.0.0.1 lies in a network that no requests go to." in failed.error


@pytest.mark.django_db(transaction=True)
def test_what_is_no_address_is_not_even_put_into_the_queue() -> None:
    with pytest.raises(Refusal, match="This is no address of the web"):
        say_in_chat(project=PROJECT, url="hooks.example.com", text="x")
