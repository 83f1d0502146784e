"""What people bring about among others: invitations, and what they say when they are asked."""

import numpy as np
from django.utils.translation import gettext_lazy as _

from groundswell.conditions.names import Names, text_of
from groundswell.conditions.sql import number_sql
from groundswell.metrics.adoption import ACTIVE, NOBODY_ACTIVE
from groundswell.metrics.combining import counted, median, ratio, share
from groundswell.metrics.crowds import Crowds, column
from groundswell.metrics.metric import Metric
from groundswell.metrics.types import Asked, Part, Parts, Unit

SURVEY = "Survey Answered"  # with kind and score
NPS, CSAT = "nps", "csat"
PROMOTERS, DETRACTORS = 9, 6  # scores: from this one on, up to this one
SATISFIED = 4
NOBODY_ANSWERED = _("Nobody answered such a survey in these days.")
AT = "toUnixTimestamp64Micro(timestamp)"


def _referred(crowds: Crowds, asked: Asked) -> Parts:
    names = Names(crowds.project.id)
    accepted = f"event = {names.params.text(crowds.roles['invitation_accepted'])}"
    inviter = f"substring({text_of(names.raw('event.inviter_id'))}, 2)"
    found = crowds.ask(
        "SELECT DISTINCT person FROM scope.person_ids WHERE name IN (\n"
        f"SELECT DISTINCT {inviter} FROM scope.events AS e WHERE {accepted} AND {inviter} != '')\nORDER BY person",
        names,
    )
    return Parts(Part(column(found, "person")))


def _k_factor(crowds: Crowds, asked: Asked) -> Parts:
    # (sent / active) × (accepted / sent): what was sent goes out of it.
    names = Names(crowds.project.id)
    accepted = names.params.text(crowds.roles["invitation_accepted"])
    found = crowds.ask(f"SELECT count() AS accepted FROM scope.events AS e WHERE event = {accepted}", names)
    return Parts(Part(None, amount=int(column(found, "accepted")[0])), Part(crowds.active.actor))


def _viral_cycle_time(crowds: Crowds, asked: Asked) -> Parts:
    names = Names(crowds.project.id)
    invite, begin = names.raw("event.invite_id"), names.params.bind(crowds.days.start_us, "Int64")
    accepted, sent = (names.params.text(crowds.roles[role]) for role in ("invitation_accepted", "invited"))
    found = crowds.ask(
        "SELECT person, (accepted_at - sent_at) / 1e6 AS seconds\n"
        f"FROM (SELECT {invite} AS invite, argMin(person, timestamp) AS person, min({AT}) AS accepted_at\n"
        f"FROM scope.events AS e WHERE event = {accepted} AND invite != '' GROUP BY invite) AS accepted\n"
        f"INNER JOIN (SELECT {invite} AS invite, min({AT}) AS sent_at\n"
        f"FROM scope.events AS e WHERE event = {sent} AND invite != '' GROUP BY invite) AS sent USING (invite)\n"
        f"WHERE accepted_at >= {begin} AND accepted_at >= sent_at",
        names, ever=True,
    )  # fmt: skip
    return Parts(Part(column(found, "person"), column(found, "seconds").astype(float)))


def _nps(crowds: Crowds, asked: Asked) -> Parts:
    said = _scores(crowds, NPS)
    assert said.weight is not None
    balance = (said.weight >= PROMOTERS).astype(float) - (said.weight <= DETRACTORS)
    return Parts(Part(said.actor, balance), Part(said.actor))


def _csat(crowds: Crowds, asked: Asked) -> Parts:
    said = _scores(crowds, CSAT)
    assert said.weight is not None
    return Parts(said.only(said.weight >= SATISFIED).unweighted(), said.unweighted())


def _scores(crowds: Crowds, kind: str) -> Part:
    """The answers to a kind of survey: who gave each, weighing as much as their score."""
    names = Names(crowds.project.id)
    score, is_kind = (
        number_sql(names.raw("event.score")),
        f"{text_of(names.raw('event.kind'))} = {names.params.text('=' + kind)}",
    )
    found = crowds.ask(
        f"SELECT person, {score} AS score FROM scope.events AS e\n"
        f"WHERE event = {names.params.text(SURVEY)} AND {is_kind} AND isNotNull({score})",
        names,
    )
    return Part(column(found, "person"), np.asarray(column(found, "score"), float))


METRICS = [
    Metric(
        key="referred", name=_("Referred"), unit=Unit.PEOPLE, roles=("invitation_accepted",), parts=_referred,
        combine=counted,
        sentence=_("How many people brought somebody."),
        above=_("people who are the inviter of an invitation that was accepted in the days"),
    ),
    Metric(
        key="k_factor", name=_("K-factor"), unit=Unit.RATIO, roles=("invited", "invitation_accepted"), parts=_k_factor,
        combine=ratio, nobody=NOBODY_ACTIVE,
        sentence=_("How many people each active person brings: invitations sent by each, times their share accepted."),
        above=_("invitations accepted in the days"),
        below=ACTIVE,
    ),
    Metric(
        key="viral_cycle_time", name=_("Viral cycle time"), unit=Unit.SECONDS, more_is_better=False,
        roles=("invited", "invitation_accepted"), parts=_viral_cycle_time, combine=median,
        nobody=_("No invitation that is known by its invite_id was accepted in these days."),
        sentence=_("How long it takes until an invitation is accepted: half took less."),
        above=_("seconds from an invitation to its acceptance in the days, the median of them"),
    ),
    Metric(
        key="nps", name=_("Net promoter score"), unit=Unit.SHARE, events=(SURVEY,), parts=_nps, combine=share,
        nobody=NOBODY_ANSWERED,
        sentence=_("Of those who say how likely they recommend the product, promoters less detractors."),
        above=_("answers of 9 and 10, less those of 0 to 6"),
        below=_("answers to surveys of kind nps in the days"),
    ),
    Metric(
        key="csat", name=_("Customer satisfaction"), unit=Unit.SHARE, events=(SURVEY,), parts=_csat, combine=share,
        nobody=NOBODY_ANSWERED,
        sentence=_("Of those who say how satisfied they are, the share that is."),
        above=_("answers of 4 and 5"),
        below=_("answers to surveys of kind csat in the days"),
    ),
]  # fmt: skip
