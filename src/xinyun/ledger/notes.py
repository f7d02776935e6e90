"""Signed notes and checkpoints, as pure functions.

A note is text, a blank line, and signature lines `— <name> <base64(key id || signature)>`; the signature
covers the text with its last newline (https://c2sp.org/signed-note). A checkpoint is a note of three lines:
the origin of the log, its size, its root in base64 (https://c2sp.org/tlog-checkpoint). Signatures by unknown
keys are ignored, so that witnesses may co-sign; a known key that does not verify spoils the note. A log signs by
Ed25519, as everybody's tools read it, and may sign by SM2 beside it.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from xinyun.base import Refusal, Text
from xinyun.ledger import sm2

ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+]+")
_CHECKPOINT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]*)\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*")


class NoteRefused(Refusal):
    """The note is malformed, or no trusted key signed it."""

    code = "note-refused"


@dataclass(frozen=True)
class Verifier:
    """A trusted public key and the name it signs under, written `name+hash+base64`."""

    name: str
    key: bytes

    TYPE: ClassVar[bytes] = ED25519
    SIZE: ClassVar[int] = 32

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.key) != self.SIZE:
            raise _refused("公钥格式有误", "The verifier key is malformed")

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self.TYPE + self.key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(self.TYPE + self.key).decode()}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a verifier key.

        :raises NoteRefused: when it is malformed, of another type, or its hash is another key's.
        """
        name, id_, key = [*text.strip().split("+", 2), "", ""][:3]
        decoded = _decode(key)
        verifier = cls(name, decoded[len(cls.TYPE) :])
        if not decoded.startswith(cls.TYPE) or verifier.id.hex() != id_:
            raise _refused("公钥格式有误", "The verifier key is malformed")
        return verifier

    def accepts(self, text: str, signature: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


class Sm2Verifier(Verifier):
    """A trusted SM2 key; a type of our own, as the specification has it for those without a byte assigned."""

    TYPE = b"\xffSM2-SM3 GB/T 32918"
    SIZE = 2 * sm2.SIZE

    def accepts(self, text: str, signature: bytes) -> bool:
        return sm2.verify(self.key, text.encode(), signature)


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: the log `origin` had `size` leaves under `root`."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Head:
        """Read the text of a checkpoint.

        :raises NoteRefused: when it does not have the three lines.
        """
        found = _CHECKPOINT.fullmatch(text)
        if not found:
            raise _refused("检查点格式有误", "The checkpoint is malformed")
        return cls(found[1], int(found[2]), _decode(found[3]))


def verifier_of(name: str, key: Ed25519PrivateKey) -> Verifier:
    """Give the verifier that accepts what `key` signs under `name`."""
    return Verifier(name, key.public_key().public_bytes_raw())


def read_verifier(text: str) -> Verifier:
    """Read a verifier key of either type.

    :raises NoteRefused: when it is malformed, of another type, or its hash is another key's.
    """
    try:
        return Sm2Verifier.parse(text)
    except NoteRefused:
        return Verifier.parse(text)


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Make a note of `text`, signed by one key."""
    return f"{text}\n{_line(verifier_of(name, key), key.sign(text.encode()))}"


def co_sign(note: str, name: str, sm2_key: bytes) -> str:
    """Put an SM2 signature of the same text below those that a note has."""
    text = note.rpartition("\n\n")[0] + "\n"
    verifier = Sm2Verifier(name, sm2.public_key(sm2_key))
    return note + _line(verifier, sm2.sign(sm2_key, text.encode()))


def open_note(note: str, verifiers: Iterable[Verifier], *, by_nobody_else: bool = False) -> str:
    """Give the text of a note that at least one of the verifiers has signed; by nobody else, where that is asked.

    :raises NoteRefused: when it is malformed, nobody trusted signed it, or a trusted signature is false.
    """
    trusted = {(verifier.name, verifier.id): verifier for verifier in verifiers}
    text, blank, lines = note.rpartition("\n\n")
    text += "\n"
    if not blank or not lines.endswith("\n"):
        raise _refused("签名文本格式有误", "The note is malformed")
    signed = False
    for line in lines[:-1].split("\n"):
        name, signature = _signature(line)
        verifier = trusted.get((name, signature[:4]))
        if verifier and not verifier.accepts(text, signature[4:]):
            raise _refused(f"“{name}”的签名不符", f"The signature of {name} is false")
        if by_nobody_else and verifier is None:
            raise _refused(f"“{name}”的签名不认识", f"The signature of {name} is by an unknown key")
        signed = signed or verifier is not None
    if not signed:
        raise _refused("没有可信公钥的签名", "No trusted key has signed the note")
    return text


def _line(verifier: Verifier, signature: bytes) -> str:
    return f"— {verifier.name} {b64encode(verifier.id + signature).decode()}\n"


def _signature(line: str) -> tuple[str, bytes]:
    dash, name, encoded = [*line.split(" "), "", ""][:3]
    signature = _decode(encoded)
    if dash != "—" or not _NAME.fullmatch(name) or len(signature) < 5 or line.count(" ") != 2:
        raise _refused("签名行格式有误", "A signature line is malformed")
    return name, signature


def _decode(text: str) -> bytes:
    """Strict base64: whoever flips a padding bit is found too."""
    try:
        decoded = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if b64encode(decoded).decode() != text:
        raise _refused("base64 编码有误", "The base64 is malformed")
    return decoded


def _refused(zh: str, en: str) -> NoteRefused:
    return NoteRefused(
        Text(f"{zh}，不予采信。", f"{en}; it is not believed."),
        Text(
            "请向账本主办单位索取原件和公钥。",
            "Ask the office that runs the log for the original and its key.",
        ),
    )
