"""The commands by which an office enters a subject in a list: proposal, notice, defence, decision, service."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from xinyun.plumbing.writing import USUAL, arriving, demand_apart
from xinyun.site.cli import applying
from xinyun.site.cli.cases import Case, PaperFile, Reason, UnknownName, given
from xinyun.site.cli.output import Code, Json, Office, OfOffice, actor, add_group, set_up, show, today

Deciding = Annotated[Office, Parameter(help="认定单位 | the deciding office")]
Proof = Annotated[str, Parameter(help="回执、邮单、网址 | what proves it")]


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "listing", "列入名单的案件 | cases of entering a list",
        propose=_propose, serve=_serve, state=_state, decide=_decide, serve_decision=_serve_decision,
        withdraw=_withdraw, show=_show, due=_due, paper=_paper, **applying.COMMANDS,
    )  # fmt: skip


def _propose(
    list: str,
    code: Code,
    /,
    *,
    office: Office,
    conduct: Literal["minor", "general", "serious"],
    facts: str,
    article: Annotated[list[str], Parameter(negative=())],
    evidence: Annotated[list[str], Parameter(negative=())],
    document: str = "",
    name: UnknownName = None,
    application: int | None = None,
    json: Json = False,
) -> None:
    """提出列入，附证据，生成告知书 | Propose an entry with its evidence; draws up the notice.

    Parameters
    ----------
    list
        名单 | the list
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
    application
        凭申报认定的名单：经推荐的申报编号 | the recommended application, for a list entered on application
    """
    set_up()
    from xinyun.listing import operations

    found = operations.propose(
        list_id=list, code=code, conduct=conduct, facts=facts, articles=article,
        evidence=given(evidence), document=document, name=name, application=application, office=office,
        actor=actor(), on=today(),
    )  # fmt: skip
    show(_told(found), as_json=json)


def _serve(
    case: Case, /, *, office: Deciding, way: str, proof: Proof, served: date | None = None, json: Json = False
) -> None:
    """登记告知书的送达，或红名单的公示 | Record that the notice was served, or the public told.

    Parameters
    ----------
    way
        direct、mail、electronic、left、entrusted、announced；公示为 published | how
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
    case: Case,
    /,
    *,
    office: Deciding,
    text: str,
    what: Literal["statement", "answer", "waiver", "hearing-request", "hearing"] = "statement",
    json: Json = False,
) -> None:
    """登记陈述申辩、答复、放弃、要求听证或听证笔录 | Record a statement, its answer, a waiver, a request for a hearing, the hearing.

    Parameters
    ----------
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
    case: Case,
    /,
    *,
    office: Deciding,
    reasons: Reason,
    document: str = "",
    considered: str = "",
    consent: str = "",
    spare: Annotated[bool, Parameter(negative=())] = False,
    json: Json = False,
) -> None:
    """由第二人决定列入或不列入 | Decide, as a second officer, to enter or not to.

    Parameters
    ----------
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
    case: Case,
    /,
    *,
    office: Deciding,
    way: str,
    proof: Proof,
    served: date | None = None,
    repair_notice: Annotated[bool, Parameter(negative=())] = False,
    json: Json = False,
) -> None:
    """登记决定书（和信用修复告知书）的送达，列入生效 | Record that the decision was served; the entry takes effect.

    Parameters
    ----------
    way
        direct、mail、electronic、left、entrusted、announced | how
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


def _withdraw(case: Case, /, *, office: Deciding, reason: Reason, json: Json = False) -> None:
    """撤回没有生效的案件 | Drop a case that is not effective yet."""
    set_up()
    from xinyun.listing import operations

    found = operations.withdraw(case=case, reason=reason, office=office, actor=actor(), on=today())
    show(_told(found), as_json=json)


def _show(case: Case, /, *, json: Json = False) -> None:
    """案件办到哪里、今天可以办什么、为什么不能办 | Where a case stands, what may be done today, and why not."""
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
    case: Case, which: Literal["notice", "decision", "repair"], /, *, out: PaperFile, json: Json = False
) -> None:
    """取出案件的文书（PDF） | Write a paper of a case as PDF.

    Parameters
    ----------
    which
        告知书、决定书或信用修复告知书 | which paper
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
