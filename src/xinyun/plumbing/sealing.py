"""Sealing of what must not lie about in clear: SM4-GCM, HMAC-SM3, and where keys live.

GB/T 32907 (SM4) in GCM as in RFC 8998, GB/T 32905 (SM3). From one data key of 32 bytes HKDF-SM3 (RFC 5869)
derives a key for each use, so that no two uses share one.

    sealed value   key id (4) | nonce (12) | ciphertext | tag (16); the key id is authenticated
    sealed file    b"XYS2" | key id (4) | salt (16) | frames; each frame seals up to 1 MiB of the file, compressed
                   by Zstandard, under the file's own key, nonce = frame number, authenticated with the header and
                   a flag for the last frame (the STREAM construction), so that a frame cut off, repeated, moved
                   or borrowed is found; b"XYS1" is the same without compression

Keys come from the environment in base64, or from a file under XINYUN_HOME/keys that `ensure_keys` has made.
"""

from __future__ import annotations

import binascii
import io
import os
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from xinyun.base import Refusal, Text
from xinyun.plumbing.writing import arriving, write_once

KEY_SIZE = 32
FRAME = 1 << 20
_VARIABLE, _FILE = "XINYUN_DATA_KEY", "data.key"
_MAGIC, _PLAIN, _ID, _NONCE, _SALT, _TAG = b"XYS2", b"XYS1", 4, 12, 16, 16


class KeyMissing(Refusal):
    """There is no usable key where one is expected."""

    code = "key-missing"
    status = 503


class SealBroken(Refusal):
    """The sealed bytes were changed, cut, or sealed under another key."""

    code = "seal-broken"


class _Keys(NamedTuple):
    id: bytes
    value: bytes
    lookup: bytes
    file: bytes


def seal(plain: bytes) -> bytes:
    """Seal a value; the same value sealed twice gives different bytes.

    :raises KeyMissing: before `xinyun init` has made the key.
    """
    return seal_many([plain])[0]


def seal_many(plain: Iterable[bytes]) -> list[bytes]:
    """Seal values one by one, as `seal` does.

    :raises KeyMissing: before `xinyun init` has made the key.
    """
    keys = _keys()
    sealed = []
    for value in plain:
        nonce = secrets.token_bytes(_NONCE)
        sealed.append(keys.id + nonce + _encrypt(keys.value, nonce, value, keys.id))
    return sealed


def open_sealed(sealed: bytes) -> bytes:
    """Open a sealed value.

    :raises SealBroken: when a bit differs, or another key sealed it.
    """
    keys = _keys()
    key_id, nonce, rest = sealed[:_ID], sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :]
    _same_key(key_id, keys)
    return _decrypt(keys.value, nonce, rest, key_id)


def seal_under(key: bytes, plain: bytes, about: bytes) -> bytes:
    """Seal a value under an SM4 key of the caller's own: nonce, ciphertext, tag; `about` is authenticated with it."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + _encrypt(key, nonce, plain, about)


def open_under(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """Open a value that `seal_under` has sealed.

    :raises SealBroken: when a bit differs, or another key sealed it.
    """
    return _decrypt(key, sealed[:_NONCE], sealed[_NONCE:], about)


def keyed_hash(plain: bytes) -> str:
    """Hash a value under our key (HMAC-SM3), so that it can be looked up without being readable."""
    mac = HMAC(_keys().lookup, SM3())
    mac.update(plain)
    return mac.finalize().hex()


def seal_file(source: Path, target: Path) -> str:
    """Seal a file frame by frame and return the SHA-256 of what was sealed, in hexadecimal.

    `target` appears whole, durable and for its owner alone, or not at all.
    """
    keys = _keys()
    header = _MAGIC + keys.id + secrets.token_bytes(_SALT)
    key = _derive(keys.file, header[-_SALT:], b"file")
    digest = sha256()
    with source.open("rb") as plain, arriving(target) as out:
        out.write(header)
        for number, frame, last in _frames(_compressed(plain, digest), FRAME):
            out.write(_encrypt(key, _frame_nonce(number), frame, header + last))
    return digest.hexdigest()


def open_file(source: Path, target: Path) -> None:
    """Open a sealed file; `target` appears only when every frame has proved true.

    :raises SealBroken: when anything was changed, cut off, repeated or moved.
    """
    keys = _keys()
    size = len(_MAGIC) + _ID + _SALT
    with source.open("rb") as sealed, arriving(target) as out:
        header = sealed.read(size)
        if len(header) != size or not header.startswith((_MAGIC, _PLAIN)):
            raise _broken("文件不是本平台封存的", "The file was not sealed by this platform")
        _same_key(header[4 : 4 + _ID], keys)
        key = _derive(keys.file, header[-_SALT:], b"file")
        opened = (
            _decrypt(key, _frame_nonce(number), frame, header + last)
            for number, frame, last in _frames(_blocks(sealed, FRAME + _TAG), FRAME + _TAG)
        )
        out.writelines(opened if header.startswith(_PLAIN) else _decompressed(opened))


def ensure_keys() -> None:
    """Make the data key unless there is one; `xinyun init` calls it."""
    make_key(_VARIABLE, _FILE)


def key_folder() -> Path:
    folder: Path = settings.XINYUN.keys
    return folder


def make_key(variable: str, name: str) -> None:
    """Make a random key file that only its owner can read, unless the environment or a file has the key."""
    path = key_folder() / name
    if not os.environ.get(variable) and not path.exists():
        write_once(path, b64encode(secrets.token_bytes(KEY_SIZE)) + b"\n")


def read_key(variable: str, name: str) -> bytes:
    """Read a key of 32 bytes from the environment or, failing that, from its file.

    :raises KeyMissing: when there is none, or it is not 32 bytes in base64.
    """
    return _read_key(os.environ.get(variable), key_folder(), name, variable)


@lru_cache(maxsize=32)
def _read_key(value: str | None, folder: Path, name: str, variable: str) -> bytes:
    try:
        key = b64decode((value or (folder / name).read_text("ascii")).strip(), validate=True)
    except (OSError, binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_SIZE:
        raise KeyMissing(
            Text(f"没有可用的密钥 {variable}。", f"There is no usable key {variable}."),
            Text(
                "请运行 xinyun init，或在环境变量中给出。", "Run xinyun init, or set it in the environment."
            ),
        )
    return key


def _keys() -> _Keys:
    return _derived(read_key(_VARIABLE, _FILE))


@lru_cache(maxsize=8)
def _derived(master: bytes) -> _Keys:
    fingerprint = Hash(SM3())
    fingerprint.update(b"xinyun key id" + master)
    return _Keys(
        fingerprint.finalize()[:_ID],
        _derive(master, b"", b"value"),
        _derive(master, b"", b"lookup", 32),
        _derive(master, b"", b"files", 32),
    )


def _derive(key: bytes, salt: bytes, use: bytes, length: int = 16) -> bytes:
    return HKDF(SM3(), length, salt, b"xinyun " + use).derive(key)


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> algorithms.SM4:
    return algorithms.SM4(key)


def _encrypt(key: bytes, nonce: bytes, plain: bytes, about: bytes) -> bytes:
    cipher = Cipher(_cipher(key), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(about)
    return cipher.update(plain) + cipher.finalize() + cipher.tag


def _decrypt(key: bytes, nonce: bytes, sealed: bytes, about: bytes) -> bytes:
    try:
        cipher = Cipher(_cipher(key), modes.GCM(nonce, sealed[-_TAG:])).decryptor()
        cipher.authenticate_additional_data(about)
        return cipher.update(sealed[:-_TAG]) + cipher.finalize()
    except (InvalidTag, ValueError) as error:
        raise _broken(
            "封存内容已被改动或不完整", "The sealed content was changed or is incomplete"
        ) from error


def _blocks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    return iter(lambda: stream.read(size), b"")


def _frames(blocks: Iterable[bytes], size: int) -> Iterator[tuple[int, bytes, bytes]]:
    """Bytes in frames of one size, numbered, the last one flagged; nothing at all has one empty frame."""
    number, held = 0, b""
    for block in blocks:
        held += block
        while len(held) > size:
            yield number, held[:size], b"\x00"
            number, held = number + 1, held[size:]
    yield number, held, b"\x01"


class _Pieces(io.RawIOBase):
    """What a compressor writes, until it is taken; or pieces that a decompressor reads."""

    def __init__(self, pieces: Iterator[bytes] | None = None) -> None:
        self._coming, self._held = pieces or iter(()), bytearray()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._held += piece
        return len(piece)

    def readinto(self, target: Any) -> int:
        while not self._held and (piece := next(self._coming, None)) is not None:
            self._held += piece
        taken = self._held[: len(target)]
        target[: len(taken)] = taken
        del self._held[: len(taken)]
        return len(taken)

    def take(self) -> bytes:
        """All that was written since the last time."""
        taken, self._held = bytes(self._held), bytearray()
        return taken


def _compressed(plain: BinaryIO, digest: Any) -> Iterator[bytes]:
    """A file's bytes compressed; `digest` learns what they were."""
    import pyarrow  # here, for most commands seal no file and start sooner without it

    pieces = _Pieces()
    with pyarrow.CompressedOutputStream(pyarrow.PythonFile(pieces, "w"), "zstd") as compressor:
        for block in _blocks(plain, FRAME):
            digest.update(block)
            compressor.write(block)
            yield pieces.take()
        compressor.flush()
        yield pieces.take()
    yield pieces.take()


def _decompressed(opened: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes again, in blocks."""
    import pyarrow

    source = pyarrow.PythonFile(io.BufferedReader(_Pieces(opened)), "r")
    with pyarrow.CompressedInputStream(source, "zstd") as decompressor:
        while block := decompressor.read(FRAME):
            yield block


def _frame_nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE, "big")


def _same_key(key_id: bytes, keys: _Keys) -> None:
    if key_id != keys.id:
        raise _broken(
            f"封存所用密钥（{key_id.hex()}）与现有密钥（{keys.id.hex()}）不同",
            f"It was sealed under key {key_id.hex()}, and we hold {keys.id.hex()}",
        )


def _broken(zh: str, en: str) -> SealBroken:
    return SealBroken(
        Text(f"{zh}，未予打开。", f"{en}; it was not opened."),
        Text(
            "请从备份恢复原件，或配置原来的密钥。",
            "Restore it from a backup, or set the key it was sealed under.",
        ),
    )
