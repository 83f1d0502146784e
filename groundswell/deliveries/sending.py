"""The job that sends a dashboard: to a channel, or to one reader after the other."""

import smtplib
from collections.abc import Callable, Sequence
from functools import partial

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

from groundswell.dashboards.service import dashboard as dashboard_card
from groundswell.deliveries import chats, mails
from groundswell.deliveries.digest import GATHERED, Digest, digest, gathered
from groundswell.deliveries.leaving import Reader, leaving_address
from groundswell.deliveries.models import Delivery
from groundswell.deliveries.types import Way
from groundswell.jobs.service import Work
from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said
from groundswell.outbound.service import checked, post_to_chat
from groundswell.workspace.links import base_for_mails, mail_leaves
from groundswell.workspace.persons import language_of_address
from groundswell.workspace.service import project_card
from groundswell.workspace.spoken import speaking_of


def send(work: Work, *, delivery: int, only: list[str], occasion: str) -> str:
    """Send what the dashboard says now. ``only`` are the readers that get it, all if empty; ``occasion`` tells this
    time from others, so that nobody gets it twice when it is tried again."""
    row = Delivery.objects.filter(pk=delivery).first()
    if row is None:
        return said("It is delivered no more.")
    project = project_card(row.project_id)
    board = dashboard_card(project, row.dashboard_id)
    if not board.cards:
        raise Refusal(409, "no_cards", said("The dashboard has no cards."), hint=said("Put some on it."))
    if row.way == Way.MAIL and not mail_leaves():
        raise Refusal(
            409, "no_mail", said("No mail leaves this server."),
            hint=said("Set GROUNDSWELL_MAIL_URL, such as smtp://user:password@host:587?tls=true, and start it again."),
        )  # fmt: skip
    with speaking_of(project.id):
        found = gathered(work, project, board)
        told = partial(digest, project, board, found, base=base_for_mails())
        if row.way == Way.CHAT:
            text, blocks = chats.message(told(language=row.language))
            post_to_chat(row.url, text=text, blocks=blocks, run=work.run)
            return said("Posted to %(host)s.", host=checked(row.url).host)
        return _to_all(work, row, _readers(row, only, occasion), told, occasion)


def _readers(row: Delivery, only: Sequence[str], occasion: str) -> list[str]:
    """Who gets it of those who have not got it yet this time."""
    got = _got(row, occasion)
    return [address for address in only or row.to if address not in got and (only or address not in row.gone)]


def _got(row: Delivery, occasion: str) -> list[str]:
    return list(row.sent["to"]) if row.sent.get("occasion") == occasion else []


def _to_all(work: Work, row: Delivery, readers: Sequence[str], told: Callable[..., Digest], occasion: str) -> str:
    """A mail to each of them. Raises Refusal 502 where the mail server takes none; who got it already gets no other."""
    digests: dict[str, Digest] = {}
    got, refused = _got(row, occasion), []
    try:
        with get_connection() as mailbox:
            for place, address in enumerate(readers):
                work.progress(GATHERED + (1 - GATHERED) * place / len(readers))
                language = language_of_address(address) or row.language
                digests[language] = digests.get(language) or told(language=language)
                if _is_taken(mailbox, row, digests[language], address):
                    got.append(address)
                    Delivery.objects.filter(pk=row.pk).update(sent={"occasion": occasion, "to": got})
                else:
                    refused.append(address)
    except (smtplib.SMTPException, OSError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        raise Refusal(502, "not_sent", said("The mail server does not take it: %(reason)s", reason=reason)) from error
    if refused:
        return said("Sent to %(count)s, but not to %(addresses)s.", count=len(got), addresses=", ".join(refused))
    return said("Sent to %(count)s.", count=len(got))


def _is_taken(mailbox: BaseEmailBackend, row: Delivery, digest: Digest, address: str) -> bool:
    """Whether the mail server takes the mail to that reader."""
    leave = leaving_address(base_for_mails(), Reader(row.pk, address))
    message = mails.mail(digest, to=address, leave=leave)
    message.connection = mailbox
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused:
        return False
    return True
