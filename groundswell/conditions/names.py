"""What the names in a question mean: SQL over ``scope.events``, with the joins and parameters that takes."""

from groundswell.conditions.groups import group_named, members_sql
from groundswell.conditions.params import Params
from groundswell.conditions.sql import NOTHING, condition_sql, member_sql
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


def is_of_event(name: str) -> bool:
    """Whether the name means a property of the event itself."""
    return not is_of_person(name) and not is_of_account(name)


class Names:
    """The names of one query. Nothing that people wrote becomes SQL: it is bound, or looked up in the catalogue."""

    def __init__(self, project: int, params: Params | None = None) -> None:
        self.params = Params() if params is None else params
        self._project = project
        self._traits: dict[str, tuple[str, str]] = {}  # name: (column, join)
        self._groups: dict[str, str] = {}

    def raw(self, name: str) -> str:
        """SQL for the raw JSON text of what a name means; '' where there is none. Raises Refusal 400 for a group that
        is not there."""
        if named := group_named(name):
            return self._in_group(*named)
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

    def _in_group(self, groups: str, key: str) -> str:
        name = f"{groups}.{key}"
        if name not in self._groups:
            owner, _, _ = groups.partition(".")
            members = members_sql(groups, key, project=self._project, params=self.params)
            self._groups[name] = f"if(e.{owner} IN ({members}), 'true', 'false')"
        return self._groups[name]

    def _trait(self, prefix: str, key: str) -> str:
        if prefix + key not in self._traits:
            self._traits[prefix + key] = self._joined(prefix, key)
        return self._traits[prefix + key][0]

    def _joined(self, prefix: str, key: str) -> tuple[str, str]:
        owner, number = prefix.removesuffix("."), len(self._traits)
        value, where = "value", f"key = {self.params.text(key)}"
        if "." in key:
            value, keys = trait_sql(key, self.params)
            where = f"key IN ({', '.join(keys)}) GROUP BY {owner}"
        select = f"SELECT {owner} AS of{number}, {value} AS trait{number} FROM scope.{_TRAITS[prefix]} WHERE {where}"
        return f"trait{number}", f"LEFT ANY JOIN ({select}) AS traits{number} ON e.{owner} = of{number}"


def trait_sql(key: str, params: Params) -> tuple[str, list[str]]:
    """SQL for the value of a trait over all rows of one owner, and for the keys whose rows it takes.

    A dotted name: a trait of just that name goes first, else a path into one.
    """
    whole = params.text(key)
    if "." not in key:
        return f"anyIf(value, key = {whole})", [whole]
    first, _, rest = key.partition(".")
    outer = params.text(first)
    path = member_sql(f"anyIf(value, key = {outer})", rest, params)
    return f"if(countIf(key = {whole}) > 0, anyIf(value, key = {whole}), {path})", [whole, outer]


def text_of(raw: str) -> str:
    """SQL for the text of raw JSON behind a ``=``; '' where it is missing."""
    plain = f"if(startsWith({raw}, '\"'), JSONExtractString({raw}), {raw})"
    return f"if({raw} {NOTHING}, '', concat('=', {plain}))"


def texts_of(raw: str) -> str:
    """SQL for the texts under which raw JSON counts: those of a list's distinct elements, else its one text."""
    elements = f"arrayDistinct(arrayMap(x -> {text_of('x')}, JSONExtractArrayRaw({raw})))"
    return f"multiIf({raw} = '[]', [''], startsWith({raw}, '['), {elements}, [{text_of(raw)}])"
