"""Who is signed in where: sessions that know their person, so that they can be listed and ended one by one.

Of the key in a browser's cookie only its SHA-256 is kept: a copy of the database signs nobody in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils import timezone as django_time

from groundswell.kernel.errors import not_found
from groundswell.kernel.ids import fingerprint
from groundswell.kernel.words import said
from groundswell.workspace.addresses import address_of
from groundswell.workspace.models import Session

SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class SignedIn:
    """One browser of a person. ``id`` names it without opening it."""

    id: str
    address: str
    agent: str
    since: datetime
    seen: datetime
    is_this: bool


class SessionStore(DatabaseStore):
    """A session of ours. ``address`` and ``agent`` are those of the request that it is read for."""

    address = ""
    agent = ""

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._created_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        if row is None:
            return {}
        self._created_at = row.created_at
        if django_time.now() - row.seen_at > SEEN_EVERY:
            Session.objects.filter(pk=row.pk).update(
                seen_at=django_time.now(), address=self.address or row.address, agent=self.agent or row.agent
            )
        found: dict[str, Any] = self.decode(row.session_data)
        return found

    def _get_session_from_db(self) -> Session | None:
        row = Session.objects.filter(pk=_kept(self.session_key), expire_date__gt=django_time.now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(pk=_kept(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        Session.objects.filter(pk=_kept(session_key or self.session_key)).delete()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.session_key = _kept(row.session_key)
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.address, row.agent = self.address, self.agent
        row.seen_at = django_time.now()
        row.created_at = self._created_at or row.seen_at
        return row

    def cycle_key(self) -> None:
        self._created_at = None
        super().cycle_key()


class Sessions(SessionMiddleware):
    """Django's, which also tells the session where it is used."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        session = request.session
        session.address = address_of(request)[:45]  # type: ignore[attr-defined]
        session.agent = request.headers.get("User-Agent", "")[:300]  # type: ignore[attr-defined]


def sessions_of(user: int, *, this: str | None) -> list[SignedIn]:
    """Where somebody is signed in; ``this`` is the key of the session that asks, which comes first."""
    rows = Session.objects.filter(user=user, expire_date__gt=django_time.now()).order_by("-seen_at")[:200]
    found = [
        SignedIn(row.pk, row.address, row.agent, row.created_at, row.seen_at, row.pk == _kept(this)) for row in rows
    ]
    return sorted(found, key=lambda each: not each.is_this)


def end_session(user: int, id: str) -> None:
    """Sign somebody out there. Raises Refusal 404 where they are not signed in."""
    if not Session.objects.filter(user=user, pk=id).delete()[0]:
        raise not_found(said("You are not signed in there any more."))


def end_sessions(user: int, *, but: str | None = None) -> int:
    """Sign somebody out everywhere, but perhaps not here. Returns how many sessions ended."""
    return Session.objects.filter(user=user).exclude(pk=_kept(but)).delete()[0]


def forget_expired() -> None:
    """Sessions that are over need not be kept."""
    Session.objects.filter(expire_date__lt=django_time.now()).delete()


def _kept(key: str | None) -> str:
    """What is kept of a session's key; of none, what no session has."""
    return fingerprint(key)[:40] if key else ""
