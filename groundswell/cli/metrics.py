"""``groundswell metrics``: values of the catalogue."""

from typing import Any
from urllib.parse import quote, urlencode

import click
import msgspec

NOTHING = "–"


@click.command("metrics")
@click.argument("key", required=False, default="")
@click.option("--project", required=True, help="Its id or name.")
@click.option("--from", "first", default="", help="The first day: 2026-01-31, or -30d. Default: 30 days up to --to.")
@click.option("--to", "last", default="", help="The last day. Default: yesterday.")
@click.option("--by", default="", help="A trait of people, such as plan.")
@click.option("--feature", default="", help="The event of feature_adoption_rate.")
@click.option("--of", default="", help="Whose retention: people.")
@click.option("--json", "as_json", is_flag=True, help="As the API answers.")
def command(key: str, as_json: bool, project: str, **given: str) -> None:
    """What the metric KEY came to, or all of them."""
    from groundswell.cli.client import Client

    asked = {"from": given.pop("first"), "to": given.pop("last"), **given}
    query = urlencode({name: value for name, value in asked.items() if value})
    path = "/".join(filter(None, [f"/projects/{quote(project, safe='')}/metrics", quote(key, safe="")]))
    answer = Client().request("GET", f"{path}?{query}")
    if as_json:
        click.echo(msgspec.json.encode(answer))
    else:
        _print_table([answer] if key else answer["metrics"])


def _print_table(values: list[dict[str, Any]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, header_style="bold", border_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("metric")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("made of, or why not", overflow="fold")
    for each in values:
        table.add_row(each["key"], _text(each["value"], each["unit"]), each.get("reason") or _made_of(each))
        for of in each.get("by", []):
            table.add_row(f"  {of['value_of'] or NOTHING}", _text(of["value"], each["unit"]), _made_of(of))
    console = Console()
    console.print(table)
    if values:
        console.print(f"{values[0]['from']} – {values[0]['to']}", style="dim", highlight=False)


def _text(value: float | None, unit: str) -> str:
    return NOTHING if value is None else f"{value:,.{0 if isinstance(value, int) else 2}f} {unit}"


def _made_of(each: dict[str, Any]) -> str:
    above, below = each["numerator"], each["denominator"]
    return f"{above:,}" if below is None else f"{above:,} / {below:,}"
