"""Deliveries through their page and over HTTP."""

import html
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from groundswell.dashboards.types import Dashboard
from groundswell.deliveries import service
from groundswell.deliveries.rhythms import when_text
from groundswell.deliveries.service import deliveries_page, delivery
from groundswell.deliveries.tests.conftest import MACHINE, MONDAYS, Clock, mailed, posted
from groundswell.deliveries.types import LAST, Rhythm, Way, When
from groundswell.jobs.service import work_off
from groundswell.kernel.errors import Refusal
from groundswell.workspace.audit import entries
from groundswell.workspace.projects import settle
from groundswell.workspace.service import issue_key
from groundswell.workspace.types import KeyKind, Role
from tests.neighbours import Neighbour
from tests.visitors import member
from tests.world import World

WEEKLY = {"rhythm": "weekly", "weekday": "0", "day": "1", "hour": "9", "language": "en"}


@pytest.fixture
def ben(board: World) -> Client:
    return member(board.project, "ben", Role.EDITOR)


def address(world: World, dashboard: Dashboard, name: str = "deliveries", *parts: int) -> str:
    return reverse(f"dashboards.{name}", args=[world.project.id, dashboard.id, *parts])


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_an_editor_has_a_dashboard_mailed_and_tries_it(
    board: World, week: Dashboard, ben: Client, clock: Clock
) -> None:
    page = address(board, week)
    assert page in ben.get(reverse("dashboards.board", args=[board.project.id, week.id])).content.decode()
    assert "It goes nowhere yet" in text_of(ben.get(page))
    given = {"way": "mail", "to": "Ada@example.com, ben@example.com;\ncleo@example.com ada@example.com", **WEEKLY}
    assert ben.post(page, given).headers["Location"] == page
    (card,) = deliveries_page(board.project, week.id).items
    assert (card.to, card.by) == (("ada@example.com", "ben@example.com", "cleo@example.com"), "ben@example.com")
    assert card.due == datetime(2026, 2, 9, 9, tzinfo=UTC)
    assert "every Monday at 09:00 · next in 4 days" in text_of(ben.get(page))
    ben.post(address(board, week, "send_delivery", card.id), {"to": "me"})
    assert 'hx-trigger="every 2s"' in ben.get(page).content.decode()
    work_off()
    assert [message.to for message in mail.outbox] == [["ben@example.com"]]
    shown = ben.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "Sent to 1." in shown and "hx-trigger" not in shown and "<html" not in shown
    assert "Delivering a dashboard The week" in text_of(ben.get(f"/p/{board.project.id}/jobs/"))


def test_what_does_not_fit_is_said_beside_the_form(board: World, week: Dashboard, ben: Client) -> None:
    page = address(board, week)
    wrong = ben.post(page, {"way": "mail", "to": "ada", **WEEKLY})
    assert "'ada' is not an email address." in text_of(wrong)
    assert 'value="https' not in wrong.content.decode()
    assert "This is no address of the web." in text_of(
        ben.post(page, {"way": "chat", "url": "hooks.slack.com", **WEEKLY})
    )
    assert ben.post(page, {"way": "pigeon", **WEEKLY}).status_code == 200
    assert "Select a valid choice" in text_of(ben.post(page, {"way": "mail", "to": "a@b.c", **WEEKLY, "hour": "24"}))
    assert deliveries_page(board.project, week.id).total == 0
    ben.cookies["groundswell_language"] = "ko"
    assert "메일 주소가 아니에요" in text_of(ben.post(page, {"way": "mail", "to": "ada", **WEEKLY}))


def test_the_address_of_a_channel_is_shown_to_nobody(
    board: World, week: Dashboard, ben: Client, channel: Neighbour
) -> None:
    page = address(board, week)
    ben.post(page, {"way": "chat", "url": f"{channel.url}/services/secret", **WEEKLY})
    (card,) = deliveries_page(board.project, week.id).items
    key = issue_key(project=board.project.id, kind=KeyKind.SECRET)
    program = Client(headers={"authorization": f"Bearer {key}"})
    root = f"/api/v1/projects/{board.project.id}"
    ben.post(address(board, week, "send_delivery", card.id), {"to": "all"})
    work_off()
    for answer in (
        ben.get(page), ben.get(address(board, week, "change_delivery", card.id)),
        program.get(f"{root}/dashboards/{week.id}/deliveries"), program.get(f"{root}/jobs"),
    ):  # fmt: skip
        assert "127.0.0.1" in answer.content.decode() or "Delivering" in answer.content.decode()
        assert "secret" not in answer.content.decode()
    assert "secret" not in str(entries(board.project.id, kind="delivery").items)
    # Changed without another address it goes where it went.
    ben.post(address(board, week, "change_delivery", card.id), {"url": "", **WEEKLY, "hour": "17"})
    assert delivery(board.project, week.id, card.id).when.hour == 17
    ben.post(address(board, week, "send_delivery", card.id), {"to": "all"})
    work_off()
    assert [heard.path for heard in channel.heard] == ["/services/secret"] * 2


def test_a_delivery_is_changed_switched_off_and_removed_and_it_is_noted(
    board: World, week: Dashboard, ben: Client, clock: Clock
) -> None:
    card = mailed(board, week)
    monthly = {"to": "cleo@example.com", **WEEKLY, "rhythm": "monthly", "day": "0", "hour": "7"}
    ben.post(address(board, week, "change_delivery", card.id), monthly)
    now = delivery(board.project, week.id, card.id)
    assert (now.to, now.due) == (("cleo@example.com",), datetime(2026, 2, 28, 7, tzinfo=UTC))
    ben.post(address(board, week, "turn_delivery", card.id), {"on": "0"})
    assert not delivery(board.project, week.id, card.id).is_on
    ben.post(address(board, week, "change_delivery", card.id), monthly)
    assert not delivery(board.project, week.id, card.id).is_on, "to change it does not switch it on"
    ben.post(address(board, week, "turn_delivery", card.id), {"on": "1"})
    assert delivery(board.project, week.id, card.id).is_on
    ben.post(address(board, week, "remove_delivery", card.id))
    assert deliveries_page(board.project, week.id).total == 0
    noted = [entry.verb for entry in entries(board.project.id, kind="delivery").items]
    assert noted == ["delivery.removed", *["delivery.changed"] * 4, "delivery.made"]


def test_viewers_see_where_it_goes_and_change_nothing(board: World, week: Dashboard) -> None:
    card, vera = mailed(board, week), member(board.project, "vera", Role.VIEWER)
    shown = vera.get(address(board, week)).content.decode()
    assert "ada@example.com" in shown and "Send it now" not in shown and "Mail it" not in shown
    for name in ("send_delivery", "turn_delivery", "remove_delivery", "change_delivery"):
        assert vera.post(address(board, week, name, card.id)).status_code == 403


def test_a_program_makes_changes_sends_and_removes(
    board: World, week: Dashboard, channel: Neighbour, clock: Clock
) -> None:
    key = issue_key(project=board.project.id, kind=KeyKind.SECRET)
    program = Client(headers={"authorization": f"Bearer {key}"})
    root = f"/api/v1/projects/{board.project.id}/dashboards/{week.id}/deliveries"

    def ask(method: str, path: str = "", **body: Any) -> Any:
        return program.generic(method, root + path, msgspec.json.encode(body), "application/json")

    made = ask("POST", way="chat", url=channel.url, when={"rhythm": "daily", "hour": 9}).json()
    assert (made["host"], made["due"], made["language"]) == ("127.0.0.1", "2026-02-06T09:00:00+00:00", "en")
    one = f"/{made['id']}"
    changed = ask("PUT", one, when={"rhythm": "weekly", "hour": 8, "weekday": 4}, language="ko").json()
    assert (changed["due"], changed["language"]) == ("2026-02-06T08:00:00+00:00", "ko")
    job = ask("POST", f"{one}/send").json()["job"]
    work_off()
    told = ask("GET", one).json()
    assert told["last"] == {"job": job, "state": "done", "said": "Posted to 127.0.0.1.", "error": ""}
    assert ask("PUT", one, on=False).json()["due"] is None
    refused = ask("POST", way="mail", when={"rhythm": "daily", "hour": 25}, to=["ada@example.com"])
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["hour"])
    assert ask("DELETE", one).json() == {"removed": made["id"]}
    assert ask("GET").json() == {"deliveries": [], "total": 0}
    assert ask("GET", one).status_code == 404


def test_hours_are_those_of_the_project_when_its_zone_changes_too(board: World, week: Dashboard, clock: Clock) -> None:
    card = mailed(board, week)
    assert card.due == datetime(2026, 2, 9, 9, tzinfo=UTC)
    settle(MACHINE, board.project, name="World", timezone="Asia/Seoul", currency="USD", language="en")
    # Monday nine o'clock in Seoul is midnight in UTC.
    assert delivery(board.project, week.id, card.id).due == datetime(2026, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "text", "cron"),
    [
        (When(Rhythm.DAILY, 9), "every day at 09:00", "0 9 * * *"),
        (When(Rhythm.WEEKLY, 17, weekday=6), "every Sunday at 17:00", "0 17 * * 0"),
        (When(Rhythm.WEEKLY, 0, weekday=0), "every Monday at 00:00", "0 0 * * 1"),
        (When(Rhythm.MONTHLY, 8, day=3), "on day 3 of each month at 08:00", "0 8 3 * *"),
        (When(Rhythm.MONTHLY, 8, day=LAST), "on the last day of each month at 08:00", "0 8 L * *"),
    ],
)
def test_when_it_goes_is_said_in_words_and_meant_so(when: When, text: str, cron: str) -> None:
    assert (when_text(when), when.cron) == (text, cron)


def test_what_cannot_be_delivered_is_refused(board: World, week: Dashboard, monkeypatch: pytest.MonkeyPatch) -> None:
    for to, sentence in (
        ((), "needs somebody"),
        (("ada",), "is not an email address"),
        (("a@b.c\nBcc: x@y.z",), "is not"),
    ):
        with pytest.raises(Refusal, match=sentence):
            service.make(MACHINE, board.project, week.id, way=Way.MAIL, to=to, when=MONDAYS, by="ada")
    with pytest.raises(Refusal, match="At most 50 people"):
        mailed(board, week, *(f"p{number}@example.com" for number in range(51)))
    with pytest.raises(Refusal, match="This is no address of the web"):
        posted(board, week, "ftp://example.com")
    with pytest.raises(Refusal, match="Use en or ko"):
        mailed(board, week, language="xx")
    monkeypatch.setattr(service, "MOST", 1)
    mailed(board, week)
    with pytest.raises(Refusal, match="A dashboard has at most 1"):
        mailed(board, week)


def test_the_deliveries_of_others_are_not_there(board: World, week: Dashboard) -> None:
    card, other = mailed(board, week), World(board.folder)
    for verb in (
        lambda: deliveries_page(other.project, week.id),
        lambda: delivery(other.project, week.id, card.id),
        lambda: service.change(MACHINE, other.project, week.id, card.id, is_on=False),
        lambda: service.remove(MACHINE, other.project, week.id, card.id),
        lambda: service.send_now(MACHINE, other.project, week.id, card.id, by="cleo"),
    ):
        with pytest.raises(Refusal) as refused:
            verb()
        assert refused.value.status == 404
