"""Roles and types in the words of people."""

from django.utils.translation import gettext as _


def type_names(types: tuple[str, ...]) -> str:
    """JSON types in words."""
    names = {
        "string": _("text"),
        "number": _("number"),
        "boolean": _("yes or no"),
        "object": _("object"),
        "array": _("list"),
        "null": _("empty"),
    }
    return ", ".join(names.get(each, each) for each in types)


def role_names() -> dict[str, str]:
    """What each role is called."""
    return {
        "visited": _("A visit"),
        "signed_up": _("Sign-up"),
        "signed_in": _("Sign-in"),
        "trial_started": _("Start of a trial"),
        "trial_ended": _("End of a trial"),
        "subscription_started": _("Start of a subscription"),
        "subscription_changed": _("Change of a subscription"),
        "subscription_ended": _("End of a subscription"),
        "paid": _("Payment"),
        "payment_failed": _("Failed payment"),
        "ordered": _("Order"),
        "invited": _("Invitation"),
        "invitation_accepted": _("Accepted invitation"),
        "spent": _("Spending on marketing"),
    }


def role_meanings() -> dict[str, str]:
    """What each role is for."""
    return {
        "visited": _("Somebody looks at your pages. Reach and channels are counted from it."),
        "signed_up": _("Somebody becomes yours. Activation, adoption and retention begin with it."),
        "signed_in": _("Somebody comes back to an account of theirs."),
        "trial_started": _("Somebody tries a plan that costs money."),
        "trial_ended": _("A trial is over, bought or not."),
        "subscription_started": _("A customer begins to pay each month or year."),
        "subscription_changed": _("A customer changes plan, seats or price."),
        "subscription_ended": _("A customer stops paying. Churn is counted from it."),
        "paid": _("Money arrived."),
        "payment_failed": _("A card or an invoice was not paid."),
        "ordered": _("Somebody bought something once."),
        "invited": _("Somebody asks a colleague or friend in."),
        "invitation_accepted": _("The colleague or friend came."),
        "spent": _("You paid for advertising. What a customer costs is counted from it."),
    }


def role_groups() -> list[tuple[str, list[str]]]:
    """The roles in the order in which people think of them."""
    return [
        (_("Coming and coming back"), ["visited", "signed_up", "signed_in"]),
        (_("Trials and subscriptions"), [
            "trial_started", "trial_ended", "subscription_started", "subscription_changed", "subscription_ended",
        ]),
        (_("Payments and spending"), ["paid", "payment_failed", "ordered", "spent"]),
        (_("Spreading"), ["invited", "invitation_accepted"]),
    ]  # fmt: skip
