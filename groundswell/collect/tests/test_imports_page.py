"""Importing a file from the console: chosen, looked at, loaded, stopped, gone on with."""

import csv
import errno
import gzip
import html
import re
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from groundswell.collect import chosen_files, importing, uploads
from groundswell.collect.imports import runs
from groundswell.collect.imports.types import State
from groundswell.collect.models import Import
from groundswell.collect.tests.importing import CHOSEN, CSV, ROWS, Importing, bring, finish, load, text, waiting
from groundswell.workspace.types import Role
from tests.visitors import member
from tests.world import World

pytestmark = pytest.mark.usefixtures("desk")
PART = {"HX-Request": "true"}


# Looking


def test_a_file_is_looked_at_before_anything_is_loaded(world: World, ben: Client, page: str) -> None:
    shown = text(ben, bring(ben, page, CSV))
    assert '<option value="who" selected>' in shown
    assert '<option value="what" selected>' in shown
    assert '<option value="when" selected>' in shown
    assert "2 of 3 rows will be loaded." in shown
    assert "The row does not say who did it." in shown
    assert "The first is row 3" in shown
    assert "Jan 5, 2026" in shown
    assert world.counts() == {"loaded": 0}


def test_a_column_is_chosen_anew_and_shown_at_once(ben: Client, page: str) -> None:
    address = bring(ben, page, "customer reference,what\nada,Signed Up\n")
    shown = text(ben, address)
    assert "Choose the column that says who did it" in shown
    assert "Import it" not in shown
    chosen = "?format=csv&of=csv&event=what&userId=customer+reference"
    again = text(ben, address + chosen, **PART)
    assert "<html" not in again
    assert "1 of 1 rows will be loaded." in again
    assert "No row says when it happened" in again
    assert '<input type="hidden" name="userId" value="customer reference">' in again


def test_one_column_is_not_two_things(ben: Client, page: str) -> None:
    address = bring(ben, page, CSV)
    assert "The column 'who' is chosen twice." in text(ben, f"{address}?format=csv&of=csv&event=who&userId=who")


def test_a_format_that_was_guessed_wrong_is_corrected_and_columns_guessed_anew(ben: Client, page: str) -> None:
    line = '{"type": "track", "userId": "ada", "event": "Signed Up", "who": "x"}\n'
    address = bring(ben, page, line, "clicks.jsonl")
    assert "property" not in text(ben, address)
    shown = text(ben, f"{address}?format=jsonl&of=segment")
    assert '<option value="userId" selected>' in shown
    assert "This is not a Parquet file." in text(ben, f"{address}?format=parquet&of=segment")


def test_a_file_that_looks_like_nothing_is_a_table_until_people_say_otherwise(ben: Client, page: str) -> None:
    shown = text(ben, bring(ben, page, "who\nada\n", "export.dat"))
    assert '<option value="csv" selected>' in shown
    assert "Choose the column that says what happened." in shown


def test_it_is_said_for_which_writing_a_text_was_taken(ben: Client, page: str) -> None:
    address = bring(ben, page, "who,what\nada,Ångels\n".encode("cp1252"))
    shown = text(ben, address)
    assert "The file was written in CP1252 and was made UTF-8." in shown
    assert "Ångels" in shown


# Refused


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("clicks.xlsx", b"PK\x03\x04 a workbook", "This is an archive or a workbook."),
        ("clicks.csv", b"", "clicks.csv is empty."),
        ("clicks.csv", b"who,who\n1,2\n", "Two columns are named 'who'."),
        ("clicks.json", b'[{"who": 1}]', "clicks.json holds one JSON list. Write one object a line: jq -c '.[]' FILE"),
        ("clicks.parquet", b"PAR1 and then nothing", "clicks.parquet cannot be read on"),
        ("clicks.csv.gz", gzip.compress(CSV.encode(), mtime=0)[:20], "cannot be inflated"),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_in_a_sentence_and_not_kept(
    world: World, ben: Client, page: str, name: str, content: bytes, sentence: str
) -> None:
    assert bring(ben, page, content, name) == page
    shown = text(ben, page)
    assert sentence in shown
    assert str(uploads.uploads_folder()) not in shown
    assert waiting(world) == []
    assert not Import.objects.exists()


def test_a_file_that_is_too_large_is_refused_and_not_kept(
    world: World, ben: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MEGABYTE", 10)
    answer = ben.post(page, {"file": SimpleUploadedFile("a.csv", CSV.encode() * 50)})
    assert answer.status_code == 413
    assert "The file is larger than 500 MB." in html.unescape(answer.content.decode())
    monkeypatch.setattr(uploads, "_BESIDES", 1_000_000)  # a form that does not say how large it is
    assert ben.post(page, {"file": SimpleUploadedFile("a.csv", CSV.encode() * 50)}).status_code == 413
    assert waiting(world) == []


def test_whoever_may_not_import_leaves_no_file(world: World, page: str) -> None:
    vera = member(world.project, "vera", Role.VIEWER)
    assert vera.get(page).status_code == 403
    assert vera.post(page, {"file": SimpleUploadedFile("a.csv", CSV.encode())}).status_code == 403
    assert Client().post(page, {"file": SimpleUploadedFile("a.csv", CSV.encode())}).status_code == 302
    assert waiting(world) == []


def test_viewers_neither_see_nor_change_an_import(world: World, ben: Client, page: str) -> None:
    address, vera = bring(ben, page, CSV), member(world.project, "vera", Role.VIEWER)
    assert vera.get(address).status_code == 403
    for verb in ("begin", "stop", "discard"):
        assert vera.post(f"{address}/{verb}", CHOSEN).status_code == 403
    assert Import.objects.get().state == "ready"


def test_a_form_from_another_site_leaves_no_file(world: World, ben: Client, page: str) -> None:
    checked = Client(enforce_csrf_checks=True)
    checked.cookies = ben.cookies
    checked.get(page)  # which gives a cookie, so that the form is read for its token
    assert settings.CSRF_COOKIE_NAME in checked.cookies
    assert checked.post(page, {"file": SimpleUploadedFile("a.csv", CSV.encode())}).status_code == 403
    assert Import.objects.count() == 0
    assert waiting(world) == []


def test_a_full_disk_is_told_and_leaves_no_file(
    world: World, ben: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(uploads.Uploads, "new_file", has_no_room(full))
        answer = ben.post(page, {"file": SimpleUploadedFile("a.csv", CSV.encode())})
    assert answer.status_code == 507
    assert "The file could not be kept: No space left on device." in html.unescape(answer.content.decode())
    assert waiting(world) == []
    with monkeypatch.context() as patch:
        patch.setattr(chosen_files, "note_change", full)  # or the database has no room
        with pytest.raises(OSError, match="No space left"):
            ben.post(page, {"file": SimpleUploadedFile("a.csv", CSV.encode())})
    assert waiting(world) == []


def has_no_room(full: Callable[..., None]) -> Callable[..., None]:
    """Opens a file that cannot be written."""
    new_file = uploads.Uploads.new_file

    def opens(handler: uploads.Uploads, *args: Any, **kwargs: Any) -> None:
        new_file(handler, *args, **kwargs)
        assert handler._to is not None
        handler._to.close()
        handler._to = SimpleNamespace(write=full, close=full, closed=False)  # type: ignore[assignment]

    return opens


def test_an_import_of_another_project_is_not_there(
    world: World, ben: Client, page: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    number = bring(ben, page, CSV).rsplit("/", 1)[1]
    other = World(tmp_path_factory.mktemp("other"))
    elsewhere = member(other.project, "cleo", Role.OWNER)
    assert elsewhere.get(f"/p/{other.project.id}/imports/{number}").status_code == 404
    assert elsewhere.post(f"/p/{other.project.id}/imports/{number}/begin", CHOSEN).status_code == 404


def test_a_file_lies_under_a_name_of_ours_whatever_it_is_called(world: World, ben: Client, page: str) -> None:
    name = "../../etc/<img src=x onerror=alert(1)>\u202egpj.csv"
    address = bring(ben, page, CSV, name)
    (path,) = waiting(world)
    assert re.fullmatch(r"[0-9a-f]{32}\.csv", path.name)
    shown = ben.get(address).content.decode()
    assert "<img" not in shown
    assert "\u202e" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;gpj.csv" in shown


def test_hostile_contents_are_shown_as_text(ben: Client, page: str) -> None:
    shown = ben.get(bring(ben, page, 'who,what,"<script>x</script>"\n<b>ada</b>,"<i>E</i>",' + "y" * 5_000 + "\n"))
    content = shown.content.decode()
    assert "<script>x" not in content
    assert "<b>ada" not in content
    assert "&lt;b&gt;ada&lt;/b&gt;" in content
    assert "y" * 300 not in content


# Loading


def test_an_import_is_loaded_as_it_was_looked_at(world: World, desk: Importing, ben: Client, page: str) -> None:
    address = bring(ben, page, CSV)
    shown = load(desk, ben, address)
    assert "Everything is loaded" in shown
    assert "<strong>2</strong> of 3 rows were loaded" in shown
    assert "Rows that were dropped" in shown
    assert "Fill the column in, or choose another that says who." in shown
    assert world.counts() == {"loaded": 2, "missing_id": 1}
    sql = "SELECT event, toString(timestamp), properties FROM scope.events ORDER BY timestamp"
    assert world.run(sql) == [
        ("Signed Up", "2026-01-05 10:00:00.000000", '{"plan":"pro"}'),
        ("Signed Up", "2026-01-05 11:00:00.000000", '{"plan":"free"}'),
    ]
    assert waiting(world) == []
    assert "done" in text(ben, page)


def test_a_who_column_and_no_time_count_as_of_the_import(desk: Importing, ben: Client, page: str) -> None:
    address = bring(ben, page, "who,what,timestamp\nada,Signed Up,2026-01-05\nben,Signed Up,2026-01-06\n")
    shown = load(desk, ben, address, {"format": "csv", "userId": "who", "event": "what"})  # no time was chosen
    assert "2 rows did not say when they happened, and count as of the import." in shown


def test_progress_is_told_and_a_stopped_import_goes_on_without_doubling(
    world: World, desk: Importing, ben: Client, page: str
) -> None:
    rows = "".join(f"u{row},E,2026-01-05 10:00:{row:02}\n" for row in range(3 * ROWS))
    address = bring(ben, page, f"who,what,when\n{rows}")
    ben.post(f"{address}/begin", CHOSEN)
    while not desk.world.loader.load_offered():
        time.sleep(0.001)
    progress = text(ben, address, **PART)
    assert 'hx-trigger="every 1s"' in progress
    assert "The file is being" in progress
    ben.post(f"{address}/stop")
    finish(desk)
    stopped = Import.objects.get()
    assert stopped.state == "stopped"
    assert ROWS <= stopped.report["loaded"] < 3 * ROWS
    assert "Go on" in text(ben, address)
    ben.post(f"{address}/begin")
    finish(desk)
    shown = text(ben, address)
    assert f"<strong>{3 * ROWS}</strong> of {3 * ROWS} rows were loaded" in shown
    assert "rows were loaded before" not in shown
    assert world.counts() == {"loaded": 3 * ROWS}


def test_the_end_of_the_process_stops_an_import_and_it_may_go_on(
    world: World, desk: Importing, ben: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = bring(ben, page, CSV)
    Import.objects.update(state="loading", columns={"userId": "who", "event": "what", "timestamp": "when"})
    assert "Stopped" in text(ben, address)
    assert "Everything is loaded" in load(desk, ben, address, {})
    assert world.counts() == {"loaded": 2, "missing_id": 1}


def test_the_same_file_brought_again_holds_nothing_new(world: World, desk: Importing, ben: Client, page: str) -> None:
    load(desk, ben, bring(ben, page, CSV))
    shown = load(desk, ben, bring(ben, page, CSV, "again.csv"))
    assert "All 3 rows of this file were loaded before." in shown
    assert world.counts() == {"loaded": 2, "missing_id": 1}


def test_what_goes_wrong_later_names_the_file_as_people_do(desk: Importing, ben: Client, page: str) -> None:
    broken = gzip.compress(("who,what\n" + "".join(f"u{row},E{row * 7919}\n" for row in range(90_000))).encode())
    address = bring(ben, page, broken[:-2_000], "clicks.csv.gz")
    shown = load(desk, ben, address, {"format": "csv", "userId": "who", "event": "what"})
    assert "It failed" in shown
    assert "clicks.csv.gz cannot be read on" in shown
    assert "uploads" not in shown
    assert "Try again" in shown


def test_a_spoilt_row_shows_no_secret(desk: Importing, ben: Client, page: str) -> None:
    address = bring(ben, page, "who,what,Password\nada,E,hunter2,too,many\nben,E,hunter3\n")
    for shown in (text(ben, address), load(desk, ben, address, {"format": "csv", "userId": "who", "event": "what"})):
        assert "The row has more or fewer fields" in shown
        assert "•••" in shown
        assert "hunter2" not in shown
    plain = bring(ben, page, "who,what,plan\nada,E,pro,too,many\n")
    assert "ada,E,pro,too,many" in text(ben, plain)


def test_where_a_file_lies_on_the_server_is_not_told(
    world: World, desk: Importing, ben: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = bring(ben, page, CSV)
    (path,) = waiting(world)

    def lost(*_: Any, **__: Any) -> None:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))

    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError(f"{path} and {path.parent}/other")

    for failure, sentence in [
        (lost, "clicks.csv cannot be read on: No such file or directory"),
        (broken, "Something unexpected happened: FILE and …/other"),
    ]:
        with monkeypatch.context() as patch:
            patch.setattr(runs, "digest_of", failure)
            shown = load(desk, ben, address)
        assert sentence in shown
        assert "uploads" not in shown


def test_how_a_run_ended_is_written_down_once_the_database_has_time(
    desk: Importing, ben: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_down, refused = importing._write_down, []

    def is_busy_twice(*ended: Any) -> Import | None:
        if len(refused) == 2:
            return write_down(*ended)
        refused.append(ended)
        raise OperationalError("database is locked")

    monkeypatch.setattr(importing, "_write_down", is_busy_twice)
    monkeypatch.setattr(importing, "WAITS", (0.0, 0.0, 0.0))
    assert "Everything is loaded" in load(desk, ben, bring(ben, page, CSV))
    assert len(refused) == 2


def test_a_mapping_that_says_too_little_begins_nothing(world: World, ben: Client, page: str) -> None:
    address = bring(ben, page, CSV)
    ben.post(f"{address}/begin", {"format": "csv", "event": "what"})
    assert "Choose the column that says who did it" in text(ben, address)
    ben.post(f"{address}/begin", {"format": "csv", "event": "what", "userId": "nobody"})
    assert "There is no column 'nobody' for userId." in text(ben, address)
    assert Import.objects.get().state == "ready"


def test_a_file_is_discarded(world: World, desk: Importing, ben: Client, page: str) -> None:
    address = bring(ben, page, CSV)
    assert ben.post(f"{address}/discard").headers["Location"] == page
    assert waiting(world) == []
    assert ben.get(address).status_code == 404


def test_a_file_is_discarded_from_the_list_too(world: World, desk: Importing, ben: Client, page: str) -> None:
    address = bring(ben, page, CSV)
    form = f'action="{address}/discard"'
    assert form in text(ben, page)
    load(desk, ben, address)
    assert form not in text(ben, page)  # its file is gone


def test_a_field_as_long_as_a_book_is_looked_at_and_dropped_as_what_it_is(ben: Client, page: str) -> None:
    address = bring(ben, page, f"who,what,book\nada,E,short\nben,E,{'x' * 200_000}\n")
    shown = text(ben, address)
    assert "1 of 2 rows will be loaded." in shown
    assert "too_large" in shown


def test_a_table_that_cannot_be_taken_apart_is_refused_and_can_be_discarded(
    world: World, ben: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = bring(ben, page, CSV)

    def odd(*_: Any, **__: Any) -> None:
        raise csv.Error("it is odd")

    monkeypatch.setattr(csv, "reader", odd)
    shown = text(ben, address)
    assert "clicks.csv cannot be read on: it is odd" in shown
    assert "Discard the file" in shown
    assert bring(ben, page, CSV, "other.csv") == page
    assert "other.csv cannot be read on: it is odd" in text(ben, page)
    assert len(waiting(world)) == 1


def test_who_did_what_with_a_file_is_in_the_audit(world: World, desk: Importing, ben: Client, page: str) -> None:
    load(desk, ben, bring(ben, page, CSV))
    bring(ben, page, CSV, "other.csv")
    shown = text(member(world.project, "ada", Role.OWNER), f"/p/{world.project.id}/audit")
    for line in ("Brought a file to be imported", "Imported a file", "other.csv", "ben@example.com"):
        assert line in shown


def test_only_so_many_files_wait_and_old_ones_go(
    world: World, ben: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chosen_files, "MOST_WAITING", 2)
    first = bring(ben, page, CSV)
    bring(ben, page, CSV)
    assert bring(ben, page, CSV) == page
    assert "2 files wait to be imported. Import some, or discard them." in text(ben, page)
    Import.objects.filter(pk=int(first.rsplit("/", 1)[1])).update(at="2020-01-01T00:00:00Z")
    assert bring(ben, page, CSV) != page
    assert ben.get(first).status_code == 404


def test_imports_are_listed_a_page_at_a_time(world: World, ben: Client, page: str) -> None:
    rows: list[Any] = [
        Import(project_id=world.project.id, name=f"f{number}.csv", path="/gone", format="csv", state="done", by="x")
        for number in range(51)
    ]
    Import.objects.bulk_create(rows)
    first, second = text(ben, page), text(ben, f"{page}?page=2")
    assert "f50.csv" in first
    assert "f0.csv" not in first
    assert "f0.csv" in second


def test_what_lies_where_it_should_not_is_not_read(ben: Client, page: str) -> None:
    address = bring(ben, page, CSV)
    Import.objects.update(is_ours=False)
    assert ben.get(address).status_code == 410


def test_the_time_left_is_that_of_the_rows_left_at_the_rate_of_this_run() -> None:
    # 1,000 rows are a quarter of the file, so 3,000 are left; at 100 a second they take half a minute.
    assert importing._left(State.LOADING, 0.25, 1_000, 100) == 30
    assert importing._left(State.LOADING, 0.25, 1_000, 0) is None
    assert importing._left(State.READING, 0.25, 1_000, 100) is None
