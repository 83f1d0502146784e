"""What was changed stays written down: by whom, to what, and for whom to read."""

import pytest
from django.contrib.auth import get_user_model

from groundswell.workspace import audit
from groundswell.workspace.models import Member, Organisation, Project
from groundswell.workspace.service import caller_of_secret, found_project, note_change
from groundswell.workspace.types import Caller, NewKeys, ProjectCard, Role

PASSWORD = "a-long-whiteboard-9"


@pytest.fixture
def founded(db: None) -> tuple[ProjectCard, NewKeys]:
    return found_project(email="ada@example.com", password=PASSWORD, name="Whiteboard")


def ada() -> Caller:
    return Caller(user=get_user_model().objects.get(username="ada@example.com").pk)


def test_each_kind_of_caller_is_named(founded: tuple[ProjectCard, NewKeys]) -> None:
    project, keys = founded
    secret = caller_of_secret(keys.secret_key)
    assert secret is not None
    for caller in (ada(), secret, Caller(is_operator=True)):
        note_change(caller, project=project.id, verb="thing.changed", subject="It")
    found = audit.entries(project.id, kind="thing").items
    assert [(each.by, each.who) for each in found] == [
        ("machine", ""), ("key", keys.secret_key[:8] + "…"), ("person", "ada@example.com"),
    ]  # fmt: skip


def test_a_change_outlives_the_person_who_made_it(founded: tuple[ProjectCard, NewKeys]) -> None:
    project, _ = founded
    note_change(ada(), project=project.id, verb="thing.changed", subject="It", detail={"from": 1, "to": 2})
    get_user_model().objects.all().delete()
    (entry,) = audit.entries(project.id, kind="thing").items
    assert (entry.who, entry.subject, entry.detail) == ("ada@example.com", "It", {"from": 1, "to": 2})


def test_a_project_shows_its_own_changes_and_those_of_its_organisation(
    founded: tuple[ProjectCard, NewKeys],
) -> None:
    project, _ = founded
    organisation = Project.objects.get(pk=project.id).organisation
    other = Project.objects.create(organisation=organisation, name="Other")
    elsewhere = Organisation.objects.create(name="Elsewhere")
    note_change(ada(), project=None, organisation=organisation.pk, verb="thing.done", subject="ours")
    note_change(ada(), project=other.pk, verb="thing.done", subject="of the other project")
    note_change(ada(), project=None, organisation=elsewhere.pk, verb="thing.done", subject="of others")
    assert [entry.subject for entry in audit.entries(project.id, kind="thing").items] == ["ours"]
    assert audit.choices(project.id)[1][-1] == "thing"


@pytest.mark.parametrize("kind", ["thing," * 1200, ",".join(["thing", *(f"other{n}" for n in range(1200))])])
def test_however_many_kinds_are_asked_for(founded: tuple[ProjectCard, NewKeys], kind: str) -> None:
    note_change(ada(), project=founded[0].id, verb="thing.changed", subject="It")
    assert [entry.subject for entry in audit.entries(founded[0].id, kind=kind).items] == ["It"]


def test_changes_come_by_page_the_latest_first(founded: tuple[ProjectCard, NewKeys]) -> None:
    project, _ = founded
    ben = get_user_model().objects.create_user(username="ben@example.com")
    organisation = Project.objects.get(pk=project.id).organisation
    Member.objects.create(organisation=organisation, user=ben, role=Role.EDITOR)
    for number in range(5):
        note_change(Caller(user=ben.pk), project=project.id, verb="thing.done", subject=str(number))
    page = audit.entries(project.id, number=2, size=2, who="ben@example.com")
    assert ([entry.subject for entry in page.items], page.total) == (["2", "1"], 5)


def test_a_subject_of_any_length_is_cut(founded: tuple[ProjectCard, NewKeys]) -> None:
    note_change(ada(), project=founded[0].id, verb="thing.done", subject="x" * 1000)
    assert len(audit.entries(founded[0].id).items[0].subject) == audit.LONGEST
