"""Answer checks: look up, decide, log, sign. And keep the check index."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import chain

from xinyun import law
from xinyun.archive import operations as archive
from xinyun.archive import queries as archived
from xinyun.base import Reason
from xinyun.gateway.answers import (
    Answer,
    Candidate,
    Found,
    Ruling,
    claims,
    digest,
    document,
    is_about,
    payload,
    told,
)
from xinyun.gateway.index import Known, Snapshot, index
from xinyun.gateway.questions import Question, admit
from xinyun.gateway.rulebooks import keep_rulebook
from xinyun.identity import queries as identity
from xinyun.ledger import operations as ledger
from xinyun.ledger import receipts
from xinyun.lists.queries import Standing, Verdict, check, check_name, clean, doubt_name, remark

__all__ = [
    "Answer",
    "Question",
    "admit",
    "answer",
    "decide",
    "document",
    "follow_index",
    "is_about",
    "log",
    "rebuild_index",
]

_CANDIDATES = 5


def answer(questions: Sequence[Question], *, at: datetime, on: date, actor: str = "gateway") -> list[Answer]:
    """Answer questions in their order, as archive and law stand on `on`, each logged before it is returned.

    :raises Refusal: a question is wrong (see `questions.admit`); then none is answered.
    :raises Exception: whatever kept the index or the ledger from working; then none is answered.
    """
    now = law.rulebook().on(on)
    admitted = [admit(question, now) for question in questions]
    follow_index(actor=actor, on=on)
    return log(decide(admitted, at=at, on=on, actor=actor), actor=actor, on=on)


def decide(questions: Sequence[Question], *, at: datetime, on: date, actor: str) -> list[Ruling]:
    """Decide questions that `admit` has passed, from the index as it stands; nobody is told yet."""
    now = law.rulebook().on(on)
    keep_rulebook(now.book)
    if any(question.code is None for question in questions):
        archive.follow_names(actor=actor, on=on)
    with index().reading() as snapshot:
        return [_rule(question, snapshot, now, at) for question in questions]


def log(rulings: Sequence[Ruling], *, actor: str, on: date) -> list[Answer]:
    """Log rulings with one durable append and sign their receipts; logging the same rulings again is logging once."""
    answers = [told(one) for one in rulings]
    entries = [
        ledger.Entry("check", one.at, payload(one, digest(said)), one.question.ref)
        for one, said in zip(rulings, answers, strict=True)
    ]
    leaves = ledger.append(entries, actor=actor, on=on)
    return [
        Answer(ruling, leaf.index, receipts.issue(claims(ruling, leaf.index, secrets.token_hex(16))), said)
        for ruling, leaf, said in zip(rulings, leaves, answers, strict=True)
    ]


def follow_index(*, actor: str, on: date) -> int:
    """Bring the check index up to the feed's head and return that `seq`."""
    return index().follow()


def rebuild_index(*, actor: str, on: date) -> int:
    """Build the check index from nothing and return the `seq` it stands at."""
    return index().rebuild()


def _rule(question: Question, snapshot: Snapshot, now: law.Law, at: datetime) -> Ruling:
    if question.code:
        verdict, subject = by_code(question, snapshot.lookup(question.code), now)
        return Ruling(question, verdict, subject, None, snapshot.seq, now.book.hash, at, now.day)
    exact, alike = _meant(question.name or "", snapshot)
    counting = exact or alike
    verdict, subject = by_name(question, ((known.standings, known.kind) for known in counting.values()), now)
    scene = now.scene(question.scene)
    exact_first = chain(*(_candidates(found, scene, now) for found in (exact, alike)))
    return Ruling(
        question, verdict, subject, tuple(exact_first)[:_CANDIDATES], snapshot.seq, now.book.hash, at, now.day,
        tuple((code, known.kind) for code, known in counting.items()),
    )  # fmt: skip


def by_code(question: Question, known: Known | None, now: law.Law) -> tuple[Verdict, Found]:
    """The rule for a code of which so much is known; nobody is listed under a code that the archive does not know."""
    scene = now.scene(question.scene)
    if known is None:
        return clean(scene), Found(question.code, question.name, False)
    verdict = check(known.standings, known.kind, scene, now)
    if question.name and not any(archived.same_name(question.name, name) for name in known.names):
        verdict = doubt_name(verdict)
    if known.ties:
        verdict = remark(verdict, (_said(tie, now) for tie in known.ties))
    found = Found(question.code, known.name, True, known.current, known.others, known.kind, known.names)
    return verdict, found


def by_name(
    question: Question, counting: Iterable[tuple[Iterable[Standing], str]], now: law.Law
) -> tuple[Verdict, Found]:
    """The rule for a name alone, that so many subjects may be meant by, each with its standings and its kind."""
    verdict = check_name(counting, now.scene(question.scene), now)
    return verdict, Found(None, question.name, False)


def _said(tie: identity.Tie, now: law.Law) -> Reason:
    """What became of a code, as a reason to read: a listing follows its subject to another code, never to a successor."""
    kind = "same-subject" if tie.is_same else "another-subject"
    return Reason(kind, identity.said(tie, now), identity.basis_of(tie, now))


def _meant(asked: str, snapshot: Snapshot) -> tuple[dict[str, Known], dict[str, Known]]:
    """Who bears the very name, all of them, and those whose name contains it: they count where nobody bears it."""
    exact = _known(archived.codes_of(asked), snapshot)
    hits = [hit.code for hit in archived.search(asked, limit=_CANDIDATES, broad=False).hits]
    return exact, _known([code for code in hits if code not in exact], snapshot)


def _known(codes: list[str], snapshot: Snapshot) -> dict[str, Known]:
    return {code: known for code in codes if (known := snapshot.lookup(code))}


def _candidates(found: dict[str, Known], scene: law.Scene, now: law.Law) -> list[Candidate]:
    """Those in whom something bears come first, for few are shown."""
    candidates = [
        Candidate(
            code,
            known.name,
            _bears(known, scene, now),
            known.division,
            known.status,
            known.established_on,
        )
        for code, known in found.items()
    ]
    return sorted(candidates, key=lambda candidate: not candidate.bearing)


def _bears(known: Known, scene: law.Scene, now: law.Law) -> bool:
    return check(known.standings, known.kind, scene, now).outcome not in ("pass", "benefit")
