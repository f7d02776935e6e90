"""TLS of a server of our own: its certificate and key, and the CA without whose certificate no client is let in."""

from __future__ import annotations

import contextlib
import ssl
from pathlib import Path
from typing import Any

from xinyun.base import Refusal, Text


class TlsUnusable(Refusal):
    """The files that were given for TLS do not make a server."""

    code = "tls-unusable"
    status = 400


def options(certificate: Path | None, key: Path | None, client_ca: Path | None) -> dict[str, Any]:
    """What uvicorn is told for TLS; nothing where no certificate is given.

    :raises OSError: a file cannot be read.
    :raises TlsUnusable: a file is missing beside another, is not what it should be, or the key is another certificate's.
    """
    if certificate is None or key is None:
        if (certificate, key, client_ca) == (None, None, None):
            return {}
        raise TlsUnusable(
            Text(
                "要用 TLS，证书和私钥都要给出；只给 --client-ca 不行。",
                "TLS needs both a certificate and a key; --client-ca alone is not enough.",
            ),
            Text("请一并给出 --tls-cert 和 --tls-key。", "Give --tls-cert and --tls-key together."),
        )
    for file in (certificate, key, client_ca):
        if file is not None:
            file.read_bytes()
    _demand_pair(certificate, key)
    told: dict[str, Any] = {"ssl_certfile": str(certificate), "ssl_keyfile": str(key)}
    if client_ca is None:
        return told
    _demand_ca(client_ca)
    return told | {"ssl_ca_certs": str(client_ca), "ssl_cert_reqs": int(ssl.CERT_REQUIRED)}


def _demand_pair(certificate: Path, key: Path) -> None:
    try:
        # An empty password, for without one the library would ask for it at the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise TlsUnusable(
                Text(
                    f"私钥 {key} 不是证书 {certificate} 的。", f"The key {key} is not that of {certificate}."
                ),
                Text("请换成签发这张证书时用的私钥。", "Give the key with which it was asked for."),
            ) from None
        raise TlsUnusable(
            Text(f"{certificate} 或 {key} 不是可用的证书和私钥。", f"{certificate} or {key} is no usable certificate and key."),
            Text(
                "两个都要是 PEM 文件：证书在前、中间证书在后；私钥不加密码。",
                "Both are PEM files: the certificate, then intermediate ones; the key without a password.",
            ),
        ) from None  # fmt: skip


def _demand_ca(client_ca: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with contextlib.suppress(ssl.SSLError):
        context.load_verify_locations(client_ca)
    if not context.get_ca_certs():
        raise TlsUnusable(
            Text(f"{client_ca} 里没有 CA 证书。", f"There is no CA certificate in {client_ca}."),
            Text("请给出签发客户端证书的 CA 的 PEM 文件。", "Give the PEM file of the CA of your clients' certificates."),
        )  # fmt: skip
