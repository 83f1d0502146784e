"""Questions that a team keeps."""

from django.db import models


class SavedQuestion(models.Model):
    project_id = models.BigIntegerField(db_index=True)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    question = models.JSONField(help_text="as it was asked: days may be counted back from today")
    by = models.CharField(max_length=200, help_text="who saved it first")
    made = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.name
