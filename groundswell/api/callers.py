"""Who asks the API: a secret key, a person by a token of theirs, or this machine's own command line."""

from django.http import HttpRequest

from groundswell.workspace.operator import is_operator
from groundswell.workspace.service import caller_of_secret
from groundswell.workspace.tokens import PREFIX, caller_of_token
from groundswell.workspace.types import Caller


def authenticate(request: HttpRequest) -> Caller | None:
    """The caller behind ``Authorization: Bearer …``; None, which is refused, for anybody else."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    token = token.strip()
    if is_operator(token):
        return Caller(is_operator=True)
    return caller_of_token(token) if token.startswith(f"{PREFIX}_") else caller_of_secret(token)
