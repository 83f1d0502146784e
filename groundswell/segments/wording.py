"""A segment as sentences whose words open: one for whom it is about, one for each group and statement of its match.

A statement stands at a place of the match, such as ``match.0.1``; its words are changed there (``edits.py``). Around a
statement that is denied its verb says so, and not a statement of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from groundswell.conditions.atoms import atoms_of
from groundswell.conditions.wording import (
    Part,
    Parts,
    Word,
    choice,
    condition_text,
    joined,
    length_text,
    plain,
    wanted_words,
    windows,
    woven,
)
from groundswell.segments import kinds
from groundswell.segments.types import (
    Definition,
    Definitions,
    Did,
    Group,
    How,
    InSegment,
    Listed,
    Node,
    Not,
    Of,
    Special,
    Statement,
    Trait,
)
from groundswell.workspace.types import ProjectCard

ROOT = "match"
NOT = "not"  # what the value of a denied verb is
Options = Sequence[tuple[str, str]]  # segments to choose from: key and name


@dataclass(frozen=True)
class Line:
    """A sentence of a segment, and of a group those in it. ``more`` adds to the group, ``beside`` makes one of a
    statement; ``address`` leads to what a statement of an upper street is about."""

    parts: Parts
    lines: Sequence["Line"] = field(default_factory=list)
    more: Word | None = None
    address: str = ""

    @property
    def shown(self) -> list[tuple[bool, Part]]:
        """The parts as a template wants them: whether it is a word, and the part."""
        return [(isinstance(part, Word), part) for part in self.parts]

    @property
    def shown_more(self) -> list[tuple[bool, Part]]:
        """The word that adds to a group, likewise."""
        return [(True, self.more)] if self.more else []

    @property
    def plain(self) -> str:
        """As text."""
        return plain(self.parts)


class Sentences:
    """How a segment is said, with the segments that it may name."""

    def __init__(self, project: ProjectCard, of: Of, definitions: Definitions, options: Options = ()) -> None:
        self._project = project
        self._of = of
        self._definitions = definitions
        self._options = options

    def whole(self, match: Group) -> Line:
        """The segment's first sentence, with all others in it."""
        how = self._how(match, ROOT, is_denied=False)
        phrase = _("People of whom %(how)s:") if self._of is Of.PEOPLE else _("Companies of which %(how)s:")
        return Line(woven(phrase, how=how), self._lines(match, ROOT), self._more(match, ROOT))

    def text(self, match: Group) -> str:
        """The segment in one line."""
        said = self._text(match)
        phrase = _("People: %(said)s") if self._of is Of.PEOPLE else _("Companies: %(said)s")
        return phrase % {"said": said}

    def _text(self, node: Node) -> str:
        group, is_denied = _undenied(node)
        if not isinstance(group, Group):
            return plain(self._statement(group, "", is_denied=is_denied))
        between = _("; and ") if group.how is How.ALL else _("; or ")
        said = between.join(self._inner(part) for part in group.parts)
        return _("not (%(said)s)") % {"said": said} if is_denied else said

    def _inner(self, part: Node) -> str:
        group, is_denied = _undenied(part)
        is_several = isinstance(group, Group) and len(group.parts) > 1 and not is_denied
        return f"({self._text(part)})" if is_several else self._text(part)

    def _lines(self, group: Group, path: str) -> list[Line]:
        return [self._line(part, f"{path}.{place}", group.how) for place, part in enumerate(group.parts)]

    def _line(self, node: Node, path: str, around: How) -> Line:
        inner, is_denied = _undenied(node)
        if isinstance(inner, Group):
            return Line(
                [self._how(inner, path, is_denied=is_denied)], self._lines(inner, path), self._more(inner, path)
            )
        beside = Word(_("+ or") if around is How.ALL else _("+ and"), f"{path}.beside", "more", is_more=True)
        parts = [*self._statement(inner, path, is_denied=is_denied), " ", beside]
        address = ""
        if isinstance(inner, Special):
            _said, address = kinds.kind(inner.kind).words(self._project, inner.given)
        return Line(parts, address=address)

    def _more(self, group: Group, path: str) -> Word:
        return Word(_("+ and") if group.how is How.ALL else _("+ or"), f"{path}.add", "more", is_more=True)

    def _how(self, group: Group, path: str, *, is_denied: bool) -> Word:
        options = {
            "all": _("all of this holds"), "any": _("any of this holds"),
            "not any": _("none of this holds"), "not all": _("not all of this holds"),
        }  # fmt: skip
        sheet = "choose" if path == ROOT else "group"
        now = f"{NOT} {group.how.value}" if is_denied else group.how.value
        shown = dict(list(options.items())[:2]) if path == ROOT else options
        return Word(options[now], f"{path}.how", sheet, {"value": now, "path": path}, tuple(shown.items()))

    def _statement(self, statement: Statement, path: str, *, is_denied: bool) -> Parts:
        said: Mapping[type, Callable[..., Parts]] = {
            Trait: self._trait, Did: self._did, InSegment: self._segment, Listed: self._listed, Special: self._special,
        }  # fmt: skip
        return said[type(statement)](statement, path, NOT if is_denied else "")

    def _trait(self, trait: Trait, path: str, verb: str) -> Parts:
        atoms = atoms_of(trait.where)
        each: list[Parts] = [
            [
                Word(
                    condition_text(atom), f"{path}.trait.{place}", "condition",
                    {"name": atom.name, "operator": atom.operator, "value": atom.value, "list": "traits"},
                )
            ]
            for place, atom in enumerate(atoms)
        ]  # fmt: skip
        conditions = joined(each, pgettext("conditions", " and ")) if each else [_("anything is so")]
        options = {"": _("whose"), NOT: _("except those whose")}
        phrase = _("%(verb)s %(conditions)s")
        return woven(phrase, verb=self._verb(path, verb, options), conditions=conditions)

    def _did(self, did: Did, path: str, verb: str) -> Parts:
        wanted = wanted_words(did.wanted, path)
        options = {"": _("who did"), NOT: _("who did not do")}
        phrase = _("%(verb)s %(event)s %(times)s %(within)s")
        return woven(
            phrase, verb=self._verb(path, verb, options), event=wanted, times=_times(did, path),
            within=_within(did, path),
        )  # fmt: skip

    def _segment(self, statement: InSegment, path: str, verb: str) -> Parts:
        other = self._definitions(statement.key)
        name = other.name if other else statement.key
        word = Word(name, f"{path}.segment", "segment", {"value": statement.key, "path": path}, self._options)
        return woven(_("%(verb)s %(segment)s"), verb=self._verb(path, verb, self._belonging(other)), segment=word)

    def _belonging(self, other: Definition | None) -> dict[str, str]:
        if other is None or other.of is self._of:
            return {"": _("who are in"), NOT: _("who are not in")}
        if self._of is Of.PEOPLE:
            return {"": _("who belong to a company in"), NOT: _("who belong to no company in")}
        return {"": _("with somebody in"), NOT: _("with nobody in")}

    def _listed(self, _statement: Listed, path: str, verb: str) -> Parts:
        options = {"": _("who are on the list of this segment"), NOT: _("who are not on the list of this segment")}
        return [self._verb(path, verb, options)]

    def _special(self, statement: Special, path: str, verb: str) -> Parts:
        said, _address = kinds.kind(statement.kind).words(self._project, statement.given)
        options = {"": _("who are behind"), NOT: _("who are not behind")}
        return woven(_("%(verb)s “%(what)s”"), verb=self._verb(path, verb, options), what=said)

    def _verb(self, path: str, now: str, options: Mapping[str, str]) -> Word:
        word = choice(f"{path}.verb", now, options)
        return Word(word.text, word.what, "verb", {"value": now, "path": path}, word.options)


def _undenied(node: Node) -> tuple[Group | Statement, bool]:
    """A node without what denies it, and whether it is denied."""
    is_denied = False
    while isinstance(node, Not):
        node, is_denied = node.part, not is_denied
    return node, is_denied


def _times(did: Did, path: str) -> Word:
    how = "at_least" if did.at_most is None else "exactly" if did.at_least == did.at_most else "between"
    how = "at_most" if how == "between" and did.at_least == 0 else how
    number = did.at_most if how == "at_most" else did.at_least
    now = {"how": how, "number": number, "more": did.at_most if how == "between" else ""}
    is_usual = did.at_least == 1 and did.at_most is None
    text = _("+ how often") if is_usual else times_text(did)
    return Word(text, f"{path}.times", "times", now, is_more=is_usual)


def how_often() -> tuple[tuple[str, str], ...]:
    """Ways in which it may be said how often."""
    return (
        ("at_least", _("at least … times")), ("at_most", _("at most … times")), ("exactly", _("exactly … times")),
        ("between", _("from … to … times")),
    )  # fmt: skip


def times_text(did: Did) -> str:
    """How often something was done."""
    least, most = did.at_least, did.at_most
    if most is None:
        return ngettext("at least %(least)s time", "at least %(least)s times", least) % {"least": least}
    if most == 0:
        return _("never")
    if least == most:
        return ngettext("exactly %(least)s time", "exactly %(least)s times", least) % {"least": least}
    if least == 0:
        return ngettext("at most %(most)s time", "at most %(most)s times", most) % {"most": most}
    return _("%(least)s to %(most)s times") % {"least": least, "most": most}


def _within(did: Did, path: str) -> Word:
    if did.within is None:
        now = {"number": 30, "unit": "d"}
        return Word(_("+ within"), f"{path}.within", "within", now, windows(), is_more=True)
    now = {"number": did.within[:-1], "unit": did.within[-1]}
    text = _("within the last %(length)s") % {"length": length_text(did.within)}
    return Word(text, f"{path}.within", "within", now, windows())
