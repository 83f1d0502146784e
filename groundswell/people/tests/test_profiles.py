"""The pages of single people and companies."""

import re

import pytest
from django.test import Client

from groundswell.people import dossier
from groundswell.people.tests.reading import english, first_column, in_korean, shown, words
from groundswell.workspace.audit import entries
from tests.world import World, group, identify, track


@pytest.fixture
def team(world: World) -> World:
    """Ada champions Acme, which Alder serves; she did three things in one go, and one two hours before."""
    world.send(
        identify("u1", "phone", "2026-01-05T08:00:00Z", name="Ada Lovelace", plan="pro"),
        group("u1", "acme", "2026-01-05T08:00:00Z", role="champion", name="Acme Ltd", partner="Alder"),
        group("u9", "alder-1", "2026-01-01T08:00:00Z", name="Alder"),
        track("u1", "Board Made", "2026-01-05T10:00:00Z", board="b1"),
        track("~phone", "Board Shared", "2026-01-05T10:20:00Z", by="link"),
        track("u1", "Board Made", "2026-01-05T10:49:00Z", board="b2"),
        track("u1", "Signed In", "2026-01-05T08:00:00Z"),
    )  # fmt: skip
    return world


def events_in(page: str) -> list[str]:
    return re.findall(r"<b><bdi>(.*?)</bdi></b>", page)


def test_a_profile_says_who_somebody_is_and_what_they_did_in_sessions(ben: Client, team: World) -> None:
    page = shown(ben, team, "people/u1")
    assert "Ada Lovelace" in words(page)
    assert "plan pro" in words(page)
    assert "Events 4 Last seen 5 days ago First seen Jan 5, 2026" in words(page)
    assert "served by Alder" in words(page)
    sessions = [(words(title), events_in(own)) for title, own in re.findall(r"<h4>(.*?)</h4>(.*?)</ol>", page, re.S)]
    assert sessions == [
        ("3 events · 49m", ["Board Made", "Board Shared", "Board Made"]),
        ("one event", ["Signed In"]),
    ]
    assert "board b2" in words(page)
    assert "Active on one day of the last half year" in words(page)


def test_any_id_leads_to_the_profile(ben: Client, team: World) -> None:
    for id in ("phone", "u1"):
        assert "Ada Lovelace" in shown(ben, team, f"people/{id}")
        assert "Ada Lovelace" in shown(ben, team, "person", id=id)
    answer = ben.get(f"/p/{team.project.id}/people/nobody")
    assert answer.status_code == 404
    assert "Nobody was ever seen as “nobody”" in answer.content.decode()


@pytest.mark.parametrize("id", ["a/b", "../x", "a//b", " padded ", "100%", "?q=1&x", "a+b", "김하나", "new\nline", "."])
def test_every_id_that_was_sent_has_a_page_that_the_list_leads_to(ben: Client, world: World, id: str) -> None:
    world.send(track(f"~{id}", "Opened"))
    ((address, name),) = re.findall(r'<a href="([^"]+)" title="([^"]*)', shown(ben, world, "people/"))
    page = ben.get(address.replace("&amp;", "&"))
    assert page.status_code == 200
    assert "Opened" in page.content.decode()
    assert name.split()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"event": "Board Shared"}, ["Board Shared"]),
        ({"from": "2026-01-06"}, []),
        ({"from": "2026-01-05", "to": "2026-01-05", "event": "Signed In"}, ["Signed In"]),
        ({"to": "2026-01-04"}, []),
        ({"event": "Never"}, []),
        ({"from": "0001-01-01", "to": "9999-12-31", "event": "Signed In"}, ["Signed In"]),
        ({"from": "tomorrow", "before": "now", "event": "Signed In"}, ["Signed In"]),
    ],
)
def test_a_timeline_is_narrowed_by_event_and_days(
    ben: Client, team: World, asked: dict[str, str], found: list[str]
) -> None:
    page = shown(ben, team, "people/u1", **asked)
    assert events_in(page) == found
    assert ("Nothing fits these filters" in page) is (not found)


def test_a_long_timeline_goes_on_where_it_stopped_and_shows_nothing_twice(ben: Client, world: World) -> None:
    """60 events of one instant and 20 before it: parts of 50 and 30."""
    same = [track("u1", f"Same {number}", "2026-01-05T10:00:00Z") for number in range(60)]
    world.send(*same, *[track("u1", f"Old {number}", f"2026-01-04T10:{number}:00Z") for number in range(10, 30)])
    first = shown(ben, world, "people/u1")
    (older,) = re.findall(r'href="\?(before=[^"#]+)', first)
    second = shown(ben, world, "people/u1?" + older)
    assert (len(events_in(first)), len(events_in(second))) == (50, 30)
    assert len({*events_in(first), *events_in(second)}) == 80
    assert "Back to the latest" in second
    assert "before=" not in second


def test_the_days_stand_in_a_calendar_that_leads_to_each(ben: Client, team: World) -> None:
    page = shown(ben, team, "people/u1")
    ((day, title),) = re.findall(r'from=(2026-\S+?)&amp;to=\1#timeline"[^>]*><rect[^>]*><title>(.*?)<', page)
    assert (day, title) == ("2026-01-05", "Jan 5, 2026: 4")


def test_a_company_shows_its_people_who_serves_it_and_who_did_what(ben: Client, team: World) -> None:
    team.send(
        group("u2", "acme", "2026-01-06T10:00:00Z", role="partner"), identify("u2", name="Rui Roe"),
        track("u2", "Board Made", "2026-01-06T10:05:00Z"), track("u2", "Elsewhere", "2026-01-02T10:05:00Z"),
    )  # fmt: skip
    page = shown(ben, team, "companies/acme")
    assert first_column(page) == ["Rui Roe", "Ada Lovelace"]
    assert "Served by Alder partner RR Rui Roe" in words(page)
    assert f'href="/p/{team.project.id}/companies/alder-1"' in page
    assert words(re.findall(r"<h4>(.*?)</h4>", page, re.S)[0]) == "Rui Roe one event"
    assert "Serves 1 Acme Ltd" in words(shown(ben, team, "companies/alder-1"))


def test_of_a_company_with_many_people_the_last_ones_are_shown_and_the_list_has_all(ben: Client, world: World) -> None:
    world.send(*[group(f"p{number}", "acme") for number in range(60)])
    page = shown(ben, world, "companies/acme")
    assert len(first_column(page)) == 50
    assert "All 60 people" in words(page)
    assert "1 to 50 of 60" in words(shown(ben, world, "people/", company="acme"))


def test_a_company_counts_the_events_that_its_timeline_tells(ben: Client, world: World) -> None:
    opened = [track("u1", "Opened", f"2026-01-05T10:0{n}:00Z") for n in range(6)]
    closed = [track("u1", "Closed", f"2026-01-06T10:0{n}:00Z") for n in range(2)]
    world.send(group("u1", "first", "2026-01-05T09:00:00Z"), *opened)
    world.send(group("u1", "second", "2026-01-06T09:00:00Z"), *closed)
    for company, events, last in (("first", 6, "2026-01-05T10:05"), ("second", 2, "2026-01-06T10:01")):
        page = shown(ben, world, f"companies/{company}")
        assert re.findall(r"<dt>Events</dt><dd>(\d+)</dd>", page) == [str(events)]
        assert sum(int(number) for number in re.findall(r"<h4>.*?(\d+) events", page, re.S)) == events
        row = page[page.index("<tbody>") : page.index("</tbody>")]
        assert f'<td class="number">{events}</td>' in row
        assert f'datetime="{last}' in row


def test_of_somebody_with_very_many_ids_all_are_counted(
    ben: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("groundswell.people.dossier.MOST_IDS", 5)
    world.send(*(identify("ada", f"phone{number}") for number in range(8)))
    world.send(*(track(f"~phone{number}", "Opened") for number in range(8)))
    found = dossier.person(world.project, "ada")
    assert (len(found.ids), found.ids_in_all, found.events) == (5, 9, 8)
    assert 'Ids</h2><span class="soft">9<' in shown(ben, world, "people/ada")


def test_many_traits_and_served_companies_are_folded_and_none_is_missing(ben: Client, world: World) -> None:
    world.send(
        identify("u1", **{f"trait_{number}": number for number in range(30)}),
        *[group("u1", f"c{number}", partner="hub") for number in range(12)], group("u2", "hub"),
    )  # fmt: skip
    person, hub = shown(ben, world, "people/u1"), shown(ben, world, "companies/hub")
    assert all(f"trait_{number}" in person for number in range(30))
    assert "6 more" in words(person)
    assert all(f"/companies/c{number}" in hub for number in range(12))
    assert "Serves 12" in words(hub)
    assert "4 more" in words(hub)


HOSTILE = '<script>alert("x")</script>\u202e' + "W" * 9_000


def test_hostile_names_traits_and_events_are_text(ben: Client, world: World) -> None:
    world.send(
        identify("u1", name=HOSTILE, note=HOSTILE, deep={"<b>": [HOSTILE]}), group("u1", "c1", name=HOSTILE, role="x"),
        track("u1", "<img src=x>", text=HOSTILE), track("<u2>", "Opened"),
    )  # fmt: skip
    for path in ("people/", "people/u1", "companies/", "companies/c1", "people/<u2>", "merge?id=u1&with=<u2>"):
        page = shown(ben, world, path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<u2>" not in page
    assert "&lt;script&gt;" in shown(ben, world, "people/u1")


def change(client: Client, world: World, path: str, **sent: str) -> int:
    return client.post(f"/p/{world.project.id}/{path}", sent).status_code


def test_a_role_is_changed_for_good_written_down_and_not_by_viewers(ben: Client, vera: Client, team: World) -> None:
    asked = {"person": "phone", "company": "acme", "role": "buyer"}
    assert change(vera, team, "role", **asked) == 403
    assert team.profile("u1").accounts[0]["role"] == "champion"
    assert change(ben, team, "role", **asked) == 302
    assert team.profile("u1").accounts[0]["role"] == "buyer"
    (entry, *_) = entries(team.project.id).items
    assert (entry.verb, entry.subject, entry.who) == ("people.role", "u1 · Acme Ltd", "ben@example.com")
    assert change(ben, team, "role", **{**asked, "role": ""}) == 302
    assert team.profile("u1").accounts[0]["role"] is None
    assert change(ben, team, "role", **{**asked, "role": "emperor"}) == 400
    assert change(ben, team, "role", **{**asked, "company": "nowhere"}) == 404
    assert change(ben, team, "role", **{**asked, "person": "nobody"}) == 404


def test_viewers_see_roles_and_no_way_to_change_anything(vera: Client, team: World) -> None:
    for path in ("people/u1", "companies/acme"):
        page = shown(vera, team, path)
        assert "champion" in page
        assert 'method="post"' not in page
        assert "Merge with" not in page


def test_somebody_is_brought_into_a_company_by_its_name(ben: Client, team: World) -> None:
    assert change(ben, team, "role", person="u1", company="Alder", role="admin") == 302
    assert {each["id"]: each["role"] for each in team.profile("u1").accounts} == {
        "acme": "champion",
        "alder-1": "admin",
    }
    assert first_column(shown(ben, team, "people/", company="alder-1", role="admin")) == ["Ada Lovelace"]


def test_a_partner_is_named_by_id_or_by_a_name_that_only_one_has(ben: Client, vera: Client, team: World) -> None:
    team.send(group("u8", "twin-1", name="Twin"), group("u8", "twin-2", name="Twin"))
    assert change(vera, team, "partner", company="acme", partner="twin-1") == 403
    assert change(ben, team, "partner", company="acme", partner="Twin") == 404
    assert change(ben, team, "partner", company="acme", partner="acme") == 400
    assert change(ben, team, "partner", company="acme", partner="twin-2") == 302
    assert "Served by Twin partner" in words(shown(ben, team, "companies/acme"))
    assert entries(team.project.id).items[0].subject == "Acme Ltd"
    assert change(ben, team, "partner", company="acme", partner="") == 302
    assert "Nobody serves this company" in shown(ben, team, "companies/acme")


@pytest.mark.parametrize(
    "path", ["people/", "people/u1", "companies/", "companies/acme", "merge?id=u1", "people/?q=zz"]
)
def test_in_korean_nothing_is_left_in_english(ben: Client, team: World, path: str) -> None:
    page = in_korean(ben, team, path)
    assert re.search("[가-힣]", words(page))
    assert english(page) == []
