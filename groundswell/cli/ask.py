"""``groundswell ask``: a question, an answer."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import msgspec

from groundswell.kernel.errors import bad_request

FORMATS = ("table", "json", "csv", "parquet", "png", "svg")
FILES = ("parquet", "png", "svg")  # what no terminal shows
NOTHING = "–"


@click.command("ask")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--project", required=True, help="Its id or name.")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="table", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--output", type=click.Path(path_type=Path),
    help="The file it goes into. Default: standard output; a parquet, png or svg goes into answer.parquet and so on.",
)  # fmt: skip
def command(file: Path, project: str, format_: str, as_json: bool, output: Path | None) -> None:
    """Ask the question in FILE (JSON; - for standard input)."""
    from groundswell.cli.client import Client

    chosen = "json" if as_json else format_
    question, path = _question(file), f"/projects/{quote(project, safe='')}/ask"
    client = Client()
    if chosen in ("table", "json"):
        answer = client.request("POST", path, question)
        _warn(answer.get("unknown", []))
        if chosen == "table":
            _print_table(answer)
        elif output:
            _write(output, msgspec.json.encode(answer))
        else:
            click.echo(msgspec.json.encode(answer))
    else:
        found = client.bytes("POST", f"{path}?format={chosen}", question)
        if output or chosen in FILES:
            _write(output or Path(f"answer.{chosen}"), found)
        else:
            click.echo(found.rstrip(b"\n"))


def _write(target: Path, found: bytes) -> None:
    try:
        target.write_bytes(found)
    except OSError as error:
        raise bad_request(f"{target} cannot be written: {error.strerror}.") from None
    click.echo(target.resolve())


def _warn(unknown: list[dict[str, str | None]]) -> None:
    """Of events that never came: what is not counted is easily taken for nothing."""
    for each in unknown:
        meant = f" Did you mean “{each['meant']}”?" if each["meant"] else ""
        click.echo(f"“{each['event']}” never came.{meant}", err=True)


def _question(file: Path) -> Any:
    try:
        text = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return msgspec.json.decode(text)
    except OSError as error:
        raise bad_request(f"{file} cannot be read: {error.strerror}.") from None
    except msgspec.DecodeError as error:
        raise bad_request(f"The question is not JSON: {error}.") from None


# Tables --------------------------------------------------------------------------------------------------------------

HEADS = {
    "share_of_first": "of first", "share_of_previous": "of previous", "median_seconds": "median",
    "from_seconds": "from", "to_seconds": "to",
    "odds_ratio": "odds", "with_converted": "with it: on", "with_dropped": "stopped", "without_converted": "others: on",
    "without_dropped": "stopped", "p_value": "p", "q_value": "q",
}  # fmt: skip
LENGTHS = ("value", "share_of_first", "share", "share_at_least", "count")  # the first that is there is drawn as a bar
BAR = 12  # characters


def _print_table(answer: dict[str, Any]) -> None:
    """The rows under their columns with a bar beside each; below, what was asked, how fresh it is, how long it took."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    question = answer["question"]
    hidden = set() if question.get("breakdown") else {"breakdown"}
    shown = [(place, name) for place, name in enumerate(answer["columns"]) if name not in hidden]
    table = Table(box=SIMPLE_HEAD, header_style="bold", border_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    for place, name in shown:  # where it is narrow, names are folded before any number or bar is cut
        is_number = any(isinstance(row[place], int | float) for row in answer["rows"])
        table.add_column(
            _head(name, question), justify="right" if is_number else "left", no_wrap=is_number, overflow="fold"
        )
    table.add_column("", style="color(30)", no_wrap=True)
    bars = _bars(answer)
    for row, bar in zip(answer["rows"], bars, strict=True):
        table.add_row(*(_cell(name, row[place]) for place, name in shown), bar)
    console = Console()
    console.print(table)
    console.print(_footer(answer), style="dim", highlight=False, soft_wrap=True)


def _head(column: str, question: dict[str, Any]) -> str:
    if column == "breakdown":
        names = question["breakdown"]
        return " · ".join(names) if isinstance(names, list) else str(names)
    return HEADS.get(column, column)


def _bars(answer: dict[str, Any]) -> list[str]:
    """A bar for each row, the longest for the largest value."""
    columns = answer["columns"]
    there = (columns.index(name) for name in LENGTHS if name in columns and "operator" not in columns)
    place = next(there, None)
    sizes = [0 if place is None else max(row[place] or 0, 0) for row in answer["rows"]]
    largest = max(sizes, default=0) or 1
    return ["█" * round(BAR * size / largest) for size in sizes]


def _footer(answer: dict[str, Any]) -> str:
    question = answer["question"]
    parts = [
        f"{question['date_from']} – {question['date_to']} {question['timezone']}",
        f"as of {answer['as_of'][:19].replace('T', ' ')} UTC", f"{answer['elapsed_ms']:,.0f} ms",
    ]  # fmt: skip
    if answer.get("ignored"):
        parts.append(f"left out as no numbers: {answer['ignored']:,}")
    tried = [_tried(answer)] if "tried" in answer else []
    return "\n".join([*map(_times, answer.get("times", [])), *tried, " · ".join(parts)])


def _times(told: dict[str, Any]) -> str:
    """How many of a value finished, and how long they took."""
    lengths = [
        f"{name} {_cell(f'{name}_seconds', told[f'{name}_seconds'])}" for name in ("p25", "median", "p75", "p90")
    ]
    of = "" if told["breakdown"] is None else f"{_cell('breakdown', told['breakdown'])}: "
    return f"{of}{told['finished']:,} finished, {told['unfinished']:,} did not · {' · '.join(lengths)}"


def _tried(answer: dict[str, Any]) -> str:
    """How many were compared, and what was tried for it."""
    window = f"{answer['open']:,} still open, {answer['looked_at']:,} looked at"
    compared = f"{answer['converted']:,} went on, {answer['dropped']:,} stopped, {window}"
    return f"{compared} · {answer['tried']:,} tried, {answer['standing']:,} stand (together, not cause and effect)"


def _cell(column: str, value: Any) -> str:
    if value is None:
        return NOTHING
    if column.startswith("share"):
        return f"{value:.1%}"
    if column.endswith("_seconds"):
        return _duration(float(value))
    if isinstance(value, list):
        return " · ".join(NOTHING if part is None else str(part) for part in value)
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _duration(seconds: float) -> str:
    """A length of time as people say it: the largest unit that it fills."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
