"""Who is who: joins ids into persons, block by block, from the joins known so far.

The outcome is a function of what was received and in which order, so a block that is loaded again after a
crash gives the same joins. Claims are decided by timestamp, not by arrival: late messages change nothing
that punctual ones would not have said. (A browser key's claims are the exception: they never move one.)
"""

from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from groundswell.kernel.keyed import Keyed
from groundswell.people.types import Ids, Joins, Micros, Rejoin, Sightings

KNOWN = 1
NOBODY = 0
FREE = 7_258_118_400_000_000  # µs (the year 2200): of a row that says that an id belongs to nobody but itself


class Identity:
    """The joins of all projects. One loader thread uses it."""

    def __init__(self) -> None:
        self._ids = Keyed(position="i8", known="u1", first="i8")
        self._claims = Keyed(person="u8", at="i8")
        self._survivor: dict[int, int] = {}
        self._merged: dict[int, list[int]] = defaultdict(list)

    def restore_ids(self, id: Ids, *, position: np.ndarray, known: np.ndarray, first: Micros) -> None:
        """Take over ids that the store has."""
        self._ids.put(id, position=position, known=known, first=first)

    def restore_claims(self, id: Ids, *, person: Ids, at: Micros) -> None:
        """Take over claims that the store has."""
        self._claims.put(id, person=np.where(at < FREE, person, NOBODY), at=at)

    def restore_merge(self, *, id: int, person: int) -> None:
        """Take over one merge that the store has."""
        if before := self._survivor.pop(id, None):
            self._merged[before].remove(id)
        if id == person:
            return
        self._survivor[id] = person
        self._merged[person].append(id)

    def rejoin(self, change: Rejoin) -> None:
        """Take over what was joined or parted by hand."""
        if change.table == "merges":
            for id, person, _ in change.after:
                self.restore_merge(id=id, person=person)
        else:
            ids, people, at = zip(*change.after, strict=True)
            self.restore_claims(np.array(ids, "u8"), person=np.array(people, "u8"), at=np.array(at, "i8"))

    def meet(self, seen: Sightings) -> np.ndarray:
        """Take in the ids of a block.

        Returns a row for each id that is new, newly known or was there earlier than thought: ``id``, ``known`` (in this
        block), ``row`` (where in the block it was so first), ``position`` (where it was received first), ``first`` (the
        earliest instant that it was sent with, µs) and ``is_new`` (new or newly known).
        """
        met = _first_sightings(seen)
        before, there = self._ids.rows(met["id"])
        met["is_new"] = ~there | (met["known"] > before["known"])
        is_earlier = there & (met["first"] < before["first"])
        met["position"] = np.where(there, before["position"], met["position"])
        met["first"] = np.where(there, np.minimum(before["first"], met["first"]), met["first"])
        changed = met["is_new"] | is_earlier
        met, known = met[changed], np.maximum(before["known"], met["known"])[changed]
        self._ids.put(met["id"], position=met["position"], known=known, first=met["first"])
        return met

    def first_of(self, ids: Ids) -> int | None:
        """The earliest instant (µs) that any of these ids was sent with; None of none."""
        found, there = self._ids.rows(ids)
        return int(found["first"][there].min()) if there.any() else None

    def join(self, seen: Sightings, met: np.ndarray) -> Joins:
        """Decide the joins that a block asks for, in the order of receipt. ``met`` is what ``meet`` returned."""
        rows = self._candidates(seen)
        if not len(rows):
            return Joins()
        round = _Round(self, seen, met, rows)
        for row in rows:
            round.decide(int(row))
        round.keep()
        round.joins.refused = _with_equals(seen, round.joins.refused)
        return round.joins

    def _candidates(self, seen: Sightings) -> NDArray[np.int64]:
        """The rows that could join something: two different ids, and not a pair that is joined already."""
        rows = np.flatnonzero((seen.user != 0) & (seen.anonymous != 0) & (seen.user != seen.anonymous))
        claims, there = self._claims.rows(seen.anonymous[rows])
        settled = there & (claims["person"] == seen.user[rows]) & (claims["at"] <= seen.at[rows])
        rows = rows[~settled]
        # Of equal pairs only those can matter that are earlier than all received before them.
        pairs = tuple(part[rows] for part in _asked(seen))
        order = np.lexsort((rows, *pairs))
        is_other = np.ones(len(rows), bool)
        is_other[1:] = ~np.logical_and.reduce([part[order][1:] == part[order][:-1] for part in pairs])
        return np.sort(rows[order[_lower_than_before(seen.at[rows][order], is_other)]])


class _Round:
    """The joins of one block while they are decided, on what is known of the ids concerned."""

    def __init__(self, identity: Identity, seen: Sightings, met: np.ndarray, rows: NDArray[np.int64]) -> None:
        self.joins = Joins()
        self._identity = identity
        self._seen = seen
        ids = np.unique(np.concatenate([seen.user[rows], seen.anonymous[rows]]))
        claims, _ = identity._claims.rows(ids)
        claimed = claims["person"] != NOBODY
        received, _ = identity._ids.rows(ids)
        owners = zip(claims["person"][claimed].tolist(), claims["at"][claimed].tolist(), strict=True)
        self._claims: dict[int, tuple[int, int]] = dict(zip(ids[claimed].tolist(), owners, strict=True))
        self._changed: set[int] = set()
        self._known = set(ids[received["known"] == KNOWN].tolist())
        # An id that became known in this block was not so in the messages before.
        newly = met[met["is_new"] & (met["known"] == KNOWN) & np.isin(met["id"], ids)]
        self._known_from = dict(zip(newly["id"].tolist(), newly["row"].tolist(), strict=True))

    def decide(self, row: int) -> None:
        """Join what row asks to join, if it may."""
        seen = self._seen
        user, other, at = int(seen.user[row]), int(seen.anonymous[row]), int(seen.at[row])
        if seen.is_join[row]:
            is_joined = self._alias(other, user, row=row, at=at)
        else:
            is_joined = self._pair(other, user, row=row, at=at) or seen.is_trusted[row] or not seen.is_claim[row]
        if not is_joined:
            self.joins.refused.append(row)

    def keep(self) -> None:
        """Write what was decided back to the identity."""
        ids = sorted(self._changed)
        claims = [self._claims[id] for id in ids]
        self._identity._claims.put(
            np.array(ids, "u8"),
            person=np.array([person for person, _ in claims], "u8"),
            at=np.array([at for _, at in claims], "i8"),
        )

    def _pair(self, anonymous: int, user: int, *, row: int, at: int) -> bool:
        """A message carried both ids: the anonymous one belongs to the known one. False where it is another's."""
        owner, since = self._claims.get(anonymous, (0, 0))
        if owner == 0:
            if not self._is_known(anonymous, row):
                self._claim(anonymous, user, row=row, at=at)
        elif at < since and (owner == user or self._seen.is_trusted[row]):
            self._claim(anonymous, user, row=row, at=at)
        return self._person(anonymous) == self._person(user)

    def _alias(self, previous: int, user: int, *, row: int, at: int) -> bool:
        """A message asks to join two persons. False where a key that is not trusted asks for too much."""
        one, other = self._person(previous), self._person(user)
        if one == other:
            return True
        if not self._is_known(previous, row):
            return self._claim_by_alias(previous, user, row=row, at=at)
        if not self._seen.is_trusted[row]:
            return False
        self._merge(one, other, row=row, at=at)
        return True

    def _claim_by_alias(self, previous: int, user: int, *, row: int, at: int) -> bool:
        """An anonymous id is asked for outright: a fresh one joins, another's only if this was the earlier claim."""
        _, since = self._claims.get(previous, (0, at + 1))
        if previous in self._claims and not self._seen.is_trusted[row]:
            return False
        if at < since:
            self._claim(previous, user, row=row, at=at)
        return True

    def _merge(self, one: int, other: int, *, row: int, at: int) -> None:
        """Two known persons are one. The one received first survives."""
        received, _ = self._identity._ids.rows(np.array([one, other], "u8"))
        first = (int(received["position"][0]), one) <= (int(received["position"][1]), other)
        survivor, lost = (one, other) if first else (other, one)
        survivors, merged = self._identity._survivor, self._identity._merged
        for id in [lost, *merged.pop(lost, [])]:
            survivors[id] = survivor
            merged[survivor].append(id)
            self.joins.merges.append((id, survivor, at, int(self._seen.position[row])))

    def _claim(self, anonymous: int, user: int, *, row: int, at: int) -> None:
        # The known id may itself have been somebody's anonymous one: a claim names the person it stood for.
        person, _ = self._claims.get(user, (user, 0))
        self._claims[anonymous] = (person, at)
        self._changed.add(anonymous)
        self.joins.claims.append((anonymous, person, at, int(self._seen.position[row])))

    def _person(self, id: int) -> int:
        owner, _ = self._claims.get(id, (id, 0))
        return self._identity._survivor.get(owner, owner)

    def _is_known(self, id: int, row: int) -> bool:
        return id in self._known and self._known_from.get(id, -1) < row


def _lower_than_before(values: Micros, is_other: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which values are lower than all before them in their group; a group begins where ``is_other``."""
    _, rank = np.unique(values, return_inverse=True)
    level = rank - np.cumsum(is_other) * (len(values) + 1)  # all of a group lie below all of the group before
    is_lower = np.ones(len(values), bool)
    is_lower[1:] = level[1:] < np.minimum.accumulate(level)[:-1]
    return is_lower


def _asked(seen: Sightings) -> tuple[NDArray[Any], ...]:
    """What each row asks for: rows with the same of all this ask for the same."""
    return seen.anonymous, seen.user, seen.is_join, seen.is_trusted, seen.is_claim


def _with_equals(seen: Sightings, refused: list[int]) -> list[int]:
    """These rows, and all that ask for the same: of equal ones only one was decided."""
    if not refused:
        return []
    asks = np.array(_asked(seen), "u8").T
    _, ask = np.unique(asks, axis=0, return_inverse=True)
    equal: list[int] = np.flatnonzero(np.isin(ask, ask[refused])).tolist()
    return equal


_MET = [("id", "u8"), ("known", "u1"), ("row", "i8"), ("position", "i8"), ("first", "i8"), ("is_new", "?")]


def _first_sightings(seen: Sightings) -> np.ndarray:
    """Each id of the block once, sorted: whether it is ever known here, and the first row in which it is so."""
    users, others = np.flatnonzero(seen.user), np.flatnonzero(seen.anonymous)
    ids = np.concatenate([seen.user[users], seen.anonymous[others]])
    unknown = np.repeat(np.array([0, 1], "i8"), [len(users), len(others)])
    rank = unknown * len(seen.user) + np.concatenate([users, others])  # known ones first, then by row
    order = np.argsort(ids)
    in_order, is_start = ids[order], np.ones(len(ids), bool)
    is_start[1:] = in_order[1:] != in_order[:-1]
    starts = np.flatnonzero(is_start)
    first = np.minimum.reduceat(rank[order], starts) if len(starts) else rank
    met = np.empty(len(starts), _MET)
    met["id"] = in_order[starts]
    met["known"] = np.where(first < len(seen.user), KNOWN, 0)
    met["row"] = first % max(1, len(seen.user))
    met["position"] = seen.position[met["row"]]
    at = np.concatenate([seen.at[users], seen.at[others]])[order]
    met["first"] = np.minimum.reduceat(at, starts) if len(starts) else at
    return met
