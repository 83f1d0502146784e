"""The frame around the pages: where one arrives, what holds for every page."""

import pytest
from django.test import Client

from groundswell.console.middleware import POLICY
from groundswell.workspace.service import found_project
from groundswell.workspace.types import Role
from tests.visitors import member
from tests.world import World

PASSWORD = "a-long-whiteboard-9"


@pytest.fixture
def ada(db: None) -> Client:
    """Ada owns a project and has signed in."""
    found_project(email="ada@example.com", password=PASSWORD, name="Whiteboard")
    return signed_in("ada@example.com")


def signed_in(email: str) -> Client:
    client = Client()
    answer = client.post("/sign-in", {"email": email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def test_where_nobody_is_yet_the_first_owner_is_asked_for(db: None) -> None:
    assert Client().get("/").headers["Location"] == "/welcome"
    assert Client().get("/sign-in").headers["Location"] == "/welcome"


def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_the_page(ada: Client) -> None:
    stranger = Client()
    answer = stranger.get("/p/1/find?q=ada")
    assert answer.headers["Location"] == "/sign-in?next=%2Fp%2F1%2Ffind%3Fq%3Dada"
    answer = stranger.post("/sign-in", {"email": "ada@example.com", "password": PASSWORD, "next": "/p/1/find?q=ada"})
    assert answer.headers["Location"] == "/p/1/find?q=ada"


def test_a_part_of_a_page_sends_a_stranger_to_sign_in_as_a_whole(ada: Client) -> None:
    answer = Client().get("/p/1/find", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in?next=%2Fp%2F1%2Ffind")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_sent_to_another_site(ada: Client, elsewhere: str) -> None:
    answer = Client().post("/sign-in", {"email": "ada@example.com", "password": PASSWORD, "next": elsewhere})
    assert answer.headers["Location"] == "/"
    assert Client().post("/language", {"language": "ko", "next": elsewhere}).headers["Location"] == "/"


def test_the_front_leads_to_the_project_that_was_open_last(ada: Client) -> None:
    first = ada.get("/").headers["Location"]
    ada.post("/projects/new", {"name": "Second", "timezone": "Asia/Seoul", "currency": "KRW", "language": "ko"})
    assert ada.get("/").headers["Location"] == first
    second = first.replace(first.split("/")[2], str(int(first.split("/")[2]) + 1))
    ada.get(second)
    assert ada.get("/").headers["Location"] == second


def test_a_project_of_others_is_as_if_it_were_not_there(ada: Client) -> None:
    here = ada.get("/").headers["Location"]
    found_project(email="cleo@elsewhere.example", password=PASSWORD, name="Elsewhere")
    cleo = signed_in("cleo@elsewhere.example")
    answer = cleo.get(here)
    assert answer.status_code == 404
    assert "Whiteboard" not in answer.content.decode()


def test_the_language_is_kept_and_said(ada: Client) -> None:
    ada.post("/language", {"language": "ko", "next": "/"})
    page = ada.get(ada.get("/").headers["Location"])
    assert page.headers["Content-Language"] == "ko"
    assert '<html lang="ko"' in page.content.decode()
    assert "로그아웃" in page.content.decode()
    ada.post("/language", {"language": "xx", "next": "/"})
    assert ada.get("/sign-in").headers["Content-Language"] == "ko"


def test_without_a_choice_the_browser_s_language_counts(ada: Client) -> None:
    assert "로그인" in Client().get("/sign-in", headers={"Accept-Language": "ko-KR,en;q=0.5"}).content.decode()
    assert "Sign in" in Client().get("/sign-in", headers={"Accept-Language": "de"}).content.decode()


def test_a_project_s_language_counts_more_than_the_browser_s_and_a_choice_more_than_both(ada: Client) -> None:
    english_project = ada.get("/").headers["Location"]
    form = {"name": "Hangul", "timezone": "Asia/Seoul", "currency": "KRW", "language": "ko"}
    home = ada.post("/projects/new", form).headers["Location"].replace("start/", "").replace("start", "")
    english = {"Accept-Language": "en"}
    assert spoken(ada, home, english) == "ko"
    assert "로그아웃" in ada.get(home, headers=english).content.decode()
    assert spoken(ada, "/me", english) == "en"
    stranger = Client()
    assert spoken(stranger, home, english) == "en"
    assert [spoken(ada, english_project, {"Accept-Language": each}) for each in ("ko", "en")] == ["ko", "en"]
    ada.post("/language", {"language": "en", "next": "/"})
    assert spoken(ada, home, {"Accept-Language": "ko"}) == "en"
    del ada.cookies["groundswell_language"]
    assert spoken(ada, home, {"Accept-Language": "ko"}) == "en"


def test_a_project_of_others_does_not_tell_its_language(ada: Client) -> None:
    found_project(email="cleo@elsewhere.example", password=PASSWORD, name="Elsewhere", language="ko")
    for number in range(1, 9):
        if (page := ada.get(f"/p/{number}/")).status_code == 404:
            assert page.headers["Content-Language"] == "en"


def spoken(client: Client, path: str, headers: dict[str, str]) -> str:
    return client.get(path, headers=headers).headers["Content-Language"]


def test_the_theme_is_kept(ada: Client) -> None:
    home = ada.get("/").headers["Location"]
    assert 'data-theme="auto"' in ada.get(home).content.decode()
    ada.post("/theme", {"theme": "dark", "next": home})
    assert 'data-theme="dark"' in ada.get(home).content.decode()
    ada.post("/theme", {"theme": '"><script>', "next": home})
    assert 'data-theme="dark"' in ada.get(home).content.decode()


def test_every_page_forbids_what_is_not_ours(ada: Client) -> None:
    for path in ("/sign-in", ada.get("/").headers["Location"], "/nothing-here"):
        headers = ada.get(path).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in headers.get("Cache-Control", "no-store")
    assert "unsafe" not in POLICY


def test_what_is_not_there_is_a_page_for_people_and_json_for_programs(ada: Client) -> None:
    page = ada.get("/nothing-here")
    assert page.status_code == 404
    assert "There is nothing here." in page.content.decode()
    program = ada.get("/api/v2/nothing")
    assert (program.status_code, program.json()["error"]["code"]) == (404, "not_found")


def test_a_form_from_elsewhere_is_refused_in_a_sentence(ada: Client) -> None:
    careful = Client(enforce_csrf_checks=True)
    answer = careful.post("/sign-in", {"email": "ada@example.com", "password": PASSWORD})
    assert answer.status_code == 403
    assert "load the page again" in answer.content.decode()


def test_our_own_mistakes_are_said_even_if_pages_cannot_be_made(ada: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("nothing works")

    monkeypatch.setattr("groundswell.console.surroundings.projects_of", broken)
    ada.raise_request_exception = False
    answer = ada.get("/p/1/find")
    assert answer.status_code == 500
    assert answer.content.decode() == "This should not have happened; it was written down."


def test_a_search_by_one_letter_asks_for_more(ada: Client) -> None:
    home = ada.get("/").headers["Location"]
    assert "Type two letters or more." in ada.get(f"{home}find?q=a").content.decode()
    page = ada.get(f"{home}find", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_on_a_page_that_answers_a_form_the_language_leads_back_to_where_the_form_was(ada: Client) -> None:
    """The address of the answer is one to which forms are sent: a browser that goes there is told so."""
    wrong = {"name": "x" * 151}
    for before, back in (
        ("http://testserver/me?x=1", "http://testserver/me?x=1"), ("http://testserver/me/name", "/me"),
        ("https://evil.example/", "/me"), ("", "/me"),
    ):  # fmt: skip
        page = ada.post("/me/name", wrong, headers={"Referer": before}).content.decode()
        assert f'name="next" value="{back}"' in page
    assert 'name="next" value="/me?made=token"' in ada.get("/me?made=token").content.decode()
    page = ada.post("/projects/new", {}).content.decode()
    assert 'name="next" value="/projects/new"' in page


def test_where_there_is_only_a_form_is_a_page_with_a_way_back(ada: Client) -> None:
    home = ada.get("/").headers["Location"]
    answer = ada.get(f"{home}keys/3/rotate")
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert "At this address there is no page; it only takes a form." in page
    assert f'<a class="act go" href="{home}keys">Back</a>' in page
    assert f'href="{home}settings"' in page
    ada.cookies["groundswell_language"] = "ko"
    assert "양식을 보낼 때만 쓰는 주소예요." in ada.get("/language").content.decode()
    assert Client().get("/theme").status_code == 405
    assert ada.get(f"{home}keys/3/rotate", headers={"HX-Request": "true"}).content.decode().startswith("<p")


def test_a_page_that_is_not_there_keeps_the_navigation_of_a_project_that_one_may_see(ada: Client) -> None:
    home = ada.get("/").headers["Location"]
    found_project(email="cleo@elsewhere.example", password=PASSWORD, name="Elsewhere")
    cleo = signed_in("cleo@elsewhere.example")
    for path in ("nothing-here", "people/nobody", "imports/999"):
        answer = ada.get(home + path)
        assert answer.status_code == 404, path
        assert f'href="{home}keys"' in answer.content.decode(), path
        for who in (cleo, Client()):
            answer = who.get(home + path, follow=True)
            assert f'href="{home}keys"' not in answer.content.decode(), path
            assert "Whiteboard" not in answer.content.decode(), path
    assert f'href="{home}keys"' not in ada.get("/p/99999/keys").content.decode()


def test_the_search_finds_the_pages_that_one_may_see(world: World) -> None:
    find = f"/p/{world.project.id}/find?q=aud"
    there = f'href="/p/{world.project.id}/audit"'
    for role, times in ((Role.OWNER, 2), (Role.VIEWER, 0)):  # in the navigation and among the hits
        assert member(world.project, role.value, role).get(find).content.decode().count(there) == times


def test_in_korean_the_way_in_and_the_way_out_are_not_called_alike(ada: Client) -> None:
    ada.cookies["groundswell_language"] = "ko"
    home = ada.get("/").headers["Location"]
    page = ada.get(f"{home}settings").content.decode()
    assert ">데이터 연결</a>" in page
    assert ">내보내기</a>" in page
    assert "데이터 보내기" not in page
