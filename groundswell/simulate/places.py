"""Where the people of the sample company live."""

from dataclasses import dataclass

from groundswell.simulate.dice import Dice, Urn


@dataclass(frozen=True, slots=True)
class Place:
    country: str  # ISO 3166
    zone: str
    locale: str
    names: str  # which list of names


_SHARES = [
    (Place("KR", "Asia/Seoul", "ko-KR", "korean"), 0.30),
    (Place("US", "America/New_York", "en-US", "english"), 0.15),
    (Place("US", "America/Los_Angeles", "en-US", "english"), 0.10),
    (Place("JP", "Asia/Tokyo", "ja-JP", "japanese"), 0.07),
    (Place("DE", "Europe/Berlin", "de-DE", "german"), 0.08),
    (Place("GB", "Europe/London", "en-GB", "english"), 0.08),
    (Place("FR", "Europe/Paris", "fr-FR", "french"), 0.04),
    (Place("IN", "Asia/Kolkata", "en-IN", "indian"), 0.07),
    (Place("BR", "America/Sao_Paulo", "pt-BR", "portuguese"), 0.04),
    (Place("CA", "America/Toronto", "en-CA", "english"), 0.04),
    (Place("AU", "Australia/Sydney", "en-AU", "english"), 0.03),
]
PLACES = Urn(_SHARES)
LOCAL_TEAMS = 0.88  # of colleagues who live in the same place


def anywhere(dice: Dice) -> Place:
    return dice.draw(PLACES)


def near(dice: Dice, place: Place) -> Place:
    """Where a colleague of somebody from ``place`` lives."""
    return place if dice.happens(LOCAL_TEAMS) else anywhere(dice)
