"""What happened in the archive, for contexts above."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class RecordsAccepted:
    """A batch brought new or changed records; they carry this `seq` of the feed."""

    item: str
    batch: str
    seq: int
    office: str
    actor: str
    on: date


@dataclass(frozen=True, slots=True)
class RecordsWithdrawn:
    """An office took records of an item back; `records` are the new revisions, which say why and carry this `seq`."""

    item: str
    records: tuple[int, ...]
    seq: int
    office: str
    actor: str
    on: date


@dataclass(frozen=True, slots=True)
class RecordsErased:
    """An order of erasure is about to delete records; `queries.erased_records` tells which revisions it names."""

    order: int
    seq: int
    actor: str
    on: date
