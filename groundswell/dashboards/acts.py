"""What streets above let people do with a dashboard: a template each, included on its page.

They are filled with what that page has: ``project`` and ``dashboard``.
"""

_acts: list[str] = []


def add_act(template: str) -> None:
    """Show this, too, beside a dashboard."""
    if template not in _acts:
        _acts.append(template)


def acts() -> list[str]:
    """The templates, in the order in which they were added."""
    return list(_acts)
