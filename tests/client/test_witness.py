"""A witness in another office, over real HTTP: it stays silent while the log keeps its word, and shouts when it breaks it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.conftest import Store
from xinyun.client.witness import Complaint, Forked, NotReached, NotSigned, Shrunk, Stale, Witness
from xinyun.ledger import notes, paths, rules
from xinyun.ledger.notes import Head, verifier_of

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
NAME = "log.example/ledger"


class Log:
    """A log of its own in a folder that a web server serves: what it signs may be a lie."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key = folder, Ed25519PrivateKey.generate()
        folder.mkdir()

    @property
    def verifier(self) -> str:
        return str(verifier_of(NAME, self.key))

    def publish(
        self, size: int, *, told: str = "", key: Ed25519PrivateKey | None = None, name: str = NAME
    ) -> None:
        """Write a log of this many leaves; logs that are `told` otherwise are other histories."""
        leaves = [f"leaf {n} {told}".encode() for n in range(size)]
        tiles = rules.extend(0, [rules.leaf_hash(leaf) for leaf in leaves], lambda level, index: b"")
        for part in paths.parts(size):
            if part.level != paths.ENTRIES:
                self.put(str(part), tiles[part.level, part.index][: part.width * rules.HASH])
        head = Head(name, size, rules.root(size, lambda level, index: tiles[level, index]))
        self.put(paths.CHECKPOINT, notes.sign(str(head), NAME, key or self.key).encode())

    def put(self, path: str, content: bytes) -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path / "log")


@pytest.fixture
def url(log: Log) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(log.folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def witness(log: Log, url: str, tmp_path: Path) -> Witness:
    return Witness(url, log.verifier, tmp_path / "seen.json", stale_after=timedelta(hours=26))


def test_a_log_that_grows_is_followed_and_remembered(log: Log, witness: Witness, tmp_path: Path) -> None:
    sizes = (1, 255, 256, 257, 700, 70_000)
    for hours, size in enumerate(sizes):
        log.publish(size)
        seen = witness.look(AT + timedelta(hours=hours))

    assert (seen.size, seen.grown) == (70_000, 69_300)
    kept = json.loads((tmp_path / "seen.json").read_text())
    assert (kept["note"], kept["since"]) == (
        (log.folder / "checkpoint").read_text(), (AT + timedelta(hours=5)).isoformat()
    )  # fmt: skip


def test_another_history_is_shouted_at_and_kept_as_evidence_and_the_first_stays_remembered(
    log: Log, witness: Witness, tmp_path: Path
) -> None:
    log.publish(300)
    witness.look(AT)
    remembered = (tmp_path / "seen.json").read_text()
    for size in (300, 400):
        log.publish(size, told="otherwise")
        with pytest.raises(Forked):
            witness.look(AT)

    assert (tmp_path / "seen.json").read_text() == remembered
    evidence = list(tmp_path.glob("seen.json.*.note"))
    assert len(evidence) == 2
    assert (log.folder / "checkpoint").read_text() in [path.read_text() for path in evidence]


def test_a_shorter_log_is_shouted_at(log: Log, witness: Witness) -> None:
    log.publish(300)
    witness.look(AT)
    log.publish(299)

    with pytest.raises(Shrunk, match="300"):
        witness.look(AT)


def test_a_signed_root_that_the_tiles_do_not_give_is_shouted_at(log: Log, witness: Witness) -> None:
    log.publish(300)
    tile = log.folder / "tile/0/001.p/44"
    tile.write_bytes(bytes([tile.read_bytes()[0] ^ 1]) + tile.read_bytes()[1:])

    with pytest.raises(Forked):
        witness.look(AT)


@pytest.mark.parametrize(
    "lie", [{"key": Ed25519PrivateKey.generate()}, {"name": "another.example/log"}], ids=["key", "name"]
)
def test_a_head_that_is_not_signed_as_the_logs_is_shouted_at(log: Log, witness: Witness, lie: dict) -> None:
    log.publish(3, **lie)

    with pytest.raises(NotSigned):
        witness.look(AT)


def test_a_log_that_stands_still_for_too_long_is_shouted_at_until_it_grows(
    log: Log, witness: Witness
) -> None:
    log.publish(3)
    witness.look(AT)
    witness.look(AT + timedelta(hours=26))
    with pytest.raises(Stale):
        witness.look(AT + timedelta(hours=27))
    log.publish(4)

    assert witness.look(AT + timedelta(hours=28)).grown == 1


def test_a_log_that_cannot_be_read_is_a_passing_complaint(log: Log, witness: Witness, tmp_path: Path) -> None:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        away = f"http://127.0.0.1:{free.getsockname()[1]}"
    nobody = Witness(away, log.verifier, tmp_path / "other.json", stale_after=timedelta(1))
    log.publish(300)
    (log.folder / "tile/0/001.p/44").unlink()

    for one in (nobody, witness):
        with pytest.raises(NotReached) as refused:
            one.look(AT)
        assert not refused.value.lasting


def test_an_endless_head_is_not_read_to_its_end(log: Log, witness: Witness) -> None:
    log.put(paths.CHECKPOINT, b"x" * 10_000_000)

    with pytest.raises(Complaint):
        witness.look(AT)


def test_the_command_witnesses_what_the_platform_exports_and_needs_no_store(
    store: Store, log: Log, url: str, tmp_path: Path
) -> None:
    shutil.rmtree(log.folder)
    store.run("ledger", "export", log.folder)
    key = (store.home / "keys" / "ledger.ed25519.pub").read_text().split()[0]

    def witness() -> subprocess.CompletedProcess[str]:
        command = ["ledger", "witness", url, "--key", key, "--state", str(tmp_path / "seen.json"), "--json"]
        bare = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        return subprocess.run(
            [sys.executable, "-m", "xinyun.site", *command], env=bare, capture_output=True, text=True, timeout=120
        )  # fmt: skip

    first = json.loads(witness().stdout)
    store.run("ledger", "export", log.folder)
    assert first["size"] == first["grown"] > 0

    log.publish(first["size"], told="otherwise")  # under another key
    told = witness()
    assert told.returncode == 1
    assert json.loads(told.stdout)["code"] == "log-not-signed"
