"""SM2 signatures with SM3 (GB/T 32918.2, the usual signer `1234567812345678`): keys and signatures as plain bytes.

private key   32 bytes
public key    64 bytes, x || y
signature     64 bytes, r || s, so that there is one spelling of it
"""

from __future__ import annotations

from functools import lru_cache
from typing import TypeAlias

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

SIZE = 32
# The curve of GB/T 32918.5, y² = x³ - 3x + b over the field of _P, and its base point.
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_BASE = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
_Point: TypeAlias = tuple[int, int] | None


@lru_cache(maxsize=8)
def public_key(private: bytes) -> bytes:
    """The public key of a private one: as many times the base point."""
    found: _Point = None
    for bit in f"{int.from_bytes(private, 'big'):b}":
        found = _add(found, found)
        found = _add(found, _BASE) if bit == "1" else found
    if found is None:
        raise ValueError("no private key")
    return b"".join(part.to_bytes(SIZE, "big") for part in found)


def sign(private: bytes, message: bytes) -> bytes:
    """Sign a message."""
    from gmssl_pyx import sm2_sign  # here, for whoever verifies nothing by SM2 needs no GmSSL

    signature = decode_dss_signature(sm2_sign(private, public_key(private), message))
    return b"".join(part.to_bytes(SIZE, "big") for part in signature)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key has signed the message."""
    from gmssl_pyx import InvalidValueError, sm2_verify

    if len(signature) != 2 * SIZE:
        return False
    r, s = (int.from_bytes(signature[n : n + SIZE], "big") for n in (0, SIZE))
    try:
        return bool(sm2_verify(public, message, encode_dss_signature(r, s)))
    except InvalidValueError:  # the key is no point of the curve
        return False


def _add(one: _Point, other: _Point) -> _Point:
    if one is None or other is None:
        return one or other
    if one[0] == other[0] and (one[1] + other[1]) % _P == 0:
        return None
    if one == other:
        slope = 3 * (one[0] * one[0] - 1) * pow(2 * one[1], -1, _P) % _P
    else:
        slope = (other[1] - one[1]) * pow(other[0] - one[0], -1, _P) % _P
    x = (slope * slope - one[0] - other[0]) % _P
    return x, (slope * (one[0] - x) - one[1]) % _P
