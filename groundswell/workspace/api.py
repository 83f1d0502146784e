"""Projects, members, invitations, keys and the audit log over HTTP, and who it is that asks."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from ninja import Router, Schema

from groundswell.kernel.errors import Refusal
from groundswell.kernel.paging import Page
from groundswell.kernel.words import said
from groundswell.workspace import audit, invitations, keys, members, projects
from groundswell.workspace.doors import asked_project, caller_of
from groundswell.workspace.links import base_of_links
from groundswell.workspace.mailing import mail_invitation
from groundswell.workspace.persons import person_card
from groundswell.workspace.service import projects_of, role_of
from groundswell.workspace.types import May, ProjectCard

router = Router()
me_router = Router()
MOST = 1000


@router.get("")
def list_projects(request: HttpRequest, limit: int = 100, after: int = 0) -> dict[str, Any]:
    """The projects that the caller may see, ``limit`` at a time; ``next`` is the ``after`` of the next page."""
    found = [project for project in projects_of(caller_of(request)) if project.id > after]
    page = found[: max(1, min(limit, MOST))]
    return {"projects": [asdict(project) for project in page], "next": page[-1].id if len(found) > len(page) else None}


@router.get("/{project}")
def read_project(request: HttpRequest, project: str) -> dict[str, Any]:
    """One project: its name, zone, currency and language; ``counting`` while its days are counted in another zone."""
    return _settled(asked_project(request, project).id)


@me_router.get("")
def read_me(request: HttpRequest) -> dict[str, Any]:
    """Who asks: a person with their roles, a secret key with its project, or the server's own command line."""
    caller = caller_of(request)
    projects = [
        {"id": card.id, "name": card.name, "role": role_of(caller, card) if caller.user else None}
        for card in projects_of(caller)[:MOST]
    ]
    kind = "person" if caller.user else "key" if caller.project else "machine"
    return {"kind": kind, **(person_card(caller.user) if caller.user else {}), "projects": projects}


class Settings(Schema):
    name: str | None = None
    timezone: str | None = None
    currency: str | None = None
    language: str | None = None


@router.patch("/{project}")
def settle_project(request: HttpRequest, project: str, asked: Settings) -> dict[str, Any]:
    """Change what is settled for a project. In another zone its days are counted anew, in the background."""
    card = _owned(request, project)
    wanted = {**projects.settled(card), **asked.dict(exclude_none=True)}
    return _settled(projects.settle(caller_of(request), card, **wanted).id)


class Invite(Schema):
    email: str
    role: str


class RoleOf(Schema):
    role: str


class KindOf(Schema):
    kind: str


@router.get("/{project}/members")
def list_members(request: HttpRequest, project: str, page: int = 1, limit: int = 100) -> dict[str, Any]:
    """Who belongs to the organisation of a project, with their roles."""
    card = _owned(request, project)
    return _paged("members", members.members_of(card, **_asked(page, limit)))


@router.patch("/{project}/members/{int:member}")
def change_role(request: HttpRequest, project: str, member: int, asked: RoleOf) -> dict[str, Any]:
    """Give a member another role."""
    card = _owned(request, project)
    return asdict(members.change_role(caller_of(request), card, member=member, role=asked.role))


@router.delete("/{project}/members/{int:member}")
def remove_member(request: HttpRequest, project: str, member: int) -> dict[str, Any]:
    """Part with a member."""
    members.remove(caller_of(request), _owned(request, project), member=member)
    return {}


@router.get("/{project}/invitations")
def list_invitations(request: HttpRequest, project: str, page: int = 1, limit: int = 100) -> dict[str, Any]:
    """The invitations that wait."""
    card = _owned(request, project)
    return _paged("invitations", invitations.invitations_of(card, **_asked(page, limit)))


@router.post("/{project}/invitations")
def invite(request: HttpRequest, project: str, asked: Invite) -> dict[str, Any]:
    """Invite somebody by mail; where no mail leaves, ``link`` is what to hand over."""
    card, base = _owned(request, project), base_of_links(request)
    made = invitations.invite(caller_of(request), card, email=asked.email, role=asked.role)
    return _sent(base, *made, language=card.language)


@router.post("/{project}/invitations/{int:invitation}/send")
def invite_again(request: HttpRequest, project: str, invitation: int) -> dict[str, Any]:
    """Send another link for seven days more; the one of before opens nothing."""
    card, base = _owned(request, project), base_of_links(request)
    made = invitations.invite_again(caller_of(request), card, invitation=invitation)
    return _sent(base, *made, language=card.language)


@router.delete("/{project}/invitations/{int:invitation}")
def withdraw_invitation(request: HttpRequest, project: str, invitation: int) -> dict[str, Any]:
    """Take an invitation back."""
    invitations.withdraw(caller_of(request), _owned(request, project), invitation=invitation)
    return {}


@router.get("/{project}/keys")
def list_keys(request: HttpRequest, project: str, page: int = 1, limit: int = 100) -> dict[str, Any]:
    """The keys that work. Of a secret key only its beginning is known."""
    found = keys.keys_of(_owned(request, project))
    asked = _asked(page, limit)
    start = (asked["number"] - 1) * asked["size"]
    return _paged("keys", Page(found[start : start + asked["size"]], asked["number"], len(found), asked["size"]))


@router.post("/{project}/keys")
def issue_key(request: HttpRequest, project: str, asked: KindOf) -> dict[str, Any]:
    """Make one more key. ``key`` is shown here once."""
    return _made(keys.issue(caller_of(request), _owned(request, project), kind=asked.kind))


@router.post("/{project}/keys/{int:key}/rotate")
def rotate_key(request: HttpRequest, project: str, key: int) -> dict[str, Any]:
    """A new key in the place of an old one, which works until it is revoked."""
    return _made(keys.rotate(caller_of(request), _owned(request, project), key=key))


@router.delete("/{project}/keys/{int:key}")
def revoke_key(request: HttpRequest, project: str, key: int) -> dict[str, Any]:
    """Close a key for ever."""
    keys.revoke(caller_of(request), _owned(request, project), key=key)
    return {}


@router.get("/{project}/audit")
def read_audit(
    request: HttpRequest, project: str, who: str = "", kind: str = "", page: int = 1, limit: int = 100
) -> dict[str, Any]:
    """What was changed, by whom and when, the latest first. Owners and secret keys may read it."""
    card = asked_project(request, project, may=May.OWN)
    return _paged("entries", audit.entries(card.id, who=who, kind=kind, **_asked(page, limit)))


def _owned(request: HttpRequest, project: str) -> ProjectCard:
    """A project whose owner asks: who holds a secret key reads and changes, but does not say who belongs here."""
    card = asked_project(request, project, may=May.OWN)
    if caller_of(request).project is not None:
        raise Refusal(
            403, "forbidden", said("A secret key may not manage members, keys and settings."),
            hint=said("Use a personal token of an owner."),
        )  # fmt: skip
    return card


def _settled(project: int) -> dict[str, Any]:
    card, counting = projects.standing(project)
    return {**asdict(card), **({"counting": asdict(counting)} if counting else {})}


def _asked(page: int, limit: int) -> dict[str, int]:
    return {"number": max(1, min(page, 1_000_000)), "size": max(1, min(limit, MOST))}


def _paged(name: str, page: Page[Any]) -> dict[str, Any]:
    items: Sequence[Any] = page.items
    following = page.number + 1 if page.has_after else None
    return {name: [asdict(item) for item in items], "total": page.total, "next": following}


def _sent(base: str, invitation: invitations.InvitationCard, secret: str, *, language: str) -> dict[str, Any]:
    link = base + reverse("join", args=[secret])
    is_mailed = mail_invitation(invitation, link=link, language=language)
    return {**asdict(invitation), "is_mailed": is_mailed, **({} if is_mailed else {"link": link})}


def _made(made: tuple[keys.KeyCard, str]) -> dict[str, Any]:
    card, secret = made
    return {**asdict(card), "key": secret}
