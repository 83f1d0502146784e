"""What a project calls things: roles that metrics speak of, and the event names that play them by default.

The names are those of Segment's B2B SaaS and e-commerce specifications.
"""

PAGE_VIEWED = "Page Viewed"
SCREEN_VIEWED = "Screen Viewed"
ACCOUNT_ADDED_USER = "Account Added User"

ROLES = {
    "visited": PAGE_VIEWED,
    "signed_up": "Signed Up",
    "signed_in": "Signed In",
    "trial_started": "Trial Started",
    "trial_ended": "Trial Ended",
    "subscription_started": "Subscription Started",
    "subscription_changed": "Subscription Changed",
    "subscription_ended": "Subscription Ended",
    "paid": "Payment Succeeded",
    "payment_failed": "Payment Failed",
    "ordered": "Order Completed",
    "invited": "Invite Sent",
    "invitation_accepted": "Invite Accepted",
    "spent": "Spend Recorded",
}
MONEY_ROLES = (
    "subscription_started", "subscription_changed", "subscription_ended", "paid", "payment_failed", "ordered", "spent",
)  # fmt: skip
MONEY_EVENTS = frozenset(ROLES[role] for role in MONEY_ROLES)
