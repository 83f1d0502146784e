"""What people have: properties of the events that began their run and filled the step before, and traits.

Traits are as they are now; one that changes when somebody goes on tells what went with it, and not what led to it.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from groundswell.conditions.names import Names
from groundswell.conditions.sql import mask_sql
from groundswell.insights.instants import Bools
from groundswell.insights.rules import Order
from groundswell.insights.stories import numbers
from groundswell.insights.why.candidates import When
from groundswell.insights.why.question import FunnelWhy
from groundswell.insights.why.reading import Places, Reader
from groundswell.insights.why.statements import Sheet

FIRST, LAST = np.uint32(1), np.uint32(2)  # bits of events that could begin the run, and fill the step before
NOBODY = np.uint64(0)  # the account of who has none
# An event's properties as pairs of name and raw JSON, and one more pair that says that it is there.
PAIRS = "arrayJoin(arrayPushBack(JSONExtractKeysAndValuesRaw(properties), ('', '')))"


class Carried:
    """The events that began the runs, and those that filled the step before: their properties and accounts. Of several
    at one instant all count."""

    def __init__(self, reader: Reader, question: FunnelWhy) -> None:
        people = len(reader.basis)
        whens = [When.STARTED, *([When.REACHED] if question.step > 2 else [])]
        self.sheets = {when: Sheet(people) for when in whens}
        self._places, self._accounts = [np.zeros(0, np.intp)], [np.zeros(0, np.uint64)]
        if people:
            self._read(reader, question)

    def _read(self, reader: Reader, question: FunnelWhy) -> None:
        basis, names = reader.basis, Names(reader.project)
        first, last = _conditions(question, names)
        columns = [
            f"{mask_sql([first, last])} AS fills", "account AS owner", f"{PAIRS} AS pair", "pair.1 AS name",
            "pair.2 AS raw",
        ]  # fmt: skip
        where = f"(({first}) OR ({last})) AND toUnixTimestamp64Micro(timestamp) IN {{runs:Array(Int64)}}"
        for place, at, found in reader.events(columns, names.params, joins=names.joins, where=where):
            fills = numbers(found, "fills", np.uint32)
            is_event = pc.equal(found.column("name"), "").to_numpy()
            began = (at == basis.began[place]) & (fills & FIRST != 0)
            reached = (at == basis.reached[place]) & (fills & LAST != 0)
            self._put(When.STARTED, place, found, began & ~is_event)
            self._put(When.REACHED, place, found, reached & ~is_event)
            owner = numbers(found, "owner", np.uint64)
            has_account = reached & is_event & (owner != NOBODY)
            self._places.append(place[has_account])
            self._accounts.append(owner[has_account])

    def _put(self, when: When, place: Places, found: pa.Table, which: Bools) -> None:
        if when in self.sheets:
            chosen = found.filter(pa.array(which))
            self.sheets[when].add(place[which], chosen.column("name"), chosen.column("raw"))

    @property
    def accounts(self) -> tuple[Places, NDArray[np.uint64]]:
        """For which accounts people filled the step before: people (by place), and accounts, ascending."""
        place, account = np.concatenate(self._places), np.concatenate(self._accounts)
        order = np.argsort(account, kind="stable")
        return place[order], account[order]


def _conditions(question: FunnelWhy, names: Names) -> tuple[str, str]:
    """SQL that an event could begin a run, and that it could fill the step before."""
    steps = [" AND ".join(names.wanted(step.wanted)) or "1" for step in question.steps]
    if question.order is Order.ANY:
        any_of = " OR ".join(f"({step})" for step in steps)
        return any_of, any_of
    return steps[0], steps[question.step - 2]


def traits(reader: Reader, key: str | None = None) -> Sheet:
    """Their own traits, or the one of that name."""
    sheet = Sheet(len(reader.basis))
    for place, found in reader.traits(key):
        sheet.add(place, found.column("key"), found.column("value"))
    return sheet


def traits_of_accounts(reader: Reader, carried: Carried, key: str | None = None) -> Sheet:
    """Traits of the accounts for which people filled the step before, or the one of that name."""
    sheet = Sheet(len(reader.basis))
    place, account = carried.accounts
    for found in reader.traits_of_accounts(np.unique(account), key):
        owner = numbers(found, "actor", np.uint64)
        begin, end = np.searchsorted(account, owner, "left"), np.searchsorted(account, owner, "right")
        rows = np.repeat(np.arange(len(owner)), end - begin)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(end - begin) - (end - begin), end - begin)
        taken = found.take(pa.array(rows))
        sheet.add(place[begin[rows] + within], taken.column("key"), taken.column("value"))
    return sheet
