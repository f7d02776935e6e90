"""Certificates of CAs of our own, for tests that shake hands."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@dataclass
class Authority:
    """A CA: its certificate is in `file`, and it issues others."""

    folder: Path
    name: str

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = _named(self.name)
        made = self._signed(self._subject, self._key.public_key(), authority=True)
        self.file = _written(self.folder / f"{self.name}.pem", made.public_bytes(serialization.Encoding.PEM))

    def issue(self, name: str, password: bytes = b"") -> tuple[Path, Path]:
        """A certificate for this machine, and its key, with a password where one is given."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._signed(_named(name), key.public_key(), authority=False)
        locked = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        kept = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
        return (
            _written(self.folder / f"{name}.pem", made.public_bytes(serialization.Encoding.PEM)),
            _written(self.folder / f"{name}.key", kept),
        )

    def _signed(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, *, authority: bool
    ) -> x509.Certificate:
        today = datetime.now(UTC)
        here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
        usage = x509.KeyUsage(True, False, False, False, False, authority, authority, False, False)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._subject)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - timedelta(days=1))
            .not_valid_after(today + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(here, critical=False)
        )
        return builder.sign(self._key, hashes.SHA256())
