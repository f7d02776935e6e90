"""Receipts: what the platform claims, signed with the log's key. How they look and are checked: `signed`."""

from __future__ import annotations

from typing import Any

from xinyun.ledger.keys import signing_key, verifiers
from xinyun.ledger.signed import ReceiptRefused, WrongKey, WrongSignature, read, sign, thumbprint

__all__ = ["ReceiptRefused", "WrongKey", "WrongSignature", "issue", "own", "read", "thumbprint"]


def issue(claims: dict[str, Any]) -> str:
    """Sign claims into a receipt.

    :raises KeyMissing: before `xinyun init` has made the key.
    """
    return sign(claims, signing_key())


def own(token: str) -> dict[str, Any]:
    """The claims of a token that this platform signed, by today's key or an earlier one.

    :raises ReceiptRefused: it is none.
    """
    keys = verifiers()
    for key in keys[:-1]:
        try:
            return read(token, key)
        except WrongKey:
            continue
    return read(token, keys[-1])
