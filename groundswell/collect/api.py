"""What became of what was sent, over HTTP."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from groundswell.collect.service import collector
from groundswell.kernel.errors import bad_request
from groundswell.workspace.doors import asked_project

router = Router()


@router.get("/{project}/ingestion")
def read_ingestion(request: HttpRequest, project: str) -> dict[str, Any]:
    """How many messages were accepted, loaded, dropped (and why), and are waiting, since the project began."""
    return collector().ingestion(asked_project(request, project).id)


@router.get("/{project}/ingestion/messages")
def read_messages(
    request: HttpRequest, project: str, status: str = "", limit: int = 100, name: str = "", id: str = "",
    key: int | None = None, after: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """The latest messages, newest first: what was sent, and why it was refused if it was.

    ``name`` is part of an event's name, ``id`` any id that a message carries, ``key`` the number of a key (0: what
    was imported), ``after`` the number of the last message that is known already.
    """
    if status not in ("", "accepted", "refused"):
        raise bad_request(
            f"{status!r} is no status.", hint="Write accepted or refused, or leave it out.", field="status"
        )
    card = asked_project(request, project)
    messages = collector().recent.of(card.id, status=status, name=name, id=id, key=key, after=after)
    return {"messages": messages[: max(1, min(limit, 400))]}
