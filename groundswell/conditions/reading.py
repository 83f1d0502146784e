"""Reading a question strictly: what is not understood is refused with the field's name and what would be right."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from groundswell.kernel.errors import Refusal
from groundswell.kernel.words import said

Choice = TypeVar("Choice", bound=StrEnum)
Item = TypeVar("Item")


def refused(path: str, what: str, *, hint: str = "") -> Refusal:
    """A 400 whose sentence begins with the field, such as ``steps[0].event must be …``."""
    whole = said("The question %(what)s.", what=what)
    message = said("`%(path)s` %(what)s.", path=path, what=what) if path else whole
    return Refusal(400, "bad_question", message, hint=hint, fields={path or "question": message})


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def meant(given: Any, names: Iterable[str]) -> str:
    """A hint for a name that is none of these: the one it resembles, or all of them."""
    names = list(names)
    close = get_close_matches(str(given).lower(), names, 1, 0.6)
    return (
        said("Did you mean %(name)s?", name=close[0]) if close else said("Use one of %(names)s.", names=listed(names))
    )


class Fields:
    """An object inside a question. Every member is asked for by name; one that nobody knows is refused."""

    def __init__(self, given: Any, path: str, known: Sequence[str]) -> None:
        if not isinstance(given, Mapping):
            raise refused(path, said("must be an object"))
        for name in given:
            if name not in known:
                raise refused(self._join(path, str(name)), said("is not a field of this"), hint=meant(name, known))
        self._given = given
        self.path = path

    @staticmethod
    def _join(path: str, name: str) -> str:
        return f"{path}.{name}" if path else name

    def at(self, name: str) -> str:
        """The path of a member."""
        return self._join(self.path, name)

    def has(self, name: str) -> bool:
        """Whether the member is there and not null."""
        return self._given.get(name) is not None

    def raw(self, name: str) -> Any:
        return self._given.get(name)

    def required(self, name: str, hint: str) -> Any:
        if name not in self._given:
            raise refused(self.at(name), said("is missing"), hint=hint)
        return self._given[name]

    def text(self, name: str, *, longest: int = 1_000) -> str | None:
        """Text that is not empty, or None."""
        value = self.raw(name)
        if value is not None and not (isinstance(value, str) and value and len(value) <= longest):
            raise refused(self.at(name), said("must be text of at most %(longest)s characters", longest=longest))
        return value

    def choice(self, name: str, choices: type[Choice], default: Choice) -> Choice:
        value = self.raw(name)
        if value is None:
            return default
        if value not in list(choices):
            raise refused(
                self.at(name),
                said("is %(value)r, which is none of its values", value=value),
                hint=meant(value, choices),
            )
        return choices(value)

    def flag(self, name: str, default: bool) -> bool:
        value = self.raw(name)
        if value is not None and not isinstance(value, bool):
            raise refused(self.at(name), said("must be true or false"))
        return default if value is None else value

    def whole(self, name: str, default: int, *, least: int, most: int) -> int:
        value = default if self.raw(name) is None else self.raw(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise refused(
                self.at(name), said("must be a whole number from %(least)s to %(most)s", least=least, most=most)
            )
        return value

    def items(
        self, name: str, read: Callable[[Any, str], Item], *, most: int, least: int = 0, hint: str = ""
    ) -> tuple[Item, ...]:
        """A list whose members ``read(value, path)`` understands."""
        value = [] if self.raw(name) is None else self.raw(name)
        if not isinstance(value, list):
            raise refused(self.at(name), said("must be a list"), hint=hint)
        if not least <= len(value) <= most:
            raise refused(
                self.at(name),
                said(
                    "must have %(least)s to %(most)s members, not %(value)s", least=least, most=most, value=len(value)
                ),
                hint=hint,
            )
        return tuple(read(one, f"{self.at(name)}[{place}]") for place, one in enumerate(value))
