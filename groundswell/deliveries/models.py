"""Dashboards that are sent again and again."""

from django.db import models

from groundswell.deliveries.types import Rhythm, Way


class Delivery(models.Model):
    project_id = models.BigIntegerField(db_index=True)
    dashboard = models.ForeignKey("dashboards.Dashboard", models.CASCADE, related_name="+")
    way = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Way])
    to = models.JSONField(default=list, help_text="of mail: addresses")
    url = models.TextField(blank=True, help_text="of chat: the address of the channel, which is a secret")
    language = models.CharField(max_length=5, help_text="for whoever chose none")
    rhythm = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Rhythm])
    hour = models.PositiveSmallIntegerField()
    weekday = models.PositiveSmallIntegerField(default=0, help_text="0 is Monday")
    day = models.PositiveSmallIntegerField(default=1, help_text="of the month; 0 is its last")
    due = models.DateTimeField(null=True, db_index=True, help_text="when it goes next; empty while it is off")
    gone = models.JSONField(default=list, help_text="addresses that want it no more")
    sent = models.JSONField(default=dict, help_text="on which occasion it was sent last, and to whom")
    run = models.BigIntegerField(null=True, help_text="the background work that sent it last")
    by = models.CharField(max_length=200, help_text="who made it")
    made = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.way}, {self.rhythm}"
