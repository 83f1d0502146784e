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


class Annotation(models.Model):
    """Something that happened beside the numbers. ``day`` is local; ``at`` is null where the whole day is meant."""

    project_id = models.BigIntegerField()
    day = models.DateField()
    at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=200)
    link = models.CharField(max_length=500, blank=True)
    by = models.CharField(max_length=200, help_text="who wrote it down first")
    made = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["project_id", "day"], name="annotations_by_day")]

    def __str__(self) -> str:
        return self.text
