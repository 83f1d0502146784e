"""What commands do before they begin: Django, and an up-to-date database."""

import django

from groundswell.kernel import environment
from groundswell.kernel.errors import not_found

_KEPT = ("groundswell.sqlite3", "secret_key", "events", "server.json")  # any of these makes it a folder of ours


def set_up() -> None:
    """Make Django ready to use."""
    django.setup()


def look_for_data() -> None:
    """Raises Refusal where nothing of ours is kept, so that a command that only asks makes no folder."""
    folder = environment.data_place()
    if not environment.text("DATABASE_URL") and not any((folder / name).exists() for name in _KEPT):
        raise not_found(f"There is nothing of Groundswell in {folder}.", hint=elsewhere())


def elsewhere() -> str:
    """How another folder is looked in."""
    return "Say with GROUNDSWELL_DATA which folder the server uses."


def migrate() -> None:
    """Bring the configuration database up to date."""
    from django.core.management import call_command

    set_up()
    call_command("migrate", verbosity=0, interactive=False)
