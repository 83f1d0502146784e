"""Who belongs here: the first owner, recognising people by their password, and the roles of members."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone as django_time

from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.happenings import tell
from groundswell.kernel.limits import Limit
from groundswell.kernel.paging import SIZE, Page
from groundswell.kernel.words import said
from groundswell.workspace.addresses import origin_of
from groundswell.workspace.models import Invitation, Member, Organisation, Project
from groundswell.workspace.service import found_project, note_change
from groundswell.workspace.types import Caller, MemberRemoved, ProjectCard, Role

# Failures. Whoever guesses from one place soon waits; only whoever has many places can keep somebody else waiting.
_BY_ORIGIN = Limit(rate=0.5, burst=60.0)  # 30 at once from one place, then one every two seconds
_BY_BOTH = Limit(rate=0.1, burst=100.0)  # 10 at once for one person from one place, then one every ten seconds
_BY_EMAIL = Limit(rate=0.5, burst=200.0)  # 100 at once for one person, then one every two seconds


@dataclass(frozen=True)
class MemberCard:
    """Somebody of the organisation. ``id`` is that of their membership."""

    id: int
    email: str
    name: str
    role: Role
    since: datetime
    user: int


def is_anybody_here() -> bool:
    """Whether there is a first owner."""
    return get_user_model().objects.exists()


@transaction.atomic
def begin(
    *, email: str, password: str, name: str, timezone: str, currency: str, language: str
) -> tuple[User, ProjectCard]:
    """The first owner and the first project. Raises Refusal 409 where somebody was faster."""
    _one_at_a_time()
    if is_anybody_here():
        raise Refusal(409, "begun", said("Somebody is the owner here already."), hint=said("Ask for an invitation."))
    project, _keys = found_project(
        email=email, password=password, name=name, timezone=timezone, currency=currency, language=language
    )
    return get_user_model().objects.get(username=email.lower()), project


def recognise(*, email: str, password: str, address: str) -> User:
    """The person with that mail address and password.

    Raises Refusal 401 where there is none, 429 after too many tries for one person or from one address.
    """
    email, origin = email.strip().lower(), origin_of(address)
    counted = ((_BY_ORIGIN, origin), (_BY_EMAIL, email), (_BY_BOTH, (email, origin)))
    wait = max(limit.wait(name) for limit, name in counted)
    if wait:
        message = said("There were too many tries. Wait %(seconds)s seconds, then try again.", seconds=wait)
        raise Refusal(429, "too_many_tries", message)
    user = authenticate(username=email, password=password)
    if not isinstance(user, User):
        for limit, name in counted:
            limit.take(name)
        raise Refusal(401, "wrong_password", said("The mail address or the password is wrong."))
    return user


def members_of(project: ProjectCard, *, number: int = 1, size: int = SIZE) -> Page[MemberCard]:
    """The people of the project's organisation, in the order in which they came."""
    found = _of(project)
    return Page([_card(row) for row in found[(number - 1) * size : number * size]], number, found.count(), size)


def last_owner(project: ProjectCard) -> int | None:
    """The membership of the one owner who can sign in, if there is one alone."""
    owners = list(_of(project).filter(role=Role.OWNER, user__is_active=True).values_list("pk", flat=True)[:2])
    return owners[0] if len(owners) == 1 else None


def member(project: ProjectCard, id: int) -> MemberCard:
    """One of them. Raises Refusal 404."""
    return _card(_found(project, id))


@transaction.atomic
def change_role(caller: Caller, project: ProjectCard, *, member: int, role: str) -> MemberCard:
    """Give a member another role. Raises Refusal 404, 400 for no role, and 409 for the last owner."""
    organisation = locked_organisation(project)
    row = _found(project, member)
    before, row.role = row.role, role_named(role)
    if before == row.role:
        return _card(row)
    if before == Role.OWNER:
        _another_owner_than(row)
        _withdraw_invitations_of(caller, row)
    row.save(update_fields=["role"])
    note_change(
        caller, project=None, organisation=organisation, verb="member.role_changed", subject=row.user.get_username(),
        detail={"from": before, "to": row.role},
    )  # fmt: skip
    return _card(row)


@transaction.atomic
def remove(caller: Caller, project: ProjectCard, *, member: int) -> None:
    """Part with a member: their doors to every project of the organisation close. Raises Refusal 404 or 409."""
    organisation = locked_organisation(project)
    row = _found(project, member)
    if row.role == Role.OWNER:
        _another_owner_than(row)
        _withdraw_invitations_of(caller, row)
    row.delete()
    note_change(
        caller, project=None, organisation=organisation, verb="member.removed", subject=row.user.get_username(),
        detail={"role": row.role},
    )  # fmt: skip
    projects = Project.objects.filter(organisation=organisation).values_list("pk", flat=True)
    tell(MemberRemoved(row.user.get_username(), tuple(projects)))


def role_named(name: str) -> Role:
    """Raises Refusal 400 for what is no role."""
    if name not in list(Role):
        raise bad_request(
            said("%(name)r is not a role.", name=name), hint=said("Use owner, editor or viewer."), field="role"
        )
    return Role(name)


def locked_organisation(project: ProjectCard) -> int:
    """The id of a project's organisation, whose members nobody else changes until the transaction ends."""
    return Organisation.objects.select_for_update().get(projects=project.id).pk


def _one_at_a_time() -> None:
    """Until the transaction ends nobody else begins: before there is anybody, the row of a model is what to lock."""
    model = ContentType.objects.get_for_model(Organisation)
    ContentType.objects.select_for_update().get(pk=model.pk)


def _another_owner_than(row: Member) -> None:
    others = Member.objects.filter(organisation=row.organisation_id, role=Role.OWNER, user__is_active=True)
    if not others.exclude(pk=row.pk).exists():
        raise Refusal(
            409, "last_owner", said("%(name)s is the last owner.", name=row.user.get_username()),
            hint=said("Make somebody else an owner first."),
        )  # fmt: skip


def _withdraw_invitations_of(caller: Caller, row: Member) -> None:
    """What somebody invited as an owner does not outlive that: they might have invited themselves."""
    waiting = Invitation.objects.filter(
        organisation=row.organisation_id, invited_by=row.user_id, accepted_at=None, withdrawn_at=None
    )
    for invitation in waiting:
        note_change(
            caller, project=None, organisation=row.organisation_id, verb="invitation.withdrawn",
            subject=invitation.email,
        )  # fmt: skip
    waiting.update(withdrawn_at=django_time.now())


def _of(project: ProjectCard) -> QuerySet[Member]:
    return Member.objects.filter(organisation__projects=project.id).select_related("user").order_by("pk")


def _found(project: ProjectCard, id: int) -> Member:
    row = _of(project).filter(pk=id).first()
    if row is None:
        raise not_found(said("There is no such member."))
    return row


def _card(row: Member) -> MemberCard:
    return MemberCard(
        row.pk, row.user.email or row.user.get_username(), row.user.first_name, Role(row.role), row.created_at,
        row.user_id,
    )  # fmt: skip
