"""``groundswell``: the commands, each imported only when it is called."""

import importlib
import os
import sys

import click

from groundswell.kernel.errors import Refusal

_COMMANDS = {
    "ask": "groundswell.cli.ask",
    "demo": "groundswell.cli.demo",
    "doctor": "groundswell.cli.doctor",
    "import": "groundswell.cli.imports",
    "init": "groundswell.cli.init",
    "metrics": "groundswell.cli.metrics",
    "serve": "groundswell.cli.serve",
    "work": "groundswell.cli.work",
}


class Commands(click.Group):
    """Finds a command in its own module, so that none pays for what another needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(_COMMANDS[cmd_name]).command
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="groundswell")
def group() -> None:
    """See how people adopt your product, find the moment of value, act on it, prove that it worked."""


def main() -> None:
    """Run a command; what it refuses is one sentence on stderr and exit code 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "groundswell.web.settings")
    try:
        group(prog_name="groundswell")
    except Refusal as refusal:
        hint = f" {refusal.hint}" if refusal.hint else ""
        click.echo(f"{refusal.message}{hint}", err=True)
        sys.exit(1)
