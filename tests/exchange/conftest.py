"""A client that may be told, somebody to be listed, and a subscriber that answers as it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.conftest import DAY
from tests.factories import a_code
from xinyun.accounts import operations as accounts
from xinyun.exchange import operations
from xinyun.lists import operations as lists

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
LABOUR = "520300.human-resources"


def a_client(name: str = "演示招标系统", **changes: Any) -> str:
    """Register a client; returns its key."""
    given: dict[str, Any] = {"office": "52.development-reform", "scenes": ["tender-registration"]}
    return accounts.add_client(name=name, actor="t", on=DAY, **given | changes)


def subscribe(**changes: Any) -> int:
    given: dict[str, Any] = {
        "client": "演示招标系统", "channel": "inbox", "lists": ["wage-arrears"], "items": [],
    }  # fmt: skip
    id, _ = operations.subscribe(actor="t", on=DAY, **given | changes)
    return id


def enlist(number: int = 1, code: str | None = None, decided: date = date(2026, 3, 1)) -> str:
    """Put somebody on the list of wage arrears; returns the code."""
    code = code or a_code()
    lists.enlist(
        list_id="wage-arrears", code=code, document=f"演列{number}号", decided=decided, name="贵州演示建筑有限公司",
        office=LABOUR, actor="t", on=DAY,
    )  # fmt: skip
    return code


def delist(code: str, number: int = 1) -> None:
    lists.delist(
        list_id="wage-arrears", code=code, document=f"演移{number}号", reason="依申请修复", office=LABOUR,
        actor="t", on=DAY,
    )  # fmt: skip


class Subscriber:
    """A server that keeps what it is sent. `answers` are the next statuses, 204 once there is none; `wait` is waited for."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.wait = threading.Event()
        self.wait.set()
        self.calls: list[tuple[dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
                outer.wait.wait(20)
                self.send_response(outer.answers.pop(0) if outer.answers else 204)
                self.send_header("location", "http://127.0.0.1:9/elsewhere")
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}/told"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.wait.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What it was sent, in the order in which it was."""
        return [one for _, body in self.calls for one in json.loads(body)["messages"]]


@pytest.fixture
def subscriber() -> Iterator[Subscriber]:
    server = Subscriber()
    yield server
    server.close()


@pytest.fixture
def subscribers() -> Iterator[Callable[[], Subscriber]]:
    servers: list[Subscriber] = []

    def another() -> Subscriber:
        servers.append(Subscriber())
        return servers[-1]

    yield another
    for server in servers:
        server.close()
