"""What a gateway knows, and how old that is: the check index, followed from the change feed by a thread of its own.

While the archive answers, what is known is at most `FRESH` old when a check is decided. While it is away, checks go
on with what was known, up to an age that the platform's operators set; every answer says how old it is.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import connections
from django.utils import timezone

from xinyun import law
from xinyun.gateway.index import index
from xinyun.gateway.rulebooks import keep_rulebook

log = logging.getLogger(__name__)

FRESH = 0.05
"""Seconds: a check is decided on what was known at most so long ago, while the archive answers."""
PATIENCE = 0.25
"""Seconds for which a check waits for the archive; then it goes on with what is known."""
_IDLE = 1.0


class Timepiece:
    """Tells the time so that it never goes back within a process: a clock that is set back is waited for."""

    def __init__(self, clock: Callable[[], datetime] = timezone.now) -> None:
        self._clock = clock
        self._last = clock()
        self._counted = time.monotonic()
        self._behind = False
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The clock's time, or, while it is behind what was told before, that and what has passed since."""
        with self._lock:
            told, counted = self._clock(), time.monotonic()
            behind = told < self._last
            if behind:
                told = self._last + timedelta(seconds=counted - self._counted)
                if not self._behind:
                    log.warning(
                        "the clock was set back to before %s: the time is counted on from there", self._last
                    )
            self._behind, self._last, self._counted = behind, told, counted
            return told


class Knowledge:
    """Start it, ask it how fresh it is, wait for it, stop it."""

    def __init__(self, time_of: Timepiece) -> None:
        self._time = time_of
        self._thread = threading.Thread(target=self._run, name="knowledge", daemon=True)
        self._wanted = threading.Event()
        self._going, self._at_work = True, False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[asyncio.Future[None]] = []
        self._began = (
            self._known
        ) = -60.0  # on the monotonic clock: the round at work, the last that went well
        self._laws: dict[date, law.Law] = {}
        self._book = law.rulebook()
        self.known_at: datetime | None = None
        """When it was last seen that nothing is missing in the index; `None` before the first time."""
        self.away = False
        """Whether the archive did not answer the last time."""

    async def start(self) -> None:
        """Follow the feed once, or go on with the index as it is; then keep following."""
        self._loop = asyncio.get_running_loop()
        first = self._loop.create_future()
        self._waiting.append(first)
        self._wanted.set()
        self._thread.start()
        await first
        if self.known_at is None:
            with index().reading() as snapshot:
                self.known_at = snapshot.seen_at() if snapshot.seq else None

    async def stop(self) -> None:
        """End the thread."""
        self._going = False
        self._wanted.set()
        await asyncio.to_thread(self._thread.join)

    def is_fresh(self) -> bool:
        """Whether a check may be decided by what is known now; if not, `wait`. It also keeps the thread going."""
        now = time.monotonic()
        age = now - self._known
        if age > FRESH / 2 and not self._wanted.is_set():
            self._wanted.set()
        # A large batch takes the thread seconds to read in: nobody waits for one that has been at it for long.
        slow = self._at_work and now - self._began > PATIENCE
        return age <= FRESH or self.away or slow

    async def wait(self) -> None:
        """Wait until what is known is fresh; not for long for an archive that is slow."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        await asyncio.wait([waiter], timeout=PATIENCE)

    def law(self, on: date) -> law.Law:
        """The law of a day, by the rulebook in use."""
        found = self._laws.get(on)
        if found is None:
            found = self._book.on(on)
            self._laws = {on: found}
        return found

    def _run(self) -> None:
        while self._going:
            self._wanted.wait(_IDLE)
            self._wanted.clear()
            self._follow()
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._wake)
        connections.close_all()

    def _follow(self) -> None:
        self._take_rulebook()
        at, self._began, self._at_work = self._time.now(), time.monotonic(), True
        try:
            index().follow()
            index().seen(at)
        except Exception as error:  # whatever it is, checks go on with what is known
            if not self.away:
                log.warning("the archive does not answer, checks go on with what is known: %s", error)
            self.away = True
            for connection in connections.all(initialized_only=True):
                connection.close()
            return
        finally:
            self._at_work = False
        if self.away:
            log.warning("the archive answers again")
        self._known, self.known_at, self.away = self._began, at, False

    def _take_rulebook(self) -> None:
        """Go over to a rulebook that was released since."""
        try:
            book = law.rulebook()
        except Exception:  # what cannot be loaded is told by every command; checks go on by the law they know
            log.exception("the rulebook cannot be loaded")
            return
        keep_rulebook(book)
        if book.hash != self._book.hash:
            self._book, self._laws = book, {}
            log.warning("checks are decided by the rulebook %s from now on", book.hash[:16])

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)
