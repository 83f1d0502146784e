"""How somebody says that they want a delivery no more, without signing in: by an address that only their mail has."""

from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from groundswell.kernel.errors import not_found
from groundswell.kernel.words import said

_signer = Signer(salt="groundswell.deliveries.leaving")


@dataclass(frozen=True)
class Reader:
    delivery: int
    email: str


def leaving_address(base: str, reader: Reader) -> str:
    """Where that reader leaves; empty without a base."""
    token = _signer.sign_object([reader.delivery, reader.email])
    return f"{base}{reverse('deliveries.leave', args=[token])}" if base else ""


def reader_of(token: str) -> Reader:
    """Whose address it is. Raises Refusal 404 for what we never sent."""
    try:
        delivery, email = _signer.unsign_object(token)
    except (BadSignature, ValueError):
        raise not_found(
            said("This address leads nowhere."), hint=said("Open it as it stands in the mail, whole.")
        ) from None
    return Reader(int(delivery), str(email))
