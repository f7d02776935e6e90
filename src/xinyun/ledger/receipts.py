"""Receipts: what the platform claims, signed with the log's key. How they look and are checked: `signed`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xinyun.ledger.keys import signing_key, verifiers
from xinyun.ledger.signed import (
    MOST,
    Claims,
    ReceiptRefused,
    WrongKey,
    WrongSignature,
    read,
    sign,
    sign_together,
    thumbprint,
)

__all__ = [
    "ReceiptRefused",
    "WrongKey",
    "WrongSignature",
    "issue",
    "issue_together",
    "own",
    "read",
    "thumbprint",
]


def issue(claims: Claims) -> str:
    """Sign claims into a receipt.

    :raises KeyMissing: before `xinyun init` has made the key.
    """
    return sign(claims, signing_key())


def issue_together(claims: Sequence[Claims]) -> list[str]:
    """Sign claims into a receipt each, in their order, with one signature for all; those that are alone as `issue` does.

    :raises KeyMissing: before `xinyun init` has made the key.
    """
    if len(claims) == 1:
        return [issue(claims[0])]
    key = signing_key()
    parts = (claims[n : n + MOST] for n in range(0, len(claims), MOST))
    return [token for part in parts for token in sign_together(part, key)]


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
