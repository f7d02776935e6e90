"""The commands of `listing` on applications: taken in, reviewed, withdrawn, and whom to review who was named on one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from xinyun.site.cli.cases import Reason, UnknownName, given
from xinyun.site.cli.output import Code, Json, Office, OfOffice, actor, set_up, show, today

Application = Annotated[int, Parameter(help="申报编号 | the application")]


def _apply(
    list: str,
    code: Code,
    /,
    *,
    office: Office,
    statement: str,
    evidence: Annotated[list[str], Parameter(negative=())],
    name: UnknownName = None,
    json: Json = False,
) -> None:
    """登记一份申报，如诚信示范企业 | Take in an application to be put on a favourable list.

    Parameters
    ----------
    list
        名单，如 demonstration-enterprise | the list
    office
        受理申报的单位 | the office that takes it in
    statement
        申报的事迹 | what the applicant states of itself
    evidence
        材料，写作 内容|文书 或 内容|文书|SHA-256，可多次给出 | what it shows, its document, its digest; repeatable
    """
    set_up()
    from xinyun.listing import operations

    found = operations.apply(
        list_id=list, code=code, statement=statement, evidence=given(evidence), name=name, office=office,
        actor=actor(), on=today(),
    )  # fmt: skip
    show(_application(found), as_json=json)


def _review(
    application: Application,
    /,
    *,
    office: Office,
    verdict: Literal["recommend", "turn-down"],
    reasons: Reason,
    json: Json = False,
) -> None:
    """审核申报：推荐或不予推荐 | Review an application: recommend it or not, with reasons.

    Parameters
    ----------
    office
        审核的单位 | the reviewing office
    verdict
        推荐或不予推荐 | whether it is recommended
    """
    set_up()
    from xinyun.listing import operations

    verb = operations.recommend if verdict == "recommend" else operations.turn_down
    found = verb(application=application, reasons=reasons, office=office, actor=actor(), on=today())
    show(_application(found), as_json=json)


def _withdraw_application(application: Application, /, *, office: Office, json: Json = False) -> None:
    """撤回申报 | Close an application that the subject no longer pursues.

    Parameters
    ----------
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


COMMANDS: dict[str, Callable[..., None]] = {
    "apply": _apply,
    "review": _review,
    "withdraw_application": _withdraw_application,
    "applications": _applications,
    "under_review": _under_review,
}


def _application(found: Any) -> dict[str, Any]:
    """An application in a few words."""
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
