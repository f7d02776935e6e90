"""When to ask again, and how long to wait before: a value, and pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

AGAIN = frozenset({429, 502, 503, 504})
"""Statuses that pass: the question was not answered, and may be asked again."""


@dataclass(frozen=True, slots=True)
class Retries:
    """At most so many attempts; the waits double from `first` up to `longest`, in seconds, less a random share.

    Attempts of one question carry one key (`Idempotency-Key`): the platform logs the same answer once.
    """

    attempts: int = 4
    first: float = 0.2
    longest: float = 5.0

    def wait(self, attempt: int, chance: float, asked: float | None = None) -> float:
        """Seconds to wait after the attempt of that number, from 1; at least as long as the platform asked for."""
        usual: float = min(self.first * 2 ** (attempt - 1), self.longest)
        return max(usual * (0.5 + chance / 2), min(asked or 0.0, 60.0))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds of a `Retry-After` header, which may name an instant instead; `None` where it says neither."""
    told = headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - now).total_seconds())
    except (TypeError, ValueError):
        return None
