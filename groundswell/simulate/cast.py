"""The people and teams on stage, and what is going on with each of them."""

from collections import Counter
from dataclasses import dataclass, field

from groundswell.simulate.channels import Link
from groundswell.simulate.features import Habit
from groundswell.simulate.names import Name
from groundswell.simulate.places import Place
from groundswell.simulate.rhythm import DAY
from groundswell.simulate.truths import Aha

LONG_AGO = -(10**15)  # ms


@dataclass(slots=True, eq=False)
class Visitor:
    """Somebody nobody knows yet."""

    device: str  # the anonymous id
    place: Place
    channel: str
    link: Link
    partner: "Person | None" = None  # whose recommendation it was


@dataclass(slots=True, eq=False)
class Person:
    """Somebody who signed up."""

    user_id: str
    name: Name
    mail: str
    place: Place
    persona: str
    role: str
    use_case: str
    learning_style: str
    tells_persona: bool
    tells_account: bool  # whether their app sends the account with every event
    channel: str
    eagerness: float
    habits: tuple[Habit, ...]
    inviting: float  # invitation rounds per visit
    aha: Aha
    signed_up: int  # ms
    devices: list[str]
    second_device: int  # ms from when on a second one may be used
    is_partner: bool = False
    memberships: list["Membership"] = field(default_factory=list)
    told_plan: str = ""
    visited: int = 0
    recent: list[int] = field(default_factory=list)  # visits of the last 14 days, ms
    last_seen: int = LONG_AGO
    aha_events: int = 0
    reached_aha: bool = False
    is_helped: bool = False
    has_shared: bool = False
    last_survey: int = LONG_AGO
    answered_after: float = 0.0  # hours that the latest ticket took, until it was rated
    uses: Counter[str] = field(default_factory=Counter)  # of features that one uses a few times only

    @property
    def team(self) -> "Team":
        """The first team: the one they pay for or were invited to."""
        return self.memberships[0].team

    def arrive(self, at: int) -> None:
        self.visited += 1
        self.last_seen = at
        self.recent = [visit for visit in self.recent if visit > at - 14 * DAY]
        self.recent.append(at)

    def notice(self, event: str, at: int, helper: str) -> None:
        """What an event does to somebody."""
        if event == helper:
            self.is_helped = True
        if event == "Board Shared":
            self.has_shared = True
        if event == self.aha.event and at < self.signed_up + self.aha.within.total_seconds() * 1000:
            self.aha_events += 1
            self.reached_aha = self.aha_events >= self.aha.at_least


@dataclass(slots=True, eq=False)
class Subscription:
    subscription_id: str
    payer: Person
    plan: str
    seats: int
    yearly: bool
    is_open: bool = True


@dataclass(slots=True, eq=False)
class Team:
    """A workspace: personal until somebody else is to see it, then an account."""

    group_id: str
    name: Name
    industry: str
    employees: int
    place: Place
    owner: Person
    created: int  # ms
    partner: Person | None = None
    is_account: bool = False
    is_solo: bool = False  # pays alone and stays alone
    members: list["Membership"] = field(default_factory=list)
    plan: str = "free"
    boards: list[str] = field(default_factory=list)
    limit_hit: int = LONG_AGO
    tried: bool = False
    in_trial: bool = False
    is_buying: bool = False
    subscription: Subscription | None = None
    has_left: bool = False

    def active(self, at: int, days: int) -> int:
        """People of the team, partners aside, seen in the days before ``at``."""
        since = at - days * DAY
        return sum(member.last_seen > since for member in self.members if member.role != "partner")

    @property
    def payer(self) -> Person:
        return next((member.person for member in self.members if member.role == "buyer"), self.owner)


@dataclass(slots=True, eq=False)
class Membership:
    person: Person
    team: Team
    role: str  # end_user, champion, buyer, admin, partner
    last_seen: int


@dataclass(frozen=True, slots=True)
class Invitation:
    invite_id: str
    inviter: Person
    team: Team
    place: Place
    channel: str
    known: Person | None = None  # somebody who is a user already
