"""What a leaf is made of, as pure functions.

    payload     canonical JSON of the event: keys sorted, no blanks, UTF-8
    commitment  SHA-256(salt || payload); the salt is random, so that nobody can guess the payload behind it
    leaf        canonical JSON of {"at", "commitment", "kind"}; its RFC 6962 leaf hash enters the tree

Payload and salt are kept beside the tree and may be erased together; the leaf stays, and so does every proof.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from xinyun.base import Refusal, Text

SALT = 16
_KIND = re.compile(r"[a-z][a-z0-9.-]{0,63}")
_encode = msgspec.json.Encoder(order="deterministic").encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode
_skim = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


class Entry(NamedTuple):
    """An event to be logged. Two entries with the same `ref` are the same event, logged once.

    :ivar payload: what is told; or, as bytes, the canonical JSON of it, which must hold its actor and is taken as it is.
    :ivar about: whom of the natural persons it is about, by an opaque label: the content is then sealed under a key of
        the person's own (see `personal`).
    """

    kind: str
    at: datetime
    payload: Mapping[str, Any] | bytes
    ref: str | None = None
    about: str | None = None


class Leaf(msgspec.Struct, frozen=True):
    """An event as logged: its place in the tree and what the tree commits to."""

    index: int
    kind: str
    at: datetime
    commitment: bytes
    leaf_hash: bytes
    ref: str | None = None


class UnfitEntry(Refusal):
    """The entry cannot become a leaf."""

    code = "unfit-entry"


def canonical(payload: Mapping[str, Any] | bytes, actor: str) -> bytes:
    """Write an event as canonical JSON, with its actor; an entry that names its own actor keeps it.

    :raises UnfitEntry: when the payload holds something that JSON cannot say, or bytes are no object in JSON at all.
    """
    try:
        if isinstance(payload, bytes):
            _skim(payload.decode())
            return payload
        return _encode({"actor": actor, **payload})
    except (TypeError, ValueError) as error:
        raise UnfitEntry(
            Text(
                "事项内容不能写成 JSON，未存证。",
                "The payload cannot be written as JSON; nothing was logged.",
            ),
            Text(f"请只用文本键和普通值（{error}）。", f"Use text keys and plain values only ({error})."),
        ) from error


def parse(payload: str | bytes) -> dict[str, Any]:
    """Read a payload back from its canonical JSON."""
    return _decode(payload)


def commitment(salt: bytes, payload: bytes) -> bytes:
    """Commit to a payload without showing it."""
    return sha256(salt + payload).digest()


def moment(at: datetime) -> bytes:
    """Write an instant in UTC with microseconds, `2026-03-01T08:00:00.000000Z`."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6].encode() + b"Z"


def leaf_bytes(kind: bytes, moment: bytes, commitment: bytes) -> bytes:
    """Write the leaf of an event of a kind at a moment."""
    return b'{"at":"%b","commitment":"%b","kind":"%b"}' % (moment, commitment.hex().encode(), kind)


def check(kind: str, at: datetime) -> None:
    """Refuse an event whose kind or instant cannot be written into a leaf in exactly one way.

    :raises UnfitEntry: when the kind is not a short English name or the instant has no time zone.
    """
    if not _KIND.fullmatch(kind):
        raise UnfitEntry(
            Text(f"事项类别“{kind}”不合规范。", f"The kind {kind!r} is not a short English name."),
            Text("请用小写英文、数字、点和连字符。", "Use lower-case letters, digits, dots and hyphens."),
        )
    if at.tzinfo is None:
        raise UnfitEntry(
            Text("存证时刻没有时区。", "The instant has no time zone."),
            Text("请给出带时区的时刻。", "Give an instant with its time zone."),
        )
