"""What readers get: by mail and in a channel, in their language, once, and only while they want it."""

import re
from email.message import Message
from smtplib import SMTPRecipientsRefused
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from pytest_django import Settings

from groundswell.dashboards import service as dashboards
from groundswell.dashboards.tests.conftest import SIGN_UPS, made
from groundswell.dashboards.types import Dashboard
from groundswell.deliveries import service
from groundswell.deliveries.service import delivery, send_now
from groundswell.deliveries.tests.conftest import MACHINE, TREND, Clock, mailed, posted
from groundswell.deliveries.types import DeliveryCard
from groundswell.insights.desk import desk
from groundswell.insights.types import Answer
from groundswell.jobs.service import begin_recurring, run_of, work_off
from groundswell.jobs.types import RunCard, State
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.workspace.members import members_of, remove
from groundswell.workspace.service import found_project
from groundswell.workspace.types import ProjectCard, Role
from tests.neighbours import Neighbour
from tests.visitors import PASSWORD, member
from tests.world import World


def sent(world: World, card: DeliveryCard, *only: str) -> RunCard:
    run = send_now(MACHINE, world.project, card.dashboard, card.id, by="ada@example.com", only=only)
    work_off()
    return run_of(world.project.id, run.id)


def outbox() -> list[EmailMultiAlternatives]:
    return mail.outbox  # type: ignore[return-value]


def html_of(message: EmailMultiAlternatives) -> str:
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    return str(html)


def parts_of(message: EmailMultiAlternatives) -> list[Message]:
    """All parts of a mail as a program reads them."""
    return list(message.message().walk())


def test_a_mail_says_the_numbers_as_text_and_as_a_page_and_shows_the_charts(board: World, week: Dashboard) -> None:
    done = sent(board, mailed(board, week))
    assert (done.state, done.said) == (State.DONE, "Sent to 1.")
    (message,) = outbox()
    assert (message.subject, message.to) == ("The week", ["ada@example.com"])
    # January has three sign-ups, December none to compare with; of its last whole week, from the 26th, there is none.
    # Ada and Cleo of three made a board.
    assert "Sign-ups\n" in message.body and re.search(r"Sign-ups\n  Signed Up[^\n]*: 3\n", message.body)
    assert "Signed Up: 3 (100.0%)\n" in message.body
    assert "Board Created: 2 (66.7%)\n" in message.body
    assert "Look at **plans** & prices." in message.body
    link = f"https://growth.example.com/p/{board.project.id}/dashboards/{week.id}/"
    assert f"Open the dashboard: {link}\n" in message.body
    html = html_of(message)
    assert "<strong>plans</strong> &amp; prices" in html and f'href="{link}"' in html
    pictures = [part for part in parts_of(message) if part.get_content_type() == "image/png"]
    assert [part["Content-ID"] for part in pictures] == ["<chart-2>", "<chart-3>"]
    assert all(part.get_payload(decode=True).startswith(b"\x89PNG") for part in pictures)  # type: ignore[union-attr]
    assert [f'src="cid:{name}"' in html for name in ("chart-2", "chart-3")] == [True, True]
    assert message.message().get_content_type() == "multipart/related"


def test_everybody_gets_one_of_their_own_in_the_language_that_they_chose(board: World, week: Dashboard) -> None:
    member(board.project, "ada", Role.OWNER).post("/language", {"language": "ko", "next": "/"})
    member(board.project, "ben", Role.EDITOR)
    card = mailed(board, week, "ada@example.com", "ben@example.com", "outside@example.org", language="en")
    assert sent(board, card).said == "Sent to 3."
    ada, ben, outside = outbox()
    assert ([message.to for message in outbox()]) == [["ada@example.com"], ["ben@example.com"], ["outside@example.org"]]
    assert "대시보드 열기" in ada.body and 'lang="ko"' in html_of(ada)
    assert "Open the dashboard" in ben.body and "Open the dashboard" in outside.body
    assert len({message.extra_headers["List-Unsubscribe"] for message in outbox()}) == 3


def test_days_of_the_dashboard_stand_in_the_subject(board: World) -> None:
    days = {"date_from": "-7d", "date_to": "-1d"}
    narrowed = made(board, {"question": SIGN_UPS}, filters=days)
    sent(board, mailed(board, narrowed, language="en"))
    sent(board, mailed(board, narrowed, language="ko"))
    # The seven days before the fifth of February.
    assert outbox()[0].subject == "The week · Jan 29, 2026 – Feb 4, 2026"
    assert outbox()[1].subject == "The week · 2026. 1. 29.~2026. 2. 4."


def test_a_card_that_says_nothing_says_why_and_keeps_no_other_away(
    board: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = desk.answer

    def refusing(project: ProjectCard, question: Any, **how: Any) -> Answer:
        if question["interval"] == "month":
            raise Refusal(422, "broken", said("Ask again in a while."), hint=said("Check the address."))
        return answer(project, question, **how)

    monkeypatch.setattr(desk, "answer", refusing)
    mixed = made(board, {"title": "Gone", "question": SIGN_UPS}, {"title": "Fine", "question": TREND})
    sent(board, mailed(board, mixed))
    assert "Gone\n  Ask again in a while. Check the address.\n" in outbox()[0].body
    assert "Fine\n  Signed Up" in outbox()[0].body
    assert "cid:chart-2" in html_of(outbox()[0]) and "cid:chart-1" not in html_of(outbox()[0])


def test_what_others_wrote_does_no_harm_in_a_mail(board: World) -> None:
    harm = "<script>alert(1)</script>"
    harmful = made(board, {"title": harm, "question": SIGN_UPS}, {"text": harm}, name=f"{harm}\r\nBcc: all@example.com")
    sent(board, mailed(board, harmful))
    (message,) = outbox()
    assert "<script" not in html_of(message) and html_of(message).count("&lt;script&gt;") >= 3
    assert message.subject == f"{harm} Bcc: all@example.com"
    assert message.recipients() == ["ada@example.com"]


def test_who_is_no_member_any_more_gets_no_mail_any_more(board: World, week: Dashboard) -> None:
    member(board.project, "ada", Role.OWNER)
    member(board.project, "ben", Role.EDITOR)
    card, alone = mailed(board, week, "ada@example.com", "ben@example.com"), mailed(board, week, "ben@example.com")
    (ben,) = (each for each in members_of(board.project).items if each.email == "ben@example.com")
    remove(MACHINE, board.project, member=ben.id)
    assert sent(board, card).said == "Sent to 1."
    assert [message.to for message in outbox()] == [["ada@example.com"]]
    now = delivery(board.project, week.id, alone.id)
    assert (now.to, now.is_on) == ((), False)
    sent(board, alone)
    assert len(outbox()) == 1
    with pytest.raises(Refusal, match="needs somebody"):
        service.change(MACHINE, board.project, week.id, alone.id, is_on=True)


def test_whoever_has_an_account_elsewhere_is_a_stranger_like_all_others(board: World, week: Dashboard) -> None:
    found_project(email="cleo@example.com", password=PASSWORD, name="Elsewhere")
    assert sent(board, mailed(board, week, "cleo@example.com")).said == "Sent to 1."


def test_to_see_what_it_looks_like_it_is_sent_to_one_alone(board: World, week: Dashboard) -> None:
    card = mailed(board, week, "ben@example.com", "cleo@example.com")
    assert sent(board, card, "ada@example.com").said == "Sent to 1."
    assert [message.to for message in outbox()] == [["ada@example.com"]]


def test_where_no_mail_leaves_it_fails_and_says_what_to_do(board: World, week: Dashboard, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    failed = sent(board, mailed(board, week))
    assert (failed.state, failed.tries) == (State.FAILED, 1)
    assert "No mail leaves this server. Set GROUNDSWELL_MAIL_URL" in failed.error


class Moody:
    """A mail server that has its days."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.connection = None

    moods: list[Exception | None] = []

    def __enter__(self) -> "Moody":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def send_messages(self, messages: list[EmailMultiAlternatives]) -> int:
        mood = self.moods.pop(0) if self.moods else None
        if mood:
            raise mood
        mail.outbox.extend(messages)
        return len(messages)


@pytest.fixture
def moody(monkeypatch: pytest.MonkeyPatch) -> list[Exception | None]:
    monkeypatch.setattr("groundswell.deliveries.sending.get_connection", Moody)
    Moody.moods = []
    return Moody.moods


def test_a_mail_server_that_fails_in_the_middle_sends_nobody_two(
    board: World, week: Dashboard, moody: list[Exception | None], clock: Clock
) -> None:
    moody += [None, ConnectionResetError(104, "Connection reset by peer")]
    card = mailed(board, week, "ada@example.com", "ben@example.com", "cleo@example.com")
    waiting = sent(board, card)
    assert waiting.state is State.WAITING
    assert waiting.error == "The mail server does not take it: Connection reset by peer"
    clock.goes_on(minutes=1)
    work_off()
    assert [message.to for message in outbox()] == [[f"{name}@example.com"] for name in ("ada", "ben", "cleo")]
    assert run_of(board.project.id, waiting.id).said == "Sent to 3."
    sent(board, card)
    assert len(outbox()) == 6, "the next time everybody gets it again"


def test_an_address_that_is_refused_keeps_no_other_away(
    board: World, week: Dashboard, moody: list[Exception | None]
) -> None:
    moody += [SMTPRecipientsRefused({"gone@example.com": (550, b"no such user")})]
    done = sent(board, mailed(board, week, "gone@example.com", "ada@example.com"))
    assert (done.state, done.said) == (State.DONE, "Sent to 1, but not to gone@example.com.")


def test_a_channel_gets_numbers_and_the_way_to_the_rest(board: World, week: Dashboard, channel: Neighbour) -> None:
    done = sent(board, posted(board, week, f"{channel.url}/services/T0/B0/secret"))
    assert (done.state, done.said) == (State.DONE, "Posted to 127.0.0.1.")
    (heard,) = channel.heard
    assert heard.path == "/services/T0/B0/secret"
    kinds = [block["type"] for block in heard.json["blocks"]]
    assert kinds == ["header", "context", "section", "section", "section", "section", "context"]
    texts = [block["text"]["text"] for block in heard.json["blocks"] if block["type"] == "section"]
    assert "*To a board*\nSigned Up: *3* (100.0%)\nBoard Created: *2* (66.7%)" in texts
    assert "Look at *plans* &amp; prices." in texts
    link = f"https://growth.example.com/p/{board.project.id}/dashboards/{week.id}/"
    assert heard.json["blocks"][-1]["elements"][0]["text"] == f"<{link}|Open the dashboard>"
    assert heard.json["text"].startswith("The week: ")


def test_a_text_is_marked_as_channels_mark_it(board: World, channel: Neighbour) -> None:
    text = "## This week\n**Look** at [the plan](https://example.com/a?b=1&c=2) and <!here>, [not](javascript:x)."
    sent(board, posted(board, made(board, {"text": text}), channel.url))
    (section,) = [block["text"]["text"] for block in channel.heard[0].json["blocks"] if block["type"] == "section"]
    assert section == (
        "*This week*\n*Look* at <https://example.com/a?b=1&amp;c=2|the plan> and &lt;!here&gt;, [not](javascript:x)."
    )


def test_names_mean_nothing_to_a_channel(board: World, channel: Neighbour) -> None:
    loud = made(board, {"title": "<!channel> *now*", "question": SIGN_UPS}, name="<!here> & there")
    sent(board, posted(board, loud, channel.url, language="ko"))
    said_there = str(channel.heard[0].json)
    assert "&lt;!channel&gt;" in said_there and "<!channel>" not in said_there
    assert "대시보드 열기" in said_there
    assert channel.heard[0].json["text"].startswith("&lt;!here&gt; &amp; there")


def test_a_channel_that_fails_says_why_and_is_tried_again(
    board: World, week: Dashboard, channel: Neighbour, clock: Clock
) -> None:
    channel.status, channel.body = 500, b"rollup_error"
    card = posted(board, week, f"{channel.url}/secret")
    waiting = sent(board, card)
    assert (waiting.state, waiting.error) == (State.WAITING, "127.0.0.1 answers 500: rollup_error")
    channel.status = 200
    clock.goes_on(minutes=1)
    work_off()
    now = delivery(board.project, week.id, card.id)
    assert now.last is not None and (now.last.state, now.last.tries) == (State.DONE, 2)
    channel.status, channel.body = 404, b"no_service"
    failed = sent(board, card)
    assert failed.state is State.FAILED
    assert failed.error.startswith("127.0.0.1 answers 404: no_service Check the address")


def test_a_dashboard_without_cards_is_not_sent(board: World) -> None:
    failed = sent(board, mailed(board, made(board)))
    assert failed.error == "The dashboard has no cards. Put some on it."


def test_very_many_cards_are_cut_off(board: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundswell.deliveries.digest.MOST_PARTS", 2)
    monkeypatch.setattr("groundswell.deliveries.digest.MOST_PICTURES", 1)
    sent(board, mailed(board, made(board, *[{"question": TREND}] * 4)))
    (message,) = outbox()
    assert "2 more cards are on the dashboard." in message.body
    assert html_of(message).count("cid:") == 1


def test_what_is_due_is_sent_at_its_hour_and_what_was_missed_is_sent_once(
    board: World, week: Dashboard, clock: Clock
) -> None:
    mailed(board, week)
    begin_recurring()

    def go_on(**length: float) -> int:
        clock.goes_on(**length)
        before = len(outbox())
        for _ in range(3):
            work_off()
        return len(outbox()) - before

    assert go_on() == 0
    assert go_on(days=3, hours=22, minutes=59) == 0  # Monday the ninth, 8:59
    assert go_on(minutes=1) == 1
    assert go_on(minutes=1) == 0
    assert go_on(days=22) == 1  # three Mondays went by while nobody was there
    assert go_on(minutes=5) == 0
    assert go_on(days=6) == 1  # Monday the ninth of March, past nine


def test_mail_programs_and_people_leave_by_the_address_in_the_mail(
    board: World, week: Dashboard, settings: Settings
) -> None:
    card = mailed(board, week, "ada@example.com", "ben@example.com")
    sent(board, card)
    ada = outbox()[0]
    assert ada.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = ada.extra_headers["List-Unsubscribe"].strip("<>")
    assert address.startswith("https://growth.example.com/leave/") and address in ada.body
    path, stranger = address.removeprefix("https://growth.example.com"), Client(enforce_csrf_checks=True)
    assert "Get this dashboard no more?" in stranger.get(path).content.decode()
    assert delivery(board.project, week.id, card.id).gone == (), "to look is not to leave"
    answer = stranger.post(path, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 200
    assert "You get this dashboard no more" in stranger.get(path).content.decode()
    assert sent(board, card).said == "Sent to 1."
    assert [message.to for message in outbox()[2:]] == [["ben@example.com"]]
    service.change(MACHINE, board.project, week.id, card.id, to=["ada@example.com", "ben@example.com"])
    assert delivery(board.project, week.id, card.id).gone == ("ada@example.com",), "only she herself comes back"
    stranger.post(path, {"again": "1"})
    assert sent(board, card).said == "Sent to 2."
    assert stranger.post(path[:-1]).status_code == 404
    assert stranger.get("/leave/x").status_code == 404


def test_where_nobody_knows_the_address_of_the_console_there_are_no_links(
    board: World, week: Dashboard, settings: Settings
) -> None:
    settings.URL = ""
    sent(board, mailed(board, week))
    (message,) = outbox()
    assert "http" not in message.body and "List-Unsubscribe" not in message.extra_headers


def test_what_is_removed_while_it_waits_is_not_sent(board: World, week: Dashboard) -> None:
    card = mailed(board, week)
    run = send_now(MACHINE, board.project, week.id, card.id, by="ada")
    dashboards.remove(MACHINE, board.project, week.id)
    work_off()
    assert (run_of(board.project.id, run.id).said, outbox()) == ("It is delivered no more.", [])
