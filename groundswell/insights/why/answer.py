"""What goes with going on, and with stopping.

    FunnelWhy → basis → candidates → tables → what stands → rows

Everything that is tried is a table of two by two: who has it and who has not, who went on and who stopped. What stands
after all that was tried is told; the rest is not.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from groundswell.conditions.names import ACCOUNT, PERSON
from groundswell.events.service import events_page, properties_of
from groundswell.insights.types import Found, names_as_json
from groundswell.insights.why.basis import Actors, Basis, basis_of
from groundswell.insights.why.candidates import LEAST, Candidate, Feature, Operator, Sort, When, distinct
from groundswell.insights.why.deeds import Deeds, Spans
from groundswell.insights.why.question import FunnelWhy
from groundswell.insights.why.reading import Reader
from groundswell.insights.why.statements import MOST_VALUES, Sheet, Values
from groundswell.insights.why.traits import Carried, traits, traits_of_accounts
from groundswell.kernel.clock import MICROSECONDS_PER_SECOND
from groundswell.kernel.secrets import is_secret
from groundswell.people.service import says_who
from groundswell.store import service as store
from groundswell.workspace.service import project_card

COLUMNS = (
    "kind", "name", "operator", "value", "when", "odds_ratio", "low", "high", "with_converted", "with_dropped",
    "without_converted", "without_dropped", "p_value", "q_value",
)  # fmt: skip
MOST_NAMES = {"events": 100, "properties": 250, "traits": 250}  # that are tried of those that people have
MOST_TOLD = 30
EVERYBODY = 2**62  # more than there are


def answer(project: int, question: FunnelWhy) -> Found:
    """Rows of ``COLUMNS``, the one first that is sure to matter most; beside them how many went on and stopped, whose
    window is still open, how many were looked at, and what was tried."""
    basis = basis_of(project, question)
    spans = Spans.of(question, basis)
    names = Names()
    found = (
        tables(basis, candidates(project, question, basis, spans, names)) if basis.converted and basis.dropped else {}
    )
    rows = _rows(found)
    return Found(
        rows[:MOST_TOLD],
        {
            "converted": basis.converted, "dropped": basis.dropped, "open": basis.open, "looked_at": len(basis),
            "tried": len(found), "standing": len(rows),
            "names": names.tried, "names_left_out": names.left_out, "identifying": sorted(names.identifying),
            "breakdown_left_out": names_as_json(question.split),
            "values_of_a_name": MOST_VALUES, "least": LEAST,
            "before_seconds": spans.before // MICROSECONDS_PER_SECOND,
            "within_seconds": spans.after // MICROSECONDS_PER_SECOND,
        },
    )  # fmt: skip


Counts = tuple[int, int, int, int]


def tables(basis: Basis, several: Iterable[Candidate]) -> dict[Feature, Counts]:
    """How many have each feature and went on, have it and stopped, have it not and went on, have it not and stopped;
    where each of them could be."""
    found = {}
    for each in distinct(several):
        some, others = each.has & each.among, ~each.has & each.among
        a, b, c, d = (
            int(np.count_nonzero(who & went)) for who in (some, others) for went in (basis.went_on, ~basis.went_on)
        )
        if a + c and b + d:
            found[each.feature] = (a, b, c, d)
    return found


def _rows(found: Mapping[Feature, Counts]) -> list[list[Any]]:
    from groundswell.stats import service as stats

    counts = np.array(list(found.values()), np.int64).reshape(-1, 4)
    compared = stats.compare(stats.Tables(*counts.T), look=store.look)
    odds = compared.odds
    # How far from 1 the nearer end of the interval is: what surely matters, not what may.
    surely = np.minimum(np.abs(np.log(odds.low)), np.abs(np.log(odds.high)))
    features = list(found)
    return [
        [
            feature.kind, feature.name, feature.operator, feature.value, feature.when,
            *(float(each[place]) for each in (odds.value, odds.low, odds.high)), *found[feature],
            float(compared.p_value[place]), float(compared.q_value[place]),
        ]
        for place in np.argsort(-surely, kind="stable").tolist() if compared.stands[place]
        for feature in [features[place]]
    ]  # fmt: skip


# What is tried -------------------------------------------------------------------------------------------------------


class Names:
    """How many names were tried, and how many left out that fewer people have; and those whose values say who somebody
    is, which are no reasons."""

    def __init__(self) -> None:
        self.tried = dict.fromkeys(MOST_NAMES, 0)
        self.left_out = dict.fromkeys(MOST_NAMES, 0)
        self.identifying: set[str] = set()

    def most(self, what: str, people: Mapping[str, int], hidden: Set[str] = frozenset()) -> list[str]:
        """Those that most people have. What is hidden, or a secret, is none."""
        told = {name: count for name, count in people.items() if count and name not in hidden and not is_secret(name)}
        shown = sorted((-count, name) for name, count in told.items())
        chosen = [name for _, name in shown[: MOST_NAMES[what]]]
        self.tried[what] += len(chosen)
        self.left_out[what] += len(shown) - len(chosen)
        return chosen


def candidates(project: int, question: FunnelWhy, basis: Basis, spans: Spans, names: Names) -> Iterator[Candidate]:
    """Everything that may go with going on: of what people did and have, what most of them do, and nobody hid."""
    reader = Reader(project, basis, question.counts_accounts)
    hidden = {each.name for each in events_page(project_card(project), is_hidden=True, size=1_000_000).items}
    deeds = Deeds(reader, question, spans)
    for name in names.most("events", deeds.people, hidden):
        yield from deeds.candidates(name)
    carried = Carried(reader, question)
    hidden = {each.name for each in properties_of(project) if each.about.is_hidden}
    for when, sheet in carried.sheets.items():
        for name in names.most("properties", sheet.people, hidden):
            yield from _stated(sheet.of(name), Feature(Sort.PROPERTY, name, when), names)
    for prefix, sheet in _sheets_of_traits(reader, question, carried):
        for name in names.most("traits", sheet.people):
            yield from _stated(sheet.of(name), Feature(Sort.TRAIT, prefix + name, When.NOW), names)


def _stated(values: Values, feature: Feature, names: Names) -> Iterator[Candidate]:
    """What may be said of a name. Of one that says who somebody is, only that there is none."""
    is_telling = feature.kind is Sort.TRAIT and says_who(feature.name.removeprefix(PERSON).removeprefix(ACCOUNT))
    if is_telling:
        names.identifying.add(feature.name)
    for each in values.candidates(feature):
        if each.feature.operator is Operator.IS and values.say_who:
            names.identifying.add(feature.name)
        elif each.feature.operator is Operator.IS_NOT_SET or not is_telling:
            yield each


def _sheets_of_traits(reader: Reader, question: FunnelWhy, carried: Carried) -> Iterator[tuple[str, Sheet]]:
    if question.counts_accounts:
        yield ACCOUNT, traits(reader)
    else:
        yield PERSON, traits(reader)
        yield ACCOUNT, traits_of_accounts(reader, carried)


# Who is behind it ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Having:
    """A feature, and whether those meant have it. Of an event after the step before: within how long (µs)."""

    feature: Feature
    has_it: bool
    within: int | None = None


def actors(project: int, question: FunnelWhy, *, went_on: bool | None, having: Having | None) -> Actors:
    """Who went on, or stopped, or both of them; of those looked at who have a feature, or have not. Ascending."""
    basis = basis_of(project, question, most=None if having else EVERYBODY)
    which = np.ones(len(basis), bool) if went_on is None else basis.went_on == went_on
    if having is not None:
        one = _candidate(project, question, basis, having)
        which &= one.among & (one.has == having.has_it)
    found: Actors = basis.actor[which]
    return found


def _candidate(project: int, question: FunnelWhy, basis: Basis, having: Having) -> Candidate:
    """Who has a feature, and who can be asked."""
    feature, reader = having.feature, Reader(project, basis, question.counts_accounts)
    everybody = np.ones(len(basis), bool)
    if feature.kind is Sort.EVENT:
        spans = Spans.of(question, basis)
        spans = spans if having.within is None else replace(spans, after=having.within)
        several = Deeds(reader, question, spans, feature.name).candidates(feature.name)
        nobody = Candidate(feature, ~everybody, everybody)
        return next((each for each in several if each.feature.when is feature.when), nobody)
    return Candidate(feature, _values(reader, question, feature).has(feature), everybody)


def _values(reader: Reader, question: FunnelWhy, feature: Feature) -> Values:
    """The values of a property or a trait."""
    if feature.kind is Sort.PROPERTY:
        sheet = Carried(reader, question).sheets.get(feature.when)
        return sheet.of(feature.name) if sheet else Values(len(reader.basis))
    own = ACCOUNT if question.counts_accounts else PERSON
    if feature.name.startswith(own):
        key = feature.name.removeprefix(own)
        return traits(reader, key).of(key)
    key = feature.name.removeprefix(ACCOUNT)
    return traits_of_accounts(reader, Carried(reader, question), key).of(key)
