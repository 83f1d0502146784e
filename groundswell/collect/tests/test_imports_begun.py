"""Imports that are begun twice, in two ways, or by two at once; and what the list keeps of them."""

import html
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from groundswell.collect import importing
from groundswell.collect.imports import runs
from groundswell.collect.imports.types import State
from groundswell.collect.models import Import
from groundswell.collect.tests.importing import CSV, Importing, bring, finish, load, text, write_text
from groundswell.kernel.errors import Refusal
from groundswell.workspace.types import Caller, Role
from tests.visitors import member
from tests.world import World

pytestmark = pytest.mark.usefixtures("desk")
NAMED = "userId,event,timestamp\nada,Signed Up,2026-01-05 10:00\n"
OPERATOR = Caller(is_operator=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_text(tmp_path / "named.csv", NAMED)


def begin_at(world: World, file: Path, **columns: str) -> importing.ImportCard:
    return importing.begin_at(world.project, file, format="", columns=columns, by="groundswell import", caller=OPERATOR)


def test_a_file_named_again_in_other_words_is_the_same_import(world: World, desk: Importing, file: Path) -> None:
    first = begin_at(world, file)
    assert begin_at(world, file, userId="userId").id == first.id
    finish(desk)
    assert Import.objects.get().state == State.DONE
    assert world.counts() == {"loaded": 1}


def test_two_who_name_a_file_at_once_begin_one_import(world: World, desk: Importing, file: Path) -> None:
    def begin(_: int) -> int:
        try:
            return begin_at(world, file).id
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(begin, range(4)))
    finish(desk)
    assert numbers == {Import.objects.get().pk}
    assert world.counts() == {"loaded": 1}


def test_what_runs_already_is_not_begun_as_another_import(world: World, desk: Importing, file: Path) -> None:
    first = begin_at(world, file)
    row = Import.objects.get()
    row.pk, row.columns, row.state = None, {}, State.STOPPED.value
    row.save()
    with pytest.raises(Refusal, match="same content is being imported"):
        importing.begin(world.project, row.pk, caller=OPERATOR)
    finish(desk)
    assert importing.import_of(world.project, first.id).state is State.DONE
    assert importing.import_of(world.project, row.pk).state is State.STOPPED
    importing.begin(world.project, row.pk, caller=OPERATOR)
    finish(desk)
    assert importing.import_of(world.project, row.pk).known == 1


def test_an_import_from_the_command_line_is_in_the_audit_once(world: World, desk: Importing, file: Path) -> None:
    begin_at(world, file)
    begin_at(world, file)
    finish(desk)
    shown = text(member(world.project, "ada", Role.OWNER), f"/p/{world.project.id}/audit")
    assert shown.count("named.csv") == 1
    assert "Imported a file" in shown


def test_a_file_that_was_not_uploaded_is_not_said_to_be_deleted(
    world: World, desk: Importing, ben: Client, file: Path, page: str
) -> None:
    number = begin_at(world, file).id
    finish(desk)
    Import.objects.update(state=State.STOPPED.value)
    answer = ben.post(f"{page}{number}/discard", follow=True)
    shown = html.unescape(answer.content.decode())
    assert "The file was not uploaded: it lies on the server." in shown
    assert "The file is deleted." not in shown
    assert file.exists()
    assert "Discarded" not in text(member(world.project, "ada", Role.OWNER), f"/p/{world.project.id}/audit")


def test_a_list_of_imports_takes_as_many_queries_as_one_import(world: World, desk: Importing, file: Path) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert len(importing.listed_for_api(world.project).items) == Import.objects.count()
        return len(asked)

    begin_at(world, file)
    finish(desk)
    one = queries()
    row = Import.objects.get()
    for _ in range(9):
        row.pk = None
        row.save()
    assert queries() == one
    assert {each["name"] for each in importing.listed_for_api(world.project).items} == {"named.csv"}


def test_no_report_is_read_to_count_what_runs_and_what_waits(
    world: World, desk: Importing, ben: Client, page: str
) -> None:
    address = bring(ben, page, CSV)
    with CaptureQueriesContext(connection) as asked:
        bring(ben, page, CSV)
        ben.post(f"{address}/begin", {"format": "csv", "userId": "who", "event": "what"})
    of_all = [
        each["sql"] for each in asked if '"collect_import"."report"' in each["sql"] and '"id" =' not in each["sql"]
    ]
    assert not [sql for sql in of_all if "project_id" in sql]
    finish(desk)


def test_a_run_that_says_late_how_it_ended_does_not_undo_what_the_next_one_did(
    desk: Importing, ben: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, over, ended = bring(ben, page, CSV), importing._over, []
    with monkeypatch.context() as patch:
        patch.setattr(runs, "digest_of", lambda *_, **__: 1 / 0)
        patch.setattr(importing, "_over", lambda *run: (ended.append(run), over(*run)))
        assert "It failed" in load(desk, ben, address)
    assert "Everything is loaded" in load(desk, ben, address)
    importing._over(*ended[0])
    assert "Everything is loaded" in text(ben, address)
