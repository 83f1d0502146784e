"""The query for everybody's events, as paths want to know them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import repeat

from groundswell.conditions.names import Names, text_of
from groundswell.conditions.sql import mask_sql
from groundswell.conditions.types import Wanted
from groundswell.insights.labels import OTHER
from groundswell.insights.paths.marks import START
from groundswell.insights.paths.question import Apart, Paths

MOST_VALUES = 100  # by which events are told apart; the rest is OTHER

Often = list[str] | None  # the most frequent values, None for all


@dataclass(frozen=True)
class Plan:
    """The query, as far as it is decided."""

    project: int
    question: Paths
    names: Names
    often: Sequence[Often] = ()
    columns: tuple[str, ...] = ()
    where: tuple[str, ...] = ()


def _name_nodes(plan: Plan) -> Plan:
    """The node that an event makes: its name, with the value by which it is told apart from others of that name."""
    cases = []
    for apart, often in zip(plan.question.apart, plan.often or repeat(None), strict=False):
        text, value = _text(plan.names, apart), f"concat(event, ': ', {_text(plan.names, apart)})"
        if often is not None:
            value = f"if({text} IN {plan.names.params.texts(often)}, {value}, concat(event, ': {OTHER}'))"
        cases += [_condition(plan.names, apart.wanted), f"if({text} = '', event, {value})"]
    node = f"toLowCardinality(multiIf({', '.join(cases)}, event))" if cases else "event"
    return replace(plan, columns=(*plan.columns, f"{node} AS node"))


def _tell_what_it_may_be(plan: Plan) -> Plan:
    """What an event may be: the bits of ``marks``."""
    if not plan.question.tells:
        return plan
    question = plan.question
    may_be = [_condition(plan.names, one) if one is not None else "0" for one in (question.start, question.end)]
    excluded = [f"({_condition(plan.names, one)})" for one in question.exclude]
    meets = f"toUInt8({mask_sql([*may_be, ' OR '.join(excluded) or '0'])}) AS meets"
    return replace(plan, columns=(*plan.columns, meets))


def _choose_actors(plan: Plan) -> Plan:
    """Everybody has a person, not everybody an account."""
    return replace(plan, where=(*plan.where, "account != 0")) if plan.question.counts_accounts else plan


def _break_down(plan: Plan) -> Plan:
    """The breakdown's raw values, of events that could begin a path."""
    raws = [plan.names.raw(name) for name in plan.question.breakdown]
    if plan.question.start is not None:
        raws = [f"if(bitAnd(meets, {START}) != 0, {raw}, '')" for raw in raws]
    columns = [f"{raw} AS raw{place}" for place, raw in enumerate(raws)]
    return replace(plan, columns=(*plan.columns, *columns))


STEPS: tuple[Callable[[Plan], Plan], ...] = (_name_nodes, _tell_what_it_may_be, _choose_actors, _break_down)


def planned(project: int, question: Paths, often: Sequence[Often] = ()) -> Plan:
    """The query for all events inside the dates. ``often`` says of events that are told apart by a property which of
    its values have nodes of their own, if not all."""
    return reduce(lambda plan, step: step(plan), STEPS, Plan(project, question, Names(project), often))


def sql_of(plan: Plan) -> str:
    """The query's text, as ``stories`` reads it."""
    actor = "account" if plan.question.counts_accounts else "id"
    columns = [f"{actor} AS actor", "toUnixTimestamp64Micro(timestamp) AS at", *plan.columns]
    where = " AND ".join([*plan.where, "id BETWEEN {lo:UInt64} AND {hi:UInt64}"])
    return f"SELECT {', '.join(columns)}\nFROM scope.events AS e{plan.names.joins}\nWHERE {where}"


def _condition(names: Names, wanted: Wanted) -> str:
    return " AND ".join(names.wanted(wanted)) or "1"


def often_sql(names: Names, apart: Apart) -> str:
    """The query for the most frequent values by which such events are told apart, one more than have nodes."""
    text, which = _text(names, apart), _condition(names, apart.wanted)  # both may have something joined
    of_each = f"SELECT {text} AS text FROM scope.events AS e{names.joins} WHERE {which}"
    return (
        f"SELECT text\nFROM ({of_each})\nWHERE text != ''\n"
        f"GROUP BY text ORDER BY count() DESC, text LIMIT {MOST_VALUES + 1}"
    )


def _text(names: Names, apart: Apart) -> str:
    """SQL for the text of the value by which an event is told apart, '' where it has none."""
    return f"substring({text_of(names.raw(apart.property))}, 2)"
