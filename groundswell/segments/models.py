"""Segments as people define them, and how far their members are known."""

from django.db import models

from groundswell.segments.types import Of


class Segment(models.Model):
    project_id = models.BigIntegerField()
    key = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    of = models.CharField(max_length=10, choices=[(of.value, of.value) for of in Of])
    match = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    made_by = models.CharField(max_length=254)
    changed_by = models.CharField(max_length=254)
    made = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(auto_now_add=True)

    members = models.PositiveBigIntegerField(null=True, help_text="how many; null before they were worked out")
    as_of = models.DateTimeField(null=True, help_text="the instant of which they are known")
    tried = models.DateTimeField(null=True, help_text="when they were worked out last, or could not be")
    seconds = models.FloatField(default=0, help_text="what it took")
    trouble = models.TextField(blank=True, help_text="why they could not be worked out")
    number = models.PositiveBigIntegerField(default=0, help_text="of the last change of members")
    pending = models.PositiveBigIntegerField(default=0, help_text="of a change that is being made; 0 for none")
    known_version = models.PositiveIntegerField(default=0, help_text="the version whose members are known")
    loaded = models.PositiveBigIntegerField(default=0, help_text="messages that the project had loaded then")
    inputs = models.TextField(blank=True, help_text="all that they depended on; another text, other members")
    claimed_until = models.DateTimeField(null=True, help_text="somebody works them out, at most until then")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project_id", "key"], name="one_segment_of_a_key")]

    def __str__(self) -> str:
        return self.name


class SegmentVersion(models.Model):
    segment = models.ForeignKey(Segment, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    match = models.JSONField()
    by = models.CharField(max_length=254)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["segment", "number"], name="one_version_of_a_number")]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"
