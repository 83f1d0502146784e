"""The days that a metric is asked for."""

from datetime import date, timedelta

from groundswell.insights.questions import DAY_HINT, DAYS_AGO
from groundswell.kernel.errors import bad_request
from groundswell.kernel.words import said

USUAL = 30  # days up to yesterday, where nothing is said


def days_of(first: str, last: str, *, today: date) -> tuple[date, date]:
    """``2026-01-31`` or ``-30d``, that many days before today. Raises Refusal 400."""
    end = _day("to", last, today) if last else today - timedelta(days=1)
    begin = _day("from", first, today) if first else end - timedelta(days=USUAL - 1)
    if begin > end:
        raise bad_request(said("The first day lies after the last."), hint=said("Swap them."), field="from")
    return begin, end


def _day(field: str, text: str, today: date) -> date:
    if found := DAYS_AGO.fullmatch(text):
        return today - timedelta(days=int(found[1]))
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise bad_request(said("%(text)r is no day.", text=text), hint=DAY_HINT, field=field) from None
