"""A project, as a program asks it."""

import json
import warnings
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from groundswell.kernel.errors import not_found
from groundswell.python.answers import Answer, Behind
from groundswell.python.connections import Connection
from groundswell.python.frames import Table
from groundswell.python.lists import every, people
from groundswell.python.segments import MOST_LISTED, Segments
from groundswell.python.wording import Day, Event, plain, question, several, wanted

FROM, TO = "-30d", "-1d"  # the last thirty whole days

Interval = Literal["hour", "day", "week", "month"]
Unit = Literal["day", "week", "month"]
Count = Literal["people", "accounts"]
Breakdown = str | Iterable[str] | None


class Project:
    """A project of Groundswell: ``gs = groundswell.connect(…)``.

    Every verb takes what its kind of question takes (docs/questions.md), in Python's words: an event is a name, a
    dictionary with ``event`` and ``where``, or None for any; a day is a date or text such as "-30d". Days that are not
    given are the last thirty whole ones. What cannot be asked raises Refusal, with message, hint and fields.
    """

    def __init__(self, connection: Connection, about: Mapping[str, Any]) -> None:
        self._connection = connection
        self.id: int = about["id"]
        self.name: str = about["name"]
        self.timezone: str = about["timezone"]
        self.currency: str = about["currency"]
        self.language: str = about["language"]

    # Questions

    def ask(self, question: Mapping[str, Any], /) -> Answer:
        """The answer to a question as the API has it.

        >>> gs.ask({"kind": "trend", "series": [{"event": "Signed Up"}], "date_from": "-7d", "date_to": "-1d"})
        """
        return self._answer(plain(question))

    def trend(
        self,
        series: Event | Iterable[Event],
        *,
        interval: Interval = "day",
        measure: str | None = None,
        property: str | None = None,
        where: Mapping[str, Any] | None = None,
        formula: str | None = None,
        breakdown: Breakdown = None,
        compare: Literal["previous"] | None = None,
        cumulative: bool | None = None,
        count: Count | None = None,
        date_from: Day = FROM,
        date_to: Day = TO,
        **more: Any,
    ) -> Answer:
        """How much of something happened, period by period.

        ``measure``, ``property`` and ``where`` hold for every series that does not say its own.

        >>> gs.trend("Signed Up", interval="week", breakdown="plan", date_from="-90d")
        >>> gs.trend("Payment Succeeded", measure="sum", property="amount")
        >>> gs.trend(["Signed Up", "Board Created"], formula="B / A * 100")
        """
        every = [wanted(each, measure=measure, property=property, where=where) for each in several(series)]
        return self._answer(
            question(
                "trend", series=every, interval=interval, formula=formula, breakdown=breakdown, compare=compare,
                cumulative=cumulative, count=count, date_from=date_from, date_to=date_to, **more,
            )
        )  # fmt: skip

    def funnel(
        self,
        steps: Iterable[Event],
        *,
        window: str = "14d",
        order: Literal["ordered", "strict", "any"] | None = None,
        exclude: Event | Iterable[Event] = (),
        breakdown: Breakdown = None,
        count: Count | None = None,
        medians: bool | None = None,
        date_from: Day = FROM,
        date_to: Day = TO,
        **more: Any,
    ) -> Answer:
        """How many went through steps, one after the other, within ``window`` of the first; with ``show`` how long they
        took, or how many of those who began in each period.

        >>> gs.funnel(["Signed Up", "Board Created", {"event": "Invite Sent", "where": {"channel": "mail"}}])
        >>> gs.funnel(["Signed Up", "Board Created"], show="times")
        >>> gs.funnel(["Signed Up", "Board Created"], show="over_time", interval="week", date_from="-84d")
        """
        left_out = [wanted(each) for each in several(exclude)] or None
        return self._answer(
            question(
                "funnel", steps=[wanted(each) for each in several(steps)], window=window, order=order, exclude=left_out,
                breakdown=breakdown, count=count, medians=medians, date_from=date_from, date_to=date_to, **more,
            )
        )  # fmt: skip

    def why(self, steps: Iterable[Event], *, step: int = 2, **more: Any) -> Answer:
        """Why people stopped before a step of a funnel (1 is the first): what goes with going on and with stopping.

        ``more`` is what ``funnel`` takes, but no breakdown.

        >>> gs.why(["Signed Up", "Board Created", "Invite Sent"], step=3).to_polars()
        """
        return self.funnel(steps, show="why", step=step, **more)

    def retention(
        self,
        start: Event,
        returning: Event = None,
        *,
        first_time: bool | None = None,
        period: Unit = "week",
        periods: int | None = None,
        mode: Literal["calendar", "rolling"] | None = None,
        breakdown: Breakdown = None,
        count: Count | None = None,
        date_from: Day = FROM,
        date_to: Day = TO,
        **more: Any,
    ) -> Answer:
        """Of those who began in a period, how many came back in those after it.

        ``returning`` is the question's ``return``, a word that Python keeps for itself; None is any event.

        >>> gs.retention("Signed Up", "Board Created", first_time=True, date_from="-84d")
        """
        return self._answer(
            question(
                "retention", start=wanted(start, first_time=first_time), **{"return": wanted(returning)}, period=period,
                periods=periods, mode=mode, breakdown=breakdown, count=count, date_from=date_from, date_to=date_to,
                **more,
            )
        )  # fmt: skip

    def lifecycle(
        self,
        event: Event = None,
        *,
        interval: Unit = "week",
        where: Mapping[str, Any] | None = None,
        breakdown: Breakdown = None,
        count: Count | None = None,
        date_from: Day = FROM,
        date_to: Day = TO,
        **more: Any,
    ) -> Answer:
        """Who is new, returning, resurrecting or dormant, period by period; of any event if none is named.

        >>> gs.lifecycle("Board Created", interval="month", date_from="-180d")
        """
        return self._answer(
            question(
                "lifecycle", **wanted(event, where=where), interval=interval, breakdown=breakdown, count=count,
                date_from=date_from, date_to=date_to, **more,
            )
        )  # fmt: skip

    def stickiness(
        self,
        event: Event = None,
        *,
        unit: Unit = "day",
        where: Mapping[str, Any] | None = None,
        breakdown: Breakdown = None,
        count: Count | None = None,
        date_from: Day = FROM,
        date_to: Day = TO,
        **more: Any,
    ) -> Answer:
        """In how many days (or weeks, or months) of the dates people were there; of any event if none is named.

        >>> gs.stickiness(unit="week", date_from="-84d")
        """
        return self._answer(
            question(
                "stickiness", **wanted(event, where=where), unit=unit, breakdown=breakdown, count=count,
                date_from=date_from, date_to=date_to, **more,
            )
        )  # fmt: skip

    def paths(
        self,
        start: Event = None,
        end: Event = None,
        *,
        steps: int | None = None,
        breakdown: Breakdown = None,
        count: Count | None = None,
        date_from: Day = FROM,
        date_to: Day = TO,
        **more: Any,
    ) -> Answer:
        """Which way people take inside a session, from ``start``, up to ``end``.

        >>> gs.paths(start="Signed Up", steps=4)
        """
        return self._answer(
            question(
                "paths", start=None if start is None else wanted(start), end=None if end is None else wanted(end),
                steps=steps, breakdown=breakdown, count=count, date_from=date_from, date_to=date_to, **more,
            )
        )  # fmt: skip

    # What lies beside them

    def who(
        self,
        question: Answer | Mapping[str, Any],
        cell: Mapping[str, Any] | None = None,
        *,
        most: int | None = MOST_LISTED,
    ) -> Behind:
        """The people, or the accounts, behind a number of an answer; ``most`` None for all of them.

        >>> gs.who(gs.funnel(["Signed Up", "Board Created"]), {"step": 2, "dropped": True}).to_polars()
        """
        known = question.question if isinstance(question, Answer) else question
        asked = {"question": plain(known), "cell": plain(cell or {})}

        def page(limit: int, after: str) -> Any:
            return self.request("POST", "who", {**asked, "limit": limit, "after": after})

        return people(page, most=most, timezone=self.timezone)

    def questions(self, search: str = "") -> list[dict[str, Any]]:
        """What the team saved: each with ``name``, ``description`` and ``question``, which can be asked."""
        return [*every(self.request, "questions", "questions", search=search)]

    def saved(self, name: str | int) -> Answer:
        """The answer to a saved question, by its name or number.

        >>> gs.saved("Weekly sign-ups")
        """
        if isinstance(name, int):
            return self._answer(self.request("GET", f"questions/{name}")["question"])
        for each in every(self.request, "questions", "questions", search=name):
            if each["name"] == name:
                return self._answer(each["question"])
        raise not_found(f"No saved question is called {name}.", hint="See gs.questions() for those that are there.")

    @property
    def segments(self) -> Segments:
        """Audiences of people and of accounts."""
        return Segments(self.request, self.timezone)

    def annotations(self, date_from: Day | None = None, date_to: Day | None = None) -> Table:
        """What happened from one day to another, both included, the latest first: a table."""
        query = {"from": plain(date_from), "to": plain(date_to)}
        found = [*every(self.request, "annotations", "annotations", **query)]
        names = ("on", "kind", "text", "link", "made_by", "id")
        return Table(names, [[each[name] for name in names] for each in found])

    def annotate(
        self,
        on: Day,
        text: str,
        *,
        kind: Literal["release", "campaign", "incident", "other"] = "other",
        link: str = "",
    ) -> dict[str, Any]:
        """Write down what happened on a day, or at an instant; charts over time show it.

        >>> gs.annotate(datetime.now(UTC), "Deploy 311", kind="release")
        """
        made: dict[str, Any] = self.request("POST", "annotations", {
            "on": plain(on), "text": text, "kind": kind, "link": link,
        })  # fmt: skip
        return made

    def request(self, method: str, path: str, body: Any = None) -> Any:
        """Anything else of the project's API: the JSON behind ``/api/v1/projects/{project}/{path}``."""
        return json.loads(self._sent(method, path, body))

    def close(self) -> None:
        """Let go of a data folder that this process opened, so that another one may."""
        self._connection.close()

    def __enter__(self) -> "Project":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Groundswell: {self.name} ({self.id}) at {self._connection.place}>"

    def _answer(self, asked: Mapping[str, Any]) -> Answer:
        found = json.loads(self._sent("POST", "ask", asked))
        answer = Answer(found, ask_as=self._as, who=self.who)
        for each in answer.unknown:
            meant = f" Did you mean “{each['meant']}”?" if each["meant"] else ""
            warnings.warn(f"“{each['event']}” never came.{meant}", stacklevel=3)
        return answer

    def _as(self, asked: Mapping[str, Any], format: str) -> bytes:
        return self._sent("POST", f"ask?format={format}", asked)

    def _sent(self, method: str, path: str, body: Any = None) -> bytes:
        text = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        return self._connection.send(method, f"/projects/{self.id}/{path}", text)
