"""Asking people in: a link that is sent by mail, works once and for seven days.

Of the link only its SHA-256 is kept; whoever holds it has read the mail, so the address needs no other proof.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone as django_time

from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.ids import fingerprint, new_secret
from groundswell.kernel.limits import Limit
from groundswell.kernel.paging import SIZE, Page
from groundswell.kernel.words import said
from groundswell.workspace.members import locked_organisation, role_named
from groundswell.workspace.models import Invitation, Member
from groundswell.workspace.passwords import checked_password
from groundswell.workspace.service import note_change
from groundswell.workspace.types import Caller, ProjectCard, Role

LASTS = timedelta(days=7)
MOST = 100  # that wait at the same time
_BY_ORGANISATION = Limit(rate=1 / 60, burst=1800.0)  # 30 at once, then one a minute
_BY_EMAIL = Limit(rate=1 / 600, burst=3000.0)  # 5 to one address at once, then one every ten minutes


@dataclass(frozen=True)
class InvitationCard:
    """An invitation that waits. ``organisation`` is its name, ``by`` the address of who invited."""

    id: int
    email: str
    role: Role
    created: datetime
    expires: datetime
    is_expired: bool
    organisation: str
    by: str


@transaction.atomic
def invite(caller: Caller, project: ProjectCard, *, email: str, role: str) -> tuple[InvitationCard, str]:
    """Invite somebody into the project's organisation. Returns the invitation and the secret of its link.

    Raises Refusal 400 for no address or role, 409 where they belong here or are invited already, 429.
    """
    organisation, kind, email = locked_organisation(project), role_named(role), _address(email)
    if Member.objects.filter(organisation=organisation, user__username=email).exists():
        raise Refusal(409, "member_exists", said("%(email)s belongs here already.", email=email))
    if _waiting(project).filter(email=email).exists():
        raise Refusal(
            409, "invited", said("%(email)s is invited already.", email=email),
            hint=said("Send the invitation again, or withdraw it first."),
        )  # fmt: skip
    if _waiting(project).count() >= MOST:
        message = said("There are %(most)s invitations that nobody accepted. Withdraw some first.", most=MOST)
        raise Refusal(409, "too_many_invitations", message)
    _slow_down(organisation, email)
    secret = new_secret("gsi")
    row = Invitation.objects.create(
        organisation_id=organisation, email=email, role=kind, fingerprint=fingerprint(secret),
        invited_by_id=caller.user, expires_at=django_time.now() + LASTS,
    )  # fmt: skip
    _note(caller, row, "invitation.sent", role=kind)
    return _card(row), secret


@transaction.atomic
def invite_again(caller: Caller, project: ProjectCard, *, invitation: int) -> tuple[InvitationCard, str]:
    """Another link for seven days more; the one of before opens nothing. Raises Refusal 404 or 429."""
    row = _found(project, invitation)
    _slow_down(row.organisation_id, row.email)
    secret = new_secret("gsi")
    row.fingerprint, row.expires_at = fingerprint(secret), django_time.now() + LASTS
    row.save(update_fields=["fingerprint", "expires_at"])
    _note(caller, row, "invitation.sent_again")
    return _card(row), secret


@transaction.atomic
def withdraw(caller: Caller, project: ProjectCard, *, invitation: int) -> None:
    """Take an invitation back. Raises Refusal 404."""
    row = _found(project, invitation)
    row.withdrawn_at = django_time.now()
    row.save(update_fields=["withdrawn_at"])
    _note(caller, row, "invitation.withdrawn")


def invitations_of(project: ProjectCard, *, number: int = 1, size: int = SIZE) -> Page[InvitationCard]:
    """The invitations that wait, those that are too old included, the latest first."""
    found = _waiting(project).order_by("-pk")
    return Page([_card(row) for row in found[(number - 1) * size : number * size]], number, found.count(), size)


def is_anybody_asked(project: ProjectCard) -> bool:
    """Whether its owner is not alone, or was not the only one to be."""
    others = Member.objects.filter(organisation__projects=project.id).count() > 1
    return others or Invitation.objects.filter(organisation__projects=project.id).exists()


def invitation_of(secret: str) -> InvitationCard:
    """What a link invites to. Raises Refusal 404 where it was used or withdrawn, or is too old."""
    return _card(_opened(secret))


def is_known(invitation: InvitationCard) -> bool:
    """Whether who is invited can sign in already."""
    return get_user_model().objects.filter(username=invitation.email).exists()


@transaction.atomic
def join(secret: str, *, user: User | None = None, name: str = "", password: str = "") -> User:
    """Accept an invitation: as the person it is for, or as somebody new with a name and a password.

    Raises Refusal 404 for a link that opens nothing, 403 for another person, 400 for a weak password.
    """
    row = _opened(secret, locked=True)
    users = get_user_model()
    if user is None:
        if users.objects.filter(username=row.email).exists():
            raise Refusal(409, "sign_in", said("There is somebody with that address: sign in to accept."))
        checked_password(password, User(username=row.email, email=row.email, first_name=name))
        user = users.objects.create_user(
            username=row.email, email=row.email, password=password, first_name=name.strip()[:150]
        )
    elif user.get_username() != row.email:
        raise Refusal(403, "another_person", said("This invitation is for %(email)s.", email=row.email))
    Member.objects.get_or_create(organisation_id=row.organisation_id, user=user, defaults={"role": row.role})
    row.accepted_at = django_time.now()
    row.save(update_fields=["accepted_at"])
    _note(Caller(user=user.pk), row, "invitation.accepted", role=row.role)
    return user


def _address(email: str) -> str:
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise bad_request(said("%(email)r is not a mail address.", email=email), field="email") from None
    if len(email) > 150:  # a person is known by their address
        raise bad_request(said("The address is too long."), field="email")
    return email


def _slow_down(organisation: int, email: str) -> None:
    wait = max(_BY_ORGANISATION.take(organisation), _BY_EMAIL.take((organisation, email)))
    if wait:
        message = said("Too many invitations were sent. Wait %(seconds)s seconds, then try again.", seconds=wait)
        raise Refusal(429, "too_many_invitations", message)


def _waiting(project: ProjectCard) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        organisation__projects=project.id, accepted_at=None, withdrawn_at=None
    ).select_related("organisation", "invited_by")


def _found(project: ProjectCard, id: int) -> Invitation:
    row = _waiting(project).select_for_update(of=("self",)).filter(pk=id).first()
    if row is None:
        raise not_found(said("There is no such invitation, or it was accepted or withdrawn."))
    return row


def _opened(secret: str, *, locked: bool = False) -> Invitation:
    rows = Invitation.objects.filter(
        fingerprint=fingerprint(secret), accepted_at=None, withdrawn_at=None, expires_at__gt=django_time.now()
    )
    row = (rows.select_for_update() if locked else rows).first()
    if row is None:
        raise not_found(
            said("This invitation does not work any more: it was used or withdrawn, or is older than seven days."),
            hint=said("Ask who invited you to send it again."),
        )
    return row


def _note(caller: Caller, row: Invitation, verb: str, **detail: str) -> None:
    note_change(
        caller, project=None, organisation=row.organisation_id, verb=verb, subject=row.email, detail=dict(detail)
    )


def _card(row: Invitation) -> InvitationCard:
    return InvitationCard(
        row.pk, row.email, Role(row.role), row.created_at, row.expires_at, row.expires_at <= django_time.now(),
        row.organisation.name, row.invited_by.get_username() if row.invited_by else "",
    )  # fmt: skip
