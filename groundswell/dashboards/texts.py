"""What a text card says: a little Markdown. HTML in it is shown as it was written, and nothing is loaded from
elsewhere."""

import re

from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

HIGHEST = 3  # level of a heading: a card's own title stands above it
LOWEST = 6

_LINK = re.compile(r"(https?://|mailto:|/(?!/)|#)", re.IGNORECASE)  # to pages and mail; all others stay text

_markdown = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(["image", "html_block", "html_inline"])
_markdown.validateLink = lambda url: _LINK.match(url) is not None  # type: ignore[method-assign]


def rendered(text: str) -> SafeString:
    """Markdown as HTML that does no harm: markdown-it writes what it knows and escapes the rest."""
    tokens = _markdown.parse(text)
    for token in [each for outer in tokens for each in (outer, *(outer.children or ()))]:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1:]) + HIGHEST - 1, LOWEST)}"
        if token.type == "link_open":
            token.attrSet("rel", "nofollow noopener noreferrer")
    return SafeString(_markdown.renderer.render(tokens, _markdown.options, {}))
