from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connections

from tests.conftest import Store, initialised
from tests.factories import a_code
from xinyun.ledger import receipts

SCENE = "tender-registration"


class Running:
    """A gateway that runs as a process on a store of its own, and a client that may ask it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.key = self.xinyun(
            "client", "add", "交易系统", "--office", "52.public-resources", "--scene", SCENE
        )["key"]
        self.start()

    def xinyun(self, *arguments: str) -> Any:
        """What a command of `xinyun` answers."""
        return json.loads(self.store.run(*arguments, "--json").stdout)

    def start(self) -> None:
        """Start the gateway and wait until it is ready."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.process = self.store.start("gateway", "--port", str(port))
        for _ in range(600):
            try:
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise AssertionError("the gateway did not become ready")

    def stop(self) -> int:
        """Ask it to stop, and wait until it has."""
        self.process.terminate()
        return self.process.wait(timeout=30)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}

    def ask(self, **body: Any) -> httpx.Response:
        """Ask one check."""
        told = {"scene": SCENE, "purpose": "投标登记"} | body
        return httpx.post(f"{self.url}/v1/checks", json=told, headers=self.headers, timeout=30)

    def post(self, body: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        """Ask one check with headers of one's own."""
        return httpx.post(f"{self.url}/v1/checks", json=body, headers=headers, timeout=30)

    def listed(self, name: str = "演示拖欠建筑有限公司") -> str:
        """The code of a new subject on the wage-arrears list."""
        code = a_code()
        arguments = [
            "--document",
            "筑人社列〔2026〕1号",
            "--decided",
            "2026-03-01",
            "--by",
            "520100.human-resources",
        ]
        self.xinyun("list", "add", "wage-arrears", code, *arguments, "--name", name)
        return code

    def claims(self, answer: dict[str, Any]) -> dict[str, Any]:
        """What the answer's receipt says, read with nothing but the published key."""
        return receipts.read(answer["receipt"], public_key(self.store.home))

    def logged(self, kind: str = "check") -> list[dict[str, Any]]:
        """Every check (or leaf of another kind) in the ledger, once what was answered is sealed: payload and leaf's index."""
        return self.python(
            "from xinyun.ledger import models; import json; from django.utils import timezone;"
            "from xinyun.gateway.operations import seal_answered; at = timezone.now();"
            "seal_answered(actor='t', on=at.date(), at=at);"
            f"rows = models.Preimage.objects.filter(leaf__kind={kind!r}).order_by('leaf_id').values_list('leaf_id', 'payload');"
            "print(json.dumps([{'index': index, **json.loads(payload)} for index, payload in rows]))"
        )

    def python(self, code: str) -> Any:
        """What a piece of Python prints, set up on this store."""
        command = [sys.executable, "-c", "import django; django.setup()\n" + code]
        env = self.store.environment | {"PYTHONPATH": os.pathsep.join(sys.path)}
        printed = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
        assert printed.returncode == 0, printed.stderr
        return json.loads(printed.stdout or "null")


def public_key(home: Path) -> str:
    """The verifier key that the log publishes."""
    return (home / "keys" / "ledger.ed25519.pub").read_text("utf-8").splitlines()[0]


def opened(folder: Path) -> Running:
    return Running(Store(folder / "home", like=initialised()))


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One gateway for a module's tests."""
    running = opened(tmp_path_factory.mktemp("gateway"))
    yield running
    running.stop()


@pytest.fixture
def own_gateway(tmp_path: Path) -> Iterator[Running]:
    """A gateway for one test, which may kill it."""
    running = opened(tmp_path)
    yield running
    running.process.kill()
    running.process.wait()


DAY = date(2026, 11, 20)


@contextmanager
def away(alias: str) -> Iterator[None]:
    """For this thread a database, `default` or `ledger`, is where none is."""
    connection = connections[alias]
    known = dict(connection.settings_dict)
    connection.close()
    nowhere = (
        {"HOST": "127.0.0.1", "PORT": "1"} if connection.vendor == "postgresql" else {"NAME": "/none/here"}
    )
    connection.settings_dict.update(nowhere)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(known)
