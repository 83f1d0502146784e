"""Ready dashboards fill themselves from what a project calls things and from what came."""

import re
from typing import Any

import pytest

from groundswell.dashboards import gallery, service
from groundswell.dashboards.tests.conftest import MACHINE
from groundswell.dashboards.tests.test_api import Program
from groundswell.events.service import describe_event, name_roles
from groundswell.insights.kinds import KINDS
from groundswell.kernel.errors import Refusal
from groundswell.workspace.service import found_project
from groundswell.workspace.types import Role
from tests.visitors import PASSWORD, member, signed_in
from tests.world import World, track

LATELY = "2026-01-20T10:00:00Z"
KEYS = ["activation", "retention", "features", "accounts", "acquisition"]


def events(found: gallery.Ready) -> set[str]:
    """The events that it asks for, by name."""
    return set(re.findall(r"'event': '([^']+)'", str(found.cards)))


def test_there_is_one_for_each_thing_that_a_team_looks_at(board: World) -> None:
    assert [each.key for each in gallery.gallery(board.project)] == KEYS
    kinds = {card["question"]["kind"] for each in gallery.gallery(board.project) for card in each.cards}
    assert kinds == set(KINDS)


def test_it_speaks_in_the_project_s_own_words(board: World) -> None:
    name_roles(MACHINE, board.project, {"signed_up": "Board Created", "invited": "Colleague Asked"})
    for key in ("activation", "accounts"):
        found = gallery.ready(board.project, key)
        assert {"Board Created", "Colleague Asked"} <= events(found)
        assert found.lacks == ["Colleague Asked"]


def test_features_are_what_most_people_do_beside_what_has_a_role(board: World) -> None:
    # Boards were made by two, one drew however often; invitations have a role, and what is hidden is nobody's feature.
    board.send(*(track("ada", event, LATELY) for event in ("Drawn", "Drawn", "Drawn", "Debugged")))
    board.send(*(track(name, event, LATELY) for name in ("ada", "ben", "cleo") for event in ("Invite Sent", "Pinned")))
    describe_event(MACHINE, board.project, "Debugged", {"is_hidden": True})
    assert gallery.Words(board.project).features == ["Pinned", "Board Created", "Drawn"]
    titles = [card["title"] for card in gallery.ready(board.project, "features").cards]
    assert titles[:3] == ["Pinned", "Board Created", "Drawn"]


def test_a_split_is_asked_only_for_what_comes(board: World) -> None:
    # Sign-ups come with a plan; visits come with nothing that tells where from, until one does.
    cards = gallery.ready(board.project, "acquisition").cards
    assert [card["question"].get("breakdown") for card in cards if card["title"] == "Sign-ups a week"] == ["plan"]
    assert "Where visitors come from" not in [card["title"] for card in cards]
    board.send(track("ada", "Spend Recorded", LATELY, channel="ads"))
    board.send(track("~d1", "Page Viewed", LATELY, path="/", referrer="https://example.com"))
    cards = gallery.ready(board.project, "acquisition").cards
    splits = {card["title"]: card["question"].get("breakdown") for card in cards}
    assert splits["Where visitors come from"] == "referrer"


@pytest.mark.parametrize("key", KEYS)
def test_every_card_of_one_that_was_taken_is_answered(board: World, key: str) -> None:
    made = gallery.take(MACHINE, board.project, key, by="ada")
    answers = list(service.answers(board.project, made))
    assert len(answers) == len(made.cards) > 3
    assert [each.refusal for each in answers] == [None] * len(answers)
    assert {card.name for card in made.cards if not card.name} == set()
    assert made.filters.as_json() == gallery.DAYS


@pytest.mark.parametrize("key", KEYS)
def test_into_a_project_where_nothing_came_it_fits_as_well(world: World, key: str) -> None:
    found = gallery.ready(world.project, key)
    assert found.lacks or key in ("features", "retention")
    made = gallery.take(MACHINE, world.project, key, by="ada")
    assert all(each.refusal is None for each in service.answers(world.project, made))


def test_one_that_there_is_not_is_refused(board: World) -> None:
    with pytest.raises(Refusal, match="no such ready dashboard"):
        gallery.take(MACHINE, board.project, "money", by="ada")
    assert not service.is_any_made(board.project)


# Pages, and over HTTP ------------------------------------------------------------------------------------------------


def test_one_looks_at_it_with_one_s_own_numbers_and_takes_it(board: World) -> None:
    ada, root = member(board.project, "ada", Role.EDITOR), f"/p/{board.project.id}/dashboards/"
    shelf = ada.get(f"{root}gallery/").content.decode()
    assert "No <bdi>“Invite Sent”</bdi> came so far." in shelf and "How far they come in two weeks" in shelf
    page = ada.get(f"{root}gallery/activation/").content.decode()
    cards = re.findall(r'hx-get="([^"]+)"', page)
    assert len(cards) == len(gallery.ready(board.project, "activation").cards)
    assert "data-grip" not in page
    part = ada.get(cards[0], headers={"HX-Request": "true"}).content.decode()
    assert re.search(r"<strong><a [^>]*>\d+</a></strong>", part)  # the days of the clock's month
    taken = ada.post(f"{root}gallery/activation/take", follow=True).content.decode()
    assert "The dashboard is yours" in taken and "data-grip" in taken
    assert ada.get(f"{root}gallery/activation/cards/99/").status_code == 404
    assert ada.get(f"{root}gallery/money/").status_code == 404


def test_viewers_look_and_take_nothing_and_strangers_see_nothing(board: World) -> None:
    vera, root = member(board.project, "vera", Role.VIEWER), f"/p/{board.project.id}/dashboards/gallery/"
    found_project(email="cleo@example.com", password=PASSWORD, name="Elsewhere")
    cleo = signed_in("cleo@example.com")
    assert "Take it" not in vera.get(root).content.decode() + vera.get(f"{root}activation/").content.decode()
    assert vera.post(f"{root}activation/take").status_code == 403
    for path in (root, f"{root}activation/", f"{root}activation/cards/1/"):
        assert cleo.get(path).status_code == 404
    assert cleo.post(f"{root}activation/take").status_code == 404
    assert not service.is_any_made(board.project)


def test_programs_take_one_too(board: World) -> None:
    ask = Program(board)
    listed: Any = ask("GET", "dashboards/gallery")["dashboards"]
    assert [each["key"] for each in listed] == KEYS
    made = ask("POST", "dashboards/gallery/retention")
    assert (made["name"], made["made_by"]) == ("Who stays", "API")
    assert [card["title"] for card in made["cards"]] == [card["title"] for card in listed[1]["cards"]]
    assert ask.refused("POST", "dashboards/gallery/money")[0] == 404


def test_it_is_told_in_the_language_of_whoever_takes_it(board: World) -> None:
    ada = member(board.project, "ada", Role.EDITOR)
    ada.cookies["groundswell_language"] = "ko"
    ada.post(f"/p/{board.project.id}/dashboards/gallery/retention/take")
    (made,) = service.dashboards_page(board.project).items
    assert made.name == "리텐션"
