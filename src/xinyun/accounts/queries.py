"""Who is this."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from xinyun.accounts.models import Client


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client as other contexts see it."""

    id: int
    name: str
    office: str
    scenes: frozenset[str]


def key_digest(key: str) -> str:
    """What is stored of a key: keys carry 256 random bits, so a plain digest is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def client_by_key(key: str) -> ClientView | None:
    """The client that holds this key, unless it was revoked."""
    row = Client.objects.filter(key_digest=key_digest(key), revoked_at__isnull=True).first()
    return ClientView(row.pk, row.name, row.office, frozenset(row.scenes)) if row else None
