"""What a card may be: read strictly from JSON, or from what a form says."""

from collections.abc import Mapping
from typing import Any

from groundswell.conditions.service import Fields, refused
from groundswell.dashboards.types import WIDTHS, Card, Display, Wish
from groundswell.insights.kinds import check
from groundswell.insights.saved import saved_by_number
from groundswell.kernel.words import said
from groundswell.workspace.types import ProjectCard

USUAL_WIDTH = 6
LONGEST_TITLE = 200  # characters
LONGEST_TEXT = 10_000
_KNOWN = ("id", "title", "name", "display", "width", "text", "saved", "question", "keeps_days")


def check_card(given: Any, project: ProjectCard, *, path: str = "card", now: Card | None = None) -> Wish:
    """What a card is to be; what is not given stays as it is ``now``, where there is one. Raises Refusal 400."""
    if now is not None and isinstance(given, Mapping):
        given = {**_kept(now, given), **given}
    fields = Fields(given, path, _KNOWN)
    title, text = fields.raw("title") or "", fields.raw("text") or ""
    for name, value, longest in (("title", title, LONGEST_TITLE), ("text", text, LONGEST_TEXT)):
        if not isinstance(value, str) or len(value) > longest:
            raise refused(fields.at(name), said("must be text of at most %(longest)s characters", longest=longest))
    display = fields.choice("display", Display, Display.TEXT if text else Display.CHART)
    is_text = display is Display.TEXT
    saved, question = (None, None) if is_text else _asked(fields, project)
    if is_text and not text.strip():
        raise refused(fields.at("text"), said("is missing"), hint=said("Write what the card is to say."))
    if fields.raw("width") not in (None, *WIDTHS):
        raise refused(fields.at("width"), said("must be one of %(widths)s", widths=", ".join(map(str, WIDTHS))))
    width = fields.raw("width") or USUAL_WIDTH
    keeps_days = fields.flag("keeps_days", False)
    return Wish(title.strip(), display, width, text if is_text else "", saved, question, keeps_days)


def _kept(now: Card, given: Mapping[str, Any]) -> dict[str, Any]:
    """A card as JSON without what the given parts put something else in the place of."""
    kept = {name: value for name, value in now.as_json().items() if name not in ("id", "name")}
    if kept.get("saved") is not None or "saved" in given:
        kept.pop("question", None)
    if given.get("question") is not None:
        kept.pop("saved", None)
    return kept


def _asked(fields: Fields, project: ProjectCard) -> tuple[int | None, Mapping[str, Any] | None]:
    """The number of a saved question, or a question of the card's own. What was read of a saved one may stand there
    too."""
    saved, question = fields.raw("saved"), fields.raw("question")
    if saved is not None:
        if not isinstance(saved, int) or isinstance(saved, bool) or not saved_by_number(project, [saved]):
            hint = said("Write the number of a saved question of this project.")
            raise refused(fields.at("saved"), said("is no saved question"), hint=hint)
        return saved, None
    if question is None:
        hint = said("Write the number of a saved question, or a question of the card's own.")
        raise refused(fields.at("question"), said("is missing"), hint=hint)
    check(question, project.timezone)
    return None, question
