"""Every number of a small company, worked out by hand.

January 2026, in UTC. Four people sign up: Ada (free) on the 1st, Ben (pro) on the 3rd, Cleo (free) on the 5th, and Dan
(free) in December. A visitor looks at a page and is never known.
"""

from datetime import date
from typing import Any

import pytest

from groundswell.insights.attendance.register import register
from groundswell.kernel.errors import Refusal
from groundswell.metrics.catalogue import METRICS
from groundswell.metrics.service import measure
from groundswell.metrics.types import Asked
from tests.world import World, identify, track

FIRST, LAST = date(2026, 1, 1), date(2026, 1, 10)


@pytest.fixture
def company(world: World) -> World:
    world.send(
        identify("ada", "phone", "2026-01-01T09:00:00Z", plan="free"),
        identify("ben", at="2026-01-03T09:00:00Z", plan="pro"),
        identify("cleo", at="2026-01-05T09:00:00Z", plan="free"),
        identify("dan", at="2025-12-20T09:00:00Z", plan="pro"),
    )
    world.send(
        track("dan", "Signed Up", "2025-12-20T10:00:00Z", plan="free"),
        track("dan", "Board Created", "2025-12-25T10:00:00Z"),
        track("~phone", "Page Viewed", "2026-01-01T08:00:00Z"),
        track("~stranger", "Page Viewed", "2026-01-02T08:00:00Z"),
        track("ada", "Signed Up", "2026-01-01T10:00:00Z", plan="free"),
        track("ada", "Signed Up", "2026-01-09T10:00:00Z", plan="pro"),  # again: the first counts
        track("ben", "Signed Up", "2026-01-03T10:00:00Z", plan="pro"),
        track("cleo", "Signed Up", "2026-01-05T10:00:00Z", plan="free"),
        track("ada", "Board Created", "2026-01-08T23:59:59Z"),  # seven days after
        track("cleo", "Board Created", "2026-01-05T11:00:00Z"),
        track("cleo", "Board Created", "2026-01-19T00:00:00Z"),  # fourteen days after: too late
        track("dan", "Invite Sent", "2026-01-04T10:00:00Z", invite_id="i1"),
        track("dan", "Invite Sent", "2026-01-04T11:00:00Z", invite_id="i2"),
        track("ben", "Invite Accepted", "2026-01-04T10:01:00Z", invite_id="i1", inviter_id="dan"),
        track("cleo", "Invite Accepted", "2026-01-05T11:00:00Z", invite_id="i2", inviter_id="dan"),
        track("ada", "Survey Answered", "2026-01-09T10:00:00Z", kind="nps", score=10),
        track("ben", "Survey Answered", "2026-01-09T10:00:00Z", kind="nps", score="6"),
        track("cleo", "Survey Answered", "2026-01-09T10:00:00Z", kind="nps", score=9),
        track("dan", "Survey Answered", "2026-01-09T10:00:00Z", kind="nps", score=7),
        track("dan", "Survey Answered", "2026-01-09T11:00:00Z", kind="csat", score=4),
        track("ada", "Survey Answered", "2026-01-09T12:00:00Z", kind="csat", score=3),
    )
    return world


def value(world: World, key: str, *, by: str = "", **asked: str) -> Any:
    (found,) = measure(world.project, [key], first=FIRST, last=LAST, by=by, asked=Asked(**asked))
    return found


# Active: Ada on the 1st (also by phone), 8th, 9th; Ben on the 3rd, 4th, 9th; Cleo on the 5th, 9th; Dan on the 4th, 9th.
EXPECTED = [
    ("reached", {}, 2, 2, None),  # Ada by her phone, and the stranger
    ("acquired", {}, 3, 3, None),
    ("retained", {}, 4, 4, None),
    ("adoption_rate", {}, 100.0, 4, 4),
    ("feature_adoption_rate", {"feature": "Board Created"}, 50.0, 2, 4),
    ("retention_rate", {"of": "people"}, 100.0, 1, 1),  # Dan was there on the 25th
    ("churn_rate", {"of": "people"}, 0.0, 0, 1),
    ("stickiness", {}, 25.0, 1, 4),  # 3 + 3 + 2 + 2 days of ten
    ("new_free_users_per_day", {}, 0.2, 2, 10),
    ("weekly_active_share", {}, 50.0, 1, 2),  # Ada
    ("referred", {}, 1, 1, None),
    ("k_factor", {}, 0.5, 2, 4),
    ("viral_cycle_time", {}, (60 + 86_400) / 2, None, None),
    ("nps", {}, 25.0, 1, 4),
    ("csat", {}, 50.0, 1, 2),
]


@pytest.mark.parametrize(("key", "asked", "expected", "above", "below"), EXPECTED)
@pytest.mark.parametrize("is_kept", [True, False])
def test_each_number(
    company: World, monkeypatch: pytest.MonkeyPatch, key: str, asked: dict[str, str], expected: float, above: Any,
    below: Any, is_kept: bool,
) -> None:  # fmt: skip
    if not is_kept:
        monkeypatch.setattr(register, "attendance", lambda *_, **__: None)
    found = value(company, key, **asked)
    assert found.value == pytest.approx(expected)
    assert above is None or (found.above, found.below) == (above, below)
    assert found.reason == ""


def test_every_metric_is_worked_out_here_and_says_what_it_means() -> None:
    assert [key for key, *_ in EXPECTED] == list(METRICS)
    for metric in METRICS.values():
        told = metric.definition()
        assert told["name"] and told["sentence"] and told["numerator"]
        assert (told["denominator"] is None) == (metric.below is None)


def test_people_are_told_apart_by_what_is_known_of_them(company: World) -> None:
    found = value(company, "acquired", by="plan")
    assert [(each.label, each.value) for each in found.by] == [("free", 2), ("pro", 1)]
    found = value(company, "stickiness", by="person.plan")
    assert [(each.label, each.value, each.below) for each in found.by] == [("free", 25.0, 2), ("pro", 25.0, 2)]


def test_what_never_came_is_no_zero(world: World) -> None:
    world.send(track("ada", "Board Created", "2026-01-05T10:00:00Z"))
    found = value(world, "acquired")
    assert (found.value, found.reason) == (None, "“Signed Up” never came, so this cannot be known.")
    assert value(world, "k_factor").reason == "“Invite Sent”, “Invite Accepted” never came, so this cannot be known."


def test_a_share_of_nobody_is_no_zero_either(company: World) -> None:
    (found,) = measure(company.project, ["stickiness"], first=date(2026, 3, 1), last=date(2026, 3, 2))
    assert (found.value, found.reason) == (None, "Nobody was active in these days.")


def test_roles_are_played_by_the_events_that_the_team_named(company: World) -> None:
    from groundswell.events.service import name_roles
    from groundswell.workspace.types import Caller

    name_roles(Caller(is_operator=True), company.project, {"signed_up": "Board Created"})
    assert value(company, "acquired").value == 2  # Dan made his first board before


def test_days_are_those_of_the_zone(tmp_path: Any, open_store: None, transactional_db: None) -> None:
    world = World(tmp_path, tz="Asia/Seoul")
    world.send(track("ada", "Signed Up", "2025-12-31T15:00:00Z"), track("ben", "Signed Up", "2025-12-31T14:59:59Z"))
    assert value(world, "acquired").value == 1


@pytest.mark.parametrize(
    ("key", "asked", "field"),
    [("feature_adoption_rate", {}, "feature"), ("retention_rate", {}, "of"), ("churn_rate", {"of": "cats"}, "of")],
)
def test_what_is_missing_is_asked_for(world: World, key: str, asked: dict[str, str], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        value(world, key, **asked)
    assert (refused.value.status, list(refused.value.fields)) == (400, [field])


def test_a_metric_that_there_is_not_is_refused(world: World) -> None:
    with pytest.raises(Refusal, match="There is no metric 'cats'"):
        value(world, "cats")
