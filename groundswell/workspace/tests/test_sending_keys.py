"""Which key a text is, for those who collect."""

import pytest

from groundswell.workspace import service as workspace
from groundswell.workspace.models import Key
from groundswell.workspace.types import KeyKind, NewKeys, ProjectCard

Founded = tuple[ProjectCard, NewKeys]


@pytest.fixture
def founded(db: None) -> Founded:
    return workspace.found_project(email="ada@example.com", password="p4ss-word-9", name="Shop")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("browser_key", KeyKind.BROWSER), ("write_key", KeyKind.WRITE), ("secret_key", KeyKind.SECRET)],
)
def test_every_kind_of_key_may_send_into_its_project(founded: Founded, name: str, kind: KeyKind) -> None:
    project, keys = founded
    found = workspace.sending_key(getattr(keys, name))
    assert found is not None
    assert (found.project, found.kind) == (project.id, kind)


def test_a_key_that_sends_was_used(founded: Founded) -> None:
    found = workspace.sending_key(founded[1].browser_key)
    assert found is not None
    used = {key.pk: key.last_used_at is not None for key in Key.objects.all()}
    assert [id for id, is_used in used.items() if is_used] == [found.id]


def test_other_texts_and_revoked_keys_open_nothing(founded: Founded) -> None:
    project, keys = founded
    found = workspace.sending_key(keys.write_key)
    assert found is not None
    workspace.revoke_key(project=project.id, key=found.id)
    for secret in (keys.write_key, "gsw_other", "", "\0"):
        assert workspace.sending_key(secret) is None
