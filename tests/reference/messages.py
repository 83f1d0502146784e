"""Messages as clients send them, said in few words."""

from typing import Any

from tests.reference.identity import Message


def track(who: str, event: str, at: str, **properties: Any) -> Message:
    """A track call; ``who`` begins with ~ where it is an anonymous id."""
    sender = {"anonymousId": who} if who.startswith("~") else {"userId": who}
    return {"type": "track", **sender, "event": event, "timestamp": at, "properties": properties}


def identify(user: str, at: str, *, anonymous: str | None = None, **traits: Any) -> Message:
    beside = {"anonymousId": anonymous} if anonymous else {}
    return {"type": "identify", "userId": user, **beside, "timestamp": at, "traits": traits}


def alias(previous: str, user: str, at: str) -> Message:
    return {"type": "alias", "previousId": previous, "userId": user, "timestamp": at}


def group(user: str, account: str, at: str, **traits: Any) -> Message:
    return {"type": "group", "userId": user, "groupId": account, "timestamp": at, "traits": traits}
