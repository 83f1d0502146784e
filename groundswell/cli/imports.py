"""``groundswell import``: history out of a file."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click
import msgspec

from groundswell.kernel.errors import Refusal, bad_request

if TYPE_CHECKING:
    from groundswell.cli.client import Client

_FORMATS = ("segment", "posthog", "mixpanel", "amplitude", "csv", "jsonl", "parquet")
_OVER = {"done", "stopped", "failed"}
_PACE = 0.1  # seconds between two looks at an import
_INTERRUPTED = 130  # the exit code of a program that was stopped by Ctrl-C


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--project", required=True, help="Its id or name.")
@click.option("--format", "format_", type=click.Choice(_FORMATS), help="Default: what the file looks like.")
@click.option(
    "--map", "pairs", multiple=True, metavar="FIELD=COLUMN",
    help="Which column is userId, anonymousId, groupId, event, timestamp, messageId or type (default: track)."
    " A field that is not named takes the column of its own name, except type; all other columns are properties.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(file: Path, project: str, format_: str | None, pairs: tuple[str, ...], as_json: bool) -> None:
    """Load history from FILE: exports of Segment, PostHog, Mixpanel and Amplitude (JSON lines, also gzipped), CSV,
    Parquet, or any JSON lines.

    Times without a zone are in the project's. Stopped and run again it goes on where it stopped; nothing is loaded
    twice. A file that has grown since is another file, though: what it holds is known again by messageId alone.
    """
    asked = {"path": str(file.absolute()), "format": format_ or "", "map": _mapping(pairs)}
    with _client() as client:
        found = _follow(client, project, asked, is_shown=not as_json)
    if as_json:
        click.echo(msgspec.json.encode(found))
    elif found["state"] != "failed":
        _tell(found)
    if found["state"] == "failed":
        raise Refusal(409, "import_failed", found["problem"])
    if found["state"] == "stopped":
        sys.exit(_INTERRUPTED)


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    """``field=column`` pairs; a column may hold an equals sign, a field may not."""
    mapping: dict[str, str] = {}
    for pair in pairs:
        name, equals, column = pair.partition("=")
        if not equals or not column:
            raise bad_request(f"{pair!r} is no mapping.", hint="Write --map userId=COLUMN.", field="map")
        if name in mapping:
            raise bad_request(f"{name} is mapped twice.", hint="Leave one out.", field="map")
        mapping[name] = column
    return mapping


@contextmanager
def _client() -> Iterator["Client"]:
    """What speaks to Groundswell. Where no server runs, this process loads and closes everything behind it."""
    from groundswell.cli.client import Client

    client = Client()
    try:
        yield client
    finally:
        if not client.is_remote:
            from groundswell.collect.service import close_collector
            from groundswell.store import service as store

            close_collector()
            store.close()


def _follow(client: "Client", project: str, asked: dict[str, Any], *, is_shown: bool) -> dict[str, Any]:
    """Begin an import and look after it until it is over. Ctrl-C stops it behind the block that is being loaded."""
    from urllib.parse import quote

    place = f"/projects/{quote(project, safe='')}/imports"
    found: dict[str, Any] = client.request("POST", place, asked)
    place = f"{place}/{found['id']}"
    with _interruptions() as interrupted, _shown(is_shown) as show:
        is_told = False
        while found["state"] not in _OVER:
            if interrupted.is_set() and not is_told:
                client.request("POST", f"{place}/stop")
                is_told = True
            show(found)
            interrupted.wait(_PACE) if not is_told else time.sleep(_PACE)
            found = client.request("GET", place)
        show(found)
    return found


@contextmanager
def _interruptions() -> Iterator[threading.Event]:
    """An event that is set by Ctrl-C or a request to end."""
    interrupted = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        interrupted.set()

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _shown(is_shown: bool) -> Iterator[Callable[[dict[str, Any]], None]]:
    """A progress bar on stderr, if anybody wants it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(),
        TextColumn("{task.fields[rows]} rows"), TextColumn("{task.fields[rate]}/s"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), disable=not is_shown, transient=True) as progress:
        words = {"reading": "Reading", "loading": "Loading"}
        task = progress.add_task("Reading", total=1.0, rows="0", rate="0")
        state = ""

        def show(found: dict[str, Any]) -> None:
            nonlocal state
            if found["state"] != state and found["state"] in words:
                state = found["state"]
                progress.reset(task, description=words[state], completed=found["share"])
            progress.update(task, completed=found["share"], rows=f"{found['rows']:,}", rate=f"{found['rate']:,}")

        yield show


def _tell(found: dict[str, Any]) -> None:
    """What became of the rows, in sentences."""
    if found["state"] == "stopped":
        click.echo("Stopped. Run the same command again to go on from here.")
    if found["before"]:
        click.echo(f"{found['before']:,} rows were loaded before.")
    if found["before"] and not found["rows"] and found["state"] == "done":
        click.echo("There is nothing new in this file.")
        return
    seconds, rate = found["seconds"], found["rate"]
    click.echo(f"Loaded {found['loaded']:,} of {found['rows']:,} rows in {seconds:.1f} s ({rate:,} rows/s).")
    if found["undated"]:
        hint = "Is there a column for --map timestamp=COLUMN?"
        click.echo(f"{found['undated']:,} rows say no time and count as of now. {hint}")
    for reason, count in sorted(found["dropped"].items(), key=lambda each: -each[1]):
        example = found["examples"][reason]
        click.echo(f"Dropped {count:,}: {found['sentences'][reason]} ({reason}; the first is row {example['row']:,})")
