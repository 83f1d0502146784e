"""Merging two people by their pages, splitting an id off, and taking either back."""

import re

import pytest
from django.test import Client

from groundswell.people.tests.reading import shown, words
from groundswell.workspace.audit import entries
from tests.world import World, group, identify, track


@pytest.fixture
def team(world: World) -> World:
    """Ada was there before Ben, who has a laptop; both are known."""
    world.send(
        identify("ada", name="Ada", plan="pro"), track("ada", "Opened"), group("ada", "acme", role="buyer"),
        identify("ben", "laptop", name="Ben", plan="free"), track("~laptop", "Opened"), track("ben", "Closed"),
        track("~visitor", "Looked"), track("~other", "Looked"),
    )  # fmt: skip
    return world


def post(client: Client, world: World, path: str, **sent: str) -> str:
    """Where it leads."""
    answer = client.post(f"/p/{world.project.id}/{path}", sent)
    assert answer.status_code == 302, answer.content.decode()[:2_000]
    return answer.headers["Location"].removeprefix(f"/p/{world.project.id}/")


def undo_on(page: str) -> tuple[str, str]:
    """The first button on a page that undoes something: where it goes, and the id it sends."""
    return re.findall(r'action="/p/\d+/(merges/\d+/undo)".*?name="id" value="(.*?)"', page, re.S)[0]


def test_the_other_is_searched_for_and_both_are_shown_before_anything_is_done(ben: Client, team: World) -> None:
    page = shown(ben, team, "merge", id="ben", q="ad")
    assert '<a class="grow" href="?id=ben&amp;with=ada">' in page
    assert "with=ben" not in shown(ben, team, "merge", id="ben", q="b")
    assert "Nobody else is called so" in shown(ben, team, "merge", id="ben", q="zzz")
    preview = words(shown(ben, team, "merge", id="ben", **{"with": "ada"}))
    assert "Survives the older one Name Ada" in preview
    assert "Goes into it Name Ben Ids ben , laptop Events 2" in preview
    assert "All events, ids and companies of Ben will be those of Ada" in preview
    assert team.profile("ben").id == "ben"


def test_a_merge_is_undone_from_its_notice_and_everybody_is_as_before(ben: Client, team: World) -> None:
    before = [team.profile(id) for id in ("ada", "ben", "laptop")]
    where = post(ben, team, "merge", id="ben", **{"with": "ada"})
    assert re.fullmatch(r"people/ada\?done=\d+", where)
    page = shown(ben, team, where)
    assert "They are one person now: ben was merged into this" in words(page)
    assert team.profile("laptop").events == 3
    path, id = undo_on(page)
    assert shown(ben, team, post(ben, team, path, id=id))
    assert [team.profile(id) for id in ("ada", "ben", "laptop")] == before
    assert "They are one person now" not in shown(ben, team, where)


def test_a_merge_is_undone_from_the_profile_later(ben: Client, team: World) -> None:
    post(ben, team, "merge", id="ada", **{"with": "visitor"})
    page = shown(ben, team, "people/visitor")
    assert "Joined and parted by hand visitor was merged into this ben@example.com" in words(page)
    path, id = undo_on(page)
    post(ben, team, path, id=id)
    assert "Joined and parted by hand" not in shown(ben, team, "people/ada")
    assert team.profile("visitor").id == "visitor"


def test_an_id_is_split_off_and_joined_again(ben: Client, team: World) -> None:
    where = post(ben, team, "split", id="laptop")
    page = shown(ben, team, where)
    assert "laptop was split off; this is its own profile now" in words(page)
    assert (team.profile("ben").events, team.profile("laptop").events) == (1, 1)
    path, id = undo_on(page)
    post(ben, team, path, id=id)
    assert team.profile("laptop").id == "ben"


def test_what_was_joined_and_parted_is_written_down_by_name(ben: Client, team: World) -> None:
    where = post(ben, team, "merge", id="ben", **{"with": "ada"})
    path, id = undo_on(shown(ben, team, where))
    post(ben, team, path, id=id)
    post(ben, team, "split", id="laptop")
    noted = entries(team.project.id).items
    assert [(entry.verb, entry.subject, entry.who) for entry in noted[:3]] == [
        ("people.split", "laptop → ben", "ben@example.com"),
        ("people.rejoined", "ben → ada", "ben@example.com"),
        ("people.merged", "ben → ada", "ben@example.com"),
    ]
    assert noted[1].detail == noted[2].detail


def test_what_cannot_be_done_is_refused_in_words(ben: Client, team: World) -> None:
    for path, sent, sentence in (
        ("merge", {"id": "ada", "with": "ada"}, "These are one person already."),
        ("merge", {"id": "visitor", "with": "other"}, "so neither can survive"),
        ("split", {"id": "ada"}, "This is the id that the profile is known by."),
        ("merges/999/undo", {"id": "ada"}, "There is no such merge or split."),
    ):
        answer = ben.post(f"/p/{team.project.id}/{path}", sent)
        assert answer.status_code in (404, 409)
        assert sentence in answer.content.decode()
    assert "one person already" in ben.get(f"/p/{team.project.id}/merge", {"id": "ada", "with": "ada"}).content.decode()


def test_viewers_join_and_part_nobody(vera: Client, team: World) -> None:
    for path, sent in (("merge", {"id": "ben", "with": "ada"}), ("split", {"id": "laptop"}), ("merges/1/undo", {})):
        assert vera.post(f"/p/{team.project.id}/{path}", sent).status_code == 403
    assert team.profile("laptop").id == "ben"
