"""The commands by which objections are handled and credit is repaired: file, accept, answer or verify, decide, let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from xinyun.plumbing.writing import USUAL, arriving, demand_apart
from xinyun.site.cli.cases import Case, PaperFile, Reason, parts
from xinyun.site.cli.output import Json, OfOffice, actor, add_group, now, set_up, show, today

For = Annotated[
    str | None,
    Parameter(
        name="--from", help="本单位；不写为信用中心 | the office that acts; the credit centre where left out"
    ),
]
Pieces = Annotated[
    list[str] | None,
    Parameter(
        negative=(), help="证据，写作 内容|文书，可多次给出 | what it shows and its document; repeatable"
    ),
]
Line = Annotated[
    str, Parameter(help="记录编号，或 list-条目编号 | a record's number, or list- and an entry's")
]
Outcome = Annotated[Literal["uphold", "correct", "withdraw"], Parameter(help="结果 | the outcome")]
Number = Annotated[str, Parameter(help="文号 | the decision's number")]
Contact = Annotated[str, Parameter(help="联系人|电话，加密存放 | name and telephone, stored sealed")]


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "objection", "异议：标注、转交、核查、决定 | objections: marked, passed on, answered, decided",
        open=_open, accept=_accept, reject=_reject, forward=_forward, answer=_answer, decide=_decide_objection,
        withdraw=_withdraw, list=_list_objections, show=_show, paper=_paper, contact=_contact,
    )  # fmt: skip
    add_group(
        app, "repair", "信用修复：申请、受理、核实、决定 | repair of credit: asked for, accepted, verified, decided",
        can=_can, apply=_apply, accept=_accept, reject=_reject, verify=_verify, decide=_decide_repair, withdraw=_withdraw,
        list=_list_repairs, show=_show, paper=_paper, contact=_contact,
    )  # fmt: skip


def _open(
    line: str, /, *, statement: str, evidence: Pieces = None, contact: Contact = "", json: Json = False
) -> None:
    """窗口代为提出异议，当场受理并标注 | Write down an objection; it is accepted, and what it is about marked, at once.

    Parameters
    ----------
    line
        记录编号，或 list-条目编号，见主体页 | a record's number, or list- and an entry's, as on the subject's page
    statement
        哪里不对，为什么 | what is wrong, and why
    """
    set_up()
    from xinyun.repair import operations

    filed = operations.open_case(
        line=line, statement=statement, evidence=_evidence(evidence), contact=_called(contact), way="office",
        actor=actor(), on=today(),
    )  # fmt: skip
    _done(filed.case, json)


def _apply(
    line: Line,
    /,
    *,
    statement: str,
    evidence: Pieces = None,
    performed: Annotated[bool, Parameter(negative=())] = False,
    commitment: Annotated[bool, Parameter(negative=())] = False,
    contact: Contact = "",
    json: Json = False,
) -> None:
    """窗口代为申请信用修复；能不能修复、最早哪天，当场告知 | Ask for a repair; whether and from when is told at once.

    Parameters
    ----------
    statement
        怎样纠正和履行的 | how the conduct was mended
    performed
        已经纠正并履行全部义务 | every duty is done
    commitment
        公开作出信用承诺 | a commitment is made
    """
    set_up()
    from xinyun.repair import operations

    filed = operations.apply(
        line=line, statement=statement, evidence=_evidence(evidence), performed=performed, commitment=commitment,
        contact=_called(contact), way="office", actor=actor(), on=today(),
    )  # fmt: skip
    _done(filed.case, json)


def _can(line: Line, /, *, json: Json = False) -> None:
    """能不能修复、最早哪天、要哪些材料，依据哪一条 | Whether it can be repaired, from when, with which papers, by which article."""
    set_up()
    from xinyun.repair import queries

    decision, procedure = queries.repairable(queries.target(line, today()), today())
    reasons = decision.reasons if decision else ()
    show(
        {
            "outcome": decision.outcome if decision else "no-procedure",
            "from": next((one.until for one in reasons if one.until), None),
            "why": [one.text.zh for one in reasons],
            "basis": [str(basis) for one in reasons for basis in one.basis],
            "procedure": procedure.id if procedure else None,
            "conditions": procedure.conditions if procedure else (),
            "documents": procedure.documents if procedure else (),
        },
        as_json=json,
    )


def _accept(case: Case, /, *, office: For = None, json: Json = False) -> None:
    """受理；异议同时标注 | Accept a case; an objection is marked in the same step."""
    _step("accept", case, office, json)


def _reject(case: Case, /, *, ground: str, reasons: str, office: For = None, json: Json = False) -> None:
    """不予受理，写明程序里的理由 | Do not accept, on a ground of the procedure.

    Parameters
    ----------
    ground
        程序里的理由，如 papers-incomplete | a ground of the procedure
    reasons
        说明 | why
    """
    _step("reject", case, office, json, ground=ground, reasons=reasons)


def _forward(case: Case, /, *, office: For = None, json: Json = False) -> None:
    """转交来源单位核查 | Pass an objection to the office whose record it is."""
    _step("forward", case, office, json)


def _answer(
    case: Case,
    /,
    *,
    outcome: Outcome,
    text: str,
    office: For = None,
    json: Json = False,
) -> None:
    """来源单位答复：无误、更正或撤回 | The source answers: it stands, is corrected, or is withdrawn.

    Parameters
    ----------
    text
        核查情况 | what was found
    """
    _step("answer", case, office, json, outcome=outcome, text=text)


def _verify(
    case: Case,
    /,
    *,
    text: str,
    performed: Annotated[bool, Parameter(negative=())] = False,
    office: For = None,
    json: Json = False,
) -> None:
    """登记核实情况 | Record what was verified.

    Parameters
    ----------
    text
        核实情况 | what was found
    performed
        义务已经全部履行 | every duty is done
    """
    _step("verify", case, office, json, text=text, performed=performed)


def _decide_objection(
    case: Case,
    /,
    *,
    outcome: Outcome,
    document: Number,
    reasons: Reason,
    value: Annotated[list[str] | None, Parameter(negative=())] = None,
    office: For = None,
    json: Json = False,
) -> None:
    """由第二人决定异议；更正、撤回、取消标注随之生效 | Decide an objection as a second officer; what follows takes effect with it.

    Parameters
    ----------
    value
        更正的字段，写作 字段=值，可多次给出 | a field's new value; repeatable
    """
    values = dict(one.split("=", 1) for one in value or () if "=" in one)
    _step(
        "decide",
        case,
        office,
        json,
        outcome=outcome,
        document=document,
        reasons=reasons,
        values=values,
        at=now(),
    )


def _decide_repair(
    case: Case,
    /,
    *,
    outcome: Literal["grant", "refuse"],
    document: Number,
    reasons: Reason,
    ground: str = "",
    office: For = None,
    json: Json = False,
) -> None:
    """由第二人决定是否准予修复；准予的当天终止公示、移出名单 | Decide a repair as a second officer; what is granted is let go that day.

    Parameters
    ----------
    outcome
        结果 | the outcome
    ground
        不予修复的，程序里的理由，虚假的为 false-statement | a ground of the procedure where it is refused
    """
    told = {"outcome": outcome, "document": document, "reasons": reasons, "ground": ground}
    _step("decide", case, office, json, **told, at=now())


def _withdraw(case: Case, /, *, reason: Reason, office: For = None, json: Json = False) -> None:
    """申请人撤回 | The applicant withdraws."""
    _step("withdraw", case, office, json, reason=reason)


def _list_objections(*, office: OfOffice = None, json: Json = False) -> None:
    """没有办结的异议各等什么、有没有逾期 | What each open objection waits for, and whether it is late."""
    _list("objection", office, json)


def _list_repairs(*, office: OfOffice = None, json: Json = False) -> None:
    """没有办结的修复申请各等什么、有没有逾期 | What each open repair waits for, and whether it is late."""
    _list("repair", office, json)


def _list(kind: str, office: str | None, json: bool) -> None:
    set_up()
    from xinyun.repair import queries

    lines = [
        _told(one.case) | {"waits_for": one.deadline.act, "last": one.deadline.last, "late": one.late}
        for one in queries.due(kind, today(), office)
    ]
    show({"cases": lines}, as_json=json)


def _show(case: Case, /, *, json: Json = False) -> None:
    """案件办到哪里、各步的期限、今天可以办什么 | Where a case stands, each step's day, and what may be done today."""
    set_up()
    from xinyun.repair import queries

    found, day = queries.case(case), today()
    told = _told(found)
    told["steps"] = [
        {"number": one.number, "kind": one.kind, "on": one.on, "actor": one.actor} for one in found.steps
    ]
    told["deadlines"] = [
        {"act": one.act, "last": one.last, "done": one.done, "late": one.missed(day), "basis": one.basis}
        for one in queries.deadlines(found, day)
    ]
    told["next"] = [
        {"act": one.act, "why_not": one.refusal.what.zh if one.refusal else ""}
        for one in queries.options(found, day, actor=actor(), office=None)
    ]
    show(told, as_json=json)


def _paper(case: Case, which: Literal["receipt", "result"], /, *, out: PaperFile, json: Json = False) -> None:
    """取出回执或结果（PDF） | Write a case's receipt or result as PDF.

    Parameters
    ----------
    which
        回执或结果 | which paper
    """
    set_up()
    from django.conf import settings

    from xinyun.repair import paper, queries

    demand_apart(out, *settings.XINYUN.own_files)
    with arriving(out, USUAL) as stream:
        stream.write(paper.pdf(queries.case(case), which))
    show({"file": out}, as_json=json)


def _contact(case: Case, /, *, purpose: str, office: For = None, json: Json = False) -> None:
    """查看联系人，先存证用途 | Whom to call about a case; the purpose is logged first.

    Parameters
    ----------
    purpose
        用途，一句话 | what for, in one sentence
    """
    set_up()
    from xinyun.repair import operations

    told = operations.read_contact(
        case=case, purpose=purpose, office=office, actor=actor(), on=today(), at=now()
    )
    show(told, as_json=json)


def _step(verb: str, case: int, office: str | None, json: bool, **told: Any) -> None:
    """Take a step by the operation of that name."""
    set_up()
    from xinyun.repair import operations

    act: Callable[..., Any] = getattr(operations, verb)
    _done(act(case=case, office=office, actor=actor(), on=today(), **told), json)


def _done(view: Any, json: bool) -> None:
    from xinyun.site.cli.deciding import catch_up

    catch_up()
    show(_told(view), as_json=json)


def _evidence(pieces: list[str] | None) -> list[Any]:
    from xinyun.repair.operations import Evidence

    return [Evidence(*parts(one, 2)) for one in pieces or ()]


def _called(contact: str) -> Any:
    from xinyun.repair.operations import Contact

    return Contact(*parts(contact, 2)) if contact else None


def _told(view: Any) -> dict[str, Any]:
    """A case in a few words."""
    return {
        "case": view.id,
        "number": view.number,
        "kind": view.kind,
        "code": view.code,
        "name": view.name,
        "of": view.of,
        "document": view.document,
        "office": view.office,
        "state": view.state,
    }
