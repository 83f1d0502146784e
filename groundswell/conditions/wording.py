"""What is said in sentences whose words open: each word knows which part of what is asked it stands for.

Each language has its own order: what is translated are whole phrases, in which ``%(name)s`` stands for a word and
``{을/를}`` for the particle that goes with the word before it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from babel import units
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from groundswell.conditions.atoms import Atom, atoms_of
from groundswell.conditions.groups import group_named, group_text
from groundswell.conditions.names import ACCOUNT
from groundswell.conditions.types import Wanted
from groundswell.kernel.korean import particle


@dataclass(frozen=True)
class Word:
    """A word that opens. ``sheet`` says what it opens, ``now`` what stands there, ``options`` what could."""

    text: str
    what: str
    sheet: str = "choose"
    now: Mapping[str, Any] = field(default_factory=dict)
    options: Sequence[tuple[str, str]] = ()  # value and text
    is_more: bool = False  # stands for something that is not there yet
    after: str = ""  # what is written with it without a gap: a particle

    @property
    def template(self) -> str:
        return f"sheets/{self.sheet}.html"

    @property
    def is_event(self) -> bool:
        return self.sheet == "event" and not self.is_more


Part = str | Word
Parts = list[Part]
_SUFFIX = re.compile(r"[가-힣]+(?:\([가-힣]+\))?")  # such as 을, 까지, 을(를)
_TOKEN = re.compile(r"%\((\w+)\)s|\{([^{}/]+/[^{}/]+)\}")


def woven(phrase: str, **pieces: Part | Sequence[Part]) -> Parts:
    """A phrase with its words in their places and particles resolved."""
    parts: Parts = []
    end = 0
    for token in _TOKEN.finditer(phrase):
        _put(parts, phrase[end : token.start()])
        end = token.end()
        if name := token[1]:
            piece = pieces[name]
            parts += [piece] if isinstance(piece, (str, Word)) else piece
        else:
            _put(parts, particle(plain(parts), token[2]))
    _put(parts, phrase[end:])
    return parts


def _put(parts: Parts, text: str) -> None:
    """Add a text; what Korean writes together with the word before goes to that word."""
    last = parts[-1] if parts else None
    if isinstance(last, Word) and not last.is_more and (suffix := _SUFFIX.match(text)):
        parts[-1] = replace(last, after=last.after + suffix[0])
        text = text[suffix.end() :]
    if text:
        parts.append(text)


def plain(parts: Iterable[Part]) -> str:
    """The sentence as text, without what is not there yet."""
    said = "".join(part if isinstance(part, str) else "" if part.is_more else part.text + part.after for part in parts)
    return re.sub(r"\s+(?=[?.,]( |$))", "", re.sub(r"\s+", " ", said)).strip()


def wanted_words(wanted: Wanted, path: str, *, can_go: bool = True) -> Parts:
    """Wanted events: a word for the event, then one for each condition. ``path`` is "" where the question has no other;
    an event that cannot go is not offered to be taken away."""
    event = Word(
        wanted.event if wanted.event is not None else _("any event"), f"{path}.event", "event",
        {"value": wanted.event or "", "path": path, "can_go": can_go,
         "can_go_earlier": path[-1:].isdigit() and not path.endswith(".0")},
    )  # fmt: skip
    atoms = atoms_of(wanted.where)
    if not atoms:
        return [event]
    conditions: list[Parts] = [[_condition(atom, f"{path}.where.{place}")] for place, atom in enumerate(atoms)]
    return woven(
        _("%(event)s where %(conditions)s"),
        event=event,
        conditions=joined(conditions, pgettext("conditions", " and ")),
    )


def _condition(atom: Atom, what: str) -> Word:
    now = {"name": atom.name, "operator": atom.operator, "value": atom.value}
    return Word(condition_text(atom), what, "condition", now)


def condition_text(atom: Atom) -> str:
    """A statement as it stands in the sentence."""
    if atom.operator == "json":
        return atom.value
    stated = _OF_COMPANIES if atom.name.startswith(ACCOUNT) and atom.operator in _OF_COMPANIES else _STATED
    value = group_text(atom.name, atom.value) if atom.operator in _OF_COMPANIES else atom.value
    return plain(woven(stated[atom.operator](), name=atom.name, value=value))


def name_text(name: str) -> str:
    """A name of a property or trait as it stands in the sentence; whether somebody is in a segment is said so."""
    return _("segment %(name)s") % {"name": group_text(*group)} if (group := group_named(name)) else name


_STATED = {
    "is": lambda: _("%(name)s is %(value)s"),
    "is_not": lambda: _("%(name)s is not %(value)s"),
    "one_of": lambda: _("%(name)s is one of %(value)s"),
    "none_of": lambda: _("%(name)s is none of %(value)s"),
    "contains": lambda: _("%(name)s contains %(value)s"),
    "at_least": lambda: _("%(name)s is at least %(value)s"),
    "at_most": lambda: _("%(name)s is at most %(value)s"),
    "more": lambda: _("%(name)s is more than %(value)s"),
    "less": lambda: _("%(name)s is less than %(value)s"),
    "in_group": lambda: _("they are in segment %(value)s"),
    "not_in_group": lambda: _("they are not in segment %(value)s"),
    "is_set": lambda: _("%(name)s is there"),
    "is_not_set": lambda: _("%(name)s is not there"),
}
_OF_COMPANIES = {
    "in_group": lambda: _("their company is in segment %(value)s"),
    "not_in_group": lambda: _("their company is not in segment %(value)s"),
}


def operators() -> tuple[tuple[str, str], ...]:
    """The operators of a condition, for a list to choose from."""
    return (
        ("is", _("is")), ("is_not", _("is not")), ("one_of", _("is one of (a, b, …)")),
        ("none_of", _("is none of (a, b, …)")), ("contains", _("contains")), ("at_least", _("is at least")),
        ("at_most", _("is at most")), ("more", _("is more than")), ("less", _("is less than")),
        ("in_group", _("is in segment")), ("not_in_group", _("is not in segment")),
        ("is_set", _("is there")), ("is_not_set", _("is not there")), ("json", _("as JSON")),
    )  # fmt: skip


def choice(what: str, now: str, options: Mapping[Any, str]) -> Word:
    """A word that one of these may stand for."""
    return Word(
        options[now], what, "choose", {"value": now}, tuple((str(value), text) for value, text in options.items())
    )


def joined(each: Sequence[Parts], between: str) -> Parts:
    """Parts one after the other."""
    return [part for place, parts in enumerate(each) for part in ([between] if place else []) + list(parts)]


def length_word(length: str, what: str) -> Word:
    """A length of time such as ``14d``, as ``14 days``."""
    number, unit = length[:-1], length[-1]
    return Word(length_text(length), what, "window", {"number": number, "unit": unit}, windows())


def length_text(length: str) -> str:
    """A length of time such as ``14d``, as ``14 days``."""
    name = {"m": "minute", "h": "hour", "d": "day", "w": "week"}[length[-1]]
    language = get_language() or "en"
    form: Literal["long", "short"] = "short" if language == "ko" else "long"  # CLDR has no long form in Korean
    return units.format_unit(int(length[:-1]), f"duration-{name}", length=form, locale=language)


def windows() -> tuple[tuple[str, str], ...]:
    """Units of a window."""
    return (("m", _("minutes")), ("h", _("hours")), ("d", _("days")), ("w", _("weeks")))


def conditions_text(wanted: Wanted) -> str:
    """An event's conditions as text, "" where there are none."""
    return pgettext("conditions", " and ").join(condition_text(atom) for atom in atoms_of(wanted.where))


def event_text(wanted: Wanted) -> str:
    """An event with its conditions as text."""
    return plain(wanted_words(wanted, ""))
