"""The pages on which the rulebook is changed: which norms there are, the form of an edition, a draft in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from xinyun import law
from xinyun.base import Text
from xinyun.console.controls import Input, inputs
from xinyun.law.loader import FOLDERS
from xinyun.rulemaking import queries
from xinyun.rulemaking.queries import DraftView
from xinyun.rulemaking.rules import KINDS, Change, edited, heading

FILE_KINDS = tuple(FOLDERS.values())
"""Every kind of norm file that may be sent whole; sources and worked cases have no form."""


@dataclass(frozen=True, slots=True)
class NormRow:
    """A norm that an officer may change."""

    kind: str
    id: str
    title: Text
    file: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All norms by kind, and the latest drafts."""

    kinds: tuple[tuple[str, Text, tuple[NormRow, ...]], ...]
    drafts: tuple[DraftView, ...]


@dataclass(frozen=True, slots=True)
class EditionForm:
    """The form of a new edition; `norm` is empty where the norm itself is new."""

    kind: str
    kind_title: Text
    norm: str
    title: Text
    file: str
    jurisdictions: tuple[str, ...]
    since: str
    controls: tuple[Input, ...]

    @property
    def is_new(self) -> bool:
        """Whether the norm itself is new."""
        return not self.norm


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One edition that the draft changes, in words, with how many open matters it touches today."""

    heading: Text
    whom: tuple[Text, ...]
    said: tuple[Text, ...]
    open: int


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A draft: its text, what it changes, and why it would not hold any more, if it would not."""

    draft: DraftView
    changes: tuple[ChangeRow, ...]
    faults: tuple[Text, ...]


def overview() -> Overview:
    """What there is to change, and what is being changed."""
    book = law.rulebook()
    kinds = tuple(
        (
            kind,
            title,
            tuple(
                NormRow(kind, id, book.title_of(kind, id), book.file_of(kind, id)) for id in book.ids(kind)
            ),
        )
        for kind, title in KINDS.items()
    )
    return Overview(kinds, tuple(queries.drafts()))


def edition_form(kind: str, norm: str, on: date) -> EditionForm | None:
    """The form of the next edition of a norm, filled from its last one; of a first edition where `norm` is empty.

    `None` where there is no such kind, or no such norm.
    """
    book = law.rulebook()
    if kind not in KINDS or (norm and norm not in book.ids(kind)):
        return None
    editions = [edition for _, _, edition in book.editions(kind, norm) if edition] if norm else []
    return EditionForm(
        kind=kind,
        kind_title=KINDS[kind],
        norm=norm,
        title=book.title_of(kind, norm) if norm else Text("", ""),
        file=book.file_of(kind, norm) if norm else "",
        jurisdictions=book.jurisdictions,
        since=str(on + timedelta(days=1)),
        controls=inputs(book.schema_of(kind), editions[-1] if editions else {}),
    )


def draft_page(id: int, on: date) -> DraftPage | None:
    """A draft as it stands against the rulebook of today; `None` where there is none of that number."""
    draft = queries.draft(id)
    if draft is None:
        return None
    if draft.state != "open":
        return DraftPage(draft, (), ())
    try:
        book = queries.prove(draft.file, draft.text, on)
    except queries.DraftFaulty as refused:
        return DraftPage(draft, (), tuple(text for _, text in refused.fields))
    now = law.rulebook()
    return DraftPage(draft, tuple(_row(change, now.on(on)) for change in edited(now, book)), ())


def _row(change: Change, now: law.Law) -> ChangeRow:
    return ChangeRow(heading(change), change.whom, change.said, queries.touched(change, now))
