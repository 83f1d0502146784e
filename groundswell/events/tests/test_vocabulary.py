"""What a project calls things: roles, and the events that play them."""

import html
import re

import pytest
from django.test import Client

from groundswell.events.service import is_played, vocabulary
from groundswell.events.vocabulary import ROLES
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.workspace import shell
from groundswell.workspace.audit import entries
from tests.world import World, track


@pytest.fixture
def place(world: World) -> str:
    return f"/p/{world.project.id}/events/vocabulary"


def read(client: Client, place: str) -> str:
    return html.unescape(client.get(place).content.decode())


def test_every_role_has_its_usual_name_at_first(world: World, ben: Client, place: str) -> None:
    assert vocabulary(world.project.id) == ROLES
    assert re.findall(r'<input id="role-(\w+)" name="\1" value="([^"]+)"', read(ben, place)) == [
        (role, ROLES[role])
        for role in (
            "visited", "signed_up", "signed_in", "trial_started", "trial_ended", "subscription_started",
            "subscription_changed", "subscription_ended", "paid", "payment_failed", "ordered", "spent", "invited",
            "invitation_accepted",
        )
    ]  # fmt: skip


def test_an_editor_names_the_sign_up_and_it_is_written_down(world: World, ben: Client, place: str) -> None:
    assert ben.post(place, {"signed_up": " user_registered ", "paid": ROLES["paid"]}).status_code == 302
    assert vocabulary(world.project.id) == {**ROLES, "signed_up": "user_registered"}
    note, *others = entries(world.project.id).items
    assert (note.verb, note.subject) == ("vocabulary.changed", "signed_up")
    assert note.detail == {"before": "Signed Up", "now": "user_registered"}
    assert "vocabulary.changed" not in [each.verb for each in others], "what stays the same is no change"


def test_an_empty_name_gives_the_role_back(world: World, ben: Client, place: str) -> None:
    ben.post(place, {"signed_up": "user_registered"})
    ben.post(place, {"signed_up": ""})
    assert vocabulary(world.project.id) == ROLES


def test_too_long_a_name_is_refused_and_what_was_typed_stays(world: World, ben: Client, place: str) -> None:
    answer = ben.post(place, {"signed_up": "w" * 201, "invited": "invite"})
    assert answer.status_code == 400
    assert "An event name has at most 200 characters." in answer.content.decode()
    assert 'value="invite"' in answer.content.decode()
    assert vocabulary(world.project.id) == ROLES, "nothing of it was taken"


def test_beside_each_role_stands_how_often_its_event_happened(world: World, ben: Client, place: str) -> None:
    world.send(
        track("ada", "Signed Up", "2026-01-09T10:00:00Z"), track("ben", "Signed Up", "2026-01-08T10:00:00Z"),
        track("ada", "Invite Sent", "2025-10-01T10:00:00Z"),
    )  # fmt: skip
    text = read(ben, place)
    assert 'names/Signed%20Up">2 times in 30 days</a>' in text
    assert 'names/Invite%20Sent">0 times in 30 days</a>' in text
    assert text.count("never seen") == len(ROLES) - 2
    assert '<option value="Invite Sent">' in text, "known names are suggested"


def test_a_viewer_reads_the_vocabulary_and_changes_nothing(
    world: World, vera: Client, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = read(vera, place)
    assert "<bdi>Signed Up</bdi>" in text
    assert "<input id=" not in text
    assert vera.post(place, {"signed_up": "mine"}).status_code == 403
    assert vocabulary(world.project.id) == ROLES


def test_names_that_mean_harm_are_shown_as_they_are(world: World, ben: Client, place: str) -> None:
    harm = '"><script>alert(1)</script>'
    ben.post(place, {"signed_up": harm})
    assert vocabulary(world.project.id)["signed_up"] == harm
    shown = ben.get(place).content.decode()
    assert f'value="{html.escape(harm)}"' in shown
    assert "<script>alert" not in shown


def test_names_can_be_given_while_the_store_is_stopped(
    world: World, ben: Client, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped() -> None:
        raise Refusal(503, "store_unavailable", said("The event store is stopped."))

    monkeypatch.setattr("groundswell.store.service.engine", stopped)
    assert ben.post(place, {"signed_up": "user_registered"}).status_code == 302
    assert 'value="user_registered"' in read(ben, place)
    assert "never seen" not in read(ben, place), "nobody knows"


def test_home_leads_here_until_the_sign_up_is_known(world: World, ben: Client, place: str) -> None:
    step = next(step for step, _done in shell.steps(world.project) if step.view == "events.vocabulary")
    assert (step.place, str(step.name)) == (20, "Name your sign-up")
    world.send(track("ada", "user_registered", "2026-01-09T10:00:00Z"))
    assert not step.is_done(world.project)
    ben.post(place, {"signed_up": "user_registered"})
    assert step.is_done(world.project)
    assert is_played(world.project.id, "signed_up")


def test_who_sends_the_usual_name_need_not_name_it(world: World) -> None:
    world.send(track("ada", "Signed Up", "2026-01-09T10:00:00Z"))
    assert is_played(world.project.id, "signed_up")
    assert not is_played(world.project.id, "paid")
