"""Sharing a dashboard with who has no account: a link that can be looked at, and nothing more.

Of the link only its SHA-256 is kept. Whoever holds it sees the cards, and nobody's name behind a number. Where a
password is asked for, knowing it is proved by a signed note that holds the password's own hash, so that no note
outlives it.
"""

from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone as django_time

from groundswell.dashboards.models import Dashboard as Row
from groundswell.dashboards.models import Share
from groundswell.dashboards.reading import dashboard_of
from groundswell.dashboards.types import ShareCard, Shared
from groundswell.kernel.errors import Refusal, bad_request, not_found
from groundswell.kernel.ids import fingerprint, new_secret
from groundswell.kernel.limits import Limit
from groundswell.kernel.words import said
from groundswell.workspace.addresses import origin_of
from groundswell.workspace.passwords import checked_password
from groundswell.workspace.service import note_change, project_card
from groundswell.workspace.types import Caller, ProjectCard

PREFIX = "gsd"
MOST = 100  # of a dashboard, at the same time
LONGEST_NAME = 200  # characters
LONGEST_LIFE = 3650  # days
UNLOCKED = timedelta(hours=12)  # then the password is asked for again
_SALT = "groundswell.dashboards.share"

# Wrong passwords. Whoever guesses from one place soon waits; only whoever has many places keeps others waiting.
_BY_BOTH = Limit(rate=0.1, burst=100.0)  # 10 at once for one link from one place, then one every ten seconds
_BY_SHARE = Limit(rate=0.5, burst=200.0)  # 100 at once for one link, then one every two seconds
# What is looked at by a link, so that strangers do not keep the team's own questions waiting.
_LOOKS = Limit(rate=2.0, burst=60.0)  # 120 cards at once by one link, then two a second


@transaction.atomic
def share(
    caller: Caller,
    project: ProjectCard,
    id: int,
    *,
    by: str,
    name: str = "",
    password: str = "",
    days: int | None = None,
    may_narrow: bool = False,
) -> tuple[ShareCard, str]:
    """Share a dashboard, perhaps for so many days. Returns the link's card and the secret that it ends in, which is
    known here for the last time. Raises Refusal 404, 400, or 409 where there are too many links."""
    row = _dashboard(project, id)
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise bad_request(said("A name has at most %(most)s characters.", most=LONGEST_NAME), field="name")
    if days is not None and not 1 <= days <= LONGEST_LIFE:
        raise bad_request(said("A link works for 1 to %(most)s days.", most=LONGEST_LIFE), field="days")
    if _working(row).count() >= MOST:
        message = said("The dashboard is shared by %(most)s links. Revoke some first.", most=MOST)
        raise Refusal(409, "too_many_shares", message)
    secret = new_secret(PREFIX)
    made = Share.objects.create(
        dashboard=row, name=name, fingerprint=fingerprint(secret), shown=secret[:8] + "…", by=by,
        password=make_password(checked_password(password)) if password else "", may_narrow=may_narrow,
        expires_at=django_time.now() + timedelta(days=days) if days else None,
    )  # fmt: skip
    detail = {"link": name or made.shown, "password": bool(password), "days": days}
    note_change(caller, project=project.id, verb="dashboard.shared", subject=row.name, detail=detail)
    return _card(made), secret


def shares_of(project: ProjectCard, id: int) -> list[ShareCard]:
    """The links to a dashboard that were not revoked, the latest first. Raises Refusal 404."""
    return [_card(row) for row in _working(_dashboard(project, id)).order_by("-pk")]


@transaction.atomic
def revoke(caller: Caller, project: ProjectCard, id: int, share: int) -> None:
    """Close a link for ever; it leads nowhere from now on. Raises Refusal 404."""
    row = _dashboard(project, id)
    found = _working(row).filter(pk=share).first()
    if found is None:
        raise not_found(said("There is no such link, or it was revoked before."))
    found.revoked_at = django_time.now()
    found.save(update_fields=["revoked_at"])
    detail = {"link": found.name or found.shown}
    note_change(caller, project=project.id, verb="dashboard.unshared", subject=row.name, detail=detail)


def shared_by(secret: str) -> Shared:
    """What a link leads to. Raises Refusal 404 where it was revoked or is too old, as for one that there never was."""
    now = django_time.now()
    valid = Share.objects.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None)
    row = valid.select_related("dashboard").filter(fingerprint=fingerprint(secret)).first()
    if row is None:
        hint = said("Ask whoever gave you the link for another one.")
        raise not_found(said("This link leads nowhere any more."), hint=hint)
    project = project_card(row.dashboard.project_id)
    return Shared(row.pk, project, dashboard_of(project, row.dashboard), row.may_narrow, row.password)


def was_opened(shared: Shared) -> None:
    """Write down that somebody looks at it."""
    Share.objects.filter(pk=shared.share).update(opened=F("opened") + 1, opened_at=django_time.now())


def slow_down(shared: Shared) -> None:
    """Raises Refusal 429 where more is looked at by one link than one team looks at."""
    if wait := _LOOKS.take(shared.share):
        raise Refusal(429, "too_many_looks", said("Too much is looked at. Wait %(seconds)s seconds.", seconds=wait))


def unlock(shared: Shared, password: str, *, address: str) -> str:
    """The proof that somebody knows the password. Raises Refusal 401 where they do not, 429 after too many tries."""
    counted = ((_BY_SHARE, shared.share), (_BY_BOTH, (shared.share, origin_of(address))))
    if wait := max(limit.wait(name) for limit, name in counted):
        message = said("There were too many tries. Wait %(seconds)s seconds, then try again.", seconds=wait)
        raise Refusal(429, "too_many_tries", message)
    if not check_password(password, shared.lock):
        for limit, name in counted:
            limit.take(name)
        raise Refusal(401, "wrong_password", said("This is not the password."))
    return signing.dumps(_proof(shared), salt=_SALT)


def is_unlocked(shared: Shared, proof: str) -> bool:
    """Whether somebody who holds this proof may look at it."""
    if not shared.lock:
        return True
    try:
        return bool(signing.loads(proof, salt=_SALT, max_age=UNLOCKED) == _proof(shared))
    except signing.BadSignature:
        return False


def _proof(shared: Shared) -> list[int | str]:
    return [shared.share, fingerprint(shared.lock)]


def _dashboard(project: ProjectCard, id: int) -> Row:
    row = Row.objects.filter(project_id=project.id, pk=id).first()
    if row is None:
        raise not_found(said("There is no such dashboard."))
    return row


def _working(row: Row) -> QuerySet[Share]:
    return Share.objects.filter(dashboard=row, revoked_at=None)


def _card(row: Share) -> ShareCard:
    is_expired = row.expires_at is not None and row.expires_at <= django_time.now()
    return ShareCard(
        row.pk, row.name, row.shown, bool(row.password), row.may_narrow, row.by, row.made, row.expires_at, is_expired,
        row.opened, row.opened_at,
    )  # fmt: skip
