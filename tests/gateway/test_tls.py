"""The gateway over TLS, and with client certificates: real certificates, real handshakes."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import Store, initialised
from tests.factories import a_code
from tests.gateway.certificates import Authority
from tests.gateway.clients import ASKED, AT_ONCE
from tests.gateway.conftest import SCENE
from xinyun.client import Away, Client
from xinyun.site.transport import TlsUnusable, options

Files = dict[str, Any]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """A CA with a server's and a client's certificate, and another CA with a client's."""
    folder = tmp_path_factory.mktemp("certificates")
    ours, other = Authority(folder, "ours"), Authority(folder, "other")
    return {
        "ca": ours.file, "server": ours.issue("server"), "client": ours.issue("client"),
        "stranger": other.issue("stranger"), "other": other.file, "locked": ours.issue("locked", b"secret"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def of_module(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, str]:
    """A store and a client's key."""
    store = Store(tmp_path_factory.mktemp("tls") / "home", like=initialised())
    added = store.run(
        "client", "add", "交易系统", "--office", "52.public-resources", "--scene", SCENE, "--json"
    )
    return store, json.loads(added.stdout)["key"]


@contextmanager
def serving(store: Store, *tls: str | Path) -> Iterator[str]:
    """The address of a gateway that has begun to listen, by its own words."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = store.start("gateway", "--port", str(port), *tls)
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip().removesuffix("/v1/checks")
        _await_port(port, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await_port(port: int, process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        assert process.poll() is None
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("the gateway did not listen")


@pytest.fixture(scope="module")
def mutual(of_module: tuple[Store, str], files: Files) -> Iterator[tuple[str, str]]:
    """The address of a gateway that asks for certificates of our CA, and a key."""
    certificate, key = files["server"]
    with serving(
        of_module[0], "--tls-cert", certificate, "--tls-key", key, "--client-ca", files["ca"]
    ) as url:
        yield url, of_module[1]


def ask(url: str, key: str, **tls: Any) -> str:
    with Client(url, key, retries=AT_ONCE, **tls) as client:
        return client.check(**ASKED, code=a_code()).decision


def test_a_client_with_a_certificate_of_the_ca_is_answered(mutual: tuple[str, str], files: Files) -> None:
    url, key = mutual

    assert url.startswith("https://")
    assert ask(url, key, ca=files["ca"], certificate=files["client"]) == "pass"


@pytest.mark.parametrize("certificate", [None, "stranger"])
def test_without_one_or_with_another_cas_nobody_is_let_in(
    mutual: tuple[str, str], files: Files, certificate: str | None
) -> None:
    url, key = mutual

    with pytest.raises(Away):
        ask(url, key, ca=files["ca"], certificate=files[certificate] if certificate else None)


def test_plain_http_is_not_answered(mutual: tuple[str, str]) -> None:
    url, key = mutual

    with pytest.raises(httpx.TransportError):
        httpx.get(url.replace("https", "http") + "/healthz")
    with pytest.raises(Away):
        ask(url.replace("https", "http"), key)


def test_the_client_trusts_no_other_ca_than_it_was_told(mutual: tuple[str, str], files: Files) -> None:
    url, key = mutual

    for ca in (files["other"], None):
        with pytest.raises(Away):
            ask(url, key, ca=ca, certificate=files["client"])


def test_without_a_client_ca_everybody_may_speak_tls(of_module: tuple[Store, str], files: Files) -> None:
    store, key = of_module
    certificate, private = files["server"]
    with serving(store, "--tls-cert", certificate, "--tls-key", private) as url:
        assert ask(url, key, ca=files["ca"]) == "pass"
        trusting = ssl.create_default_context(cafile=files["ca"])
        assert httpx.get(f"{url}/healthz", verify=trusting).status_code == 200


@pytest.mark.parametrize(
    ("cert", "key", "ca", "error", "told"),
    [
        ("server", None, None, TlsUnusable, "--tls-key"),
        (None, "server", None, TlsUnusable, "--tls-cert"),
        (None, None, "ca", TlsUnusable, "--client-ca"),
        ("server", "client", None, TlsUnusable, "is not that of"),
        ("locked", "locked", None, TlsUnusable, "without a password"),
        ("text", "server", None, TlsUnusable, "no usable certificate"),
        ("server", "server", "text", TlsUnusable, "no CA certificate"),
        ("server", "server", "empty", TlsUnusable, "no CA certificate"),
        ("missing", "server", None, FileNotFoundError, "missing"),
        ("server", "server", "missing", FileNotFoundError, "missing"),
        ("folder", "server", None, IsADirectoryError, "folder"),
    ],
)
def test_files_that_make_no_server_are_refused(
    files: Files, tmp_path: Path, cert: Any, key: Any, ca: Any, error: type[Exception], told: str
) -> None:
    (tmp_path / "text").write_text("not a certificate", "utf-8")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()

    def path(name: str | None, place: int) -> Path | None:
        found = files.get(name, tmp_path / name) if name else None
        return found[place] if isinstance(found, tuple) else found

    with pytest.raises(error) as refused:
        options(path(cert, 0), path(key, 1), path(ca, 0))

    assert told in str(refused.value)


def test_the_command_says_so_before_it_listens(of_module: tuple[Store, str], files: Files) -> None:
    certificate, key = files["server"][0], files["client"][1]
    wrong = of_module[0].run("gateway", "--tls-cert", certificate, "--tls-key", key, check=False)
    missing = of_module[0].run("gateway", "--tls-cert", certificate, "--tls-key", "/none/here", check=False)

    for done, code in ((wrong, "tls-unusable"), (missing, "unusable-file")):
        assert (done.returncode, done.stdout) == (1, "")
        assert f"拒绝 [{code}]" in done.stderr
        assert "refused: " in done.stderr
        assert "Traceback" not in done.stderr


def test_without_files_nothing_is_asked_of_the_server() -> None:
    assert options(None, None, None) == {}
