"""Through which channels strangers come: how many, at what cost, with what on their links.

How well those who sign up stay is a truth (``truths.CHANNEL_QUALITY``), not a property of the channel's page views.
"""

from dataclasses import dataclass

from groundswell.simulate.dice import Dice, Urn

SITE = "https://whiteboard.example"


@dataclass(frozen=True, slots=True)
class Link:
    """How a visit begins: what analytics libraries read from address and referrer."""

    landing: str  # path
    referrer: str = ""
    source: str = ""  # no source, no campaign
    medium: str = ""
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    name: str
    share: float  # of the sign-ups that nobody invited
    conversion: float  # visitors who sign up
    cost: float  # per visitor, in the company's currency
    links: tuple[Link, ...]


CHANNELS = (
    Channel(
        "paid_search",
        0.22,
        0.09,
        1.80,
        (
            Link("/", "https://www.google.com/", "google", "cpc", "brand"),
            Link("/features", "https://www.google.com/", "google", "cpc", "online-whiteboard"),
            Link("/templates", "https://www.bing.com/", "bing", "cpc", "retro-templates"),
            Link("/", "https://search.naver.com/", "naver", "cpc", "협업툴"),
        ),
    ),
    Channel(
        "paid_social",
        0.16,
        0.045,
        1.10,
        (
            Link("/", "https://www.linkedin.com/", "linkedin", "paid_social", "remote-teams"),
            Link("/", "https://www.instagram.com/", "instagram", "paid_social", "sticky-love"),
            Link("/templates", "https://www.facebook.com/", "facebook", "paid_social", "sticky-love"),
        ),
    ),
    Channel(
        "content",
        0.24,
        0.09,
        0.30,
        (
            Link("/blog/retrospective-ideas", "https://www.google.com/"),
            Link("/blog/design-sprint-guide", "https://www.google.com/"),
            Link("/blog/원격-회의-잘하는-법", "https://search.naver.com/"),
            Link("/templates/user-journey", "https://www.bing.com/"),
        ),
    ),
    Channel(
        "word_of_mouth",
        0.16,
        0.22,
        0.0,
        (
            Link("/", "https://app.slack.com/"),
            Link("/", "https://www.reddit.com/"),
            Link("/b/shared", "", "share", "referral", "made-with-whiteboard"),
            Link("/", "https://talk.kakao.com/"),
        ),
    ),
    Channel("partner", 0.06, 0.3, 4.00, (Link("/partners", "", "partner-directory", "partner", "referral"),)),
    Channel("direct", 0.16, 0.14, 0.0, (Link("/"), Link("/pricing"))),
)
INVITATION = "invitation"
_BY_SHARE = Urn([(channel, channel.share) for channel in CHANNELS])
_RETURN_LINKS = (Link("/"), Link("/pricing"), Link("/", "https://www.google.com/", "google", "cpc", "brand"))


def next_channel(dice: Dice) -> Channel:
    return dice.draw(_BY_SHARE)


def first_link(dice: Dice, channel: Channel) -> Link:
    return dice.one_of(channel.links)


def later_link(dice: Dice) -> Link:
    """How somebody returns who has been here: mostly directly, some through the brand's advertisement."""
    return dice.one_of(_RETURN_LINKS)


def partner_link(partner: str) -> Link:
    return Link("/partners/start", "", partner, "partner", "referral")


def invitation_link(invite_id: str) -> Link:
    return Link(f"/invite/{invite_id}", "", "invite", "invitation", "team")
