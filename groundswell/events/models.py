"""The catalogue: which names a project uses."""

from django.db import models


class EventName(models.Model):
    project_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    first_seen = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project_id", "name"], name="one_event_name")]

    def __str__(self) -> str:
        return self.name


class PropertyName(models.Model):
    project_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    slot = models.PositiveSmallIntegerField(null=True, help_text="its column in the event store; null has none")
    types = models.JSONField(default=list, help_text="JSON types seen: string, number, boolean, object, array, null")
    examples = models.JSONField(default=list, help_text="a few values as they were sent, shortened")
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project_id", "name"], name="one_property_name"),
            models.UniqueConstraint(fields=["project_id", "slot"], name="one_property_a_slot"),
        ]

    def __str__(self) -> str:
        return self.name
