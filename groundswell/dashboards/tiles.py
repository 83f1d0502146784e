"""Cards as pages show them: with what they say, or with what is to be said while they say nothing yet."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from groundswell.dashboards.answering import answered, done_of, known
from groundswell.dashboards.faces import Face, face
from groundswell.dashboards.types import Answered, Card, Display, Filters
from groundswell.insights.addresses import ask_address
from groundswell.insights.desk import LIMIT, STOPPED
from groundswell.insights.marks import Mark, marks_of
from groundswell.insights.wording import days_text
from groundswell.kernel.errors import Refusal
from groundswell.workspace.types import ProjectCard

BUSY = "busy"  # the refusal of a desk on which too much lies: it is asked again in a moment


@dataclass(frozen=True)
class Tile:
    """A card on a page. ``address`` is where it is asked for, ``question`` the page of its question, ``figures`` that
    of the question whose numbers stand there; both are "" where they may not be opened. ``waited`` counts seconds.
    ``marks`` are what happened meanwhile, ``days`` those that are the card's own. What ``is_old`` is shown while it is
    worked out anew, of which ``percent`` is done, or after somebody stopped that."""

    card: Card
    address: str
    said: Answered
    face: Face | None = None
    question: str = ""
    figures: str = ""
    waited: int = 0
    marks: Sequence[Mark] = ()
    days: str = ""
    is_old: bool = False
    is_stopped: bool = False
    percent: int = 0

    @property
    def is_waiting(self) -> bool:
        return self.face is None and self.refusal is None and not self.card.is_text

    @property
    def refusal(self) -> Refusal | None:
        return self.said.refusal

    @property
    def seconds(self) -> float:
        """How long the answer took."""
        answers = [each for each in (self.said.answer, self.said.before) if each]
        return sum(each.elapsed_ms for each in answers) / 1000

    @property
    def may_stop(self) -> list[str]:
        """What is worked on, for who may see the questions: as JSON."""
        asked = self.said.asked.questions if self.said.asked and self.figures else []
        return [json.dumps(each.as_json(), ensure_ascii=False) for each in asked]


def tile_at_hand(project: ProjectCard, card: Card, filters: Filters, address: str, *, opens: bool = True) -> Tile:
    """A card as it was known last, without asking anything: it is asked once it is looked at, unless nothing has
    changed since."""
    said, is_exact = known(project, card, filters)
    return _tile(project, said, filters, address, opens=opens, is_old=not is_exact)


def tile(
    project: ProjectCard, card: Card, filters: Filters, address: str, *, patience: float = LIMIT, waited: int = 0,
    is_first: bool = True, opens: bool = True,
) -> Tile:  # fmt: skip
    """A card with what it says, if it says so within ``patience`` (seconds), else with what it said last; ``opens``
    leads to its question."""
    said = answered(project, card, filters, patience=patience, is_first=is_first)
    if said.refusal and said.refusal.code == BUSY:
        said = Answered(card, said.asked)
    is_waiting, is_stopped = said.is_waiting, said.refusal is not None and said.refusal.code == STOPPED
    if is_waiting or is_stopped:
        last, _is_exact = known(project, card, filters)
        said = last if is_waiting or last.answer else said
    shown = _tile(project, said, filters, address, opens=opens, waited=waited, is_old=is_waiting)
    return replace(shown, is_stopped=is_stopped)


def _tile(
    project: ProjectCard, said: Answered, filters: Filters, address: str, *, opens: bool, is_old: bool, waited: int = 0
) -> Tile:  # fmt: skip
    links = _links(project, said) if opens else ("", "")
    shown, marks = face(said) if said.answer else None, _marks(project, said, opens)
    return Tile(
        said.card, address, said, shown, *links, waited, marks, _own_days(said, filters),
        is_old=is_old and bool(said.answer), percent=done_of(project, said.asked) if is_old and said.asked else 0,
    )  # fmt: skip


def _own_days(said: Answered, filters: Filters) -> str:
    """The days of a card, where the dashboard has none or leaves it its own."""
    question = said.asked.question if said.asked else None
    if said.asked is None or question is None or (filters.has_days and not said.card.keeps_days):
        return ""
    return days_text(said.asked.narrowed, question.days.first, question.days.last)


def _marks(project: ProjectCard, said: Answered, opens: bool) -> Sequence[Mark]:
    """What happened meanwhile, on a chart; it is told to those alone who may open the question."""
    is_chart = said.card.display is Display.CHART
    return marks_of(project.id, said.answer) if said.answer and is_chart and opens else ()


def _links(project: ProjectCard, said: Answered) -> tuple[str, str]:
    """The page of the card's question as it is narrowed, and that of the question as the card asks it."""
    if said.asked is None or not said.asked.asked:
        return "", ""
    figures = ask_address(project.id, said.asked.asked)
    as_kept = said.asked.narrowed
    return ask_address(project.id, as_kept, saved=said.card.saved), figures
