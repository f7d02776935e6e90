"""Questions about what offices did with records that were in the archive already."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive.queries import RevisionView
from xinyun.base.forms import is_one_line
from xinyun.base.identifiers import mask, normalise
from xinyun.collection.checking import without_identities
from xinyun.collection.models import Amendment, Submission
from xinyun.law import Item
from xinyun.plumbing.sealing import keyed_hash, open_sealed

_CHUNK = 200
_SEALED = "sealed:"


@dataclass(frozen=True, slots=True)
class AmendmentView:
    """An amendment as others see it; `state` is where a correction's submission stands, empty for the other kinds."""

    id: int
    kind: str
    item: str
    record: int
    office: str
    reason: str
    notice: str
    notified_on: date | None
    submission: str
    actor: str
    amended_on: date
    at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Content:
    """A record's values by field; those that `hidden` names are masked. `fixed` are the fields no correction changes."""

    values: dict[str, str]
    hidden: frozenset[str]
    fixed: frozenset[str]


def records_of_office(
    item: str,
    *,
    office: str | None,
    on: date,
    code: str = "",
    person: str = "",
    person_type: str = "身份证",
    number: str = "",
    limit: int = 50,
) -> list[RevisionView]:
    """Current records of an item by their subject's code, or a person's document, and by the document's number.

    With `office` only those that this office furnished. Nothing is found where nothing is asked for.

    :raises law.UnknownNorm, law.NotInForce: there is no such item on that day.
    """
    wanted = law.rulebook().on(on).item(item)
    code, person, number = normalise(code), normalise(person), number.strip()
    if wanted.display.number == wanted.subject.code and number and not code:
        code, number = normalise(number), ""
    asked = "".join([code, person, number])
    if not asked or not is_one_line(asked) or (number and not wanted.display.number):
        return []
    return archive.find_current(
        item,
        office=office,
        code=code,
        identity_hash=keyed_hash(f"{person_type}:{person}".encode()) if person else "",
        field=wanted.display.number,
        number=number,
        limit=limit,
    )


def amendments_of(record: int) -> list[AmendmentView]:
    """What was done with the record that a revision belongs to, the latest first."""
    ids = [one.id for one in archive.revisions_of(record)]
    return _views(Amendment.objects.filter(record__in=ids).order_by("-at", "-pk"))


def withdrawn_of_office(office: str | None, *, item: str = "", limit: int = 50) -> list[RevisionView]:
    """The records, of an item where it is given, that an office, or any, has taken back and that are still out.

    The latest first.
    """
    wanted = {name: value for name, value in {"office": office, "item": item}.items() if value}
    rows = Amendment.objects.filter(kind=Amendment.Kind.WITHDRAWN, **wanted)
    ids = rows.order_by("-at", "-pk").values_list("record", flat=True)
    found: dict[int, RevisionView] = {}
    start = 0
    while len(found) < limit and (chunk := list(ids[start : start + _CHUNK])):
        gone = archive.withdrawn_now(chunk)
        found |= {gone[id].id: gone[id] for id in chunk if id in gone and gone[id].id not in found}
        start += _CHUNK
    return list(found.values())[:limit]


def shown(row: RevisionView, item: Item) -> Content:
    """What a revision says, personal values and identity numbers masked."""
    values = opened(row)
    known = {field.name: field for field in item.fields}
    masked = {
        name: mask(text) if name in known and known[name].personal else without_identities(text)
        for name, text in values.items()
    }
    hidden = frozenset(name for name in values if masked[name] != values[name])
    return Content(masked, hidden, frozenset(fixed(item)))


def opened(row: RevisionView) -> dict[str, str]:
    """A revision's values by field, those that are stored sealed opened."""
    return {
        name: open_sealed(base64.b64decode(text.removeprefix(_SEALED))).decode()
        if text.startswith(_SEALED)
        else text
        for name, text in row.content.items()
    }


def corrected(row: RevisionView, changes: Mapping[str, str]) -> dict[str, str]:
    """What a record would say with these values, by field."""
    return {**opened(row), **changes}


def changed_fields(before: RevisionView, after: RevisionView) -> list[str]:
    """The fields in which two revisions of a record differ."""
    one, other = opened(before), opened(after)
    return [name for name in dict.fromkeys([*one, *other]) if one.get(name) != other.get(name)]


def fixed(item: Item) -> list[str]:
    """The fields by which a record of the item is told from others: its key, and whom it is about."""
    subject = item.subject
    whom = (subject.code, subject.kind_field, subject.person_id_type, subject.person_id)
    return list(dict.fromkeys(name for name in (*item.key, *whom) if name))


def _views(rows: Iterable[Amendment]) -> list[AmendmentView]:
    found = list(rows)
    sent = Submission.objects.filter(pk__in={row.submission for row in found if row.submission})
    states = dict(sent.values_list("pk", "state"))
    names = [name for name in AmendmentView.__dataclass_fields__ if name != "state"]
    return [
        AmendmentView(**{name: getattr(row, name) for name in names}, state=states.get(row.submission, ""))
        for row in found
    ]
