"""Who is in a segment of a small world, worked out by hand. It is noon of Saturday, 10 January 2026, in Seoul's zone.

    who       plan, seats   company            what
    ada       pro, 5        acme (since 1st)   Board Created 1st 9:00, 9th 13:00, 10th 9:00 · Invite Sent 9th 12:00
    ben       free          acme (since 1st)   Board Created 3rd 9:00 (template) · Invite Sent 9th 11:59:59
    cleo      –             bolt (one event)   Board Created 10th 11:59, for bolt
    ~v        –             –                  Page Viewed 2nd 0:00
    dora      pro, "5"      –                  –
    acme      tier gold, bolt: –

All instants are UTC; the tenth began in Seoul at 15:00 of the ninth.
"""

from datetime import date
from typing import Any

import pytest

from groundswell.kernel.clock import DAY, from_us, to_us
from groundswell.people.service import account_cards, cards
from groundswell.segments import refreshing
from groundswell.segments.definitions import Known
from groundswell.segments.matches import match_of
from groundswell.segments.members import Plan, members, members_sql, planned
from groundswell.segments.tests.conftest import NOON
from groundswell.segments.types import Definition, Of
from tests.world import World, group, identify, track


@pytest.fixture
def office(open_store: None, transactional_db: None, tmp_path: Any) -> World:
    world = World(tmp_path, tz="Asia/Seoul")
    start = "2026-01-01T00:00:00Z"

    def board(user: str, at: str, **properties: Any) -> dict[str, Any]:
        return track(user, "Board Created", f"2026-01-{at}Z", **properties)

    world.send(
        identify("ada", at=start, plan="pro", seats=5), identify("ben", at=start, plan="free"),
        identify("dora", at=start, plan="pro", seats="5"),
        group("ada", "acme", at=start, tier="gold"), group("ben", "acme", at=start),
        board("ada", "01T09:00:00"), board("ada", "09T13:00:00"), board("ada", "10T09:00:00"),
        board("ben", "03T09:00:00", template=True),
        track("ada", "Invite Sent", "2026-01-09T12:00:00Z"), track("ben", "Invite Sent", "2026-01-09T11:59:59Z"),
        {**board("cleo", "10T11:59:00"), "context": {"groupId": "bolt"}},
        {"type": "page", "anonymousId": "v", "timestamp": "2026-01-02T00:00:00Z"},
    )  # fmt: skip
    return world


def did(event: str | None, **more: Any) -> dict[str, Any]:
    return {"did": {"event": event, **more}}


def found(world: World, match: Any, of: str = "people") -> list[str]:
    definition = Definition(world.project.id, 0, "tried", "Tried", Of(of), match_of(match, Of(of), "Asia/Seoul"))
    known = Known(world.project.id)
    numbers = members(world.project, definition, at=to_us(NOON), definitions=known, search=refreshing.search).tolist()
    shown = cards(world.project, numbers) if of == "people" else account_cards(world.project, numbers)
    return sorted(each.id for each in shown)


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({"trait": {"plan": "pro"}}, ["ada", "dora"]),
        ({"trait": {"seats": {"$gte": 5}}}, ["ada", "dora"]),
        ({"trait": {"seats": 5}}, ["ada"]),
        ({"trait": {"plan": {"$ne": "pro"}}}, ["ben", "cleo", "v"]),
        ({"trait": {}}, ["ada", "ben", "cleo", "dora", "v"]),
        (did("Board Created"), ["ada", "ben", "cleo"]),
        (did("Board Created", at_least=2), ["ada"]),
        (did("Board Created", at_most=1), ["ben", "cleo", "dora", "v"]),
        (did("Board Created", at_most=0), ["dora", "v"]),
        (did("Board Created", at_least=0), ["ada", "ben", "cleo", "dora", "v"]),
        (did("Board Created", at_least=0, at_most=0, within="9d"), ["dora", "v"]),
        (did("Board Created", where={"template": True}), ["ben"]),
        (did("Board Created", where={"person.plan": "pro"}), ["ada"]),
        (did("Board Created", where={"account.tier": "gold"}, at_least=3), ["ada"]),
        (did(None, at_least=2, at_most=2), ["ben"]),
        (did(None, at_most=0), ["dora"]),
        # Exactly a day ago is within a day, a second more is not. A day and a half began in the night of the ninth.
        (did("Invite Sent", within="1d"), ["ada"]),
        (did("Invite Sent", within="1d", at_most=0), ["ben", "cleo", "dora", "v"]),
        (did("Board Created", within="30m"), ["cleo"]),
        (did("Board Created", within="3d", at_least=2), ["ada"]),
        (did("Board Created", within="10d", at_least=3), ["ada"]),
        (did("Board Created", within="9d", at_least=3), []),
        (did(None, within="1w", at_least=3), ["ada"]),
        ({"any": [did("Invite Sent"), {"trait": {"plan": "pro"}}]}, ["ada", "ben", "dora"]),
        ({"all": [did("Invite Sent"), {"not": {"trait": {"plan": "pro"}}}]}, ["ben"]),
        ({"not": {"any": [did("Invite Sent"), {"not": did("Board Created")}]}}, ["cleo"]),
        (
            {"all": [{"any": [did("Invite Sent"), did("Page Viewed")]}, {"not": {"trait": {"plan": "free"}}}]},
            ["ada", "v"],
        ),
    ],
)  # fmt: skip
def test_people_are_told_by_what_they_are_and_did(office: World, match: Any, expected: list[str]) -> None:
    assert found(office, match) == expected


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        ({"trait": {"tier": "gold"}}, ["acme"]),
        ({"trait": {"tier": {"$exists": False}}}, ["bolt"]),
        (did("Board Created", at_least=4), ["acme"]),  # three of ada's, one of ben's
        (did("Board Created", at_most=1), ["bolt"]),
        (did("Invite Sent", at_most=0), ["bolt"]),
        (did("Board Created", within="1h"), ["bolt"]),
        (did(None, at_least=1), ["acme", "bolt"]),
        (did("Board Created", where={"person.plan": "pro"}, at_least=3), ["acme"]),
    ],
)
def test_companies_did_what_was_done_for_them(office: World, match: Any, expected: list[str]) -> None:
    assert found(office, match, of="accounts") == expected


def test_what_depends_on_counts_alone_is_read_from_counts(office: World) -> None:
    match = {"all": [did("A", within="30d"), did(None)]}
    match["all"] += [{"trait": {"plan": "pro"}}, did("A", at_least=2, within="30d")]
    definition = Definition(office.project.id, 0, "tried", "Tried", Of.PEOPLE, match_of(match, Of.PEOPLE, "UTC"))
    plan = planned(Plan(office.project, definition, to_us(NOON), lambda key: None, lambda *_: 0))
    assert members_sql(plan) == _SQL
    days = {name: value for name, value in plan.params.items() if isinstance(value, date)}
    assert days == {"p3": date(2025, 12, 10), "p6": date(2025, 12, 11)}  # UTC's a day early; Seoul's, which is cut
    assert from_us(plan.params["p8"]).isoformat() == "2025-12-11T15:00:00+00:00"  # where it ends
    assert plan.since == plan.params["p4"] == plan.params["p7"] == to_us(NOON) - 30 * DAY


_SQL = """
SELECT member
FROM (SELECT member, groupBitOr(bits) AS mask
FROM (SELECT person AS member, ((trait0 IN {p1:Array(String)})) * toUInt64(4) AS bits
FROM (SELECT person, anyIf(value, key = {p0:String}) AS trait0
FROM scope.person_traits
WHERE key IN ({p0:String})
GROUP BY person)
WHERE bits != 0
UNION ALL
SELECT member, toUInt64(1) AS bits
FROM (SELECT DISTINCT member
FROM (SELECT person AS member, count AS times
FROM scope.rollup AS e
WHERE event = {p2:String} AND day >= {p3:Date32} AND last >= fromUnixTimestamp64Micro({p4:Int64}, 'UTC')))
UNION ALL
SELECT member, toUInt64(2) AS bits
FROM (SELECT DISTINCT member
FROM (SELECT person AS member, count AS times
FROM scope.seen AS e
WHERE 1))
UNION ALL
SELECT member, toUInt64(8) AS bits
FROM (SELECT member
FROM (SELECT member, sum(times) AS times
FROM (SELECT person AS member, count AS times
FROM scope.rollup AS e
WHERE event = {p5:String} AND day > {p6:Date32}
UNION ALL
SELECT person AS member, 1 AS times
FROM scope.events AS e
WHERE event = {p5:String} AND person != 0 AND timestamp >= fromUnixTimestamp64Micro({p7:Int64}, 'UTC')\
 AND timestamp < fromUnixTimestamp64Micro({p8:Int64}, 'UTC'))
GROUP BY member)
WHERE times >= 2))
GROUP BY member)
WHERE (bitTest(mask, 0) AND bitTest(mask, 1) AND bitTest(mask, 2) AND bitTest(mask, 3))
""".strip()
