"""Answer checks: look up, decide, log, sign. And keep the check index."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Protocol

import msgspec
import polars as pl
from django.conf import settings
from msgspec.structs import replace

from xinyun import law
from xinyun.accounts.queries import ClientView, key_digest_of
from xinyun.archive import operations as archive
from xinyun.gateway import bundling, columns, embedding, screening, sealing
from xinyun.gateway.answers import (
    Answer,
    Ruling,
    as_read,
    batch_claims,
    canonical,
    claims,
    document,
    is_about,
    logged,
    reference,
    reply,
    reply_digest,
)
from xinyun.gateway.index import index
from xinyun.gateway.questions import Question, admit, demand_granted, of_person
from xinyun.gateway.rulebooks import keep_rulebook
from xinyun.gateway.rulings import rule
from xinyun.gateway.screening import Counts, Screen
from xinyun.gateway.wire import Upload
from xinyun.ledger import operations as ledger
from xinyun.ledger import receipts
from xinyun.plumbing.ahead import ahead

__all__ = [
    "Answer",
    "Question",
    "Screened",
    "admit",
    "answer",
    "answer_once",
    "decide",
    "document",
    "follow_index",
    "is_about",
    "log",
    "make_bundle",
    "of_person",
    "rebuild_index",
    "record_offline",
    "screen",
    "seal_answered",
]

_TOGETHER = 100
"""Pieces of a batch that go to the ledger in one append."""


class Sheet(Protocol):
    """Where the answers of a batch go."""

    def write(self, frame: pl.DataFrame) -> None:
        """Add rows."""

    def close(self) -> str:
        """End it, and give the SHA-256 of what was written."""


def answer(questions: Sequence[Question], *, at: datetime, on: date, actor: str = "gateway") -> list[Answer]:
    """Answer questions in their order, as archive and law stand on `on`, each logged before it is returned.

    :raises Refusal: a question is wrong (see `questions.admit`); then none is answered.
    :raises Exception: whatever kept the index or the ledger from working; then none is answered.
    """
    now = law.rulebook().on(on)
    admitted = [admit(question, now) for question in questions]
    follow_index(actor=actor, on=on)
    return log(decide(admitted, at=at, on=on, actor=actor), actor=actor, on=on)


def answer_once(question: Question, *, at: datetime, on: date, actor: str) -> Answer:
    """Answer a question that `admit` has passed, whose `ref` may be answered one time.

    :raises TicketRefused: it was answered already, perhaps while this one was being decided.
    """
    follow_index(actor=actor, on=on)
    (ruling,) = decide([question], at=at, on=on, actor=actor)
    said = reply(ruling)
    (leaf,) = ledger.append([_entry(ruling, reply_digest(said), actor)], actor=actor, on=on)
    if leaf.at != ruling.at:  # the leaf is an earlier answer's
        raise embedding.used()
    (receipt,) = receipts.issue_together(
        [claims(ruling, question.ref, leaf.at, secrets.token_hex(16), leaf.index)]
    )
    return Answer(ruling, leaf.index, receipt, as_read(said))


def decide(questions: Sequence[Question], *, at: datetime, on: date, actor: str) -> list[Ruling]:
    """Decide questions that `admit` has passed, from the index as it stands; nobody is told yet."""
    now = law.rulebook().on(on)
    keep_rulebook(now.book)
    if any(question.name and question.code is None for question in questions):
        archive.follow_names(actor=actor, on=on)
    with index().reading() as snapshot:
        return [rule(question, snapshot, now, at) for question in questions]


def log(rulings: Sequence[Ruling], *, actor: str, on: date) -> list[Answer]:
    """Log rulings with one durable append and sign their receipts; logging the same rulings again is logging once."""
    answers = [reply(one) for one in rulings]
    entries = [_entry(one, reply_digest(said), actor) for one, said in zip(rulings, answers, strict=True)]
    leaves = ledger.append(entries, actor=actor, on=on)
    told = [
        claims(ruling, entry.ref or "", leaf.at, secrets.token_hex(16), leaf.index)
        for ruling, entry, leaf in zip(rulings, entries, leaves, strict=True)
    ]
    signed = zip(rulings, leaves, receipts.issue_together(told), answers, strict=True)
    return [Answer(ruling, leaf.index, receipt, as_read(said)) for ruling, leaf, receipt, said in signed]


def _entry(ruling: Ruling, answer: str, actor: str) -> ledger.Entry:
    kept = canonical(logged(ruling, answer, actor))
    return ledger.Entry("check", ruling.at, kept, reference(ruling), ruling.question.person)


def follow_index(*, actor: str, on: date) -> int:
    """Bring the check index up to the feed's head and return that `seq`."""
    return index().follow()


def seal_answered(*, actor: str, on: date, at: datetime) -> int:
    """Put into the ledger what the gateways of this installation answered and is not there yet; returns how many checks.

    :raises DatabaseError: the ledger is away; what is not sealed stays where it is.
    """
    return sealing.seal(settings.XINYUN.answered, actor=actor, on=on, at=at)


def rebuild_index(*, actor: str, on: date) -> int:
    """Build the check index from nothing, let go of what was derived from it, and return the `seq` it stands at."""
    columns.file().unlink(missing_ok=True)
    return index().rebuild()


@dataclass(frozen=True, slots=True)
class Screened:
    """A batch that was answered: how many rows, by decision, and the receipt for all of it."""

    rows: int
    decisions: dict[str, int]
    output_sha256: str
    seq: int
    rulebook: str
    index: int
    receipt: str


def screen(
    asked: Question,
    rows: Iterable[tuple[pl.DataFrame, pl.Series, pl.Series]],
    out: Sheet,
    *,
    input_sha256: str,
    at: datetime,
    on: date,
    actor: str,
) -> Screened:
    """Answer a batch: each frame, with its codes and its names, goes to `out` with the answers beside it.

    `asked` says scene, purpose, case and who asks. Everybody asked about is in the ledger, in pieces, before this
    returns, and the last leaf commits to what came in and what goes out; until then `out` must not be shown.

    :raises Refusal: scene, purpose or case are wrong (see `questions.admit`); then nothing is answered. A row that
        is wrong is answered with its refusal.
    """
    now = law.rulebook().on(on)
    asked = replace(admit(replace(asked, code=None, name="批量核查"), now), name=None)
    archive.follow_names(actor=actor, on=on)
    follow_index(actor=actor, on=on)
    counts, waiting, pieces = Counts(), [], 0
    with index().reading() as snapshot:
        told = {
            key: getattr(asked, key) for key in ("scene", "client", "office", "purpose", "case", "ref")
        } | {"seq": snapshot.seq, "rulebook": now.book.hash}
        answering = Screen(asked, snapshot, columns.follow(snapshot), now)
        for frame, codes, names in ahead(rows):
            answers = answering.answers(codes, names)
            counts.add(answers["decision"])
            out.write(pl.concat([frame, answers.drop("asked")], how="horizontal"))
            for given in screening.logged(answers):
                piece = told | {"answers": given}
                waiting.append(ledger.Entry("screen.rows", at, piece, f"{asked.ref}:{pieces}"))
                pieces += 1
            if len(waiting) >= _TOGETHER:
                ledger.append(waiting, actor=actor, on=on)
                waiting = []
    digest = out.close()
    whole = told | {
        "rows": counts.rows, "decisions": counts.by_decision, "pieces": pieces, "input": input_sha256, "output": digest,
    }  # fmt: skip
    *_, leaf = ledger.append([*waiting, ledger.Entry("screen", at, whole, asked.ref)], actor=actor, on=on)
    receipt = receipts.issue(batch_claims(whole, at, leaf.index))
    return Screened(
        counts.rows, counts.by_decision, digest, told["seq"], told["rulebook"], leaf.index, receipt
    )


def make_bundle(*, client: ClientView, scene: str, days: int, at: datetime, on: date, actor: str) -> bytes:
    """Make a bundle from which a client may answer checks of a scene for some days; it is in the ledger before it leaves.

    :raises SceneNotGranted: the scene is not among the client's.
    :raises DaysOutOfRange: too long, or no day at all.
    :raises NotInForce, UnknownNorm: there is no such scene on that day.
    """
    bundling.demand_days(days)
    book = law.rulebook()
    demand_granted(scene, client.scenes, book.on(on))
    follow_index(actor=actor, on=on)
    with index().reading() as snapshot:
        told, whole = bundling.made(client, key_digest_of(client.id), scene, days, snapshot, book, at, on)
    payload = {
        "bundle": told.id, "scene": scene, "client": client.name, "office": client.office, "days": days,
        "entries": told.entries, "seq": told.seq, "rulebook": told.rulebook, "sha256": sha256(whole).hexdigest(),
    }  # fmt: skip
    ledger.append([ledger.Entry("bundle", at, payload, f"bundle:{told.id}")], actor=actor, on=on)
    return whole


def record_offline(upload: Upload, *, client: ClientView, at: datetime, on: date, actor: str) -> list[str]:
    """Log answers that a client gave from a bundle, each once however often it is handed in; give their ids.

    An answer of an instant at which the bundle was not good is logged as such, for it was given all the same.

    :raises NoSuchBundle: the bundle was not made here for this client.
    """
    told = bundling.of_client(upload.bundle, client)
    entries = []
    for one in upload.answers:
        given = one.at if one.at.tzinfo else one.at.replace(tzinfo=UTC)
        payload = msgspec.to_builtins(one) | {
            "at": given.isoformat(), "client": client.name, "office": client.office, "bundle": told.id, "seq": told.seq,
            "rulebook": told.rulebook, "in_time": told.made <= given < min(told.expires, at) and one.scene == told.scene,
        }  # fmt: skip
        entries.append(ledger.Entry("check.offline", at, payload, f"offline:{client.id}.{one.id}"))
    ledger.append(entries, actor=actor, on=on)
    return [one.id for one in upload.answers]
