"""Ada owns the Whiteboard, Ben edits it, Vera looks at it; Cleo owns something else. Nobody has tried anything yet."""

from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client

from groundswell.kernel.limits import Limit
from groundswell.workspace import invitations, mailing, members, passwords
from groundswell.workspace.models import Member
from groundswell.workspace.service import found_project
from groundswell.workspace.types import Caller, NewKeys, ProjectCard, Role
from tests.visitors import PASSWORD, member, signed_in


@dataclass
class Office:
    """A project, its keys, and the browsers of those who know it or do not."""

    project: ProjectCard
    keys: NewKeys
    other: ProjectCard
    other_keys: NewKeys
    clients: dict[str, Client] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Client:
        return self.clients[name]

    def caller(self, name: str) -> Caller:
        return Caller(user=person(name).pk)

    def membership(self, name: str) -> int:
        return Member.objects.get(user__username=f"{name}@example.com", organisation__projects=self.project.id).pk

    def url(self, page: str = "") -> str:
        return f"/p/{self.project.id}/{page}"


@pytest.fixture
def office(db: None) -> Office:
    project, keys = found_project(email="ada@example.com", password=PASSWORD, name="Whiteboard")
    other, other_keys = found_project(email="cleo@example.com", password=PASSWORD, name="Elsewhere")
    made = Office(project, keys, other, other_keys)
    made.clients = {name: signed_in(f"{name}@example.com") for name in ("ada", "cleo")}
    made.clients |= {"ben": member(project, "ben", Role.EDITOR), "vera": member(project, "vera", Role.VIEWER)}
    return made


@pytest.fixture(autouse=True)
def nobody_tried_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every limit is fresh and its clock stands still."""
    for module in (invitations, members, passwords):
        for name, limit in vars(module).items():
            if isinstance(limit, Limit):
                fresh = Limit(limit._rate, burst=limit._burst, clock=lambda: 0.0)
                monkeypatch.setattr(module, name, fresh)


def person(name: str) -> User:
    found: User = get_user_model().objects.get(username=f"{name}@example.com")
    return found


def mails() -> list[EmailMessage]:
    """All that was sent, once everything on its way has left."""
    mailing._postman.submit(bool).result(timeout=10)
    return mail.outbox


def link_in(message: EmailMessage) -> str:
    """The path that a mail leads to."""
    link = next(line for line in str(message.body).splitlines() if line.startswith("http"))
    return "/" + link.split("/", 3)[3]


def api(method: str, path: str, bearer: str, **body: Any) -> tuple[int, dict[str, Any]]:
    """What the API answers to a program with that key or token."""
    answer = Client().generic(
        method,
        f"/api/v1/{path}",
        msgspec.json.encode(body),
        "application/json",
        headers={"authorization": f"Bearer {bearer}"},
    )
    return answer.status_code, answer.json()
