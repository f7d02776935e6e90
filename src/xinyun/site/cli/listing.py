"""The commands by which an office enters a subject in a list: proposal, notice, defence, decision, service."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from xinyun.plumbing.writing import USUAL, arriving, demand_apart
from xinyun.site.cli.output import Json, Office, OfOffice, actor, add_group, set_up, show, today


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "listing", "列入名单的案件 | cases of entering a list",
        propose=_propose, serve=_serve, state=_state, decide=_decide, serve_decision=_serve_decision,
        withdraw=_withdraw, show=_show, due=_due, paper=_paper, apply=_apply, review=_review,
        withdraw_application=_withdraw_application, applications=_applications, under_review=_under_review,
    )  # fmt: skip


def _propose(
    list: str,
    code: str,
    /,
    *,
    office: Office,
    conduct: Literal["minor", "general", "serious"],
    facts: str,
    article: Annotated[list[str], Parameter(negative=())],
    evidence: Annotated[list[str], Parameter(negative=())],
    document: str = "",
    name: str | None = None,
    application: int | None = None,
    json: Json = False,
) -> None:
    """提出列入，附证据，生成告知书 | Propose an entry with its evidence; draws up the notice.

    Parameters
    ----------
    list
        名单 | the list
    code
        统一社会信用代码 | unified social credit code
    office
        认定单位，如 52.human-resources | the deciding office
    conduct
        行为轻重 | how grave the conduct is
    facts
        事由 | the facts
    article
        适用的条款，如 "mohrss-45-2021 第五条"，可多次给出 | an article it falls under; repeatable
    evidence
        证据，写作 内容|文书 或 内容|文书|SHA-256，可多次给出 | what it shows, its document, its digest; repeatable
    document
        告知书文号 | the notice's number
    name
        档案中没有该主体时的名称 | the name, where the archive has no such subject
    application
        凭申报认定的名单：经推荐的申报编号 | the recommended application, for a list entered on application
    """
    set_up()
    from xinyun.listing import operations

    found = operations.propose(
        list_id=list, code=code, conduct=conduct, facts=facts, articles=article,
        evidence=_given(evidence), document=document, name=name, application=application, office=office,
        actor=actor(), on=today(),
    )  # fmt: skip
    show(_told(found), as_json=json)


def _serve(
    case: int, /, *, office: Office, way: str, proof: str, served: date | None = None, json: Json = False
) -> None:
    """登记告知书的送达，或红名单的公示 | Record that the notice was served, or the public told.

    Parameters
    ----------
    case
        案件编号 | the case
    office
        认定单位 | the deciding office
    way
        direct、mail、electronic、left、entrusted、announced；公示为 published | how
    proof
        回执、邮单、网址 | what proves it
    served
        送达、公告或公示之日，默认今天 | on which day, today by default
    """
    set_up()
    from xinyun.listing import operations

    day = today()
    found = operations.serve(
        case=case, way=way, served=served or day, proof=proof, office=office, actor=actor(), on=day
    )
    show(_told(found), as_json=json)


def _state(
    case: int,
    /,
    *,
    office: Office,
    text: str,
    what: Literal["statement", "answer", "waiver", "hearing-request", "hearing"] = "statement",
    json: Json = False,
) -> None:
    """登记陈述申辩、答复、放弃、要求听证或听证笔录 | Record a statement, its answer, a waiver, a request for a hearing, the hearing.

    Parameters
    ----------
    case
        案件编号 | the case
    office
        认定单位 | the deciding office
    text
        内容或笔录 | what was said, or where it is written
    what
        是哪一种 | which of them
    """
    set_up()
    from xinyun.listing import operations

    verbs = {
        "statement": operations.state,
        "answer": operations.answer, "waiver": operations.waive, "hearing-request": operations.ask_hearing,
        "hearing": operations.hold_hearing,
    }  # fmt: skip
    found = verbs[what](case=case, text=text, office=office, actor=actor(), on=today())
    show(_told(found), as_json=json)


def _decide(
    case: int,
    /,
    *,
    office: Office,
    reasons: str,
    document: str = "",
    considered: str = "",
    consent: str = "",
    spare: Annotated[bool, Parameter(negative=())] = False,
    json: Json = False,
) -> None:
    """由第二人决定列入或不列入 | Decide, as a second officer, to enter or not to.

    Parameters
    ----------
    case
        案件编号 | the case
    office
        认定单位 | the deciding office
    reasons
        理由 | why
    document
        决定书文号 | the decision's number
    considered
        对陈述申辩的复核 | how statements were weighed
    consent
        上级同意的文号 | the document of another office's consent
    spare
        不列入 | decide not to enter
    """
    set_up()
    from xinyun.listing import operations

    who = {"office": office, "actor": actor(), "on": today()}
    if spare:
        found = operations.spare(case=case, reasons=reasons, **who)
    else:
        found = operations.decide(
            case=case, document=document, reasons=reasons, considered=considered, consent=consent, **who
        )
    show(_told(found), as_json=json)


def _serve_decision(
    case: int,
    /,
    *,
    office: Office,
    way: str,
    proof: str,
    served: date | None = None,
    repair_notice: Annotated[bool, Parameter(negative=())] = False,
    json: Json = False,
) -> None:
    """登记决定书（和信用修复告知书）的送达，列入生效 | Record that the decision was served; the entry takes effect.

    Parameters
    ----------
    case
        案件编号 | the case
    office
        认定单位 | the deciding office
    way
        direct、mail、electronic、left、entrusted、announced | how
    proof
        回执、邮单、网址 | what proves it
    served
        送达之日，默认今天 | on which day, today by default
    repair_notice
        信用修复告知书已同时送达 | the repair notice was served with it
    """
    set_up()
    from xinyun.listing import operations
    from xinyun.site.cli.deciding import catch_up

    day = today()
    found = operations.serve_decision(
        case=case, way=way, served=served or day, proof=proof, repair_notice=repair_notice, office=office,
        actor=actor(), on=day,
    )  # fmt: skip
    catch_up()
    show(_told(found), as_json=json)


def _withdraw(case: int, /, *, office: Office, reason: str, json: Json = False) -> None:
    """撤回没有生效的案件 | Drop a case that is not effective yet.

    Parameters
    ----------
    case
        案件编号 | the case
    office
        认定单位 | the deciding office
    reason
        理由 | why
    """
    set_up()
    from xinyun.listing import operations

    found = operations.withdraw(case=case, reason=reason, office=office, actor=actor(), on=today())
    show(_told(found), as_json=json)


def _show(case: int, /, *, json: Json = False) -> None:
    """案件办到哪里、今天可以办什么、为什么不能办 | Where a case stands, what may be done today, and why not.

    Parameters
    ----------
    case
        案件编号 | the case
    """
    set_up()
    from xinyun.listing import queries, rules

    found, day = queries.case(case), today()
    told = _told(found)
    told["steps"] = [
        {"number": one.number, "kind": one.kind, "on": one.on, "actor": one.actor} for one in found.steps
    ]
    told["next"] = [
        {
            "act": one.act,
            "refused": one.refusal.code if one.refusal else None,
            "why": one.refusal.what.zh if one.refusal else "",
            "from": one.since,
        }
        for one in queries.options(found, day, actor=actor(), office=found.office)
    ]
    told["deadlines"] = [
        {"what": one.what, "last": one.last, "basis": one.basis}
        for one in rules.deadlines(found.facts, queries.terms(found, day))
    ]
    show(told, as_json=json)


def _due(*, office: OfOffice = None, json: Json = False) -> None:
    """未办结的案件各到什么期限 | What each open case waits for, the most urgent first."""
    set_up()
    from xinyun.listing import queries

    lines = [
        {
            "case": one.case.id,
            "list": one.case.list_id,
            "code": one.case.code,
            "state": one.case.state,
            "what": one.deadline.what,
            "last": one.deadline.last,
            "late": one.late,
        }
        for one in queries.due(today(), office or "")
    ]
    show({"due": lines}, as_json=json)


def _paper(
    case: int, which: Literal["notice", "decision", "repair"], /, *, out: Path, json: Json = False
) -> None:
    """取出案件的文书（PDF） | Write a paper of a case as PDF.

    Parameters
    ----------
    case
        案件编号 | the case
    which
        告知书、决定书或信用修复告知书 | which paper
    out
        写到哪个文件 | the file to write
    """
    set_up()
    from django.conf import settings

    from xinyun.listing import paper, queries

    demand_apart(out, *settings.XINYUN.own_files)
    with arriving(out, USUAL) as stream:
        stream.write(paper.pdf(queries.case(case), which))
    show({"file": out}, as_json=json)


def _told(view: Any) -> dict[str, Any]:
    """A case in a few words."""
    served = view.last("effective")
    return {
        "case": view.id,
        "list": view.list_id,
        "code": view.code,
        "name": view.name,
        "office": view.office,
        "state": view.state,
        "entry": served.entry if served else None,
    }


def _given(evidence: list[str]) -> list[Any]:
    """Evidence as it is typed: what it shows, its document and its digest, with bars between."""
    from xinyun.listing.operations import Evidence

    return [Evidence(*[*one.split("|"), "", ""][:3]) for one in evidence]


def _apply(
    list: str,
    code: str,
    /,
    *,
    office: Office,
    statement: str,
    evidence: Annotated[list[str], Parameter(negative=())],
    name: str | None = None,
    json: Json = False,
) -> None:
    """登记一份申报，如诚信示范企业 | Take in an application to be put on a favourable list.

    Parameters
    ----------
    list
        名单，如 demonstration-enterprise | the list
    code
        统一社会信用代码 | unified social credit code
    office
        受理申报的单位 | the office that takes it in
    statement
        申报的事迹 | what the applicant states of itself
    evidence
        材料，写作 内容|文书 或 内容|文书|SHA-256，可多次给出 | what it shows, its document, its digest; repeatable
    name
        档案中没有该主体时的名称 | the name, where the archive has no such subject
    """
    set_up()
    from xinyun.listing import operations

    found = operations.apply(
        list_id=list, code=code, statement=statement, evidence=_given(evidence), name=name, office=office,
        actor=actor(), on=today(),
    )  # fmt: skip
    show(_application(found), as_json=json)


def _review(
    application: int,
    /,
    *,
    office: Office,
    verdict: Literal["recommend", "turn-down"],
    reasons: str,
    json: Json = False,
) -> None:
    """审核申报：推荐或不予推荐 | Review an application: recommend it or not, with reasons.

    Parameters
    ----------
    application
        申报编号 | the application
    office
        审核的单位 | the reviewing office
    verdict
        推荐或不予推荐 | whether it is recommended
    reasons
        理由 | why
    """
    set_up()
    from xinyun.listing import operations

    verb = operations.recommend if verdict == "recommend" else operations.turn_down
    found = verb(application=application, reasons=reasons, office=office, actor=actor(), on=today())
    show(_application(found), as_json=json)


def _withdraw_application(application: int, /, *, office: Office, json: Json = False) -> None:
    """撤回申报 | Close an application that the subject no longer pursues.

    Parameters
    ----------
    application
        申报编号 | the application
    office
        受理申报的单位 | the office that took it in
    """
    set_up()
    from xinyun.listing import operations

    found = operations.withdraw_application(application=application, office=office, actor=actor(), on=today())
    show(_application(found), as_json=json)


def _applications(*, office: OfOffice = None, open: bool = False, json: Json = False) -> None:
    """列出申报 | List applications, the latest first.

    Parameters
    ----------
    open
        只列在办的 | only those that are waiting
    """
    set_up()
    from xinyun.listing import queries

    found = queries.applications(office=office, open_only=open)
    show({"applications": [_application(one) for one in found]}, as_json=json)


def _under_review(*, json: Json = False) -> None:
    """列出已认定、后来上了严重失信名单的，应当复核 | Those named on application who are on a list that bars it now."""
    set_up()
    from xinyun.listing import queries

    found = [
        {
            "list": one.entry.list_id,
            "code": one.entry.code,
            "document": one.entry.document,
            "barred_by": [barring.id for barring in one.barred_by],
        }
        for one in queries.under_review(today())
    ]
    show({"under_review": found}, as_json=json)


def _application(found: Any) -> dict[str, Any]:
    return {
        "application": found.id,
        "list": found.list_id,
        "code": found.code,
        "name": found.name,
        "from": found.office,
        "state": found.state,
        "on": found.on,
        "reviewed_by": found.reviewed_by,
        "reasons": found.reasons,
        "case": found.case,
    }
