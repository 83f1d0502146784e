"""Organisations, projects, members and keys."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from groundswell.workspace.types import By, KeyKind, Role


class Organisation(models.Model):
    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Project(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="projects")
    name = models.CharField(max_length=200)
    timezone = models.CharField(max_length=64, default="UTC")
    currency = models.CharField(max_length=3, default="USD")
    language = models.CharField(max_length=5, default="en")
    counted_in = models.CharField(
        max_length=64, blank=True, help_text="the zone of the days that are counted, while it is not the project's yet"
    )
    counted_share = models.FloatField(default=0, help_text="how much is counted of what is to be counted anew")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="one_project_of_a_name")]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "user"], name="one_role_each")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class Key(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in KeyKind])
    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the key")
    shown = models.CharField(max_length=80, help_text="the key itself where it may be seen again, else its beginning")
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField(null=True, help_text="since when another one is there for it")
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} key {self.shown}"


class AuditEntry(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="audit")
    project = models.ForeignKey(Project, models.SET_NULL, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by = models.CharField(max_length=10, choices=[(by.value, by.value) for by in By])
    who = models.CharField(max_length=254, help_text="the mail address or key of then, which outlives both")
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=300)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"], name="audit_latest_first")]

    def __str__(self) -> str:
        return f"{self.who}: {self.verb} {self.subject}"


class Invitation(models.Model):
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in Role])
    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what the link ends in")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"


class PersonalToken(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token")
    shown = models.CharField(max_length=20, help_text="its beginning")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} {self.shown}"


class Taste(models.Model):
    """What a person chose for every browser that they sign in with; empty was never chosen."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="taste")
    language = models.CharField(max_length=5, blank=True)
    theme = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.language} {self.theme}"


class Session(AbstractBaseSession):
    """Where somebody is signed in. ``session_key`` is the beginning of the SHA-256 of what the browser holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    address = models.CharField(max_length=45)
    agent = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expire_date"], name="sessions_that_expire")]
