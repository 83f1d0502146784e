"""The pages of dashboards: who is in the world, and what they did, is said in conftest."""

import html
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from groundswell.dashboards import service
from groundswell.dashboards.tests.conftest import FUNNEL, JANUARY, MACHINE, SIGN_UPS, kept, made
from groundswell.dashboards.types import Dashboard, Display
from groundswell.insights.addresses import ask_address
from groundswell.insights.annotations import annotate
from groundswell.kernel.errors import Refusal
from groundswell.workspace.service import found_project
from groundswell.workspace.types import Role
from tests.visitors import PASSWORD, member, signed_in
from tests.world import World

PART = {"HX-Request": "true"}


@pytest.fixture
def ada(board: World) -> Client:
    return member(board.project, "ada", Role.EDITOR)


def address(world: World, name: str, *parts: int) -> str:
    return reverse(f"dashboards.{name}", args=[world.project.id, *parts])


def text_of(response: HttpResponse) -> str:
    """What a reader sees of the page's main part."""
    main = re.sub(r"(?s)<header class=\"side\".*?</header>|<svg.*?</svg>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", main)))


def card_text(client: Client, world: World, dashboard: Dashboard, place: int = 0, query: str = "") -> str:
    """What one of its cards says."""
    part = client.get(address(world, "card", dashboard.id, dashboard.cards[place].id) + query, headers=PART)
    assert part.status_code == 200
    return text_of(part)  # type: ignore[arg-type]


def query_of(response: HttpResponse) -> dict[str, str]:
    """What the address that a redirect leads to says."""
    assert response.status_code == 302, response.content
    query = parse_qs(urlsplit(response["Location"]).query, keep_blank_values=True)
    return {name: value for name, (value,) in query.items()}


def now(world: World, dashboard: Dashboard) -> Dashboard:
    return service.dashboard(world.project, dashboard.id)


# Who may what --------------------------------------------------------------------------------------------------------


def test_a_stranger_is_refused_and_a_viewer_changes_nothing(board: World) -> None:
    shown = made(board, {"question": SIGN_UPS})
    card = shown.cards[0].id
    found_project(email="cleo@example.com", password=PASSWORD, name="Elsewhere")
    cleo, vera = signed_in("cleo@example.com"), member(board.project, "vera", Role.VIEWER)
    for name, parts in (("board", (shown.id,)), ("card", (shown.id, card)), ("add", (shown.id,))):
        assert cleo.get(address(board, name, *parts)).status_code == 404
    page = vera.get(address(board, "board", shown.id)).content.decode()
    assert (
        "arrange.js" not in page
        and "data-grip" not in page
        and "<form method" not in page.split("<main")[1].split("</main>")[0]
    )
    for name, parts in (
        ("make", ()), ("put", ()), ("change", (shown.id,)), ("keep", (shown.id,)), ("arrange", (shown.id,)),
        ("remove", (shown.id,)), ("add", (shown.id,)), ("edit", (shown.id, card)), ("move", (shown.id, card)),
        ("remove_card", (shown.id, card)),
    ):  # fmt: skip
        assert cleo.post(address(board, name, *parts)).status_code == 404, name
        assert vera.post(address(board, name, *parts)).status_code == 403, name
    assert now(board, shown) == shown


# The list ------------------------------------------------------------------------------------------------------------


def test_the_list_teaches_until_there_is_a_dashboard(ada: Client, board: World) -> None:
    page = reverse("dashboards", args=[board.project.id])
    assert "Begin with an empty one" in ada.get(page).content.decode()
    begun = ada.post(address(board, "make"), {"name": "Activation"}, follow=True)
    assert "This dashboard has no cards yet" in begun.content.decode()
    (listed,) = service.dashboards_page(board.project).items
    assert (listed.name, listed.by) == ("Activation", "ada@example.com")
    assert service.dashboard(board.project, listed.id).filters.as_json() == {"date_from": "-30d", "date_to": "-1d"}
    made(board, {"text": "a"}, name="Money")
    assert "Money" in ada.get(f"{page}?text=mon").content.decode()
    assert "Activation" not in text_of(ada.get(f"{page}?text=mon"))  # type: ignore[arg-type]
    assert "No dashboard is called so." in ada.get(f"{page}?text=teams").content.decode()


def test_the_search_of_every_page_finds_dashboards(ada: Client, board: World) -> None:
    shown = made(board, name="Activation")
    hits = ada.get(f"/p/{board.project.id}/find?q=activ", headers=PART).content.decode()
    assert f'href="{address(board, "board", shown.id)}"' in hits


# Cards ---------------------------------------------------------------------------------------------------------------


def test_every_card_comes_by_itself_and_a_text_with_the_page(ada: Client, board: World) -> None:
    shown = made(board, {"question": SIGN_UPS, "title": "Sign-ups"}, {"text": "**Look** here"}, {"question": FUNNEL})
    page = ada.get(address(board, "board", shown.id)).content.decode()
    assert re.findall(r'hx-get="(/p/\d+/dashboards/[^"]+)" hx-trigger="intersect once"', page) == [
        address(board, "card", shown.id, shown.cards[place].id) for place in (0, 2)
    ]
    assert "<strong>Look</strong> here" in page
    assert "whole=1" in page


def test_a_trend_is_drawn_and_says_its_numbers_where_one_points(ada: Client, board: World) -> None:
    # Ada and Ben signed up for nothing, on the 5th and the 6th, Cleo for money on the 7th.
    shown = made(board, {"question": {**SIGN_UPS, "interval": "day", "breakdown": "plan", "date_to": "2026-01-07"}})
    part = ada.get(address(board, "card", shown.id, shown.cards[0].id), headers=PART).content.decode()
    assert part.count('<polyline class="line') == 2
    assert 'data-says="Wed, Jan 7, 2026&#10;free: 0&#10;pro: 1"' in part
    assert 'aria-label="free: 0, pro: 1"' in part


def test_a_number_stands_beside_that_of_the_days_before(ada: Client, board: World) -> None:
    # In the four days to the 8th of January three signed up, in those before nobody; in the five before, with a week.
    four = {**SIGN_UPS, "interval": "day", "date_from": "2026-01-05", "date_to": "2026-01-08"}
    shown = made(board, {"question": four, "title": "Sign-ups", "display": "number"})
    assert re.search(r"3 0 in the 4 days before", card_text(ada, board, shown))
    week = "?date_from=2026-01-07&date_to=2026-01-08"
    assert re.search(r"1 -50\.0% 2 in the 2 days before", card_text(ada, board, shown, query=week))


def test_a_number_opens_the_question_that_it_is_the_answer_of(ada: Client, board: World) -> None:
    shown = made(board, {"question": {**SIGN_UPS, "interval": "day"}, "display": "number"})
    part = ada.get(address(board, "card", shown.id, shown.cards[0].id), headers=PART).content.decode()
    (figures,) = [html.unescape(each) for each in re.findall(r'<strong><a href="([^"]+)">3</a>', part)]
    opened = ada.get(figures).content.decode()
    assert re.search(r'<td class="number"><a href="[^"]*/who[^"]*">3</a>', opened)


def test_a_share_is_compared_in_points(ada: Client, board: World) -> None:
    # Of the two of the 6th and 7th one made a board; of the one of the 4th and 5th one.
    shown = made(board, {"question": FUNNEL, "display": "number"})
    text = card_text(ada, board, shown, query="?date_from=2026-01-06&date_to=2026-01-07")
    assert re.search(r"50\.0% -50 points 1 of 2 · 100\.0% in the 2 days before", text)


def test_values_are_ranked_and_counted_once_over_all_days(ada: Client, board: World) -> None:
    shown = made(board, {"question": {**SIGN_UPS, "interval": "day", "breakdown": "plan"}, "display": "table"})
    assert re.search(r"plan free 2 pro 1", card_text(ada, board, shown))


def test_a_table_of_periods_has_the_latest_first(ada: Client, board: World) -> None:
    shown = made(board, {"question": {**SIGN_UPS, "interval": "week"}, "display": "table"})
    text = card_text(ada, board, shown)
    assert text.index("Jan 26, 2026") < text.index("Jan 5, 2026")
    assert "Thu" not in text and "Mon, Jan 5, 2026 3" in text


@pytest.mark.parametrize(
    ("display", "breakdown", "expected"),
    [
        ("chart", None, r"Signed Up 3 100\.0% Board Created 2 66\.7%"),
        ("chart", "plan", r"Signed Up free 2 100\.0% pro 1 100\.0% Board Created free 1 50\.0% pro 1 100\.0%"),
        ("table", None, r"Signed Up 3 – – Board Created 2 66\.7% 2d 12h"),
        ("table", "plan", r"free 2 1 50\.0% pro 1 1 100\.0%"),
    ],
)
def test_a_funnel_says_how_far_they_came(
    ada: Client, board: World, display: str, breakdown: str | None, expected: str
) -> None:
    shown = made(board, {"question": {**FUNNEL, "breakdown": breakdown}, "display": display})
    assert re.search(expected, card_text(ada, board, shown))


def test_a_card_without_anybody_says_so(ada: Client, board: World) -> None:
    nobody = {**SIGN_UPS, "series": [{"event": "Left"}]}
    split = {**FUNNEL, "steps": [{"event": "Left"}], "breakdown": "plan"}
    shown = made(
        board, *({"question": question, "display": display} for question in (nobody, split) for display in Display
                 if display is not Display.TEXT),
    )  # fmt: skip
    texts = [card_text(ada, board, shown, place) for place in range(6)]
    assert "Nothing of this happened in these days." in texts[0]
    assert re.search(r" 0 0 in the 31 days before", texts[1])
    assert all("Nobody took the first step in these days." in texts[place] for place in (3, 5))
    assert re.search(r"– 0 of 0 · against the 31 days before", texts[4])


def test_without_a_script_all_cards_come_at_once(ada: Client, board: World) -> None:
    shown = made(board, {"question": SIGN_UPS, "display": "number"}, {"question": FUNNEL})
    text = text_of(ada.get(f"{address(board, 'board', shown.id)}?whole=1"))  # type: ignore[arg-type]
    assert "0 in the 31 days before" in text and "66.7%" in text
    assert ada.get(address(board, "card", shown.id, shown.cards[0].id)).headers["Location"] == address(
        board, "board", shown.id
    )


def test_html_in_a_text_is_shown_and_not_run(ada: Client, board: World) -> None:
    harm = (
        "<script>alert(1)</script> [go](javascript:alert(2)) ![x](https://example.com/x.png) [ok](https://example.com)"
    )
    shown = made(board, {"text": f"# Read\n{harm}"})
    (said,) = re.findall(
        r'(?s)<div class="said">(.*?)</div>', ada.get(address(board, "board", shown.id)).content.decode()
    )
    assert "<script" not in said and "<img" not in said and 'href="javascript' not in said
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said
    assert '<a href="https://example.com" rel="nofollow noopener noreferrer">ok</a>' in said
    assert "<h3>Read</h3>" in said


# Filters -------------------------------------------------------------------------------------------------------------


def test_filters_live_in_the_address_of_the_page_and_of_its_cards(ada: Client, board: World) -> None:
    shown = made(board, {"question": SIGN_UPS}, filters=JANUARY)
    narrow = address(board, "narrow", shown.id)
    days = query_of(ada.get(narrow, {"what": "days", "value": "7"}))  # type: ignore[arg-type]
    assert days == {"date_from": "-7d", "date_to": "-1d"}
    before = {f"now_{name}": value for name, value in days.items()}
    free = {"what": "where.add", "name": "plan", "operator": "is", "value": "free"}
    both = query_of(ada.get(narrow, {**before, **free}))  # type: ignore[arg-type]
    assert both == {**days, "where": '{"plan":"free"}'}
    page = ada.get(address(board, "board", shown.id), both).content.decode()
    assert "plan is free" in page and "the last 7 days" in page
    (card,) = re.findall(r'hx-get="([^"]+/cards/[^"]+)"', page)
    assert query_of_text(html.unescape(card)) == both


def query_of_text(address: str) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(address).query, keep_blank_values=True).items()}


def test_a_condition_is_changed_and_taken_away(ada: Client, board: World) -> None:
    shown = made(board, {"question": SIGN_UPS}, filters={"where": {"plan": "free", "person.city": "Seoul"}})
    narrow = address(board, "narrow", shown.id)
    pro = {"what": "where.0", "name": "plan", "operator": "is_not", "value": "free"}
    changed = query_of(ada.get(narrow, pro))  # type: ignore[arg-type]
    assert json.loads(changed["where"]) == {"plan": {"$ne": "free"}, "person.city": "Seoul"}
    gone = query_of(ada.get(narrow, {"what": "where.1", "remove": "1"}))  # type: ignore[arg-type]
    assert json.loads(gone["where"]) == {"plan": "free"}
    nothing = query_of(ada.get(narrow, {"what": "where.0", "remove": "1", "now_where": '{"plan":"free"}'}))  # type: ignore[arg-type]
    assert nothing == {"where": "{}"}
    assert "plan is free" not in text_of(ada.get(address(board, "board", shown.id), nothing))  # type: ignore[arg-type]


def test_what_is_no_filter_is_said_beside_those_before(ada: Client, board: World) -> None:
    shown = made(board, {"question": SIGN_UPS}, filters={"where": {"plan": "free"}})
    narrow = address(board, "narrow", shown.id)
    for wrong, sentence in (
        ({"what": "where.add", "name": "", "operator": "is", "value": "x"}, "needs a property"),
        ({"what": "where.7", "name": "plan", "operator": "is", "value": "x"}, "no filter of these"),
        ({"what": "days", "date_from": "2026-02-01", "date_to": "2026-01-01"}, "lies before date_from"),
        ({"what": "days", "value": "many"}, "which is no day"),
    ):
        refused = ada.get(narrow, wrong)
        assert refused.status_code == 400
        assert sentence in refused.content.decode() and "plan is free" in refused.content.decode()
    assert ada.get(address(board, "board", shown.id), {"where": "[1"}).status_code == 400


def test_a_dashboard_opens_with_the_filters_that_were_kept(ada: Client, board: World) -> None:
    shown = made(board, {"question": SIGN_UPS})
    filters = {**JANUARY, "where": '{"plan":"free"}'}
    narrowed = ada.get(address(board, "board", shown.id), filters).content.decode()
    assert "Open it so from now on" in narrowed
    opened = ada.post(address(board, "keep", shown.id), filters, follow=True).content.decode()
    assert "plan is free" in opened and "Open it so from now on" not in opened
    assert now(board, shown).filters.as_json() == {**JANUARY, "where": {"plan": "free"}}
    own = query_of(ada.get(address(board, "narrow", shown.id), {"what": "days"}))  # type: ignore[arg-type]
    assert own == {"date_from": "", "date_to": ""}
    assert "each card&#x27;s own days" in ada.get(address(board, "board", shown.id), own).content.decode()


def test_a_card_that_keeps_its_own_days_says_which(ada: Client, board: World) -> None:
    shown = made(board, {"question": SIGN_UPS, "keeps_days": True}, {"question": SIGN_UPS})
    assert all("Jan 1, 2026 – Jan 31, 2026" in card_text(ada, board, shown, place) for place in (0, 1))
    days = "?date_from=2026-01-05&date_to=2026-01-06"
    assert "Jan 1, 2026 – Jan 31, 2026" in card_text(ada, board, shown, 0, days)
    assert "Jan 1, 2026 –" not in card_text(ada, board, shown, 1, days)


def test_a_card_says_which_filters_do_not_narrow_it(ada: Client, board: World) -> None:
    shown = made(board, {"question": FUNNEL}, {"question": SIGN_UPS, "keeps_days": True})
    query = '?where={"plan":"free"}'
    assert "“plan is free” narrows Signed Up alone." in card_text(ada, board, shown, 0, query)
    assert "narrow" not in card_text(ada, board, shown, 1, query)
    ada.cookies["groundswell_language"] = "ko"
    assert "조건은 Signed Up에만 적용됐어요." in card_text(ada, board, shown, 0, query)


# Changing ------------------------------------------------------------------------------------------------------------


def test_an_order_and_widths_are_sent_as_one_text(ada: Client, board: World) -> None:
    shown = made(board, {"text": "a"}, {"text": "b"})
    a, b = (card.id for card in shown.cards)
    arrange = address(board, "arrange", shown.id)
    assert ada.post(arrange, {"order": f"{b}:12,{a}"}).status_code == 204
    assert [(card.text, card.width) for card in now(board, shown).cards] == [("b", 12), ("a", 6)]
    for wrong in ("x", f"{a}:5", "1:2:", ",", "9" * 30):
        status = ada.post(arrange, {"order": wrong}).status_code
        assert status == (204 if wrong == "1:2:" else 400), wrong
    assert [(card.text, card.width) for card in now(board, shown).cards] == [("b", 12), ("a", 6)]


def test_a_card_is_moved_without_a_script_and_the_filters_stay(ada: Client, board: World) -> None:
    shown = made(board, {"text": "a"}, {"text": "b"})
    moved = ada.post(address(board, "move", shown.id, shown.cards[1].id), {"places": "-1", "now_where": '{"plan":"x"}'})
    assert moved.headers["Location"].endswith(f"?where=%7B%22plan%22%3A%22x%22%7D#card-{shown.cards[1].id}")
    assert [card.text for card in now(board, shown).cards] == ["b", "a"]


def test_a_card_is_changed_and_taken_off(ada: Client, board: World) -> None:
    shown = made(board, {"saved": kept(board).id})
    edit = address(board, "edit", shown.id, shown.cards[0].id)
    assert 'placeholder="Sign-ups"' in ada.get(edit).content.decode()
    ada.post(edit, {"title": "New ones", "display": "number", "width": "3", "shape": "1", "keeps_days": "on"})
    (card,) = now(board, shown).cards
    assert (card.title, card.display, card.width, card.keeps_days) == ("New ones", "number", 3, True)
    refused = ada.post(edit, {"title": "w" * 201, "display": "pie"})
    assert refused.status_code == 400 and "must be text" in refused.content.decode()
    ada.post(address(board, "remove_card", shown.id, card.id))
    assert now(board, shown).cards == ()


def test_cards_are_chosen_from_saved_questions_or_written(ada: Client, board: World) -> None:
    shown, one = made(board), kept(board)
    add = address(board, "add", shown.id)
    assert "Sign-ups" in ada.get(add).content.decode()
    assert "No question is called so." in ada.get(f"{add}?text=money").content.decode()
    ada.post(add, {"saved": str(one.id), "display": "table", "width": "4"})
    ada.post(add, {"display": "text", "text": "Well.", "width": "12"})
    assert [(card.name, card.display, card.width) for card in now(board, shown).cards] == [
        ("Sign-ups", "table", 4), ("", "text", 12),
    ]  # fmt: skip
    assert ada.post(add, {"saved": "987"}).status_code == 400


def test_a_dashboard_is_renamed_pinned_and_thrown_away(ada: Client, board: World) -> None:
    shown, change = made(board), address(board, "change", made(board).id)
    change = address(board, "change", shown.id)
    ada.post(change, {"name": "Mondays", "description": "What we look at"})
    ada.post(change, {"pinned": "1"})
    changed = now(board, shown)
    assert (changed.name, changed.description, changed.is_pinned) == ("Mondays", "What we look at", True)
    assert 'aria-pressed="true">Pinned' in ada.get(address(board, "board", shown.id)).content.decode()
    ada.post(change, {"pinned": "0"})
    assert not now(board, shown).is_pinned
    assert "The dashboard is gone" in ada.post(address(board, "remove", shown.id), follow=True).content.decode()
    with pytest.raises(Refusal):
        now(board, shown)


# From a question's page ----------------------------------------------------------------------------------------------


def test_a_question_is_put_on_a_dashboard_from_its_page(ada: Client, board: World) -> None:
    shown, one = made(board), kept(board)
    page = ada.get(ask_address(board.project.id, SIGN_UPS, saved=one.id)).content.decode()
    (part,) = {html.unescape(each) for each in re.findall(r'hx-get="([^"]+dashboards/put[^"]+)"', page)}
    sheet = ada.get(part, headers=PART).content.decode()
    assert "The week" in sheet and "<html" not in sheet
    put = address(board, "put")
    given = {"q": json.dumps(SIGN_UPS), "saved": str(one.id), "dashboard": str(shown.id), "display": "number"}
    assert f"{address(board, 'board', shown.id)}#card-" in ada.post(put, given).headers["Location"]
    assert [(card.saved, card.display) for card in now(board, shown).cards] == [(one.id, "number")]


def test_one_that_is_not_saved_so_becomes_the_card_s_own(ada: Client, board: World) -> None:
    one = kept(board)
    page = ada.get(ask_address(board.project.id, {**SIGN_UPS, "interval": "week"}, saved=one.id)).content.decode()
    (part,) = {html.unescape(each) for each in re.findall(r'hx-get="([^"]+dashboards/put[^"]+)"', page)}
    assert "saved=" not in part
    whole = ada.get(part).content.decode()
    assert "Back to the question" in whole
    ada.post(address(board, "put"), {"q": json.dumps(FUNNEL), "name": "Activation"})
    (listed,) = service.dashboards_page(board.project).items
    (card,) = service.dashboard(board.project, listed.id).cards
    assert (listed.name, card.saved, card.question) == ("Activation", None, FUNNEL)


def test_what_is_no_question_is_put_nowhere(ada: Client, board: World) -> None:
    put = address(board, "put")
    assert ada.get(put).status_code == 400
    assert ada.post(put, {"q": "[1]", "name": "X"}).status_code == 400
    assert ada.post(put, {"q": '{"kind": "x"}', "name": "X"}).status_code == 400
    assert not service.is_any_made(board.project)


def test_viewers_are_not_offered_to_change_anything(board: World) -> None:
    vera = member(board.project, "vera", Role.VIEWER)
    assert "dashboards/put" not in vera.get(ask_address(board.project.id, SIGN_UPS)).content.decode()
    assert "Begin with an empty one" not in vera.get(reverse("dashboards", args=[board.project.id])).content.decode()
    service.make(MACHINE, board.project, name="Money", by="ada")
    assert "New dashboard" not in vera.get(reverse("dashboards", args=[board.project.id])).content.decode()


def test_a_card_over_time_says_what_happened_meanwhile(ada: Client, board: World) -> None:
    annotate(MACHINE, board.project, on="2026-01-06", text="Version <2>", kind="release", by="ada")
    dashboard = made(board, {"question": SIGN_UPS}, {"question": FUNNEL}, {"question": SIGN_UPS, "display": "table"})
    assert "1 Jan 6, 2026 · Release · Version <2>" in card_text(ada, board, dashboard)
    part = ada.get(address(board, "card", dashboard.id, dashboard.cards[0].id), headers=PART).content.decode()
    assert part.count('<g class="note-mark">') == 1
    for place in (1, 2):
        assert "Version" not in card_text(ada, board, dashboard, place)
