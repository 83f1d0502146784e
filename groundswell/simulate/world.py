"""The stage: everything that the acts share."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from groundswell.simulate.agenda import Act, Agenda
from groundswell.simulate.cast import Person, Team
from groundswell.simulate.dice import Dice
from groundswell.simulate.outbox import Outbox
from groundswell.simulate.types import Blueprint, Message

FINISHING_TOUCH = 5000  # ms kept free at the end, so that what begins before the end is told before it


@dataclass(eq=False)
class World:
    blueprint: Blueprint
    dice: Dice
    outbox: Outbox
    agenda: Agenda = field(default_factory=Agenda)
    people: list[Person] = field(default_factory=list)
    teams: list[Team] = field(default_factory=list)
    partners: list[Person] = field(default_factory=list)
    committed: int = 0  # sign-ups that happened or are sure to happen
    _numbers: Counter[str] = field(default_factory=Counter)

    @cached_property
    def last_call(self) -> int:
        """Ms since 1970: nothing that has to be told to its end may begin later."""
        return self.blueprint.end_ms - FINISHING_TOUCH

    def plan(self, at: int, act: Act, *subjects: object) -> None:
        """Put something on the agenda, unless it would come too late."""
        if at <= self.last_call:
            self.agenda.put(at, act, *subjects)

    def tell(self, at: int, message: Message) -> None:
        self.outbox.tell(at, message)

    def new_id(self, kind: str) -> str:
        """``board_17``: identifiers count up per kind."""
        self._numbers[kind] += 1
        return f"{kind}_{self._numbers[kind]}"

    def new_device(self) -> str:
        return f"{self.dice.getrandbits(64):016x}"
