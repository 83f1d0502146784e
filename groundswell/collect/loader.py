"""From the inbox into the store: one thread, in order, block by block.

Which records make up a block is noted on disk before its first row is written, and every row is written under
the block's token. So after a crash at any instant the same block is made and written again, and the store keeps
each row once. Receipts are written last: a message counts as received only when all that it said is in the store.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, close_old_connections

from groundswell.collect.between import Between
from groundswell.collect.block import KEPT, REASONS, Block
from groundswell.collect.inbox import Inbox
from groundswell.collect.ledger import Ledger
from groundswell.collect.names import Names
from groundswell.collect.offers import Offer, Offers
from groundswell.collect.pieces import read_records
from groundswell.collect.receipts import Receipts
from groundswell.collect.recent import Recent
from groundswell.collect.rezoning import Rezoning
from groundswell.collect.steps import ALIAS, CLAIM, LAST_EVENT, doubt_money
from groundswell.collect.types import Reason, Record
from groundswell.collect.writing import first_day, write_events, write_people
from groundswell.events import editions
from groundswell.events.service import renamed_money
from groundswell.kernel.errors import Refusal
from groundswell.kernel.files import write_durably
from groundswell.people import service as people
from groundswell.people.daily import NEVER, Daily
from groundswell.people.identity import Identity
from groundswell.people.types import RejoinAsked, Sightings
from groundswell.store import service as store
from groundswell.workspace.service import project_card

log = logging.getLogger(__name__)

BLOCK = 50_000  # messages; larger blocks load little faster and hold more memory
MOST_BYTES = 100_000_000  # of the bodies of a block
PATIENCE = 0.4  # seconds that a small block waits for company, for the store likes large blocks better
ENOUGH = 40_000  # messages that need no company
RETRY = 1.0  # seconds until a store that failed is tried again
COUNT_PAUSE = 60.0  # seconds after counted days were changed
COUNT_REST = 10.0  # seconds while nothing is left to count
COUNT_SHARE = 20  # counting ahead takes a twentieth of the time at most
CHORES_FIRST = 60.0  # seconds after the start
CHORES_EVERY = 3600.0  # seconds
JOURNAL = "inbox"


class Loader:
    """Loads what the inbox holds; ``run`` until ``stop``."""

    def __init__(self, inbox: Inbox, ledger: Ledger, *, folder: Path, recent: Recent) -> None:
        self._inbox = inbox
        self._ledger = ledger
        self._intent = folder / "block.json"
        self._recent = recent
        self._names: dict[int, Names] = {}
        self._stopping = threading.Event()
        self._identity = Identity()
        self._knows_people = True
        self._receipts = Receipts()
        self.daily = Daily()
        self._may_count = 0.0  # the instant (monotonic) from which days may be counted ahead
        self.offers = Offers()
        self.between = Between()
        self.rezoning = Rezoning()
        self.position = 0
        self._imported = 0  # what has a place in the order of receipt but was not in the inbox
        self.trouble = ""  # why nothing is loaded at present
        self.chores: Sequence[Callable[[], None]] = ()
        self._chores_from = time.monotonic() + CHORES_FIRST
        self.before_all: Callable[[], None] | None = None  # loads what must be loaded before anything else

    def restore(self) -> None:
        """Take up where the store's progress says that loading stopped."""
        self.position = progress(JOURNAL)
        self._recall()

    def _recall(self) -> None:
        """Know what the store knows."""
        self._imported = _rows_imported() + people.rejoins_made()
        self._receipts = Receipts()
        self._recall_people()
        self._receipts.restore()
        self.daily.restore()

    def _recall_people(self) -> None:
        identity = Identity()
        people.restore(identity)
        self._identity, self._knows_people = identity, True

    def run(self) -> None:
        """Load until stopped. A store that fails is tried again; meanwhile the inbox grows."""
        while not self._stopping.is_set():
            try:
                self._begin()
                expected = self.offers.is_expected
                if not self.load_next(patience=0 if expected else PATIENCE) + self.load_offered():
                    self._rest(expected)
                self.between.do_all()
                self.rezoning.step()
                self.count_ahead()
                self.trouble = ""
            except (Refusal, DatabaseError) as error:
                self._wait_out(str(error))
            except Exception as error:  # whatever it is: what was acknowledged stays in the inbox, and people see it
                log.exception("a block could not be loaded")
                self._wait_out(f"{type(error).__name__}: {error}")
        if self.before_all is None:
            self._drain()

    def _begin(self) -> None:
        """Once: load what comes before all. Some of what it decides may have been written, and read, before."""
        if self.before_all is not None:
            self.before_all()
            self._recall()
            self._ledger.restore()
            self.before_all = None

    def _rest(self, is_importing: bool) -> None:
        """Wait until there is something to load."""
        if is_importing:
            self.offers.first(timeout=0.02)
        else:
            self._do_chores()
            self._inbox.wait(self.position, 0.1)

    def _do_chores(self) -> None:
        """What is to be done once in a while. Where it cannot be, nothing else has to wait for it."""
        if time.monotonic() < self._chores_from:
            return
        self._chores_from = time.monotonic() + CHORES_EVERY
        for chore in self.chores:
            try:
                chore()
            except Exception:
                log.exception("a chore could not be done")

    def _wait_out(self, trouble: str) -> None:
        self.trouble = trouble
        log.warning("loading waits: %s", trouble)
        close_old_connections()  # a database that was started anew does not know them
        self._stopping.wait(RETRY)

    def stop(self) -> None:
        """Ask the loader to finish what is waiting and return."""
        self._stopping.set()

    def count_ahead(self) -> None:
        """Count a few days of a project that lags, if there is time; then leave it at that for a while."""
        begun = time.monotonic()
        if begun < self._may_count or self._inbox.end - self.position > ENOUGH or self.offers.is_expected:
            return
        for project in self.daily.projects:
            try:
                if self.daily.count_on(editions.current(project).of(project_card(project))):
                    break
            except (Refusal, DatabaseError, ObjectDoesNotExist) as error:  # questions count for themselves meanwhile
                log.warning("the days of project %d are not counted ahead: %s", project, error)
                self.daily.put_off(project)
                break
        else:  # whether midnight has passed somewhere need not be asked all the time
            self._may_count = begun + COUNT_REST
            return
        self._may_count = begun + 1 + COUNT_SHARE * (time.monotonic() - begun)

    def load_next(self, *, patience: float = PATIENCE) -> int:
        """Load one block. Returns how many messages it held, 0 if nothing was waiting."""
        if self._inbox.end <= self.position:
            return 0
        begun = self._begun()
        if begun or not self._knows_people:  # what an attempt that failed left in memory may not be in the store
            self._recall_people()
        records = self._records_until(begun) if begun else self._records(patience)
        end = records[-1].position + records[-1].count
        self._note_intent(end)
        blocks: list[Block] = []
        for project, own in _by_project(records):
            token = f"{self.position}-{end}-{project}"
            block = read_records(project_card(project), own, token=token, before=self._imported)
            self.load_block(block)
            blocks.append(block)
        store.append("progress", _progress_row(JOURNAL, end), token=f"{JOURNAL}-{end}")
        loaded, self.position = end - self.position, end
        self._ledger.close(blocks)
        if begun:  # some of its counts and joins may have been written, and read, before
            self._ledger.restore()
            self._recall_people()
        self._inbox.discard(end)
        return loaded

    def _records(self, patience: float) -> list[Record]:
        """The records of the next block: what is waiting, after some patience for more."""
        deadline = time.monotonic() + patience
        while self._inbox.end - self.position < ENOUGH and not self._stopping.is_set():
            left = deadline - time.monotonic()
            if left <= 0:
                break
            self._stopping.wait(min(left, 0.05))
        return self._inbox.read(self.position, BLOCK, most_bytes=MOST_BYTES)

    def _records_until(self, end: int) -> list[Record]:
        """The records of the block that was begun before a crash or a failure."""
        return [record for record in self._inbox.read(self.position, end - self.position) if record.position < end]

    def load_offered(self) -> int:
        """Load one block of an import, if one was offered. Returns how many rows it has."""
        offer = self.offers.first()
        if offer is None:
            return 0
        try:
            self.load_imported(offer)
        except (Refusal, DatabaseError):
            raise  # tried again later
        except Exception as error:  # no reason for live messages to wait
            log.exception("a block of an import could not be loaded")
            self.offers.settle(error)
        else:
            self.offers.settle()
        return len(offer.block)

    def load_imported(self, offer: Offer) -> None:
        """Load a block of an import. Its rows come, in the order of receipt, behind all that was loaded before."""
        if not self._knows_people:
            self._recall_people()
        block, dropped = offer.block, offer.block.reason.copy()
        block.project = project_card(block.project.id)  # its days may begin at another time since the import began
        block.position = self.position + self._imported + np.arange(len(block))
        try:
            self.load_block(block, keep_receipts=True)
            row, token = _progress_row(offer.journal, offer.end), f"{offer.journal}-{offer.end}"
            self._until_written(lambda: store.append("progress", row, token=token))
        except Exception:
            block.reason = dropped
            self._knows_people = False  # its joins may not be in the store
            raise
        self._imported += len(block)
        self._ledger.close([block], were_waiting=False)

    def rejoin(self, asked: RejoinAsked) -> None:
        """Join or part people by hand, between two blocks. Any counted day may change by it. Raises Refusal."""
        if not self._knows_people:
            self._recall_people()
        change = people.decide_rejoin(asked, position=self.position + self._imported)
        self._imported += 1
        self._knows_people = False  # until it is written and known

        def write() -> None:
            self.daily.touch(change.project, NEVER)
            people.rejoin(self._identity, change)

        self._until_written(write)
        self._knows_people = True
        self._may_count = time.monotonic() + COUNT_PAUSE

    def load_block(self, block: Block, *, keep_receipts: bool = False) -> None:
        """Learn from a block and write it. Imports enter here too, and keep their receipts for ever."""
        doubt_money(block, renamed_money(block.project.id))
        self._learn(block)
        self._unique(block)
        meeting = self._meet(block)  # from here on the block must be written: its joins are known
        self._until_written(lambda: self._write(block, meeting, keep_receipts=keep_receipts))
        self._recent.keep(block)

    def _write(self, block: Block, meeting: people.Meeting, *, keep_receipts: bool) -> None:
        into = self.rezoning.into(block.project)
        day = first_day(block, meeting, into[0].zone)
        if day and self.daily.touch(block.project.id, day):
            self._may_count = time.monotonic() + COUNT_PAUSE  # more of the kind may follow
        write_people(block, meeting)
        write_events(block, into)
        self._ledger.write(block)
        self._receipts.append(
            block.project.id, np.where(block.kept, block.message, 0).astype("u8"), received=block.received,
            token=block.token, keep=keep_receipts,
        )  # fmt: skip

    def _until_written(self, write: Callable[[], None]) -> None:
        """Repeat a write until the store takes it. Raises Refusal only when the loader is to stop."""
        while True:
            try:
                return write()
            except (Refusal, DatabaseError) as error:
                self._wait_out(str(error))
                if self._stopping.is_set():
                    raise

    def _learn(self, block: Block) -> None:
        """Take the names of events and properties into the catalogue; rows with names too many are set aside."""
        project = block.project.id
        rows = np.flatnonzero(block.kept & (block.kind <= LAST_EVENT))
        if not len(rows):
            return
        names = self._names.get(project) or self._names.setdefault(project, Names(project))
        kinds, kind = block.kinds(rows)
        try:
            reasons = names.refuse(kinds)
            refused = np.array([REASONS.index(reason) if reason else KEPT for reason in reasons], "i1")[kind]
            samples = rows[refused == KEPT]
            names.notice([block.properties_of(row) for row in samples[:: max(1, len(samples) // 50)].tolist()])
        except Exception:
            del self._names[project]  # what it took up may not be in the catalogue
            raise
        block.reason[rows] = refused

    def _unique(self, block: Block) -> None:
        messages = np.where(block.kept & ~block.unheard, block.message, 0).astype("u8")
        block.drop(self._receipts.repeated(block.project.id, messages, at=block.received), Reason.DUPLICATE)

    def _meet(self, block: Block) -> people.Meeting:
        kept = block.kept
        seen = Sightings(
            position=block.position,
            at=block.at,
            user=np.where(kept, block.user, 0).astype("u8"),
            anonymous=np.where(kept, block.anonymous, 0).astype("u8"),
            is_join=np.equal(block.kind, ALIAS),
            is_trusted=block.is_trusted,
            is_claim=np.equal(block.kind, CLAIM),
        )
        meeting = people.meet(self._identity, seen)
        rows = pa.array(meeting.met["row"])
        known = pa.array(meeting.met["known"].astype(bool))
        meeting.names = pc.if_else(known, block.user_names.take(rows), block.anonymous_names.take(rows))
        block.drop(meeting.joins.refused, Reason.MERGE_REFUSED)
        return meeting

    def _note_intent(self, end: int) -> None:
        """Write down which block is being loaded, before its first row is written."""
        write_durably(self._intent, msgspec.json.encode({"start": self.position, "end": end}))

    def _begun(self) -> int:
        """The end of the block that was begun at this position before a crash; 0 if none was."""
        try:
            noted = msgspec.json.decode(self._intent.read_bytes())
        except (OSError, msgspec.DecodeError):
            return 0
        return int(noted["end"]) if noted["start"] == self.position else 0

    def _drain(self) -> None:
        """Load what is left, so that a clean stop leaves an empty inbox; a failing store keeps it for later."""
        try:
            while self.load_next(patience=0):
                pass
        except (Refusal, DatabaseError) as error:
            log.warning("stopped with messages waiting: %s", error)
        while self.offers.first():
            self.offers.settle(Refusal(503, "stopping", "The server is stopping.", hint="Import again later."))


def progress(journal: str) -> int:
    """The position before which everything of a journal is in the store."""
    found = store.read(
        "SELECT max(position) FROM groundswell.progress WHERE journal = {journal:String}", params={"journal": journal}
    )
    return int(found.rows[0][0])


def is_begun(journals: str) -> bool:
    """Whether anything of a journal whose name begins so is in the store."""
    found = store.read(
        "SELECT count() FROM groundswell.progress WHERE startsWith(journal, {journals:String})",
        params={"journals": journals},
    )
    return bool(found.rows[0][0])


def _rows_imported() -> int:
    found = store.read(
        "SELECT sum(end) FROM (SELECT max(position) AS end FROM groundswell.progress"
        " WHERE journal != {journal:String} GROUP BY journal)", params={"journal": JOURNAL},
    )  # fmt: skip
    return int(found.rows[0][0])


def _progress_row(journal: str, position: int) -> pa.Table:
    return pa.table({"journal": pa.array([journal]), "position": pa.array([position], pa.uint64())})


def _by_project(records: list[Record]) -> list[tuple[int, list[Record]]]:
    ordered = sorted(records, key=lambda record: record.project)  # stable: each project's own order stays
    return [(project, list(own)) for project, own in groupby(ordered, key=lambda record: record.project)]


assert len(REASONS) < 127, "reasons are kept as 8-bit numbers"
