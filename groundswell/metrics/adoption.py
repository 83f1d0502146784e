"""How people take a product up: who comes, signs up, stays, and what they use."""

from datetime import timedelta

import numpy as np
from django.utils.translation import gettext_lazy as _

from groundswell.kernel.periods import Days
from groundswell.metrics.combining import counted, per_day, share
from groundswell.metrics.crowds import EPOCH, Crowds, SignUps, among
from groundswell.metrics.metric import Metric
from groundswell.metrics.types import Asked, Ids, Part, Parts, Unit

FREE = "free"  # the plan that costs nothing
WEEK_AFTER = range(7, 14)  # days after a sign-up on one of which somebody who became weekly active is there
NOBODY_ACTIVE = _("Nobody was active in these days.")
NOBODY_BEFORE = _("Nobody was active in the period before.")
ACTIVE = _("known people who did anything in the days")
ACTIVE_BEFORE = _("known people who did anything on as many days right before")


def _reached(crowds: Crowds, asked: Asked) -> Parts:
    return Parts(Part(crowds.did(crowds.roles["visited"]).actor))


def _acquired(crowds: Crowds, asked: Asked) -> Parts:
    return Parts(Part(crowds.signed_up.actor))


def _retained(crowds: Crowds, asked: Asked) -> Parts:
    return Parts(Part(_came_back(crowds)))


def _came_back(crowds: Crowds) -> Ids:
    """Who had signed up and was active on a later day than that of their sign-up."""
    ups, active = crowds.ever_signed_up, crowds.active
    here = active.only(ups.actor)
    day = ups.day[np.searchsorted(ups.actor, here.actor)]
    found: Ids = here.actor[here.last > day]
    return found


def _adoption_rate(crowds: Crowds, asked: Asked) -> Parts:
    ups = crowds.ever_signed_up.actor
    return Parts(Part(crowds.active.only(ups).actor), Part(ups))


def _feature_adoption_rate(crowds: Crowds, asked: Asked) -> Parts:
    return Parts(Part(crowds.did(asked.feature).only(crowds.active.actor).actor), Part(crowds.active.actor))


def _retention_rate(crowds: Crowds, asked: Asked) -> Parts:
    before = _active_before(crowds)
    return Parts(Part(before[among(before, crowds.active.actor)]), Part(before))


def _churn_rate(crowds: Crowds, asked: Asked) -> Parts:
    before = _active_before(crowds)
    return Parts(Part(before[~among(before, crowds.active.actor)]), Part(before))


def _active_before(crowds: Crowds) -> Ids:
    """The known people who were active on as many days right before."""
    days = crowds.days
    before = Days(days.first - timedelta(days=len(days)), days.first - timedelta(days=1), days.tz)
    return crowds.there(None, before).only(crowds.known).actor


def _stickiness(crowds: Crowds, asked: Asked) -> Parts:
    active = crowds.active
    return Parts(Part(active.actor, active.counts / len(crowds.days)), Part(active.actor))


def _new_free_users(crowds: Crowds, asked: Asked) -> Parts:
    return Parts(Part(_free(crowds).actor), Part(None, amount=len(crowds.days)))


def _weekly_active_share(crowds: Crowds, asked: Asked) -> Parts:
    ups = _free(crowds)
    there = crowds.there(None, crowds.later(WEEK_AFTER[-1])).only(ups.actor)
    became = np.zeros(len(there.actor), bool)
    day = ups.day[np.searchsorted(ups.actor, there.actor)]
    for signed_up in np.unique(day).tolist():
        mine = day == signed_up
        for after in WEEK_AFTER:
            became |= mine & there.on(EPOCH + timedelta(days=signed_up + after))
    return Parts(Part(there.actor[became]), Part(ups.actor))


def _free(crowds: Crowds) -> SignUps:
    return crowds.signed_up.only(crowds.signed_up.plan == FREE)


METRICS = [
    Metric(
        key="reached", name=_("Reached"), unit=Unit.PEOPLE, roles=("visited",), parts=_reached, combine=counted,
        sentence=_("How many people came by, strangers too."),
        above=_("people who visited in the days"),
    ),
    Metric(
        key="acquired", name=_("Acquired"), unit=Unit.PEOPLE, roles=("signed_up",), parts=_acquired, combine=counted,
        sentence=_("How many people signed up."),
        above=_("people whose first sign-up lies in the days"),
    ),
    Metric(
        key="retained", name=_("Retained"), unit=Unit.PEOPLE, roles=("signed_up",), parts=_retained, combine=counted,
        sentence=_("How many of those who signed up came back on a later day."),
        above=_("people active in the days, on a later day than that of their sign-up"),
    ),
    Metric(
        key="adoption_rate", name=_("Adoption rate"), unit=Unit.SHARE, roles=("signed_up",), parts=_adoption_rate,
        combine=share, nobody=_("Nobody had signed up by then."),
        sentence=_("Of all who ever signed up, the share that is active."),
        above=_("people who had signed up and did anything in the days"),
        below=_("people who had signed up by the end of the days"),
    ),
    Metric(
        key="feature_adoption_rate", name=_("Feature adoption rate"), unit=Unit.SHARE, parts=_feature_adoption_rate,
        combine=share, nobody=NOBODY_ACTIVE, options=("feature",),
        sentence=_("Of those who are active, the share that uses a feature."),
        above=_("active people who used the feature in the days"),
        below=ACTIVE,
    ),
    Metric(
        key="retention_rate", name=_("Retention rate"), unit=Unit.SHARE, parts=_retention_rate, combine=share,
        nobody=NOBODY_BEFORE, options=("of",),
        sentence=_("Of those active in the period before, the share that is still here."),
        above=_("those of them who did anything in the days"),
        below=ACTIVE_BEFORE,
    ),
    Metric(
        key="churn_rate", name=_("Churn rate"), unit=Unit.SHARE, more_is_better=False, parts=_churn_rate, combine=share,
        nobody=NOBODY_BEFORE, options=("of",),
        sentence=_("Of those active in the period before, the share that stayed away."),
        above=_("those of them who did nothing in the days"),
        below=ACTIVE_BEFORE,
    ),
    Metric(
        key="stickiness", name=_("Stickiness"), unit=Unit.SHARE, parts=_stickiness, combine=share, nobody=NOBODY_ACTIVE,
        sentence=_("How many of the people of a period are there on an average day."),
        above=_("mean daily active people over the days"),
        below=ACTIVE,
    ),
    Metric(
        key="new_free_users_per_day", name=_("New free users a day"), unit=Unit.PEOPLE_A_DAY, roles=("signed_up",),
        parts=_new_free_users, combine=per_day,
        sentence=_("How many people a day sign up on the free plan."),
        above=_("people whose first sign-up lies in the days, on the free plan"),
        below=_("days of the period"),
    ),
    Metric(
        key="weekly_active_share", name=_("Share that becomes weekly active"), unit=Unit.SHARE, roles=("signed_up",),
        parts=_weekly_active_share, combine=share, nobody=_("Nobody signed up on the free plan in these days."),
        sentence=_("Of those who sign up on the free plan, the share that is there a week later."),
        above=_("those of them who did anything on one of the days 7 to 13 after their sign-up"),
        below=_("people whose first sign-up lies in the days, on the free plan"),
    ),
]  # fmt: skip
