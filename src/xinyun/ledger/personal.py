"""Keys of persons: what is logged about one lies sealed under a key of the person's own, and is gone when the key is.

A key is random, sealed under the data key, and found by the keyed hash of the label that callers give; the label is
opaque, never a number or a name. The leaf commits to the event as it was told, so that the key's end leaves every
leaf and proof as they are. The salt lies sealed with the payload: with it, whoever guesses well could still compare.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from secrets import token_bytes
from typing import NamedTuple

from xinyun.ledger import models
from xinyun.ledger.entries import SALT
from xinyun.plumbing import sealing

_KEY = 16
_NONCE = 12
_MANY = 500  # stays under SQLite's limit of bound variables


class Held(NamedTuple):
    """What a leaf commits to, as it is stored: `salt` and `payload` as they are, or sealed under the key `key`."""

    salt: bytes
    payload: str
    key: int | None = None


class Key(NamedTuple):
    """A person's key, and its number in the store."""

    id: int
    value: bytes


def digest(label: str) -> str:
    """The hash by which the key of a label is found."""
    return sealing.keyed_hash(label.encode())


def keys_of(labels: Iterable[str]) -> dict[str, Key]:
    """The key of each label, made where there is none; in the transaction of the one writer, which it holds them for."""
    wanted = {digest(label): label for label in set(labels)}
    if not wanted:
        return {}  # and the data key is not asked for
    held: dict[str, Key] = {}
    for some in _chunks(list(wanted)):
        rows = models.PersonKey.objects.select_for_update().filter(about__in=some, wrapped__isnull=False)
        held |= {row.about: Key(row.pk, sealing.open_sealed(bytes(row.wrapped))) for row in rows}
    fresh = [about for about in wanted if about not in held]
    values = [token_bytes(_KEY) for _ in fresh]
    sealed = zip(fresh, sealing.seal_many(values), strict=True)
    made = models.PersonKey.objects.bulk_create(
        [models.PersonKey(about=about, wrapped=wrapped) for about, wrapped in sealed], batch_size=_MANY
    )
    held |= {row.about: Key(row.pk, value) for row, value in zip(made, values, strict=True)}
    return {wanted[about]: key for about, key in held.items()}


def _chunks(items: list[str]) -> Iterator[list[str]]:
    return (items[n : n + _MANY] for n in range(0, len(items), _MANY))


def seal(key: Key, commitment: bytes, salt: bytes, payload: str) -> Held:
    """Seal what a commitment commits to."""
    sealed = sealing.seal_under(key.value, salt + payload.encode(), commitment)
    return Held(sealed[:_NONCE], b64encode(sealed[_NONCE:]).decode(), key.id)


def unseal(wrapped: bytes, commitment: bytes, nonce: bytes, payload: str | bytes) -> tuple[bytes, bytes]:
    """The salt and the payload that a person's key has sealed.

    :raises SealBroken: a bit of them, of the key or of the commitment differs.
    """
    try:
        sealed = nonce + b64decode(payload, validate=True)
    except ValueError:
        sealed = b""  # which no key has sealed
    opened = sealing.open_under(sealing.open_sealed(wrapped), sealed, commitment)
    return opened[:SALT], opened[SALT:]
