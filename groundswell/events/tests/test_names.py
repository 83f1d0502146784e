"""Names in addresses, in sightings, and what others say of them."""

from urllib.parse import unquote

import pytest
from django.urls import resolve, reverse
from hypothesis import given
from hypothesis import strategies as st

from groundswell.events import used
from groundswell.events.catalogue import describe_event, describe_property, owners
from groundswell.events.models import EventName
from groundswell.events.naming import name_roles, vocabulary
from groundswell.events.service import properties_of, suggested, where_used
from groundswell.events.sightings import events_with, properties_in, values_of
from groundswell.events.vocabulary import ROLES
from groundswell.events.words import role_groups, role_meanings, role_names, type_names
from groundswell.kernel.errors import Refusal
from groundswell.workspace.shell import Hit
from groundswell.workspace.types import Caller, Role
from tests.visitors import member
from tests.world import World, track

LATELY = "2026-01-09T10:00:00Z"
NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=50)
ME = Caller(is_operator=True)


@given(NAMES)
@pytest.mark.usefixtures("open_store")
def test_every_name_has_an_address_of_its_own(name: str) -> None:
    for view in ("events.event", "events.property"):
        address = reverse(view, args=[1, name])
        segment = address.rpartition("/")[2]
        assert segment not in ("", ".", ".."), "a browser would take it for a way up"
        assert resolve(unquote(address)).kwargs == {"project": 1, "name": name}


def test_properties_of_an_event_are_those_it_came_with_lately(world: World) -> None:
    world.send(
        track("ada", "Opened", LATELY, size=1, plan="pro"), track("ben", "Opened", LATELY, size=2),
        track("ada", "Opened", "2025-11-01T10:00:00Z", old=1), track("ada", "Closed", LATELY, other=1),
        track("ada", "Bare", LATELY),
    )  # fmt: skip
    found = [(each.name, each.count, each.share) for each in properties_in(world.project, "Opened")]
    assert found == [("size", 2, 1.0), ("plan", 1, 0.5)]
    assert properties_in(world.project, "Bare") == []
    assert properties_in(world.project, "Never") == []


def test_events_of_a_property_are_those_that_had_it(world: World) -> None:
    world.send(
        track("ada", "Opened", LATELY, size=1), track("ben", "Opened", LATELY),
        track("ben", "Closed", LATELY, size=None), track("ben", "Left", LATELY, note='"size":1'),
    )  # fmt: skip
    for has_column in (True, False):
        found = [
            (each.name, each.count, each.share) for each in events_with(world.project, "size", has_column=has_column)
        ]
        assert found == [("Closed", 1, 1.0), ("Opened", 1, 0.5)]


def test_the_values_of_a_property_are_those_that_came_most_often(world: World) -> None:
    world.send(
        *[track("ada", "Opened", LATELY, plan=plan, old="no") for plan in ("pro", "pro", "free", "", 10)],
        track("ada", "Opened", LATELY), track("ada", "Opened", "2025-11-01T10:00:00Z", plan="old"),
        track("ada", "Opened", LATELY, token="abc", flags=["a", "b"]),
    )  # fmt: skip

    def values(name: str, *, has_column: bool = True) -> list[tuple[str, int, float]]:
        return [(each.name, each.count, each.share) for each in values_of(world.project, name, has_column=has_column)]

    for has_column in (True, False):
        found = values("plan", has_column=has_column)
        assert found == [("pro", 2, 0.4), ("", 1, 0.2), ("10", 1, 0.2), ("free", 1, 0.2)]
    assert values("flags") == [('["a","b"]', 1, 1.0)]
    assert values("token") == [], "secrets are not shown"
    assert values("never") == []


def test_a_name_says_what_depends_on_it_in_every_street(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(used, "_uses", [])
    for street in ("one", "two"):
        used.register_use(lambda project, name, street=street: [Hit(f"/{street}", name, street)])
    used.register_use(used._uses[0])
    assert [hit.kind for hit in where_used(world.project, "Opened")] == ["one", "two"], "none of them twice"


def test_members_may_own_names_and_strangers_not(world: World) -> None:
    world.send(track("ada", "Opened", LATELY, size=1))
    member(world.project, "ada", Role.OWNER)
    (ada,) = owners(world.project)
    describe_event(ME, world.project, "Opened", {"owner": ada})
    describe_event(ME, world.project, "Opened", {"owner": ada, "description": "Looked"})
    with pytest.raises(Refusal, match="There is no such member"):
        describe_property(ME, world.project, "size", {"owner": ada + 999})
    describe_property(ME, world.project, "size", {"owner": ada})
    describe_property(ME, world.project, "size", {"owner": None})
    assert [(card.name, card.about.owner) for card in properties_of(world.project.id)] == [("size", None)]


def test_an_owner_who_left_stays_written_down_until_somebody_else_is_named(world: World) -> None:
    world.send(track("ada", "Opened", LATELY))
    cleo = max(owners(world.project), default=0) + 999  # of nobody who is here
    EventName.objects.filter(project_id=world.project.id).update(owner=cleo)
    describe_event(ME, world.project, "Opened", {"owner": cleo, "description": "Looked"})
    assert EventName.objects.get(project_id=world.project.id).description == "Looked"


def test_meanings_that_no_database_keeps_are_refused(world: World) -> None:
    world.send(track("ada", "Opened", LATELY))
    for text in ("w" * 2_001, "a\0b"):
        with pytest.raises(Refusal, match="at most 2000 characters"):
            describe_event(ME, world.project, "Opened", {"description": text})


def test_suggestions_are_so_many_and_hold_the_text(world: World) -> None:
    world.send(*[track("ada", f"Event {number}", LATELY, **{f"p{number}": 1}) for number in range(9)])
    assert suggested(world.project.id, text="event", most=2) == (["Event 0", "Event 1"], [])
    assert suggested(world.project.id, text="P8") == ([], ["p8"])
    assert len(suggested(world.project.id)[0]) == 9


def test_projects_have_vocabularies_of_their_own(world: World) -> None:
    other = World(world.folder)
    name_roles(ME, world.project, {"signed_up": "joined"})
    assert vocabulary(world.project.id)["signed_up"] == "joined"
    assert vocabulary(other.project.id) == ROLES


def test_every_role_is_said_in_words_and_stands_in_one_group() -> None:
    grouped = [role for _group, roles in role_groups() for role in roles]
    assert sorted(grouped) == sorted(ROLES) == sorted(role_names()) == sorted(role_meanings())
    assert type_names(("number", "string", "strange")) == "number, text, strange"
