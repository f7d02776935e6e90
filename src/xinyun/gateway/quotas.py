"""How many checks a client may ask in a minute: a bucket for each client that has a bound, in this process alone.

A bucket holds at most one minute's worth and fills evenly. Each process counts on its own, so what several replicas
let through together is the bound times their number: it keeps a runaway program from the others, and bills nobody.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from threading import Lock

from xinyun.accounts.queries import ClientView
from xinyun.base import Refusal, Text

MINUTE = 60.0


class OverQuota(Refusal):
    """The client has asked as much as it may in a minute; `headers` say when it may ask again."""

    code = "over-quota"
    status = 429
    headers: tuple[tuple[bytes, bytes], ...] = ()


class BatchOverQuota(Refusal):
    """One batch holds more than the client may ask in a minute, so that no waiting would let it in."""

    code = "batch-over-quota"
    status = 422


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Quotas:
    """Counts what clients ask; any thread may call it."""

    def __init__(self) -> None:
        self._buckets: dict[int, _Bucket] = {}
        self._lock = Lock()

    def take(self, client: ClientView, count: int, now: float) -> None:
        """Let `count` checks of a client in, or none of them; `now` is in seconds of a clock that only goes forward.

        :raises OverQuota: they are more than the client may ask now.
        :raises BatchOverQuota: they are more than it may ever ask at once.
        """
        quota = client.quota
        if quota is None:
            return
        if count > quota:
            raise _never(quota, count)
        with self._lock:
            bucket = self._buckets.setdefault(client.id, _Bucket(quota, now))
            gained = (now - bucket.at) * quota / MINUTE
            bucket.left, bucket.at = min(bucket.left + gained, quota), now
            if bucket.left < count:
                raise _over(quota, (count - bucket.left) * MINUTE / quota)
            bucket.left -= count


HERE = Quotas()
"""What this process counts: single checks, batches and the embedded page draw from the same bucket."""


def _over(quota: int, seconds: float) -> OverQuota:
    wait = max(1, math.ceil(seconds))
    refusal = OverQuota(
        Text(f"超出了限额：每分钟 {quota} 次核查。", f"Over your quota of {quota} checks a minute."),
        Text(
            f"请在 {wait} 秒后重试；长期不够的，请信用中心调整限额。",
            f"Retry in {wait} seconds; if it is too little for your work, ask the credit centre for more.",
        ),
    )
    refusal.headers = ((b"retry-after", b"%d" % wait),)
    return refusal


def _never(quota: int, count: int) -> BatchOverQuota:
    return BatchOverQuota(
        Text(
            f"一批有 {count} 个主体，超出了每分钟 {quota} 次核查的限额。",
            f"The batch has {count} subjects; your quota is {quota} checks a minute.",
        ),
        Text(
            f"请分成每批至多 {quota} 个，或请信用中心调整限额。",
            f"Send at most {quota} at once, or ask the credit centre for more.",
        ),
    )
