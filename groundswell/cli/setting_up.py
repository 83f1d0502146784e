"""What commands do before they begin: Django, and an up-to-date database."""

import django


def set_up() -> None:
    """Make Django ready to use."""
    django.setup()


def migrate() -> None:
    """Bring the configuration database up to date."""
    from django.core.management import call_command

    set_up()
    call_command("migrate", verbosity=0, interactive=False)
