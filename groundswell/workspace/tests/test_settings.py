"""What is settled for a project, by its owners; and what happens while its days go over to another zone."""

from typing import Any

import pytest

from groundswell.kernel.errors import Refusal
from groundswell.kernel.happenings import listen
from groundswell.workspace import audit
from groundswell.workspace.models import Project
from groundswell.workspace.projects import (
    counting_days,
    days_are_counted,
    note_counted,
    settle,
    settled,
    wanted_zone,
    with_days_to_count,
)
from groundswell.workspace.service import project_card
from groundswell.workspace.tests.conftest import Office, api, person
from groundswell.workspace.tokens import issue_token
from groundswell.workspace.types import ProjectZoneChanged

FORM = {"name": "Whiteboard", "timezone": "UTC", "currency": "USD", "language": "en"}
SEOUL = "Asia/Seoul"

told: list[ProjectZoneChanged] = []
listen(ProjectZoneChanged, told.append)


@pytest.fixture(autouse=True)
def nothing_told() -> None:
    told.clear()


def changed(office: Office, **fields: str) -> Any:
    return office["ada"].post(office.url("settings"), {**FORM, **fields})


def test_an_owner_renames_and_chooses_currency_and_language(office: Office) -> None:
    assert changed(office, name=" Board ", currency="KRW", language="ko").status_code == 302
    card = project_card(office.project.id)
    assert (card.name, card.currency, card.language, card.timezone) == ("Board", "KRW", "ko", "UTC")
    assert told == []
    (entry,) = audit.entries(office.project.id, kind="project", size=1).items
    assert (entry.who, entry.detail) == (
        "ada@example.com",
        {"name": ["Whiteboard", "Board"], "currency": ["USD", "KRW"], "language": ["en", "ko"]},
    )


@pytest.mark.parametrize("zone", ["Japan", "EST", "GMT"])
def test_a_zone_that_is_not_offered_is_kept_where_it_is(office: Office, zone: str) -> None:
    """A browser sends the first of a list in which nothing is selected."""
    assert f'value="{zone}"' not in office["ada"].get(office.url("settings")).content.decode()
    Project.objects.filter(pk=office.project.id).update(timezone=zone)
    assert f'value="{zone}" selected' in office["ada"].get(office.url("settings")).content.decode()
    assert changed(office, name="Board", timezone=zone).status_code == 302
    assert project_card(office.project.id).timezone == zone


def test_money_that_nobody_pays_with_any_more_is_not_offered_but_kept_where_it_is(office: Office) -> None:
    page = office["ada"].get(office.url("settings")).content.decode()
    assert 'value="EUR"' in page and 'value="KRW"' in page
    for dead in ("YUM", "ADP", "DEM", "XTS", "XAU"):
        assert f'value="{dead}"' not in page
        assert "errorlist" in changed(office, currency=dead).content.decode()
    Project.objects.filter(pk=office.project.id).update(currency="DEM")
    assert 'value="DEM" selected' in office["ada"].get(office.url("settings")).content.decode()
    assert changed(office, currency="DEM").status_code == 302


def test_keeping_everything_writes_nothing_down(office: Office) -> None:
    changed(office)
    assert [entry.verb for entry in audit.entries(office.project.id, kind="project").items] == ["project.made"]


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "x" * 201}, {"timezone": "Mars/Olympus"}, {"currency": "ÖÖÖ"}, {"language": "tlh"}]
)
def test_what_does_not_fit_changes_nothing(office: Office, wrong: dict[str, str]) -> None:
    page = changed(office, **wrong)
    assert (page.status_code, "errorlist" in page.content.decode()) == (200, True)
    with pytest.raises(Refusal) as refused:
        settle(office.caller("ada"), office.project, **{**FORM, **wrong})
    assert refused.value.fields.keys() == wrong.keys()
    assert project_card(office.project.id) == office.project


def test_two_projects_of_an_organisation_have_two_names(office: Office) -> None:
    organisation = Project.objects.get(pk=office.project.id).organisation
    Project.objects.create(organisation=organisation, name="Second")
    assert "There is a project named" in changed(office, name="Second ").content.decode()
    assert changed(office, name="Elsewhere").status_code == 302  # that is somebody else's


@pytest.mark.parametrize("who", ["ben", "vera"])
def test_others_read_and_change_nothing(office: Office, who: str) -> None:
    page = office[who].get(office.url("settings")).content.decode()
    assert '<fieldset class="form" disabled>' in page
    assert "Owners can change this." in page
    assert office[who].post(office.url("settings"), {**FORM, "name": "Mine"}).status_code == 403
    token = issue_token(person(who).pk, name="sly")
    assert api("PATCH", f"projects/{office.project.id}", token, name="Mine")[0] == 403
    assert project_card(office.project.id).name == "Whiteboard"


def test_another_owner_changes_nothing(office: Office) -> None:
    assert office["cleo"].post(office.url("settings"), {**FORM, "name": "Mine"}).status_code == 404
    token = issue_token(person("cleo").pk, name="far")
    assert api("PATCH", f"projects/{office.project.id}", token, name="Mine")[0] == 404
    assert api("PATCH", f"projects/{office.project.id}", office.other_keys.secret_key, name="Mine")[0] == 404


def test_programs_of_owners_change_what_they_name(office: Office) -> None:
    token, path = issue_token(person("ada").pk, name="terraform"), f"projects/{office.project.id}"
    assert api("PATCH", path, token, currency="eur")[1]["currency"] == "EUR"
    assert api("PATCH", path, token, currency="euro")[1]["error"]["fields"].keys() == {"currency"}
    assert api("PATCH", path, office.keys.secret_key, currency="USD")[0] == 403
    assert api("GET", path, office.keys.secret_key)[1] == {
        "id": office.project.id, "name": "Whiteboard", "timezone": "UTC", "currency": "EUR", "language": "en",
    }  # fmt: skip


# Another zone


def test_until_the_days_are_counted_the_project_stays_in_its_zone(office: Office) -> None:
    changed(office, timezone=SEOUL)
    assert told == [ProjectZoneChanged(office.project.id, SEOUL)]
    assert (project_card(office.project.id).timezone, wanted_zone(office.project.id)) == ("UTC", SEOUL)
    assert with_days_to_count() == [office.project]
    days_are_counted(office.project.id, timezone=SEOUL)
    assert (project_card(office.project.id).timezone, with_days_to_count()) == (SEOUL, [])


def test_the_page_says_what_happens_and_how_far_it_is(office: Office) -> None:
    changed(office, timezone=SEOUL)
    note_counted(office.project.id, share=0.4)
    for who in ("ada", "vera"):
        page = office[who].get(office.url("settings")).content.decode()
        assert "All days are being counted anew in Asia/Seoul." in page
        assert 'value="0.400"' in page
        assert '<option value="Asia/Seoul" selected>' in page
    part = office["ada"].get(office.url("settings"), headers={"hx-request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in part
    assert "<form" not in part
    days_are_counted(office.project.id, timezone=SEOUL)
    part = office["ada"].get(office.url("settings"), headers={"hx-request": "true"}).content.decode()
    assert "All days are counted in Asia/Seoul." in part
    assert "hx-trigger" not in part


def test_programs_are_told_how_far_it_is(office: Office) -> None:
    token, path = issue_token(person("ada").pk, name="terraform"), f"projects/{office.project.id}"
    answer = api("PATCH", path, token, timezone=SEOUL)[1]
    assert (answer["timezone"], answer["counting"]) == ("UTC", {"timezone": SEOUL, "share": 0})
    note_counted(office.project.id, share=1 / 3)
    assert api("GET", path, office.keys.secret_key)[1]["counting"]["share"] == 0.333
    days_are_counted(office.project.id, timezone=SEOUL)
    assert "counting" not in api("GET", path, token)[1]


def test_other_settings_may_be_changed_meanwhile_and_leave_the_zone_alone(office: Office) -> None:
    changed(office, timezone=SEOUL)
    token = issue_token(person("ada").pk, name="terraform")
    api("PATCH", f"projects/{office.project.id}", token, name="Board")
    assert (wanted_zone(office.project.id), len(told)) == (SEOUL, 1)
    assert settled(office.project)["name"] == "Board"


def test_whoever_goes_back_before_it_is_done_is_back(office: Office) -> None:
    changed(office, timezone=SEOUL)
    changed(office, timezone="UTC")
    assert (counting_days(office.project), with_days_to_count()) == (None, [])


def test_what_was_counted_for_a_zone_that_nobody_wants_any_more_is_not_the_end(office: Office) -> None:
    """The store is in Seoul then, and so is the project until it is in Paris."""
    changed(office, timezone=SEOUL)
    changed(office, timezone="Europe/Paris")
    days_are_counted(office.project.id, timezone=SEOUL)
    assert project_card(office.project.id).timezone == SEOUL
    counting = counting_days(office.project)
    assert counting is not None
    assert counting.timezone == "Europe/Paris"


def test_a_project_that_is_gone_is_nobody_s_business(office: Office) -> None:
    days_are_counted(99_999, timezone=SEOUL)
    note_counted(99_999, share=1)
    assert wanted_zone(99_999) is None
