"""See how people adopt your product, find the moment of value, act on it, and prove that it worked.

>>> import groundswell
>>> gs = groundswell.connect("https://growth.example.com", "gss_…")
>>> gs.funnel(["Signed Up", "Board Created"], window="14d")

What ``connect`` needs is imported when it is first used: this package is also the server's.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from groundswell.python.service import Answer, Behind, Project, Refusal, connect

__all__ = ["Answer", "Behind", "Project", "Refusal", "connect"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("groundswell.python.service"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
