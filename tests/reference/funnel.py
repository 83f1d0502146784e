"""Funnels, by trying every order of events at one instant."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import combinations
from statistics import median
from typing import Any

from tests.reference.conditions import matches
from tests.reference.identity import Message
from tests.reference.labels import Label, as_answered, folded, labels, shown, sort_key
from tests.reference.periods import Days, days_asked, later, periods, within
from tests.reference.world import Event, events, stories

WINDOW_UNITS = {"m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000, "w": 604_800_000_000}  # µs


@dataclass(frozen=True)
class Moment:
    """An event of one actor as a funnel sees it."""

    at: int
    fills: frozenset[int]  # the steps that it matches; 1 is the first
    excluded: frozenset[int] = frozenset()  # the exclusions that it matches; 0 is the first
    may_start: bool = True  # inside the dates


@dataclass(frozen=True)
class Rules:
    steps: int
    window: int
    order: str = "ordered"
    exclusions: tuple[tuple[int, int], ...] = ()  # from_step, to_step


Times = tuple[int, ...]  # the instants of the steps that a run filled


def best_run(moments: Sequence[Moment], rules: Rules) -> tuple[int, Times] | None:
    """The furthest run, of equals the earliest: which moment begins it, and when its steps were filled.

    Moments are in the order of time.
    """
    runs = []
    for start, moment in enumerate(moments):
        if moment.may_start and (moment.fills if rules.order == "any" else 1 in moment.fills):
            runs.append((start, run_from(moments, start, rules)))
    return max(runs, key=lambda run: merit(run[1]), default=None)


def merit(times: Times) -> tuple[int, Times]:
    """Larger for what got further, then for what got there earlier."""
    return len(times), tuple(-time for time in times)


def run_from(moments: Sequence[Moment], start: int, rules: Rules) -> Times:
    """The run begun by this moment."""
    others = [moment for place, moment in enumerate(moments) if place != start and moment.at >= moments[start].at]
    if rules.order == "any":
        return _run_in_any_order(moments[start], others, moments, rules)
    if rules.order == "ordered":
        others = [moment for moment in others if moment.fills]
    return _run_in_order(moments[start], others, moments, rules)


def _run_in_order(first: Moment, others: list[Moment], everything: Sequence[Moment], rules: Rules) -> Times:
    beside = [moment for moment in others if moment.at == first.at]
    later = _by_instant([moment for moment in others if moment.at > first.at])

    @cache
    def best(times: Times, here: tuple[Moment, ...], rest: int) -> Times:
        """The best a run can do with ``here`` of this instant and ``later[rest:]`` still ahead."""
        if len(times) == rules.steps:
            return times
        if not here:
            return times if rest == len(later) else best(times, later[rest], rest + 1)
        ways = [take(times, moment, _without(here, moment), rest) for moment in set(here)]
        return max(ways, key=merit)

    def take(times: Times, moment: Moment, here: tuple[Moment, ...], rest: int) -> Times:
        """The best a run can do when this moment comes next."""
        step = len(times) + 1
        if step in moment.fills:
            if moment.at - times[0] > rules.window or _is_barred(times, moment.at, everything, rules):
                return times
            return best((*times, moment.at), here, rest)
        return times if rules.order == "strict" else best(times, here, rest)

    # What happened at the same instant as the first event may have come before it.
    after_it = {_alike(chosen) for size in range(len(beside) + 1) for chosen in combinations(beside, size)}
    return max((best((first.at,), chosen, 0) for chosen in after_it), key=merit)


def _run_in_any_order(first: Moment, others: list[Moment], everything: Sequence[Moment], rules: Rules) -> Times:
    times: Times = (first.at,)
    for at in sorted({moment.at for moment in [first, *others]}):
        if at - first.at > rules.window:
            break
        until = [moment for moment in others if moment.at <= at]
        while len(times) < _most_steps([first, *until]):
            if _is_barred(times, at, everything, rules):
                return times
            times = (*times, at)
    return times


def _most_steps(moments: list[Moment]) -> int:
    """How many different steps these moments can fill, each one."""

    @cache
    def most(place: int, filled: frozenset[int]) -> int:
        if place == len(moments):
            return len(filled)
        free = moments[place].fills - filled
        return max([most(place + 1, filled), *(most(place + 1, filled | {step}) for step in free)])

    return most(0, frozenset())


def _is_barred(times: Times, at: int, everything: Sequence[Moment], rules: Rules) -> bool:
    """Whether an excluded event lies strictly between a step of its range and the next step, filled at ``at``."""
    step = len(times) + 1
    return any(
        from_step < step <= to_step
        and any(number in moment.excluded and times[from_step - 1] < moment.at < at for moment in everything)
        for number, (from_step, to_step) in enumerate(rules.exclusions)
    )


def _by_instant(moments: list[Moment]) -> list[tuple[Moment, ...]]:
    instants = sorted({moment.at for moment in moments})
    return [_alike([moment for moment in moments if moment.at == at]) for at in instants]


def _alike(moments: Sequence[Moment]) -> tuple[Moment, ...]:
    """Only what matters to the order of steps, and in one fixed order: then what is alike need be tried only once."""
    bare = [Moment(moment.at, moment.fills) for moment in moments]
    return tuple(sorted(bare, key=lambda moment: sorted(moment.fills)))


def _without(moments: tuple[Moment, ...], one: Moment) -> tuple[Moment, ...]:
    place = moments.index(one)
    return moments[:place] + moments[place + 1 :]


# Questions


Chosen = list[tuple[Event, Times]]  # the event that begins an actor's best run, and when that filled its steps


def funnel(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> list[list[Any]]:
    """Rows of step, label, breakdown, count, share_of_first, share_of_previous, median_seconds; over time of period,
    breakdown, started, finished, share, median_seconds."""
    if question.get("show") == "over_time":
        return _over_time(messages, question, tz)
    reached = _by_label(messages, question, tz)
    return [row for label in sorted(reached, key=sort_key) for row in _rows(question["steps"], label, reached[label])]


def times(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> dict[Label, tuple[list[int], int]]:
    """How long those took who got from one step to another (µs), and how many got to the first of both alone."""
    first, last = question.get("from_step") or 1, question.get("to_step") or len(question["steps"])
    return {
        label: (
            sorted(times[last - 1] - times[first - 1] for times in runs if len(times) >= last),
            sum(1 for times in runs if first <= len(times) < last),
        )
        for label, runs in _by_label(messages, question, tz).items()
    }


def best_runs(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> Chosen:
    """Everybody's best run."""
    return _chosen(messages, question, days_asked(question), tz)[1]


def _over_time(messages: Sequence[Message], question: dict[str, Any], tz: str) -> list[list[Any]]:
    """The same funnel, asked for each period by itself."""
    days, steps = days_asked(question), len(question["steps"])
    starts, _ = _chosen(messages, question, days, tz)
    kept = shown(starts)
    rows = folded(starts, kept) if question.get("breakdown") else [None]
    found = {label: {period: list[Times]() for period in periods(days, question["interval"], tz)} for label in rows}
    for period in periods(days, question["interval"], tz):
        first = date.fromisoformat(period)
        last = date.fromisoformat(later(period, question["interval"], 1)) - timedelta(days=1)
        for event, times in _chosen(messages, question, (max(first, days[0]), min(last, days[1])), tz)[1]:
            for label in folded(labels(event, question.get("breakdown")), kept):
                found[label][period].append(times)
    return [
        [period, as_answered(label), *_conversion(runs, steps)]
        for label in sorted(found, key=sort_key) for period, runs in found[label].items()
    ]  # fmt: skip


def _conversion(runs: list[Times], steps: int) -> list[Any]:
    took = [times[-1] - times[0] for times in runs if len(times) == steps]
    share = len(took) / len(runs) if runs else None
    return [len(runs), len(took), share, median(took) / 1_000_000 if took and steps > 1 else None]


def _by_label(messages: Sequence[Message], question: dict[str, Any], tz: str) -> dict[Label, list[Times]]:
    """When the best runs filled their steps, under each label that has a row."""
    starts, chosen = _chosen(messages, question, days_asked(question), tz)
    kept = shown(starts)
    reached: dict[Label, list[Times]] = {None: []} if question.get("breakdown") is None else {}
    for label in folded(starts, kept):
        reached.setdefault(label, [])
    for event, times in chosen:
        for label in folded(labels(event, question.get("breakdown")), kept):
            reached[label].append(times)
    return reached


def _chosen(
    messages: Sequence[Message], question: dict[str, Any], days: Days, tz: str
) -> tuple[Counter[Label], Chosen]:
    """How many events of these days could begin a run, by label; and everybody's best run."""
    steps = question["steps"]
    exclude = question.get("exclude") or []
    rules = Rules(
        steps=len(steps),
        window=int(question["window"][:-1]) * WINDOW_UNITS[question["window"][-1]],
        order=question.get("order") or "ordered",
        exclusions=tuple((one.get("from_step") or 1, one.get("to_step") or len(steps)) for one in exclude),
    )
    starts: Counter[Label] = Counter()
    chosen: Chosen = []
    for story in stories(events(messages), question):
        story.sort(key=lambda event: (event.at, sorted(map(sort_key, labels(event, question.get("breakdown"))))))
        moments = [_moment(event, steps, exclude, within(event.at, days, tz)) for event in story]
        for event, moment in zip(story, moments, strict=True):
            if moment.may_start and (moment.fills if rules.order == "any" else 1 in moment.fills):
                starts.update(labels(event, question.get("breakdown")))
        matters = [place for place, moment in enumerate(moments) if _matters(moment, rules)]
        best = best_run([moments[place] for place in matters], rules)
        if best is not None:
            chosen.append((story[matters[best[0]]], best[1]))
    return starts, chosen


def _matters(moment: Moment, rules: Rules) -> bool:
    return rules.order == "strict" or bool(moment.fills or moment.excluded)


def _moment(event: Event, steps: list[dict[str, Any]], exclude: list[dict[str, Any]], is_inside: bool) -> Moment:
    return Moment(
        at=event.at,
        fills=frozenset(number for number, step in enumerate(steps, start=1) if matches(event.name, event.read, step)),
        excluded=frozenset(number for number, one in enumerate(exclude) if matches(event.name, event.read, one)),
        may_start=is_inside,
    )


def _rows(steps: list[dict[str, Any]], label: Label, runs: list[Times]) -> list[list[Any]]:
    counts = [sum(1 for times in runs if len(times) > place) for place in range(len(steps))]
    rows = []
    for place, step in enumerate(steps):
        gaps = [times[place] - times[place - 1] for times in runs if len(times) > place > 0]
        rows.append(
            [
                place + 1,
                step.get("label") or step.get("event") or "Any event",
                as_answered(label),
                counts[place],
                _share(counts[place], counts[0]),
                _share(counts[place], counts[max(place - 1, 0)]),
                median(gaps) / 1_000_000 if gaps else None,
            ]
        )
    return rows


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
