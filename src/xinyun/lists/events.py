"""What happened to a list, told to higher contexts in the transaction in which it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Listed:
    """These entries (ids) came into being: one by an office's own act, many by a batch."""

    entries: tuple[int, ...]
    seq: int
    actor: str
    on: date


@dataclass(frozen=True, slots=True)
class Delisted:
    """This entry (id) was removed, and its measures stopped on that day."""

    entry: int
    seq: int
    actor: str
    on: date
