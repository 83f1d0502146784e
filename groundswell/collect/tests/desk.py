"""An inbox with an event loop to append from."""

import asyncio
from pathlib import Path

from groundswell.collect.inbox import Inbox
from groundswell.collect.types import Record, Source

SECOND = 1_000_000  # µs
BIG = 10**9  # bytes: no limit


class Desk:
    """An inbox with an event loop to append from."""

    def __init__(self, folder: Path, cap: int = BIG, settled_to: int = 0) -> None:
        self.inbox = Inbox(folder, cap)
        self.start = self.inbox.open(settled_to)
        self.loop = asyncio.new_event_loop()

    def put(self, *records: tuple[int, bytes], project: int = 1, received: int = SECOND) -> list[int]:
        """Append records of (count, body) at once; their positions."""
        return self.loop.run_until_complete(self._put(records, project, received))

    async def _put(self, records: tuple[tuple[int, bytes], ...], project: int, received: int) -> list[int]:
        futures = [
            self.inbox.append(
                project=project, key=7, is_trusted=True, source=Source.SEGMENT, kind="identify", count=count,
                received=received, body=body, sent=5,
            )
            for count, body in records
        ]  # fmt: skip
        return list(await asyncio.gather(*futures))

    def close(self) -> None:
        self.inbox.close()
        self.loop.close()


def bodies(records: list[Record]) -> list[bytes]:
    return [record.body for record in records]
