"""When a delivery goes, in words."""

from babel import dates
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from groundswell.deliveries.types import LAST, Rhythm, When


def when_text(when: When) -> str:
    """Such as ``every Monday at 09:00``."""
    told = {"hour": hour_text(when.hour), "weekday": weekdays()[when.weekday], "day": when.day}
    match when.rhythm:
        case Rhythm.DAILY:
            return _("every day at %(hour)s") % told
        case Rhythm.WEEKLY:
            return _("every %(weekday)s at %(hour)s") % told
    if when.day == LAST:
        return _("on the last day of each month at %(hour)s") % told
    return _("on day %(day)s of each month at %(hour)s") % told


def hour_text(hour: int) -> str:
    return f"{hour:02}:00"


def weekdays() -> list[str]:
    """From Monday on."""
    names = dates.get_day_names("wide", locale=get_language() or "en")
    return [str(names[number]) for number in range(7)]
