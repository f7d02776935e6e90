"""HTTP for the gateway: uvicorn's, with the time and the size of a request's head bounded, and a short way for checks.

Whoever connects has `READ_SECONDS` to send a head, counted anew from the head's first byte, and `HEAD_LIMIT` bytes for it;
so does whoever was answered and keeps sending. Then the connection is closed. What follows the head, the body, has a bound
of its own where it is read.

A check that comes in one piece, as nearly all do, goes to the desk and back without ASGI between: what ASGI costs for a
request, a task, its messages and their reading, is as much as all that a check itself takes. Everything else, and a check
that comes in pieces, asks for the connection's end or comes while another is answered, goes the usual way to the same desk.
A client cannot tell which way it went.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from xinyun.base import Refusal
from xinyun.gateway import wire
from xinyun.gateway.asgi import JSON, app

if TYPE_CHECKING:
    from uvicorn.server import ServerState

HEAD_LIMIT = 64 * 1024
_CHECKS = wire.ROUTE.encode()
Pairs = list[tuple[bytes, bytes]]


class Connection(HttpToolsProtocol):
    """One connection, with one timer for as long as it lasts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._since: float | None = None
        """Since when a head is awaited, on the loop's clock; `None` while a request is read or answered."""
        self._begun = False
        """Whether anything of that head has come."""
        self._piece = self._first = self._size = 0
        """Bytes of the piece at work, of the one in which the head began, and of all from that one on."""
        self._head: Pairs = []
        self._body: bytes | None = None
        """What has come of a body, while it is open which way its request goes."""
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
        if self._body is not None:  # the rest is still on its way
            body, self._body = self._body, None
            self._go_the_usual_way()
            if body:
                super().on_body(body)
        elif self._size - self._first > HEAD_LIMIT and self._since is not None:
            self.transport.close()

    def on_message_begin(self) -> None:
        self._since, self._begun = self.loop.time(), True
        self._size = self._first = self._piece
        self.url, self.headers, self.expect_100_continue = b"", [], False

    def on_headers_complete(self) -> None:
        self._since = None
        # What follows a body is no header (RFC 9110, 6.5.1): it goes to another list, that nobody reads.
        self._head, self.headers = self.headers, []
        if self._size > HEAD_LIMIT and self._head_size() > HEAD_LIMIT:  # what was read may also be a body
            raise ValueError("the head is too long")  # which the parser takes for a malformed request
        if self._is_short():
            self._body = b""
        else:
            self._go_the_usual_way()

    def on_body(self, body: bytes) -> None:
        if self._body is None:
            super().on_body(body)
        else:
            self._body += body

    def on_message_complete(self) -> None:
        body, self._body = self._body, None
        if body is None:
            super().on_message_complete()
        else:
            check = _Check(self)
            self.cycle = check  # type: ignore[assignment] # it has what is asked of one
            app.take(dict(self._head), body, check.tell)

    def on_response_complete(self) -> None:
        if self.pipeline:  # the next head is complete already
            super().on_response_complete()
        else:  # as uvicorn does, but for a timer each time: the connection's own lets go of whoever asks no more
            self._since, self._begun = self.loop.time(), False
            self.server_state.total_requests += 1
            if not self.transport.is_closing():
                self.flow.resume_reading()

    def _is_short(self) -> bool:
        """Whether this is a check whose answer may be written as soon as it is known, if all of it has come."""
        parser, before = self.parser, self.cycle
        return (
            self.url == _CHECKS
            and self._piece <= wire.LIMIT
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self.expect_100_continue
            and not self.flow.write_paused
            and (before is None or before.response_complete)
        )

    def _go_the_usual_way(self) -> None:
        """Give ASGI the head, which makes far more of it than a check needs."""
        url, expects = self.url, self.expect_100_continue
        super().on_message_begin()
        self.url, self.headers[:], self.expect_100_continue = url, self._head, expects
        super().on_headers_complete()
        self.headers = []

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self._head)

    def _look(self) -> None:
        """Let go of whoever is late; one who still takes an answer, however slowly, is not."""
        unsent = self.transport.get_write_buffer_size()
        taking, self._unsent = 0 < unsent != self._unsent, unsent
        left = wire.READ_SECONDS
        if self._since is not None and not taking:
            left = self._since + wire.READ_SECONDS - self.loop.time()
            if left <= 0:
                if self._begun or unsent:
                    self.transport.abort()
                else:  # who only kept the connection for later is told that it ends
                    self.transport.close()
                return
        self._timer = self.loop.call_later(left, self._look)


class _Check:
    """A check on its way, in the place where uvicorn keeps its cycle of a request and its response."""

    __slots__ = ("_connection", "disconnected", "keep_alive", "response_complete")

    def __init__(self, connection: Connection) -> None:
        self._connection: Connection | None = connection
        self.disconnected = self.response_complete = False
        self.keep_alive = True

    @property
    def message_event(self) -> _Check:
        """Nobody waits for more of the request."""
        return self

    def set(self) -> None:
        """See `message_event`."""

    def tell(self, told: bytes | Refusal) -> None:
        """Write the response."""
        if isinstance(told, bytes):
            status, headers, body = 200, JSON, told
        else:
            status, headers, body = app.refuse(told)
        connection, self.response_complete = self._connection, True
        self._connection = None  # else the two would hold each other after the connection is gone
        if connection is None or connection.transport.is_closing():
            return
        closing = b"" if self.keep_alive else b"connection: close\r\n"
        head = _head(status, headers, connection.server_state)
        connection.transport.write(b"%s%scontent-length: %d\r\n\r\n%s" % (head, closing, len(body), body))
        if not self.keep_alive:
            connection.transport.close()
        connection.on_response_complete()


_made: tuple[Pairs, bytes] = ([], b"")
"""The server's own headers, of which it makes new ones each second, with the date; and the head of an answer with them."""


def _head(status: int, headers: Pairs, server: ServerState) -> bytes:
    """A response's head as far as it does not depend on its body."""
    global _made
    if headers is not JSON:
        return _written(status, [*server.default_headers, *headers])
    if server.default_headers is not _made[0]:
        _made = server.default_headers, _written(status, [*server.default_headers, *headers])
    return _made[1]


def _written(status: int, headers: Pairs) -> bytes:
    return STATUS_LINE[status] + b"".join(b"%s: %s\r\n" % header for header in headers)
