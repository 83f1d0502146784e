"""Messages in the shape of Segment's HTTP tracking API."""

from typing import Any

from groundswell.simulate.cast import Person, Team
from groundswell.simulate.channels import SITE, Link
from groundswell.simulate.places import Place
from groundswell.simulate.types import Message

BILLING = "billing"  # the anonymous id of what happens without anybody doing it


def context(place: Place) -> dict[str, Any]:
    return {"locale": place.locale, "timezone": place.zone}


def page(name: str, path: str, *, sender: dict[str, str], place: Place, link: Link | None = None) -> Message:
    """A page view; with ``link`` the first of a visit, carrying campaign and referrer."""
    surroundings = context(place)
    referrer = f"{SITE}/" if link is None else link.referrer
    if link is not None and link.source:
        surroundings["campaign"] = {"source": link.source, "medium": link.medium, "name": link.campaign}
    properties = {"name": name, "path": path, "url": f"{SITE}{path}", "referrer": referrer}
    return {"type": "page", **sender, "name": name, "properties": properties, "context": surroundings}


def track(event: str, properties: dict[str, Any], *, sender: dict[str, str], context: dict[str, Any]) -> Message:
    return {"type": "track", **sender, "event": event, "properties": properties, "context": context}


def from_billing(event: str, properties: dict[str, Any], team: Team) -> Message:
    """What the billing system does by itself: nobody's activity, but the account's event if there is one."""
    if not team.is_account:
        return track(event, properties, sender={"userId": team.payer.user_id}, context={})
    return track(event, properties, sender={"anonymousId": BILLING}, context={"groupId": team.group_id})


def account_from_billing(team: Team) -> Message:
    """The account's new state. A group call is no activity, so it may name the payer."""
    sender = {"userId": team.payer.user_id}
    return {"type": "group", **sender, "groupId": team.group_id, "traits": company(team)}


def profile(person: Person, plan: str) -> dict[str, Any]:
    """The traits of somebody who signs up; who skipped the question has no persona."""
    traits = {
        "name": person.name.full,
        "email": person.mail,
        "plan": plan,
        "role": person.role,
        "use_case": person.use_case,
        "country": person.place.country,
        "learning_style": person.learning_style,
    }
    return {**traits, "persona": person.persona} if person.tells_persona else traits


def company(team: Team) -> dict[str, Any]:
    traits = {
        "name": team.name.full,
        "industry": team.industry,
        "employees": team.employees,
        "seats": seats(team),
        "plan": team.plan,
        "country": team.place.country,
    }
    if team.partner is not None:
        traits["partner"] = team.partner.team.name.full
    return traits


def seats(team: Team) -> int:
    """Seats that are paid for, or that come with the plan."""
    return team.subscription.seats if team.subscription else (25 if team.in_trial else 5)
