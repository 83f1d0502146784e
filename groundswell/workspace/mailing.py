"""Mails of the workspace."""

import logging
from concurrent.futures import ThreadPoolExecutor

from django.core.mail import EmailMessage, send_mail
from django.template.loader import render_to_string
from django.utils import translation

from groundswell.workspace.invitations import InvitationCard
from groundswell.workspace.links import mail_leaves

log = logging.getLogger(__name__)

_postman = ThreadPoolExecutor(1, thread_name_prefix="mail")


def send_soon(message: EmailMessage) -> None:
    """Send a mail that nobody waits for."""
    _postman.submit(_send, message)


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:  # whatever it is, nobody else would see it
        log.exception("a mail could not be sent")


def mail_invitation(invitation: InvitationCard, *, link: str, language: str) -> bool:
    """Send the link of an invitation; False where no mail leaves the machine, so that somebody hands it over."""
    said = {"invitation": invitation, "link": link}
    with translation.override(language):
        subject = " ".join(render_to_string("workspace/mail/invitation_subject.txt", said).split())
        text = render_to_string("workspace/mail/invitation.txt", said)
    try:
        send_mail(subject, text, None, [invitation.email])
    except Exception:  # whatever it is, the invitation is there, and its link can be handed over
        log.exception("an invitation could not be mailed")
        return False
    return mail_leaves()
