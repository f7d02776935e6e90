"""Signed claims: compact JWS (RFC 7515) signed with EdDSA (RFC 8037), which anybody can check offline.

Claims that are signed together have one signature over the root of their tree (RFC 6962), for a signature takes as
long as the whole answer to a check. Such a token says so with `alg` "EdDSA-tree"; in place of the signature it carries

    place in the tree (2 bytes, big-endian) | leaves of the tree (2) | signature (64) | audit path (32 each)

The leaf is what a JWS signs, `header.claims`; signed is `xinyun tokens`, a line feed, and the root.

`kid` is the RFC 7638 thumbprint of the public key, so that a reader who holds another key is told so instead
of "false signature". There is exactly one spelling of a receipt: a flipped bit anywhere is refused. Pure: whoever
verifies needs no store.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from xinyun.base import Refusal, Text
from xinyun.ledger import rules
from xinyun.ledger.notes import Verifier

ALONE, TOGETHER = "EdDSA", "EdDSA-tree"
MOST = 1 << 15
"""Claims that may be signed together."""
_SIGNED = b"xinyun tokens\n"
_SIGNATURE = 64
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
Claims = dict[str, Any] | msgspec.Struct
"""What is claimed; a struct's fields stand in the order of canonical JSON."""
_encode = msgspec.json.Encoder(order="deterministic").encode


class ReceiptRefused(Refusal):
    """The text is not a receipt at all."""

    code = "receipt-malformed"


class WrongKey(ReceiptRefused):
    """Another key than the one at hand signed the receipt."""

    code = "receipt-wrong-key"


class WrongSignature(ReceiptRefused):
    """The receipt was changed after it was signed."""

    code = "receipt-wrong-signature"


def sign(claims: Claims, key: Ed25519PrivateKey) -> str:
    """Claims as a token."""
    signed = _header(key, ALONE) + b"." + _b64(_encode(claims))
    return (signed + b"." + _b64(key.sign(signed))).decode()


def sign_together(claims: Sequence[Claims], key: Ed25519PrivateKey) -> list[str]:
    """Up to `MOST` claims as a token each, in their order, with one signature."""
    head = _header(key, TOGETHER) + b"."
    signed = [head + _b64(_encode(one)) for one in claims]
    root, paths = rules.paths([rules.leaf_hash(one) for one in signed])
    signature, of = key.sign(_SIGNED + root), len(signed).to_bytes(2, "big")
    return [
        (one + b"." + _b64(place.to_bytes(2, "big") + of + signature + path)).decode()
        for place, (one, path) in enumerate(zip(signed, paths, strict=True))
    ]


def commitment(subject: str, salt: str) -> str:
    """A salted digest of whom a check was about, so that a receipt that is passed on names nobody."""
    return sha256(f"{salt}:{subject}".encode()).hexdigest()


def is_about(claims: dict[str, Any], subject: str) -> bool:
    """Whether a receipt's claims are about this code (or name, where only a name was asked)."""
    return commitment(subject, str(claims.get("salt"))) == claims.get("subject")


def read(token: str, public_key: Ed25519PublicKey | Verifier | str) -> dict[str, Any]:
    """Check a receipt with the public key alone, and give its claims.

    `public_key` may be the key itself or the log's verifier key (`name+hash+base64`).

    :raises ReceiptRefused: when the text is not a receipt.
    :raises WrongKey: when another key signed it.
    :raises WrongSignature: when it was changed.
    """
    key = _public(public_key)
    header, claims, signature = _parts(token)
    if (
        header.get("alg") not in (ALONE, TOGETHER)
        or not isinstance(header.get("kid"), str)
        or "crit" in header
    ):
        raise _malformed()
    if header["kid"] != thumbprint(key):
        raise WrongKey(
            Text(
                "这张回执不是用所给公钥对应的密钥签发的。",
                "Another key than the one given signed this receipt.",
            ),
            Text("请使用签发单位公布的公钥。", "Use the public key that the issuing office publishes."),
        )
    signed = token.rpartition(".")[0].encode()
    if header["alg"] == TOGETHER:
        signature, signed = _climbed(signature, signed)
    try:
        key.verify(signature, signed)
    except InvalidSignature as error:
        raise WrongSignature(
            Text("回执签名不符，内容已被改动。", "The signature is false: the receipt was changed."),
            Text("请向持有人索取原回执。", "Ask its holder for the original."),
        ) from error
    return claims


def thumbprint(key: Ed25519PublicKey) -> str:
    """Name a public key by the SHA-256 of its canonical JWK (RFC 7638, RFC 8037 appendix A.3)."""
    return _thumbprint(key.public_bytes_raw())


@lru_cache(maxsize=64)
def _thumbprint(raw: bytes) -> str:
    jwk = b'{"crv":"Ed25519","kty":"OKP","x":"%s"}' % _b64(raw)
    return _b64(sha256(jwk).digest()).decode()


@lru_cache(maxsize=8)
def _header(key: Ed25519PrivateKey, alg: str) -> bytes:
    return _b64(_encode({"alg": alg, "kid": thumbprint(key.public_key())}))


def _climbed(carried: bytes, leaf: bytes) -> tuple[bytes, bytes]:
    """The signature and what it signs, of a token that was signed together with others."""
    place, of = int.from_bytes(carried[:2], "big"), int.from_bytes(carried[2:4], "big")
    signature, path = carried[4 : 4 + _SIGNATURE], carried[4 + _SIGNATURE :]
    steps = [path[n : n + rules.HASH] for n in range(0, len(path), rules.HASH)]
    root = rules.climb(place, of, rules.leaf_hash(leaf), steps)
    if root is None or len(path) % rules.HASH:
        raise _malformed()
    return signature, _SIGNED + root


def _public(key: Ed25519PublicKey | Verifier | str) -> Ed25519PublicKey:
    if isinstance(key, Ed25519PublicKey):
        return key
    verifier = Verifier.parse(key) if isinstance(key, str) else key
    return Ed25519PublicKey.from_public_bytes(verifier.key)


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    try:
        header, claims, signature = (_unb64(part) for part in token.split("."))
        return _object(header), _object(claims), signature
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise _malformed() from error


def _object(text: bytes) -> dict[str, Any]:
    return msgspec.json.decode(text, type=dict[str, Any])


def _b64(data: bytes) -> bytes:
    return binascii.b2a_base64(data, newline=False).translate(_URL_SAFE).rstrip(b"=")


def _unb64(text: str) -> bytes:
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if (
        _b64(data) != text.encode()
    ):  # stray characters and loose padding bits are skipped by the decoder, not by us
        raise ValueError("not base64url")
    return data


def _malformed() -> ReceiptRefused:
    return ReceiptRefused(
        Text("这不是一张完整的回执。", "This is not a whole receipt."),
        Text("请完整粘贴回执，或重新扫描二维码。", "Paste the whole receipt, or scan its QR code again."),
    )
