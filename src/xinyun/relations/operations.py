"""What is done about relations: links follow records and are made anew, and whoever asks is in the ledger first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.base.forms import is_one_line
from xinyun.law import Relation
from xinyun.ledger import operations as ledger
from xinyun.plumbing import feed
from xinyun.relations import keeping, queries
from xinyun.relations.answers import Associated, Related, Responsible
from xinyun.relations.models import Link
from xinyun.relations.rules import Viewer

KIND = "relations.read"
"""The kind of the ledger's entries about questions of relations."""
LONGEST = 200


class NoPurpose(Refusal):
    """It is not said what the answer is for, or not in one line."""

    code = "no-purpose"


def follow(*, item: str, seq: int, actor: str, on: date) -> None:
    """End the links that a change of the feed replaced and write those that it told, in the caller's transaction."""
    telling = _telling(item, on)
    if telling or Link.objects.filter(item=item).exists():
        keeping.end_replaced(item, seq)
    for relation in telling:
        keeping.keep(relation, item, seq)


def end(*, item: str, records: Sequence[int], seq: int, actor: str, on: date) -> None:
    """End the links of records that were taken back; `records` are the revisions that say so."""
    keeping.end_withdrawn(records, seq)


def drop(*, order: int, actor: str, on: date) -> None:
    """Drop the links of records that an order of erasure names, in the caller's transaction."""
    keeping.drop_erased(order)


@transaction.atomic
def rebuild(*, actor: str, on: date) -> int:
    """Make every link anew from the records by the law of a day; returns how many hold."""
    feed.lock()
    keeping.forget()
    for relation in law.rulebook().on(on).relations():
        for item in relation.told:
            keeping.keep(relation, item, None)
    return Link.objects.filter(ended_seq__isnull=True).count()


def look(*, code: str, steps: int, purpose: str, office: str, actor: str, on: date, at: datetime) -> Related:
    """Show an officer who stands around a subject, once it is in the ledger that, and why, it was asked.

    :raises NoPurpose: it is not said what for.
    :raises queries.UnknownSubject: the archive does not know the code.
    """
    purpose = _demand_purpose(purpose)
    answer = queries.related(code, on=on, viewer=Viewer.OFFICER, steps=steps)
    _log("related", code, answer.identity_hashes, purpose=purpose, office=office, actor=actor, on=on, at=at)
    return answer


def associate(
    *, code: str, purpose: str, viewer: Viewer, office: str, actor: str, on: date, at: datetime
) -> Associated:
    """Tell which listed subjects stand within two steps, once it is in the ledger that, and why, it was asked.

    :raises NoPurpose: it is not said what for.
    :raises queries.UnknownSubject: the archive does not know the code.
    """
    purpose = _demand_purpose(purpose)
    answer = queries.associated(code, on=on, viewer=viewer)
    found, persons = {"found": [one.node.key for one in answer.found]}, answer.identity_hashes
    _log("association", code, persons, purpose=purpose, office=office, actor=actor, on=on, at=at, **found)
    return answer


def answer_for(
    *, code: str, purpose: str, office: str, actor: str, on: date, at: datetime
) -> tuple[Responsible, ...]:
    """Tell an officer who answers for a listed subject, once it is in the ledger that, and why, it was asked.

    :raises NoPurpose: it is not said what for.
    :raises queries.UnknownSubject, queries.NotListed, queries.NoArticle: as for `queries.responsible`.
    """
    purpose = _demand_purpose(purpose)
    answer = queries.responsible(code, on=on)
    persons = dict.fromkeys(one.identity_hash for one in answer)
    _log("responsible", code, persons, purpose=purpose, office=office, actor=actor, on=on, at=at)
    return answer


def _telling(item: str, on: date) -> list[Relation]:
    return [one for one in law.rulebook().on(on).relations() if item in one.told]


def _log(
    question: str, code: str, persons: Iterable[str], *, purpose: str, office: str, actor: str, on: date,
    at: datetime, **told: Any,
) -> None:  # fmt: skip
    """Persons are named by their keyed hash alone, so that the log can be kept when their data are not.

    What names one person alone is logged as about that person; what names several can lie under no one's key.
    """
    persons = list(persons)
    about = {"question": question, "code": code, "purpose": purpose, "office": office, **told}
    about |= {"persons": persons} if persons else {}
    about |= {"seq": feed.head(), "rulebook": law.rulebook().hash}
    entry = ledger.Entry(KIND, at, about, about=persons[0] if len(persons) == 1 else None)
    ledger.append([entry], actor=actor, on=on)


def _demand_purpose(purpose: str) -> str:
    told = purpose.strip()
    if not 2 <= len(told) <= LONGEST or not is_one_line(told):
        raise NoPurpose(
            Text("没有写明用途。", "The purpose is missing."),
            Text(f"请用一行、2 至 {LONGEST} 字写明。", f"Say it in one line of 2 to {LONGEST} characters."),
            fields=(("purpose", Text("没有写明用途", "missing")),),
        )
    return told
