"""Receipts: compact JWS (RFC 7515) signed with EdDSA (RFC 8037), which anybody can check offline.

`kid` is the RFC 7638 thumbprint of the public key, so that a reader who holds another key is told so instead
of "false signature". There is exactly one spelling of a receipt: a flipped bit anywhere is refused.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from xinyun.base import Refusal, Text
from xinyun.ledger.keys import signing_key, verifiers
from xinyun.ledger.notes import Verifier

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


def issue(claims: dict[str, Any]) -> str:
    """Sign claims into a receipt.

    :raises KeyMissing: before `xinyun init` has made the key.
    """
    key = signing_key()
    signed = _header(key) + b"." + _b64(_encode(claims))
    return (signed + b"." + _b64(key.sign(signed))).decode()


def read(token: str, public_key: Ed25519PublicKey | Verifier | str) -> dict[str, Any]:
    """Check a receipt with the public key alone, and give its claims.

    `public_key` may be the key itself or the log's verifier key (`name+hash+base64`).

    :raises ReceiptRefused: when the text is not a receipt.
    :raises WrongKey: when another key signed it.
    :raises WrongSignature: when it was changed.
    """
    key = _public(public_key)
    header, claims, signature = _parts(token)
    if header.get("alg") != "EdDSA" or not isinstance(header.get("kid"), str) or "crit" in header:
        raise _malformed()
    if header["kid"] != thumbprint(key):
        raise WrongKey(
            Text(
                "这张回执不是用所给公钥对应的密钥签发的。",
                "Another key than the one given signed this receipt.",
            ),
            Text("请使用签发单位公布的公钥。", "Use the public key that the issuing office publishes."),
        )
    try:
        key.verify(signature, token.rpartition(".")[0].encode())
    except InvalidSignature as error:
        raise WrongSignature(
            Text("回执签名不符，内容已被改动。", "The signature is false: the receipt was changed."),
            Text("请向持有人索取原回执。", "Ask its holder for the original."),
        ) from error
    return claims


def believed(token: str) -> dict[str, Any]:
    """Check a receipt with the keys of this log, today's and those whose signatures stay valid, and give its claims.

    :raises ReceiptRefused, WrongKey, WrongSignature: as `read`.
    """
    known = verifiers()
    for key in known[:-1]:
        try:
            return read(token, key)
        except WrongKey:
            continue
    return read(token, known[-1])


def thumbprint(key: Ed25519PublicKey) -> str:
    """Name a public key by the SHA-256 of its canonical JWK (RFC 7638, RFC 8037 appendix A.3)."""
    return _thumbprint(key.public_bytes_raw())


@lru_cache(maxsize=64)
def _thumbprint(raw: bytes) -> str:
    jwk = b'{"crv":"Ed25519","kty":"OKP","x":"%s"}' % _b64(raw)
    return _b64(sha256(jwk).digest()).decode()


@lru_cache(maxsize=8)
def _header(key: Ed25519PrivateKey) -> bytes:
    return _b64(_encode({"alg": "EdDSA", "kid": thumbprint(key.public_key())}))


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
    return urlsafe_b64encode(data).rstrip(b"=")


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
