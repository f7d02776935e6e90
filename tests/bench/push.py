"""From a decision's commit to the subscriber's webhook, at a hundred decisions a second, beside the line that we have set."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.bench import stores
from tests.bench.measure import Result, Row, Sample

BENCH = "推送 push"
LINE = "自定的线 our own line"
RATE, MOST_MS = 100, 1000.0


class _Receiver(ThreadingHTTPServer):
    """Keeps when each code was told of first, and how many messages came."""

    def __init__(self) -> None:
        self.told: dict[str, float] = {}
        self.messages = 0
        super().__init__(("127.0.0.1", 0), _Told)


class _Told(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body, server = self.rfile.read(int(self.headers["content-length"])), self.server
        at = time.time()
        assert isinstance(server, _Receiver)
        for message in json.loads(body)["messages"]:
            server.told.setdefault(message["code"], at)
            server.messages += 1
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


def run(*, seconds: float, kinds: tuple[str, ...]) -> Result:
    """In a store of each kind: one process decides, the worker tells, this one is told."""
    result = Result()
    for kind in kinds:
        with stores.fresh(kind) as store, _receiver() as receiver:
            address = f"http://127.0.0.1:{receiver.server_port}/told"
            store.run("push", part="begin", address=address)
            with _worker(store):
                warm = store.run("push", part="decide", first=0, seconds=0.1, rate=RATE)["decided"]
                _wait(receiver, warm)  # the worker has started
                decided = store.run("push", part="decide", first=len(warm), seconds=seconds, rate=RATE)[
                    "decided"
                ]
                _wait(receiver, decided)
        title = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[kind]
        lags = sorted((receiver.told[code] - at) * 1e3 for code, at in decided.items())
        for share in (0.5, 0.99):
            at = lags[min(int(len(lags) * share), len(lags) - 1)]
            result.rows.append(
                Row(
                    BENCH,
                    f"{title}：决定到回调 from decision to webhook, p{share * 100:.0f}",
                    Sample((at,)),
                    LINE,
                    Sample((MOST_MS,)),
                    "ms",
                    more_is_better=False,
                    target=1.0 if share > 0.5 else None,
                )
            )
        pace = len(decided) / (max(decided.values()) - min(decided.values()))
        result.facts.append(
            f"{title}：{len(decided):,} 次列入 decisions，每秒 {pace:.0f} 次 a second；收到 {receiver.messages:,} 条 messages received。"
        )
    return result


def _wait(receiver: _Receiver, decided: dict[str, float]) -> None:
    end = time.monotonic() + 60
    while missing := decided.keys() - receiver.told.keys():
        if time.monotonic() > end:
            raise RuntimeError(f"{len(missing)} decisions were not told")
        time.sleep(0.05)


@contextmanager
def _receiver() -> Iterator[_Receiver]:
    server = _Receiver()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def _worker(store: stores.Store) -> Iterator[None]:
    command = [sys.executable, "-m", "xinyun.site", "worker"]
    process = subprocess.Popen(command, env=store.environment, cwd=stores.ROOT, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait(20)
