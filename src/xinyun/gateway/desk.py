"""The desk: one thread that answers whoever is waiting, as a group, with one durable append to the ledger.

The more ask at once, the larger the group and the smaller each one's share of the commit (group commit). Keys are
judged here as well, so that one revoked before the request is refused.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import TypeVar
from uuid import uuid4

from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from xinyun import law
from xinyun.accounts.queries import ClientView, client_by_key, key_digest
from xinyun.base import Refusal
from xinyun.gateway import operations, wire
from xinyun.gateway.questions import Question, of_person
from xinyun.ledger import operations as ledger

log = logging.getLogger(__name__)

ACTOR = "gateway"
GROUP = 256
WAITING = 20_000
_IDLE_SECONDS = 1.0
_SIGN_EVERY = timedelta(seconds=10)


class Keyring:
    """Clients by their key, remembered while the feed stands still: a revocation moves it."""

    def __init__(self) -> None:
        self._seq = -1
        self._known: dict[str, ClientView | None] = {}

    def client(self, key: str, seq: int) -> ClientView:
        """The client that holds this key.

        :raises NoKey: nobody does.
        """
        if seq != self._seq or len(self._known) > WAITING:
            self._seq, self._known = seq, {}
        digest = key_digest(key)
        if digest not in self._known:
            self._known[digest] = client_by_key(key)
        client = self._known[digest]
        if client is None:
            raise wire.no_key()
        return client


def pose(client: ClientView, body: wire.Body, now: law.Law, ref: str, attempt: str = "") -> Question:
    """Turn a client's request into a question in normal form; `attempt` is its `Idempotency-Key`.

    :raises Refusal: what is wrong with it; see `questions.admit`.
    """
    own = wire.attempt(attempt, client)
    asked = Question(
        scene=body.scene,
        purpose=body.purpose,
        code=body.code,
        name=body.name,
        case=body.case,
        client=client.name,
        office=client.office,
        ref=own or ref,
        repeatable=own is not None,
    )
    if body.id_number is not None:
        asked = of_person(asked, body.id_number)
    return operations.admit(asked, now, client.scenes)


@dataclass(slots=True)
class _Asked:
    key: str
    body: wire.Body
    future: asyncio.Future[bytes]
    attempt: str = ""
    ref: str = field(default_factory=lambda: uuid4().hex)


Done = TypeVar("Done")
Settled = list[tuple[_Asked, bytes | Refusal]]


class Desk:
    """Start it, `ask`, stop it; stopping answers everybody who is waiting."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self._clock = clock
        self._asked: queue.SimpleQueue[_Asked | None] = queue.SimpleQueue()
        self._keys = Keyring()
        self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._signed_at: datetime | None = None
        self.seq: int | None = None
        """The feed's `seq` at the last round that went well; `None` after one that did not."""

    def start(self) -> None:
        """Start to answer on the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Answer who is waiting, then end."""
        self._asked.put(None)
        await asyncio.to_thread(self._thread.join)

    async def ask(self, key: str, body: wire.Body, attempt: str = "") -> bytes:
        """Wait for the answer, as JSON.

        :raises Refusal: why there is none.
        """
        assert self._loop is not None
        if self._asked.qsize() > WAITING:
            raise wire.unavailable()
        future: asyncio.Future[bytes] = self._loop.create_future()
        self._asked.put(_Asked(key, body, future, attempt))
        return await future

    def _run(self) -> None:
        going = True
        while going:
            group, going = self._next()
            try:
                self._tell(self._serve(group))
                group = []  # they have their answers: what fails from here on is not theirs
                self._sign()
            except Exception:
                if group or self.seq is not None:  # while nobody asks, a lasting fault is told once
                    log.exception("a group of %d checks could not be answered", len(group))
                self.seq = None
                _reconnect()
                self._tell([(asked, wire.unavailable()) for asked in group])
        connections.close_all()

    def _next(self) -> tuple[list[_Asked], bool]:
        """Who is waiting, up to a group; nobody after a second without questions, to follow the feed meanwhile."""
        group: list[_Asked] = []
        try:
            asked = self._asked.get(timeout=_IDLE_SECONDS)
            while asked is not None:
                group.append(asked)
                if len(group) == GROUP:
                    return group, True
                asked = self._asked.get_nowait()
        except queue.Empty:
            return group, True
        return group, False

    def _serve(self, group: list[_Asked]) -> Settled:
        at = self._clock()
        on = timezone.localdate(at)
        seq, settled, posed = _twice(partial(self._pose, group, on))
        questions = [question for _, question in posed]
        rulings = _twice(partial(operations.decide, questions, at=at, on=on, actor=ACTOR))
        answers = _twice(partial(operations.log, rulings, actor=ACTOR, on=on))
        for (asked, _), answer in zip(posed, answers, strict=True):
            settled.append((asked, wire.encode(operations.document(answer))))
        self.seq = seq
        return settled

    def _pose(self, group: list[_Asked], on: date) -> tuple[int, Settled, list[tuple[_Asked, Question]]]:
        """Follow the feed; whose key or question is wrong is settled at once."""
        seq = operations.follow_index(actor=ACTOR, on=on)
        now = law.rulebook().on(on)
        settled: Settled = []
        posed: list[tuple[_Asked, Question]] = []
        for asked in group:
            try:
                client = self._keys.client(asked.key, seq)
                posed.append((asked, pose(client, asked.body, now, asked.ref, asked.attempt)))
            except Refusal as refusal:
                settled.append((asked, refusal))
        return seq, settled, posed

    def _sign(self) -> None:
        """Sign the log's head now and then, so that what was answered is soon under a checkpoint."""
        at = self._clock()
        if self._signed_at is None or abs(at - self._signed_at) >= _SIGN_EVERY:
            ledger.seal(actor=ACTOR, on=timezone.localdate(at))
            self._signed_at = at

    def _tell(self, settled: Settled) -> None:
        if settled and self._loop is not None:
            self._loop.call_soon_threadsafe(_resolve, settled)


def _twice(step: Callable[[], Done]) -> Done:
    """Take a step; once more when a connection was lost. What was decided is not decided anew for that."""
    try:
        return step()
    except (InterfaceError, OperationalError):
        _reconnect()
        return step()


def _reconnect() -> None:
    """Drop this thread's connections; the next query opens new ones."""
    for connection in connections.all(initialized_only=True):
        connection.close()


def _resolve(settled: Settled) -> None:
    for asked, outcome in settled:
        if asked.future.done():  # its client has gone; the ledger has the answer all the same
            continue
        if isinstance(outcome, Refusal):
            asked.future.set_exception(outcome)
        else:
            asked.future.set_result(outcome)
