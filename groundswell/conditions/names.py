"""What the names in a question mean: SQL over ``scope.events``, with the joins and parameters that takes."""

from groundswell.conditions.sql import NOTHING, Params, condition_sql, member_sql
from groundswell.conditions.types import Wanted
from groundswell.events.service import property_sql

EVENT, PERSON, ACCOUNT = "event.", "person.", "account."
_TRAITS = {PERSON: "person_traits", ACCOUNT: "account_traits"}


def is_of_person(name: str) -> bool:
    """Whether the name means a person's trait, which does not depend on the event."""
    return name.startswith(PERSON)


def is_of_account(name: str) -> bool:
    """Whether the name means an account's trait, which does not depend on the event."""
    return name.startswith(ACCOUNT)


class Names:
    """The names of one query. Nothing that people wrote becomes SQL: it is bound, or looked up in the catalogue."""

    def __init__(self, project: int, params: Params | None = None) -> None:
        self.params = Params() if params is None else params
        self._project = project
        self._traits: dict[str, tuple[str, str]] = {}  # name: (column, join)

    def raw(self, name: str) -> str:
        """SQL for the raw JSON text of what a name means; '' where there is none."""
        for prefix in _TRAITS:
            if name.startswith(prefix):
                return self._trait(prefix, name.removeprefix(prefix))
        return property_sql(self._project, name.removeprefix(EVENT))

    def wanted(self, wanted: Wanted) -> list[str]:
        """The conditions that make an event a wanted one, as SQL."""
        event = [] if wanted.event is None else [f"event = {self.params.text(wanted.event)}"]
        return event + ([condition_sql(wanted.where, self.raw, self.params)] if wanted.where else [])

    @property
    def joins(self) -> str:
        """The joins behind the names asked for so far, to follow ``FROM scope.… AS e``."""
        return "".join(f"\n{join}" for _, join in self._traits.values())

    def _trait(self, prefix: str, key: str) -> str:
        if prefix + key not in self._traits:
            self._traits[prefix + key] = self._joined(prefix, key)
        return self._traits[prefix + key][0]

    def _joined(self, prefix: str, key: str) -> tuple[str, str]:
        owner, number = prefix.removesuffix("."), len(self._traits)
        value, where = self._deep_trait(owner, key) if "." in key else ("value", f"key = {self.params.text(key)}")
        select = f"SELECT {owner} AS of{number}, {value} AS trait{number} FROM scope.{_TRAITS[prefix]} WHERE {where}"
        return f"trait{number}", f"LEFT ANY JOIN ({select}) AS traits{number} ON e.{owner} = of{number}"

    def _deep_trait(self, owner: str, key: str) -> tuple[str, str]:
        """A dotted name: a trait of just that name goes first, else a path into one."""
        first, _, rest = key.partition(".")
        whole, outer = self.params.text(key), self.params.text(first)
        path = member_sql(f"anyIf(value, key = {outer})", rest, self.params)
        value = f"if(countIf(key = {whole}) > 0, anyIf(value, key = {whole}), {path})"
        return value, f"key IN ({whole}, {outer}) GROUP BY {owner}"


def text_of(raw: str) -> str:
    """SQL for the text of raw JSON behind a ``=``; '' where it is missing."""
    plain = f"if(startsWith({raw}, '\"'), JSONExtractString({raw}), {raw})"
    return f"if({raw} {NOTHING}, '', concat('=', {plain}))"


def texts_of(raw: str) -> str:
    """SQL for the texts under which raw JSON counts: those of a list's distinct elements, else its one text."""
    elements = f"arrayDistinct(arrayMap(x -> {text_of('x')}, JSONExtractArrayRaw({raw})))"
    return f"multiIf({raw} = '[]', [''], startsWith({raw}, '['), {elements}, [{text_of(raw)}])"
