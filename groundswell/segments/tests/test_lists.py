"""Lists of ids: what is in a file, who is behind it, who is not known yet."""

import pytest

from groundswell.kernel.errors import Refusal
from groundswell.segments import lists, service
from groundswell.segments.tests.conftest import MACHINE, Put, ids
from tests.world import World, group, identify, track

LISTED = {"listed": True}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ada\nben\n", ["ada", "ben"]),
        ("\ufeffUser ID;name\r\nada;Ada\r\n\r\nada;again\r\n ben ;Ben", ["ada", "ben"]),
        ('id\n"a,b"\n"c\nd"\n', ["a,b", "c\nd"]),
        ("id\tmail\n1\tx\n2\ty\n", ["1", "2"]),
        ("", []),
        ("id\n", []),
    ],
)
def test_ids_are_those_of_the_first_column_each_once(text: str, expected: list[str]) -> None:
    assert lists.ids_in(text) == expected


def test_a_file_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_IDS", 2)
    for text, sentence in (("a\nb\nc", "has 3 ids"), ("x" * 1_001, "is longer than 1000"), ("a\x00b", "no id can")):
        with pytest.raises(Refusal, match=sentence):
            lists.ids_in(text)


def test_who_is_not_known_yet_comes_in_when_they_come(world: World, put: Put) -> None:
    world.send(identify("ada", "phone"), identify("ben"))
    put("invited", LISTED)
    found = service.replace_list(MACHINE, world.project, "invited", ["phone", "ben", "cleo"])
    assert (found.total, found.unknown, found.examples) == (3, 1, ["cleo"])
    assert ids(world, "invited") == ["ada", "ben"]  # ada by her phone
    world.send(track("cleo", "A"))
    assert service.listing(world.project, "invited").unknown == 0
    assert ids(world, "invited") == ["ada", "ben", "cleo"]


def test_single_ones_are_put_on_and_taken_off(world: World, put: Put) -> None:
    world.send(group("ada", "acme"), group("ada", "bolt"))
    put("pilots", LISTED, of="accounts")
    service.change_list(MACHINE, world.project, "pilots", add=["acme", "bolt", "acme"])
    service.change_list(MACHINE, world.project, "pilots", remove=["acme", "nobody"])
    assert ids(world, "pilots") == ["bolt"]
    service.replace_list(MACHINE, world.project, "pilots", ["acme"])
    assert ids(world, "pilots") == ["acme"]
    assert service.listing(world.project, "pilots").total == 1


def test_a_list_is_one_statement_among_others(world: World, put: Put) -> None:
    world.send(identify("ada", plan="pro"), identify("ben"))
    put("invited", LISTED)
    put("invited-payers", {"segment": "invited"}, {"trait": {"plan": "pro"}})
    service.change_list(MACHINE, world.project, "invited", add=["ada", "ben"])
    assert ids(world, "invited-payers") == ["ada"]


def test_a_segment_without_a_list_takes_none(world: World, put: Put) -> None:
    put("payers", {"trait": {"plan": "pro"}})
    with pytest.raises(Refusal, match="does not say who is in by a list"):
        service.change_list(MACHINE, world.project, "payers", add=["ada"])


def test_a_list_has_an_end(world: World, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_IDS", 2)
    put("invited", LISTED)
    service.change_list(MACHINE, world.project, "invited", add=["ada", "ben"])
    with pytest.raises(Refusal, match="at most 2 ids"):
        service.change_list(MACHINE, world.project, "invited", add=["cleo"])
