"""Personal tokens: what a program shows to act as a person, with their roles."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone as django_time

from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.ids import fingerprint, new_secret
from groundswell.kernel.words import said
from groundswell.workspace.models import PersonalToken
from groundswell.workspace.service import USED_EVERY, note_of_person
from groundswell.workspace.types import Caller

PREFIX = "gsp"
MOST = 50  # of a person
LONGEST_LIFE = 3650  # days


@dataclass(frozen=True)
class TokenCard:
    id: int
    name: str
    shown: str
    created: datetime
    expires: datetime | None
    used: datetime | None
    is_expired: bool


@transaction.atomic
def issue_token(user: int, *, name: str, days: int | None = None) -> str:
    """Make a token and return it: it cannot be shown again. Raises Refusal 400 or 409."""
    name = name.strip()
    if not name or len(name) > 100:
        raise bad_request(said("A token needs a name of at most 100 characters."), field="name")
    if days is not None and not 1 <= days <= LONGEST_LIFE:
        raise bad_request(said("A token works for 1 to %(most)s days.", most=LONGEST_LIFE), field="days")
    if len(tokens_of(user)) >= MOST:
        raise Refusal(409, "too_many_tokens", said("You have %(most)s tokens. Revoke one first.", most=MOST))
    secret = new_secret(PREFIX)
    expires = django_time.now() + timedelta(days=days) if days else None
    PersonalToken.objects.create(
        user_id=user, name=name, fingerprint=fingerprint(secret), shown=secret[:8] + "…", expires_at=expires
    )
    note_of_person(user, verb="token.issued", subject=name)
    return secret


def tokens_of(user: int) -> list[TokenCard]:
    """The tokens of a person that were not revoked, the latest first."""
    rows = PersonalToken.objects.filter(user=user, revoked_at=None).order_by("-pk")
    now = django_time.now()
    return [
        TokenCard(
            row.pk, row.name, row.shown, row.created_at, row.expires_at, row.last_used_at,
            row.expires_at is not None and row.expires_at <= now,
        )
        for row in rows
    ]  # fmt: skip


@transaction.atomic
def revoke_token(user: int, *, token: int) -> None:
    """Close one of somebody's own tokens for ever. Raises Refusal 404."""
    row = PersonalToken.objects.filter(pk=token, user=user, revoked_at=None).first()
    if row is None:
        raise not_found(said("There is no such token, or it was revoked before."))
    row.revoked_at = django_time.now()
    row.save(update_fields=["revoked_at"])
    note_of_person(user, verb="token.revoked", subject=row.name)


def caller_of_token(secret: str) -> Caller | None:
    """Who comes with that token; None for any other text, and for one that was revoked or is too old."""
    now = django_time.now()
    valid = Q(expires_at=None) | Q(expires_at__gt=now)
    row = PersonalToken.objects.filter(
        valid, fingerprint=fingerprint(secret), revoked_at=None, user__is_active=True
    ).first()
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at > USED_EVERY:
        PersonalToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return Caller(user=row.user_id)
