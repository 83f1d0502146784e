"""The moments that matter in a history: sign-up, trials, subscriptions, payments, invitations that were accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from groundswell.events.service import vocabulary
from groundswell.kernel.periods import local_iso
from groundswell.people.timeline import IN_ACCOUNT, MOST_IDS
from groundswell.store import service as store
from groundswell.workspace.types import ProjectCard

MOST = 30  # the latest
OF_MONEY = (
    "trial_started", "trial_ended", "subscription_started", "subscription_changed", "subscription_ended", "paid",
    "payment_failed", "ordered",
)  # fmt: skip
ROLES = ("signed_up", "invitation_accepted", *OF_MONEY)
SUBSCRIBED = ("subscription_started", "subscription_changed")
TOLD = ("plan", "mrr", "amount", "revenue", "currency", "reason")  # properties


@dataclass(frozen=True)
class Moment:
    """An event that plays a role, at an instant in the project's zone; ``about`` has what its properties say of it."""

    role: str
    name: str
    at: str
    about: Mapping[str, str]

    @property
    def day(self) -> str:
        return self.at[:10]

    @property
    def is_of_money(self) -> bool:
        return self.role in OF_MONEY

    @property
    def text(self) -> str:
        return " · ".join(self.about.values())


@dataclass(frozen=True)
class Plan:
    """What is subscribed to: the plan, and so much money a month, where they were said."""

    name: str
    mrr: Decimal | None
    currency: str
    since: str


def moments(project: ProjectCard, ids: Sequence[int], *, account: int = 0) -> list[Moment]:
    """The latest moments in the history of these ids (in an account), the latest first."""
    names = vocabulary(project.id)
    role_of = {names[role]: role for role in reversed(ROLES)}
    rows = store.run(
        "SELECT toString(event), timestamp, properties FROM scope.events"
        f" WHERE id IN {{ids:Array(UInt64)}} AND event IN {{events:Array(String)}}{IN_ACCOUNT if account else ''}"
        " ORDER BY timestamp DESC, event, message LIMIT {most:UInt32}",
        project=project.id, between=store.EVER,
        params={"ids": list(ids)[:MOST_IDS], "events": list(role_of), "account": account, "most": MOST},
    ).rows  # fmt: skip
    return [
        Moment(role_of[name], name, local_iso(at, project.timezone), _about(properties))
        for name, at, properties in rows
    ]


def plan_of(found: Sequence[Moment], currency: str) -> Plan | None:
    """The subscription that the latest of these moments leave; None where there is none, or it ended."""
    latest = next((each for each in found if each.role in (*SUBSCRIBED, "subscription_ended")), None)
    if latest is None or latest.role == "subscription_ended":
        return None
    about = latest.about
    return Plan(about.get("plan", ""), _amount(about.get("mrr", "")), about.get("currency", currency), latest.day)


def _about(properties: str) -> dict[str, str]:
    found = msgspec.json.decode(properties) if properties else {}
    return {key: str(found[key]) for key in TOLD if _is_short(found.get(key))}


def _is_short(value: Any) -> bool:
    return isinstance(value, (str, int, float)) and not isinstance(value, bool) and 0 < len(str(value)) <= 60


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
