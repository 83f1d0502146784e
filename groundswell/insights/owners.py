"""What a question asks of people, or accounts, themselves, whatever their events: worked out once for each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from groundswell.conditions.language import matches, names_in
from groundswell.conditions.names import Names, is_of_account, is_of_person
from groundswell.conditions.sql import condition_sql, mask_sql
from groundswell.conditions.types import Wanted
from groundswell.insights.grouped import look_up
from groundswell.insights.instants import Masks, Places
from groundswell.insights.seen import Seen
from groundswell.insights.types import Count, Funnel
from groundswell.store import service as store

Where = Mapping[str, Any]

BY_OWNER = 2_000_000  # events from which it pays to ask beforehand what is asked of everybody


@dataclass(frozen=True)
class Asked:
    """The traits to break down by, and for each step (or what else is wanted) the part of its condition that is about
    the actor."""

    actor: str  # person or account
    breakdown: tuple[str, ...]
    wheres: tuple[Where, ...]

    @classmethod
    def of(cls, question: Funnel) -> "Asked":
        """What a funnel asks of its actors."""
        return cls.about(question.count, question.breakdown, [step.wanted for step in question.steps])

    @classmethod
    def about(cls, count: Count, breakdown: tuple[str, ...], several: Sequence[Wanted]) -> "Asked":
        """What is asked of actors who are so counted. A breakdown by their traits and others is one by events."""
        is_own = is_of_account if count is Count.ACCOUNTS else is_of_person
        return cls(
            actor="account" if count is Count.ACCOUNTS else "person",
            breakdown=breakdown if all(map(is_own, breakdown)) else (),
            wheres=tuple(
                {name: wanted for name, wanted in one.where.items() if _all_own(name, wanted, is_own)}
                for one in several
            ),
        )

    def __bool__(self) -> bool:
        return bool(self.breakdown) or any(self.wheres)

    def left(self, question: Funnel) -> Funnel:
        """What is still to be asked of every event."""
        wanted = self.left_of([step.wanted for step in question.steps])
        steps = tuple(replace(step, wanted=one) for step, one in zip(question.steps, wanted, strict=True))
        return replace(question, steps=steps, breakdown=() if self.breakdown else question.breakdown)

    def left_of(self, several: Sequence[Wanted]) -> list[Wanted]:
        """The wanted events, without what is asked of the actors."""
        return [_without(one, where) for one, where in zip(several, self.wheres, strict=True)]

    def of_others(self) -> int:
        """The mask of the steps that somebody without any trait may fill."""
        return sum(1 << bit for bit, where in enumerate(self.wheres) if matches(where, {}))

    def sql(self, names: Names) -> str:
        """The columns actor, may (the mask of the steps that they may fill), raw0, raw1, … of those who are not like
        somebody without any trait."""
        may = mask_sql([condition_sql(where, names.raw, names.params) for where in self.wheres])
        raws = [f"{names.raw(name)} AS raw{place}" for place, name in enumerate(self.breakdown)]
        columns = ", ".join([f"{self.actor} AS actor", f"{may} AS may", *raws])
        differs = [f"may != {self.of_others()}", *(f"raw{place} != ''" for place in range(len(raws)))]
        everybody = f"(SELECT DISTINCT {self.actor} FROM scope.{self.actor}_ids)"
        return f"SELECT {columns}\nFROM {everybody} AS e{names.joins}\nWHERE {' OR '.join(differs)}"


def _all_own(name: str, wanted: Any, is_own: Any) -> bool:
    names = names_in({name: wanted})
    return bool(names) and all(map(is_own, names))


def _without(wanted: Wanted, where: Where) -> Wanted:
    return replace(wanted, where={name: asked for name, asked in wanted.where.items() if name not in where})


@dataclass(frozen=True)
class Owners:
    """What was asked of each actor: of those listed, who ascend, and of anybody else (the last of each column)."""

    actor: NDArray[np.uint64]
    may: Masks  # the steps that they may fill
    code: Places  # of their breakdown values
    are_told_apart: bool
    are_limited: bool

    @classmethod
    def of(cls, project: int, asked: Asked, seen: Seen) -> "Owners":
        """Ask the store."""
        names = Names(project)
        listed = store.run_arrow(asked.sql(names), project=project, between=store.EVER, params=names.params)
        actor: NDArray[np.uint64] = listed.column("actor").combine_chunks().to_numpy()
        may = np.append(listed.column("may").combine_chunks().to_numpy(), np.uint32(asked.of_others()))
        code = np.zeros(len(may), np.int32)
        if asked.breakdown:
            raws = [listed.column(f"raw{place}") for place in range(len(asked.breakdown))]
            code = seen.codes([pa.chunked_array([*raw.chunks, [""]], pa.string()) for raw in raws])
        order = np.argsort(actor)
        places = np.append(order, len(actor))
        may = may[places].astype(np.uint32)
        return cls(actor[order], may, code[places], bool(asked.breakdown), any(asked.wheres))

    def places(self, actors: NDArray[np.uint64]) -> NDArray[np.intp]:
        """Where in the columns each of these actors is."""
        if not len(self.actor):
            return np.zeros(len(actors), np.intp)
        place, is_listed = look_up(actors, self.actor)
        return np.where(is_listed, place, len(self.actor))
