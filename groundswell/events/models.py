"""The catalogue: which names a project uses, and what people say of them."""

from django.db import models


class Named(models.Model):
    """What people say of a name."""

    description = models.TextField(blank=True, default="")
    owner = models.BigIntegerField(null=True, help_text="the person who knows what it means")
    is_hidden = models.BooleanField(default=False, help_text="left out of suggestions; collected all the same")

    class Meta:
        abstract = True


class EventName(Named):
    project_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    first_seen = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project_id", "name"], name="one_event_name")]

    def __str__(self) -> str:
        return self.name


class PropertyName(Named):
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


class RoleName(models.Model):
    """The event that plays a role, where it is not the one that plays it by default."""

    project_id = models.BigIntegerField()
    role = models.CharField(max_length=40)
    event = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project_id", "role"], name="one_event_a_role")]

    def __str__(self) -> str:
        return f"{self.role}: {self.event}"
