"""Dashboards, their cards, and the links by which they are shared."""

from django.db import models

from groundswell.dashboards.types import Display


class Dashboard(models.Model):
    project_id = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    filters = models.JSONField(default=dict, help_text="those that it opens with")
    is_pinned = models.BooleanField(default=False)
    by = models.CharField(max_length=200, help_text="who made it")
    made = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name


class Card(models.Model):
    dashboard = models.ForeignKey(Dashboard, models.CASCADE, related_name="cards")
    place = models.PositiveIntegerField(help_text="where it stands among the others; equal ones in the order they came")
    title = models.CharField(max_length=200, blank=True)
    display = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Display])
    width = models.PositiveSmallIntegerField(help_text="columns of twelve")
    text = models.TextField(blank=True)
    saved = models.BigIntegerField(null=True, db_index=True, help_text="the number of the saved question that it shows")
    question = models.JSONField(null=True, help_text="the question of its own that it shows")
    keeps_days = models.BooleanField(default=False, help_text="whether the dashboard's days leave its own as they are")

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.title or f"card {self.pk}"


class Share(models.Model):
    """A link to a dashboard for who has no account."""

    dashboard = models.ForeignKey(Dashboard, models.CASCADE, related_name="shares")
    name = models.CharField(max_length=200, blank=True, help_text="for whom it is")
    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what the link ends in")
    shown = models.CharField(max_length=20, help_text="the beginning of that")
    password = models.CharField(max_length=200, blank=True, help_text="hashed; empty where none is asked for")
    may_narrow = models.BooleanField(default=False, help_text="whether other days may be chosen")
    by = models.CharField(max_length=200, help_text="who shared it")
    made = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0, help_text="how often")
    opened_at = models.DateTimeField(null=True, help_text="when last")

    def __str__(self) -> str:
        return f"{self.dashboard}: {self.shown}"
