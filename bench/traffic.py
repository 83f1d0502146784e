"""Requests as a busy product sends them, made fast enough not to be what is measured.

A batch is a template of fixed width; ids, times and values are digits written into it with numpy.
"""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

BATCH = 100
EVENT_NAMES = 40
OLD_IDS = 500_000
NEW, JOINS, REPEATS, LATE = 0.10, 0.05, 0.01, 0.02
WIDTH = {"message": 12, "user": 8, "device": 12, "time": 23, "name": 2, "seats": 3, "page": 4}
LENGTH = 700  # bytes of one event
AT_ONCE = 32  # batches made in one go


@dataclass(frozen=True)
class Mix:
    """Which of a batch's events are new ids, joins, repeats and late ones."""

    new: np.ndarray
    joins: np.ndarray
    repeats: np.ndarray
    late: np.ndarray


class Traffic:
    """Makes one request body after another: batches, or bare events if they hold one each. Not thread-safe."""

    def __init__(self, write_key: str, *, seed: int = 1, batch: int = BATCH) -> None:
        self._random = np.random.default_rng(seed)
        self._batch = batch
        self._kinds = [_Kind(write_key, mix) for mix in _mixes(self._random, batch)]
        self._message = self._user = self._device = 0
        self._ready: list[memoryview] = []

    def body(self) -> memoryview:
        """The next batch. Its ids are new, old or repeated as the mix says; its times are at most a moment old.

        It is good until ``AT_ONCE`` more were asked for.
        """
        if not self._ready:
            self._ready = self._bodies(datetime.now(UTC))
        return self._ready.pop()

    def _bodies(self, now: datetime) -> list[memoryview]:
        """AT_ONCE batches of one kind, written side by side over those of before."""
        kind = self._kinds[self._random.integers(len(self._kinds))]
        mix = kind.mix
        numbers = self._numbers(mix, devices=kind.places["device"].shape[1])
        for name, values in numbers.items():
            _write(kind.text, kind.places[name].ravel(), values.ravel(), width=WIDTH[name])
        late = now - timedelta(days=int(self._random.integers(1, 20)))
        for chosen, at in ((~mix.late, now), (mix.late, late)):
            stamp = np.frombuffer(at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:23].encode(), "u1")
            where = kind.places["time"][:, chosen].ravel()
            kind.text[where[:, None] + np.arange(len(stamp))] = stamp
        return kind.bodies()

    def _numbers(self, mix: Mix, *, devices: int) -> dict[str, np.ndarray]:
        shape = (AT_ONCE, self._batch)
        user = self._random.integers(0, OLD_IDS, shape)
        fresh = int(mix.new.sum())
        user[:, mix.new] = 10_000_000 + self._user + np.arange(AT_ONCE * fresh).reshape(AT_ONCE, fresh)
        message = self._message + np.arange(AT_ONCE * self._batch).reshape(shape)
        message[:, mix.repeats] = np.maximum(message[:, mix.repeats] - 5 * self._batch * AT_ONCE, 0)
        device = self._device + np.arange(AT_ONCE * devices)
        self._user += AT_ONCE * fresh
        self._message += AT_ONCE * self._batch
        self._device += AT_ONCE * devices
        return {
            "message": message,
            "user": user,
            "device": device,
            "name": np.minimum(self._random.geometric(0.12, shape) - 1, EVENT_NAMES - 1),
            "seats": self._random.integers(100, 300, shape),
            "page": self._random.integers(0, 3000, shape),
        }


class _Kind:
    """AT_ONCE copies of a batch, where its digits stand in them, and which of its events are what."""

    def __init__(self, write_key: str, mix: Mix) -> None:
        events = [_event(join=bool(join)) for join in mix.joins]
        request = {"writeKey": write_key, **(events[0] if len(events) == 1 else {"batch": events})}
        template = json.dumps(request, separators=(",", ":")).encode()
        template = template.replace(f'"{_mark("seats")}"'.encode(), _mark("seats").encode())  # a number, not text
        self.mix = mix
        self.text = np.frombuffer(template * AT_ONCE, "u1").copy()
        self.places = {name: _places(self.text.tobytes(), name).reshape(AT_ONCE, -1) for name in WIDTH}

    def bodies(self) -> list[memoryview]:
        """The batches."""
        whole, size = memoryview(self.text), len(self.text) // AT_ONCE
        return [whole[start : start + size] for start in range(0, len(whole), size)]


def _mixes(random: np.random.Generator, batch: int) -> list[Mix]:
    """The mixes of several batches, in which together each share of events is as it should be."""
    kinds = max(8, 200 // batch)

    def chosen(share: float) -> np.ndarray:
        return (random.permutation(kinds * batch) < share * kinds * batch).reshape(kinds, batch)

    return [Mix(*rows) for rows in zip(chosen(NEW), chosen(JOINS), chosen(REPEATS), chosen(LATE), strict=True)]


def _event(*, join: bool) -> dict[str, object]:
    event: dict[str, object] = {
        "type": "track",
        "event": "Feature Used " + _mark("name"),
        "userId": "user-" + _mark("user"),
        "messageId": "node-" + _mark("message"),
        "timestamp": _mark("time") + "Z",
        "properties": {
            "plan": "team", "seats": _mark("seats"), "page": "/boards/" + _mark("page"), "source": "toolbar",
            "is_first": False, "workspace": "north",
        },
        "context": {
            "library": {"name": "@segment/analytics-node", "version": "2.3.0"}, "ip": "203.0.113.7", "locale": "en-GB",
            "page": {"path": "/app/boards", "url": "https://app.example.com/app/boards", "title": "Boards"},
            "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36",
            "timezone": "Europe/Berlin",
        },
    }  # fmt: skip
    if join:
        event["anonymousId"] = "device-" + _mark("device")
    short = LENGTH - len(json.dumps(event, separators=(",", ":")))
    assert isinstance(event["context"], dict)
    event["context"]["note"] = "x" * max(0, short - len(',"note":""'))
    return event


def _mark(name: str) -> str:
    """A place holder as wide as what will stand there: ``@`` and the name's first letter, filled up."""
    return f"@{name[0]}".ljust(WIDTH[name], "@")


def _places(text: bytes, name: str) -> np.ndarray:
    return np.array([found.start() for found in re.finditer(_mark(name).encode() + b"(?!@)", text)], "i8")


_FOUR = np.array([list(f"{number:04}".encode()) for number in range(10_000)], "u1")


def _write(text: np.ndarray, places: np.ndarray, numbers: np.ndarray, *, width: int) -> None:
    """Write numbers as digits of that width, leading zeros included."""
    if len(places):
        while width > 0:  # up to four digits at once, the last ones first
            numbers, four = np.divmod(numbers, 10_000)
            size = min(4, width)
            text[places[:, None] + np.arange(width - size, width)] = _FOUR[four, 4 - size :]
            width -= size
