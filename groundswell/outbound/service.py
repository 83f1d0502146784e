"""The verbs of the way out: check an address, send a request, post to a channel."""

from typing import Any

from groundswell.jobs.service import Work, enqueue
from groundswell.jobs.types import RunCard
from groundswell.kernel.words import said
from groundswell.outbound.addresses import checked
from groundswell.outbound.chat import Blocks, escaped, post_to_chat
from groundswell.outbound.client import Answer, request

__all__ = ["Answer", "checked", "escaped", "post_to_chat", "request", "say", "say_in_chat"]


def say_in_chat(*, project: int, url: str, text: str, blocks: Blocks = (), about: str = "", by: str = "") -> RunCard:
    """Post a message to a channel in the background; what fails for now is tried again for about half an hour."""
    checked(url)
    return enqueue("outbound.chat", project=project, about=about, by=by, url=url, text=text, blocks=list(blocks))


def say(work: Work, *, url: str, text: str, blocks: list[dict[str, Any]]) -> str:
    """The job of it."""
    post_to_chat(url, text=text, blocks=blocks, run=work.run)
    return said("Posted to %(host)s.", host=checked(url).host)
