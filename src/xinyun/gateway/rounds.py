"""A round: checks that are decided by one look at the index, step by step, each step with all before the next is taken."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from django.conf import settings

from xinyun import law
from xinyun.accounts.queries import ClientView
from xinyun.base import Refusal
from xinyun.gateway import answers, operations, wire
from xinyun.gateway.index import Snapshot
from xinyun.gateway.questions import Question, of_person
from xinyun.gateway.rulings import rule
from xinyun.gateway.segments import record

ACTOR = "gateway"
Tell = Callable[[bytes | Refusal], None]
"""What is called, once, with an answer as JSON or with why there is none."""
GROUP = 256
"""As many are answered together at most."""
_DRAWN = 32


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


class Check(msgspec.Struct):
    """A check on its way: what was asked, and then, step by step, what came of it.

    `counted` is what it takes of the client's quota, `told` its answer without the receipt.
    """

    key: str
    body: wire.Body
    attempt: str
    counted: int
    tell: Tell
    since: float
    question: Question | None = None
    ruling: answers.Ruling | None = None
    told: bytes = b""
    ref: str = ""
    """What the ledger knows it by."""
    at: datetime | None = None
    record: bytes = b""
    claims: answers.Claims | None = None
    done: bool = False

    def __repr__(self) -> str:
        """Without the key and what was asked: they must not come into a log by way of a traceback."""
        return f"Check({self.body!r})"


class Moment:
    """By what a round of checks is decided: an instant, its law, the index, and when nothing was missing in that."""

    def __init__(self, at: datetime, now: law.Law, snapshot: Snapshot, known_at: datetime) -> None:
        self.at, self.law, self.snapshot, self.known_at = at, now, snapshot, known_at
        self._random: list[str] = []
        self._instant = f"{int(at.timestamp() * 1000):012x}"

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

    def decide(self, check: Check) -> None:
        """Decide about a code."""
        assert check.question is not None
        check.ruling = rule(check.question, self.snapshot, self.law, self.at, self.known_at)

    def claim(self, check: Check) -> None:
        """Say what the receipt of an answer says."""
        assert check.ruling is not None
        assert check.at is not None
        check.claims = answers.claims(check.ruling, check.ref, check.at, self.random())


def put_into_words(check: Check) -> None:
    """Write an answer as its client gets it, but for the receipt."""
    assert check.ruling is not None
    check.told = wire.encode(answers.reply(check.ruling))


def note(check: Check, ref: str, at: datetime) -> None:
    """Write an answer as the ledger gets it, by this name and as of this instant."""
    assert check.ruling is not None
    check.ref, check.at = ref, at
    kept = answers.canonical(answers.logged(check.ruling, answers.digest(check.told), ACTOR))
    check.record = record(at, ref, kept, check.ruling.question.person or "")


def demand_young(known_at: datetime | None, at: datetime) -> datetime:
    """When it was last seen that nothing is missing.

    :raises TooOld: that is longer ago than the platform answers by.
    """
    limit: timedelta = settings.XINYUN.knowledge_age
    if known_at is None or abs(at - known_at) > limit:
        raise wire.too_old(known_at, limit)
    return known_at
