"""Why people stopped: who of those who went on, and who of those who stopped, has or did what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from tests.reference.conditions import matches
from tests.reference.funnel import WINDOW_UNITS, best_runs
from tests.reference.identity import Message
from tests.reference.labels import labels
from tests.reference.world import DAY, Event, actor, events

SECOND = 1_000_000  # µs
MINUTE, HOUR = 60 * SECOND, 3_600 * SECOND
# Lengths that people say; the while after a step is the longest of them within which half went on.
ROUND = (
    0, SECOND, 10 * SECOND, 30 * SECOND, *(each * MINUTE for each in (1, 2, 5, 15, 30)),
    *(each * HOUR for each in (1, 2, 4, 8)), *(each * DAY for each in (1, 2, 4, 7, 14)),
)  # fmt: skip

Feature = tuple[str, str, str | None, str | None, str]  # kind, name, operator, value, when
Table = tuple[int, int, int, int]  # have it and went on, have it and stopped, have it not and went on, …


@dataclass
class Compared:
    """Somebody who got to the step before: what they did and had."""

    began: int
    reached: int
    took: int | None  # None for who stopped
    did: dict[str, set[str]] = field(default_factory=lambda: {"before": set(), "after": set()})
    had: set[tuple[str, str, str, str]] = field(default_factory=set)  # kind, name, when, value

    def is_undecided(self, after: int, window: int) -> bool:
        """Whether they had not gone on so long after, but still could."""
        return self.reached + after < self.began + window and (self.took is None or self.took > after)


@dataclass
class Why:
    converted: int
    dropped: int
    open: int
    within: int  # µs
    tables: dict[Feature, Table]


def why(messages: Sequence[Message], question: dict[str, Any], tz: str = "UTC") -> Why:
    """Everything that some of them have and others have not, however few they are."""
    everything = events(messages)
    latest = max((event.at for event in everything), default=0)
    window = int(question["window"][:-1]) * WINDOW_UNITS[question["window"][-1]]
    runs = [(event, times) for event, times in best_runs(messages, question, tz) if len(times) >= question["step"] - 1]
    over = [(event, times) for event, times in runs if times[0] + window <= latest]
    people = [_compared(event, times, everything, question) for event, times in over]
    within = _within(people, question)
    for (event, _), one in zip(over, people, strict=True):
        _tell(one, [each for each in everything if _is_of(each, event, question)], min(window, 30 * DAY), within)
    went_on = [one for one in people if one.took is not None]
    tables = dict(_tables(people, window, within))
    return Why(len(went_on), len(people) - len(went_on), len(runs) - len(over), within, tables)


def _is_of(event: Event, other: Event, question: dict[str, Any]) -> bool:
    return actor(event, question) == actor(other, question)


def _compared(event: Event, times: Sequence[int], everything: list[Event], question: dict[str, Any]) -> Compared:
    step, steps = question["step"], question["steps"]
    one = Compared(times[0], times[step - 2], times[step - 1] - times[step - 2] if len(times) >= step else None)
    own = [each for each in everything if _is_of(each, event, question)]
    is_any = question.get("order") == "any"
    first, last = (steps, steps) if is_any else (steps[:1], steps[step - 2 : step - 1])
    for each in own:
        if each.at == one.began and any(matches(each.name, each.read, wanted) for wanted in first):
            one.had |= _values("property", each, "event.", each.properties, "started")
        if each.at == one.reached and any(matches(each.name, each.read, wanted) for wanted in last):
            if step > 2:
                one.had |= _values("property", each, "event.", each.properties, "reached")
            if question.get("count") != "accounts":
                one.had |= _values("trait", each, "account.", each.account_traits, "now")
        own_traits = each.account_traits if question.get("count") == "accounts" else each.person_traits
        prefix = "account." if question.get("count") == "accounts" else "person."
        one.had |= _values("trait", each, prefix, own_traits, "now")
    return one


def _values(kind: str, event: Event, prefix: str, names: dict[str, Any], when: str) -> set[tuple[str, str, str, str]]:
    return {
        (kind, name if kind == "property" else prefix + name, when, label)
        for name in names for label in labels(event, prefix + name) if isinstance(label, str)
    }  # fmt: skip


def _within(people: list[Compared], question: dict[str, Any]) -> int:
    took = [one.took for one in people if one.took is not None]
    step, last = question["step"], len(question["steps"])
    ends = [(one.get("from_step") or 1) < step <= (one.get("to_step") or last) for one in question.get("exclude") or []]
    if question.get("order") == "strict" or any(ends) or not took:
        return 0
    return max(length for length in ROUND if length <= int(median(took)))


def _tell(one: Compared, own: list[Event], before: int, within: int) -> None:
    for each in own:
        if one.began - before <= each.at < one.reached:
            one.did["before"].add(each.name)
        if one.reached < each.at <= one.reached + within:
            one.did["after"].add(each.name)


def _tables(people: list[Compared], window: int, within: int) -> Iterator[tuple[Feature, Table]]:
    for when in ("before", "after"):
        among = [one for one in people if when == "before" or one.is_undecided(within, window)]
        for name in {name for one in people for name in one.did[when]}:
            yield ("event", name, None, None, when), _table([(one, name in one.did[when]) for one in among])
    for kind, name, when in {had[:3] for one in people for had in one.had}:
        values = [{had[3] for had in one.had if had[:3] == (kind, name, when)} for one in people]
        pairs = list(zip(people, values, strict=True))
        yield (kind, name, "is_not_set", None, when), _table([(one, not own) for one, own in pairs])
        for value in set().union(*values):
            yield (kind, name, "is", value, when), _table([(one, value in own) for one, own in pairs])


def _table(who: list[tuple[Compared, bool]]) -> Table:
    counts = {(has, on): 0 for has in (True, False) for on in (True, False)}
    for one, has in who:
        counts[has, one.took is not None] += 1
    return counts[True, True], counts[True, False], counts[False, True], counts[False, False]
