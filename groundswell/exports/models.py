"""Exports that were asked for."""

from django.db import models

from groundswell.exports.types import Format, Kind, State


class Export(models.Model):
    project_id = models.BigIntegerField(db_index=True)
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in Kind])
    format = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Format])
    first = models.DateField(null=True, help_text="of events: the first day")
    last = models.DateField(null=True, help_text="of events: the last day")
    state = models.CharField(max_length=10, default=State.WAITING.value)
    rows = models.BigIntegerField(default=0)
    share = models.FloatField(default=0.0)
    size = models.BigIntegerField(null=True, help_text="bytes of the file")
    run = models.BigIntegerField(default=0, help_text="of the background work that makes it")
    error = models.TextField(blank=True)
    by = models.CharField(max_length=200, help_text="who asked for it")
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} as {self.format} ({self.state})"
