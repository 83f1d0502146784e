"""What is drawn of paths: on the page, and to be taken away."""

import html
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from groundswell.insights.charts import Look
from groundswell.insights.kinds import actors, check, check_cell
from groundswell.insights.paths.flow import CARD, Flow, Node, laid_out
from groundswell.insights.paths.kind import PATHS as PATHS_KIND
from groundswell.insights.paths.picture import pictures_of, shortened
from groundswell.insights.paths.question import Paths
from groundswell.insights.pictures import chart, png
from groundswell.insights.service import ask
from groundswell.insights.tests.test_asking_page import page, text_of
from groundswell.insights.types import Answer
from groundswell.workspace.types import Role
from tests.visitors import member
from tests.world import World, track

DAYS = {"date_from": "2026-01-05", "date_to": "2026-01-05"}
PATHS: dict[str, Any] = {"kind": "paths", **DAYS}
LETTERS = "ABCDEFGHIJ"


@pytest.fixture
def ada(world: World) -> Client:
    """Ten people begin with S. Person n goes on to the nth letter (Ada's is A, as is the second's); the first five of
    them then to Z."""
    for number in range(10):
        name = "ada" if number == 0 else f"u{number}"
        letter = LETTERS[max(number - 1, 0)]
        world.send(track(name, "S", "2026-01-05T10:00:00Z", plan="pro" if number < 2 else "free"))
        world.send(track(name, letter, "2026-01-05T10:05:00Z"))
        if number < 5:
            world.send(track(name, "Z", "2026-01-05T10:10:00Z"))
    return member(world.project, "ada", Role.OWNER)


def names(flow: Flow) -> list[list[tuple[tuple[str, ...], int | None]]]:
    return [[(node.names, node.count) for node in column] for column in flow.columns]


# Where everything stands ---------------------------------------------------------------------------------------------

CAME = [(1, "S", 10, 0), *((2, letter, 9 - place, 1) for place, letter in enumerate(LETTERS[:9])), (3, "Z", 6, 6)]
MOVED = [*((1, "S", letter, 9 - place) for place, letter in enumerate(LETTERS[:9])), (2, "A", "Z", 5), (2, "H", "Z", 1)]


def test_the_most_frequent_events_of_a_step_have_a_place_of_their_own() -> None:
    flow = laid_out(CAME, MOVED, steps=5)
    assert names(flow) == [
        [(("S",), 10)],
        [*(((letter,), 9 - place) for place, letter in enumerate("ABCDEF")), (("G", "H", "I"), None)],
        [(("Z",), 6)],
    ]
    together = flow.columns[1][-1]
    assert (together.are_others, together.entering, together.leaving, together.dropped) == (True, 3 + 2 + 1, 1, 3)
    counts = {(band.source.names, band.target.names): band.count for band in flow.bands}
    assert counts[("S",), ("A",)] == 9
    assert counts[("S",), ("G", "H", "I")] is None  # who made several of these moves would count several times


def test_one_event_too_many_is_not_put_together_alone() -> None:
    seven = [(1, letter, 1, 0) for letter in LETTERS[:7]]
    assert len(laid_out(seven, [], steps=5).columns[0]) == 7
    assert [node.are_others for node in laid_out([*seven, (1, "H", 1, 0)], [], steps=5).columns[0]] == [False] * 6 + [
        True
    ]
    assert len(laid_out(seven, [], steps=5, size=CARD).columns[0]) == 4


def test_after_the_last_step_nobody_is_shown_as_done() -> None:
    assert [stub.node.names for stub in laid_out(CAME, MOVED, steps=3).stubs if stub.node.step == 3] == []
    assert [stub.node.dropped for stub in laid_out(CAME, MOVED, steps=4).stubs if stub.node.step == 3] == [6]


def test_bands_lie_inside_their_nodes_one_below_the_other() -> None:
    flow = laid_out(CAME, MOVED, steps=5)

    def lie_inside(node: Node, parts: list[tuple[float, float]]) -> None:
        end = node.y
        for top, height in sorted(parts):
            assert top >= end - 2.01  # the thinnest are drawn thicker than they are
            end = top + height
        assert end <= node.y + node.height + 2.01

    for node in (node for column in flow.columns for node in column):
        leaving = [(band.top, band.height) for band in flow.bands if band.source is node]
        leaving += [(stub.y, stub.height) for stub in flow.stubs if stub.node is node]
        lie_inside(node, leaving)
        lie_inside(node, [(band.bottom, band.height) for band in flow.bands if band.target is node])
        assert 0 <= node.x <= flow.width
        assert node.y + node.height <= flow.height


def test_nothing_is_an_empty_picture() -> None:
    flow = laid_out([], [], steps=5)
    assert (flow.columns, flow.bands, flow.stubs) == ([], [], [])


@pytest.mark.parametrize(
    ("text", "short"), [("a" * 10, "a" * 10), ("a" * 11, "a" * 9 + "…"), ("한글로 된 긴 이름", "한글로 된…")]
)
def test_long_names_are_shortened_to_their_room(text: str, short: str) -> None:
    assert shortened(text, 10) == short


# The page ------------------------------------------------------------------------------------------------------------


def test_the_page_says_who_went_where(ada: Client, world: World) -> None:
    response = page(ada, world, {**PATHS, "start": {"event": "S"}})
    text = text_of(response)
    assert "What do people do after S" in text
    assert "10 people · 10 sessions" in text
    assert "did nothing more in that session" in text
    assert "3 other events" in text
    assert "1 S A 2 20.0%" in text
    titles = re.findall(r'aria-label="([^"]*)" *>', response.content.decode())
    assert "S → A: 2 people" in titles
    assert "<title>Step 2 · A: 2 people</title>" in response.content.decode()  # what the link is called
    assert "1 person did nothing more after E" in titles
    assert "Nothing more after 3 other events" in titles


def test_every_part_of_the_picture_opens_exactly_those_it_counts(ada: Client, world: World) -> None:
    for question in (PATHS, {**PATHS, "start": {"event": "S"}, "breakdown": "plan"}, {**PATHS, "end": {"event": "Z"}}):
        checked = check(question, "UTC")
        assert isinstance(checked, Paths)
        pictures, _ = pictures_of(checked, ask(world.project, question), json.dumps, most=3)
        for shape in (shape for each in pictures for shape in (*each.bands, *each.stubs, *each.nodes)):
            found = len(actors(world.project.id, checked, check_cell(checked, json.loads(shape.who))))
            said = re.search(r"(\d+) (?:person|people)", shape.title)
            assert found == int(said[1]) if said else found > 0


def test_links_of_the_page_are_of_its_days(ada: Client, world: World) -> None:
    content = page(ada, world, {**PATHS, "date_from": "-400d", "date_to": "-0d"}).content.decode()
    links = [html.unescape(each) for each in re.findall(r'<a class="(?:band|node|stub)[^"]*" href="([^"]*)"', content)]
    for link in links:
        asked = json.loads(parse_qs(urlsplit(link).query)["q"][0])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", asked["date_from"])
    assert "S" in ada.get(links[0]).content.decode()


def test_a_split_has_pictures_of_the_largest_values(ada: Client, world: World) -> None:
    content = page(ada, world, {**PATHS, "breakdown": "plan", "start": {"event": "S"}}).content.decode()
    assert re.findall(r'<h3 class="group"><bdi>(\w+)', content) == ["free", "pro"]


def test_moves_are_turned_over_page_by_page(ada: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("groundswell.insights.paths.page.ROWS", 5)
    first, last = (text_of(page(ada, world, PATHS, page=number)) for number in ("1", "3"))
    assert ("1 S A 2" in first, "2 D Z 1" in first) == (True, False)
    assert ("1 S A 2" in last, "2 D Z 1" in last) == (False, True)


def test_nobody_went_such_a_way(ada: Client, world: World) -> None:
    text = text_of(page(ada, world, {**PATHS, "start": {"event": "Z"}, "end": {"event": "S"}}))
    assert "Nobody went such a way in these days." in text
    assert "Move by move" not in text


def test_an_event_s_name_is_text_and_not_code(ada: Client, world: World) -> None:
    world.send(track("ada", "<script>x</script>", "2026-01-05T20:00:00Z"))
    content = page(ada, world, PATHS).content.decode()
    assert "<script>x" not in content
    assert "&lt;script&gt;x" in content


def test_the_page_in_korean(ada: Client, world: World) -> None:
    ada.cookies["language"] = "ko"
    content = ada.get("/", HTTP_ACCEPT_LANGUAGE="ko")
    assert content.status_code in (200, 302)


# Taken away ----------------------------------------------------------------------------------------------------------


def definition(rows: list[list[Any]], look: Look | None = None, **question: Any) -> Any:
    asked = check({**PATHS, **question}, "UTC")
    answer = Answer(asked, PATHS_KIND.columns_of(asked), rows, "", 1.0, {"values": ["pro", "free", "(other)"]})
    return chart(answer, look or Look()).to_dict()


def values(found: Any, layer: int) -> list[dict[str, Any]]:
    drawn: list[dict[str, Any]] = found["layer"][layer]["data"]["values"]
    return drawn


def test_a_chart_has_a_band_for_each_move_and_a_bar_for_each_node() -> None:
    found = definition([[1, "S", "A", 8], [1, "S", "B", 2], [2, "A", "B", 5]], start={"event": "S"})
    assert sorted({each["title"] for each in values(found, 0)}) == [
        "A → B: 5 people", "S → A: 8 people", "S → B: 2 people",
    ]  # fmt: skip
    assert len(values(found, 1)) == 4
    assert [each["text"] for each in values(found, 2)] == ["Step 1", "Step 2", "Step 3", "S", "A", "B", "B"]
    assert [each["text"] for each in values(found, 3)] == ["8", "2", "5"]
    assert found["title"]["text"] == [
        "What do people do after S in Jan 5, 2026, in up to 5 steps?",
    ]


def test_a_chart_of_a_split_shows_the_largest_value_and_says_so() -> None:
    rows = [[1, "S", "A", 1, "free"], [1, "S", "A", 3, "pro"], [1, "S", "A", 9, "(other)"]]
    found = definition(rows, breakdown="plan")
    assert {each["title"] for each in values(found, 0)} == {"S → A: 3 people"}
    assert "only pro, the largest of 3 values" in found["title"]["subtitle"]
    korean = definition(rows, Look(language="ko"), breakdown="plan", count="accounts")
    assert {each["title"] for each in values(korean, 0)} == {"S → A: 회사 3곳"}
    assert "값 3개 중 가장 큰 pro만" in korean["title"]["subtitle"]


def test_a_picture_can_be_taken_away(ada: Client, world: World) -> None:
    assert png(ask(world.project, PATHS)).startswith(b"\x89PNG")
    assert png(ask(world.project, {**PATHS, "start": {"event": "Never"}})).startswith(b"\x89PNG")


def test_values_that_read_the_same_have_pictures_of_their_own() -> None:
    values = [None, "–", ["a · b", "c"], ["a", "b · c"]]
    rows = [[1, "A", 3, 0, value] for value in values]
    asked = check({**PATHS, "breakdown": "plan"}, "UTC")
    answer = Answer(asked, PATHS_KIND.columns_of(asked), [], "", 1.0, {"values": values, "nodes": {"rows": rows}})
    pictures, left_out = pictures_of(asked, answer, None, most=10)  # type: ignore[arg-type]
    assert ([picture.group for picture in pictures], left_out) == (["–", "–", "a · b · c", "a · b · c"], 0)
