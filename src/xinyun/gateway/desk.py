"""The desk: answers whoever asks, each from one look at the index, and writes all who wait down with one durable write.

The more ask at once, the more share a write (group commit), and the signature of their receipts. Nobody is told before
the write is on the disk. No database is asked on the way, but for a name or a natural person, aside.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from xinyun import law
from xinyun.accounts.queries import ClientView, key_digest
from xinyun.archive import operations as archive
from xinyun.base import Refusal
from xinyun.gateway import answers, operations, quotas, wire
from xinyun.gateway.index import CheckIndex, Snapshot, index
from xinyun.gateway.knowledge import Knowledge, Timepiece
from xinyun.gateway.metrics import Metrics
from xinyun.gateway.queries import unsealed
from xinyun.gateway.questions import Question, of_person
from xinyun.gateway.rulings import rule
from xinyun.gateway.segments import Writer, record
from xinyun.ledger import receipts
from xinyun.plumbing import problems

log = logging.getLogger(__name__)

ACTOR = "gateway"
GROUP = 256
WAITING = 20_000
_TURN_SECONDS = 60.0
"""How long a segment is written to, so that what is sealed does not lie about in it."""
_FAILED_SECONDS = 5.0
"""How long a replica that could not write an answer down says that it is not ready."""
_ROUND_SECONDS = 0.005
"""How long a round may wait for others who are just coming."""
_DRAWN = 32
_ASIDE = 2
"""Threads that ask the archive for names and persons."""


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


Tell = Callable[[bytes | Refusal], None]
"""What is called, once, with an answer as JSON or with why there is none."""


class _Asked(msgspec.Struct, frozen=True):
    """A check that waits to be answered; `counted` is what it takes of the client's quota."""

    key: str
    body: wire.Body
    attempt: str
    counted: int
    tell: Tell
    since: float


class _Said(msgspec.Struct, frozen=True):
    """An answer that waits to be written down."""

    asked: _Asked
    told: bytes
    known_at: datetime
    record: bytes
    claims: answers.Claims


class _Round:
    """Those who are answered by one look at the index and written down together."""

    def __init__(self, knowledge: Knowledge, held: CheckIndex, at: datetime) -> None:
        self.at = at
        self.law = knowledge.law(timezone.localdate(at))
        self.known_at = demand_young(knowledge.known_at, at)
        self.said: list[_Said] = []
        self._before, self._since = 0, time.monotonic()
        self._random: list[str] = []
        self._instant = f"{int(at.timestamp() * 1000):012x}"
        self._reading = held.reading()
        self.snapshot: Snapshot = self._reading.__enter__()

    def random(self) -> str:
        """32 random hexadecimal digits; asked for many at a time, for each asking is a call of the system."""
        if not self._random:
            drawn = os.urandom(16 * _DRAWN).hex()
            self._random = [drawn[n : n + 32] for n in range(0, len(drawn), 32)]
        return self._random.pop()

    def ref(self) -> str:
        """A name for a check, of the same form as `random`: it begins with the instant, as that of UUID version 7 does.

        So the ledger's index of names grows at its end; were they random, each would touch a page of its own.
        """
        return self._instant + self.random()[:20]

    def grows(self) -> bool:
        """Whether more were answered since this was asked last, and the round may still wait for others."""
        before, self._before = self._before, len(self.said)
        return before < self._before < GROUP and time.monotonic() - self._since < _ROUND_SECONDS

    def close(self) -> None:
        """Let go of the index."""
        self._reading.__exit__(None, None, None)


class Desk:
    """Start it on the event loop, `take` or `ask`, stop it; stopping answers everybody who is waiting."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self._time = Timepiece(clock)
        self.knowledge = Knowledge(self._time)
        self._writer = Writer(settings.XINYUN.answered)
        self._index = index()
        self._aside = ThreadPoolExecutor(_ASIDE, "aside")
        self._round: _Round | None = None
        self._waiting = 0
        self._later: set[asyncio.Task[None]] = set()
        self.metrics = Metrics(self._age, lambda: self.knowledge.away, unsealed)
        self._keys: dict[str, ClientView | None] = {}
        self._keys_of = -1
        self._attempts: dict[str, datetime] = {}
        self.failed_at: float | None = None
        """When answers could last not be written down, on the monotonic clock; `None` once they could again."""

    def _age(self) -> float:
        known_at = self.knowledge.known_at
        return (self._time.now() - known_at).total_seconds() if known_at else float("inf")

    async def start(self) -> None:
        """Learn what is known, and answer on the running event loop."""
        self._loop = asyncio.get_running_loop()
        await self.knowledge.start()
        self._turning = self._loop.call_later(_TURN_SECONDS, self._turn)

    async def stop(self) -> None:
        """Answer who is waiting, then end."""
        while self._waiting:
            await asyncio.sleep(0.01)
        self._turning.cancel()
        self._writer.turn()
        await self.knowledge.stop()
        self._aside.shutdown()

    def ready(self) -> dict[str, Any]:
        """What a replica that answers tells of itself.

        :raises Unavailable: it does not answer now.
        """
        known_at = demand_young(self.knowledge.known_at, self._time.now())
        if self.failed_at is not None and time.monotonic() - self.failed_at < _FAILED_SECONDS:
            raise wire.unavailable()
        with self._index.reading() as snapshot:
            seq = snapshot.seq
        return {
            "ready": True,
            "seq": seq,
            "known_at": answers.instant(known_at),
            "archive": not self.knowledge.away,
        }

    async def ask(self, key: str, body: wire.Body, attempt: str = "", counted: int = 1) -> bytes:
        """Wait for the answer, as JSON; `counted` is what it takes of the client's quota.

        :raises Refusal: why there is none.
        """
        waiting: asyncio.Future[bytes | Refusal] = self._loop.create_future()

        def tell(answer: bytes | Refusal) -> None:
            if not waiting.done():  # else its client has gone; the segment has the answer all the same
                waiting.set_result(answer)

        self.take(key, body, attempt, tell, counted)
        answer = await waiting
        if isinstance(answer, Refusal):
            raise answer
        return answer

    def take(self, key: str, body: wire.Body, attempt: str, tell: Tell, counted: int = 1) -> None:
        """The same without waiting: `tell` is called, perhaps before this returns."""
        if self._waiting > WAITING:
            tell(wire.unavailable())
            return
        self._waiting += 1
        asked = _Asked(key, body, attempt, counted, tell, time.monotonic())
        if self.knowledge.is_fresh():
            self._decide(asked)
        else:
            self._do_later(asked, self._decide_when_fresh(asked))

    def _tell(self, asked: _Asked, answer: bytes | Refusal) -> None:
        self._waiting -= 1
        asked.tell(answer)

    async def ask_many(self, key: str, asked: wire.Batch, attempt: str = "") -> bytes:
        """Wait for the answers to a batch, as JSON; see `doors.batch`.

        :raises Refusal: nobody is asked about.
        """
        if not self.knowledge.is_fresh():
            await self.knowledge.wait()
        now = self._now()
        client = self._client(key, now)
        wire.attempt_of_many(attempt, client)
        quotas.HERE.take(client, len(asked.subjects), time.monotonic())
        pose(client, asked.about(wire.Subject(name="批量核查")), now.law, "")
        told: list[bytes] = []
        for start in range(0, len(asked.subjects), GROUP):  # so that single checks are answered in between
            some = asked.subjects[start : start + GROUP]
            told += await asyncio.gather(
                *(
                    self._one_of_many(key, asked.about(subject), f"{attempt}-{place}" if attempt else "")
                    for place, subject in enumerate(some, start)
                )
            )
        return b'{"answers":[' + b",".join(told) + b"]}"

    async def _one_of_many(self, key: str, body: wire.Body, attempt: str) -> bytes:
        try:
            return await self.ask(key, body, attempt, 0)
        except wire.Unavailable:
            raise
        except Refusal as refusal:
            return wire.encode(problems.document(refusal))

    def _client(self, key: str, now: _Round) -> ClientView:
        """The client that holds this key, remembered while the index stands still: a revocation moves it.

        :raises NoKey: nobody does.
        """
        if now.snapshot.seq != self._keys_of or len(self._keys) > WAITING:
            self._keys_of, self._keys = now.snapshot.seq, {}
        if key not in self._keys:
            self._keys[key] = now.snapshot.client(key_digest(key))
        client = self._keys[key]
        if client is None:
            raise wire.no_key()
        return client

    def _now(self) -> _Round:
        """The round that is open; it ends when all that have arrived until now have been decided."""
        if self._round is None:
            self._round = _Round(self.knowledge, self._index, self._time.now())
            self._loop.call_soon(self._end)
        return self._round

    def _decide(self, asked: _Asked) -> None:
        """Decide a check in the round that is open; what cannot be decided here and now is decided later."""
        try:
            now = self._now()
            client = self._client(asked.key, now)
            quotas.HERE.take(client, asked.counted, asked.since)
            question = pose(client, asked.body, now.law, now.ref(), asked.attempt)
            if question.code is None:
                self._do_later(asked, self._decide_aside(asked, question))
            else:
                self._enter(asked, rule(question, now.snapshot, now.law, now.at, now.known_at), now)
        except Exception as error:
            self._tell(asked, _refusal(error))

    def _do_later(self, asked: _Asked, work: Coroutine[Any, Any, None]) -> None:
        """Answer a check in a task of its own, which ends with its answer written down or refused."""

        async def see_to_it() -> None:
            try:
                await work
            except Exception as error:
                self._tell(asked, _refusal(error))

        task = self._loop.create_task(see_to_it())
        self._later.add(task)  # the loop itself holds its tasks but weakly
        task.add_done_callback(self._later.discard)

    async def _decide_when_fresh(self, asked: _Asked) -> None:
        await self.knowledge.wait()
        self._decide(asked)

    async def _decide_aside(self, asked: _Asked, question: Question) -> None:
        """Decide about a name or a person, about whom more than the index must be asked, in a thread."""
        ruling = await self._loop.run_in_executor(self._aside, self._look_aside, question)
        self._enter(asked, ruling, self._now())

    def _look_aside(self, question: Question) -> answers.Ruling:
        try:
            if question.name and not self.knowledge.away:
                archive.follow_names(actor=ACTOR, on=timezone.localdate(self._time.now()))
        except DatabaseError:  # by the names that are known, then
            _reconnect()
        at = self._time.now()
        known_at = demand_young(self.knowledge.known_at, at)
        try:
            with self._index.reading() as snapshot:
                return rule(question, snapshot, self.knowledge.law(timezone.localdate(at)), at, known_at)
        except DatabaseError:
            _reconnect()
            raise wire.unavailable() from None

    def _enter(self, asked: _Asked, ruling: answers.Ruling, now: _Round) -> None:
        """Put an answer among those that are written down next."""
        told = wire.encode(answers.reply(ruling))
        ref, at = answers.reference(ruling), ruling.at
        if ruling.question.repeatable:  # the ledger logs it once, as of the first time
            at = self._attempts.setdefault(ref, at)
            if len(self._attempts) > WAITING:
                del self._attempts[next(iter(self._attempts))]
        kept = answers.canonical(answers.logged(ruling, answers.digest(told), ACTOR))
        now.said.append(
            _Said(
                asked, told, ruling.known_at or at, record(at, ref, kept, ruling.question.person or ""),
                answers.claims(ruling, ref, at, now.random()),
            )
        )  # fmt: skip

    def _end(self) -> None:
        """End the round once nobody more comes: let go of the index, write its answers down, sign, and tell.

        It waits for the disk here and not in a thread: whoever asks meanwhile waits for the same disk, in the next round,
        and every look into the index would have to give way to that thread.
        """
        now = self._round
        assert now is not None
        if now.grows():  # others may be about to be read
            self._loop.call_soon(self._end)
            return
        self._round = None
        now.close()
        said = now.said
        if not said:
            return
        began = time.monotonic()
        try:
            self._writer.append([one.record for one in said], now.at)
            written = time.monotonic()
            signed = receipts.issue_together([one.claims for one in said])
        except Exception as error:
            self._fail(said, error)
            return
        self.failed_at = None
        for one, receipt in zip(said, signed, strict=True):
            self._tell(one.asked, answers.with_receipt(one.told, one.known_at, receipt))
        self.metrics.written(
            [one.claims.outcome for one in said], [written - one.asked.since for one in said], written - began
        )

    def _fail(self, said: list[_Said], error: Exception) -> None:
        if self.failed_at is None:  # while it lasts it is told once
            log.error("%d answers could not be written down", len(said), exc_info=error)
        self.failed_at = time.monotonic()
        refusal = error if isinstance(error, Refusal) else wire.unavailable()
        for one in said:
            self._tell(one.asked, refusal)

    def _turn(self) -> None:
        """Go on in a new segment."""
        self._writer.turn()
        self._turning = self._loop.call_later(_TURN_SECONDS, self._turn)


def demand_young(known_at: datetime | None, at: datetime) -> datetime:
    """When it was last seen that nothing is missing.

    :raises TooOld: that is longer ago than the platform answers by.
    """
    limit: timedelta = settings.XINYUN.knowledge_age
    if known_at is None or abs(at - known_at) > limit:
        raise wire.too_old(known_at, limit)
    return known_at


def _refusal(error: Exception) -> Refusal:
    """Why there is no answer: what was wrong with the question, else something with us, which is logged."""
    if isinstance(error, Refusal):
        return error
    log.error("a check could not be answered", exc_info=error)
    return wire.unavailable()


def _reconnect() -> None:
    """Drop this thread's connections; the next query opens new ones."""
    for connection in connections.all(initialized_only=True):
        connection.close()
