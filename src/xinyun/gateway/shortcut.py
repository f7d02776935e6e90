"""HTTP for the gateway: a check that comes in one piece, as nearly all do, goes to the desk and back without ASGI between.

What ASGI costs for a request, a task, its messages and their reading, is as much as all that a check itself takes. Everything
else, and a check that comes in pieces, asks for the connection's end or comes while another is answered, goes the usual way
to the same desk. A connection does not change in what it does for being served by both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from xinyun.base import Refusal
from xinyun.gateway import wire
from xinyun.gateway.asgi import JSON, app
from xinyun.gateway.punctual import Punctual

if TYPE_CHECKING:
    from uvicorn.server import ServerState

_ROUTE = wire.ROUTE.encode()
Pairs = list[tuple[bytes, bytes]]


class Shortcut(Punctual):
    """One connection."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._came: bytes | None = None
        """What has come of a body, while it is open which way its request goes."""
        self._head_fields: Pairs = []

    def on_message_begin(self) -> None:
        self.begin()
        self.url, self.headers, self.expect_100_continue = b"", [], False

    def on_headers_complete(self) -> None:
        self.demand_bounded()
        if self._is_short():
            self._came, self._head_fields, self.headers = b"", self.headers, []
        else:
            self._go_the_usual_way(self.headers)

    def on_body(self, body: bytes) -> None:
        if self._came is None:
            super().on_body(body)
        else:
            self._came += body

    def on_message_complete(self) -> None:
        body, self._came = self._came, None
        if body is None:
            super().on_message_complete()
        else:
            check = _Check(self)
            self.cycle = check  # type: ignore[assignment] # it has what is asked of one
            app.take(dict(self._head_fields), body, check.tell)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._came is not None:  # the rest is still on its way
            body, self._came = self._came, None
            self._go_the_usual_way(self._head_fields)
            if body:
                super().on_body(body)

    def on_response_complete(self) -> None:
        if self.pipeline:
            super().on_response_complete()
        else:  # the same but for a timer each time: `Punctual` has one that lets go of whoever asks no more
            self.server_state.total_requests += 1
            self.flow.resume_reading()
            self.await_head()

    def _go_the_usual_way(self, head: Pairs) -> None:
        """Give ASGI a request's head, which makes far more of it than a check needs."""
        url, expects = self.url, self.expect_100_continue
        HttpToolsProtocol.on_message_begin(self)
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(head)
        HttpToolsProtocol.on_headers_complete(self)
        self.headers = []  # see `Punctual`

    def _is_short(self) -> bool:
        """Whether this is a check whose answer may be written as soon as it is known, if all of it has come."""
        parser, before = self.parser, self.cycle
        return (
            self.url == _ROUTE
            and self._piece <= wire.LIMIT
            and parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self.expect_100_continue
            and not self.flow.write_paused
            and (before is None or before.response_complete)
        )


class _Check:
    """A check on its way, in the place where uvicorn keeps its cycle of a request and its response."""

    __slots__ = ("_connection", "disconnected", "keep_alive", "response_complete")

    def __init__(self, connection: Shortcut) -> None:
        self._connection: Shortcut | None = connection
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
