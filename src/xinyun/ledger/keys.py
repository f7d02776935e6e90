"""The key that signs checkpoints and receipts: Ed25519, one a log.

The seed comes from XINYUN_SIGNING_KEY (base64) or XINYUN_HOME/keys/ledger.ed25519. Beside it
`ledger.ed25519.pub` lists the verifier keys, one a line: today's and, after a change of key, those whose
signatures must stay valid. The name is the log's origin, XINYUN_ORIGIN: choose it once, as a URL without
scheme that nobody else uses.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from xinyun.ledger.notes import Verifier, verifier_of
from xinyun.plumbing.sealing import key_folder, make_key, read_key

_VARIABLE, _FILE = "XINYUN_SIGNING_KEY", "ledger.ed25519"


def origin() -> str:
    """Name the log, as its checkpoints and its verifier key do."""
    named: str = settings.XINYUN.origin
    return named


def signing_key() -> Ed25519PrivateKey:
    """Give the signing key.

    :raises KeyMissing: before `xinyun init` has made it.
    """
    return _key(read_key(_VARIABLE, _FILE))


def verifier() -> Verifier:
    """Give today's public key under the log's name; `str()` gives the form others configure."""
    return verifier_of(origin(), signing_key())


def verifiers() -> list[Verifier]:
    """Give every public key whose signatures count: today's first, then those in the public file."""
    today = verifier()
    path = _public_file()
    listed = path.read_text("utf-8").splitlines() if path.exists() else []
    return [today, *(known for line in listed if (known := Verifier.parse(line)) != today)]


def ensure_keys() -> None:
    """Make the signing key unless there is one, and list its verifier key; `xinyun init` calls it."""
    make_key(_VARIABLE, _FILE)
    path = _public_file()
    listed = path.read_text("utf-8").splitlines() if path.exists() else []
    if str(verifier()) not in listed:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in [str(verifier()), *listed]), "utf-8")


def _public_file() -> Path:
    return key_folder() / f"{_FILE}.pub"


@lru_cache(maxsize=8)
def _key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)
