"""What tests of the client share."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from tests.gateway.conftest import SCENE, Running, public_key
from xinyun.client import Client, Retries

AT_ONCE = Retries(attempts=2, first=0.01, longest=0.01)
ASKED = {"scene": SCENE, "purpose": "投标登记"}


def a_client(gateway: Running, folder: Path | None = None, **other: Any) -> Client:
    told = {"public_key": public_key(gateway.store.home), "retries": AT_ONCE} | other
    if folder:
        told |= {"bundle": folder / "bundle", "journal": folder / "journal"}
    return Client(told.pop("url", gateway.url), told.pop("key", gateway.key), **told)


def nowhere() -> str:
    """An address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


@contextmanager
def server(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """A server of our own that gives these answers, the last one for ever; and what it was sent."""
    sent: list[tuple[str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append((self.headers.get("Idempotency-Key", ""), body))
            status, headers, content = answers[min(len(sent), len(answers)) - 1]
            if not status:
                self.connection.close()
                return
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(content))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    listening = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.server_port}", sent
    finally:
        listening.shutdown()
        listening.server_close()


def away(gateway: Running, folder: Path, **other: Any) -> Client:
    return a_client(gateway, folder, url=nowhere(), **other)
