"""The forms of deliveries."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groundswell.deliveries.rhythms import hour_text, weekdays
from groundswell.deliveries.service import LAST_DAY
from groundswell.deliveries.types import LAST, DeliveryCard, Rhythm, When

RHYTHMS = [(Rhythm.DAILY, _("Every day")), (Rhythm.WEEKLY, _("Every week")), (Rhythm.MONTHLY, _("Every month"))]
MORNING = 9  # o'clock
CHANNEL = "https://hooks.slack.com/services/…"


class WhenForm(forms.Form):
    rhythm = forms.ChoiceField(label=_("How often"), choices=RHYTHMS, initial=Rhythm.WEEKLY)
    weekday = forms.TypedChoiceField(label=_("Every week on"), coerce=int)
    day = forms.TypedChoiceField(label=_("Every month on"), coerce=int, initial=1)
    hour = forms.TypedChoiceField(
        label=_("At"), coerce=int, choices=[(hour, hour_text(hour)) for hour in range(24)], initial=MORNING
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekday"].choices = list(enumerate(weekdays()))  # type: ignore[attr-defined]
        days = [(day, str(day)) for day in range(1, LAST_DAY + 1)]
        self.fields["day"].choices = [*days, (LAST, _("the last day"))]  # type: ignore[attr-defined]

    @property
    def where(self) -> dict[str, Any]:
        """Where it goes, as the verbs take it."""
        return {}

    @property
    def when(self) -> When:
        """What was chosen."""
        chosen = self.cleaned_data
        return When(Rhythm(chosen["rhythm"]), chosen["hour"], chosen["weekday"], chosen["day"])


class MailForm(WhenForm):
    to = forms.CharField(
        label=pgettext_lazy("mail", "To"), max_length=5_000,
        widget=forms.Textarea({"rows": 2, "placeholder": "ada@example.com"}),
        help_text=_("Mail addresses, with commas between them. Colleagues get it in the language that they chose."),
    )  # fmt: skip
    field_order = ("to",)

    @property
    def where(self) -> dict[str, Any]:
        return {"to": re.split(r"[\s,;]+", self.cleaned_data["to"])}


class ChatForm(WhenForm):
    url = forms.CharField(
        label=_("Address of the incoming webhook"), max_length=2_000,
        widget=forms.TextInput({"type": "url", "placeholder": CHANNEL, "autocomplete": "off"}),
        help_text=_("Of a channel in Slack, or in what understands the same: Mattermost, Rocket.Chat and others."),
    )  # fmt: skip
    field_order = ("url",)

    @property
    def where(self) -> dict[str, Any]:
        return {"url": self.cleaned_data["url"]}


class NewChatForm(ChatForm):
    """Of a channel that is known: its address is a secret, and stays where no other is given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].required = False
        self.fields["url"].help_text = _("Empty: it stays as it is.")

    @property
    def where(self) -> dict[str, Any]:
        return {"url": self.cleaned_data["url"] or None}


def begun(card: DeliveryCard) -> dict[str, Any]:
    """What a form begins with."""
    when = card.when
    return {
        "to": ", ".join(card.to), "language": card.language, "rhythm": when.rhythm, "hour": when.hour,
        "weekday": when.weekday, "day": when.day,
    }  # fmt: skip
