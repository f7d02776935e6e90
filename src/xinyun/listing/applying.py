"""Applications for a favourable list: taken in, reviewed and recommended or not, then taken into a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date

from django.db import transaction

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.law import Law
from xinyun.listing import eligibility, queries, rules
from xinyun.listing.models import Application, ApplicationStep, Case
from xinyun.listing.queries import ApplicationView
from xinyun.listing.rules import Terms
from xinyun.listing.written import Evidence, demand_code
from xinyun.listing.written import evidence as written_evidence
from xinyun.listing.written import text as written_text
from xinyun.lists import operations as lists
from xinyun.lists.admission import Proposed, admit
from xinyun.plumbing import feed

_KIND = ApplicationStep.Kind


class ApplicationClosed(Refusal):
    """The application was turned down, withdrawn or taken into a case, or its review is done."""

    code = "application-closed"
    status = 409


class ApplicationOpen(Refusal):
    """The subject has an open application for this list."""

    code = "application-open"
    status = 409


@transaction.atomic
def apply(
    *,
    list_id: str,
    code: str,
    statement: str,
    evidence: Sequence[Evidence],
    office: str,
    actor: str,
    on: date,
    name: str | None = None,
) -> ApplicationView:
    """Take in the application of a subject for a list; `office` is the one that takes it in.

    :raises NoApplication, NotEligible: nobody applies for the list, or the subject is on one that bars it.
    :raises ApplicationOpen: it has applied and is waiting.
    :raises Refusal: each ground of `propose` about the code, the statement and the evidence.
    """
    feed.lock()
    now = law.rulebook().on(on)
    known = rules.terms(list_id, office, now)
    eligibility.demand_application(known)
    demand_code(code, known)
    code, name, kind = lists.subject_named(code, name, on)
    # Who takes it in need not be who decides.
    admit(Proposed(list_id, 0, kind, code, "—", office, on), known.credit_list, None, on)
    eligibility.demand_eligible(queries.standings(code), known, now)
    if Application.objects.filter(list_id=list_id, code=code).exclude(steps__kind__in=_ENDS).exists():
        raise ApplicationOpen(
            Text("该主体对这份名单已有在办的申报。", "The subject has applied for this list and is waiting."),
            Text("请先办结或撤回。", "Close or withdraw that application first."),
            known.norm.basis,
        )
    told = {
        "statement": written_text("statement", statement, known),
        "evidence": [asdict(one) for one in written_evidence(evidence, known)],
    }
    seq = feed.append("listing.applied", {"list": list_id, "code": code, "office": office}, actor=actor)
    row = Application(
        list_id=list_id, code=code, name=name, office=office, told=told, actor=actor, on=on, seq=seq
    )
    row.save(force_insert=True)
    return queries.application(row.pk)


@transaction.atomic
def recommend(*, application: int, reasons: str, office: str, actor: str, on: date) -> ApplicationView:
    """Recommend an applicant after review.

    :raises NotTheirsToRecommend, NotEligible: the office is of no level that does, or a list bars the subject.
    :raises ApplicationClosed: it was reviewed or has ended.
    """
    view, known, now = _reviewed(application, office, on)
    eligibility.demand_eligible(queries.standings(view.code), known, now)
    return _step(view, _KIND.RECOMMENDED, written_text("reasons", reasons, known), office, actor, on)


@transaction.atomic
def turn_down(*, application: int, reasons: str, office: str, actor: str, on: date) -> ApplicationView:
    """Do not recommend an applicant, and say why.

    :raises NotTheirsToRecommend, ApplicationClosed: as `recommend`.
    """
    view, known, _ = _reviewed(application, office, on)
    return _step(view, _KIND.TURNED_DOWN, written_text("reasons", reasons, known), office, actor, on)


@transaction.atomic
def withdraw_application(*, application: int, office: str, actor: str, on: date) -> ApplicationView:
    """Close an application that the subject no longer pursues, at the office that took it in.

    :raises ApplicationClosed: it has ended.
    """
    feed.lock()
    view = queries.application(application, office)
    if not view.is_open:
        raise _closed(view)
    return _step(view, _KIND.WITHDRAWN, "", office, actor, on)


def take_into(application: int | None, case: Case, known: Terms, now: Law) -> None:
    """Tie a case that was just opened to the application on which it rests, in the case's own transaction.

    :raises ApplicationFirst: the list needs one, and this is none that was recommended for this subject and list.
    """
    if known.norm.application is None:
        return
    view = queries.application(application) if application is not None else None
    if view is None or (view.list_id, view.code, view.state) != (case.list_id, case.code, _KIND.RECOMMENDED):
        raise eligibility.ApplicationFirst(
            Text(
                "没有经审核推荐的申报，不能提出认定。", "There is no recommended application to propose on."
            ),
            Text(
                "请先登记申报，由市州或省有关部门推荐。",
                "Take the application in and have it recommended first.",
            ),
            known.norm.basis,
        )
    eligibility.demand_eligible(queries.standings(case.code), known, now)
    _step(view, _KIND.PROPOSED, "", case.office, case.actor, case.on, case)


_ENDS = (_KIND.TURNED_DOWN, _KIND.WITHDRAWN, _KIND.PROPOSED)


def _reviewed(application: int, office: str, on: date) -> tuple[ApplicationView, Terms, Law]:
    feed.lock()
    view, now = queries.application(application), law.rulebook().on(on)
    known = rules.terms(view.list_id, view.office, now)
    eligibility.demand_application(known)
    eligibility.demand_recommender(office, known, now)
    if view.state != queries.RECEIVED:
        raise _closed(view)
    return view, known, now


def _closed(view: ApplicationView) -> ApplicationClosed:
    return ApplicationClosed(
        Text(f"第 {view.id} 号申报已经办过这一步。", f"Application {view.id} is past that step."),
        Text("请看它现在到了哪里。", "See where it stands now."),
    )


def _step(
    view: ApplicationView,
    kind: ApplicationStep.Kind,
    reasons: str,
    office: str,
    actor: str,
    on: date,
    case: Case | None = None,
) -> ApplicationView:
    seq = feed.append(
        f"listing.application-{kind}",
        {"application": view.id, "list": view.list_id, "code": view.code},
        actor=actor,
    )
    ApplicationStep(
        application_id=view.id,
        kind=kind,
        reasons=reasons,
        case=case,
        office=office,
        actor=actor,
        on=on,
        seq=seq,
    ).save(force_insert=True)
    return queries.application(view.id)
