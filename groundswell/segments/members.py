"""Who is in a segment: one query over the project's sources, whatever the match.

    match → statements, each a bit → selects of (member, bits) → their sum for each member → who the match holds for

Every statement is turned so that it says nothing of somebody of whom nothing is known: "did not" is "not: did". So a
select has rows only for those whose bit is set, and everybody is looked at only where the match holds for nobody in
particular. What asks of events alone how many and when is read from their counts (``behaviours.py``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

import numpy as np

from groundswell.conditions.language import matches, names_in
from groundswell.conditions.names import trait_sql
from groundswell.conditions.reading import refused
from groundswell.conditions.sql import Params, condition_sql
from groundswell.conditions.values import canonical
from groundswell.events import editions
from groundswell.kernel.words import said
from groundswell.segments.behaviours import Behaviour, behaviour_sql
from groundswell.segments.matches import DEEPEST, statements
from groundswell.segments.types import (
    Definition,
    Definitions,
    Did,
    Group,
    How,
    InSegment,
    Listed,
    Members,
    Node,
    Not,
    Of,
    Special,
    Statement,
    Trait,
)
from groundswell.store import service as store
from groundswell.store.service import Limits
from groundswell.workspace.types import ProjectCard

MOST_BITS = 62
# People and how often they did something may be more than fits into the memory of one query.
_SPILL = {"max_bytes_before_external_group_by": 600_000_000}
LIMITS = Limits(extra=_SPILL)
IN_THE_BACKGROUND = Limits(threads=1, extra=_SPILL)

Search = Callable[[ProjectCard, Special], int]  # works a statement out; the number under which it is kept


@dataclass(frozen=True)
class Plan:
    """The query of one segment, as far as it is decided. Nested ones share ``params`` and ``since``."""

    project: ProjectCard
    segment: Definition
    at: int  # µs
    definitions: Definitions
    search: Search
    params: Params = field(default_factory=Params)
    depth: int = 0
    since: int = store.TO_END  # µs: events before it need not be read
    tree: Node | None = None
    bits: Mapping[str, int] = field(default_factory=dict)  # of each statement, by its text
    asked: Sequence[tuple[Statement, int]] = ()
    turned: frozenset[int] = frozenset()  # the bits that are set for whom the statement does not hold
    selects: tuple[str, ...] = ()
    holds: str = ""

    @property
    def of(self) -> Of:
        return self.segment.of

    @property
    def entity(self) -> str:
        return self.of.entity

    def of_kind(self, kind: type) -> list[tuple[Statement, int]]:
        """The statements of a kind, with their bits."""
        return [(statement, bit) for statement, bit in self.asked if isinstance(statement, kind)]

    def with_selects(self, *selects: str) -> "Plan":
        return replace(self, selects=self.selects + selects)


# Planning ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _OnList(Listed):
    """Who is on the list of the segment of that number."""

    segment: int = 0

    def as_json(self) -> dict[str, object]:
        return {"listed": self.segment}


def _spell_out(plan: Plan) -> Plan:
    """Segments of the same kind are replaced by what they say."""
    return replace(plan, tree=_spelt(plan, plan.segment, plan.segment.match, 0))


def _spelt(plan: Plan, segment: Definition, node: Node, depth: int) -> Node:
    match node:
        case Group(how=how, parts=parts):
            return Group(how, tuple(_spelt(plan, segment, part, depth) for part in parts))
        case Not(part=part):
            return Not(_spelt(plan, segment, part, depth))
        case Listed():
            return _OnList(segment.number)
        case InSegment(key=key):
            other = _other(plan, key, depth)
            return _spelt(plan, other, other.match, depth + 1) if other.of is plan.of else node
    return node


def _other(plan: Plan, key: str, depth: int) -> Definition:
    found = plan.definitions(key)
    if found is None:
        raise refused(
            "match.segment", said("names no segment “%(key)s”", key=key), hint=said("Use the key of one that is there.")
        )
    if plan.depth + depth > DEEPEST:
        raise refused("match.segment", said("leads through more than %(most)s segments", most=DEEPEST))
    return found


def _number_statements(plan: Plan) -> Plan:
    """Statements that say the same have one bit."""
    assert plan.tree is not None
    bits: dict[str, int] = {}
    asked = []
    for statement in statements(plan.tree):
        text = canonical(statement.as_json())
        if text not in bits:
            bits[text] = len(bits)
            asked.append((statement, bits[text]))
    if len(bits) > MOST_BITS:
        raise refused(
            "match", said("says, with the segments that it names, more than %(most)s things", most=MOST_BITS),
            hint=said("Name fewer segments."),
        )  # fmt: skip
    turned = frozenset(bit for statement, bit in asked if _holds_for_unknown(statement))
    return replace(plan, bits=bits, asked=asked, turned=turned)


def _holds_for_unknown(statement: Statement) -> bool:
    """Whether it holds for somebody of whom nothing is known."""
    match statement:
        case Trait(where=where):
            return matches(where, {})
        case Did(at_least=at_least):
            return at_least == 0
    return False


def _ask_traits(plan: Plan) -> Plan:
    """All traits that are asked for are looked up in one pass over them."""
    asked = [(one.where, bit) for one, bit in plan.of_kind(Trait) if isinstance(one, Trait)]
    names = sorted(set().union(*(names_in(where) for where, _ in asked)))
    if not names:
        return plan
    columns, keys = {}, []
    for place, name in enumerate(names):
        value, own = trait_sql(name, plan.params)
        columns[name] = (f"trait{place}", f"{value} AS trait{place}")
        keys += own
    bits = " + ".join(
        f"({_turned(condition_sql(where, lambda name: columns[name][0], plan.params), bit in plan.turned)})"
        f" * {_bit(bit)}"
        for where, bit in asked
    )
    traits = (
        f"SELECT {plan.entity}, {', '.join(column for _, column in columns.values())}\n"
        f"FROM scope.{plan.entity}_traits\nWHERE key IN ({', '.join(keys)})\nGROUP BY {plan.entity}"
    )
    return plan.with_selects(f"SELECT {plan.entity} AS member, {bits} AS bits\nFROM ({traits})\nWHERE bits != 0")


def _ask_behaviours(plan: Plan) -> Plan:
    """Each from what knows it most cheaply."""
    for statement, bit in plan.of_kind(Did):
        assert isinstance(statement, Did)
        behaviour = Behaviour(plan.project, plan.of, statement, plan.at, is_turned=bit in plan.turned)
        if not behaviour.is_certain:
            select, since = behaviour_sql(behaviour, plan.params)
            plan = replace(plan.with_selects(_marked(select, bit)), since=min(plan.since, since))
    return plan


def _ask_segments_of_others(plan: Plan) -> Plan:
    """Of people, who belongs to a company of the segment; of companies, those to which such a person belongs."""
    for statement, bit in plan.of_kind(InSegment):
        assert isinstance(statement, InSegment)
        other = _other(plan, statement.key, 0)
        inner = replace(
            Plan(plan.project, other, plan.at, plan.definitions, plan.search, plan.params),
            depth=plan.depth + 1, since=plan.since,
        )  # fmt: skip
        inner = planned(inner)
        select = (
            f"SELECT DISTINCT {plan.entity} AS member\nFROM scope.memberships\n"
            f"WHERE {inner.entity} IN ({members_sql(inner)})"
        )
        plan = replace(plan.with_selects(_marked(select, bit)), since=inner.since)
    return plan


def _ask_lists(plan: Plan) -> Plan:
    """Ids on a list are somebody's as soon as they were seen."""
    for statement, bit in plan.of_kind(_OnList):
        assert isinstance(statement, _OnList)
        listed = f"SELECT id FROM scope.segment_listed WHERE segment = {plan.params.bind(statement.segment, 'UInt32')}"
        own = "id" if plan.of is Of.PEOPLE else "account"
        select = f"SELECT DISTINCT {plan.entity} AS member\nFROM scope.{plan.entity}_ids\nWHERE {own} IN ({listed})"
        plan = plan.with_selects(_marked(select, bit))
    return plan


def _ask_others(plan: Plan) -> Plan:
    """What upper streets work out is written down for the query first."""
    for statement, bit in plan.of_kind(Special):
        assert isinstance(statement, Special)
        search = plan.params.bind(plan.search(plan.project, statement), "UInt64")
        found = f"SELECT id AS member FROM scope.segment_found WHERE search = {search}"
        plan = plan.with_selects(_marked(found, bit))
    return plan


def _hold_together(plan: Plan) -> Plan:
    """The match over the bits; everybody is looked at where it may hold for who has none."""
    assert plan.tree is not None
    holds = _expression(plan, plan.tree)
    if not _holds_without_bits(plan, plan.tree):
        return replace(plan, holds=holds)
    everybody = f"SELECT DISTINCT {plan.entity} AS member, toUInt64(0) AS bits FROM scope.{plan.entity}_ids"
    return replace(plan.with_selects(everybody), holds=holds)


STEPS: tuple[Callable[[Plan], Plan], ...] = (
    _spell_out,
    _number_statements,
    _ask_traits,
    _ask_behaviours,
    _ask_segments_of_others,
    _ask_lists,
    _ask_others,
    _hold_together,
)


def planned(plan: Plan) -> Plan:
    """The query of a segment, decided. Raises Refusal 400 for a segment in it that is not there."""
    return reduce(lambda plan, step: step(plan), STEPS, plan)


def members_sql(plan: Plan) -> str:
    """The query's text: one column, ``member``."""
    if not plan.selects:
        return f"SELECT {plan.entity} AS member\nFROM scope.{plan.entity}_ids\nWHERE 0"
    found = "\nUNION ALL\n".join(plan.selects)
    bits = f"SELECT member, groupBitOr(bits) AS mask\nFROM ({found})\nGROUP BY member"
    return f"SELECT member\nFROM ({bits})\nWHERE {plan.holds}"


def _marked(select: str, bit: int) -> str:
    return f"SELECT member, {_bit(bit)} AS bits\nFROM ({select})"


def _bit(bit: int) -> str:
    return f"toUInt64({1 << bit})"


def _turned(sql: str, is_turned: bool) -> str:
    return f"NOT {sql}" if is_turned else sql


def _expression(plan: Plan, node: Node) -> str:
    match node:
        case Group(how=how, parts=parts):
            return f"({(' AND ' if how is How.ALL else ' OR ').join(_expression(plan, part) for part in parts)})"
        case Not(part=part):
            return f"NOT {_expression(plan, part)}"
    bit = plan.bits[canonical(node.as_json())]
    return _turned(f"bitTest(mask, {bit})", bit in plan.turned)


def _holds_without_bits(plan: Plan, node: Node) -> bool:
    match node:
        case Group(how=how, parts=parts):
            whole = all if how is How.ALL else any
            return whole(_holds_without_bits(plan, part) for part in parts)
        case Not(part=part):
            return not _holds_without_bits(plan, part)
    return plan.bits[canonical(node.as_json())] in plan.turned


# Running -------------------------------------------------------------------------------------------------------------


def members(
    project: ProjectCard,
    segment: Definition,
    *,
    at: int,
    definitions: Definitions,
    search: Search,
    limits: Limits = LIMITS,
) -> Members:
    """The numbers of those who are in it at that instant (µs), ascending. Raises Refusal."""
    while True:
        edition = editions.current(project.id)
        plan = planned(Plan(edition.of(project), segment, at, definitions, search))
        found = store.run_arrow(
            members_sql(plan), project=project.id, between=(min(plan.since, store.TO_END - 1), store.TO_END),
            params=plan.params, limits=limits,
        )  # fmt: skip
        if editions.current(project.id) == edition:  # else its days went over to another zone meanwhile
            numbers: Members = np.sort(found.column("member").combine_chunks().to_numpy().astype(np.uint64, copy=False))
            return numbers
