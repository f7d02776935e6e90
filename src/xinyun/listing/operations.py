"""What offices do to enter a subject in a list: propose, serve, hear, decide by a second officer, serve the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import transaction

from xinyun import law
from xinyun.archive import operations as archive
from xinyun.archive import queries as archived
from xinyun.base import Basis, Refusal, Text
from xinyun.law import Law, NotInForce, UnknownNorm
from xinyun.listing import acts, grounds, queries, rules, telling
from xinyun.listing.applying import apply, recommend, take_into, turn_down, withdraw_application
from xinyun.listing.models import Case, Step
from xinyun.listing.queries import CaseView
from xinyun.listing.rules import Terms
from xinyun.listing.written import (
    LONGEST,
    Evidence,
    demand_code,
    demand_conduct,
    demand_consent,
    demand_considered,
)
from xinyun.listing.written import evidence as written_evidence
from xinyun.listing.written import text as written_text
from xinyun.lists import operations as lists
from xinyun.lists.admission import Proposed, admit, demand_document
from xinyun.plumbing import feed

__all__ = [
    "LONGEST", "Evidence", "answer", "apply", "ask_hearing", "decide", "hold_hearing", "propose", "recommend", "serve",
    "serve_decision", "spare", "state", "turn_down", "waive", "withdraw", "withdraw_application",
]  # fmt: skip


class AlreadyOpen(Refusal):
    """The office has an open case about this subject and list."""

    code = "already-open"
    status = 409


@transaction.atomic
def propose(
    *,
    list_id: str,
    code: str,
    conduct: str,
    facts: str,
    articles: Sequence[str],
    evidence: Sequence[Evidence],
    office: str,
    actor: str,
    on: date,
    document: str = "",
    name: str | None = None,
    application: int | None = None,
) -> CaseView:
    """Open a case: propose that the subject of `code` be put on a list, and draw up the notice.

    `articles` are written `source article`, such as `mohrss-45-2021 第五条`; `document` is the notice's number, needed
    where the list's procedure asks for a notice. `name` is for a subject that the archive does not know yet.
    `application` is the recommended application, for a list that is entered on application; it tells whom it is about.

    :raises ApplicationFirst: there is none, or it is about another list or subject.
    :raises NameOnly, PersonElsewhere: there is no unified social credit code.
    :raises Refusal: each ground of `lists.enlist` that can be known now, of `demand_conduct`, `NoArticle`,
        `NoEvidence`, `AlreadyOpen`.
    """
    feed.lock()
    now = law.rulebook().on(on)
    known = rules.terms(list_id, office, now)
    if application is not None:
        applied = queries.application(application)
        code, name = code or applied.code, name or applied.name
    demand_code(code, known)
    code, name, kind = lists.subject_named(code, name, on)
    number = document.strip() if known.norm.notice != "none" else ""
    admit(Proposed(list_id, 0, kind, code, number or "—", office, on), known.credit_list, known.office, on)
    if known.norm.notice != "none":
        demand_document(document)
    demand_conduct(conduct, known)
    told: dict[str, Any] = {
        "facts": written_text("facts", facts, known),
        "articles": [[one.source, one.article] for one in _articles(articles, known, now)],
        "evidence": [asdict(one) for one in written_evidence(evidence, known)],
        "notice": None,
    }
    _demand_none_open(list_id, code, office)
    if known.norm.notice != "none":
        told["notice"] = telling.notice(told, (name, code), kind, known, now)
    payload = {"list": list_id, "code": code, "office": office, "document": number}
    payload |= {"text": telling.digest(told["notice"])} if told["notice"] else {}
    seq = feed.append("listing.proposed", payload, actor=actor)
    row = Case(
        list_id=list_id, code=code, name=name, office=office, conduct=conduct, document=number, told=told, actor=actor,
        on=on, seq=seq,
    )  # fmt: skip
    row.save(force_insert=True)
    take_into(application, row, known, now)
    return queries.case(row.pk)


@transaction.atomic
def serve(*, case: int, way: str, served: date, proof: str, office: str, actor: str, on: date) -> CaseView:
    """Record that the notice was served (or published, `way` then is `published`), how, when, and what proves it.

    :raises NoProof, WrongDay: it is not proved, or lies before the proposal or after `on`.
    :raises Refusal: each ground of `acts.why_not`.
    """
    view, known = _about(case, rules.SERVE, office, actor, on)
    ways = (rules.PUBLISHED,) if known.norm.notice == "public" else rules.WAYS
    _demand_service(way, ways, proof, served, view.on, on, known)
    told = {"way": way, "served": served.isoformat(), "proof": written_text("proof", proof, known)}
    return _take(
        view, rules.NOTIFIED, told, actor, on, counts_from=rules.received(way, served, known.announced)
    )


@transaction.atomic
def state(*, case: int, text: str, office: str, actor: str, on: date) -> CaseView:
    """Record what the party stated in its defence, or an objection to the public notice.

    :raises Refusal: each ground of `acts.why_not`; `NoEvidence` where there is no text.
    """
    return _note(case, rules.STATE, rules.STATED, text, office, actor, on)


@transaction.atomic
def answer(*, case: int, text: str, office: str, actor: str, on: date) -> CaseView:
    """Record that what was stated was verified and the party was told the result; `text` is that answer.

    :raises Refusal: as `state`; nothing waits for an answer.
    """
    return _note(case, rules.ANSWER, rules.ANSWERED, text, office, actor, on)


@transaction.atomic
def waive(*, case: int, text: str, office: str, actor: str, on: date) -> CaseView:
    """Record that the party waived its defence in writing; `text` says where that is written.

    :raises Refusal: as `state`.
    """
    return _note(case, rules.WAIVE, rules.WAIVED, text, office, actor, on)


@transaction.atomic
def ask_hearing(*, case: int, text: str, office: str, actor: str, on: date) -> CaseView:
    """Record that the party asked for a hearing.

    :raises Refusal: as `state`; `TooLateToAsk`.
    """
    return _note(case, rules.ASK, rules.ASKED, text, office, actor, on)


@transaction.atomic
def hold_hearing(*, case: int, text: str, office: str, actor: str, on: date) -> CaseView:
    """Record that the hearing was held; `text` is its record.

    :raises Refusal: as `state`.
    """
    return _note(case, rules.HEAR, rules.HEARD, text, office, actor, on)


@transaction.atomic
def decide(
    *,
    case: int,
    document: str,
    reasons: str,
    office: str,
    actor: str,
    on: date,
    considered: str = "",
    consent: str = "",
) -> CaseView:
    """Decide to enter, as an officer other than the proposer, and draw up the decision and the repair notice.

    `considered` says how statements were weighed, the answer to the party where it is left out; `consent` which document
    holds the consent of another office.

    :raises Refusal: each ground of `acts.why_not`; `NotConsidered`, `NoConsent`, `NoDocument`, and those of
        `lists.admission.admit` for a decision of this day; `law.NotInForce` where the list was repealed.
    """
    view, known = _about(case, rules.DECIDE, office, actor, on)
    demand_document(document)
    demand_considered(view.facts, considered, known)
    demand_consent(consent, known)
    now, kind = law.rulebook().on(on), archive.kind_of(view.code, on)[0]
    admit(
        Proposed(view.list_id, 0, kind, view.code, document, office, on), known.credit_list, known.office, on
    )
    answered = view.last(rules.ANSWERED)
    told: dict[str, Any] = {
        "document": document.strip(),
        "reasons": written_text("reasons", reasons, known),
        "considered": considered.strip()[:LONGEST] or (answered.told["text"] if answered else ""),
        "consent": consent.strip()[:LONGEST],
    }
    to = (view.name, view.code)
    told["decision"] = telling.decision(view.told, told, to, kind, known, now)
    told["repair"] = telling.repair(to, known, now) if known.norm.repair_notice else None
    texts = {name: telling.digest(told[name]) for name in ("decision", "repair") if told[name]}
    return _take(view, rules.DECIDED, told, actor, on, payload={"document": told["document"], **texts})


@transaction.atomic
def spare(*, case: int, reasons: str, office: str, actor: str, on: date) -> CaseView:
    """Decide not to enter, as an officer other than the proposer; it ends the case, and needs no notice and no period.

    :raises Refusal: the case is another office's or has ended, or this is the proposer; there are no reasons.
    """
    view, known = _about(case, rules.SPARE, office, actor, on)
    return _take(view, rules.REFUSED, {"reasons": written_text("reasons", reasons, known)}, actor, on)


@transaction.atomic
def serve_decision(
    *,
    case: int,
    way: str,
    served: date,
    proof: str,
    repair_notice: bool,
    office: str,
    actor: str,
    on: date,
) -> CaseView:
    """Record that the decision was served, together with the repair notice, and put the subject on the list.

    :raises RepairNoticeMissing: the procedure wants the repair notice served with it, and it was not.
    :raises NoProof, WrongDay: it is not proved, or lies before the decision or after `on`.
    :raises Refusal: each ground of `acts.why_not` and of `lists.enlist`; then nothing is recorded.
    """
    view, known = _about(case, rules.SERVE_DECISION, office, actor, on)
    decided = view.last(rules.DECIDED)
    assert decided is not None
    ways = (*rules.WAYS, rules.PUBLISHED) if known.norm.notice != "party" else rules.WAYS
    _demand_service(way, ways, proof, served, decided.on, on, known)
    came = rules.received(way, served, known.announced)
    if came > on:
        raise _wrong_day(f"公告期到 {came} 为止，期满才算送达", f"the announcement runs until {came}", known)
    if known.norm.repair_notice and not repair_notice:
        raise grounds.RepairNoticeMissing(
            Text("信用修复告知书没有同时送达。", "The repair notice was not served with the decision."),
            Text("两书一并送达后再登记。", "Serve both together, then record it."),
            known.basis,
        )
    told = {
        "way": way,
        "served": served.isoformat(),
        "proof": written_text("proof", proof, known),
        "repair_notice": repair_notice,
    }
    after = _take(view, rules.SERVED, told, actor, on, counts_from=came)
    entry = lists.enlist(
        list_id=view.list_id,
        code=view.code,
        document=decided.told["document"],
        decided=decided.on,
        office=view.office,
        name=None if archived.subject(view.code) else view.name,
        actor=actor,
        on=on,
    )
    return _take(after, rules.EFFECTIVE, {}, actor, on, entry=entry.id, payload={"entry": entry.id})


@transaction.atomic
def withdraw(*, case: int, reason: str, office: str, actor: str, on: date) -> CaseView:
    """Drop a case before it is effective, for a reason.

    :raises Refusal: the case is another office's or has ended; there is no reason.
    """
    view, known = _about(case, rules.WITHDRAW, office, actor, on)
    return _take(view, rules.DROPPED, {"reasons": written_text("reason", reason, known)}, actor, on)


def _about(case: int, act: str, office: str, actor: str, on: date) -> tuple[CaseView, Terms]:
    """The case, as nobody can change it any more before this transaction ends, and its procedure."""
    feed.lock()
    view = queries.case(case)
    known = queries.terms(view, on)
    acts.demand(act, view.facts, known, on, actor=actor, office=office)
    latest = max([view.on, *(step.on for step in view.steps)])
    if on < latest:
        raise _wrong_day(f"案中已有 {latest} 的事", f"the case has a step of {latest}", known)
    return view, known


def _note(case: int, act: str, kind: str, text: str, office: str, actor: str, on: date) -> CaseView:
    view, known = _about(case, act, office, actor, on)
    return _take(view, kind, {"text": written_text("text", text, known)}, actor, on)


def _take(
    view: CaseView,
    kind: str,
    told: dict[str, Any],
    actor: str,
    on: date,
    *,
    counts_from: date | None = None,
    entry: int | None = None,
    payload: dict[str, Any] | None = None,
) -> CaseView:
    """Write a step; what is personal in it stays out of the feed."""
    number = len(view.steps) + 1
    about = {"case": view.id, "step": number, "list": view.list_id, "code": view.code, **(payload or {})}
    seq = feed.append(f"listing.{kind}", about, actor=actor)
    Step(
        case_id=view.id, number=number, kind=kind, told=told, counts_from=counts_from, entry=entry,
        proposed_by=view.actor, actor=actor, on=on, seq=seq,
    ).save(force_insert=True)  # fmt: skip
    return queries.case(view.id)


def _demand_none_open(list_id: str, code: str, office: str) -> None:
    rows = Case.objects.filter(list_id=list_id, code=code, office=office).exclude(
        steps__kind__in=rules.CLOSING
    )
    if row := rows.order_by("pk").first():
        raise AlreadyOpen(
            Text(f"该主体列入此名单的第 {row.pk} 号案件还没有办结。", f"Case {row.pk} about it is open."),
            Text("请在该案里办理，或者先撤回它。", "Go on with that case, or drop it first."),
        )


def _demand_service(
    way: str, ways: Sequence[str], proof: str, served: date, after: date, on: date, known: Terms
) -> None:
    if way not in ways or not proof.strip():
        raise grounds.NoProof(
            Text("没有写明送达方式或者凭证。", "The way of service or its proof is missing."),
            Text(
                f"方式为 {'、'.join(ways)} 之一，并写明回执、网址等凭证。",
                f"One of {', '.join(ways)}, with its proof.",
            ),
            known.basis,
            (("proof", Text("必填", "required")),),
        )
    if not after <= served <= on:
        raise _wrong_day(f"送达日期须在 {after} 至 {on} 之间", f"it lies between {after} and {on}", known)


def _wrong_day(zh: str, en: str, known: Terms) -> grounds.WrongDay:
    return grounds.WrongDay(
        Text(f"日期不对：{zh}。", f"The day is wrong: {en}."),
        Text("请核对日期。", "Check the day."),
        known.basis,
    )


def _articles(articles: Sequence[str], known: Terms, now: Law) -> list[Basis]:
    """The articles that are named, each known to the rulebook and in force on the day.

    :raises NoArticle: there is none, or one is not.
    """
    found = [Basis(*one.strip().split(maxsplit=1)) for one in articles if len(one.split(maxsplit=1)) == 2]
    if len(found) == len(articles) and found and all(_is_known(one, known, now) for one in found):
        return found
    raise grounds.NoArticle(
        Text(
            "没有写明适用的条款，或者法规库没有这一条。",
            "No article is named, or the rulebook knows none such.",
        ),
        Text(
            f"请从名单的条款里选，如「{known.credit_list.basis[0]}」。",
            f"Name one such as {known.credit_list.basis[0]}.",
        ),
        known.credit_list.basis,
        (("articles", Text("必填", "required")),),
    )


def _is_known(article: Basis, known: Terms, now: Law) -> bool:
    if article in known.credit_list.basis:
        return True
    try:
        source = now.source(article.source)
    except (UnknownNorm, NotInForce):
        return False
    begun = source.in_force is None or source.in_force <= now.day
    return article.article in source.articles and begun and (source.until is None or now.day < source.until)
