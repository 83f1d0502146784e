"""Segments of a project, as a program makes and reads them."""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import quote, urlencode

from groundswell.python.answers import Behind
from groundswell.python.lists import Request, every, people
from groundswell.python.wording import plain

MOST_LISTED = 1_000


class Segments:
    """``gs.segments``: audiences of people or of accounts, by key.

    >>> gs.segments.put("pros", "On the pro plan", {"all": [{"trait": {"plan": "pro"}}]})
    >>> gs.segments.members("pros").to_polars()
    >>> gs.trend("Board Created", where={"person.segment": {"$inGroup": "pros"}})
    """

    def __init__(self, request: Request, timezone: str) -> None:
        self._request = request
        self._timezone = timezone

    def list(self, search: str = "") -> list[dict[str, Any]]:
        """All of them, by name: each with ``key``, ``name``, ``of``, ``match`` and how many ``members`` it has."""
        return [*every(self._request, "segments", "segments", search=search)]

    def get(self, key: str) -> dict[str, Any]:
        """One of them, and what depends on it."""
        found: dict[str, Any] = self._request("GET", _path(key))
        return found

    def put(
        self,
        key: str,
        name: str,
        match: Mapping[str, Any],
        *,
        of: Literal["people", "accounts"] = "people",
        description: str | None = None,
    ) -> dict[str, Any]:
        """Make a segment of people, or of accounts, or change the one of that key."""
        given = {"name": name, "match": plain(match), "of": of, "description": description}
        found: dict[str, Any] = self._request("PUT", _path(key), given)
        return found

    def preview(self, match: Mapping[str, Any], *, of: Literal["people", "accounts"] = "people") -> dict[str, Any]:
        """What a match would come to: ``members`` of ``everybody``, and some ``examples``."""
        found: dict[str, Any] = self._request("POST", "segments/preview", {"match": plain(match), "of": of})
        return found

    def members(self, key: str, *, most: int | None = MOST_LISTED) -> Behind:
        """Who is in it; ``most`` None for all of them."""

        def page(limit: int, after: str) -> Any:
            return self._request("GET", f"{_path(key)}/members?{urlencode({'limit': limit, 'after': after})}")

        return people(page, most=most, timezone=self._timezone)

    def remove(self, key: str) -> None:
        """Forget it. Raises Refusal where something depends on it."""
        self._request("DELETE", _path(key))


def _path(key: str) -> str:
    return f"segments/{quote(key, safe='')}"
