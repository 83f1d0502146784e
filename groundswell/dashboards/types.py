"""Dashboards as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from groundswell.insights.types import Answer, Question
from groundswell.kernel.errors import Refusal
from groundswell.workspace.types import ProjectCard

WIDTHS = (3, 4, 6, 8, 9, 12)  # columns of twelve


class Display(StrEnum):
    """How a card shows what it holds."""

    CHART = "chart"
    NUMBER = "number"
    TABLE = "table"
    TEXT = "text"


@dataclass(frozen=True)
class Filters:
    """What narrows all cards of a dashboard: days, as a question has them (without them each card has its own), and a
    condition on events, people and accounts."""

    date_from: str = ""
    date_to: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.has_days or self.where)

    @property
    def has_days(self) -> bool:
        return bool(self.date_from)

    def as_json(self) -> dict[str, Any]:
        """What is there of it."""
        days = {"date_from": self.date_from, "date_to": self.date_to} if self.has_days else {}
        return {**days, **({"where": dict(self.where)} if self.where else {})}


@dataclass(frozen=True)
class Wish:
    """What a card is to be, checked. ``saved`` is the number of a saved question, ``question`` one of the card's own;
    a text card has neither. It may keep its own days whatever those of the dashboard are."""

    title: str
    display: Display
    width: int
    text: str
    saved: int | None
    question: Mapping[str, Any] | None
    keeps_days: bool


@dataclass(frozen=True)
class Card:
    """A card. ``question`` is what it asks: of a saved question what that asks now, None of a text and where the saved
    question is gone. ``title`` was given to it, ``name`` is what it is called."""

    id: int
    title: str
    name: str
    display: Display
    width: int
    text: str
    saved: int | None
    question: Mapping[str, Any] | None
    keeps_days: bool

    @property
    def is_text(self) -> bool:
        return self.display is Display.TEXT

    def as_json(self) -> dict[str, Any]:
        what: dict[str, Any] = {"text": self.text} if self.is_text else {"saved": self.saved, "question": self.question}
        return {
            "id": self.id, "title": self.title, "name": self.name, "display": self.display, "width": self.width,
            **what, "keeps_days": self.keeps_days,
        }  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """A dashboard in a list."""

    id: int
    name: str
    description: str
    is_pinned: bool
    cards: int
    by: str
    changed: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "name": self.name, "description": self.description, "pinned": self.is_pinned,
            "cards": self.cards, "made_by": self.by, "changed": self.changed.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True)
class Dashboard:
    """A dashboard with its cards in their order; ``filters`` are those that it opens with."""

    id: int
    name: str
    description: str
    filters: Filters
    is_pinned: bool
    cards: tuple[Card, ...]
    by: str
    made: datetime
    changed: datetime

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "name": self.name, "description": self.description, "filters": self.filters.as_json(),
            "pinned": self.is_pinned, "cards": [card.as_json() for card in self.cards], "made_by": self.by,
            "made": self.made.isoformat(), "changed": self.changed.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True)
class ShareCard:
    """A link to a dashboard. ``shown`` is the beginning of what it ends in; ``opened`` counts, ``opened_at`` was the
    last time."""

    id: int
    name: str
    shown: str
    has_password: bool
    may_narrow: bool
    by: str
    made: datetime
    expires: datetime | None
    is_expired: bool
    opened: int
    opened_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "name": self.name, "shown": self.shown, "password": self.has_password,
            "may_narrow": self.may_narrow, "made_by": self.by, "made": self.made.isoformat(),
            "expires": self.expires.isoformat() if self.expires else None, "expired": self.is_expired,
            "opened": self.opened, "opened_at": self.opened_at.isoformat() if self.opened_at else None,
        }  # fmt: skip


@dataclass(frozen=True)
class Shared:
    """What a link leads to. ``lock`` is empty where no password is asked for; who knows it holds a proof of it."""

    share: int
    project: ProjectCard
    dashboard: Dashboard
    may_narrow: bool
    lock: str


@dataclass(frozen=True)
class Asked:
    """What a card asks under filters: its question as it is ``narrowed``, and as it is ``asked`` for the sake of how it
    is shown, both as JSON with days counted back from today as such; the question that this is, and beside a number
    that of as many days ``before``; and in sentences which filters do not narrow it. What cannot be asked is None, with
    the refusal."""

    narrowed: Mapping[str, Any]
    asked: Mapping[str, Any]
    question: Question | None
    before: Question | None = None
    notes: tuple[str, ...] = ()
    refusal: Refusal | None = None

    @property
    def questions(self) -> list[Question]:
        """All that are asked."""
        return [each for each in (self.question, self.before) if each is not None]


@dataclass(frozen=True)
class Answered:
    """A card with its answer, and where it shows a number that of the days before; or with the reason why it has none.
    A text has neither, and so has what is still being worked on."""

    card: Card
    asked: Asked | None = None
    answer: Answer | None = None
    before: Answer | None = None
    refusal: Refusal | None = None

    @property
    def is_waiting(self) -> bool:
        return not (self.card.is_text or self.answer or self.refusal)

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {"card": self.card.id, "name": self.card.name, "display": self.card.display}
        if self.card.is_text:
            return {**said, "text": self.card.text}
        notes = {"notes": [str(note) for note in self.asked.notes]} if self.asked else {}
        if self.answer is None:
            return {**said, **notes, **(self.refusal.as_json() if self.refusal else {})}
        before = {"before": self.before.as_json()} if self.before else {}
        return {**said, **notes, "answer": self.answer.as_json(), **before}
