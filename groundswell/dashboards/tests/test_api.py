"""Dashboards over HTTP."""

from typing import Any

from groundswell.dashboards.tests.conftest import FUNNEL, SIGN_UPS, made
from groundswell.workspace.service import issue_key
from groundswell.workspace.tests.conftest import api
from groundswell.workspace.types import KeyKind
from tests.world import World, track


class Program:
    """A program with a secret key of the world's project."""

    def __init__(self, world: World) -> None:
        self._key = issue_key(project=world.project.id, kind=KeyKind.SECRET)
        self._root = f"projects/{world.project.id}"

    def __call__(self, method: str, path: str, **body: Any) -> Any:
        status, answer = api(method, f"{self._root}/{path}", self._key, **body)
        assert status == 200, answer
        return answer

    def refused(self, method: str, path: str, **body: Any) -> tuple[int, dict[str, Any]]:
        status, answer = api(method, f"{self._root}/{path}", self._key, **body)
        return status, answer["error"]


def test_a_dashboard_is_made_read_changed_and_thrown_away(board: World) -> None:
    ask = Program(board)
    question = ask("POST", "questions", name="Sign-ups", question=SIGN_UPS)
    cards = [{"saved": question["id"], "display": "number", "width": 3}, {"text": "Look here first."}]
    made = ask("POST", "dashboards", name="The week", cards=cards, filters={"where": {"plan": "free"}})
    assert made["made_by"] == "API"
    assert ask("GET", f"dashboards/{made['id']}") == made
    assert [(card["name"], card["display"], card["width"]) for card in made["cards"]] == [
        ("Sign-ups", "number", 3), ("", "text", 6),
    ]  # fmt: skip
    listed = ask("GET", "dashboards")
    assert listed["total"] == 1
    assert (listed["dashboards"][0]["name"], listed["dashboards"][0]["cards"]) == ("The week", 2)

    turned = ask("PUT", f"dashboards/{made['id']}", cards=made["cards"][::-1], pinned=True)
    assert turned["pinned"] and turned["cards"] == made["cards"][::-1]
    assert ask("PUT", f"dashboards/{made['id']}", name="Mondays")["cards"] == turned["cards"]

    assert ask("DELETE", f"dashboards/{made['id']}") == {"removed": made["id"]}
    assert ask.refused("GET", f"dashboards/{made['id']}")[0] == 404
    assert ask("GET", "questions")["total"] == 1


def test_all_cards_are_answered_under_the_filters_asked_for(board: World) -> None:
    ask = Program(board)
    cards = [{"question": SIGN_UPS}, {"text": "Hello"}, {"question": FUNNEL, "title": "To a board"}]
    made = ask("POST", "dashboards", name="The week", cards=cards, filters={"where": {"plan": "free"}})

    opened = ask("GET", f"dashboards/{made['id']}/answers")
    assert opened["filters"] == {"where": {"plan": "free"}}
    trend, text, funnel = opened["answers"]
    assert [row[3] for row in trend["answer"]["rows"]] == [2]
    assert text["text"] == "Hello"
    assert [row[3] for row in funnel["answer"]["rows"]] == [2, 1]
    assert funnel["notes"] == ["“plan is free” narrows Signed Up alone."]

    february = "date_from=2026-02-01&date_to=2026-02-28&where=%7B%22plan%22%3A%22pro%22%7D"
    narrowed = ask("GET", f"dashboards/{made['id']}/answers?{february}")
    assert [row[3] for row in narrowed["answers"][0]["answer"]["rows"]] == [1]
    assert narrowed["answers"][0]["answer"]["question"]["date_from"] == "2026-02-01"


def test_programs_are_told_what_is_so_now_and_whether_it_was_known(board: World) -> None:
    ask = Program(board)
    shown = made(board, {"question": SIGN_UPS}, {"question": FUNNEL})

    def said() -> list[tuple[int, bool]]:
        given = ask("GET", f"dashboards/{shown.id}/answers")["answers"]
        return [(each["answer"]["rows"][0][3], each["answer"]["cached"]) for each in given]

    assert said() == [(3, False), (3, False)]
    assert said() == [(3, True), (3, True)]
    board.send(track("eve", "Signed Up", "2026-01-10T10:00:00Z"))
    assert said() == [(4, False), (4, False)]


def test_filters_that_are_none_are_said_by_their_field(board: World) -> None:
    ask = Program(board)
    made = ask("POST", "dashboards", name="The week")
    for query, field in (("date_from=2026-02-01", "date_to"), ("where=plan", "where"), ("where=%5B%5D1", "where")):
        status, error = ask.refused("GET", f"dashboards/{made['id']}/answers?{query}")
        assert (status, list(error["fields"])) == (400, [field])
