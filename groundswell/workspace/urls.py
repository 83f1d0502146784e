"""The addresses of the workspace's pages."""

from django.urls import path

from groundswell.workspace.pages import projects, signing_in

URLS = [
    path("welcome", signing_in.welcome, name="welcome"),
    path("sign-in", signing_in.sign_in, name="sign_in"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("forgotten", signing_in.Forgotten.as_view(), name="forgotten"),
    path("forgotten/<uidb64>/<token>", signing_in.NewPassword.as_view(), name="password_reset_confirm"),
    path("projects/new", projects.new_project, name="new_project"),
]
