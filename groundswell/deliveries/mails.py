"""A digest as a mail: numbers as text and as a page, pictures in it, and a way out of getting it."""

from email.mime.image import MIMEImage

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from groundswell.deliveries.digest import Digest


def mail(digest: Digest, *, to: str, leave: str) -> EmailMultiAlternatives:
    """The mail to one reader. ``leave`` is the address at which they say that they want it no more; empty where nobody
    knows where that would be."""
    parts = [(part, f"chart-{number}" if part.picture else "") for number, part in enumerate(digest.parts, start=1)]
    said = {"digest": digest, "parts": parts, "leave": leave}
    with translation.override(digest.language):
        text = render_to_string("deliveries/mail/digest.txt", said)
        html = render_to_string("deliveries/mail/digest.html", said)
    subject = " · ".join(" ".join(part.split()) for part in (digest.title, digest.days) if part)
    made = EmailMultiAlternatives(subject, text.strip() + "\n", to=[to], headers=_headers(leave))
    made.mixed_subtype = "related"  # type: ignore[attr-defined]  # pictures belong to the page: no files beside it
    made.attach_alternative(html, "text/html")
    for part, name in parts:
        if part.picture:
            picture = MIMEImage(part.picture, "png")
            picture.add_header("Content-ID", f"<{name}>")
            picture.add_header("Content-Disposition", "inline", filename=f"{name}.png")
            made.attach(picture)
    return made


def _headers(leave: str) -> dict[str, str]:
    """RFC 8058: programs that read mail leave with one click, and no page is opened."""
    own = {"Auto-Submitted": "auto-generated"}
    if leave:
        own |= {"List-Unsubscribe": f"<{leave}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return own
