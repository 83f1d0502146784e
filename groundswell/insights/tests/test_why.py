"""What goes with stopping, in a world worked out by hand.

UTC, window of seven days. p0 to p119 sign up on 5 January 2026 at 10:00, p0 to p59 on the pro plan, the others on the
free one. Of the pros p0 to p44 make a board, of the others p60 to p74: those with an even number after 1 h, the others
after 3 h, which is 31 and 29 of them, so that half of them took 1 h. The latest event is one of 1 February; five more
signed up on 31 January, so their window is open, though one of them made a board at once.

    what they have                                with it: on, stopped    without it: on, stopped
    plan free at the sign-up                              15  45                  45  15
    seats, a trait: 0 to 59 in both plans, so that half have 29.5 or more: p30 to p59 and p90 to p119
                                                          15  45                  45  15
    Guide Read the day before: every third                20  20                  40  40
    Tour Seen at 10:30, odd pros, of those who had not made a board by 11:00: 29 who did then, 60 who did not
                                                          22   8                   7  52
"""

import random
from typing import Any

import numpy as np
import pytest

from groundswell.events.service import describe_event, describe_property
from groundswell.insights.kinds import actors, check, check_cell, counts_accounts
from groundswell.insights.service import ask
from groundswell.insights.types import Answer
from groundswell.insights.why import answer as why
from groundswell.insights.why import basis
from groundswell.kernel.errors import Refusal
from groundswell.stats.service import Tables, compare
from groundswell.workspace.types import Caller
from tests.world import World, group, identify, track

DATES = {"date_from": "2026-01-05", "date_to": "2026-01-31"}
STEPS = [{"event": "Signed Up"}, {"event": "Board Created"}]
WHY = {"kind": "funnel", "show": "why", "steps": STEPS, "window": "7d", "step": 2, **DATES}
HAND = {
    ("property", "plan", "is", "free", "started"): (15, 45, 45, 15),
    ("trait", "person.seats", "at_least", "29.5", "now"): (15, 45, 45, 15),
    ("event", "Tour Seen", None, None, "after"): (22, 8, 7, 52),
}


def story() -> list[dict[str, Any]]:
    told = [track("zed", "Visited", "2026-02-01T00:00:00Z"), track("o0", "Board Created", "2026-01-31T10:05:00Z")]
    told += [track(f"o{number}", "Signed Up", "2026-01-31T10:00:00Z", plan="pro") for number in range(5)]
    for number in range(120):
        name, of_plan = f"p{number}", number % 60
        is_pro, is_odd = number < 60, bool(number % 2)
        told += [identify(name, at="2026-01-01T00:00:00Z", seats=of_plan)]
        told += [track(name, "Signed Up", "2026-01-05T10:00:00Z", plan="pro" if is_pro else "free")]
        if of_plan < (45 if is_pro else 15):
            told += [track(name, "Board Created", f"2026-01-05T1{3 if is_odd else 1}:00:00Z", plan="x")]
        if number % 3 == 0:
            told += [track(name, "Guide Read", "2026-01-04T09:00:00Z")]
        if is_odd and is_pro:
            told += [track(name, "Tour Seen", "2026-01-05T10:30:00Z")]
    return [{**each, "messageId": f"m{number}"} for number, each in enumerate(told)]


@pytest.fixture
def boards(world: World) -> World:
    world.send(*story())
    return world


def answer(world: World, **question: Any) -> Answer:
    return ask(world.project, {**WHY, **question})


def told(found: Answer) -> dict[Any, Any]:
    """The four counts of each reason."""
    return {tuple(row[:5]): tuple(row[8:12]) for row in found.rows}


def behind(world: World, cell: dict[str, Any], **question: Any) -> int:
    checked = check({**WHY, **question}, "UTC")
    return len(actors(world.project.id, checked, check_cell(checked, cell)))


def test_what_stands_is_told_with_its_counts(boards: World) -> None:
    found = answer(boards)
    assert found.columns == (
        "kind", "name", "operator", "value", "when", "odds_ratio", "low", "high", "with_converted", "with_dropped",
        "without_converted", "without_dropped", "p_value", "q_value",
    )  # fmt: skip
    assert told(found) == HAND
    assert [row[1] for row in found.rows] == ["Tour Seen", "plan", "person.seats"]  # Guide Read says nothing: odds 1


def test_odds_intervals_and_corrected_chances_are_those_of_the_counts(boards: World) -> None:
    by_name = {row[1]: row[5:] for row in answer(boards).rows}
    ratio = float(np.exp(1.959964 * (1 / 15 + 1 / 45 + 1 / 45 + 1 / 15) ** 0.5))
    assert by_name["plan"][:3] == pytest.approx([1 / 9, 1 / 9 / ratio, ratio / 9], rel=1e-6)
    assert by_name["Tour Seen"][0] == pytest.approx(22 * 52 / (8 * 7))
    all_four = compare(Tables(*np.array([*HAND.values(), (20, 20, 40, 40)]).T))
    for place, (_kind, name, *_more) in enumerate(HAND):
        assert by_name[name][-2:] == pytest.approx([all_four.p_value[place], all_four.q_value[place]], rel=1e-9)


def test_beside_them_stands_how_many_were_compared_and_what_was_tried(boards: World) -> None:
    beside = dict(answer(boards).beside)
    assert beside == {
        "converted": 60, "dropped": 60, "open": 5, "looked_at": 120, "tried": 4, "standing": 3,
        "names": {"events": 3, "properties": 1, "traits": 1},  # nobody of them visited, and all began with the sign-up
        "names_left_out": {"events": 0, "properties": 0, "traits": 0},
        "identifying": [], "breakdown_left_out": None,
        "values_of_a_name": 10, "least": 20, "before_seconds": 7 * 86_400, "within_seconds": 3_600,
    }  # fmt: skip


def test_behind_each_number_are_those_it_counts(boards: World) -> None:
    for row in answer(boards).rows:
        named = dict(zip(("kind", "name", "operator", "value", "when"), row, strict=False))
        sides = [(has, on) for has in (True, False) for on in (True, False)]
        for count, (has, on) in zip(row[8:12], sides, strict=True):
            assert behind(boards, {**named, "with": has, "converted": on}) == count
        assert behind(boards, {**named, "with": True, "within_seconds": 3_600}) == row[8] + row[9]
    assert (behind(boards, {"converted": True}), behind(boards, {"converted": False}), behind(boards, {})) == (
        60, 60, 120,
    )  # fmt: skip
    assert behind(boards, {"kind": "event", "name": "Tour Seen", "when": "after", "within_seconds": 600}) == 0
    assert behind(boards, {"kind": "event", "name": "Never", "when": "before"}) == 0
    assert behind(boards, {"kind": "trait", "name": "person.none", "when": "now", "operator": "is", "value": "1"}) == 0


def test_it_does_not_matter_when_and_how_often_messages_come(boards: World, tmp_path: Any) -> None:
    late, chance = World(tmp_path), random.Random(7)
    others = story()
    known = [each for each in others if each["type"] == "identify"]
    others = [each for each in others if each["type"] != "identify"]
    chance.shuffle(others)
    late.send(*known)
    for begin in range(0, len(others), 60):
        late.send(*others[begin : begin + 60], *others[:20])
        late.count_ahead()
    assert (answer(late).rows, answer(late).beside) == (answer(boards).rows, answer(boards).beside)


def test_people_who_merge_afterwards_are_one(world: World) -> None:
    # Everything but the sign-up was done by a visitor, who turns out to be the same.
    apart = [
        {**{name: value for name, value in each.items() if name != "userId"}, "anonymousId": f"of-{each['userId']}"}
        if each.get("event") in ("Board Created", "Guide Read", "Tour Seen") else each
        for each in story()
    ]  # fmt: skip
    world.send(*apart)
    assert answer(world).beside["converted"] == 0
    people = [f"p{number}" for number in range(120)] + ["o0"]
    world.send(*(identify(name, f"of-{name}", at="2026-02-01T00:00:00Z") for name in people))
    assert told(answer(world)) == HAND


def test_what_came_after_the_step_is_no_reason_before_it(world: World) -> None:
    messages = story()
    for number in range(120):  # all who made a board celebrate, and 10:00 itself is neither before nor after
        if number % 60 < (45 if number < 60 else 15):
            messages += [track(f"p{number}", "Celebrated", "2026-01-05T13:30:00Z")]
            messages += [track(f"p{number}", "At Once", "2026-01-05T10:00:00Z")]
            messages += [track(f"p{number}", "Long Ago", "2025-12-29T09:59:59Z")]  # more than a window before
    world.send(*messages)
    assert told(answer(world)) == HAND


def test_nothing_is_asked_of_what_ends_a_run(boards: World) -> None:
    for question in ({"order": "strict"}, {"exclude": [{"event": "Gone"}]}):
        assert answer(boards, **question).beside["within_seconds"] == 0


def test_of_a_later_step_both_the_first_event_and_the_one_before_say_what_they_had(world: World) -> None:
    # 40 of 50 who chose a template went on to invite, and 10 of 50 who did not; the sign-up says nothing.
    world.send(track("zed", "Visited", "2026-02-01T00:00:00Z"))
    for number in range(100):
        name, has_template = f"p{number}", number < 50
        world.send(
            track(name, "Signed Up", "2026-01-05T10:00:00Z", plan="pro" if number % 2 else "free"),
            track(name, "Board Created", "2026-01-05T10:10:00Z", **({"template": "kanban"} if has_template else {})),
            *(
                [track(name, "Invite Sent", "2026-01-05T10:20:00Z")]
                if number % 50 < (40 if has_template else 10)
                else []
            ),
        )
    found = answer(world, steps=[*STEPS, {"event": "Invite Sent"}], step=3)
    assert told(found) == {("property", "template", "is_not_set", None, "reached"): (10, 40, 40, 10)}
    assert found.beside["names"]["properties"] == 2
    assert answer(world, steps=[*STEPS, {"event": "Invite Sent"}], step=2).rows == []  # everybody made a board


def test_of_accounts_their_traits_and_what_all_their_people_did(world: World) -> None:
    # 40 companies of two; the 20 in Seoul make a board, of the 20 in Busan 2. In Seoul the second reads the guide.
    world.send(track("zed", "Visited", "2026-02-01T00:00:00Z"))
    for number in range(40):
        is_seoul, account = number < 20, f"c{number}"
        at = "2026-01-01T00:00:00Z"
        city = "Seoul" if is_seoul else "Busan"
        world.send(
            group(f"a{number}", account, at=at, city=city), group(f"b{number}", account, at=at, city=city),
            track(f"a{number}", "Signed Up", "2026-01-05T10:00:00Z"),
            *([track(f"b{number}", "Guide Read", "2026-01-05T09:00:00Z")] if is_seoul else []),
            *([track(f"b{number}", "Board Created", "2026-01-05T11:00:00Z")] if is_seoul or number < 22 else []),
        )  # fmt: skip
    counts = (20, 0, 2, 18)
    of_companies = answer(world, count="accounts")
    assert told(of_companies) == {("event", "Guide Read", None, None, "before"): counts}  # Seoul says just the same
    assert of_companies.beside["converted"] == 22
    cell = {"kind": "trait", "name": "account.city", "when": "now", "operator": "is", "value": "Seoul"}
    assert behind(world, {**cell, "converted": True}, count="accounts") == 20
    asked = check({**WHY, "count": "accounts"}, "UTC")
    assert counts_accounts(asked, check_cell(asked, cell))
    # Of people, those who signed up for companies in Seoul; none of them made a board himself.
    assert behind(world, {**cell, "converted": False}) == 20


def test_hidden_names_and_secrets_are_no_reasons(boards: World) -> None:
    boards.send(*(track(f"p{number}", "Signed Up", "2026-01-05T10:00:00Z", api_key="k") for number in range(60)))
    operator = Caller(is_operator=True)
    describe_event(operator, boards.project, "Tour Seen", {"is_hidden": True})
    describe_property(operator, boards.project, "plan", {"is_hidden": True})
    assert {row[1] for row in answer(boards).rows} == {"person.seats"}


def test_of_more_people_than_it_takes_some_are_looked_at(boards: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(basis, "MOST_PEOPLE", 100)
    found = answer(boards)
    assert (found.beside["converted"], found.beside["dropped"], found.beside["looked_at"]) == (60, 60, 100)
    for row in found.rows:
        assert sum(row[8:12]) <= 100
        named = dict(zip(("kind", "name", "operator", "value", "when"), row, strict=False))
        assert behind(boards, {**named, "with": True, "converted": True}) == row[8]
    assert behind(boards, {"converted": True}) == 60


def test_of_more_names_than_it_takes_those_of_most_people_are_tried(
    boards: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(why.MOST_NAMES, "events", 2)
    found = answer(boards)
    # Guide Read by 40; Tour Seen by 30; Board Created within the hour by 31.
    assert (found.beside["names"]["events"], found.beside["names_left_out"]["events"]) == (2, 1)
    assert {row[1] for row in found.rows} == {"plan", "person.seats"}


def test_where_all_went_on_or_nobody_came_there_is_nothing_to_compare(boards: World) -> None:
    nobody = answer(boards, steps=[{"event": "Never"}, STEPS[1]])
    assert (nobody.rows, nobody.beside["converted"], nobody.beside["tried"]) == ([], 0, 0)
    stopped = answer(boards, steps=[STEPS[0], {"event": "Never"}])
    assert (stopped.rows, stopped.beside["dropped"], stopped.beside["tried"]) == ([], 120, 0)


def test_what_is_planted_is_found_among_two_hundred_that_mean_nothing(world: World) -> None:
    chance = np.random.default_rng(11)
    people = 600
    noise = chance.random((people, 200)) < 0.5
    planted = chance.random((people, 3)) < 0.4
    odds = np.exp(-0.8 + 1.3 * planted[:, 0] - 1.3 * planted[:, 1] + 1.3 * planted[:, 2])
    went_on = chance.random(people) < odds / (1 + odds)
    messages = [track("zed", "Visited", "2026-02-01T00:00:00Z")]
    for number in range(people):
        name = f"p{number}"
        properties = {f"noise{place}": bool(noise[number, place]) for place in range(200)}
        messages += [
            track(name, "Signed Up", "2026-01-05T10:00:00Z", **properties, template=bool(planted[number, 0])),
            *([track(name, "Error Seen", "2026-01-05T09:00:00Z")] if planted[number, 1] else []),
            identify(name, at="2026-01-01T00:00:00Z", role="admin" if planted[number, 2] else "guest"),
            *([track(name, "Board Created", "2026-01-05T12:00:00Z")] if went_on[number] else []),
        ]
    world.send(*messages)
    found = answer(world)
    assert found.beside["tried"] == 203
    goes_on = {row[1]: row[5] > 1 for row in found.rows}
    value = {row[1]: row[3] for row in found.rows}
    assert goes_on.keys() == {"template", "Error Seen", "person.role"}
    assert (goes_on["template"], value["template"]) in ((True, "true"), (False, "false"))
    assert (goes_on["person.role"], value["person.role"]) in ((True, "admin"), (False, "guest"))
    assert not goes_on["Error Seen"]
    assert all(row[-1] < 0.05 for row in found.rows)


def test_the_question_says_what_it_shows() -> None:
    checked = check({**WHY, "step": None}, "UTC")
    said = checked.as_json()
    assert (said["show"], said["step"]) == ("why", 2)
    assert check(said, "UTC") == checked


def test_it_is_asked_over_everybody_whatever_the_funnel_is_split_by(boards: World) -> None:
    split = answer(boards, breakdown=["plan", "person.seats"])
    assert split.beside["breakdown_left_out"] == ["plan", "person.seats"]
    assert (split.rows, split.question.breakdown) == (answer(boards).rows, ())
    assert check(split.question.as_json(), "UTC") == split.question


def test_what_says_who_somebody_is_is_no_reason(boards: World) -> None:
    # Who goes on belongs to Acme, the others to thirty companies of two each, of which none is large enough to be told.
    messages, at = [], "2026-01-02T00:00:00Z"
    for number in range(120):
        goes_on = number % 60 < (45 if number < 60 else 15)
        company = "acme" if goes_on else f"small{number // 2}"
        messages += [
            identify(f"p{number}", at=at, email="all@acme.com" if goes_on else f"p{number}@example.com"),
            group(f"p{number}", company, at=at, name=company, industry="toys" if goes_on else "food"),
        ]
    boards.send(*messages)
    found = answer(boards)
    told = {(row[1], row[2], row[3]) for row in found.rows}
    assert ("account.industry", "is", "food") in told
    assert not {name for name, *_ in told} & {"account.name", "person.email"}
    assert found.beside["identifying"] == ["account.name", "person.email"]


def test_values_that_hardly_anybody_shares_are_none(boards: World) -> None:
    # Of the 60 who went on 29 have one board, everybody else has one of their own: 92 boards of 120 people.
    messages = []
    for number in range(120):
        goes_on = number % 60 < (45 if number < 60 else 15)
        more = {"board": "b" if goes_on and number % 2 else f"b{number}", "campaign": "spring" if goes_on else "fall"}
        messages += [track(f"p{number}", "Signed Up", "2026-01-05T10:00:00Z", **more)]
    boards.send(*messages)
    found = answer(boards)
    told = {(row[1], row[2], row[3]) for row in found.rows}
    assert ("campaign", "is", "fall") in told
    assert "board" not in {name for name, *_ in told}
    assert found.beside["identifying"] == ["board"]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"step": 1}, "step"), ({"step": 3}, "step"), ({"step": "2"}, "step"), ({"step": True}, "step"),
        ({"steps": STEPS[:1]}, "steps"), ({"bins": 4}, "bins"),
        ({"show": "how"}, "show"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(question: dict[str, Any], field: str) -> None:
    with pytest.raises(Refusal) as refusal:
        check({**WHY, **question}, "UTC")
    assert field in (refusal.value.fields or {})


PLAN = {"kind": "property", "name": "plan", "operator": "is", "value": "pro", "when": "started"}


@pytest.mark.parametrize(
    "cell",
    [
        {"with": True}, {"name": "plan"}, {**PLAN, "when": "before"}, {**PLAN, "value": None}, {**PLAN, "value": 3},
        {**PLAN, "operator": None}, {**PLAN, "operator": "is_not_set"}, {**PLAN, "name": None},
        {**PLAN, "kind": "event"}, {**PLAN, "kind": "trait"}, {**PLAN, "within_seconds": -1}, {"breakdown": "pro"},
        {"converted": "yes"}, {"kind": "event", "name": "A", "operator": "is", "when": "before"},
    ],
)  # fmt: skip
def test_a_cell_that_the_answer_has_not_is_refused(cell: dict[str, Any]) -> None:
    checked = check(WHY, "UTC")
    with pytest.raises(Refusal, match="cell"):
        check_cell(checked, cell)


def test_a_cell_says_what_it_was_named_by() -> None:
    checked = check(WHY, "UTC")
    for named in ({"converted": False}, {**PLAN, "with": False, "converted": None, "within_seconds": 60}):
        assert check_cell(checked, named).as_json() == named
