"""The verbs of the workspace."""

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone as django_time

from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.happenings import tell
from groundswell.kernel.ids import fingerprint, new_secret
from groundswell.kernel.periods import zone
from groundswell.kernel.words import said
from groundswell.workspace import audit
from groundswell.workspace.models import Key, Member, Organisation, Project
from groundswell.workspace.types import Caller, KeyKind, KeyRevoked, May, NewKeys, ProjectCard, Role, SendingKey

SHOWN_AGAIN = {KeyKind.BROWSER, KeyKind.WRITE}
LONGEST_NUMBER = 18  # digits of what may be the number of a project
USED_EVERY = timedelta(minutes=1)  # that often is written down that a key is used
_PREFIX = {KeyKind.BROWSER: "gsb", KeyKind.WRITE: "gsw", KeyKind.SECRET: "gss"}
ROLES_THAT_MAY = {
    May.VIEW: [Role.OWNER, Role.EDITOR, Role.VIEWER],
    May.EDIT: [Role.OWNER, Role.EDITOR],
    May.OWN: [Role.OWNER],
}

note_change = audit.note


@transaction.atomic
def found_project(
    *, email: str, password: str, name: str, timezone: str = "UTC", currency: str = "USD", language: str = "en"
) -> tuple[ProjectCard, NewKeys]:
    """Make a project with its three keys, and its owner and organisation if this is their first.

    An owner who exists already must give their password.
    """
    owner = _owner(email, password)
    return _make_project(owner, name=name, timezone=timezone, currency=currency, language=language)


def _make_project(
    owner: User, *, name: str, timezone: str, currency: str, language: str
) -> tuple[ProjectCard, NewKeys]:
    organisation, name = _owned_by(owner), name.strip()
    zone(timezone)
    check_project(name=name, currency=currency, language=language)
    if Project.objects.filter(organisation=organisation, name=name).exists():
        raise Refusal(
            409,
            "project_exists",
            said("There is a project named %(name)r already.", name=name),
            hint=said("Choose another name."),
        )
    project = Project.objects.create(
        organisation=organisation, name=name, timezone=timezone, currency=currency.upper(), language=language
    )
    keys = [issue_key(project=project.pk, kind=kind) for kind in (KeyKind.WRITE, KeyKind.BROWSER, KeyKind.SECRET)]
    note_change(Caller(user=owner.pk), project=project.pk, verb="project.made", subject=name)
    return card_of(project), NewKeys(*keys)


@transaction.atomic
def add_project(
    *, caller: Caller, name: str, timezone: str = "UTC", currency: str = "USD", language: str = "en"
) -> tuple[ProjectCard, NewKeys]:
    """Make a project with its three keys in the organisation that the person owns.

    Raises Refusal 403 for who owns none: whoever was asked in, or does not belong anywhere any more, does not found.
    """
    check_may_found(caller)
    owner = get_user_model().objects.get(pk=caller.user or 0)
    return _make_project(owner, name=name, timezone=timezone, currency=currency, language=language)


def check_may_found(caller: Caller) -> None:
    """Raises Refusal 403 for who owns no organisation."""
    if caller.user is None or not Member.objects.filter(user=caller.user, role=Role.OWNER).exists():
        raise Refusal(
            403, "forbidden", said("Owners make projects, and you own none."),
            hint=said("Ask an owner to make it, or to invite you."),
        )  # fmt: skip


def issue_key(*, project: int, kind: KeyKind) -> str:
    """Make a key and return it. A secret key cannot be shown again."""
    secret = new_secret(_PREFIX[kind])
    shown = secret if kind in SHOWN_AGAIN else secret[:8] + "…"
    Key.objects.create(project_id=project, kind=kind, fingerprint=fingerprint(secret), shown=shown)
    return secret


def revoke_key(*, project: int, key: int, caller: Caller = Caller(is_operator=True)) -> None:  # noqa: B008 - frozen
    """Close a key of that project for ever."""
    with transaction.atomic():
        if not Key.objects.filter(pk=key, project_id=project, revoked_at=None).update(revoked_at=django_time.now()):
            raise not_found(said("There is no such key, or it was revoked before."))
        row = Key.objects.get(pk=key)
        note_change(
            caller, project=project, verb="key.revoked", subject=beginning(row.shown), detail={"kind": row.kind}
        )
    tell(KeyRevoked(key=key))


def beginning(key: str) -> str:
    """What may be said of a key where others read it."""
    return key[:8] + "…"


@transaction.atomic
def open_again(*, project: int, email: str, password: str) -> NewKeys:
    """Give the owner of a project a new password and the project a new secret key; its other keys stay.

    For the sample company, whose secrets nobody was asked to remember.
    """
    user = get_user_model().objects.get(username=email)
    user.set_password(password)
    user.save()
    for old in Key.objects.filter(project_id=project, kind=KeyKind.SECRET, revoked_at=None):
        revoke_key(project=project, key=old.pk)
    shown = dict(Key.objects.filter(project_id=project, revoked_at=None).values_list("kind", "shown"))
    return NewKeys(shown[KeyKind.WRITE], shown[KeyKind.BROWSER], issue_key(project=project, kind=KeyKind.SECRET))


def note_of_person(user: int, *, verb: str, subject: str) -> None:
    """Write down what somebody changed about themselves, in every organisation that they belong to."""
    for organisation in Member.objects.filter(user=user).values_list("organisation", flat=True):
        note_change(Caller(user=user), project=None, organisation=organisation, verb=verb, subject=subject)


def project_for(caller: Caller, project: int | str, *, may: May = May.VIEW) -> ProjectCard:
    """The project of that id (or, for the operator, name), if the caller may do this with it.

    Raises Refusal 404 where they may not see it, 403 where they may see but not do it.
    """
    missing = not_found(
        said("There is no such project, or you may not see it."), hint=said("Check the project and the key.")
    )
    is_number = str(project).isdecimal() and len(str(project)) <= LONGEST_NUMBER
    found = _visible(caller).filter(pk=int(project)).first() if is_number else None
    if found is None and caller.is_operator:
        found = Project.objects.filter(name=str(project)).first()
    if found is None:
        raise missing
    if caller.user is not None and not _has_role(caller.user, found, may):
        raise Refusal(
            403, "forbidden", said("Your role does not allow this."), hint=said("Ask an owner of the project.")
        )
    return card_of(found)


def role_of(caller: Caller, project: ProjectCard) -> Role | None:
    """The role of a person in a project's organisation; None for whoever has none."""
    found = Member.objects.filter(user=caller.user, organisation__projects=project.id).values_list("role", flat=True)
    return next(map(Role, found), None)


def projects_of(caller: Caller) -> list[ProjectCard]:
    """The projects that the caller may see, oldest first."""
    return [card_of(project) for project in _visible(caller).order_by("pk").distinct()]


def project_card(project: int) -> ProjectCard:
    """A project by id, for work that asked before or runs on nobody's behalf (the loader, schedules)."""
    return card_of(Project.objects.get(pk=project))


def caller_of_secret(secret: str) -> Caller | None:
    """Who comes with that secret key; None for any other text."""
    key = Key.objects.filter(fingerprint=fingerprint(secret), kind=KeyKind.SECRET, revoked_at=None).first()
    if key is None:
        return None
    _was_used(key)
    return Caller(project=key.project_id, key=key.pk)


def sending_key(secret: str) -> SendingKey | None:
    """The key behind that text, if it may send; None where it is unknown or revoked."""
    key = Key.objects.filter(fingerprint=fingerprint(secret), revoked_at=None).first()
    if key is None:
        return None
    _was_used(key)
    return SendingKey(id=key.pk, project=key.project_id, kind=KeyKind(key.kind))


def _was_used(key: Key) -> None:
    now = django_time.now()
    if key.last_used_at is None or now - key.last_used_at > USED_EVERY:
        Key.objects.filter(pk=key.pk).update(last_used_at=now)


def _visible(caller: Caller) -> QuerySet[Project]:
    if caller.is_operator:
        return Project.objects.all()
    if caller.project is not None:
        return Project.objects.filter(pk=caller.project)
    return Project.objects.filter(organisation__members__user=caller.user)


def _has_role(user: int, project: Project, may: May) -> bool:
    return Member.objects.filter(organisation=project.organisation_id, user=user, role__in=ROLES_THAT_MAY[may]).exists()


def _owner(email: str, password: str) -> User:
    """The person of that address, made if they are new. Raises Refusal 403 for another password."""
    users = get_user_model()
    try:
        validate_email(email)
    except ValidationError:
        raise bad_request(f"{email!r} is not an email address.", field="email") from None
    user = users.objects.filter(username=email.lower()).first()
    if user is None:
        user = users.objects.create_user(username=email.lower(), email=email, password=password)
    elif not user.check_password(password):
        raise Refusal(403, "wrong_password", f"{email} exists with another password.")
    return user


def _owned_by(user: User) -> Organisation:
    """The organisation that this person owns, made if there is none."""
    owned = Member.objects.filter(user=user, role=Role.OWNER).select_related("organisation").order_by("pk").first()
    if owned:
        return owned.organisation
    organisation = Organisation.objects.create(name=user.get_username().split("@")[1])
    Member.objects.create(organisation=organisation, user=user, role=Role.OWNER)
    return organisation


def check_project(*, name: str, currency: str, language: str) -> None:
    if not name.strip() or len(name) > 200:
        raise bad_request(said("A project needs a name of at most 200 characters."), field="name")
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        raise bad_request(
            said("%(currency)r is not a currency.", currency=currency), hint=said("Use three letters, such as EUR."),
            field="currency",
        )  # fmt: skip
    if language not in ("en", "ko"):
        raise bad_request(
            said("%(language)r is not a language of the console.", language=language), hint=said("Use en or ko."),
            field="language",
        )  # fmt: skip


def card_of(project: Project) -> ProjectCard:
    counted_in = project.counted_in or project.timezone
    return ProjectCard(project.pk, project.name, counted_in, project.currency, project.language)
