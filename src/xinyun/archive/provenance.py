"""Who said each value of a subject's current records, when it was first and last seen, and what others say instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xinyun.archive.authority import decided
from xinyun.archive.history import RecordHistory, StatementView, differing, same
from xinyun.archive.revisions import RevisionView
from xinyun.archive.sightings import Seen, last_seen
from xinyun.base import Reason
from xinyun.law import Item, Law


@dataclass(frozen=True, slots=True)
class Origin:
    """The revision in which a value came to be what it is: who said it, in which batch, when the archive learned of it."""

    office: str
    batch: str
    at: datetime
    seq: int


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What an office says otherwise than the record: the fields, when it was last seen, and why its word does not count."""

    statement: StatementView
    fields: tuple[str, ...]
    last: Seen
    reason: Reason


@dataclass(frozen=True, slots=True)
class Provenance:
    """A current record with the origin of each of its values; `last` is when all of them were last seen."""

    record: RevisionView
    origins: dict[str, Origin]
    last: Seen
    contradictions: tuple[Contradiction, ...]


def provenance(found: Sequence[RecordHistory], norms: Law) -> list[Provenance]:
    """The provenance of those of a subject's records that are current, withdrawn ones left out."""
    standing = [one for one in found if not one.current.withdrawal]
    items = {item.id: item for item in norms.items()}
    seen = last_seen([one.current.id for one in standing])
    repeated = last_seen([s.id for one in standing for s in one.contradicting], statements=True)
    return [
        Provenance(
            one.current,
            origins(one.revisions),
            _later(
                Seen(one.current.recorded_at, one.current.office, one.current.batch), seen.get(one.current.id)
            ),
            tuple(
                _contradiction(one.current, said, repeated.get(said.id), items[one.item], norms)
                for said in one.contradicting
            ),
        )
        for one in standing
        if one.item in items
    ]


def origins(revisions: Sequence[RevisionView]) -> dict[str, Origin]:
    """For each value of the last revision the first of those revisions that have said it since without a break."""
    last = revisions[-1]
    found = dict.fromkeys(last.content, last)
    open_ones = set(found)
    for before in reversed(revisions[:-1]):
        open_ones = {name for name in open_ones if same(before.content.get(name), last.content[name])}
        found.update(dict.fromkeys(open_ones, before))
    return {
        name: Origin(one.office, one.batch, one.recorded_at, one.recorded_seq) for name, one in found.items()
    }


def _contradiction(
    record: RevisionView, said: StatementView, again: Seen | None, item: Item, norms: Law
) -> Contradiction:
    return Contradiction(
        said,
        differing(record.content, said.content),
        _later(Seen(said.recorded_at, said.office, said.batch), again),
        decided(item, record.office, said.office, norms),
    )


def _later(one: Seen, other: Seen | None) -> Seen:
    return max(one, other) if other else one
