"""What leaves as a file: all of it, once, and readable."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from django.utils import timezone

from groundswell.exports import reading, service
from groundswell.exports.models import Export
from groundswell.exports.service import begin, export_of, exports_of, file_of, stop, tidy
from groundswell.exports.types import ExportCard, Format, Kind, State
from groundswell.jobs.service import Work, mend, run_again, runs, work_off
from groundswell.jobs.service import stop as stop_run
from groundswell.kernel.errors import Refusal
from groundswell.workspace.types import Caller
from tests.world import World, group, identify, track

MACHINE = Caller(is_operator=True)
JANUARY = {"first": date(2026, 1, 1), "last": date(2026, 1, 31)}


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GROUNDSWELL_EXPORTS", str(tmp_path / "exports"))


def exported(world: World, kind: Kind, format: Format = Format.CSV, **days: date) -> ExportCard:
    card = begin(world.project, caller=MACHINE, kind=kind, format=format, by="ada@example.com", **days)
    work_off()
    return export_of(world.project, card.id)


def lines(world: World, card: ExportCard) -> list[dict[str, str]]:
    with file_of(world.project, card.id)[0].open(newline="") as file:
        return list(csv.DictReader(file))


def test_events_leave_in_the_order_of_time_with_who_did_them_now(world: World) -> None:
    # Ada's laptop did something before she was known; it is hers. Of two days one is asked for, and its last instant.
    world.send(
        {"type": "track", "anonymousId": "laptop", "event": "Looked", "timestamp": "2026-01-05T08:00:00Z"},
        identify("ada", "laptop"),
        group("ada", "acme", "2026-01-05T09:00:00Z"),
        track("ada", "Signed Up", "2026-01-05T23:59:59.999Z", plan="free"),
        track("ada", "Left", "2026-01-06T00:00:00Z"),
    )
    card = exported(world, Kind.EVENTS, first=date(2026, 1, 5), last=date(2026, 1, 5))
    assert (card.state, card.rows, card.share) == (State.DONE, 2, 1.0)
    first, second = lines(world, card)
    assert (first["event"], first["person"], first["time"]) == ("Looked", "ada", "2026-01-05T08:00:00.000000")
    assert (second["event"], second["account"], second["properties"]) == ("Signed Up", "acme", '{"plan":"free"}')


def test_days_are_those_of_the_project(world: World) -> None:
    seoul = World(world.folder, tz="Asia/Seoul")
    seoul.send(track("ada", "Early", "2026-01-04T15:00:00Z"), track("ada", "Late", "2026-01-05T15:00:00Z"))
    card = exported(seoul, Kind.EVENTS, first=date(2026, 1, 5), last=date(2026, 1, 5))
    assert [(line["event"], line["time"][:16]) for line in lines(seoul, card)] == [("Early", "2026-01-05T00:00")]


@pytest.mark.parametrize("share", [1, 2, 1000])
def test_however_it_is_read_every_event_leaves_once(world: World, monkeypatch: pytest.MonkeyPatch, share: int) -> None:
    at = [f"2026-01-{day:02}T{hour:02}:30:00Z" for day in (5, 6, 9) for hour in (0, 11, 23)]
    world.send(*(track("ada", f"E{number}", each) for number, each in enumerate(at)))
    monkeypatch.setattr(reading, "SHARE", share)
    card = exported(world, Kind.EVENTS, **JANUARY)
    assert [line["event"] for line in lines(world, card)] == [f"E{number}" for number in range(9)]


def test_people_leave_with_their_ids_and_traits(world: World) -> None:
    world.send(identify("ada", "laptop", plan="pro", seats=5), identify("ben", plan="free"))
    ada, ben = lines(world, exported(world, Kind.PEOPLE))
    assert (ada["id"], ada["ids"], ada["trait.plan"], ada["trait.seats"]) == ("ada", "ada laptop", "pro", "5")
    assert (ben["id"], ben["trait.plan"], ben["trait.seats"]) == ("ben", "free", "")


def test_companies_leave_with_their_traits(world: World) -> None:
    world.send(group("ada", "acme", name="Acme Inc."), group("ben", "beta"))
    acme, beta = lines(world, exported(world, Kind.COMPANIES))
    assert (acme["id"], acme["trait.name"], beta["id"], beta["trait.name"]) == ("acme", "Acme Inc.", "beta", "")


def test_parquet_keeps_kinds_and_texts_as_they_are(world: World) -> None:
    world.send(identify("=ada", "laptop", plan="=1+1"))
    card = exported(world, Kind.PEOPLE, Format.PARQUET)
    table = pyarrow.parquet.read_table(file_of(world.project, card.id)[0])
    assert table.column("id").to_pylist() == ["=ada"]
    assert sorted(table.column("ids")[0].as_py()) == ["=ada", "laptop"]
    assert table.column("trait.plan").to_pylist() == ["=1+1"]


def test_in_csv_nothing_is_a_formula(world: World) -> None:
    for number, text in enumerate(("=1+1", "+1+1", "-1-1", "-5\n=1", "@cmd", "\tx", 'a "quoted", text\nof two lines')):
        world.send(identify(f"u{number}", plan=text))
    found = [line["trait.plan"] for line in lines(world, exported(world, Kind.PEOPLE))]
    assert found == ["'=1+1", "'+1+1", "'-1-1", "'-5\n=1", "'@cmd", "'\tx", 'a "quoted", text\nof two lines']


@pytest.mark.parametrize("number", [-5.5, -3, -1e-7])
def test_numbers_below_nought_stay_numbers(world: World, number: float) -> None:
    world.send(identify("ada", balance=number), identify("ben", balance=f"{number}"), identify("-7"))
    found = {line["id"]: line.get("trait.balance") for line in lines(world, exported(world, Kind.PEOPLE))}
    assert {name: value and float(value) for name, value in found.items()} == {"ada": number, "ben": number, "-7": ""}


def test_nothing_is_a_file_with_a_head_alone(world: World) -> None:
    card = exported(world, Kind.EVENTS, **JANUARY)
    assert (card.state, card.rows) == (State.DONE, 0)
    assert file_of(world.project, card.id)[0].read_text().startswith('"time","event","person"')


def test_a_stopped_export_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    world.send(track("ada", "A", "2026-01-05T08:00:00Z"), track("ada", "B", "2026-01-06T08:00:00Z"))
    waiting = begin(world.project, caller=MACHINE, kind=Kind.EVENTS, format=Format.CSV, by="ada", **JANUARY)
    assert stop(world.project, waiting.id, caller=MACHINE).state is State.STOPPED
    running = begin(world.project, caller=MACHINE, kind=Kind.EVENTS, format=Format.CSV, by="ada", **JANUARY)

    def stopped_meanwhile(*asked: Any) -> Iterator[reading.Share]:
        for share in reading.shares(*asked):
            yield share
            stop(world.project, running.id, caller=MACHINE)

    monkeypatch.setattr(service, "shares", stopped_meanwhile)
    work_off()
    assert export_of(world.project, running.id).state is State.STOPPED
    assert list((tmp_path / "exports").iterdir()) == []
    with pytest.raises(Refusal, match="There is no file of this export"):
        file_of(world.project, running.id)


def test_what_goes_wrong_is_said_and_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def broken(*_: object) -> object:
        raise Refusal(503, "store_unavailable", "The event store is stopped.")

    monkeypatch.setattr(service, "shares", broken)
    card = exported(world, Kind.PEOPLE)
    assert (card.state, card.error) == (State.FAILED, "The event store is stopped.")
    assert list((tmp_path / "exports").iterdir()) == []


def test_files_are_kept_for_a_week_and_then_nobody_gets_them(world: World) -> None:
    card, young = exported(world, Kind.PEOPLE), exported(world, Kind.PEOPLE)
    path = file_of(world.project, card.id)[0]
    Export.objects.filter(pk=card.id).update(at=timezone.now() - timedelta(days=7, seconds=1))
    assert not export_of(world.project, card.id).is_there
    with pytest.raises(Refusal, match="There is no file of this export"):
        file_of(world.project, card.id)
    tidy(Work(0, project=None, tries=1))
    assert not path.exists()
    assert export_of(world.project, young.id).is_there


def test_what_a_killed_process_left_unfinished_is_made_anew_though_nobody_looks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> object:
        raise KeyboardInterrupt

    half = begin(world.project, caller=MACHINE, kind=Kind.COMPANIES, format=Format.CSV, by="ada")
    monkeypatch.setattr(service, "shares", killed)
    with pytest.raises(KeyboardInterrupt):
        work_off()
    assert export_of(world.project, half.id).state is State.RUNNING
    monkeypatch.setattr(service, "shares", reading.shares)
    mend()
    work_off()
    assert export_of(world.project, half.id).state is State.DONE


def test_the_work_of_an_export_is_stopped_and_done_again_like_all_background_work(world: World) -> None:
    card = begin(world.project, caller=MACHINE, kind=Kind.PEOPLE, format=Format.CSV, by="ada")
    (run,) = runs(world.project.id).items
    assert (run.name, run.about, run.by) == ("Exporting data", "People", "ada")
    stop_run(world.project.id, run.id, caller=MACHINE)
    assert export_of(world.project, card.id).state is State.STOPPED
    run_again(world.project.id, run.id, caller=MACHINE)
    work_off()
    assert export_of(world.project, card.id).state is State.DONE


def test_the_exports_of_others_are_not_there(world: World) -> None:
    card, other = exported(world, Kind.PEOPLE), World(world.folder)
    for verb in (export_of, partial(stop, caller=MACHINE), file_of):
        with pytest.raises(Refusal) as refused:
            verb(other.project, card.id)
        assert refused.value.status == 404
    assert exports_of(other.project).total == 0


def test_events_need_days_that_follow_each_other(world: World) -> None:
    for days in ({}, {"first": date(2026, 1, 2), "last": date(2026, 1, 1)}):
        with pytest.raises(Refusal, match="from one day to another"):
            begin(world.project, caller=MACHINE, kind=Kind.EVENTS, format=Format.CSV, by="ada", **days)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(date(2026, 1, 1), date.max, "last"), (date.min, date(2026, 1, 1), "first"), (date.max, date.max, "last")],
)
def test_days_that_no_event_can_have_are_refused(world: World, first: date, last: date, field: str) -> None:
    with pytest.raises(Refusal, match="Days lie between 1971-01-01 and 2148-12-31") as refused:
        begin(world.project, caller=MACHINE, kind=Kind.EVENTS, format=Format.CSV, by="ada", first=first, last=last)
    assert (refused.value.status, list(refused.value.fields)) == (400, [field])
    assert exported(world, Kind.EVENTS, first=date(1971, 1, 1), last=date(2148, 12, 31)).state is State.DONE


def test_not_too_many_wait(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_WAITING", 2)
    for _ in range(2):
        begin(world.project, caller=MACHINE, kind=Kind.PEOPLE, format=Format.CSV, by="ada")
    with pytest.raises(Refusal, match="Enough exports are waiting"):
        begin(world.project, caller=MACHINE, kind=Kind.PEOPLE, format=Format.CSV, by="ada")
