"""Runs through funnels: worlds small enough to be followed by eye, and the reference for all others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groundswell.insights import fronts, grouped
from groundswell.insights import runs as engine
from groundswell.insights.grouped import Grouped
from groundswell.insights.instants import Rows
from groundswell.insights.rules import Exclusion, Order, Rules
from groundswell.insights.runs import Runs, best_runs, spread
from groundswell.insights.tally import Tally
from tests.reference.funnel import Moment, best_run
from tests.reference.funnel import Rules as PlainRules

ORDERED, STRICT, ANY = Order.ORDERED, Order.STRICT, Order.ANY


@dataclass(frozen=True)
class Best:
    """Which of an actor's events begins the best run, and when its steps are filled."""

    start: int
    times: tuple[int, ...]


def story(text: str, *, starts_until: int = 1_000_000) -> list[Moment]:
    """An actor's events, ``time:letters`` each: the steps that it can fill, A to D; X is excluded, - is neither."""
    moments = []
    for word in text.split():
        at, letters = word.split(":")
        fills = frozenset("ABCD".index(letter) + 1 for letter in letters if letter in "ABCD")
        moments.append(Moment(int(at), fills, frozenset({0} if "X" in letters else ()), int(at) <= starts_until))
    return moments


def as_rows(stories: Sequence[Sequence[Moment]]) -> Rows:
    """The stories as columns. Each event is a group of its own, so that the group tells which event began a run."""
    events = [(actor, place, moment) for actor, story in enumerate(stories) for place, moment in enumerate(story)]
    return Rows(
        actor=np.array([actor for actor, _, _ in events], np.uint64),
        at=np.array([moment.at for _, _, moment in events], np.int64),
        fills=np.array([sum(1 << step - 1 for step in moment.fills) for _, _, moment in events], np.uint32),
        excluded=np.array([sum(1 << number for number in moment.excluded) for _, _, moment in events], np.uint32),
        startable=np.array([moment.may_start for _, _, moment in events], bool),
        group=np.array([place for _, place, _ in events], np.int32),
    )


@pytest.fixture(autouse=True, params=["numpy", "compiled"])
def passes(request: pytest.FixtureRequest) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(grouped, "MANY", 0 if request.param == "compiled" else 10**9)
        yield


def best(rows: Rows, rules: Rules) -> Runs:
    return best_runs(Grouped.of(rows), rules, lambda: np.arange(int(rows.group.max(initial=0)) + 1, dtype=np.int32))


def bests_of(stories: Sequence[Sequence[Moment]], rules: Rules) -> list[tuple[int, Best]]:
    """The runs that actors count with by the engine, by actor."""
    runs = best(as_rows(stories), rules)
    found = []
    columns = (runs.actor, runs.began, runs.depth, runs.group, runs.gaps)
    for actor, began, depth, group, gaps in zip(*(column.tolist() for column in columns), strict=True):
        assert began == stories[actor][group].at
        assert gaps[depth - 1 :] == [-1] * (rules.steps - depth)
        found.append((actor, Best(group, tuple(accumulate(gaps[: depth - 1], initial=began)))))
    return sorted(found, key=lambda each: (each[0], each[1].times))


def best_of(stories: Sequence[Sequence[Moment]], rules: Rules) -> dict[int, Best]:
    """Each actor's best run by the engine."""
    found = bests_of(stories, rules)
    assert len(dict(found)) == len(found)
    return dict(found)


def times_of(
    text: str,
    steps: int,
    *,
    window: int = 100,
    order: Order = ORDERED,
    exclusions: tuple[Exclusion, ...] = (),
    starts_until: int = 1_000_000,
) -> tuple[int, ...]:
    """When the best run of the one actor of this story fills its steps; () where there is none."""
    best = best_of([story(text, starts_until=starts_until)], Rules(steps, window, order, exclusions))
    return best[0].times if best else ()


# In the order of the steps


def test_each_step_takes_the_earliest_later_event() -> None:
    assert times_of("1:A 2:B 3:B 4:A 5:C", 3) == (1, 2, 5)


def test_events_before_the_step_they_would_fill_do_not_count() -> None:
    assert times_of("1:C 2:B 3:A", 3) == (3,)


def test_without_a_first_step_there_is_no_run() -> None:
    assert times_of("1:B 2:C", 3) == ()


def test_the_window_includes_its_end_and_begins_with_the_first_event() -> None:
    assert times_of("0:A 6:B 10:C", 3, window=10) == (0, 6, 10)
    assert times_of("0:A 6:B 11:C", 3, window=10) == (0, 6)


def test_a_later_start_counts_if_it_gets_further() -> None:
    # From 0 the window ends at 10, before C; from 5 it holds B and C.
    assert times_of("0:A 5:A 6:B 12:C", 3, window=10) == (5, 6, 12)


def test_of_runs_that_get_equally_far_the_earliest_counts() -> None:
    assert times_of("0:A 1:B 20:A 21:B", 3, window=10) == (0, 1)


def test_runs_start_inside_the_dates_and_may_end_after_them() -> None:
    assert times_of("0:A 5:A 6:B", 2, window=3, starts_until=4) == (0,)
    assert times_of("0:A 5:B", 2, starts_until=4) == (0, 5)


def test_actors_do_not_continue_each_others_runs() -> None:
    best = best_of([story("1:A"), story("2:B"), story("3:A 4:B")], Rules(2, 100))
    assert best == {0: Best(0, (1,)), 2: Best(0, (3, 4))}


def test_one_event_fills_one_step_only() -> None:
    assert times_of("1:AB", 2) == (1,)
    assert times_of("1:AB 2:AB", 2) == (1, 2)
    assert times_of("1:A 2:BC 3:D", 4) == (1, 2)


def test_at_one_instant_events_are_taken_in_the_order_that_leads_furthest() -> None:
    assert times_of("1:C 1:B 1:A", 3) == (1, 1, 1)
    # B must be filled by the event that can do nothing else, so that C is left for the other.
    assert times_of("0:A 1:BC 1:B", 3) == (0, 1, 1)
    # The run that begins with the second event has the first one for B.
    assert best_of([story("1:AB 1:A")], Rules(2, 100)) == {0: Best(1, (1, 1))}


def test_three_events_that_could_each_fill_several_steps_share_them_out() -> None:
    # B is left to the one event that fills nothing else, C to the next, D to the last.
    assert times_of("0:A 1:BCD 1:BC 1:B", 4) == (0, 1, 1, 1)
    assert times_of("0:A 1:BD 1:BD 1:B", 4) == (0, 1)


# Exclusions


def test_an_excluded_event_between_two_steps_ends_the_run() -> None:
    whole = (Exclusion(1, 3),)
    assert times_of("0:A 1:X 2:B 3:C", 3, exclusions=whole) == (0,)
    assert times_of("0:A 1:B 2:X 3:C", 3, exclusions=whole) == (0, 1)


def test_an_excluded_event_at_the_instant_of_a_step_does_not_lie_between() -> None:
    assert times_of("0:A 0:X 1:B 1:X", 2, exclusions=(Exclusion(1, 2),)) == (0, 1)


def test_an_excluded_event_at_the_instant_of_a_middle_step_lies_between_first_and_last() -> None:
    assert times_of("0:A 1:B 1:X 2:C", 3, exclusions=(Exclusion(1, 3),)) == (0, 1)


def test_an_exclusion_concerns_its_own_steps_alone() -> None:
    late = (Exclusion(2, 3),)
    assert times_of("0:A 1:X 2:B 3:C", 3, exclusions=late) == (0, 2, 3)
    assert times_of("0:A 1:B 2:X 3:C", 3, exclusions=late) == (0, 1)
    assert times_of("0:A 1:B 2:C 3:X 4:D", 4, exclusions=late) == (0, 1, 2, 4)


def test_a_person_counts_with_a_run_that_avoids_what_is_excluded() -> None:
    assert times_of("0:A 1:X 2:A 3:B", 2, exclusions=(Exclusion(1, 2),)) == (2, 3)


def test_a_late_exclusion_is_escaped_by_an_order_that_leaves_an_event_unused() -> None:
    # At 1, C before B leaves C unused: then the next C comes after what is excluded, and D follows undisturbed.
    world = "0:A 1:B 1:C 2:X 3:C 4:D"
    assert times_of(world, 4, exclusions=(Exclusion(3, 4),)) == (0, 1, 3, 4)
    # At the start's own instant B may have come before A.
    assert times_of("0:A 0:B 1:X 2:B 3:C", 3, exclusions=(Exclusion(2, 3),)) == (0, 2, 3)
    # Two events that fill both B and C cannot be left over once A is there.
    assert times_of("0:A 1:BC 1:BC 2:X 3:C 4:D", 4, exclusions=(Exclusion(3, 4),)) == (0, 1, 1)


# Strictly


def test_strict_runs_allow_nothing_in_between() -> None:
    assert times_of("0:A 1:B 2:C", 3, order=STRICT) == (0, 1, 2)
    assert times_of("0:A 1:- 2:B", 2, order=STRICT) == (0,)
    assert times_of("0:A 1:A 2:B", 2, order=STRICT) == (1, 2)


def test_strict_runs_leave_other_events_of_one_instant_before_or_after_them() -> None:
    # At 0 the other event comes before A; at 1 it comes after B, and then lies between B and C.
    assert times_of("0:A 0:- 1:B 1:- 2:C", 3, order=STRICT) == (0, 1)
    # All events at 1 are steps, so the run goes on.
    assert times_of("0:A 1:C 1:B 2:D", 4, order=STRICT) == (0, 1, 1, 2)
    # B at 0 is better put before A than used: only the B at 1 leads on to C.
    assert times_of("0:A 0:B 1:B 2:C", 3, order=STRICT) == (0, 1, 2)


# In any order


def test_any_counts_different_steps_wherever_the_run_begins() -> None:
    assert times_of("0:C 1:A 2:B", 3, order=ANY) == (0, 1, 2)
    assert times_of("0:C 1:C 2:B", 3, order=ANY) == (0, 2)


def test_any_looks_for_the_window_with_most_steps() -> None:
    # The window from 0 holds A and B, the one from 8 holds B, C and A.
    assert times_of("0:A 1:B 8:B 9:C 12:A", 3, window=5, order=ANY) == (8, 9, 12)


def test_any_gives_each_event_the_step_that_makes_most_of_all() -> None:
    assert times_of("0:AB 1:A", 2, order=ANY) == (0, 1)
    assert times_of("0:AB 1:AB 2:AB 3:C", 3, order=ANY) == (0, 1, 3)
    assert times_of("0:AB 1:BC 2:A 3:B", 3, order=ANY) == (0, 1, 2)


def test_any_stops_at_what_is_excluded() -> None:
    assert times_of("0:B 1:X 2:A", 2, order=ANY, exclusions=(Exclusion(1, 2),)) == (0,)


# Everything else, held against the reference


@st.composite
def worlds(draw: st.DrawFn) -> tuple[PlainRules, list[list[Moment]]]:
    """Few instants and many events: every kind of tie and overlap comes up."""
    steps = draw(st.integers(1, 4))
    ranges = st.tuples(st.integers(1, steps), st.integers(1, steps)).filter(lambda pair: pair[0] < pair[1])
    exclusions = tuple(draw(st.lists(ranges, max_size=2))) if steps > 1 else ()
    numbers = st.frozensets(st.sampled_from(range(len(exclusions)))) if exclusions else st.just(frozenset())
    fills = st.frozensets(st.integers(1, steps), max_size=draw(st.sampled_from([1, steps])))
    last, until = draw(st.integers(0, 6)), draw(st.integers(0, 6))
    event = st.tuples(st.integers(0, last), fills, numbers)
    stories = [
        [Moment(at, steps, excluded, at <= until) for at, steps, excluded in sorted(drawn, key=lambda one: one[0])]
        for drawn in draw(st.lists(st.lists(event, min_size=1, max_size=9), min_size=1, max_size=3))
    ]
    rules = PlainRules(steps, draw(st.sampled_from([0, 1, 3, 6])), draw(st.sampled_from(list(Order))), exclusions)
    return rules, stories


@settings(max_examples=400, deadline=None)
@given(world=worlds(), piece=st.sampled_from([1, 5, 1 << 18]), branches=st.sampled_from([0, 1 << 19]))
def test_every_world_gives_the_runs_of_the_reference(
    world: tuple[PlainRules, list[list[Moment]]], piece: int, branches: int
) -> None:
    rules, stories = world
    exclusions = tuple(Exclusion(*pair) for pair in rules.exclusions)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "PIECE", piece)
        patch.setattr(fronts, "BRANCHES", branches)
        found = best_of(stories, Rules(rules.steps, rules.window, Order(rules.order), exclusions))
    wanted = {actor: best_run(story, rules) for actor, story in enumerate(stories)}
    assert found == {actor: Best(*best) for actor, best in wanted.items() if best is not None}


@settings(max_examples=400, deadline=None)
@given(
    world=worlds(),
    anew=st.lists(st.integers(0, 7), min_size=1, max_size=3, unique=True).map(sorted),
    piece=st.sampled_from([1, 5, 1 << 18]),
)
def test_in_each_stretch_of_time_actors_count_with_the_best_run_that_begins_in_it(
    world: tuple[PlainRules, list[list[Moment]]], anew: list[int], piece: int
) -> None:
    rules, stories = world
    exclusions = tuple(Exclusion(*pair) for pair in rules.exclusions)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "PIECE", piece)
        asked = Rules(rules.steps, rules.window, Order(rules.order), exclusions, tuple(anew))
        found = bests_of(stories, asked)
    wanted = []
    for actor, story in enumerate(stories):
        for first, end in pairwise([-1, *anew, 99]):
            inside = [replace(moment, may_start=moment.may_start and first <= moment.at < end) for moment in story]
            if (run := best_run(inside, rules)) is not None:
                wanted.append((actor, Best(*run)))
    assert found == wanted


def test_a_run_that_begins_before_an_instant_may_end_after_it() -> None:
    # From 1 on she gets to B at 6, and no further within 5; from 5 on to B and C.
    found = bests_of([story("1:A 5:A 6:B 7:C")], Rules(3, 5, anew=(4,)))
    assert found == [(0, Best(0, (1, 6))), (0, Best(1, (5, 6, 7)))]


@settings(max_examples=400, deadline=None)
@given(world=worlds())
def test_it_matters_to_no_depth_and_no_gap_which_of_two_like_events_is_taken(
    world: tuple[PlainRules, list[list[Moment]]],
) -> None:
    rules, stories = world
    rows = as_rows(stories)
    exclusions = tuple(Exclusion(*pair) for pair in rules.exclusions)
    in_one_group = replace(rows, group=np.zeros(len(rows), np.int32))
    runs = best(in_one_group, Rules(rules.steps, rules.window, Order(rules.order), exclusions))
    found = dict(zip(runs.actor.tolist(), (gaps[gaps >= 0].tolist() for gaps in runs.gaps), strict=True))
    wanted = {actor: best_run(story, rules) for actor, story in enumerate(stories)}
    assert found == {actor: np.diff(best[1]).tolist() for actor, best in wanted.items() if best is not None}


def test_rows_need_not_be_in_any_order() -> None:
    chance = np.random.default_rng(7)
    rows = as_rows(
        [[Moment(at, frozenset({1 + (at + actor) % 3}), may_start=True) for at in range(9)] for actor in range(70)]
    )
    rules = Rules(3, 4)
    for shuffled in (chance.permutation(len(rows)), np.argsort(rows.at, kind="stable")):
        found, wanted = best(rows.take(shuffled), rules), best(rows, rules)
        assert found.actor.tolist() == wanted.actor.tolist()
        assert found.gaps.tolist() == wanted.gaps.tolist()


def test_twenty_steps_at_one_instant_are_shared_out_among_events_that_fill_them_all() -> None:
    rows = as_rows([[Moment(0, frozenset(range(1, 21)))] * 30])
    for order in Order:
        assert best(rows, Rules(20, 0, order)).depth.tolist() == [20]


def test_choices_at_many_instants_do_not_multiply() -> None:
    # Steps 2 … 20 all come at each of nineteen instants: 2^18 ways to take them, all kept apart by a late exclusion.
    everything = [Moment(at, frozenset({step})) for at in range(19) for step in range(1, 21)]
    rules = Rules(20, 100, exclusions=(Exclusion(19, 20),))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fronts, "BRANCHES", 1000)
        runs = best(as_rows([everything]), rules)
    assert runs.depth.tolist() == [20]
    assert runs.gaps.sum() == 0  # all in the first instant


# Counts and medians


def runs_of(*found: tuple[int, int, list[int]]) -> Runs:
    """Runs given as group, depth and gaps."""
    return Runs(
        actor=np.arange(len(found), dtype=np.uint64),
        began=np.zeros(len(found), np.int64),
        depth=np.array([depth for _, depth, _ in found], np.uint8),
        group=np.array([group for group, _, _ in found], np.int32),
        gaps=np.array([gaps for _, _, gaps in found], np.int64).reshape(len(found), -1),
    )


def test_a_tally_counts_everybody_who_got_at_least_that_far() -> None:
    tally = Tally(3)
    tally.add(runs_of((4, 1, [-1, -1]), (4, 2, [10, -1]), (7, 3, [30, 5])))
    tally.add(runs_of((4, 3, [20, 7])))
    reached = tally.reached()
    assert reached.group.tolist() == [4, 7]
    assert reached.count.tolist() == [[3, 2, 1], [1, 1, 1]]
    # Group 4: gaps to step 2 are 10 and 20, to step 3 only 7.
    np.testing.assert_array_equal(reached.median, [[np.nan, 15, 7], [np.nan, 30, 5]])


def test_a_step_that_nobody_reached_has_no_median() -> None:
    tally = Tally(2)
    tally.add(runs_of((0, 1, [-1])))
    np.testing.assert_array_equal(tally.reached().median, [[np.nan, np.nan]])


def test_an_empty_tally_has_no_groups() -> None:
    tally = Tally(2)
    tally.add(best(as_rows([]), Rules(2, 10)))
    assert tally.reached().count.shape == (0, 2)


def test_a_funnel_of_one_step_counts_whoever_did_it() -> None:
    runs = best(as_rows([story("3:A 5:A"), story("4:-")]), Rules(1, 10))
    assert (runs.actor.tolist(), runs.depth.tolist(), runs.gaps.shape) == ([0], [1], (1, 0))


def test_a_run_counts_under_every_label_of_its_group() -> None:
    # Group 0 stands for two labels, group 1 for none, group 2 for one.
    runs = runs_of((0, 1, [-1]), (1, 2, [5]), (2, 2, [6]), (0, 2, [7]))
    under = spread(runs, [(10, 11), (), (12,)])
    assert list(zip(under.actor.tolist(), under.group.tolist(), under.gaps[:, 0].tolist(), strict=True)) == [
        (0, 10, -1),
        (0, 11, -1),
        (2, 12, 6),
        (3, 10, 7),
        (3, 11, 7),
    ]
