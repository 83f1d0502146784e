"""A digest as a message to a channel: numbers, and the way to the rest."""

import re
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from groundswell.deliveries.digest import Digest, Part
from groundswell.deliveries.figures import Figure
from groundswell.outbound.service import escaped

LONGEST_HEAD = 150  # characters, of Slack's header
LONGEST = 2_900  # of a section
_MARKS = (
    (re.compile(r"\*\*(.+?)\*\*"), r"*\1*"),
    (re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE), r"*\1*"),
    (re.compile(r"\[([^\]|]+)\]\((https?://[^)\s|]+)\)"), r"<\2|\1>"),
)


def message(digest: Digest) -> tuple[str, list[dict[str, Any]]]:
    """Text for notices, and blocks."""
    with translation.override(digest.language):
        about = " · ".join(part for part in (digest.project, digest.days) if part)
        blocks: list[dict[str, Any]] = [
            {"type": "header", "text": {"type": "plain_text", "text": digest.title[:LONGEST_HEAD]}},
            _small(escaped(about)),
            *(_section(_told(part)) for part in digest.parts if _told(part)),
        ]
        if digest.more:
            blocks.append(_small(_("%(count)s more cards are on the dashboard.") % {"count": digest.more}))
        if digest.link:
            blocks.append(_small(f"<{digest.link}|{escaped(_('Open the dashboard'))}>"))
    return f"{escaped(digest.title)}: {escaped(about)}", blocks


def _told(part: Part) -> str:
    name = f"*{escaped(part.name)}*" if part.name else ""
    lines = [_marked(part.text)] if part.text else [_line(each) for each in part.figures]
    if part.trouble:
        lines = [escaped(part.trouble)]
    return "\n".join(line for line in (name, *lines, *map(_aside, part.notes)) if line)[:LONGEST]


def _marked(text: str) -> str:
    """Markdown in the channel's own marks: what is bold, headings, links."""
    text = escaped(text)
    for pattern, own in _MARKS:
        text = pattern.sub(own, text)
    return text


def _line(figure: Figure) -> str:
    change = f" ({escaped(figure.change)})" if figure.change else ""
    return f"{escaped(figure.name)}: *{escaped(figure.value)}*{change}" if figure.name else f"*{figure.value}*{change}"


def _aside(note: str) -> str:
    return f"_{escaped(note)}_"


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def _small(text: str) -> dict[str, Any]:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}
