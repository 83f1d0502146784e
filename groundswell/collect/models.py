"""Files that are imported, or were."""

from django.db import models

from groundswell.collect.imports.types import Format, State


class Import(models.Model):
    project_id = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=200, help_text="of the file, as whoever brought it calls it")
    path = models.TextField(help_text="where it lies on the server")
    is_ours = models.BooleanField(default=False, help_text="it was uploaded, and is deleted when it is loaded")
    size = models.BigIntegerField(default=0, help_text="bytes")
    format = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Format])
    columns = models.JSONField(default=dict, help_text="which column is which field")
    state = models.CharField(max_length=10, default=State.READY.value)
    report = models.JSONField(default=dict, help_text="of the last run that is over")
    earlier = models.JSONField(default=dict, help_text="what the runs before it did")
    by = models.CharField(max_length=200, help_text="who brought it")
    at = models.DateTimeField(auto_now_add=True)
    over = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"
