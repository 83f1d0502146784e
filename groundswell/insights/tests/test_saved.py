"""Questions that a team keeps."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

from groundswell.insights import saved
from groundswell.insights.models import SavedQuestion
from groundswell.kernel.errors import Refusal
from groundswell.workspace.service import issue_key
from groundswell.workspace.shell import steps
from groundswell.workspace.types import Caller, KeyKind, Role
from tests.visitors import member
from tests.world import World, track

TREND = {"kind": "trend", "series": [{"event": "Signed Up"}], "date_from": "-30d", "date_to": "-1d"}
FUNNEL = {"kind": "funnel", "steps": [{"event": "Signed Up"}, {"event": "Paid"}], "window": "14d",
          "date_from": "-30d", "date_to": "-1d", "breakdown": "plan"}  # fmt: skip


@pytest.fixture
def ada(world: World) -> Client:
    return member(world.project, "ada", Role.EDITOR)


def keep(world: World, name: str = "Weekly sign-ups", question: Any = TREND, **more: Any) -> saved.Saved:
    return saved.save(Caller(is_operator=True), world.project, name=name, question=question, by="ada", **more)


def names(world: World, **more: Any) -> list[str]:
    return [each.name for each in saved.saved_questions(world.project, **more).items]


def text_of(client: Client, world: World, query: str = "") -> str:
    return client.get(f"/p/{world.project.id}/insights/{query}").content.decode()


# Verbs ---------------------------------------------------------------------------------------------------------------


def test_the_question_changed_last_comes_first(world: World) -> None:
    first = keep(world, "One")
    keep(world, "Two")
    saved.replace(Caller(is_operator=True), world.project, first.id, description="what we look at on Mondays")
    assert names(world) == ["One", "Two"]
    assert names(world, text="monday") == ["One"]


def test_what_cannot_be_asked_is_not_kept(world: World) -> None:
    with pytest.raises(Refusal, match="`series` must have"):
        keep(world, question={**TREND, "series": []})
    with pytest.raises(Refusal, match="needs a name"):
        keep(world, name="  ")
    kept = keep(world)
    with pytest.raises(Refusal):
        saved.replace(Caller(is_operator=True), world.project, kept.id, question={"kind": "x"})
    assert saved.saved_question(world.project, kept.id).question == TREND


def test_another_project_s_question_is_not_there(world: World, tmp_path: Any) -> None:
    other = World(tmp_path / "other")
    kept = keep(world)
    for attempt in (
        lambda: saved.saved_question(other.project, kept.id),
        lambda: saved.replace(Caller(is_operator=True), other.project, kept.id, name="Mine"),
        lambda: saved.remove(Caller(is_operator=True), other.project, kept.id),
    ):
        with pytest.raises(Refusal) as caught:
            attempt()
        assert caught.value.status == 404
    assert names(world) == ["Weekly sign-ups"]


def test_an_event_knows_the_questions_that_ask_for_it(world: World) -> None:
    keep(world, "Trend")
    keep(world, "Funnel", FUNNEL)
    assert [each.name for each in saved.using(world.project, "Paid")] == ["Funnel"]
    assert [each.name for each in saved.using(world.project, "Signed Up")] == ["Funnel", "Trend"]
    assert [each.name for each in saved.using(world.project, "plan")] == ["Funnel"]


# Pages ---------------------------------------------------------------------------------------------------------------


def test_a_question_is_saved_from_its_page_and_found_again(ada: Client, world: World) -> None:
    world.send(track("ben", "Signed Up"))
    response = ada.post(f"/p/{world.project.id}/insights/save", {"q": json.dumps(TREND), "name": "Weekly sign-ups"})
    assert response.status_code == 302
    query = parse_qs(urlsplit(response["Location"]).query)
    assert json.loads(query["q"][0]) == TREND
    assert "<h1><bdi>Weekly sign-ups</bdi></h1>" in ada.get(response["Location"]).content.decode()
    listed = text_of(ada, world)
    assert "Weekly sign-ups" in listed
    assert "Show how many people did Signed Up day by day in the last 30 days." in listed
    assert "Weekly sign-ups" in ada.get(f"/p/{world.project.id}/find?q=weekly").content.decode()


def test_what_a_question_is_for_stands_with_it(ada: Client, world: World) -> None:
    keep(world, description="what we look at on <Mondays>")
    assert "what we look at on &lt;Mondays&gt;" in text_of(ada, world)


def test_a_saved_question_is_replaced_from_its_page(ada: Client, world: World) -> None:
    kept = keep(world)
    ada.post(f"/p/{world.project.id}/insights/save", {"q": json.dumps(FUNNEL), "name": "To paying", "id": str(kept.id)})
    assert [(each.id, each.name, each.kind) for each in saved.saved_questions(world.project).items] == [
        (kept.id, "To paying", "funnel")
    ]


def test_a_saved_question_is_forgotten(ada: Client, world: World) -> None:
    kept = keep(world)
    assert ada.post(f"/p/{world.project.id}/insights/{kept.id}/remove").status_code == 302
    assert "No question is saved yet" in text_of(ada, world)


def test_a_viewer_reads_and_changes_nothing(world: World) -> None:
    kept = keep(world)
    ben = member(world.project, "ben", Role.VIEWER)
    assert "Weekly sign-ups" in text_of(ben, world)
    assert "Forget" not in text_of(ben, world)
    assert ben.post(f"/p/{world.project.id}/insights/{kept.id}/remove").status_code == 403
    assert ben.post(f"/p/{world.project.id}/insights/save", {"q": json.dumps(TREND), "name": "x"}).status_code == 403
    assert names(world) == ["Weekly sign-ups"]


def test_there_are_pages_of_them(ada: Client, world: World) -> None:
    for number in range(53):
        keep(world, f"Question {number}")
    assert "51 to 53 of 53" in text_of(ada, world, "?page=2")


def test_one_that_can_no_longer_be_asked_says_why(ada: Client, world: World) -> None:
    kept = keep(world)
    from groundswell.insights.models import SavedQuestion

    SavedQuestion.objects.filter(pk=kept.id).update(question={"kind": "gone"})
    assert "which is no kind of question" in text_of(ada, world)


def test_one_that_was_changed_is_marked_so_and_can_be_saved_beside_the_one_before(ada: Client, world: World) -> None:
    kept = keep(world, "To paying", FUNNEL)
    root = f"/p/{world.project.id}/insights"

    def page(question: Any) -> str:
        return ada.get(f"{root}/ask", {"q": json.dumps(question), "saved": kept.id}).content.decode()

    assert "Save as a new one" not in page(FUNNEL)
    changed = {**FUNNEL, "window": "7d"}
    text = page(changed)
    assert '<span class="tag">changed</span>' in text
    assert text.index("Save as a new one") < text.index("Replace the saved one")
    ada.post(f"{root}/save", {"q": json.dumps(changed), "name": "To paying in a week", "description": "For Mondays"})
    assert names(world) == ["To paying in a week", "To paying"]
    assert saved.saved_question(world.project, kept.id).question == FUNNEL
    assert names(world, text="monday") == ["To paying in a week"]


def test_saving_one_is_a_step_of_a_new_team(world: World) -> None:
    def is_done() -> bool:
        return next(done for step, done in steps(world.project) if step.view == "insights.funnel")

    assert not is_done()
    keep(world)
    assert is_done()


def test_why_one_can_no_longer_be_asked_is_said_in_the_reader_s_language(ada: Client, world: World) -> None:
    SavedQuestion.objects.filter(pk=keep(world).id).update(question={**TREND, "interval": "fortnight"})
    ada.cookies["groundswell_language"] = "ko"
    text = text_of(ada, world)
    assert "`interval`" in text
    assert "must be" not in text


def test_what_was_done_is_written_down(ada: Client, world: World) -> None:
    ada.post(f"/p/{world.project.id}/insights/save", {"q": json.dumps(TREND), "name": "Weekly sign-ups"})
    owner = member(world.project, "olga", Role.OWNER)
    text = owner.get(f"/p/{world.project.id}/audit").content.decode()
    assert "Saved a question" in text
    assert "Weekly sign-ups" in text


def test_what_no_text_can_hold_is_refused_and_spoils_nothing(ada: Client, world: World) -> None:
    root = f"/p/{world.project.id}/insights"
    for half in ('"\\ud800"', "9" * 5_000):
        asked = json.dumps(TREND).replace('"Signed Up"', half)
        assert ada.post(f"{root}/save", {"q": asked, "name": "Half"}).status_code == 400
        assert ada.get(f"{root}/ask", {"q": asked}).status_code == 400
    assert ada.post(f"{root}/save", {"q": json.dumps(TREND), "name": "A", "id": "9" * 5_000}).status_code < 500
    assert ada.get(f"{root}/").status_code == 200


# API -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def secret(world: World) -> str:
    return issue_key(project=world.project.id, kind=KeyKind.SECRET)


def api(world: World, secret: str, method: str, path: str, body: Any = None) -> HttpResponse:
    text = "" if body is None else json.dumps(body)
    return Client().generic(  # type: ignore[return-value]
        method, f"/api/v1/projects/{world.project.id}/{path}", text, content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip


def test_questions_are_kept_over_http(world: World, secret: str) -> None:
    made = json.loads(api(world, secret, "POST", "questions", {"name": "A", "question": TREND}).content)
    assert (made["name"], made["question"], made["description"]) == ("A", TREND, "")
    path = f"questions/{made['id']}"
    assert json.loads(api(world, secret, "PUT", path, {"name": "B"}).content)["name"] == "B"
    assert json.loads(api(world, secret, "GET", path).content)["question"] == TREND
    listed = json.loads(api(world, secret, "GET", "questions?search=b").content)
    assert (listed["total"], listed["questions"][0]["name"]) == (1, "B")
    assert api(world, secret, "DELETE", path).status_code == 200
    assert api(world, secret, "GET", path).status_code == 404
    assert api(world, secret, "POST", "questions", {"name": "A", "question": {}}).status_code == 400


def test_who_is_behind_a_number_over_http(world: World, secret: str) -> None:
    world.send(*(track(f"p{number}", "Signed Up", "2026-01-05T10:00:00Z") for number in range(7)))
    question = {**TREND, "date_from": "2026-01-01", "date_to": "2026-01-31"}
    asked: dict[str, Any] = {"question": question, "cell": {"series": 1, "period": "2026-01-05"}, "limit": 3}
    found, pages = [], 0
    while True:
        answer = json.loads(api(world, secret, "POST", "who", asked).content)
        assert answer["total"] == 7
        found += [each["id"] for each in answer["persons"]]
        pages += 1
        if answer["next"] is None:
            break
        asked["after"] = answer["next"]
    assert (sorted(found), pages) == ([f"p{number}" for number in range(7)], 3)
    lines = api(world, secret, "POST", "who?format=csv", asked).content.decode().splitlines()
    assert lines[0] == "id,name,email,accounts,companies,role,last_seen"
    assert sorted(line.split(",")[0] for line in lines[1:]) == sorted(found)
    assert api(world, secret, "POST", "who?format=xml", asked).status_code == 400
    assert api(world, secret, "POST", "who", {**asked, "after": "x"}).status_code == 400
    assert api(world, secret, "POST", "who", {**asked, "cell": {"step": 1}}).status_code == 400
