"""What other streets let people do with a question: a template each, included on its page.

They are filled with what that page has: ``project``, ``q`` (the question as JSON), ``saved`` and ``is_changed``.
"""

_acts: list[str] = []


def add_act(template: str) -> None:
    """Show this, too, beside a question."""
    if template not in _acts:
        _acts.append(template)


def acts() -> list[str]:
    """The templates, in the order in which they were added."""
    return list(_acts)
