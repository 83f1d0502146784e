"""The lists of people and companies: found, narrowed, sorted, a page at a time."""

import re
from urllib.parse import parse_qs

import pytest
from django.test import Client

from groundswell.kernel.ids import stable_id
from groundswell.people.service import account_cards
from groundswell.people.tests.reading import first_column, shown, words
from tests.world import World, group, identify, track

DAY = "2026-01-0{}T10:00:00Z"


@pytest.fixture
def team(world: World) -> World:
    """Ada champions Acme and was there today; Bea buys for Zeta, seen a week ago; a visitor came once."""
    world.send(
        identify("u1", at=DAY.format(1), name="Ada Lovelace", email="ada@acme.test", plan="pro", seats=12),
        group("u1", "acme", DAY.format(1), role="champion", name="Acme Ltd", plan="team"),
        track("u1", "Opened", DAY.format(9)), track("u1", "Opened", "2026-01-10T09:00:00Z"),
        identify("u2", at=DAY.format(2), first_name="Bea", last_name="Bit", plan="free", seats=3),
        group("u2", "zeta", DAY.format(2), role="buyer"), track("u2", "Opened", DAY.format(3)),
        track("~visitor-7", "Opened", DAY.format(4)),
    )  # fmt: skip
    return world


def listed(client: Client, world: World, **asked: object) -> list[str]:
    return first_column(shown(client, world, "people/", **asked))


def test_whoever_was_there_last_comes_first_with_company_role_and_how_much_they_did(ben: Client, team: World) -> None:
    page = shown(ben, team, "people/")
    assert first_column(page) == ["Ada Lovelace", "visitor-7", "Bea Bit"]
    assert "Ada Lovelace ada@acme.test Acme Ltd champion 2 Jan 1, 2026 3 hours ago" in words(page)
    assert f'href="/p/{team.project.id}/companies/acme"' in page


@pytest.mark.parametrize(
    ("text", "found"),
    [("lovel", ["Ada Lovelace"]), ("ACME.test", ["Ada Lovelace"]), ("u2", ["Bea Bit"]), ("visit", ["visitor-7"]),
     ("bit", ["Bea Bit"]), ("isitor", []), ("%", []), ("'", [])],
)  # fmt: skip
def test_search_finds_names_and_mails_by_any_part_and_ids_by_their_beginning(
    ben: Client, team: World, text: str, found: list[str]
) -> None:
    assert listed(ben, team, q=text) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"known": "no"}, ["visitor-7"]),
        ({"known": "yes"}, ["Ada Lovelace", "Bea Bit"]),
        ({"role": "buyer"}, ["Bea Bit"]),
        ({"company": "acme"}, ["Ada Lovelace"]),
        ({"company": "cme L"}, ["Ada Lovelace"]),  # part of its name
        ({"company": "acme", "role": "buyer"}, []),
        ({"seen": "1"}, ["Ada Lovelace"]),
        ({"seen": "7"}, ["Ada Lovelace", "visitor-7"]),
        ({"seen": "-7"}, ["Bea Bit"]),
        ({"where": '["plan","is","pro"]'}, ["Ada Lovelace"]),
        ({"where": '["plan","is_not","pro"]'}, ["visitor-7", "Bea Bit"]),
        ({"where": '["seats","at_least","10"]'}, ["Ada Lovelace"]),
        ({"where": '["seats","at_most","10"]'}, ["Bea Bit"]),
        ({"where": '["plan","contains","R"]'}, ["Ada Lovelace", "Bea Bit"]),
        ({"where": '["plan","is_set",""]'}, ["Ada Lovelace", "Bea Bit"]),
        ({"where": '["plan","is_not_set",""]'}, ["visitor-7"]),
        ({"where": ['["plan","is","pro"]', '["seats","at_most","10"]']}, []),
        ({"role": "emperor", "seen": "soon", "known": "maybe"}, ["Ada Lovelace", "visitor-7", "Bea Bit"]),
    ],
)
def test_a_list_is_narrowed_by_what_is_known_of_people(
    ben: Client, team: World, asked: dict[str, object], found: list[str]
) -> None:
    assert listed(ben, team, **asked) == found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"sort": "events"}, ["Ada Lovelace", "Bea Bit", "visitor-7"]),
        ({"sort": "first_seen", "order": "up"}, ["Ada Lovelace", "Bea Bit", "visitor-7"]),
        ({"sort": "trait:seats"}, ["Ada Lovelace", "Bea Bit", "visitor-7"]),  # 12 before 3: numbers, not letters
        ({"sort": "trait:seats", "order": "up"}, ["Bea Bit", "Ada Lovelace", "visitor-7"]),
        ({"sort": "number; DROP TABLE"}, ["Ada Lovelace", "visitor-7", "Bea Bit"]),
    ],
)
def test_a_list_is_sorted_by_what_it_shows_and_by_any_trait(
    ben: Client, team: World, asked: dict[str, str], found: list[str]
) -> None:
    listing = listed(ben, team, **asked)
    assert sorted(listing) == sorted(found)
    assert listing[0] == found[0]
    if "trait" in asked["sort"]:
        assert listing == found


def test_a_head_that_is_followed_again_turns_the_order_round(ben: Client, team: World) -> None:
    page = shown(ben, team, "people/", sort="events", q="a")
    ((now, again),) = re.findall(r'aria-sort="(\w+)"><a href="\?([^"]+)">Events', page)
    assert now == "descending"
    assert parse_qs(again.replace("&amp;", "&")) == {"sort": ["events"], "q": ["a"], "order": ["up"]}


def test_chosen_columns_stand_in_the_address_and_stay_with_every_link(ben: Client, team: World) -> None:
    page = shown(ben, team, "people/", columns=["plan", "seats"], q="ada")
    assert "pro 12 2" in words(page)
    assert '<input type="hidden" name="columns" value="seats">' in page
    assert "columns=plan&amp;columns=seats" in page


def test_a_condition_from_the_form_goes_into_the_address_and_can_be_taken_away(ben: Client, team: World) -> None:
    chosen = {"trait": "plan", "operator": "is", "value": "pro", "q": "ada"}
    address = ben.get(f"/p/{team.project.id}/people/", chosen).headers["Location"]
    assert parse_qs(address[1:]) == {"q": ["ada"], "where": ['["plan","is","pro"]']}
    page = shown(ben, team, "people/" + address)
    assert "plan is pro" in words(page)
    assert '<a href="?q=ada" aria-label="Take this condition away">' in page


def test_what_is_no_condition_is_refused_in_words(ben: Client, team: World) -> None:
    for text in ("plan", '["plan","sounds like","pro"]', "[1,2]", '{"a":1}'):
        answer = ben.get(f"/p/{team.project.id}/people/", {"where": text})
        assert answer.status_code == 400
        assert "does not narrow a list" in answer.content.decode()


def test_fifty_people_make_a_page_and_a_page_after_the_last_leads_to_the_first(ben: Client, world: World) -> None:
    world.send(*[track(f"p{number:02}", "Opened", f"2026-01-05T10:00:{number:02}Z") for number in range(53)])
    assert listed(ben, world)[:2] == ["p52", "p51"]
    second = shown(ben, world, "people/", page=2)
    assert first_column(second) == ["p02", "p01", "p00"]
    assert "51 to 53 of 53" in words(second)
    assert len(listed(ben, world, page=9)) == 50


def test_nobody_found_and_nobody_there_are_two_things(ben: Client, world: World) -> None:
    assert "Nobody was here yet" in shown(ben, world, "people/")
    assert "There are no companies yet" in shown(ben, world, "companies/")
    world.send(track("ada", "Opened"))
    assert "Nobody fits" in shown(ben, world, "people/", q="zzz")


def test_companies_are_found_narrowed_and_sorted_alike(ben: Client, team: World) -> None:
    page = shown(ben, team, "companies/", columns="plan")
    assert first_column(page) == ["Acme Ltd", "zeta"]
    assert "Acme Ltd acme team 1 2 Jan 1, 2026 3 hours ago" in words(page)
    assert first_column(shown(ben, team, "companies/", q="ZET")) == ["zeta"]
    assert first_column(shown(ben, team, "companies/", where='["plan","is","team"]')) == ["Acme Ltd"]
    assert first_column(shown(ben, team, "companies/", seen="-7")) == ["zeta"]
    assert first_column(shown(ben, team, "companies/", sort="people", order="up"))[0] in ("Acme Ltd", "zeta")


def test_what_somebody_does_for_one_company_does_not_count_for_another(ben: Client, world: World) -> None:
    """A server's id sends events of two companies, a day apart; Ada's three are of the company she belongs to."""
    world.send(
        group("ada", "acme", DAY.format(1)), *[track("ada", f"E{day}", DAY.format(day)) for day in (2, 3, 4)],
        {**track("~billing", "Paid", DAY.format(8)), "context": {"groupId": "acme"}},
        {**track("~billing", "Paid", DAY.format(9)), "context": {"groupId": "zeta"}},
    )  # fmt: skip
    page = words(shown(ben, world, "companies/"))
    assert "zeta 1 1 Jan 9, 2026 26 hours ago" in page
    assert "acme 2 4 Jan 1, 2026 2 days ago" in page
    assert "billing no role" in words(shown(ben, world, "companies/acme"))
    assert first_column(shown(ben, world, "companies/", seen="1")) == []
    assert [card.last_seen for card in account_cards(world.project, [stable_id(world.project.id, "acme")])] == [
        "2026-01-08T10:00:00+00:00"
    ]


def test_the_search_of_every_page_finds_people_and_companies(ben: Client, team: World) -> None:
    for text, url in (("lovel", "people/u1"), ("visitor", "people/visitor-7"), ("acme l", "companies/acme")):
        assert (
            f'href="/p/{team.project.id}/{url}"' in ben.get(f"/p/{team.project.id}/find", {"q": text}).content.decode()
        )
