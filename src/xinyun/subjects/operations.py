"""What is done with the subject base: an officer finds a natural person, once it is in the ledger that, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive.queries import RevisionView
from xinyun.base import Refusal, Text
from xinyun.base.forms import is_one_line
from xinyun.base.identifiers import is_resident_id, mask, mask_name, normalise
from xinyun.collection.queries import shown
from xinyun.law import Item, Law
from xinyun.ledger import operations as ledger
from xinyun.subjects.queries import CARD, hash_of

KIND = "person.find"
"""The kind of the ledger's entries about looking for a person."""
LONGEST, LONGEST_NUMBER = 200, 40


class WrongNumber(Refusal):
    """The number cannot be one of such a document; it is not told back."""

    code = "wrong-number"


class NoPurpose(Refusal):
    """It is not said what the person is looked for, or not in one line."""

    code = "no-purpose"


class NoNorm(Refusal):
    """Nothing is destroyed without the article that says so."""

    code = "no-norm"


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A record about a person, as this officer may read it: personal values and names masked."""

    id: int
    item: str
    title: Text
    number: str
    decided_on: date | None
    office: str
    values: tuple[tuple[Text, str], ...]


@dataclass(frozen=True, slots=True)
class PersonFound:
    """A person as far as an officer is told: name and number masked, and the records that the officer may read.

    `is_known` is whether the archive holds anything under the number; `withheld` records are another office's, or such
    as only the person may have shown.
    """

    number: str
    name: str
    is_known: bool
    records: tuple[PersonRecord, ...] = ()
    withheld: int = 0


def find_person(
    *,
    number: str,
    purpose: str,
    document: str = CARD,
    reader: str | None,
    office: str,
    actor: str,
    on: date,
    at: datetime,
) -> PersonFound:
    """Find a natural person by the whole number of an identity document; it is in the ledger before anything is told.

    `reader` is the one office whose records the officer may read, `None` for all. That nothing was found is logged too.

    :raises NoPurpose: it is not said what for.
    :raises WrongNumber: a number that no such document bears, or a kind of document that the law does not know.
    """
    now, purpose = law.rulebook().on(on), _demand_purpose(purpose)
    document, plain = _demand_number(document, number, now)
    identity_hash = hash_of(document, plain)
    found = archive.person(identity_hash)
    about = {"identity_hash": identity_hash, "purpose": purpose, "office": office, "found": found is not None}
    ledger.append([ledger.Entry(KIND, at, about, about=identity_hash)], actor=actor, on=on)
    if found is None:
        return PersonFound(mask(plain), "", False)
    rows = list(archive.revisions([one.id for one in archive.records_of(found.id)]))
    told = tuple(_readable(rows, reader, now))
    return PersonFound(mask(plain), mask_name(found.name), True, told, len(rows) - len(told))


def shred_person(
    *, number: str, norm: str, article: str, document: str = CARD, actor: str, on: date, at: datetime
) -> int:
    """Make unreadable for good what the ledger holds about a person, at the person's request; how many contents that was.

    The order names the norm and its articles, and is in the ledger; leaves and proofs stay.

    :raises WrongNumber: a number that no such document bears, or a kind of document that the law does not know.
    :raises NoNorm: no instrument of the rulebook, or no article, is named.
    """
    now = law.rulebook().on(on)
    document, plain = _demand_number(document, number, now)
    if norm not in now.book.sources or not article.strip() or not is_one_line(article):
        raise NoNorm(
            Text("没有写明依据哪一份法规的哪一条。", "It is not said by which article of which instrument."),
            Text(
                "请写法规库里的文件编号和条次，如 law-personal-information 第四十七条。",
                "Name a source of the rulebook and its article, such as law-personal-information and its article 47.",
            ),
        )
    about = hash_of(document, plain)
    return ledger.shred(about, norm=norm, basis=f"{norm} {article.strip()}", actor=actor, on=on, at=at)


def _readable(rows: list[RevisionView], reader: str | None, now: Law) -> Iterator[PersonRecord]:
    """The records that an officer may read without the person's consent."""
    items = {item.id: item for item in now.items()}
    for row in sorted(rows, key=lambda one: (one.decided_on or date.min, one.id), reverse=True):
        item = items.get(row.item)
        if item and item.publicity != "consent" and reader in (None, row.office):
            yield _told(row, item)


def _told(row: RevisionView, item: Item) -> PersonRecord:
    values = dict(shown(row, item).values)
    if name := values.get(item.subject.name):
        values[item.subject.name] = mask_name(name)
    titles = archive.titles_of(item)
    return PersonRecord(
        row.id,
        row.item,
        Text(item.title, item.english[:1].upper() + item.english[1:]),
        values.get(item.display.number, ""),
        row.decided_on,
        row.office,
        tuple((titles[name], text) for name, text in values.items() if text and name in titles),
    )


def _demand_number(document: str, number: str, now: Law) -> tuple[str, str]:
    """The kind of document by its official label, and the number in its normal form."""
    plain, listed = normalise(number), now.codes("id-type")
    label = listed.spellings.get(document.strip(), "")
    if not label:
        raise WrongNumber(
            Text("没有这种证件。", "There is no such kind of document."),
            Text(f"可选：{'、'.join(listed.labels)}。", f"One of: {', '.join(listed.labels)}."),
            fields=(("document", Text("没有这种证件", "unknown")),),
        )
    if label == CARD and not is_resident_id(plain):
        why = (
            Text(
                f"身份证号是 18 位，输入了 {len(plain)} 位。",
                f"It has {len(plain)} characters and should have 18.",
            )
            if len(plain) != 18
            else Text(
                "身份证号的出生日期或校验位不对，可能有一位输错。",
                "Its birth date or check digit is wrong: a digit may be mistyped.",
            )
        )
        raise WrongNumber(
            why,
            Text(
                "请对照证件逐位核对后重输；没有查询，也没有记录。",
                "Compare it with the document and type it again; nothing was searched or logged.",
            ),
            fields=(("number", Text("号码不对", "not such a number")),),
        )
    if not 3 < len(plain) <= LONGEST_NUMBER or not is_one_line(plain):
        raise WrongNumber(
            Text("证件号码过短或过长。", "The number is too short or too long."),
            Text("请对照证件重输。", "Compare it with the document."),
            fields=(("number", Text("号码不对", "not such a number")),),
        )
    return label, plain


def _demand_purpose(purpose: str) -> str:
    told = purpose.strip()
    if not 2 <= len(told) <= LONGEST or not is_one_line(told):
        raise NoPurpose(
            Text("没有写明用途。", "The purpose is missing."),
            Text(f"请用一行、2 至 {LONGEST} 字写明。", f"Say it in one line of 2 to {LONGEST} characters."),
            fields=(("purpose", Text("没有写明用途", "missing")),),
        )
    return told
