"""People and companies as programs ask for them."""

from typing import Any

import pytest
from django.test import Client

from groundswell.kernel.errors import Refusal
from groundswell.workspace.audit import entries
from groundswell.workspace.service import issue_key
from groundswell.workspace.types import KeyKind, Role
from tests.visitors import member
from tests.world import World, group, identify, track


class Program:
    """Something with the project's secret key."""

    def __init__(self, world: World) -> None:
        self.headers = {"Authorization": f"Bearer {issue_key(project=world.project.id, kind=KeyKind.SECRET)}"}
        self.path = f"/api/v1/projects/{world.project.id}/"

    def get(self, path: str, **asked: Any) -> Any:
        return self._answered(Client().get(self.path + path, asked, headers=self.headers))

    def send(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        send = getattr(Client(), method)
        answer = send(self.path + path, body, content_type="application/json", headers=self.headers)
        assert answer.status_code == status, answer.content
        return answer.json()

    def _answered(self, answer: Any) -> Any:
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.fixture
def team(world: World) -> World:
    world.send(
        identify("ada", "phone", name="Ada", plan="pro"), group("ada", "acme", role="buyer", name="Acme"),
        track("ada", "Opened", "2026-01-05T10:00:00Z", size=3), track("~phone", "Closed", "2026-01-06T10:00:00Z"),
        identify("ben", name="Ben", plan="free"), group("ben", "acme"), group("ben", "zeta", "2026-01-05T11:00:00Z"),
        track("ben", "Opened", "2026-01-05T11:30:00Z"), track("~visitor", "Looked", "2026-01-04T10:00:00Z"),
    )  # fmt: skip
    return world


@pytest.fixture
def program(team: World) -> Program:
    return Program(team)


def test_people_are_listed_in_parts_of_which_none_is_left_out(program: Program) -> None:
    found, after = [], ""
    for _ in range(3):
        part = program.get("persons", limit=1, after=after)
        found += [each["id"] for each in part["persons"]]
        after = part["next"]
    assert sorted(found) == ["ada", "ben", "visitor"]
    assert program.get("persons", limit=1, after=after) == {"persons": [], "next": None}


def test_a_person_in_a_list(program: Program) -> None:
    (ada,) = program.get("persons", search="ada")["persons"]
    assert ada == {
        "id": "ada", "name": "Ada", "email": "", "known": True, "accounts": ["acme"], "role": "buyer", "events": 2,
        "first_seen": "2026-01-05T10:00:00+00:00", "last_seen": "2026-01-06T10:00:00+00:00",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"where": '["plan","is","pro"]'}, {"ada"}),
        ({"company": "acme"}, {"ada", "ben"}),
        ({"company": "acme", "role": "buyer"}, {"ada"}),
        ({"known": "false"}, {"visitor"}),
        ({"seen": 5}, {"ada"}),
        ({"seen": -5}, {"ben", "visitor"}),
        ({"seen": 10**12, "after": "soon"}, {"ada", "ben", "visitor"}),
    ],
)
def test_lists_are_narrowed_as_on_the_page(program: Program, asked: dict[str, Any], found: set[str]) -> None:
    assert {each["id"] for each in program.get("persons", **asked)["persons"]} == found


def test_companies_are_listed(program: Program) -> None:
    accounts = program.get("accounts")["accounts"]
    assert {(each["id"], each["name"], each["people"]) for each in accounts} == {
        ("acme", "Acme", 2),
        ("zeta", "zeta", 1),
    }


def test_a_timeline_of_every_id_of_somebody_and_of_a_company(program: Program) -> None:
    told = program.get("persons/phone/timeline")
    assert [(each["event"], each["id"], each["account"]) for each in told["events"]] == [
        ("Closed", "phone", "acme"), ("Opened", "ada", "acme"),
    ]  # fmt: skip
    assert told["events"][1]["properties"] == {"size": 3}
    assert told["next"] is None
    assert [each["event"] for each in program.get("persons/ada/timeline", date_to="2026-01-05")["events"]] == ["Opened"]
    assert [each["event"] for each in program.get("persons/ada/timeline", event="Closed")["events"]] == ["Closed"]
    assert [each["id"] for each in program.get("accounts/zeta/timeline")["events"]] == ["ben"]
    assert [each["id"] for each in program.get("accounts/acme/timeline")["events"]] == ["phone", "ada"]


def test_a_long_timeline_goes_on_behind_next(program: Program, team: World) -> None:
    team.send(*[track("ada", "Many", f"2026-01-07T10:00:{number % 60:02}Z", number=number) for number in range(70)])
    first = program.get("persons/ada/timeline", event="Many")
    second = program.get("persons/ada/timeline", event="Many", before=first["next"])
    numbers = [each["properties"]["number"] for each in first["events"] + second["events"]]
    assert (len(first["events"]), sorted(numbers), second["next"]) == (50, list(range(70)), None)


def test_two_people_are_merged_listed_and_undone(program: Program, team: World) -> None:
    before = program.get("persons/ben")
    done = program.send("post", "persons/ben/merge", into="ada")
    assert done["person"]["id"] == "ada"
    (made,) = program.get("persons/ben/merges")["merges"]
    assert (made["merge"], made["kind"], made["id"], made["by"]) == (done["merge"], "merge", "ben", "API")
    program.send("delete", f"persons/ada/merges/{made['merge']}")
    assert program.get("persons/ben") == before
    assert program.get("persons/ada/merges") == {"merges": []}
    assert [entry.by for entry in entries(team.project.id).items[:2]] == ["key", "key"]


def test_an_id_is_split_off_only_whose_it_is(program: Program) -> None:
    program.send("post", "persons/ben/split", 404, id="phone")
    assert program.send("post", "persons/ada/split", id="phone")["person"]["ids"] == ["phone"]


def test_roles_and_partners_are_set_by_the_ids_of_companies(program: Program) -> None:
    members = program.send("put", "accounts/acme/roles", person="ben", role="admin")["members"]
    assert {each["id"]: each["role"] for each in members} == {"ada": "buyer", "ben": "admin"}
    program.send("put", "accounts/acme/roles", 400, person="ben", role="emperor")
    program.send("put", "accounts/Acme/roles", 404, person="ben", role="admin")
    assert program.send("put", "accounts/acme/partner", partner="zeta")["traits"]["partner"] == "zeta"
    assert "partner" not in program.send("put", "accounts/acme/partner", partner="")["traits"]


def test_what_no_client_can_have_sent_is_nobody(program: Program) -> None:
    program.send("post", "persons/ben/merge", 400, into="\ud800")
    program.send("post", "persons/ben/merge", 404, into="")


def test_ids_that_differ_by_a_blank_are_two(program: Program, team: World) -> None:
    team.send(group("cleo", "acme "), identify("cleo"), identify("cleo "))
    members = program.send("put", "accounts/acme%20/roles", person="cleo", role="admin")["members"]
    assert [(each["id"], each["role"]) for each in members] == [("cleo", "admin")]
    assert "cleo" not in {each["id"] for each in program.get("accounts/acme")["members"]}
    ada = member(team.project, "olga", Role.EDITOR)
    form = {"person": "cleo", "company": "acme ", "role": "buyer", "from": "company"}
    ada.post(f"/p/{team.project.id}/role", form)
    assert [each["role"] for each in program.get("accounts/acme%20")["members"]] == ["buyer"]


def test_a_merge_is_taken_back_only_by_whom_it_is_of(program: Program) -> None:
    merge = program.send("post", "persons/visitor/merge", into="ben")["merge"]
    program.send("delete", f"persons/ada/merges/{merge}", 404)
    program.send("delete", f"persons/nobody/merges/{merge}", 404)
    assert program.get("persons/ben/merges")["merges"]
    program.send("delete", f"persons/ben/merges/{merge}")


def test_too_many_conditions_are_refused_and_none_is_left_out(program: Program, team: World) -> None:
    where = [f'["plan", "is_not", "{number}"]' for number in range(10)]
    assert len(program.get("persons", where=where)["persons"]) == 3
    path = f"{program.path}persons"
    assert Client().get(path, {"where": [*where, where[0]]}, headers=program.headers).status_code == 400


def test_where_the_store_refuses_nobody_is_merged(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise Refusal(503, "busy", "The store is busy.")

    with monkeypatch.context() as patch:
        patch.setattr("groundswell.people.service.id_names", busy)
        program.send("post", "persons/visitor/merge", 503, into="ben")
    assert program.get("persons/visitor")["ids"] == ["visitor"]


def test_bodies_are_json_as_it_is_written_down(program: Program) -> None:
    path = f"{program.path}vocabulary"
    for body in ('{"signed_up": "\\ud800"}', '{"signed_up": NaN}', "{"):
        answer = Client().put(path, body, content_type="application/json", headers=program.headers)
        assert answer.status_code == 400, body


def test_who_is_in_a_company_by_hand_alone_is_there_as_long_as_the_role(program: Program) -> None:
    def members() -> dict[str, str | None]:
        return {each["id"]: each["role"] for each in program.get("accounts/acme")["members"]}

    program.send("put", "accounts/acme/roles", person="visitor", role="partner")
    assert members() == {"ada": "buyer", "ben": None, "visitor": "partner"}
    for person in ("visitor", "ada"):
        program.send("put", "accounts/acme/roles", person=person, role="")
    assert members() == {"ada": None, "ben": None}, "ada said herself that she is there"
    assert program.get("persons/visitor")["accounts"] == []
    program.send("put", "accounts/acme/roles", person="visitor", role="champion")
    assert members()["visitor"] == "champion"
