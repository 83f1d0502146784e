"""``groundswell init``: the first owner and project, or one more project."""

import click
import msgspec

from groundswell.python.here import migrate


@click.command("init")
@click.option("--email", required=True, help="Who owns it.")
@click.option("--password", required=True, help="Their password, now or from before.")
@click.option("--project", "name", required=True, help="The project's name.")
@click.option("--timezone", default="UTC", show_default=True, help="IANA name; days begin at its midnight.")
@click.option("--currency", default="USD", show_default=True, help="Three letters.")
@click.option("--language", default="en", show_default=True, help="en or ko.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(email: str, password: str, name: str, timezone: str, currency: str, language: str, as_json: bool) -> None:
    """Make a project and its three keys; the secret key is shown this once."""
    migrate()
    from groundswell.workspace.service import found_project

    project, keys = found_project(
        email=email, password=password, name=name, timezone=timezone, currency=currency, language=language
    )
    made = {"project": project.id, **msgspec.to_builtins(keys)}
    if as_json:
        click.echo(msgspec.json.encode(made))
    else:
        click.echo("\n".join(f"{key}: {value}" for key, value in made.items()))
