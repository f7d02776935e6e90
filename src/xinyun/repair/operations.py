"""What is done about objections and repairs: file, accept, forward, answer, verify, decide by a second officer, let go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from xinyun import law
from xinyun.archive import operations as archive
from xinyun.base import Text
from xinyun.collection import operations as collection
from xinyun.collection import queries as collected
from xinyun.law import Procedure
from xinyun.lists import operations as lists
from xinyun.lists.admission import demand_document
from xinyun.plumbing import feed
from xinyun.repair import filing, grounds, queries, rules, steps, telling
from xinyun.repair.filing import Contact, Evidence, Filed, take, written
from xinyun.repair.queries import CaseView
from xinyun.repair.targets import Target, again, demand_repairable

__all__ = [
    "Contact", "Evidence", "Filed", "accept", "answer", "apply", "correction_arrived", "decide", "follow", "forward", "open_case",
    "read_contact", "reject", "verify", "withdraw",
]  # fmt: skip


@transaction.atomic
def open_case(
    *,
    line: str,
    statement: str,
    evidence: Sequence[Evidence],
    way: str,
    actor: str,
    on: date,
    contact: Contact | None = None,
) -> Filed:
    """File an objection; one that an officer writes down is accepted, and what it is about marked, at once.

    :raises Refusal: each ground of `filing.object_to`.
    """
    filed = filing.object_to(
        line=line, statement=statement, evidence=evidence, way=way, actor=actor, on=on, contact=contact
    )
    if way != filing.OFFICE:
        return filed
    return Filed(accept(case=filed.case.id, office=None, actor=actor, on=on), filed.secret)


@transaction.atomic
def apply(
    *,
    line: str,
    statement: str,
    evidence: Sequence[Evidence],
    performed: bool,
    commitment: bool,
    way: str,
    actor: str,
    on: date,
    contact: Contact | None = None,
) -> Filed:
    """Ask for a repair; whether the articles let it be asked for is told at once.

    :raises Refusal: each ground of `filing.ask_repair`.
    """
    return filing.ask_repair(
        line=line, statement=statement, evidence=evidence, performed=performed, commitment=commitment, way=way,
        actor=actor, on=on, contact=contact,
    )  # fmt: skip


@transaction.atomic
def accept(*, case: int, office: str | None, actor: str, on: date) -> CaseView:
    """Accept a case; an objection is marked in the same transaction. `office` is `None` for the credit centre.

    :raises Refusal: each ground of `steps.why_not`; `NotATarget` where what it is about is gone; `AlreadyOpen`.
    """
    view, procedure = _about(case, steps.ACCEPT, office, actor, on)
    found = _target(view, on, procedure)
    if view.kind == steps.OBJECTION:
        filing.demand_none_accepted(queries.of_target(view.kind, view.target_key), procedure)
        _mark(view, found, actor, on)
    return take(view, steps.ACCEPTED, {}, actor, on)


@transaction.atomic
def reject(*, case: int, ground: str, reasons: str, office: str | None, actor: str, on: date) -> CaseView:
    """Do not accept a case, on a ground of its procedure, and draw up the paper that says so.

    :raises Refusal: each ground of `steps.why_not`; `UnknownGround`, `NotWritten`.
    """
    view, procedure = _about(case, steps.REJECT, office, actor, on)
    told = _refusing(view, ground, reasons, procedure, on)
    return take(view, steps.REJECTED, told, actor, on)


@transaction.atomic
def forward(*, case: int, office: str | None, actor: str, on: date) -> CaseView:
    """Pass an objection to the office whose record or decision it is about; its time to answer begins.

    :raises Refusal: each ground of `steps.why_not`.
    """
    view, _ = _about(case, steps.FORWARD, office, actor, on)
    return take(view, steps.FORWARDED, {"office": view.office}, actor, on)


@transaction.atomic
def answer(*, case: int, outcome: str, text: str, office: str | None, actor: str, on: date) -> CaseView:
    """Record what the office found: `uphold`, `correct` or `withdraw`, and why.

    :raises Refusal: each ground of `steps.why_not`; `UnknownOutcome`, `NotWritten`.
    """
    view, procedure = _about(case, steps.ANSWER, office, actor, on)
    _demand_outcome(outcome, view, procedure)
    told = {"outcome": outcome, "text": written("text", text, procedure)}
    return take(view, steps.ANSWERED, told, actor, on)


@transaction.atomic
def verify(*, case: int, performed: bool, text: str, office: str | None, actor: str, on: date) -> CaseView:
    """Record what the deciding office found about an application: whether the duty is done, and how it knows.

    :raises Refusal: each ground of `steps.why_not`; `NotWritten`.
    """
    view, procedure = _about(case, steps.VERIFY, office, actor, on)
    return take(
        view, steps.VERIFIED, {"performed": performed, "text": written("text", text, procedure)}, actor, on
    )


@transaction.atomic
def decide(
    *,
    case: int,
    outcome: str,
    document: str,
    reasons: str,
    office: str | None,
    actor: str,
    on: date,
    at: datetime,
    ground: str = "",
    values: Mapping[str, str] | None = None,
) -> CaseView:
    """Decide a case as an officer other than the one who answered or verified; what it lets go is let go with it.

    An objection comes to `uphold`, `correct` (with the new `values` of the record) or `withdraw`; a repair to `grant` or
    `refuse`, on a `ground`. Removal, withdrawal and the lifting of the mark are in this transaction; a correction is
    submitted, and the mark is lifted when it arrives.

    :raises Refusal: each ground of `steps.why_not`; `UnknownOutcome`, `UnknownGround`, `NotWritten`, `NoDocument`, and
        those of the verb that lets go: nothing is decided then.
    """
    view, procedure = _about(case, steps.DECIDE, office, actor, on)
    demand_document(document)
    why = written("reasons", reasons, procedure)
    if view.kind == steps.REPAIR:
        return _decide_repair(view, procedure, outcome, document.strip(), why, ground, actor, on)
    _demand_outcome(outcome, view, procedure)
    _demand_not_pending(view, procedure)
    found = again(view.target_key, on) if outcome == steps.UPHOLD else _target(view, on, procedure)
    told: dict[str, Any] = {"outcome": outcome, "document": document.strip(), "reasons": why}
    if outcome == steps.CORRECT and found:
        told["submission"] = collection.correct_record(
            record=found.record or 0, values=values or {}, reason=f"异议 {view.number} 成立", office=None, actor=actor,
            on=on, at=at,
        )  # fmt: skip
        return take(view, steps.DECIDED, told, actor, on)
    after = take(view, steps.DECIDED, told, actor, on)
    if outcome == steps.REMOVE and found:
        _let_go(found, document.strip(), f"异议 {view.number} 成立", actor, on)
    return _settle(after, told, found or _as_filed(view), procedure, actor, on)


@transaction.atomic
def withdraw(*, case: int, reason: str, office: str | None, actor: str, on: date) -> CaseView:
    """Drop a case because the applicant no longer wants it; a mark is lifted.

    :raises Refusal: each ground of `steps.why_not`; `NotWritten`.
    """
    view, procedure = _about(case, steps.WITHDRAW, office, actor, on)
    after = take(view, steps.DROPPED, {"reasons": written("reason", reason, procedure)}, actor, on)
    _unmark(view, steps.DROPPED, actor, on)
    return after


def follow(*, number: str, secret: str, withdrawing: str, actor: str, on: date) -> CaseView:
    """What a receipt's holder asks: where the case stands, or, with a reason in `withdrawing`, to drop it.

    :raises NoSuchCase: the word does not fit the number.
    :raises Refusal: as `withdraw`.
    """
    view = queries.follow(number, secret)
    if not withdrawing:
        return view
    return withdraw(case=view.id, reason=withdrawing, office=None, actor=actor, on=on)


def read_contact(
    *, case: int, purpose: str, office: str | None, actor: str, on: date, at: datetime
) -> dict[str, str]:
    """Whom to call about a case, once the reading is logged with its purpose.

    :raises NoSuchCase: there is none, or it is another office's.
    :raises archive.NoPurpose: there is no purpose.
    """
    view = queries.case(case, office)
    why = purpose.strip()
    named = f"{why}（{view.number}）" if why else ""
    archive.log_reading([view.subject_id], purpose=named, actor=actor, on=on, at=at)
    return queries.contact_of(case)


@transaction.atomic
def correction_arrived(*, submission: str, actor: str, on: date) -> None:
    """Settle the objection whose correction a batch has brought, if one waits for it."""
    view = queries.awaiting(submission)
    if view is None:
        return
    decided = view.last(steps.DECIDED)
    assert decided is not None
    procedure = queries.procedure(view, on)
    _settle(view, dict(decided.told), again(view.target_key, on) or _as_filed(view), procedure, actor, on)


def _decide_repair(
    view: CaseView,
    procedure: Procedure,
    outcome: str,
    document: str,
    why: str,
    ground: str,
    actor: str,
    on: date,
) -> CaseView:
    now = law.rulebook().on(on)
    told: dict[str, Any] = {"outcome": outcome, "document": document, "reasons": why}
    if outcome == steps.REFUSE:
        told |= _refusing(view, ground, why, procedure, on)
        return take(view, steps.REFUSED, told, actor, on)
    if outcome != steps.GRANT:
        raise _unknown_outcome(outcome, (steps.GRANT, steps.REFUSE), procedure)
    found = _target(view, on, procedure)
    verified = view.last(steps.VERIFIED)
    demand_repairable(found, on, performed=bool(verified and verified.told["performed"]))
    told["paper"] = telling.repaired(found, why, procedure, now)
    after = take(view, steps.GRANTED, told, actor, on)
    _let_go(found, document, "信用修复", actor, on)
    return after


def _settle(
    view: CaseView, told: dict[str, Any], found: Target, procedure: Procedure, actor: str, on: date
) -> CaseView:
    """Lift the mark and draw up the answer to the objector."""
    paper = telling.answer(found, told, procedure, law.rulebook().on(on))
    kept = {name: told[name] for name in ("outcome", "document")} | {"paper": paper}
    after = take(view, steps.SETTLED, kept, actor, on)
    _unmark(view, told["outcome"], actor, on)
    return after


def _let_go(found: Target, document: str, reason: str, actor: str, on: date) -> None:
    """End what a record or an entry does, by the door through which its own office would."""
    if found.entry is not None:
        lists.delist(
            entry=found.entry, document=document, reason=reason, office=found.office, actor=actor, on=on
        )
    else:
        collection.withdraw_records(
            records=[found.record or 0], reason=f"{reason}，{document}", office=None, actor=actor, on=on
        )


def _mark(view: CaseView, found: Target, actor: str, on: date) -> None:
    if found.entry is not None:
        lists.dispute(entry=found.entry, reference=view.number, office=view.office, actor=actor, on=on)
    else:
        archive.dispute(record=found.record or 0, reference=view.number, actor=actor, on=on)


def _unmark(view: CaseView, outcome: str, actor: str, on: date) -> None:
    for settle in (lists.settle, archive.settle):
        settle(reference=view.number, outcome=outcome, actor=actor, on=on)


def _about(case: int, act: str, office: str | None, actor: str, on: date) -> tuple[CaseView, Procedure]:
    """The case, as nobody can change it any more before this transaction ends, and its procedure."""
    feed.lock()
    view = queries.case(case)
    procedure = queries.procedure(view, on)
    steps.demand(act, view.facts, procedure, actor=actor, office=office)
    latest = max([view.on, *(step.on for step in view.steps)])
    if on < latest:
        raise grounds.WrongDay(
            Text(f"案中已有 {latest} 的事。", f"The case has a step of {latest}."),
            Text("请核对日期。", "Check the day."),
            procedure.basis,
        )
    return view, procedure


def _target(view: CaseView, on: date, procedure: Procedure) -> Target:
    found = again(view.target_key, on)
    if found is None:
        raise grounds.NotATarget(
            Text(
                "所涉的记录或者条目已经撤回、移出或者期满。",
                "What it is about was withdrawn, removed or is over.",
            ),
            Text("请撤回此案，或者维持并告知结果。", "Withdraw the case, or uphold and tell the result."),
            procedure.basis,
        )
    return found


def _as_filed(view: CaseView) -> Target:
    """What a case was about, where that is gone."""
    return Target(
        view.subject_id, view.code, view.name, view.of, view.key, view.document, view.decided_on, view.office,
        Text(*view.told["title"]),
    )  # fmt: skip


def _refusing(view: CaseView, ground: str, reasons: str, procedure: Procedure, on: date) -> dict[str, Any]:
    """What a refusal says; a false statement bars who made it for as long as the procedure says."""
    said, why = steps.demand_ground(ground, procedure), written("reasons", reasons, procedure)
    found, now = again(view.target_key, on) or _as_filed(view), law.rulebook().on(on)
    told: dict[str, Any] = {"ground": ground, "said": said, "reasons": why}
    told["paper"] = telling.refusal(view.kind, found, said, why, procedure, now)
    until = rules.barred_until(on, procedure) if ground == steps.FALSE_STATEMENT else None
    return told | ({"barred_until": until.isoformat(), "effect": procedure.false_statement} if until else {})


def _demand_outcome(outcome: str, view: CaseView, procedure: Procedure) -> None:
    known = steps.OUTCOMES if view.key is not None else (steps.UPHOLD, steps.REMOVE)
    if outcome not in known:
        raise _unknown_outcome(outcome, known, procedure)


def _unknown_outcome(outcome: str, known: Sequence[str], procedure: Procedure) -> grounds.UnknownOutcome:
    return grounds.UnknownOutcome(
        Text(f"没有「{outcome[:20]}」这个结果。", f"There is no outcome {outcome[:20]!r} here."),
        Text(
            f"可以是：{'、'.join(known)}；名单条目的内容由认定单位更正所依据的记录。",
            f"One of {', '.join(known)}; an entry's wording is corrected by its record.",
        ),
        procedure.basis,
        (("outcome", Text("没有这个结果", "no such outcome")),),
    )


def _demand_not_pending(view: CaseView, procedure: Procedure) -> None:
    """Check that no correction of this case is on its way."""
    decided = view.last(steps.DECIDED)
    if decided is None:
        return
    found = again(view.target_key, decided.on)
    told = collected.amendments_of(found.record) if found and found.record else []
    state = next((one.state for one in told if one.submission == decided.told.get("submission")), "")
    if state in ("waiting", "running", "held"):
        raise grounds.NotNow(
            Text("更正正在归集。", "The correction is being collected."),
            Text("收下后自动办结；没有收下的，再作决定。", "The case is settled when it arrives; decide anew if it is refused."),
            procedure.basis,
        )  # fmt: skip
