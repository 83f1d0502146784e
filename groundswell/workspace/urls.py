"""The addresses of the workspace's pages."""

from django.urls import path

from groundswell.workspace.pages import audit, joining, keys, me, members, projects, signing_in

_PROJECT = "p/<int:project>"

URLS = [
    path("welcome", signing_in.welcome, name="welcome"),
    path("sign-in", signing_in.sign_in, name="sign_in"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("forgotten", signing_in.Forgotten.as_view(), name="forgotten"),
    path("forgotten/<uidb64>/<token>", signing_in.NewPassword.as_view(), name="password_reset_confirm"),
    path("join/<str:secret>", joining.accept, name="join"),
    path("me", me.me, name="me"),
    path("me/name", me.rename, name="me.name"),
    path("me/password", me.new_password, name="me.password"),
    path("me/sessions/end", me.sign_out_elsewhere, name="me.sign_out_elsewhere"),
    path("me/sessions/<str:key>/end", me.sign_out_there, name="me.sign_out_there"),
    path("me/tokens", me.new_token, name="me.token"),
    path("me/tokens/<int:number>/revoke", me.revoke_token, name="me.revoke_token"),
    path("projects/new", projects.new_project, name="new_project"),
    path(f"{_PROJECT}/settings", projects.settings_page, name="settings"),
    path(f"{_PROJECT}/members", members.members_page, name="members"),
    path(f"{_PROJECT}/members/<int:number>/role", members.change_role, name="members.role"),
    path(f"{_PROJECT}/members/<int:number>/remove", members.remove, name="members.remove"),
    path(f"{_PROJECT}/invitations/<int:number>/again", members.send_again, name="members.send_again"),
    path(f"{_PROJECT}/invitations/<int:number>/withdraw", members.withdraw, name="members.withdraw"),
    path(f"{_PROJECT}/keys", keys.keys_page, name="keys"),
    path(f"{_PROJECT}/keys/<int:number>/rotate", keys.rotate, name="keys.rotate"),
    path(f"{_PROJECT}/keys/<int:number>/revoke", keys.revoke, name="keys.revoke"),
    path(f"{_PROJECT}/audit", audit.audit_page, name="audit"),
]
