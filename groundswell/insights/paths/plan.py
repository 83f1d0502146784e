"""The query for everybody's events, as paths want to know them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce

from groundswell.conditions.names import Names
from groundswell.conditions.sql import mask_sql
from groundswell.conditions.types import Wanted
from groundswell.insights.paths.marks import START
from groundswell.insights.paths.question import Paths


@dataclass(frozen=True)
class Plan:
    """The query, as far as it is decided."""

    project: int
    question: Paths
    names: Names
    columns: tuple[str, ...] = ()
    where: tuple[str, ...] = ()

    @property
    def tells(self) -> bool:
        """Whether it matters what an event is, besides its name."""
        return bool(self.question.wanted)


def _tell_apart(plan: Plan) -> Plan:
    """What an event may be: the bits of ``marks``."""
    if not plan.tells:
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


STEPS: tuple[Callable[[Plan], Plan], ...] = (_tell_apart, _choose_actors, _break_down)


def planned(project: int, question: Paths) -> Plan:
    """The query for all events inside the dates."""
    return reduce(lambda plan, step: step(plan), STEPS, Plan(project, question, Names(project)))


def sql_of(plan: Plan) -> str:
    """The query's text, as ``stories`` reads it."""
    actor = "account" if plan.question.counts_accounts else "id"
    columns = [f"{actor} AS actor", "toUnixTimestamp64Micro(timestamp) AS at", "event", *plan.columns]
    where = " AND ".join([*plan.where, "id BETWEEN {lo:UInt64} AND {hi:UInt64}"])
    return f"SELECT {', '.join(columns)}\nFROM scope.events AS e{plan.names.joins}\nWHERE {where}"


def _condition(names: Names, wanted: Wanted) -> str:
    return " AND ".join(names.wanted(wanted)) or "1"
