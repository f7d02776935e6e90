"""The keys of a log: Ed25519 signs checkpoints and receipts, SM2, where there is one, the checkpoints beside it.

The seed comes from XINYUN_SIGNING_KEY (base64) or XINYUN_HOME/keys/ledger.ed25519. Beside it
`ledger.ed25519.pub` lists the verifier keys, one a line: today's and, after a change of key, those whose
signatures must stay valid. The name is the log's origin, XINYUN_ORIGIN: choose it once, as a URL without
scheme that nobody else uses. The SM2 key lies in XINYUN_SM2_KEY or `keys/ledger.sm2`, with a public file likewise.
"""

from __future__ import annotations

import os
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from xinyun.ledger import sm2
from xinyun.ledger.notes import Sm2Verifier, Verifier, verifier_of
from xinyun.plumbing.sealing import key_folder, make_key, read_key

_VARIABLE, _FILE = "XINYUN_SIGNING_KEY", "ledger.ed25519"
_SM2_VARIABLE, _SM2_FILE = "XINYUN_SM2_KEY", "ledger.sm2"


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
    """Give every Ed25519 key whose signatures count: today's first, then those in the public file."""
    today = verifier()
    return [today, *(known for line in _listed(_FILE) if (known := Verifier.parse(line)) != today)]


def sm2_key() -> bytes | None:
    """Give the private SM2 key, where the log has one.

    :raises KeyMissing: it is not 32 bytes in base64.
    """
    if not os.environ.get(_SM2_VARIABLE) and not (key_folder() / _SM2_FILE).exists():
        return None
    return read_key(_SM2_VARIABLE, _SM2_FILE)


def sm2_verifier() -> Sm2Verifier | None:
    """Give today's SM2 key under the log's name, where the log has one."""
    key = sm2_key()
    return Sm2Verifier(origin(), sm2.public_key(key)) if key else None


def head_verifiers() -> list[Verifier]:
    """Give every key whose signatures on checkpoints count, of both kinds."""
    today = sm2_verifier()
    earlier = map(Sm2Verifier.parse, _listed(_SM2_FILE))
    return [*verifiers(), *([today] if today else []), *(known for known in earlier if known != today)]


def ensure_keys() -> None:
    """Make the keys that there are not yet, and list their verifier keys; `xinyun init` calls it."""
    make_key(_VARIABLE, _FILE)
    make_key(_SM2_VARIABLE, _SM2_FILE)
    _list(_FILE, verifier())
    if second := sm2_verifier():
        _list(_SM2_FILE, second)


def _list(name: str, today: Verifier) -> None:
    listed = _listed(name)
    if str(today) not in listed:
        key_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        text = "".join(f"{line}\n" for line in [str(today), *listed])
        (key_folder() / f"{name}.pub").write_text(text, "utf-8")


def _listed(name: str) -> list[str]:
    path = key_folder() / f"{name}.pub"
    return path.read_text("utf-8").splitlines() if path.exists() else []


@lru_cache(maxsize=8)
def _key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)
