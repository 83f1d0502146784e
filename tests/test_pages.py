"""Every page, knocked at by everybody. A page that is added is walked without a word here."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.workspace import shell
from groundswell.workspace.models import Project
from groundswell.workspace.service import ROLES_THAT_MAY, found_project
from groundswell.workspace.types import Role
from tests.visitors import PASSWORD, member, signed_in
from tests.world import World, group, identify, track

# What fills the parts of addresses: things that are there in the project, so that a page is shown and not only refused.
PARTS: dict[str, Any] = {
    "id": "ada", "name": "Signed Up", "number": 1, "key": "none", "uidb64": "x", "token": "x", "secret": "none",
    "card": 1, "delivery": 1, "share": 1,
}  # fmt: skip
FOR_EVERYBODY = {
    "front", "welcome", "sign_in", "forgotten", "password_reset_confirm", "choose_language", "choose_theme", "join",
    "deliveries.leave", "shared", "shared.narrow", "shared.card",
}  # fmt: skip


def pages() -> Iterator[tuple[str, str]]:
    """Name and address of every page; ``{project}`` stands for the project."""
    for pattern in get_resolver().url_patterns:
        if isinstance(pattern, URLPattern):
            assert pattern.name, f"{pattern.pattern} has no name"
            yield pattern.name, str(pattern.pattern)


def address(name: str, project: int) -> str:
    pattern = next(each for each in get_resolver().url_patterns if getattr(each, "name", "") == name)
    parts = {part: PARTS[part] if part != "project" else project for part in pattern.pattern.converters}
    return reverse(name, kwargs=parts)


@pytest.fixture
def people(world: World) -> dict[str, Client]:
    """Ada owns the world's project, Ben edits, Vera views; Cleo owns another organisation; Nobody has not signed in."""
    roles = {"ada": Role.OWNER, "ben": Role.EDITOR, "vera": Role.VIEWER}
    clients = {name: member(world.project, name, role) for name, role in roles.items()}
    found_project(email="cleo@example.com", password=PASSWORD, name="Elsewhere")
    world.send(identify("ada", name="Ada"), group("ada", "acme", name="Acme"), track("ada", "Signed Up", plan="free"))
    clients["cleo"] = signed_in("cleo@example.com")
    return {**clients, "nobody": Client()}


def of_projects() -> list[str]:
    return [name for name, pattern in pages() if "<int:project>" in pattern]


def asks_to_sign_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in")


def test_who_belongs_to_a_project_sees_its_pages(world: World, people: dict[str, Client]) -> None:
    for name in of_projects():
        for who in ("ada", "ben", "vera"):
            status = people[who].get(address(name, world.project.id)).status_code
            assert status in (200, 302, 400, 404, 405) or (status == 403 and who != "ada"), (name, who, status)
    assert len(of_projects()) >= 2


def test_the_navigation_leads_where_one_may_go_and_nowhere_else(world: World, people: dict[str, Client]) -> None:
    for who, role in (("ada", Role.OWNER), ("ben", Role.EDITOR), ("vera", Role.VIEWER)):
        for way in (way for _section, ways in shell.ways() for way in ways):
            answer = people[who].get(reverse(way.view, args=[world.project.id]))
            is_open = role in ROLES_THAT_MAY[way.may]
            assert answer.status_code == (200 if is_open else 403), (way.view, who, answer.status_code)
            if is_open:
                assert f'href="{reverse(way.view, args=[world.project.id])}"' in answer.content.decode(), way.view


def test_to_strangers_a_project_is_not_there(world: World, people: dict[str, Client]) -> None:
    for name in of_projects():
        path = address(name, world.project.id)
        for send in (people["cleo"].get, people["cleo"].post):
            answer = send(path)
            assert answer.status_code in (404, 405), (name, answer.status_code)
            assert world.project.name not in answer.content.decode(), name


def test_whoever_has_not_signed_in_is_asked_to(world: World, people: dict[str, Client]) -> None:
    for name, _pattern in pages():
        if name not in FOR_EVERYBODY and name != "sign_out":
            for send in (people["nobody"].get, people["nobody"].post):
                answer = send(address(name, world.project.id))
                assert asks_to_sign_in(answer) or answer.status_code == 405, (name, answer.status_code)


def test_viewers_change_nothing(world: World, people: dict[str, Client]) -> None:
    ends_work_only = {"insights.stop"}  # of a question that is being answered; nothing that is kept is another one
    for name in of_projects():
        if name in ends_work_only:
            continue
        answer = people["vera"].post(address(name, world.project.id))
        assert answer.status_code in (403, 405), (name, answer.status_code)


def test_nothing_is_changed_by_following_a_link(world: World, people: dict[str, Client]) -> None:
    """A page that changes something answers 405 to GET; one that shows something answers it without an error."""
    for name, _pattern in pages():
        answer = people["ada"].get(address(name, world.project.id))
        assert answer.status_code < 500, (name, answer.status_code)


def test_a_project_into_which_nothing_was_sent_has_every_page(people: dict[str, Client]) -> None:
    empty = Project.objects.get(name="Elsewhere").pk
    for name in of_projects():
        answer = people["cleo"].get(address(name, empty))
        assert answer.status_code in (200, 302, 400, 404, 405), (name, answer.status_code)


def test_while_the_store_is_stopped_pages_say_so(
    world: World, people: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped() -> None:
        raise Refusal(503, "store_unavailable", said("The event store is stopped."))

    monkeypatch.setattr("groundswell.store.service.engine", stopped)
    for name in of_projects():
        answer = people["ada"].get(address(name, world.project.id))
        text = answer.content.decode()
        assert answer.status_code in (200, 302, 400, 404, 405, 503), (name, answer.status_code)
        assert answer.status_code != 503 or "The event store is stopped." in text, name
