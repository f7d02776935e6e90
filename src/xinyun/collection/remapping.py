"""A submission that was refused for its columns: show them, and submit it again by what a clerk says they are.

The copy of a refused submission is kept for a day or so; later the file must be submitted anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from xinyun import law
from xinyun.base.identifiers import mask
from xinyun.collection import drafts, mappings
from xinyun.collection.checking import without_identities
from xinyun.collection.columns import known_titles
from xinyun.collection.confirming import confirm_mapping
from xinyun.collection.mappings import ColumnProposal
from xinyun.collection.models import Submission
from xinyun.collection.reading import tables
from xinyun.collection.submitting import no_such, submit
from xinyun.law import Item

SAMPLES, SAMPLE_ROWS, LONGEST = 3, 50, 24


@dataclass(frozen=True, slots=True)
class SentColumn:
    """A column of a file: which field it is or may be, and a few of its values, identity numbers masked."""

    proposal: ColumnProposal
    samples: tuple[str, ...]


def sent_columns(submission: str, *, office: str | None, on: date) -> list[SentColumn]:
    """The columns of the first table of a submitted file.

    :raises NoSuchSubmission: there is none of that id and office.
    :raises NoOriginal: its copy is not kept any more.
    :raises UnreadableFile: it holds no table.
    """
    row = _demand(submission, office)
    item = law.rulebook().on(on).item(row.item)
    with _first_table(row, item) as (_, titles, samples):
        saved = row.columns or mappings.mapping_of(row.office, row.item, titles)
        found = mappings.propose(item, titles, saved)
    return [SentColumn(one, _masked(samples[one.title], item, one.field)) for one in found if one.title]


def submit_remapped(
    *, submission: str, columns: dict[str, str], office: str | None, actor: str, on: date, at: datetime
) -> str:
    """Keep what a clerk says the columns are, and submit the same file again by it; returns the new submission's id.

    :raises NoSuchSubmission, NoOriginal, UnreadableFile: as for `sent_columns`.
    :raises UnknownColumns, OtherUnit, SameColumnTwice, MissingColumns: see `confirm_mapping`.
    """
    row = _demand(submission, office)
    item = law.rulebook().on(on).item(row.item)
    with _first_table(row, item) as (path, titles, _):
        confirm_mapping(office=row.office, item=row.item, columns=columns, titles=titles, actor=actor, on=on)
        return submit(
            item=row.item,
            office=row.office,
            path=path,
            file_name=row.file_name,
            actor=actor,
            way=row.way,
            on=on,
            at=at,
            columns=columns,
        )


def _demand(submission: str, office: str | None) -> Submission:
    row = Submission.objects.filter(pk=submission, **({"office": office} if office else {})).first()
    if row is None:
        raise no_such(submission)
    return row


@contextmanager
def _first_table(row: Submission, item: Item) -> Iterator[tuple[Path, list[str], dict[str, list[str]]]]:
    """The file as it was sent, the titles of its first table, and for each some values."""
    with drafts.looked_at(row) as path:
        with tables(path, known_titles(item)) as found:
            table = next(found)
            frame = next(table.frames, None)
            titles = [title for title in table.titles if title]
            samples = {
                title: [text for text in frame[title].head(SAMPLE_ROWS).unique(maintain_order=True) if text]
                if frame is not None
                else []
                for title in titles
            }
        yield path, titles, samples


def _masked(texts: list[str], item: Item, field: str | None) -> tuple[str, ...]:
    personal = field is not None and item.field(field).personal
    shown = [mask(text) if personal else without_identities(text) for text in texts[:SAMPLES]]
    return tuple(text if len(text) <= LONGEST else f"{text[:LONGEST]}…" for text in shown)
