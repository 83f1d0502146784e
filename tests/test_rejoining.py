"""People merged and parted by hand: the loader knows, the tables know, and taking back leaves no trace."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.insights.service import ask
from groundswell.kernel.errors import Refusal
from groundswell.people import service as people
from groundswell.store import service as store
from groundswell.workspace.types import Caller
from tests.effort import examples
from tests.world import World, group, identify, track

ADA = Caller(user=1)
DAY4, DAY5, DAY6 = "2026-01-04T10:00:00Z", "2026-01-05T10:00:00Z", "2026-01-06T10:00:00Z"


@pytest.fixture
def world(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Ada is there, and the world's own loader does what is asked, at once."""
    get_user_model().objects.create_user(pk=ADA.user, username="ada@example.com")
    collector = SimpleNamespace(rejoin=lambda asked: world.loader.rejoin(asked))
    monkeypatch.setattr("groundswell.collect.service.collector", lambda: collector)
    return world


def merge(world: World, id: str, into: str) -> int:
    """Merge two people; the number by which it can be undone."""
    people.merge(world.project, id, into=into, caller=ADA, by="ada@example.com")
    return people.rejoins(world.project)[0].number


def split(world: World, id: str) -> int:
    people.split(world.project, id, caller=ADA, by="ada@example.com")
    return people.rejoins(world.project)[0].number


def undo(world: World, number: int) -> None:
    people.undo(world.project, number, caller=ADA, by="ada@example.com")


def groups(world: World) -> list[list[str]]:
    """Who is one person, by the ids sent."""
    return sorted(
        sorted(names) for (names,) in world.run("SELECT groupArray(name) FROM scope.person_ids GROUP BY person")
    )


def everything(world: World) -> dict[str, Any]:
    """All that can be asked about people, and a trend made of days counted ahead."""
    questions = {
        "ids": "SELECT id, person, name, known, toString(first_seen) FROM scope.person_ids",
        "traits": "SELECT person, key, value FROM scope.person_traits",
        "members": "SELECT person, account, toString(since), role FROM scope.memberships",
        "events": "SELECT person, account, event, toString(timestamp) FROM scope.events",
        "seen": "SELECT person, toString(min(first)), toString(max(last)), sum(count) FROM scope.seen GROUP BY person",
    }
    trend = {
        "kind": "trend",
        "interval": "day",
        "series": [{"event": None}],
        "date_from": "2026-01-04",
        "date_to": "2026-01-06",
    }
    return {name: sorted(world.run(sql)) for name, sql in questions.items()} | {"trend": ask(world.project, trend).rows}


@pytest.fixture
def team(world: World) -> World:
    """Ada with a phone, Ben with a laptop who was Benjamin before, and a visitor."""
    world.send(
        identify("ada", "phone", at=DAY4, plan="pro"), track("~phone", "Opened", DAY4),
        identify("ben", "laptop", at=DAY5, plan="free", seats=3), track("ben", "Opened", DAY5),
        track("benjamin", "Opened", DAY4),
        {"type": "alias", "userId": "ben", "previousId": "benjamin", "timestamp": DAY5},
        group("ben", "acme", DAY5, role="buyer"), track("~visitor", "Opened", DAY6),
    )  # fmt: skip
    return world


APART = [["ada", "phone"], ["ben", "benjamin", "laptop"], ["visitor"]]


def test_two_known_people_become_the_older_and_everything_of_the_other_follows(team: World) -> None:
    merge(team, "ada", into="ben")
    assert groups(team) == [["ada", "ben", "benjamin", "laptop", "phone"], ["visitor"]]
    profile = team.profile("laptop")
    assert (profile.id, profile.events) == ("ada", 3)
    assert [account["id"] for account in profile.accounts] == ["acme"]


def test_a_visitor_goes_into_a_known_person_whichever_is_named_first(team: World) -> None:
    merge(team, "ada", into="visitor")
    assert groups(team)[0] == ["ada", "phone", "visitor"]
    assert team.profile("visitor").id == "ada"


def test_what_cannot_be_merged_is_refused_with_the_reason(team: World) -> None:
    team.send(track("~stranger", "Opened", DAY6))
    for one, other, code in (
        ("ada", "phone", "same_person"),
        ("visitor", "stranger", "nobody_known"),
        ("ada", "dora", "not_found"),
    ):
        with pytest.raises(Refusal) as refused:
            merge(team, one, into=other)
        assert refused.value.code == code
    assert people.rejoins(team.project) == []


@pytest.mark.parametrize("pair", [("ada", "ben"), ("ada", "visitor"), ("benjamin", "visitor"), ("laptop", "phone")])
def test_a_merge_undone_leaves_every_answer_as_it_was(team: World, pair: tuple[str, str]) -> None:
    team.count_ahead()
    before = everything(team)
    number = merge(team, *pair)
    team.count_ahead()
    assert everything(team) != before
    undo(team, number)
    assert everything(team) == before
    team.count_ahead()
    assert everything(team) == before
    team.start_loader()
    assert everything(team) == before


def test_days_counted_ahead_are_counted_anew(team: World) -> None:
    team.count_ahead()
    assert [row[-1] for row in everything(team)["trend"]] == [2, 1, 1]
    number = merge(team, "ada", into="ben")
    assert [row[-1] for row in everything(team)["trend"]] == [1, 1, 1]
    team.count_ahead()
    undo(team, number)
    assert [row[-1] for row in everything(team)["trend"]] == [2, 1, 1]


@pytest.mark.parametrize("restarts", [False, True])
def test_later_events_go_where_they_should(team: World, restarts: bool) -> None:
    number = merge(team, "ada", into="ben")
    if restarts:
        team.start_loader()
    team.send(identify("ben", "tablet", at=DAY6), track("ben", "Opened", DAY6), track("~phone", "Opened", DAY6))
    assert team.profile("ada").events == 5
    assert "tablet" in team.profile("ada").ids
    undo(team, number)
    if restarts:
        team.start_loader()
    assert (team.profile("ada").events, team.profile("ben").events) == (2, 3)
    assert "tablet" in team.profile("ben").ids
    team.send(track("ben", "Opened", DAY6), track("benjamin", "Opened", DAY6))
    assert (team.profile("ada").events, team.profile("ben").events) == (2, 5)


def test_a_visitor_whose_merge_was_undone_may_still_become_somebody(team: World) -> None:
    undo(team, merge(team, "visitor", into="ada"))
    team.start_loader()
    team.send(identify("ben", "visitor", at=DAY6), trusted=False)
    assert team.profile("visitor").id == "ben"


def test_an_id_that_was_split_off_stays_apart_whatever_comes_late(team: World) -> None:
    split(team, "phone")
    assert groups(team)[0] == ["ada"]
    team.send(identify("ada", "phone", at=DAY4), identify("ben", "phone", at=DAY4))
    team.start_loader()
    team.send(identify("ada", "phone", at="2026-01-01T00:00:00Z"))
    assert team.profile("phone").ids == ["phone"]
    assert team.profile("phone").events == 1


def test_a_split_of_a_known_id_takes_its_devices_along_and_can_be_undone(team: World) -> None:
    merge(team, "ada", into="ben")
    before = everything(team)
    number = split(team, "ben")
    assert groups(team) == [["ada", "benjamin", "phone"], ["ben", "laptop"], ["visitor"]]
    undo(team, number)
    assert everything(team) == before


def test_the_id_of_a_profile_is_not_split_off_it(team: World) -> None:
    with pytest.raises(Refusal) as refused:
        split(team, "ada")
    assert refused.value.code == "own_id"


def test_undoing_waits_for_what_came_after_it(team: World) -> None:
    team.send(track("zoe", "Opened", DAY6))
    first, second = merge(team, "ben", into="zoe"), merge(team, "ada", into="zoe")
    with pytest.raises(Refusal) as refused:
        undo(team, first)
    assert refused.value.code == "changed_since"
    undo(team, second)
    undo(team, first)
    assert groups(team) == [*APART, ["zoe"]]
    with pytest.raises(Refusal) as refused:
        undo(team, first)
    assert refused.value.code == "undone"


def test_a_merge_can_be_made_again_after_it_was_undone(team: World) -> None:
    undo(team, merge(team, "ada", into="ben"))
    undo(team, merge(team, "ada", into="ben"))
    merge(team, "ada", into="ben")
    team.start_loader()
    assert team.profile("ben").id == "ada"
    assert [each.undone for each in people.rejoins(team.project) if each.kind == "merge"] == [False, True, True]


def test_an_alias_sent_after_a_split_joins_again(team: World) -> None:
    split(team, "benjamin")
    assert team.profile("benjamin").ids == ["benjamin"]
    team.send({"type": "alias", "userId": "ben", "previousId": "benjamin", "timestamp": DAY6})
    assert team.profile("benjamin").id == "ben"


@pytest.mark.parametrize("writes", range(4))
def test_a_crash_between_two_writes_leaves_it_done_or_not_begun(
    team: World, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    team.count_ahead()
    append, left = store.append, writes

    def dies(*args: Any, **kwargs: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            team.loader.stop()
            raise Refusal(503, "dead", "The power is gone.")
        append(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(store, "append", dies)
        patch.setattr("groundswell.collect.loader.RETRY", 0)
        if writes < 3:
            with pytest.raises(Refusal):
                merge(team, "ada", into="ben")
        else:
            merge(team, "ada", into="ben")
    team.start_loader()
    is_merged = writes >= 2  # days taken back, then written down, then done
    assert (team.profile("ben").id == "ada") is is_merged
    assert [row[-1] for row in everything(team)["trend"]] == ([1, 1, 1] if is_merged else [2, 1, 1])
    team.send(track("ben", "Opened", DAY6))
    assert team.profile("ada").events == (4 if is_merged else 1)
    if is_merged:
        undo(team, people.rejoins(team.project)[0].number)
        assert groups(team) == APART


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), st.sampled_from("abcxy"), st.sampled_from("abcxy")),
        st.tuples(st.just("split"), st.sampled_from("abcxy"), st.just("")),
        st.tuples(st.just("pair"), st.sampled_from("abc"), st.sampled_from("xy")),
        st.tuples(st.just("alias"), st.sampled_from("abc"), st.sampled_from("abc")),
        st.tuples(st.just("restart"), st.just(""), st.just("")),
    ),
    max_size=6,
)


@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(steps=STEPS, last=st.tuples(st.sampled_from("abcxy"), st.sampled_from("abcxy")))
def test_after_any_story_a_merge_and_its_undo_change_nothing(
    world: World, steps: list[Any], last: tuple[str, str]
) -> None:
    name = lambda letter: f"{letter}{len(told)}"  # noqa: E731 - a world of its own for each story
    told.append(None)
    world.send(
        *(track(name(user), "Opened", DAY4) for user in "abc"), *(track(f"~{name(it)}", "Opened", DAY5) for it in "xy")
    )
    for what, one, other in steps:
        quietly(lambda: _tell(world, what, name(one), name(other)))  # noqa: B023
    before, number = everything(world), 0
    if quietly(lambda: merge(world, name(last[0]), into=name(last[1]))):
        number = people.rejoins(world.project)[0].number
        undo(world, number)
    assert everything(world) == before
    world.start_loader()
    assert everything(world) == before


told: list[None] = []


def _tell(world: World, what: str, one: str, other: str) -> None:
    if what == "merge":
        merge(world, one, into=other)
    elif what == "split":
        split(world, one)
    elif what == "pair":
        world.send(identify(one, other, at=DAY6))
    elif what == "alias":
        world.send({"type": "alias", "userId": one, "previousId": other, "timestamp": DAY6})
    else:
        world.start_loader()


def quietly(act: Callable[[], Any]) -> bool:
    """Do what may be refused; whether it was done."""
    try:
        act()
    except Refusal:
        return False
    return True
