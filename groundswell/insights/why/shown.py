"""What goes with going on and with stopping, as a page shows it: each a sentence, each number with who is behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from groundswell.conditions.wording import name_text
from groundswell.insights.kind import Who
from groundswell.insights.shown import Cell
from groundswell.insights.types import Answer
from groundswell.insights.why.answer import COLUMNS
from groundswell.insights.why.candidates import Feature, Operator, Sort, When
from groundswell.insights.why.cell import NAMES
from groundswell.insights.why.question import FunnelWhy
from groundswell.insights.why.words import after_text, before_text, having_text
from groundswell.kernel import locales

SMALL = 0.001  # a q value below is only said to be
MOST_NAMED = 10


@dataclass(frozen=True)
class Part:
    """How many of some did it."""

    did: Cell
    whole: Cell

    @property
    def share(self) -> float:
        return (self.did.value or 0) / (self.whole.value or 1)


@dataclass(frozen=True)
class Ratio:
    """An estimate and the ends of its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Reason:
    """Those ``who`` did it so many ``times`` as often as the others: went on, or stopped."""

    who: str
    times: Ratio
    some: Part
    others: Part
    odds: Ratio
    q_value: str


@dataclass(frozen=True)
class WhyShown:
    """Those who got to the step before, what goes with going on and with stopping, and what was tried for it; names
    that were not, for their values say who somebody is, and the names that it is not split by."""

    before: str
    step: str
    converted: Cell
    dropped: Cell
    going_on: list[Reason]
    stopping: list[Reason]
    beside: Mapping[str, Any]
    by_account: bool
    left_out: list[str]
    identifying: list[str]
    split: list[str]

    @property
    def count(self) -> int:
        """How many were to be looked at."""
        return int(self.beside["converted"] + self.beside["dropped"])

    @property
    def more_identifying(self) -> int:
        """How many of those names are not said."""
        return len(self.beside["identifying"]) - len(self.identifying)

    @property
    def is_sampled(self) -> bool:
        return bool(self.beside["looked_at"] < self.count)

    @property
    def told(self) -> int:
        return len(self.going_on) + len(self.stopping)


def why_shown(question: FunnelWhy, answer: Answer, who: Who) -> WhyShown:
    """An answer, with how often people of each side did what its row is about."""
    beside = answer.beside
    going_on: list[Reason] = []
    stopping: list[Reason] = []
    for row, yes, no in zip(answer.rows, *_ratios(answer.rows), strict=True):
        told = dict(zip(COLUMNS, row, strict=True))
        goes_on = told["odds_ratio"] > 1
        reason = _reason(question, told, yes if goes_on else no, who, beside["within_seconds"])
        (going_on if goes_on else stopping).append(reason)
    return WhyShown(
        before_text(question), after_text(question),
        _cell(beside["converted"], {"converted": True}, who), _cell(beside["dropped"], {"converted": False}, who),
        going_on, stopping, beside, question.counts_accounts, _left_out(beside["names_left_out"]),
        beside["identifying"][:MOST_NAMED], list(map(name_text, question.split)),
    )  # fmt: skip


def _ratios(rows: list[list[Any]]) -> tuple[list[Ratio], list[Ratio]]:
    """How many times as often those with it went on, and stopped, as those without it."""
    from groundswell.stats import service as stats

    first = COLUMNS.index("with_converted")
    counts = np.array([row[first : first + 4] for row in rows], np.int64).reshape(-1, 4)
    compared = stats.compare(stats.Tables(*counts.T))
    yes, no = (
        [Ratio(*each) for each in zip(ratio.value.tolist(), ratio.low.tolist(), ratio.high.tolist(), strict=True)]
        for ratio in (compared.yes, compared.no)
    )
    return yes, no


def _reason(question: FunnelWhy, told: Mapping[str, Any], times: Ratio, who: Who, within: int) -> Reason:
    goes_on = told["odds_ratio"] > 1
    named = {name: told[name] for name in NAMES}
    if told["when"] == When.AFTER:
        named["within_seconds"] = within

    def part(has_it: bool) -> Part:
        side = "with" if has_it else "without"
        converted, dropped = told[f"{side}_converted"], told[f"{side}_dropped"]
        of = {**named, "with": has_it}
        did = _cell(converted if goes_on else dropped, {**of, "converted": goes_on}, who)
        return Part(did, _cell(converted + dropped, of, who))

    operator = None if told["operator"] is None else Operator(told["operator"])
    feature = Feature(Sort(told["kind"]), told["name"], When(told["when"]), operator, told["value"])
    odds = Ratio(*(told[name] for name in ("odds_ratio", "low", "high")))
    q_value = told["q_value"]
    smallest = locales.number(SMALL, get_language() or "en", places=3)
    shown = f"< {smallest}" if q_value < SMALL else f"= {locales.number(q_value, get_language() or 'en', places=3)}"
    return Reason(having_text(question, feature, within), times, part(True), part(False), odds, shown)


def _cell(count: int, named: dict[str, Any], who: Who) -> Cell:
    return Cell(count, who(named) if count else "")


def _left_out(left: Mapping[str, int]) -> list[str]:
    """Names that fewer people have than those that were tried."""
    texts = {
        "events": _("rarer events: %(count)s"), "properties": _("rarer properties: %(count)s"),
        "traits": _("rarer traits: %(count)s"),
    }  # fmt: skip
    language = get_language() or "en"
    return [text % {"count": locales.number(left[name], language)} for name, text in texts.items() if left[name]]
