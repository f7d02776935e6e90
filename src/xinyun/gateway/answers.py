"""What is answered: an answer as a value, its form on the wire, in the ledger and in its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

import msgspec

from xinyun.base import Reason
from xinyun.gateway.questions import Question
from xinyun.gateway.wire import encode
from xinyun.ledger.signed import commitment as commitment
from xinyun.ledger.signed import is_about
from xinyun.lists.queries import ToldMeasure, Verdict, basis_told

__all__ = [
    "Answer", "Candidate", "Claims", "Found", "Logged", "Reply", "Ruling", "as_read", "asked_about", "batch_claims", "canonical",
    "claims", "digest", "document", "instant", "is_about", "logged", "reason", "reference", "reply", "reply_digest", "with_receipt",
]  # fmt: skip


class Found(msgspec.Struct, frozen=True):
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


class Ruling(msgspec.Struct, frozen=True):
    """What was decided about one question, before it is logged.

    `known_at` is when what it rests on was last seen to be all that there is: `at` itself but for a gateway, which may
    answer while the archive is away.
    """

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
    known_at: datetime | None = None


class About(msgspec.Struct, frozen=True):
    """Whom an answer is about, as its client reads it: see `Found`."""

    code: str | None
    name: str | None
    known: bool
    current: str | msgspec.UnsetType | None = msgspec.UNSET
    others: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


class AsOf(msgspec.Struct, frozen=True):
    """On which knowledge and by which law was answered."""

    seq: int
    rulebook: str


class Reply(msgspec.Struct, frozen=True):
    """An answer without its receipt, as its client reads it.

    `candidates` only for a name alone, `reasons` only beyond the measures.
    """

    decision: str
    subject: About
    measures: tuple[ToldMeasure, ...]
    disputed: bool
    as_of: AsOf
    candidates: tuple[Candidate, ...] | msgspec.UnsetType = msgspec.UNSET
    reasons: tuple[dict[str, Any], ...] | msgspec.UnsetType = msgspec.UNSET


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


def reply(ruling: Ruling) -> Reply:
    """The answer without its receipt."""
    verdict, subject = ruling.verdict, ruling.subject
    about = About(subject.code, subject.name, subject.known)
    if subject.others:
        about = About(subject.code, subject.name, subject.known, subject.current, subject.others)
    return Reply(
        verdict.outcome,
        about,
        tuple([one.told for one in verdict.measures]) if verdict.measures else (),
        verdict.disputed,
        AsOf(ruling.seq, ruling.rulebook),
        msgspec.UNSET if ruling.candidates is None else ruling.candidates,
        tuple(reason(one) for one in verdict.remarks) if verdict.remarks else msgspec.UNSET,
    )


def as_read(told: Reply) -> dict[str, Any]:
    """What a client makes of an answer without its receipt."""
    return msgspec.json.decode(encode(told), type=dict[str, Any])


def reply_digest(told: Reply) -> str:
    """SHA-256 of an answer without its receipt, as it goes over the wire, in hexadecimal."""
    return digest(encode(told))


def digest(told: bytes) -> str:
    """The same of an answer that is written already."""
    return sha256(told).hexdigest()


def with_receipt(told: bytes, known_at: datetime, receipt: str) -> bytes:
    """What a gateway's client reads: an answer that is written already, how old it may be, and its receipt."""
    return b'%s,"known_at":"%s","receipt":"%s"}' % (told[:-1], instant(known_at).encode(), receipt.encode())


class Logged(msgspec.Struct, frozen=True):
    """What the ledger keeps of a check: who asked what, why, what was answered (`answer`, see `digest`), on which knowledge.

    What the archive may later tell otherwise, names and kinds, is kept as the rule had it: by it, the archive's history
    and the rulebook the check can be decided again. In the order of canonical JSON.
    """

    actor: str
    answer: str
    candidates: list[dict[str, Any]]
    case: str | None
    client: str
    code: str | None
    counting: tuple[tuple[str, str], ...]
    decision: str
    disputed: bool
    known_at: str | msgspec.UnsetType
    measures: list[tuple[str, int]]
    name: str | None
    office: str
    on: date
    others: tuple[str, ...]
    person: str | msgspec.UnsetType
    purpose: str
    ref: str
    rulebook: str
    scene: str
    seq: int
    subject: tuple[str | None, str, tuple[str, ...]] | None


def logged(ruling: Ruling, answer: str, actor: str) -> Logged:
    """What the ledger keeps of an answer, whose digest is given."""
    question, verdict, subject = ruling.question, ruling.verdict, ruling.subject
    return Logged(  # by position, in the order of the fields: by name it would take three times as long
        actor,
        answer,
        [_candidate(one) for one in ruling.candidates or ()],
        question.case,
        question.client,
        question.code,
        ruling.counting,
        verdict.outcome,
        verdict.disputed,
        instant(ruling.known_at) if ruling.known_at else msgspec.UNSET,
        [(measure.id, measure.entry) for measure in verdict.measures],
        question.name,
        question.office,
        ruling.on,
        subject.others,
        question.person or msgspec.UNSET,
        question.purpose,
        question.ref,
        ruling.rulebook,
        question.scene,
        ruling.seq,
        (subject.name, subject.kind, subject.names) if subject.known else None,
    )


canonical = msgspec.json.Encoder(order="deterministic").encode
"""`Logged` as the canonical JSON that the ledger commits to."""


def reference(ruling: Ruling) -> str:
    """What the ledger tells answers apart by.

    A question that its client sends again under the same key is logged once while its answer is the same; an answer
    that differs, because something changed in between, is a leaf of its own.
    """
    question = ruling.question
    if not question.repeatable:
        return question.ref
    told = msgspec.structs.replace(
        logged(ruling, "", ""), known_at=msgspec.UNSET
    )  # it moves on while nothing changes
    return f"{question.ref}.{sha256(canonical(told)).hexdigest()[:16]}"


class Claims(msgspec.Struct, frozen=True, kw_only=True):
    """What a receipt says of the answer that the ledger knows by `entry`; `subject` commits to whom it is about.

    `index` is its leaf's; a gateway, whose answers are sealed later, does not know it yet.
    """

    at: str
    entry: str
    index: int | msgspec.UnsetType = msgspec.UNSET
    kind: str = "check"
    outcome: str
    rulebook: str
    salt: str
    scene: str
    seq: int
    subject: str
    v: int = 1


def claims(
    ruling: Ruling, entry: str, at: datetime, salt: str, index: int | msgspec.UnsetType = msgspec.UNSET
) -> Claims:
    """What the receipt of an answer says, logged at an instant.

    Whoever holds it and knows the subject can tell with `is_about` that they match.
    """
    question = ruling.question
    return Claims(
        at=instant(at),
        entry=entry,
        index=index,
        outcome=ruling.verdict.outcome,
        rulebook=ruling.rulebook,
        salt=salt,
        scene=question.scene,
        seq=ruling.seq,
        subject=commitment(asked_about(question), salt),
    )


def batch_claims(told: dict[str, Any], at: datetime, index: int) -> dict[str, Any]:
    """What the receipt of a batch says: which file was answered, by which file."""
    kept = ("scene", "seq", "rulebook", "rows", "decisions", "input", "output")
    return {"v": 1, "kind": "screen", "at": instant(at), "index": index} | {key: told[key] for key in kept}


@lru_cache(maxsize=64)
def instant(at: datetime) -> str:
    """An instant as answers and receipts write it: UTC, with milliseconds."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def asked_about(question: Question) -> str:
    """The text that a receipt commits to: a person's keyed hash, else the code where one was given, else the name."""
    return question.person or question.code or question.name or ""


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
        "basis": basis_told(told.basis),
    }
