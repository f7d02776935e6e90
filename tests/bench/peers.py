"""What the gateway is measured beside: here a bare ASGI reply, in `peer_fastapi` FastAPI with a dict. Neither logs.

`BENCH_PEERS` names a JSON file: `reply`, a text of the gateway's mean answer size, `receipt`, one of ours, `key`,
and `subjects`, what the dict knows of each code.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from typing import Any


def told() -> dict[str, Any]:
    """What the seeding wrote down for the peers."""
    with open(os.environ["BENCH_PEERS"], encoding="utf-8") as stream:
        found: dict[str, Any] = json.load(stream)
    return found


class Bare:
    """Read the request's body and reply with the same bytes each time."""

    def __init__(self) -> None:
        self._body = b""

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[Any]],
        send: Callable[[Any], Awaitable[None]],
    ) -> None:
        if scope["type"] == "lifespan":
            await receive()
            self._body = told()["reply"].encode()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        while (await receive()).get("more_body"):
            pass
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(self._body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self._body})


bare = Bare()
