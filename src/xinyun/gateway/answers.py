"""What is answered: an answer as a value, its form on the wire, in the ledger and in its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

import msgspec

from xinyun.base import Basis, Reason
from xinyun.gateway.questions import Question
from xinyun.gateway.wire import encode
from xinyun.ledger.signed import commitment, is_about
from xinyun.lists.queries import Applied, Verdict

__all__ = [
    "Answer", "Candidate", "Found", "Ruling", "asked_about", "batch_claims", "claims", "document", "is_about", "payload", "reason",
    "reference", "reply", "reply_digest", "said",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a question was about: `known` when the archive has the code; `name` is then the archive's.

    `current` is the code that counts now and `others` are the subject's other codes, where it has any. `kind` and
    `names`, what it is called under any of its codes, are those that the rule went by.
    """

    code: str | None
    name: str | None
    known: bool
    current: str | None = None
    others: tuple[str, ...] = ()
    kind: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A subject that a name may mean; `bearing` when one of its entries bears in the scene."""

    code: str
    name: str
    bearing: bool
    division: str = ""
    status: str = ""
    established_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided about one question, before it is logged."""

    question: Question
    verdict: Verdict
    subject: Found
    candidates: tuple[Candidate, ...] | None
    seq: int
    rulebook: str
    at: datetime
    on: date
    counting: tuple[tuple[str, str], ...] = ()
    """Code and kind of each subject that a name alone was taken to mean."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A ruling that is in the ledger at `index`, with its receipt; `told` is the answer without it."""

    ruling: Ruling
    index: int
    receipt: str
    told: dict[str, Any]

    @property
    def outcome(self) -> str:
        """pass, remind, review, block or benefit."""
        return self.ruling.verdict.outcome


def document(answer: Answer) -> dict[str, Any]:
    """The answer as its client reads it."""
    return answer.told | {"receipt": answer.receipt}


def reply(ruling: Ruling) -> dict[str, Any]:
    """The answer without its receipt; `candidates` only for a name alone, `reasons` only beyond the measures."""
    verdict = ruling.verdict
    found = {
        "decision": verdict.outcome,
        "subject": _subject(ruling.subject),
        "measures": [_measure(measure) for measure in verdict.measures],
        "disputed": verdict.disputed,
        "as_of": {"seq": ruling.seq, "rulebook": ruling.rulebook},
    }
    if ruling.candidates is not None:
        found["candidates"] = [_candidate(one) for one in ruling.candidates]
    if verdict.remarks:
        found["reasons"] = [reason(remark) for remark in verdict.remarks]
    return found


def reply_digest(told: dict[str, Any]) -> str:
    """SHA-256 of an answer without its receipt, as it goes over the wire, in hexadecimal."""
    return sha256(encode(told)).hexdigest()


def payload(ruling: Ruling, answer: str) -> dict[str, Any]:
    """What the ledger keeps of a check: who asked what, why, what was answered (`answer`, see `reply_digest`), on which knowledge.

    What the archive may later tell otherwise, names and kinds, is kept as the rule had it: by it, the archive's history
    and the rulebook the check can be decided again.
    """
    question, verdict, subject = ruling.question, ruling.verdict, ruling.subject
    return {
        "scene": question.scene,
        "code": question.code,
        "name": question.name,
        "client": question.client,
        "office": question.office,
        "purpose": question.purpose,
        "case": question.case,
        "ref": question.ref,
        "decision": verdict.outcome,
        "measures": [[measure.id, measure.entry] for measure in verdict.measures],
        "subject": [subject.name, subject.kind, list(subject.names)] if subject.known else None,
        "counting": [list(one) for one in ruling.counting],
        "candidates": [_candidate(one) for one in ruling.candidates or ()],
        "others": list(subject.others),
        "disputed": verdict.disputed,
        "seq": ruling.seq,
        "rulebook": ruling.rulebook,
        "on": ruling.on.isoformat(),
        "answer": answer,
        **({"person": question.person} if question.person else {}),
    }


def reference(ruling: Ruling, answer: str) -> str:
    """What the ledger tells answers apart by.

    A question that its client sends again under the same key is logged once while its answer is the same; an answer
    that differs, because something changed in between, is a leaf of its own.
    """
    question = ruling.question
    if not question.repeatable:
        return question.ref
    said = sha256(msgspec.json.encode(payload(ruling, answer), order="deterministic")).hexdigest()[:16]
    return f"{question.ref}.{said}"


def claims(ruling: Ruling, index: int, at: datetime, salt: str) -> dict[str, Any]:
    """What a receipt says, of a leaf and its instant; whoever holds it and knows the subject can tell with `is_about` that they match."""
    as_of = {"seq": ruling.seq, "rulebook": ruling.rulebook}
    told = said(ruling.question, ruling.verdict.outcome, as_of, at, salt)
    return {"kind": "check", "index": index, **told}


def said(question: Question, outcome: str, as_of: dict[str, Any], at: datetime, salt: str) -> dict[str, Any]:
    """What the receipts of real checks and of the sandbox's have in common."""
    return {
        "v": 1,
        "at": _instant(at),
        "outcome": outcome,
        "scene": question.scene,
        **as_of,
        "subject": commitment(asked_about(question), salt),
        "salt": salt,
    }


def batch_claims(told: dict[str, Any], at: datetime, index: int) -> dict[str, Any]:
    """What the receipt of a batch says: which file was answered, by which file."""
    kept = ("scene", "seq", "rulebook", "rows", "decisions", "input", "output")
    return {"v": 1, "kind": "screen", "at": _instant(at), "index": index} | {key: told[key] for key in kept}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def asked_about(question: Question) -> str:
    """The text that a receipt commits to: a person's keyed hash, else the code where one was given, else the name."""
    return question.person or question.code or question.name or ""


def _subject(found: Found) -> dict[str, Any]:
    told: dict[str, Any] = {"code": found.code, "name": found.name, "known": found.known}
    return told | ({"current": found.current, "others": list(found.others)} if found.others else {})


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "bearing": one.bearing,
        "division": one.division,
        "status": one.status,
        "established_on": one.established_on.isoformat() if one.established_on else None,
    }


def reason(told: Reason) -> dict[str, Any]:
    """A reason as its reader gets it."""
    return {
        "code": told.code,
        "title": told.text.zh,
        "title_en": told.text.en,
        "basis": _basis(told.basis),
    }


def _measure(measure: Applied) -> dict[str, Any]:
    return {
        "id": measure.id,
        "title": measure.title.zh,
        "effect": measure.effect,
        "list": measure.list_id,
        "entry": measure.entry,
        "basis": _basis(measure.basis),
        "until": measure.until.isoformat() if measure.until else None,
    }


def _basis(basis: tuple[Basis, ...]) -> list[str]:
    return [str(one) for one in basis]
