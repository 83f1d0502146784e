"""Exports through their page and over HTTP."""

from pathlib import Path

import pytest
from django.test import Client

from groundswell.exports import service
from groundswell.exports.models import Export
from groundswell.jobs.service import work_off
from groundswell.kernel.errors import Refusal
from groundswell.kernel.reasons import kept, to_keep
from groundswell.kernel.words import said
from groundswell.workspace.audit import entries
from groundswell.workspace.service import issue_key
from groundswell.workspace.types import KeyKind, Role
from tests.visitors import member
from tests.world import World, track


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GROUNDSWELL_EXPORTS", str(tmp_path / "exports"))


def test_an_editor_exports_from_the_page_and_takes_the_file_away(world: World) -> None:
    world.send(track("ada", "Signed Up", "2026-01-05T08:00:00Z"))
    ben, page = member(world.project, "ben", Role.EDITOR), f"/p/{world.project.id}/exports/"
    chosen = {"kind": "events", "format": "csv", "first": "2026-01-01", "last": "2026-01-31"}
    assert ben.post(page, chosen).headers["Location"] == page
    waiting = ben.get(page).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    work_off()
    done = ben.get(page, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in done
    assert "ben@example.com" in done
    answer = ben.get(f"{page}{Export.objects.get().pk}/file")
    assert 'filename="events-2026-01-01--2026-01-31.csv"' in answer.headers["Content-Disposition"]
    assert b"Signed Up" in b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()


def test_days_in_the_wrong_order_are_said_beside_the_form(world: World) -> None:
    ben, page = member(world.project, "ben", Role.EDITOR), f"/p/{world.project.id}/exports/"
    chosen = {"kind": "events", "format": "csv", "first": "2026-02-01", "last": "2026-01-01"}
    assert "Events are exported from one day to another." in ben.post(page, chosen).content.decode()
    assert not Export.objects.exists()


def test_what_goes_wrong_is_said_in_the_reader_s_language(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise Refusal(
            503,
            "broken",
            said("%(email)s is invited already.", email="Mars"),
            hint=said("Wait for them or stop some."),
        )

    ben, page = member(world.project, "ben", Role.EDITOR), f"/p/{world.project.id}/exports/"
    ben.cookies["groundswell_language"] = "ko"
    monkeypatch.setattr(service, "shares", broken)
    ben.post(page, {"kind": "people", "format": "csv"})
    work_off()
    failed = ben.get(page).content.decode()
    assert "끝나기를 기다리거나" in failed
    assert "Mars" in failed and "is invited already" not in failed
    monkeypatch.setattr(service, "MOST_WAITING", 0)
    refused = ben.post(page, {"kind": "people", "format": "csv"}).content.decode()
    assert "이미 많은 내보내기가 대기 중이에요. 끝나기를 기다리거나" in refused


@pytest.mark.parametrize("text", ["", "It broke.", "7", "null", "{}", '{"template": "%(x)s", "values": {"y": 1}}'])
def test_a_reason_that_is_no_sentence_stays_as_it_is(text: str) -> None:
    assert kept(text) == text
    assert kept(to_keep(text)) == text


def test_a_viewer_takes_files_away_and_begins_and_stops_nothing(world: World) -> None:
    ben, vera = member(world.project, "ben", Role.EDITOR), member(world.project, "vera", Role.VIEWER)
    page = f"/p/{world.project.id}/exports/"
    ben.post(page, {"kind": "people", "format": "csv"})
    number = Export.objects.get().pk
    assert vera.post(page, {"kind": "people", "format": "csv"}).status_code == 403
    assert vera.post(f"{page}{number}/stop").status_code == 403
    assert ben.post(f"{page}{number}/stop").status_code == 302
    assert Export.objects.get().state == "stopped"
    assert ben.post(f"{page}{number}/stop").status_code == 302
    noted = [(each.verb, each.who, each.subject) for each in entries(world.project.id, kind="export").items]
    assert noted == [("export.stopped", "ben@example.com", "people"), ("export.begun", "ben@example.com", "people")]
    assert vera.get(page).status_code == 200
    assert vera.get(f"{page}{number}/file").status_code == 404


def test_a_program_exports_with_the_secret_key(world: World) -> None:
    world.send(track("ada", "Signed Up", "2026-01-05T08:00:00Z"))
    key = {"Authorization": f"Bearer {issue_key(project=world.project.id, kind=KeyKind.SECRET)}"}
    client, path = Client(headers=key), f"/api/v1/projects/{world.project.id}/exports"
    wanted = {"kind": "events", "format": "parquet", "first": "2026-01-01", "last": "2026-01-31"}
    made = client.post(path, wanted, content_type="application/json").json()
    assert (made["state"], made["rows"], made["is_there"]) == ("waiting", 0, False)
    assert client.get(f"{path}/{made['id']}/file").json()["error"]["code"] == "not_found"
    work_off()
    done = client.get(f"{path}/{made['id']}").json()
    assert (done["state"], done["rows"], done["share"], done["is_there"]) == ("done", 1, 1.0, True)
    assert client.get(path).json()["total"] == 1
    assert client.get(f"{path}?page={10**30}").json() == {"exports": [], "total": 1}
    file = client.get(f"{path}/{made['id']}/file")
    assert b"".join(file.streaming_content).startswith(b"PAR1")  # type: ignore[attr-defined]
    file.close()
    assert client.delete(f"{path}/{made['id']}").json()["state"] == "done"
    wrong = client.post(path, {"kind": "everything"}, content_type="application/json")
    assert (wrong.status_code, "wanted.kind" in wrong.json()["error"]["fields"]) == (400, True)
