"""Who is behind a number as a segment: the statement ``{"cell": {"question": …, "cell": …}}`` of a match.

Days counted back from today stay so: who is in changes with the days. A cell of one period stays with that period, so
its question's days are written down as they were when it was made.
"""

from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from groundswell.conditions.reading import Fields, refused
from groundswell.insights.actors import TrendCell
from groundswell.insights.addresses import who_address
from groundswell.insights.behind import named
from groundswell.insights.kind import Actors
from groundswell.insights.kinds import actors, check, check_cell, counts_accounts
from groundswell.insights.service import counted
from groundswell.insights.types import Cell, Interval, Question, Trend
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.segments.service import LONGEST_NAME, Kind, keys_in, make_segment
from groundswell.segments.types import Card, Of
from groundswell.workspace.types import Caller, ProjectCard

Given = Mapping[str, Any]
OF_ONE_TIME = ("period", "cohort")  # members of a cell that name a period when they are text
HINT = said('Write {"question": {"kind": "funnel", …}, "cell": {"step": 2, "dropped": true}}.')


def check_audience(given: Any, path: str, of: Of, timezone: str) -> Given:
    """The statement as it was understood. Raises Refusal 400."""
    fields = Fields(given, path, ("question", "cell"))
    asked = fields.required("question", HINT)
    question = check(asked, timezone)
    cell = check_cell(question, fields.raw("cell") or {})
    if _of(question, cell) is not of:
        raise refused(path, said("is not about %(of)s", of=of), hint=said("Make the segment of those whom it counts."))
    return audience(asked, question, cell)


def audience(asked: Given, question: Question, cell: Cell) -> Given:
    """The statement for a cell of a question's answer."""
    if isinstance(cell, TrendCell) and isinstance(question, Trend) and question.interval is Interval.WHOLE:
        cell = replace(cell, period=None)  # the whole of the dates, whichever they are
    named_as = cell.as_json()
    is_of_one_time = any(isinstance(named_as.get(name), str) for name in OF_ONE_TIME)
    understood = question.as_json()
    days = {name: understood[name] for name in ("date_from", "date_to")}
    return {"question": {**asked, **days} if is_of_one_time else dict(asked), "cell": named_as}


def segment_of(caller: Caller, project: ProjectCard, asked: Given, named_as: Given) -> Card:
    """Make a segment of those behind a cell, called by what they have in common. Raises Refusal 400 or 409."""
    question = check(asked, counted(project).timezone)
    cell = check_cell(question, named_as)
    match = {"all": [{"cell": audience(asked, question, cell)}]}
    name = named(question, cell)[:LONGEST_NAME]
    return make_segment(caller, project, name=name, of=_of(question, cell), match=match)


def _of(question: Question, cell: Cell) -> Of:
    return Of.ACCOUNTS if counts_accounts(question, cell) else Of.PEOPLE


def _members(project: ProjectCard, given: Given) -> Actors:
    question, cell = _understood(project, given)
    return actors(project.id, question, cell)


def _stamp(project: ProjectCard, given: Given) -> str:
    """The days that it is about: those counted back from today are others tomorrow."""
    understood = _understood(project, given)[0].as_json()
    return f"{understood['date_from']}:{understood['date_to']}"


def _segments(given: Given) -> Set[str]:
    return keys_in(given.get("question"))


def _words(project: ProjectCard, given: Given) -> tuple[str, str]:
    try:
        question, cell = _understood(project, given)
    except Refusal:
        return _("a number that can no longer be asked for"), ""
    return named(question, cell), who_address(project.id, given["question"], given["cell"])


def _understood(project: ProjectCard, given: Given) -> tuple[Question, Cell]:
    question = check(given["question"], counted(project).timezone)
    return question, check_cell(question, given["cell"])


CELL = Kind(check=check_audience, members=_members, stamp=_stamp, segments=_segments, words=_words)
