"""HTTP for the gateway: uvicorn's, which bounds neither time nor size of a request's head, with both bounded.

Whoever connects has `READ_SECONDS` to send a head, counted anew from the head's first byte, and `HEAD_LIMIT` bytes for it;
so does whoever was answered and keeps sending. Then the connection is closed. What follows the head, the body, has a bound
of its own where it is read.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from xinyun.gateway import wire

HEAD_LIMIT = 64 * 1024


class Punctual(HttpToolsProtocol):
    """One connection, with one timer for as long as it lasts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._since: float | None = None
        """Since when a head is awaited, on the loop's clock; `None` while a request is read or answered."""
        self._begun = False
        """Whether anything of that head has come."""
        self._piece = self._first = self._size = 0
        """Bytes of the piece at work, of the one in which the head began, and of all from that one on."""
        self._unsent = 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._since = self.loop.time()
        self._timer = self.loop.call_later(wire.READ_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._piece = len(data)
        self._size += self._piece
        super().data_received(data)
        if self._size - self._first > HEAD_LIMIT and self._since is not None:
            self.transport.close()

    def on_message_begin(self) -> None:
        self.begin()
        super().on_message_begin()

    def begin(self) -> None:
        """Count time and size of a head from now on."""
        self._since, self._begun = self.loop.time(), True
        self._size = self._first = self._piece

    def on_headers_complete(self) -> None:
        self.demand_bounded()
        super().on_headers_complete()
        self.headers = []  # what follows a body is no header (RFC 9110, 6.5.1)

    def demand_bounded(self) -> None:
        """Take note that the head is complete.

        :raises ValueError: it is too long, which the parser takes for a malformed request.
        """
        self._since = None
        if self._size > HEAD_LIMIT and self._head() > HEAD_LIMIT:  # what was read may also be a body
            raise ValueError("the head is too long")

    def on_response_complete(self) -> None:
        if not self.pipeline:  # else the next head is complete already
            self.await_head()
        super().on_response_complete()

    def await_head(self) -> None:
        """Count the time for the next head from now on."""
        self._since, self._begun = self.loop.time(), False

    def _head(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _look(self) -> None:
        """Let go of whoever is late; one who still takes an answer, however slowly, is not."""
        unsent = self.transport.get_write_buffer_size()
        taking, self._unsent = 0 < unsent != self._unsent, unsent
        left = wire.READ_SECONDS
        if self._since is not None and not taking:
            left = self._since + wire.READ_SECONDS - self.loop.time()
            if left <= 0:
                self._let_go(unsent)
                return
        self._timer = self.loop.call_later(left, self._look)

    def _let_go(self, unsent: int) -> None:
        if self._begun or unsent:
            self.transport.abort()
        else:  # who only kept the connection for later is told that it ends
            self.transport.close()
