"""``groundswell doctor``: is everything in order, and what to do where it is not."""

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

import click
import msgspec

from groundswell.cli.client import ELSEWHERE
from groundswell.kernel import clock, environment
from groundswell.kernel.errors import Refusal
from groundswell.python.here import look_for_data, set_up

LEAST_FREE = 2_000_000_000  # bytes on disk below which loading soon stops


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: whether it is in order, what was found, and what to do if it is not."""

    what: str
    is_well: bool
    found: str
    advice: str = ""


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Look at stores, disk, clock, versions and configuration. Exit code 1 where something is wrong."""
    look_for_data(environment.data_place(), hint=ELSEWHERE)
    findings = list(examine())
    if as_json:
        click.echo(msgspec.json.encode([asdict(finding) for finding in findings]))
    else:
        for finding in findings:
            mark = click.style("✓", fg="green") if finding.is_well else click.style("✗", fg="red")
            click.echo(f"{mark} {finding.what}: {finding.found}")
            if not finding.is_well:
                click.echo(f"  → {finding.advice}")
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)


def examine() -> Iterator[Finding]:
    """All findings, one by one. What cannot be looked at is a finding too."""
    looks: tuple[Callable[[], Finding], ...] = (_versions, _disk, _clock, _database, _server, _events, _background)
    for look in looks:
        try:
            yield look()
        except Refusal as refusal:
            yield Finding(look.__name__.strip("_"), False, refusal.message, refusal.hint)


def _versions() -> Finding:
    from importlib.metadata import version

    python = ".".join(map(str, sys.version_info[:3]))
    found = f"Groundswell {version('groundswell')}, Python {python}, SQLite {sqlite3.sqlite_version}"
    return Finding("versions", sys.version_info >= (3, 11), found, "Use Python 3.11 or newer.")


def _disk() -> Finding:
    folder = environment.data_folder()
    free = shutil.disk_usage(folder).free
    advice = "Make room, or set GROUNDSWELL_DATA to a folder on another disk."
    return Finding("disk", free >= LEAST_FREE, f"{free / 1e9:.1f} GB free for {folder}", advice)


def _clock() -> Finding:
    """A clock that stands before the newest file of the data folder was set back."""
    newest = max((path.stat().st_mtime for path in environment.data_folder().iterdir()), default=0.0)
    behind = newest - clock.now().timestamp()
    return Finding("clock", behind < 5, clock.now().isoformat(timespec="seconds"), "Set the machine's clock by NTP.")


def _database() -> Finding:
    from django.core.management import call_command
    from django.core.management.base import CommandError
    from django.db import Error, connection

    set_up()
    try:
        call_command("migrate", check_unapplied=True, verbosity=0)
    except (CommandError, SystemExit):
        return Finding("database", False, "not up to date", "Start `groundswell serve`: it migrates.")
    except Error as error:
        return Finding("database", False, f"does not answer: {error}", "Check GROUNDSWELL_DATABASE_URL.")
    return Finding("database", True, f"{connection.vendor}, up to date")


def _server() -> Finding:
    from groundswell.workspace.operator import running_server

    server = running_server()
    return Finding("server", True, f"runs at {server.url}" if server else "does not run on this data folder")


def _background() -> Finding:
    """Background work that was due long ago is done by nobody."""
    set_up()
    from groundswell.jobs.service import how_many, how_many_late
    from groundswell.jobs.types import State

    counts, late = how_many(), how_many_late()
    found = f"{counts.get(State.WAITING, 0):,} wait, {counts.get(State.RUNNING, 0):,} under way"
    advice = "Start `groundswell serve` or `groundswell work`, or give it more threads with GROUNDSWELL_WORKERS."
    return Finding("background work", not late, f"{found}, {late:,} of them late" if late else found, advice)


def _events() -> Finding:
    """The event store, asked through the running server if there is one."""
    from groundswell.cli.client import Client

    client = Client()
    projects = client.request("GET", "/projects")["projects"]
    found = [client.request("GET", f"/projects/{project['id']}/ingestion") for project in projects]
    loaded, waiting = (sum(each[name] for each in found) for name in ("loaded", "waiting"))
    return Finding("events", True, f"{loaded:,} messages loaded" + (f", {waiting:,} waiting" if waiting else ""))
