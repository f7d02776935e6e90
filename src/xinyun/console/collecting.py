"""The pages on which files come in: what an office sent, what became of each, what waits for a second officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from xinyun import law
from xinyun.base import Basis, Text
from xinyun.collection import queries as collection
from xinyun.collection import records
from xinyun.collection.arrivals import arrivals
from xinyun.collection.queries import BatchView, SubmissionView
from xinyun.collection.remapping import SentColumn
from xinyun.collection.wording import rule as rule_in_words
from xinyun.console import wording
from xinyun.console.queries import headed, titled
from xinyun.console.wording import Standing
from xinyun.law import Law
from xinyun.law.citing import cite

LATEST = 20
MAPPABLE = {"missing-columns", "same-column-twice", "unmapped-columns"}
"""Refusals of a whole file after which a person may say which column is which field."""


class Choice(NamedTuple):
    """One value of a list."""

    value: str
    said: Text


class Tally(NamedTuple):
    """How many faults of a rule."""

    rule: str
    said: Text
    count: int


class ItemLink(NamedTuple):
    """An item that an office may furnish."""

    id: str
    title: Text


class Doubt(NamedTuple):
    """Why a submission waits for a second officer."""

    said: Text
    basis: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file was refused as a whole, and what to do about it."""

    code: str
    what: Text
    remedy: Text
    fields: tuple[tuple[Text, Text], ...]
    basis: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A column of a file, the field that is chosen for it, and how sure that is."""

    title: str
    samples: tuple[str, ...]
    chosen: str
    sure: Text
    tone: str


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field that a column may be."""

    name: str
    title: Text
    required: bool


@dataclass(frozen=True, slots=True)
class MappingPage:
    """Which column of a file is which field."""

    id: str
    file_name: str
    item: Text
    columns: tuple[ColumnRow, ...]
    fields: tuple[FieldChoice, ...]


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """A submission in a list; the counts are `None` until it is in the archive."""

    id: str
    file_name: str
    item: Text
    office: Text
    way: Text
    at: datetime
    standing: Standing
    received: int | None
    rejected: int | None


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """An office's first page of collection; for the centre, that of all offices."""

    office: Text | None
    office_id: str
    offices: tuple[tuple[str, Text], ...]
    item: str
    items: tuple[tuple[Text, tuple[ItemLink, ...]], ...]
    may_submit: bool
    clock: records.Waiting
    submissions: tuple[SubmissionRow, ...]
    held: tuple[SubmissionRow, ...]
    largest: str

    @property
    def all_offices(self) -> bool:
        """Whether rows of several offices stand together."""
        return self.office is None

    @property
    def item_count(self) -> int:
        """How many items may be furnished."""
        return sum(len(items) for _, items in self.items)


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """A submission, and what became of it."""

    id: str
    file_name: str
    item: Text
    office: Text
    way: Text
    actor: str
    at: datetime
    size: int
    standing: Standing
    is_moving: bool
    progress: int
    problem: Problem | None
    may_map: bool
    may_mend: bool
    doubts: tuple[Doubt, ...]
    may_review: bool
    reviewed_by: str
    review: str
    counts: BatchView | None
    open: int
    faults: tuple[Tally, ...]
    warnings: tuple[Tally, ...]
    ignored: tuple[str, ...]


def collection_page(user: Any, on: date, *, item: str = "", office: str = "") -> CollectionPage:
    """What this person's office has sent, and may send; the centre's staff see all offices."""
    now, own = law.rulebook().on(on), scope(user)
    furnisher = own or office
    return CollectionPage(
        office=titled(partial(now.office, own), own) if own else None,
        office_id=furnisher,
        offices=() if own else tuple((one.id, Text(one.title, one.english)) for one in now.offices()),
        item=item,
        items=items_of(now, own),
        may_submit=may_submit(user),
        clock=records.waiting(own, on),
        submissions=_rows(arrivals(limit=LATEST, office=own), now),
        held=() if own else _rows(collection.submissions(limit=200, state="held"), now),
        largest=filesizeformat(settings.XINYUN.upload_limit),
    )


def submission_page(found: SubmissionView, user: Any, on: date) -> SubmissionPage:
    """A submission as this person may see it."""
    now, batch = law.rulebook().on(on), found.batch
    problem = _problem(found.problem, found.item, now) if found.problem else None
    return SubmissionPage(
        id=found.id,
        file_name=found.file_name,
        item=titled(partial(now.item, found.item), found.item),
        office=titled(partial(now.office, found.office), found.office),
        way=wording.WAYS[found.way],
        actor=person(found.actor),
        at=found.at,
        size=found.size,
        standing=_standing(found),
        is_moving=found.state in {"waiting", "running"},
        progress=found.progress,
        problem=problem,
        may_map=may_submit(user) and bool(problem and problem.code in MAPPABLE),
        may_mend=may_submit(user),
        doubts=tuple(_doubt(one, now) for one in found.doubts or ()) if found.state == "held" else (),
        may_review=user.holds("operator") and found.actor != actor_of(user),
        reviewed_by=person(found.reviewed_by),
        review=found.review,
        counts=batch,
        open=records.waiting(None, on, batch=found.id).open,
        faults=_tallies(batch.faults) if batch else (),
        warnings=_tallies(batch.warnings) if batch else (),
        ignored=batch.ignored if batch else (),
    )


def mapping_page(
    found: SubmissionView, columns: list[SentColumn], on: date, chosen: dict[str, str] | None = None
) -> MappingPage:
    """The columns of a submitted file with the proposals for them; `chosen` is what was chosen so far."""
    item = law.rulebook().on(on).item(found.item)
    return MappingPage(
        id=found.id,
        file_name=found.file_name,
        item=Text(item.title, item.english),
        columns=tuple(
            ColumnRow(
                one.proposal.title,
                one.samples,
                (one.proposal.field or "") if chosen is None else chosen.get(one.proposal.title, ""),
                *wording.sure(one.proposal.how, one.proposal.score),
            )
            for one in columns
        ),
        fields=tuple(
            FieldChoice(field.name, headed(field), field.required == "yes") for field in item.fields
        ),
    )


def items_of(now: Law, office: str | None) -> tuple[tuple[Text, tuple[ItemLink, ...]], ...]:
    """The items that an office may furnish by the catalogue, or all of them, by chapter."""
    department = now.office(office).department if office else None
    chapters = now.codes("catalogue-chapter")
    found: dict[str, list[ItemLink]] = {label: [] for label in chapters.labels}
    for item in sorted(now.items(), key=lambda item: item.id):
        if department is None or item.admits(department):
            found[item.chapter].append(ItemLink(item.id, Text(item.title, item.english)))
    return tuple(
        (Text(label, chapters.english_labels[label]), tuple(items)) for label, items in found.items() if items
    )


def scope(user: Any) -> str | None:
    """The one office that this person may see, or `None` for all."""
    return user.office if user.holds("clerk") else None


def may_submit(user: Any) -> bool:
    """Whether this person furnishes; an auditor reads."""
    return user.holds("clerk") or user.holds("operator")


def actor_of(user: Any) -> str:
    """How what this person does is recorded."""
    return f"user:{user.get_username()}"


def person(actor: str) -> str:
    """An actor as a page names it: a person by the name with which they log in."""
    return actor.removeprefix("user:")


def _standing(found: SubmissionView) -> Standing:
    standing = wording.STANDINGS[found.state]
    if found.batch and not found.batch.rejected:
        return standing._replace(meaning=wording.ALL_GOOD)
    return standing


def _rows(found: list[SubmissionView], now: Law) -> tuple[SubmissionRow, ...]:
    return tuple(
        SubmissionRow(
            id=one.id,
            file_name=one.file_name,
            item=titled(partial(now.item, one.item), one.item),
            office=titled(partial(now.office, one.office), one.office),
            way=wording.WAYS[one.way],
            at=one.at,
            standing=wording.STANDINGS[one.state],
            received=one.batch.received if one.batch else None,
            rejected=one.batch.rejected if one.batch else None,
        )
        for one in found
    )


def _tallies(counts: dict[str, int]) -> tuple[Tally, ...]:
    found = [Tally(rule, rule_in_words(rule), count) for rule, count in counts.items() if count]
    return tuple(sorted(found, key=lambda tally: -tally.count))


def _doubt(told: dict[str, Any], now: Law) -> Doubt:
    return Doubt(Text(told["text"], told["text_en"]), _cited(told["basis"], now))


def _cited(basis: list[str], now: Law) -> tuple[Text, ...]:
    """The articles of a document as people cite them."""
    return cite((Basis(*one.split(" ", 1)) for one in basis), now)


def _problem(told: dict[str, Any], item: str, now: Law) -> Problem:
    """A problem document in words; fields are told by their titles, not by their names."""
    try:
        titles = {field.name: headed(field) for field in now.item(item).fields}
    except (law.UnknownNorm, law.NotInForce):
        titles = {}
    return Problem(
        code=told["code"],
        what=Text(told["title"], told["title_en"]),
        remedy=Text(told["detail"], told["detail_en"]),
        fields=tuple(
            (
                titles.get(one["field"], Text(one["field"], one["field"])),
                Text(one["detail"], one["detail_en"]),
            )
            for one in told["errors"]
        ),
        basis=_cited(told["basis"], now),
    )
