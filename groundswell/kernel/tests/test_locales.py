"""Numbers and times as people of a language write them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from groundswell.kernel import locales

AT = datetime(2026, 11, 23, 15, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (1234, "1,234"), (1234.5, "1,234.5"), (0.126, "0.13"), (Decimal("-9.10"), "-9.1")]
)
def test_numbers_have_as_many_places_as_they_need(value: float | Decimal, shown: str) -> None:
    assert locales.number(value, "en") == shown


def test_korean_counts_in_ten_thousands() -> None:
    assert locales.compact(12_000, "ko") == "1.2만"
    assert locales.compact(12_000, "en") == "12K"
    assert locales.compact(999, "en") == "999"


def test_shares_days_and_money() -> None:
    assert locales.share(0.1234, "en") == "12.3%"
    assert locales.day(date(2026, 11, 23), "ko") == "2026. 11. 23."
    assert locales.money(Decimal("41300"), "KRW", "ko") == "₩41,300"


def test_instants_are_in_the_project_s_zone() -> None:
    assert "12:04" in locales.instant(AT, "Asia/Seoul", "en")
    assert "24" in locales.instant(AT, "Asia/Seoul", "en")


def test_how_long_ago_and_how_long() -> None:
    assert locales.ago(AT, AT.replace(hour=18), "en") == "3 hours ago"
    assert locales.ago(AT, AT.replace(hour=18), "ko") == "3시간 전"
    assert locales.duration(187_200, "en") == "2d 4h"
    assert locales.duration(187_200, "ko") == "2일 4시간"
    assert locales.duration(0, "en") == "0s"
    assert locales.duration(61, "en") == "1m 1s"
