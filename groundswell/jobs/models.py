"""Runs of background work, and the processes that do it. What is due lies in the queue of django-tasks-db."""

from django.db import models
from django.db.models import Q

from groundswell.jobs.types import State


class Run(models.Model):
    job = models.CharField(max_length=100)
    project_id = models.BigIntegerField(null=True, help_text="empty: of the whole server")
    about = models.TextField(blank=True, help_text="which one it is, in a sentence")
    once = models.CharField(max_length=300, blank=True, help_text="of those alike one waits and one runs, at most")
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default=State.WAITING.value)
    due = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    crashes = models.PositiveIntegerField(default=0, help_text="how often its process died")
    share = models.FloatField(default=0.0)
    said = models.TextField(blank=True)
    error = models.TextField(blank=True)
    by = models.CharField(max_length=200, blank=True, help_text="who asked for it")
    recurs = models.BooleanField(default=False)
    is_stopping = models.BooleanField(default=False)
    worker = models.CharField(max_length=32, blank=True, help_text="the process that runs it")
    ticket = models.UUIDField(null=True, help_text="its place in the queue")
    made = models.DateTimeField()
    started = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["project_id", "-id"], name="runs_latest_first"),
            models.Index(fields=["state", "finished"], name="runs_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "once"], name=f"one_{state}_run", condition=Q(state=state) & ~Q(once="")
            )
            for state in (State.WAITING.value, State.RUNNING.value)
        ]

    def __str__(self) -> str:
        return f"{self.job} ({self.state})"


class Worker(models.Model):
    token = models.CharField(max_length=32, primary_key=True)
    host = models.CharField(max_length=200)
    since = models.DateTimeField()
    seen = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.token} on {self.host}"
