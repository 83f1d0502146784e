"""Dashboards and segments: all cards are narrowed to one, and what depends on what is known."""

import json

import pytest
from django.test import Client

from groundswell.dashboards.tests.conftest import FUNNEL, MACHINE, SIGN_UPS, made
from groundswell.dashboards.tests.test_board_page import address, card_text, query_of
from groundswell.events.service import where_used
from groundswell.kernel.errors import Refusal
from groundswell.segments.service import put_segment, remove_segment
from groundswell.workspace.types import Role
from tests.visitors import member
from tests.world import World


@pytest.fixture
def ada(board: World) -> Client:
    return member(board.project, "ada", Role.EDITOR)


@pytest.fixture
def seoul(board: World) -> str:
    """The key of a segment of Ada and Cleo."""
    match = {"all": [{"trait": {"city": "Seoul"}}]}
    return put_segment(MACHINE, board.project, "seoul", name="From Seoul", of="people", match=match).key


def test_all_cards_are_narrowed_to_a_segment(ada: Client, board: World, seoul: str) -> None:
    # Of the two in Seoul both signed up and made a board.
    shown = made(board, {"question": FUNNEL})
    assert "From Seoul" in ada.get(address(board, "board", shown.id)).content.decode()
    asked = {"what": "where.add", "name": "person.segment", "operator": "in_group", "value": seoul}
    narrowed = query_of(ada.get(address(board, "narrow", shown.id), asked))  # type: ignore[arg-type]
    assert json.loads(narrowed["where"]) == {"person.segment": {"$inGroup": "seoul"}}
    assert "in “From Seoul”" in ada.get(address(board, "board", shown.id), narrowed).content.decode()
    text = card_text(ada, board, shown, query=f"?where={narrowed['where']}")
    assert "Signed Up 2 100.0% Board Created 2 100.0%" in text
    assert "narrows" not in text and "Not narrowed" not in text


def test_what_a_dashboard_depends_on_says_so(board: World, seoul: str) -> None:
    where = {"person.segment": {"$inGroup": seoul}}
    made(board, name="Narrowed", filters={"where": where})
    made(board, {"question": {**SIGN_UPS, "series": [{"event": "Signed Up", "where": where}]}}, name="Asking")
    made(board, {"question": {**SIGN_UPS, "breakdown": "plan"}}, name="Another")
    assert [hit.name for hit in where_used(board.project, "Signed Up")] == ["Another", "Asking"]
    assert [hit.name for hit in where_used(board.project, "plan")] == ["Another"]
    with pytest.raises(Refusal, match=r"Asking.*Narrowed"):
        remove_segment(MACHINE, board.project, seoul)
