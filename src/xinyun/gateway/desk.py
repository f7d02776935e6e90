"""The desk: answers whoever asks, each from one look at the index, and writes all who wait down with one durable write.

The more ask at once, the more share a write (group commit), and the signature of their receipts. Nobody is told before
the write is on the disk. No database is asked on the way, but for a name or a natural person, aside.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone

from xinyun.accounts.queries import ClientView, key_digest
from xinyun.archive import operations as archive
from xinyun.base import Refusal
from xinyun.gateway import answers, quotas, wire
from xinyun.gateway.index import Snapshot, index
from xinyun.gateway.knowledge import Knowledge, Timepiece
from xinyun.gateway.metrics import Metrics
from xinyun.gateway.queries import unsealed
from xinyun.gateway.questions import Question
from xinyun.gateway.rounds import ACTOR, GROUP, Check, Moment, Tell, demand_young, note, pose, put_into_words
from xinyun.gateway.rulings import rule
from xinyun.gateway.segments import Writer
from xinyun.ledger import receipts
from xinyun.plumbing import problems

log = logging.getLogger(__name__)

WAITING = 20_000
_TURN_SECONDS = 60.0
"""How long a segment is written to, so that what is sealed does not lie about in it."""
_FAILED_SECONDS = 5.0
"""How long a replica that could not write an answer down says that it is not ready."""
_WARM_SECONDS = 10.0
"""How long a start may take to read the index into memory."""
_ROUND_SECONDS = 0.005
"""How long a round may wait for others who are just coming."""
_ASIDE = 2
"""Threads that ask the archive for names and persons."""


class Desk:
    """Start it on the event loop, `take` or `ask`, stop it; stopping answers everybody who is waiting."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self._time = Timepiece(clock)
        self.knowledge = Knowledge(self._time)
        self._writer = Writer(settings.XINYUN.answered)
        self._index = index()
        self._aside = ThreadPoolExecutor(_ASIDE, "aside")
        self._round: list[Check] = []
        """Those who are answered next, by one look at the index, and written down together."""
        self._began, self._before = 0.0, 0
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
        await asyncio.to_thread(self._index.warm, _WARM_SECONDS)
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
        check = Check(key, body, attempt, counted, tell, time.monotonic())
        if self.knowledge.is_fresh():
            self._join(check)
        else:
            self._do_later(check, self._join_when_fresh(check))

    def _tell(self, check: Check, answer: bytes | Refusal) -> None:
        if check.done:
            return
        check.done = True
        self._waiting -= 1
        try:
            check.tell(answer)
        except Exception:  # whatever it is, the others of its round are told
            log.exception("somebody could not be told their answer")

    async def ask_many(self, key: str, asked: wire.Batch, attempt: str = "") -> bytes:
        """Wait for the answers to a batch, as JSON; see `doors.batch`.

        :raises Refusal: nobody is asked about.
        """
        if not self.knowledge.is_fresh():
            await self.knowledge.wait()
        with self._index.reading() as snapshot:
            now = self._moment(snapshot)
            client = self._client(key, snapshot)
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

    def _moment(self, snapshot: Snapshot) -> Moment:
        """Now, by what is known now.

        :raises TooOld: see `demand_young`.
        """
        at = self._time.now()
        known_at = demand_young(self.knowledge.known_at, at)
        return Moment(at, self.knowledge.law(timezone.localdate(at)), snapshot, known_at)

    def _client(self, key: str, snapshot: Snapshot) -> ClientView:
        """The client that holds this key, remembered while the index stands still: a revocation moves it.

        :raises NoKey: nobody does.
        """
        if snapshot.seq != self._keys_of or len(self._keys) > WAITING:
            self._keys_of, self._keys = snapshot.seq, {}
        if key not in self._keys:
            self._keys[key] = snapshot.client(key_digest(key))
        client = self._keys[key]
        if client is None:
            raise wire.no_key()
        return client

    def _join(self, check: Check) -> None:
        """Put a check among those who are answered next, as soon as all that have arrived until now are among them."""
        self._round.append(check)
        if len(self._round) == 1:
            self._began, self._before = time.monotonic(), 0
            self._loop.call_soon(self._end)

    async def _join_when_fresh(self, check: Check) -> None:
        await self.knowledge.wait()
        self._join(check)

    def _do_later(self, check: Check, work: Coroutine[Any, Any, None]) -> None:
        """See to a check in a task of its own, at whose end it has joined a round or is refused."""

        async def see_to_it() -> None:
            try:
                await work
            except Exception as error:
                self._tell(check, _refusal(error))

        task = self._loop.create_task(see_to_it())
        self._later.add(task)  # the loop itself holds its tasks but weakly
        task.add_done_callback(self._later.discard)

    async def _decide_aside(self, check: Check, question: Question) -> None:
        """Decide about a name or a person, about whom more than the index must be asked, in a thread."""
        check.ruling = await self._loop.run_in_executor(self._aside, self._look_aside, question)
        self._join(check)

    def _look_aside(self, question: Question) -> answers.Ruling:
        try:
            if question.name and not self.knowledge.away:
                archive.follow_names(actor=ACTOR, on=timezone.localdate(self._time.now()))
        except DatabaseError:  # by the names that are known, then
            _reconnect()
        try:
            with self._index.reading() as snapshot:
                now = self._moment(snapshot)
                return rule(question, snapshot, now.law, now.at, now.known_at)
        except DatabaseError:
            _reconnect()
            raise wire.unavailable() from None

    def _grows(self) -> bool:
        """Whether more have joined the round since this was asked last, and it may still wait for others."""
        before, self._before = self._before, len(self._round)
        return before < self._before < GROUP and time.monotonic() - self._began < _ROUND_SECONDS

    def _end(self) -> None:
        """End the round once nobody more comes: decide, write down, sign, and tell.

        It waits for the disk here and not in a thread: whoever asks meanwhile waits for the same disk, in the next round,
        and every look into the index would have to give way to that thread.
        """
        if self._grows():  # others may be about to be read
            self._loop.call_soon(self._end)
            return
        checks, self._round = self._round, []
        try:
            with self._index.reading() as snapshot:
                said = self._answered(checks, self._moment(snapshot))
        except Exception as error:
            refusal = _refusal(error)
            for check in checks:
                self._tell(check, refusal)
            return
        if said:
            self._write_down(said)

    def _answered(self, checks: list[Check], now: Moment) -> list[Check]:
        """Those of a round to whom there is an answer now; who is refused is told so, and names and persons come later.

        Each step is taken with all before the next one is: a processor does the same thing over and over in half the time.
        """

        def ask(check: Check) -> None:
            client = self._client(check.key, now.snapshot)
            quotas.HERE.take(client, check.counted, check.since)
            check.question = pose(client, check.body, now.law, now.ref(), check.attempt)

        ruled = [check for check in checks if check.ruling]
        posed = self._each(ask, [check for check in checks if not check.ruling])
        for check in posed:
            if check.question and check.question.code is None:
                self._do_later(check, self._decide_aside(check, check.question))
        ruled += self._each(now.decide, [check for check in posed if check.question and check.question.code])
        for step in (put_into_words, self._note, now.claim):
            ruled = self._each(step, ruled)
        return ruled

    def _each(self, step: Callable[[Check], None], checks: list[Check]) -> list[Check]:
        """Take a step with each check; give those with whom it could be taken, and tell the others why not."""
        taken = []
        for check in checks:
            try:
                step(check)
            except Exception as error:
                self._tell(check, _refusal(error))
            else:
                taken.append(check)
        return taken

    def _note(self, check: Check) -> None:
        """Write an answer as the ledger gets it: one that its client asks for again is logged once, as of the first time."""
        assert check.ruling is not None
        ref, at = answers.reference(check.ruling), check.ruling.at
        if check.ruling.question.repeatable:
            at = self._attempts.setdefault(ref, at)
            if len(self._attempts) > WAITING:
                del self._attempts[next(iter(self._attempts))]
        note(check, ref, at)

    def _write_down(self, said: list[Check]) -> None:
        """Write answers down, sign them, and tell."""
        began = time.monotonic()
        try:
            self._writer.append([check.record for check in said], self._time.now())
            written = time.monotonic()
            claims = [check.claims for check in said if check.claims]
            signed = receipts.issue_together(claims)
        except Exception as error:
            self._fail(said, error)
            return
        self.failed_at = None
        for check, receipt in zip(said, signed, strict=True):
            assert check.ruling is not None
            known_at = check.ruling.known_at or check.ruling.at
            self._tell(check, answers.with_receipt(check.told, known_at, receipt))
        waited = [written - check.since for check in said]
        self.metrics.written([one.outcome for one in claims], waited, written - began)

    def _fail(self, said: list[Check], error: Exception) -> None:
        if self.failed_at is None:  # while it lasts it is told once
            log.error("%d answers could not be written down", len(said), exc_info=error)
        self.failed_at = time.monotonic()
        refusal = error if isinstance(error, Refusal) else wire.unavailable()
        for check in said:
            self._tell(check, refusal)

    def _turn(self) -> None:
        """Go on in a new segment."""
        self._writer.turn()
        self._turning = self._loop.call_later(_TURN_SECONDS, self._turn)


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
