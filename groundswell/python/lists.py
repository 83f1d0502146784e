"""Lists of the API read to their end, or as far as somebody wants them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from groundswell.python.answers import Behind

AT_ONCE = 500  # people of a list in one request
PEOPLE = ("persons", "accounts", "members")  # what lists of them are called

Request = Callable[..., Any]  # Project.request


def every(request: Request, path: str, name: str, **query: Any) -> Iterator[dict[str, Any]]:
    """Everything of a list that comes in numbered pages."""
    page, met = 1, 0
    given = {key: value for key, value in query.items() if value not in (None, "")}
    while True:
        found = request("GET", f"{path}?{urlencode({**given, 'page': page})}")
        yield from found[name]
        met += len(found[name])
        if not found[name] or met >= found["total"]:
            return
        page += 1


def people(page: Callable[[int, str], Mapping[str, Any]], *, most: int | None, timezone: str) -> Behind:
    """The first people or accounts of a list, all if ``most`` is None; ``page`` asks for so many after a place."""
    columns: list[str] = []
    rows: list[list[Any]] = []
    after = ""
    while True:
        found = page(AT_ONCE if most is None else min(AT_ONCE, max(most - len(rows), 1)), after)
        met = next(found[name] for name in PEOPLE if isinstance(found.get(name), list))
        columns = columns or list(met[0] if met else ("id", "name"))
        rows += [[person[name] for name in columns] for person in met]
        if found["next"] is None or (most is not None and len(rows) >= most):
            return Behind(columns, rows[:most], total=found["total"], timezone=timezone)
        after = found["next"]
