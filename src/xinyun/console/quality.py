"""The page of quality for staff: who is late, who is wrong, who perhaps keeps something back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinyun.assessment import queries as assessment
from xinyun.assessment.queries import Explained, Group, Month, NoticeView, Row
from xinyun.base import Text
from xinyun.collection import wording

MOST = 50
"""Lines of a list; the public table for spreadsheets has all."""


@dataclass(frozen=True, slots=True)
class Silent:
    """An item of which an office should have sent something."""

    office: Text
    item: Text
    why: Text
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Missing:
    """Numbers missing from a sequence of an office's document numbers."""

    item: Text
    text: Text


@dataclass(frozen=True, slots=True)
class QualityPage:
    """A month of one office, or of all; lists hold the worst first, at most `MOST`."""

    month: str
    months: tuple[str, ...]
    through: date
    office: Text | None
    office_id: str
    scores: tuple[Explained, ...]
    offices: tuple[Group, ...]
    """Worst first; empty on the page of one office."""
    items: tuple[Row, ...]
    late: tuple[Row, ...]
    wrong: tuple[tuple[Text, int], ...]
    silent: tuple[Silent, ...]
    silent_count: int
    missing: tuple[Missing, ...]
    notices: tuple[NoticeView, ...]


def page(month: date, office: str, on: date) -> QualityPage:
    """A month as known on a day, of one office or of all.

    :raises law.UnknownNorm: there is no such office.
    """
    told = assessment.narrowed(assessment.month(month, on), office=office)
    rows = told.widest.rows if told.widest else ()
    silent = assessment.silent(rows)
    found = told.norms.office(office) if office else None
    return QualityPage(
        month=f"{month:%Y-%m}",
        months=tuple(f"{one:%Y-%m}" for one in assessment.months(on)),
        through=told.through,
        office=Text(found.title, found.english) if found else None,
        office_id=office,
        scores=tuple(assessment.explained(table, told.norms) for table in told.tables),
        offices=() if office else _offices(told),
        items=tuple(row for row in rows if row.measures.received) if office else (),
        late=tuple(assessment.late(rows)[:MOST]),
        wrong=tuple((wording.rule(rule), count) for rule, count in assessment.faults(rows)),
        silent=tuple(
            Silent(
                row.office_title,
                row.item_title,
                assessment.SILENCE[row.silence],
                row.last_on,
            )
            for row in silent[:MOST]
        ),
        silent_count=len(silent),
        missing=_missing(told, office) if office else (),
        notices=tuple(one for one in assessment.notices(office=office) if one.month == month),
    )


def _offices(told: Month) -> tuple[Group, ...]:
    """Those that sent something in the month, worst first."""
    if told.widest is None:
        return ()
    sent = [one for one in assessment.grouped(told.widest, "offices", told.norms) if one.measures.received]
    return tuple(sorted(sent, key=lambda one: (one.score.points is None, one.score.points)))


def _missing(told: Month, office: str) -> tuple[Missing, ...]:
    return tuple(
        Missing(Text(item.title, item.english), sequence.text)
        for id, sequences in assessment.missing_numbers(office, told.through).items()
        for item in [told.norms.item(id)]
        for sequence in sequences
    )
