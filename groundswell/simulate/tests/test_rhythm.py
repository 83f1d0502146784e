"""People do things when people are up, where they live."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from groundswell.kernel.periods import zone
from groundswell.simulate import rhythm
from groundswell.simulate.dice import Dice
from groundswell.simulate.tests.chronicle import Chronicle
from groundswell.simulate.types import Message

DAY = 86_400_000  # ms


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def test_busyness_follows_the_local_clock_and_weekday() -> None:
    # Wednesday 10:30 in Seoul, which is 1:30 in London in winter; and the same hour on a Sunday.
    at = instant("2026-01-14T10:30+09:00")
    assert rhythm.busyness("Asia/Seoul", at) == 1.0
    assert rhythm.busyness("Europe/London", at) == 0.02
    assert rhythm.busyness("Asia/Seoul", instant("2026-01-18T10:30+09:00")) == 0.2


def test_busyness_knows_summer_time() -> None:
    winter, summer = instant("2026-01-14T09:30+00:00"), instant("2026-07-15T09:30+00:00")
    assert rhythm.busyness("Europe/London", winter) == 0.9  # half past nine
    assert rhythm.busyness("Europe/London", summer) == 1.0  # half past ten


@given(seed=st.integers(), start=st.integers(0, 2 * 10**12), length=st.integers(1, 7 * DAY))
def test_a_moment_lies_in_its_span(seed: int, start: int, length: int) -> None:
    assert start <= rhythm.moment(Dice(seed), "Asia/Kolkata", start, start + length) < start + length


def test_moments_of_a_week_fall_on_hours_in_proportion_to_their_busyness() -> None:
    # 20,000 draws; the busiest hour holds about 8 % of them, ± 0.2 % (standard error).
    dice, start = Dice(1), instant("2026-01-12T00:00+09:00")
    hours = Counter(
        (rhythm.moment(dice, "Asia/Seoul", start, start + 7 * DAY) - start) // 3_600_000 % 24 for _ in range(20_000)
    )
    total = sum(rhythm.HOURS)
    assert all(abs(hours[hour] / 20_000 - share / total) < 0.01 for hour, share in enumerate(rhythm.HOURS))


@given(seed=st.integers(), at=st.integers(instant("2026-01-01T00:00+00:00"), instant("2026-12-31T00:00+00:00")))
def test_nobody_is_awake_in_the_small_hours_and_nobody_waits_for_days(seed: int, at: int) -> None:
    awake = rhythm.awake(Dice(seed), "America/New_York", at)
    assert rhythm.busyness("America/New_York", awake) >= 0.15
    assert 0 <= awake - at < 3 * DAY


def test_koreans_work_by_day_in_seoul_and_little_at_weekends(messages: list[Message]) -> None:
    korean = [m for m in messages if m.get("event") == "Board Edited" and m["context"]["timezone"] == "Asia/Seoul"]
    local = [datetime.fromisoformat(message["timestamp"]).astimezone(zone("Asia/Seoul")) for message in korean]
    assert sum(8 <= moment.hour < 20 for moment in local) / len(local) > 0.75
    assert sum(moment.weekday() >= 5 for moment in local) / len(local) < 0.12


def test_the_company_grows_and_has_quiet_weekends(planted: Chronicle) -> None:
    days = Counter(datetime.fromtimestamp(at, UTC).date() for at in planted.signed_up.values())
    months = [sum(days[day_of(month * 30 + number)] for number in range(30)) for month in range(6)]
    weekend = sum(count for day, count in days.items() if day.weekday() >= 5)
    assert months[5] > 1.8 * months[0]
    assert all(later > 0.8 * earlier for earlier, later in pairwise(months))
    assert weekend / 5000 < 0.2  # two of seven days would be 0.29


def day_of(number: int) -> date:
    return date(2026, 5, 27) + timedelta(days=number)
