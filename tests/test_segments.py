"""Who is in a segment is held against the slow reference, on random worlds and random matches, however they came."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groundswell.kernel.clock import to_us
from groundswell.kernel.ids import stable_id
from groundswell.segments.matches import match_of
from groundswell.segments.members import members
from groundswell.segments.types import Definition, Of
from tests import reference
from tests.effort import examples
from tests.random_questions import CONDITIONS, NAME
from tests.random_worlds import AUTUMN, MARCH, SPRING, ZONES, Season, Told, worlds
from tests.world import World

THOROUGH = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
KEYS = {"their-kind": "people", "their-firms": "accounts"}

TRAITS = st.sampled_from(["plan", "size", "tier", "plan.q"])
TRAIT = st.one_of(
    st.builds(lambda name, value: {name: value}, TRAITS, st.sampled_from(["x", 10, "10", True, None, "z"])),
    st.builds(
        lambda name, operator, value: {name: {operator: value}},
        TRAITS, st.sampled_from(["$gt", "$lte", "$ne"]), st.sampled_from([2, 10, "x"]),
    ),
    st.builds(lambda name, exists: {name: {"$exists": exists}}, TRAITS, st.booleans()),
    st.builds(lambda one, other: {"$or": [{"plan": one}, {"size": other}]}, st.just("x"), st.just(10)),
)  # fmt: skip
TIMES = st.one_of(
    st.just({}),
    st.just({"at_most": 0}),
    st.builds(lambda least, more: {"at_least": least, "at_most": least + more}, st.integers(0, 2), st.integers(0, 2)),
    st.builds(lambda least: {"at_least": least}, st.integers(0, 3)),
)
WITHIN = st.sampled_from([None, None, "30m", "12h", "1d", "3d", "30d", "2w", "52w"])
DID = st.builds(
    lambda event, where, times, within: {"event": event, "where": where, **times, "within": within},
    NAME, st.one_of(st.just({}), CONDITIONS), TIMES, WITHIN,
)  # fmt: skip


def leaves(keys: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    kinds = [st.builds(lambda trait: {"trait": trait}, TRAIT), st.builds(lambda did: {"did": did}, DID)]
    return st.one_of(*kinds, kinds[1], *([st.builds(lambda key: {"segment": key}, st.sampled_from(keys))] * bool(keys)))


def matches(keys: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    def grown(parts: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        group = st.builds(
            lambda how, found: {how: found}, st.sampled_from(["all", "any"]), st.lists(parts, min_size=1, max_size=3)
        )
        return group | st.builds(lambda part: {"not": part}, parts)

    tree = st.recursive(leaves(keys), grown, max_leaves=5)
    return st.builds(lambda how, found: {how: [found]}, st.sampled_from(["all", "any"]), tree)


@st.composite
def moments(draw: st.DrawFn, season: Season) -> datetime:
    """An instant at which something, or nothing, just leaves a length of time."""
    at = datetime.fromisoformat(draw(st.sampled_from(season.instants))).astimezone(UTC)
    return at + draw(st.sampled_from([0, 0, 1800, 86_400, 3 * 86_400, 30 * 86_400])) * SECOND


SECOND = datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC) - datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.usefixtures("open_store", "transactional_db")
@THOROUGH
@given(data=st.data(), tz=st.sampled_from(ZONES), season=st.sampled_from([MARCH, SPRING, AUTUMN]))
def test_members_are_those_whom_the_reference_names_however_the_messages_came(
    tmp_path: Path, data: st.DataObject, tz: str, season: Season
) -> None:
    told = data.draw(worlds(season, most=20))
    others = {key: {"of": of, "match": data.draw(matches([]))} for key, of in KEYS.items()}
    asked = {"of": data.draw(st.sampled_from(["people", "accounts"])), "match": data.draw(matches(list(KEYS)))}
    at = data.draw(moments(season))
    _hold(tmp_path, told, asked, others, at, tz)


def _hold(folder: Path, told: Told, asked: Any, others: dict[str, Any], at: datetime, tz: str) -> None:
    happened, batches = told
    expected = reference.segment(happened, asked, to_us(at), others)
    for way in ([happened], batches):
        world = World(folder, tz=tz)
        for batch in way:
            if batch:
                world.send(*batch)
        assert _members(world, asked, others, at) == sorted(stable_id(world.project.id, name) for name in expected)


def _members(world: World, asked: Any, others: dict[str, Any], at: datetime) -> list[int]:
    known = {key: _definition(world, key, given) for key, given in others.items()}
    found = members(
        world.project, _definition(world, "asked", asked), at=to_us(at), definitions=known.get, search=_never
    )
    return found.tolist()  # type: ignore[no-any-return]


def _definition(world: World, key: str, given: Any) -> Definition:
    of = Of(given["of"])
    return Definition(world.project.id, 0, key, key, of, match_of(given["match"], of, world.project.timezone))


def _never(*_: Any) -> int:
    raise AssertionError("nothing was to be sought")
