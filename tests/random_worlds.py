"""Random small worlds: messages as they happened, and the same as they may come.

Few people, few names and few instants, so that much coincides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.world import group, identify, track

Message = dict[str, Any]
Told = tuple[list[Message], list[list[Message]]]  # as it happened, and in batches of another order with repeats

USERS, DEVICES, ACCOUNTS, EVENTS = ("ada", "ben", "cleo"), ("d1", "d2", "d3"), ("acme", "bolt"), ("A", "B", "C")
ZONES = ("UTC", "Asia/Seoul", "Asia/Kolkata", "America/New_York")
VALUES = st.sampled_from(["x", "y", 10, "10", 2.5, True, None, ["x", "y", "x"], [], {"q": "z"}, 0, -3])


@dataclass(frozen=True)
class Season:
    """When things happen, and over which days one asks."""

    instants: tuple[str, ...]
    dates: tuple[tuple[str, str], ...]
    long: tuple[tuple[str, str], ...] = ()  # days that are too many to be asked for hour by hour


def instants(days: Sequence[str], times: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{day}T{time}Z" for day in days for time in times)


# The days around New York's change of clocks (8 March 2026).
MARCH = Season(
    instants=(
        *instants(["2026-03-06", "2026-03-08", "2026-03-09"], ["04:30:00", "06:30:00", "07:00:00", "23:59:59.5"]),
        "2026-02-01T00:00:00Z", "2026-03-08T07:00:00.000001Z",
    ),
    dates=(("2026-03-01", "2026-03-31"), ("2026-03-06", "2026-03-08"), ("2026-03-08", "2026-03-08")),
)  # fmt: skip

# Where days begin: New York's in winter and in summer, Seoul's, UTC's; and about half an hour of a morning.
TIMES = (
    "00:00:00", "03:59:59.999999", "04:00:00", "04:59:59.999999", "05:00:00", "14:59:59.999999", "15:00:00",
    "10:00:00", "10:10:00", "10:29:59.999999", "10:30:00", "10:40:00", "11:09:59.999999",
)  # fmt: skip

# Weeks and months around both of New York's changes: a day of 23 hours, one of 25.
SPRING = Season(
    instants=(
        *instants(["2026-02-23", "2026-02-28", "2026-03-01", "2026-03-02"], TIMES),
        *instants(["2026-03-07", "2026-03-08", "2026-03-09", "2026-03-16", "2026-03-31"], TIMES),
        "2025-06-01T10:00:00Z",
    ),
    dates=(("2026-02-23", "2026-03-31"), ("2026-02-25", "2026-03-10"), ("2026-03-07", "2026-03-09")),
    long=(("2025-05-30", "2026-03-31"),),
)  # fmt: skip
AUTUMN = Season(
    instants=(
        *instants(["2025-10-20", "2025-10-26", "2025-10-31", "2025-11-01"], TIMES),
        *instants(["2025-11-02", "2025-11-03", "2025-11-10", "2025-11-30"], TIMES),
        "2025-06-01T10:00:00Z",
    ),
    dates=(("2025-10-20", "2025-11-30"), ("2025-10-29", "2025-11-04"), ("2025-11-01", "2025-11-03")),
    long=(("2025-05-30", "2025-11-30"),),
)  # fmt: skip


def one_of_none(values: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


@st.composite
def senders(draw: st.DrawFn) -> dict[str, str]:
    user, device = draw(one_of_none(USERS)), draw(one_of_none(DEVICES))
    if user is None and device is None:
        user = "ada"
    return {name: id for name, id in (("userId", user), ("anonymousId", device)) if id}


@st.composite
def messages(draw: st.DrawFn, season: Season) -> Message:
    kind = draw(st.sampled_from(["track"] * 6 + ["page", "identify", "identify", "group", "group", "alias"]))
    message: Message = {"type": kind, "timestamp": draw(st.sampled_from(season.instants)), **draw(senders())}
    if kind == "track":
        message["event"] = draw(st.sampled_from(EVENTS))
    if kind in ("track", "page"):
        message["properties"] = draw(st.dictionaries(st.sampled_from(["p", "r"]), VALUES, max_size=2))
        if account := draw(st.none() | st.none() | st.sampled_from(ACCOUNTS)):
            message["context"] = {"groupId": account}
    if kind == "identify":
        message["traits"] = draw(st.dictionaries(st.sampled_from(["plan", "size"]), VALUES, max_size=2))
    if kind == "group":
        message |= {"groupId": draw(st.sampled_from(ACCOUNTS)), "traits": {"tier": draw(VALUES)}}
    if kind == "alias":
        message = {
            "type": "alias", "timestamp": message["timestamp"], "userId": "ada",
            "previousId": draw(st.sampled_from((*USERS[1:], *DEVICES))),
        }  # fmt: skip
    return message


@st.composite
def worlds(draw: st.DrawFn, season: Season = MARCH, most: int = 14) -> Told:
    """Messages as they happened, and the same in batches of another order with repeats."""
    happened = sorted(draw(st.lists(messages(season), min_size=1, max_size=most)), key=lambda each: each["timestamp"])
    seen: set[str] = set()
    kept = [each for each in happened if not _joins_or_writes(each) or not _clashes(each, seen)]
    # Everybody who is known is known from the start: whether an id is a user's is not a matter of time.
    known = [{"type": "identify", "userId": user, "timestamp": "2025-01-01T00:00:00Z"} for user in USERS]
    numbered = [{**each, "messageId": f"m{number}"} for number, each in enumerate(known + kept)]
    others = draw(st.permutations(numbered[len(known) :]))
    cut = draw(st.integers(0, len(others)))
    repeats = others[: draw(st.integers(0, 3))]
    return numbered, [numbered[: len(known)], others[:cut], [*others[cut:], *repeats]]


def _joins_or_writes(message: Message) -> bool:
    """Whether a message says something about people or companies, not only what somebody did."""
    return message["type"] not in ("track", "page") or {"userId", "anonymousId"} <= message.keys()


def _clashes(message: Message, seen: set[str]) -> bool:
    """Whether such a message of the same instant was kept: which of them was first would be chance."""
    clashes = message["timestamp"] in seen
    seen.add(message["timestamp"])
    return clashes


def many_values(season: Season) -> list[Message]:
    """More people than a breakdown shows values, of as many teams and tiers, with as many values of p."""
    told: list[Message] = []
    for number in range(28):
        user, at = f"u{number}", season.instants[number * 3 % len(season.instants)]
        later = season.instants[number * 5 % len(season.instants)]
        told += [
            {"type": "identify", "userId": user, "timestamp": "2025-01-01T00:00:00Z", "traits": {"plan": number % 27}},
            group(user, f"g{number}", at="2025-01-01T00:00:00Z", tier=number % 27),
            track(user, "A", at=at, p=number % 27), track(user, "B", at=later, p=f"v{number}"),
        ]  # fmt: skip
    return [{**each, "messageId": f"many{number}"} for number, each in enumerate(told)]


@st.composite
def crowds(draw: st.DrawFn, season: Season = MARCH) -> Told:
    """Some people who do much within the same days, partly before they are known; and a latest event long after."""
    people = [f"u{number}" for number in range(draw(st.integers(3, 7)))]
    known: list[Message] = [group("zed", account, at="2025-01-01T00:00:00Z", tier=draw(VALUES)) for account in ACCOUNTS]
    happened = [track("zed", "Visited", at="2026-06-01T00:00:00Z")]
    for user in people:
        known.append(identify(user, at="2025-01-01T00:00:00Z", plan=draw(VALUES), size=draw(VALUES)))
        if account := draw(st.none() | st.sampled_from(ACCOUNTS)):
            known.append(group(user, account, at="2025-01-02T00:00:00Z"))
        for event in ["A", *draw(st.lists(st.sampled_from(EVENTS), min_size=1, max_size=5))]:
            at, properties = draw(st.sampled_from(season.instants)), st.dictionaries(st.sampled_from("pr"), VALUES)
            sender = draw(st.sampled_from([user, user, f"~of-{user}"]))
            happened.append(track(sender, event, at=at, **draw(properties)))
        happened.append(identify(user, f"of-{user}", at="2026-05-01T00:00:00Z"))
    numbered = [{**each, "messageId": f"m{number}"} for number, each in enumerate(known + happened)]
    others = draw(st.permutations(numbered[len(known) :]))
    cut = draw(st.integers(0, len(others)))
    return numbered, [numbered[: len(known)], others[:cut], [*others[cut:], *others[:3]]]
