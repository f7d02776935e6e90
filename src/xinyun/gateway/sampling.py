"""Each night some of the day's checks are decided again, and what came of it is a leaf of the ledger.

Which ones is drawn by the root of the log's signed head, so nobody chose them and anybody can draw them again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from xinyun.base import Refusal
from xinyun.gateway.replaying import Replay, drawn, of_receipt, replay
from xinyun.ledger import operations as ledger
from xinyun.ledger import queries as logged

__all__ = ["SAMPLED", "Sample", "replay_one", "sample", "samples", "take_turn"]

SAMPLED = 200
"""Checks that are decided again each night."""
_REF = "replay:"


@dataclass(frozen=True, slots=True)
class Sample:
    """What came of the checks of a day: `differing` are leaves, `impossible` counts by reason those not decided again.

    They were drawn by `replaying.drawn` with the root of the signed head of `head` leaves.
    """

    of: date
    head: int
    drawn: int
    same: int
    differing: tuple[int, ...] = ()
    impossible: tuple[tuple[str, int], ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every one that could be decided again came out as it was."""
        return not self.differing


def replay_one(text: str, *, actor: str, on: date, at: datetime) -> Replay:
    """Decide again the check of a receipt, or of a leaf by its index; the ledger keeps who asked for it.

    :raises Refusal: as `replaying.of_receipt` and `replaying.replay`.
    """
    asked = "".join(text.split())
    found = replay(int(asked)) if asked.isdecimal() and len(asked) < 16 else of_receipt(asked)
    told = {"leaf": found.index, "same": found.same, "differing": list(found.differing)}
    ledger.append([ledger.Entry("check.replayed", at, told)], actor=actor, on=on)
    return found


def take_turn(*, actor: str, on: date, at: datetime) -> Sample | None:
    """What the worker does now and then: yesterday's sample, once; `None` where it is done."""
    of = on - timedelta(days=1)
    return None if logged.by_ref(_ref(of)) else sample(of, actor=actor, on=on, at=at)


def sample(of: date, *, actor: str, on: date, at: datetime) -> Sample:
    """Decide again a sample of a day's checks and log what came of it; a day that has its sample keeps it."""
    head = logged.latest_checkpoint() or ledger.seal(actor=actor, on=on)
    seed = f"{head.root.hex()}:{of}" if head else str(of)
    same, differing, impossible = 0, [], Counter[str]()
    indexes = drawn(_midnight(of), _midnight(of + timedelta(days=1)), SAMPLED, seed)
    for index in indexes:
        try:
            found = replay(index)
        except Refusal as refusal:
            impossible[refusal.code] += 1
            continue
        same += found.same
        if not found.same:
            differing.append(index)
    told = Sample(
        of, head.size if head else 0, len(indexes), same, tuple(differing), tuple(sorted(impossible.items()))
    )
    payload = asdict(told) | {"of": of.isoformat()}
    ledger.append([ledger.Entry("checks.sampled", at, payload, _ref(of))], actor=actor, on=on)
    return samples(of, of)[0]


def samples(since: date, until: date) -> list[Sample]:
    """The samples of the days from one to another, the latest first; days without one are absent."""
    days = [until - timedelta(days=n) for n in range((until - since).days + 1)]
    leaves = logged.by_refs([_ref(day) for day in days])
    told = (logged.entry(leaves[_ref(day)].index).payload for day in days if _ref(day) in leaves)
    return [_sample(one) for one in told if one]


def _sample(told: dict[str, Any]) -> Sample:
    return Sample(
        date.fromisoformat(told["of"]), told["head"], told["drawn"], told["same"], tuple(told["differing"]),
        tuple((code, count) for code, count in told["impossible"]),
    )  # fmt: skip


def _ref(of: date) -> str:
    return f"{_REF}{of}"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
