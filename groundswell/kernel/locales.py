"""Numbers, times and money as people of a language write them (CLDR, by Babel)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import dates, numbers, units

Number = float | Decimal


def number(value: Number, language: str, *, places: int = 2) -> str:
    """Such as ``1,234.5``: at most so many decimal places."""
    pattern = f"#,##0.{'#' * places}"
    return numbers.format_decimal(value, format=pattern, locale=language)


def compact(value: Number, language: str) -> str:
    """Such as ``12K`` or ``1.2만``, for where there is little room."""
    return numbers.format_compact_decimal(value, locale=language, fraction_digits=int(abs(float(value)) >= 1000))


def share(value: float, language: str) -> str:
    """A share of 0…1 as a percentage with one decimal place."""
    return numbers.format_percent(value, format="#,##0.0%", locale=language)


def money(value: Decimal, currency: str, language: str) -> str:
    """An amount with its currency."""
    return numbers.format_currency(value, currency, locale=language)


def day(value: date, language: str, *, form: str = "medium") -> str:
    """A day, such as ``Nov 23, 2026``."""
    return dates.format_date(value, format=form, locale=language)


def instant(value: datetime, tz: str, language: str) -> str:
    """An instant in a zone, to the second."""
    form = "y. M. d. aaaa h:mm:ss" if language == "ko" else "medium"  # CLDR writes AM and PM even in Korean
    return dates.format_datetime(value, format=form, tzinfo=ZoneInfo(tz), locale=language)


def ago(value: datetime, now: datetime, language: str) -> str:
    """How long an instant is past, such as ``3 hours ago``."""
    return dates.format_timedelta(value - now, add_direction=True, locale=language, threshold=1.1)


def duration(seconds: float, language: str) -> str:
    """A length of time in its two largest units, such as ``2 d 4 h``."""
    units = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
    parts: list[str] = []
    rest = round(seconds)
    for unit, length in units:
        count, rest = divmod(rest, length)
        if count or (unit == "second" and not parts):
            parts.append(_so_many(unit, count, language))
        if len(parts) == 2:
            break
    return " ".join(parts)


def _so_many(unit: str, count: int, language: str) -> str:
    return units.format_unit(
        count, f"duration-{unit}", length="short" if language == "ko" else "narrow", locale=language
    )


def utc(value: datetime) -> datetime:
    """An instant without a zone is UTC."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
