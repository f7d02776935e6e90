"""Carries messages to webhooks, queues and folders. Several at once, so that a slow subscriber keeps nobody waiting but itself.

At least once: the place moves after the subscriber has said that it has them, and a message that comes again has the
same id. In order: a subscriber has one delivery under way at a time.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from types import TracebackType

import httpx
import msgspec
from django.conf import settings

from xinyun.exchange import progress
from xinyun.exchange.models import Subscription
from xinyun.exchange.queries import Messages
from xinyun.exchange.rules import signature
from xinyun.plumbing import sealing
from xinyun.plumbing.writing import arriving

log = logging.getLogger(__name__)

AT_ONCE = 16
_SECONDS = 10.0
"""How long a subscriber may take to answer; well below the lease."""


class NotTaken(Exception):
    """A subscriber did not say that it has the messages; why, in a line for the operator."""


class Courier:
    """Delivers what waits; `round` never waits for a subscriber, `finish` does."""

    def __init__(self, *, actor: str) -> None:
        self._actor = actor
        self._pool = ThreadPoolExecutor(AT_ONCE, "push")
        # Nobody is followed to another address: messages go where the operator said, or nowhere.
        self._http = httpx.Client(timeout=_SECONDS, follow_redirects=False)
        self._under_way: dict[int, tuple[Subscription, Messages, Future[None]]] = {}

    def __enter__(self) -> Courier:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._http.close()

    def round(self, at: datetime) -> int:
        """Write down what has ended, begin what is due; how many are under way."""
        for id, (row, told, ending) in list(self._under_way.items()):
            if ending.done():
                del self._under_way[id]
                self._settle(row, told, ending, at)
        for row, told in progress.claim(at, busy=self._under_way.keys()):
            self._under_way[row.pk] = row, told, self._pool.submit(self._carry, row, told, at)
        return len(self._under_way)

    def finish(self, at: datetime) -> None:
        """Go on until nothing is due."""
        while self.round(at):
            for _, _, ending in self._under_way.values():
                ending.exception()

    def _settle(self, row: Subscription, told: Messages, ending: Future[None], at: datetime) -> None:
        failure = ending.exception()
        if failure is None:
            progress.delivered(row, told, actor=self._actor, at=at)
            return
        # Whatever it was, it is this subscriber's: the others are told all the same.
        if not isinstance(failure, (NotTaken, OSError)):
            log.error("subscription %d could not be told", row.pk, exc_info=failure)
        progress.failed(row, str(failure), at=at)

    def _carry(self, row: Subscription, told: Messages, at: datetime) -> None:
        """Hand messages over; no question to the store from here, for this is a thread of its own."""
        body = msgspec.json.encode(
            {"subscription": row.pk, "messages": told.messages, "cursor": str(told.cursor)}
        )
        if row.channel == Subscription.Channel.FILE:
            _write(row.pk, str(told.cursor), body)
        elif row.channel == Subscription.Channel.QUEUE:
            from xinyun.exchange.queueing import publish

            publish(row.address, body, login=settings.XINYUN.queue_login, seconds=_SECONDS)
        else:
            self._post(row, f"{row.pk}-{told.after}-{told.cursor}", int(at.timestamp()), body)

    def _post(self, row: Subscription, delivery: str, timestamp: int, body: bytes) -> None:
        signed = signature(sealing.open_sealed(bytes(row.secret or b"")), delivery, timestamp, body)
        headers = {
            "content-type": "application/json",
            "webhook-id": delivery,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signed,
        }
        try:
            # The answer's body is not read: a status is all that it has to say.
            with self._http.stream("POST", row.address, content=body, headers=headers) as answer:
                status = answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotTaken(f"{type(error).__name__}: {error}") from error
        if not 200 <= status < 300:
            raise NotTaken(f"HTTP {status}")


def folder_of(subscription: int) -> Path:
    """Where a subscriber's files lie; each is named by the place up to which it tells, so that names sort as they came."""
    home: Path = settings.XINYUN.home
    return home / "pushed" / str(subscription)


def _write(subscription: int, cursor: str, body: bytes) -> None:
    folder = folder_of(subscription)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    seq, rank, id = cursor.split(".")
    with arriving(folder / f"{int(seq):015}-{rank}-{int(id):015}.json") as out:
        out.write(body)
