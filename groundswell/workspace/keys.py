"""The keys of a project: listed, made anew, replaced and revoked."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone as django_time

from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.ids import fingerprint
from groundswell.kernel.words import said
from groundswell.workspace.models import Key
from groundswell.workspace.service import SHOWN_AGAIN, beginning, issue_key, note_change, revoke_key
from groundswell.workspace.types import Caller, KeyKind, ProjectCard

MOST = 100  # that work at the same time


@dataclass(frozen=True)
class KeyCard:
    """A key. ``shown`` is all of it where it may be seen again, else its beginning; ``replaced`` since when another
    is there for it."""

    id: int
    kind: KeyKind
    shown: str
    is_whole: bool
    created: datetime
    used: datetime | None
    replaced: datetime | None


def keys_of(project: ProjectCard) -> list[KeyCard]:
    """The keys that work, by kind, the latest first."""
    rows = Key.objects.filter(project=project.id, revoked_at=None).order_by("-pk")
    return [_card(row) for kind in KeyKind for row in rows if row.kind == kind]


@transaction.atomic
def issue(caller: Caller, project: ProjectCard, *, kind: str) -> tuple[KeyCard, str]:
    """One more key. Returns it and its text, which for a secret key cannot be shown again."""
    if kind not in list(KeyKind):
        raise bad_request(
            said("%(kind)r is not a kind of key.", kind=kind), hint=said("Use browser, write or secret."), field="kind"
        )
    return _made(caller, project, KeyKind(kind), verb="key.issued")


@transaction.atomic
def rotate(caller: Caller, project: ProjectCard, *, key: int) -> tuple[KeyCard, str]:
    """A new key in the place of an old one, which works until it is revoked. Raises Refusal 404."""
    old = _found(project, key)
    Key.objects.filter(pk=old.pk).update(replaced_at=django_time.now())
    return _made(caller, project, KeyKind(old.kind), verb="key.rotated", instead_of=beginning(old.shown))


def revoke(caller: Caller, project: ProjectCard, *, key: int) -> None:
    """Close a key for ever. Raises Refusal 404."""
    revoke_key(project=project.id, key=key, caller=caller)


def _made(caller: Caller, project: ProjectCard, kind: KeyKind, *, verb: str, **detail: str) -> tuple[KeyCard, str]:
    if Key.objects.filter(project=project.id, revoked_at=None).count() >= MOST:
        raise Refusal(409, "too_many_keys", said("There are %(most)s keys. Revoke one first.", most=MOST))
    secret = issue_key(project=project.id, kind=kind)
    row = Key.objects.get(fingerprint=fingerprint(secret))
    note_change(caller, project=project.id, verb=verb, subject=beginning(row.shown), detail={"kind": kind, **detail})
    return _card(row), secret


def _found(project: ProjectCard, id: int) -> Key:
    row = Key.objects.filter(pk=id, project=project.id, revoked_at=None).first()
    if row is None:
        raise not_found(said("There is no such key, or it was revoked before."))
    return row


def _card(row: Key) -> KeyCard:
    kind = KeyKind(row.kind)
    return KeyCard(row.pk, kind, row.shown, kind in SHOWN_AGAIN, row.created_at, row.last_used_at, row.replaced_at)
