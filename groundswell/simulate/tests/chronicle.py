"""What an analyst could know from the messages alone, and beside it what only the world knows."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from groundswell.simulate.people import soul
from groundswell.simulate.types import Message, Soul
from groundswell.simulate.world import World

DAY = 86_400.0  # seconds
WEEK = 7 * DAY
NOT_PRODUCT = {"Payment Succeeded", "Payment Failed", "Support Ticket Closed"}


def seconds(message: Message) -> float:
    return datetime.fromisoformat(message["timestamp"]).timestamp()


@dataclass
class Account:
    members: dict[str, str] = field(default_factory=dict)  # user id → role, in order of joining
    created: float = 0.0
    limits: list[float] = field(default_factory=list)
    paying: list[float] = field(default_factory=list)  # instants of trials and subscriptions begun


@dataclass
class Tally:
    """Weeks watched and weeks with a return."""

    returned: int = 0
    weeks: int = 0

    @property
    def share(self) -> float:
        return self.returned / self.weeks


class Chronicle:
    """Read once from the stream: a company of 5,000 people would not fit a test's memory as messages."""

    def __init__(self, messages: Iterable[Message], world: World) -> None:
        self.signed_up: dict[str, float] = {}
        self.done: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))  # user → event → instants
        self.seen: dict[str, list[float]] = defaultdict(list)  # user → instants of whatever they did
        self.prices: dict[str, list[float]] = defaultdict(list)  # user → looks at the price page
        self.accounts: dict[str, Account] = defaultdict(Account)
        self.accepted: dict[str, float] = {}  # invite → instant
        self.invited: dict[str, tuple[float, str]] = {}  # invite → instant, inviter
        self.ledger: list[Message] = []  # trials, subscriptions, payments, spend
        self.end = 0.0
        for message in messages:
            self._read(message)
        self.souls: dict[str, Soul] = {person.user_id: soul(person) for person in world.people}
        self._tallies = {user: self._tally(user) for user in self.signed_up}

    def _read(self, message: Message) -> None:
        at = self.end = seconds(message)
        user, event = message.get("userId", ""), message.get("event", "")
        if event == "Signed Up":
            self.signed_up[user] = at
        if user and message["type"] in ("track", "page") and event not in NOT_PRODUCT:
            self.seen[user].append(at)
            self.done[user][event].append(at)
        if message.get("name") == "Pricing" and user:
            self.prices[user].append(at)
        if event == "Invite Sent":
            self.invited[message["properties"]["invite_id"]] = (at, user)
        if event == "Invite Accepted":
            self.accepted[message["properties"]["invite_id"]] = at
        if event.startswith(("Trial ", "Subscription ", "Payment ", "Spend ")):
            self.ledger.append(message)
        self._read_account(message, at, event)

    def _read_account(self, message: Message, at: float, event: str) -> None:
        group = message.get("context", {}).get("groupId")
        if group is None:
            return
        account = self.accounts[group]
        if event == "Account Created":
            account.created = at
        if event == "Account Added User":
            account.members[message["userId"]] = message["properties"]["role"]
        if event == "Limit Reached":
            account.limits.append(at)
        if event in ("Trial Started", "Subscription Started"):
            account.paying.append(at)

    def _tally(self, user: str) -> Tally:
        """Weeks 1 to 8 of life that are over."""
        start, tally = self.signed_up[user], Tally()
        for week in range(1, 9):
            if start + WEEK * (week + 1) <= self.end:
                tally.weeks += 1
                tally.returned += happened(self.seen[user], start + WEEK * week, start + WEEK * (week + 1))
        return tally

    def times(self, user: str, event: str, *, days: float = 7) -> int:
        """How often somebody did something in their first days."""
        start = self.signed_up[user]
        return sum(start <= at < start + days * DAY for at in self.done[user][event])

    def returns(self, users: Iterable[str]) -> Tally:
        total = Tally()
        for user in users:
            total.returned += self._tallies[user].returned
            total.weeks += self._tallies[user].weeks
        return total

    def people(self, wanted: Callable[[Soul], bool]) -> list[str]:
        """Those of that kind, partners aside: they live in the product whatever happens."""
        return [user for user, soul in self.souls.items() if wanted(soul) and not soul.is_partner]


def happened(instants: list[float], start: float, end: float) -> bool:
    """Whether one of the ordered instants lies in [start, end)."""
    place = bisect_left(instants, start)
    return place < len(instants) and instants[place] < end
