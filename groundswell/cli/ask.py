"""``groundswell ask``: a question, an answer."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from groundswell.kernel.errors import bad_request

FORMATS = ("table", "json", "csv", "png")
NOTHING = "–"


@click.command("ask")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--project", required=True, help="Its id or name.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--output", type=click.Path(path_type=Path), help="Where a png goes. Default: answer.png.")
def command(file: Path, project: str, format_: str, as_json: bool, output: Path | None) -> None:
    """Ask the question in FILE (JSON; - for standard input)."""
    from groundswell.cli.client import Client

    chosen = "json" if as_json else format_
    question, path = _question(file), f"/projects/{project}/ask"
    client = Client()
    if chosen == "table":
        _print_table(client.request("POST", path, question))
    elif chosen == "png":
        target = output or Path("answer.png")
        target.write_bytes(client.bytes("POST", f"{path}?format=png", question))
        click.echo(target.resolve())
    else:
        click.echo(client.bytes("POST", f"{path}?format={chosen}", question).rstrip(b"\n"))


def _question(file: Path) -> Any:
    try:
        text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return msgspec.json.decode(text)
    except OSError as error:
        raise bad_request(f"{file} cannot be read: {error.strerror}.") from None
    except msgspec.DecodeError as error:
        raise bad_request(f"The question is not JSON: {error}.") from None


def _print_table(answer: dict[str, Any]) -> None:
    """The rows under their columns, numbers to the right; how fresh and how long it took below."""
    from rich.console import Console
    from rich.table import Table

    numbers = {name for name in answer["columns"] if name in _NUMBERS}
    table = Table(header_style="bold", border_style="dim")
    for name in answer["columns"]:
        table.add_column(name.replace("_", " "), justify="right" if name in numbers else "left")
    for row in answer["rows"]:
        table.add_row(*(_cell(name, value) for name, value in zip(answer["columns"], row, strict=True)))
    console = Console()
    console.print(table)
    console.print(f"[dim]as of {answer['as_of']}, {answer['elapsed_ms']} ms[/dim]", highlight=False)


_NUMBERS = {"step", "value", "count", "share_of_first", "share_of_previous", "median_seconds"}


def _cell(column: str, value: Any) -> str:
    if value is None:
        return NOTHING
    if column.startswith("share"):
        return f"{value:.1%}"
    if column == "median_seconds":
        return _duration(float(value))
    if isinstance(value, list):
        return " · ".join(NOTHING if part is None else str(part) for part in value)
    return f"{value:,}" if column in _NUMBERS and isinstance(value, int | float) else str(value)


def _duration(seconds: float) -> str:
    """A length of time as people say it: the largest unit that it fills."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
