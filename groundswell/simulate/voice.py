"""What people say: scores, and questions to support."""

from groundswell.simulate.agenda import Act
from groundswell.simulate.cast import Person
from groundswell.simulate.rhythm import DAY, HOUR
from groundswell.simulate.session import Session
from groundswell.simulate.world import World

ASKED_PER_VISIT = 0.15
ASKED_FROM = 21 * DAY  # after the sign-up
ASKED_AGAIN = 60 * DAY
TICKETS_PER_VISIT = 0.012
RATED = 0.4  # of the tickets
TOPICS = ("billing", "sharing", "performance", "export", "sign-in", "integration")


def perhaps_speak(session: Session) -> None:
    _perhaps_answer_nps(session)
    _perhaps_rate_support(session)
    if session.dice.happens(TICKETS_PER_VISIT):
        _open_ticket(session)


def _perhaps_answer_nps(session: Session) -> None:
    person, at = session.person, session.clock
    is_due = at > person.signed_up + ASKED_FROM and at > person.last_survey + ASKED_AGAIN
    if is_due and session.dice.happens(ASKED_PER_VISIT):
        person.last_survey = at
        _answer(session, "nps", _nps(session), highest=10)


def _nps(session: Session) -> float:
    """Who found the value and comes often is content; eagerness colours it a little."""
    person = session.person
    use = min(len(person.recent), 6)
    return 5.6 + 1.6 * person.reached_aha + 0.35 * use + 0.3 * person.eagerness + session.dice.normalvariate(0, 1.8)


def _answer(session: Session, kind: str, score: float, *, highest: int, lowest: int = 0) -> None:
    whole = max(lowest, min(highest, round(score)))
    session.track("Survey Answered", {"kind": kind, "score": whole}, account=True)


def _open_ticket(session: Session) -> None:
    ticket = {"ticket_id": session.world.new_id("ticket"), "topic": session.dice.one_of(TOPICS)}
    session.track("Support Ticket Opened", ticket, account=True)
    hours = round(session.dice.around(7, 0.9), 1)
    session.world.plan(session.clock + int(hours * HOUR), Act.CLOSE_TICKET, session.person, ticket, hours)


def close_ticket(world: World, at: int, person: Person, ticket: dict[str, str], hours: float) -> None:
    Session(world, at, person).track("Support Ticket Closed", {**ticket, "hours": hours}, account=True)
    if world.dice.happens(RATED):
        person.answered_after = hours


def _perhaps_rate_support(session: Session) -> None:
    """The slower the answer, the lower the score."""
    person = session.person
    if person.answered_after:
        score = 4.8 - 0.06 * person.answered_after + session.dice.normalvariate(0, 0.7)
        person.answered_after = 0.0
        _answer(session, "csat", score, highest=5, lowest=1)
