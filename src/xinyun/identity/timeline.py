"""What joins a subject to others, as events beside those of its own records. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from xinyun.archive.queries import Event, RecordHistory
from xinyun.base import Text
from xinyun.identity.queries import KINDS, DecisionView, SubjectIdentity, said
from xinyun.law import Law

_CENTRE = "信用中心"


def bond_events(known: SubjectIdentity, own: Iterable[RecordHistory], now: Law) -> Iterator[Event]:
    """What other subjects' records and persons say; what a subject's own records say is among their events."""
    told = {row.id for one in own for row in one.revisions}
    for tie in (*known.ties, *known.beside):
        if tie.record not in told:
            joined = tie.decision is not None
            yield Event(
                kind="joined" if joined else tie.kind,
                title=said(tie, now).zh,
                about=Text("信用中心核对", "Compared by the credit centre") if joined else KINDS[tie.kind],
                day=tie.since,
                recorded=None,
                number=tie.document,
                office=_CENTRE if joined else tie.office,
                order=(tie.seq, tie.id),
            )


def decision_events(decisions: Iterable[DecisionView]) -> Iterator[Event]:
    """What persons decided about a subject, for staff: each decision, and how it ended, with actor and reason."""
    for one in decisions:
        pair = f"{one.low} · {one.high}"
        about = Text(f"{_CENTRE} {one.actor}", f"Credit centre, {one.actor}")
        yield Event(
            kind="joined" if one.current else "kept-apart", title=pair, about=about, day=one.decided_on, recorded=None,
            office=_CENTRE, reason=one.reason, order=(one.seq, one.id),
        )  # fmt: skip
        if one.ended_on:
            yield Event(
                kind="undone", title=pair, about=Text(one.ended_by, one.ended_by), day=one.ended_on, recorded=None,
                office=_CENTRE, reason=one.ended_reason, order=(one.seq + 1, one.id),
            )  # fmt: skip
