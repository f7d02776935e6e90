"""Who is this."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from xinyun.accounts.models import Client
from xinyun.base import Refusal, Text


class NoKey(Refusal):
    """The request carries no key, or one that is not registered: which of these is not told."""

    code = "no-key"
    status = 401
    headers = ((b"www-authenticate", b"Bearer"),)


class MayNotFurnish(Refusal):
    """The client is known, and was not registered to furnish."""

    code = "may-not-furnish"
    status = 403


class MayNotAsk(Refusal):
    """The client is known, and was registered to furnish alone."""

    code = "may-not-ask"
    status = 403


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client as other contexts see it."""

    id: int
    name: str
    office: str
    scenes: frozenset[str]
    furnishes: bool
    origins: tuple[str, ...] = ()
    quota: int | None = None
    """How many checks it may ask in a minute; `None` is without bound."""

    @property
    def actor(self) -> str:
        """How what it does is recorded."""
        return f"client:{self.id}"


def key_digest(key: str) -> str:
    """What is stored of a key: keys carry 256 random bits, so a plain digest is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def key_digest_of(client: int) -> str:
    """The digest of a client's key; what is derived from it only the key's holder and the platform can tell."""
    digest: str = Client.objects.values_list("key_digest", flat=True).get(pk=client)
    return digest


def client_by_key(key: str) -> ClientView | None:
    """The client that holds this key, unless it was revoked."""
    return _standing(key_digest=key_digest(key))


def client_named(name: str) -> ClientView | None:
    """The client of that name, unless it was revoked."""
    return _standing(name=name)


def client_numbered(id: int) -> ClientView | None:
    """The client of that id, unless it was revoked."""
    return _standing(pk=id)


def standing_clients() -> Iterator[tuple[str, ClientView]]:
    """Every client that was not revoked, with the digest of its key, by which a check gateway knows it."""
    for row in Client.objects.filter(revoked_at__isnull=True).order_by("pk").iterator():
        yield row.key_digest, _view(row)


def _standing(**named: str | int) -> ClientView | None:
    row = Client.objects.filter(revoked_at__isnull=True, **named).first()
    return _view(row) if row else None


def _view(row: Client) -> ClientView:
    scenes, origins = frozenset(row.scenes), tuple(row.origins)
    return ClientView(row.pk, row.name, row.office, scenes, row.furnishes, origins, row.quota)


def no_key() -> NoKey:
    """The refusal for a key that is missing, unknown or revoked: which of these is not told."""
    return NoKey(
        Text("缺少有效的接入密钥。", "No valid key."),
        Text(
            "请用 Authorization: Bearer 密钥；密钥由信用中心发放。",
            "Send Authorization: Bearer KEY; the credit centre issues keys.",
        ),
    )


def asker(authorization: str) -> ClientView:
    """The client that may ask about subjects, by an `Authorization` header with its key.

    :raises NoKey: there is no key, or nobody's.
    :raises MayNotAsk: the client may only furnish.
    """
    client = holder(authorization)
    if not client.scenes:
        raise MayNotAsk(
            Text("这个密钥不能用于查询。", "This key is not for asking."),
            Text("请信用中心登记一个有场景的接入方。", "Ask the credit centre for a client with a scene."),
        )
    return client


def furnisher(authorization: str) -> ClientView:
    """The client that may furnish for its office, by an `Authorization` header with its key.

    :raises NoKey: there is no key, or nobody's.
    :raises MayNotFurnish: the client may only ask.
    """
    client = holder(authorization)
    if not client.furnishes:
        raise MayNotFurnish(
            Text("这个密钥不能用于报送。", "This key is not for furnishing."),
            Text(
                "请信用中心用 xinyun client add … --furnish 另发一个。",
                "Ask the credit centre for one that is: xinyun client add … --furnish.",
            ),
        )
    return client


def holder(authorization: str) -> ClientView:
    """The client of an `Authorization` header's key, whatever it may do.

    :raises NoKey: there is no key, or nobody's.
    """
    scheme, _, key = authorization.strip().partition(" ")
    client = client_by_key(key.strip()) if scheme.lower() == "bearer" else None
    if client is None:
        raise no_key()
    return client


def scenes_asked(office: str) -> frozenset[str]:
    """The scenes in which the office's clients ask whose keys are not revoked."""
    rows = Client.objects.filter(office=office, revoked_at__isnull=True).values_list("scenes", flat=True)
    return frozenset(scene for scenes in rows for scene in scenes)
