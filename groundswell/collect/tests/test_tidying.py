"""What lies in the folder of uploads, and when it goes."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone as django_time

from groundswell.collect import chosen_files, importing, service, uploads
from groundswell.collect import loader as loading
from groundswell.collect.chosen_files import tidy
from groundswell.collect.models import Import
from groundswell.collect.tests.importing import CSV, Importing, bring, finish, waiting
from tests.world import World

pytestmark = pytest.mark.usefixtures("desk")
CHOSEN = {"format": "csv", "userId": "who", "event": "what", "timestamp": "when"}
DAY = timedelta(days=1)


def days_ago(days: float) -> float:
    return (django_time.now() - days * DAY).timestamp()


def written(path: Path, *, days: float) -> Path:
    path.touch()
    os.utime(path, (days_ago(days), days_ago(days)))
    return path


def test_a_file_that_is_being_loaded_stays_however_old_it_is(
    world: World, desk: Importing, ben: Client, page: str
) -> None:
    address = bring(ben, page, CSV)
    Import.objects.update(at=django_time.now() - 9 * DAY)
    written(*waiting(world), days=9)
    ben.post(f"{address}/begin", CHOSEN)
    tidy()
    assert len(waiting(world)) == 1
    finish(desk)
    assert world.counts() == {"loaded": 2, "missing_id": 1}


def test_a_week_counts_from_when_a_file_was_stopped_else_from_when_it_came(
    world: World, ben: Client, page: str
) -> None:
    for _ in range(3):
        bring(ben, page, CSV)
    stopped, old, fresh = Import.objects.order_by("pk")
    Import.objects.exclude(pk=fresh.pk).update(at=django_time.now() - 8 * DAY)
    Import.objects.filter(pk=stopped.pk).update(state="stopped", over=django_time.now() - 6 * DAY)
    for path in waiting(world):
        written(path, days=30)
    tidy()
    assert {str(path) for path in waiting(world)} == {stopped.path, fresh.path}
    assert not Import.objects.filter(pk=old.pk).exists()
    Import.objects.filter(pk=stopped.pk).update(over=django_time.now() - 8 * DAY)
    tidy()
    assert [str(path) for path in waiting(world)] == [fresh.path]
    assert not importing.import_of(world.project, stopped.pk).may_go_on


def test_what_belongs_to_no_import_goes_after_a_day(world: World) -> None:
    folder = uploads.uploads_folder()
    arriving = written(folder / "arriving.csv", days=0.5)
    written(folder / "0123.head", days=2)
    tidy()
    assert waiting(world) == [arriving]


def test_a_file_that_goes_by_itself_meanwhile_is_no_trouble(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = uploads.uploads_folder() / "0123.head"
    monkeypatch.setattr(Path, "iterdir", lambda self: iter([gone]))
    chosen_files.tidy()
    assert not gone.exists()


def test_the_loader_tidies_up_while_it_rests_once_an_hour(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tidy in service._chores
    left_over = uploads.uploads_folder() / "left.csv"
    loader = world.loader
    loader.chores, now = (broken, tidy), time.monotonic()
    for seconds, is_there in [(0, True), (61, False), (3_000, True), (3_700, False)]:
        written(left_over, days=2)
        monkeypatch.setattr(loading.time, "monotonic", lambda seconds=seconds: now + seconds)
        loader._do_chores()
        assert left_over.exists() == is_there, seconds


def broken() -> None:
    raise OSError("a chore that does not work is no reason to stop loading")
