"""What happened to a subject on lists, as events beside those of its records. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.utils.timezone import localtime

from xinyun.archive.queries import Event
from xinyun.base import Text
from xinyun.base.identifiers import mask_within
from xinyun.law import CreditList
from xinyun.lists.queries import EntryView


def entry_events(entry: EntryView, listed: CreditList, on: date) -> Iterator[Event]:
    """An entry's own events up to a day: entered, suspended and resumed, and removed or ended by its term."""
    about, number = Text(listed.title, listed.english), mask_within(entry.document)
    told = {"title": listed.title, "about": about, "office": entry.office}
    kind = "honoured" if listed.polarity == "favourable" else "listed"
    recorded = localtime(entry.recorded_at).date() if entry.recorded_at else None
    yield Event(
        kind=kind, day=entry.decided_on, recorded=recorded, number=number, order=(0, entry.id), **told
    )
    for place, span in enumerate(entry.suspended, start=1):
        if span.start and span.start <= on:
            yield Event(
                kind="suspended",
                day=span.start,
                recorded=None,
                number=number,
                order=(place, entry.id),
                **told,
            )
        if span.end and span.end <= on:
            yield Event(
                kind="resumed", day=span.end, recorded=None, number=number, order=(place, entry.id), **told
            )
    if entry.removed_on and entry.removal_recorded_at:
        yield Event(
            kind="removed", day=entry.removed_on, recorded=localtime(entry.removal_recorded_at).date(),
            number=mask_within(entry.removal_document), reason=entry.removal_reason, order=(0, entry.id), **told,
        )  # fmt: skip
    elif entry.period.end and entry.period.end <= on:
        yield Event(
            kind="term-ended", day=entry.period.end, recorded=None, number=number, order=(0, entry.id), **told
        )
