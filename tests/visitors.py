"""People who look at pages: members of a project's organisation, signed in."""

from django.contrib.auth import get_user_model
from django.test import Client

from groundswell.workspace.models import Member, Project
from groundswell.workspace.types import ProjectCard, Role

PASSWORD = "a-long-whiteboard-9"


def member(project: ProjectCard, name: str, role: Role) -> Client:
    """The browser of a new member, signed in; the mail address is ``name@example.com``."""
    email = f"{name}@example.com"
    user = get_user_model().objects.create_user(
        username=email, email=email, password=PASSWORD, first_name=name.capitalize()
    )
    Member.objects.create(organisation=Project.objects.get(pk=project.id).organisation, user=user, role=role)
    return signed_in(email)


def signed_in(email: str) -> Client:
    """The browser of somebody who is known."""
    client = Client()
    client.force_login(get_user_model().objects.get(username=email))
    return client
