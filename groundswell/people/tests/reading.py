"""What a page says, as somebody reads it."""

import html
import re
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from tests.world import World

ENGLISH = re.compile(r"[A-Za-z]+(?:[ ,]+[A-Za-z]+){2,}")


def shown(client: Client, world: World, path: str, **asked: Any) -> str:
    """The page's own part, as HTML."""
    query = f"?{urlencode(asked, doseq=True)}" if asked else ""
    answer = client.get(f"/p/{world.project.id}/{path}{query}", follow=True)
    assert answer.status_code == 200, (path, answer.status_code)
    body = answer.content.decode()
    return body[body.index("<main") : body.index("</main>")]


def words(page: str) -> str:
    """Its text, without tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def first_column(page: str) -> list[str]:
    """Whom the rows of its table are about."""
    rows = re.findall(r"<tr>\s*<td>(.*?)</td>", page, re.DOTALL)
    return [words(re.findall(r"<a [^>]*>(.*?)</a>", row, re.DOTALL)[0]) for row in rows]


def in_korean(client: Client, world: World, path: str, **asked: Any) -> str:
    """The same in Korean."""
    client.post("/language", {"language": "ko", "next": "/"})
    return shown(client, world, path, **asked)


def english(page: str) -> list[str]:
    """Sentences of English in it, besides what clients sent."""
    return ENGLISH.findall(words(re.sub(r"<(bdi|code|datalist).*?</\1>|<option.*?</option>", " ", page, flags=re.S)))
