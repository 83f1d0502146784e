"""What is really so in the sample company: every effect that later work should find, with its size.

The README says the same in words. Whatever is not named here has no effect of its own on staying or paying.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

CHANNEL_QUALITY: Mapping[str, float] = {
    "paid_search": 0.9,
    "paid_social": 0.55,
    "content": 1.1,
    "word_of_mouth": 1.3,
    "partner": 1.2,
    "direct": 1.0,
    "invitation": 1.15,
}


@dataclass(frozen=True)
class Aha:
    """A behaviour soon after the sign-up that makes people stay."""

    event: str
    at_least: int
    within: timedelta
    effect: (
        float  # multiplies the chance to come back in each later week of life, and the further visits of such a week
    )


@dataclass(frozen=True)
class Truths:
    """The causes at work; ``effect`` fields are factors, 1.0 being none."""

    # 1. Staying: showing one's board to two teammates in the first week.
    aha: Aha = Aha("Board Shared", 2, timedelta(days=7), effect=2.4)
    # 3. Those who hold workshops stay for something else; sharing does nothing for them.
    aha_of_persona: Mapping[str, Aha] = field(
        default_factory=lambda: {"facilitator": Aha("Video Call Started", 1, timedelta(days=7), effect=2.4)}
    )
    # 2. The hidden confounder: per standard deviation of eagerness, log of the factor on …
    eagerness_on_return: float = 0.22  # … the chance to come back in a week
    eagerness_on_templates: float = 0.9  # … using a template in a visit: the companion, without an effect of its own
    eagerness_on_shares: float = 0.25  # … sharing a board in a visit
    eagerness_on_visits: float = 0.3  # … the visits in the first week, and in each week of coming back
    # 2b. A companion of the cause: who has shared is answered, so comments more. No effect of its own either.
    comments_after_share: float = 3.0
    # 4. How well those that a channel brings stay.
    channel_quality: Mapping[str, float] = field(default_factory=lambda: dict(CHANNEL_QUALITY))
    # 5. Paying: the chance per week and account, raised by a team that is alive and by a limit that was hit.
    conversion_per_week: float = 0.005
    team_is_alive: int = 3  # people of the account seen in the last 14 days
    team_effect: float = 5.0
    limit_effect: float = 3.0  # a limit hit in the last 14 days
    trial_conversion: float = 0.06  # of a trial, before the same two effects
    # 6. Spreading.
    acceptance: float = 0.42  # of invitations
    acceptance_median: timedelta = timedelta(hours=20)
    power_visits: int = 5  # in the last 14 days: a power user
    power_invites: float = 3.0  # times as many invitations per visit
    # 7. The feature that hardly anybody finds and that would help everybody, from its first use on.
    helper: str = "Integration Connected"
    helper_reach: float = 0.06
    helper_effect: float = 1.6
    # Leaving: the chance per week that a subscription is cancelled, by the people seen in the last 28 days.
    churn_per_week: tuple[float, ...] = (0.09, 0.025, 0.015, 0.004)  # 0, 1, 2, 3 and more people
    payment_failure: float = 0.05  # of payments that fall due
    retry_success: float = 0.35  # of each of three retries

    def aha_for(self, persona: str) -> Aha:
        return self.aha_of_persona.get(persona, self.aha)


PLANTED = Truths()

# A company in which nothing early matters and all channels are alike: whatever is found in it is found by chance.
BARREN = Truths(
    aha=Aha("Board Shared", 2, timedelta(days=7), effect=1.0),
    aha_of_persona={},
    eagerness_on_return=0.0,
    channel_quality=dict.fromkeys(CHANNEL_QUALITY, 1.0),
    team_effect=1.0,
    limit_effect=1.0,
    helper_effect=1.0,
)
