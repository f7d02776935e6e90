"""The commands about codes: look one up, report on all, send what is duplicate or wrong to the registering offices."""

from __future__ import annotations

from typing import Any

from cyclopts import App

from xinyun.site.cli.output import Json, actor, now, set_up, show, today


def register(app: App) -> None:
    """Add the commands to the command line."""
    group = App(name="codes", help="统一社会信用代码管理 | Management of unified social credit codes")
    group.command(_look_up, name="look-up")
    group.command(_report, name="report")
    group.command(_notices, name="notices")
    app.command(group)


def _look_up(text: str, *, json: Json = False) -> None:
    """查询代码、旧注册号、组织机构代码 | Look up a code, an old registration number or an organisation code.

    Parameters
    ----------
    text
        代码或号码 | the code or number
    """
    set_up()
    from xinyun.codes import queries

    found = queries.look_up(text, today())
    told: dict[str, Any] = {
        "asked": found.asked,
        "form": found.form,
        "valid": found.valid,
        "told": found.told.both,
    }
    if found.proposal:
        told["proposal"] = found.proposal
    told["parts"] = [
        {"characters": one.characters, "title": one.title.both, "meaning": one.meaning.both}
        for one in found.parts
    ]
    told["matches"] = [
        {
            "code": one.code,
            "name": one.name,
            "kind": one.kind.both if one.kind.zh else "",
            "status": one.status,
        }
        for one in found.matches
    ]
    show({name: value for name, value in told.items() if value != []}, as_json=json)


def _report(*, month: str = "", json: Json = False) -> None:
    """覆盖率、重错码率和线索 | Coverage, the rate of duplicate and wrong codes, and what was found.

    Parameters
    ----------
    month
        年月，如 2026-11；缺省为本月 | the month; this one where left out
    """
    set_up()
    from xinyun.codes import queries

    on = today()
    told = queries.report(queries.month_of(month, on), on)
    lines = {"whole": (told.whole,), "cities": told.cities, "offices": told.registrars, "kinds": told.kinds}
    answer: dict[str, Any] = {"month": f"{told.first:%Y-%m}", "through": told.through}
    answer |= {name: [_line(one) for one in some] for name, some in lines.items()}
    answer["findings"] = [
        {
            "grounds": "；".join(queries.GROUNDS[ground].zh for ground, _ in one.grounds),
            "codes": "、".join(holder.code for holder in one.holders),
        }
        for one in told.findings
    ]
    show(answer, as_json=json)


def _line(one: Any) -> dict[str, Any]:
    counts = one.counts
    return {
        "id": one.id,
        "title": one.title.zh,
        "codes": counts.codes,
        "duplicate": counts.duplicate,
        "wrong": counts.wrong + counts.refused,
        "rate": one.rate,
        "coverage": one.coverage,
    }


def _notices(*, issue: bool = False, json: Json = False) -> None:
    """给登记机关的重错码通知 | Notices of duplicate and wrong codes to the registering offices.

    Parameters
    ----------
    issue
        把新的线索发出 | issue what is new
    """
    set_up()
    from xinyun.codes import operations, queries

    on = today()
    issued = operations.issue_notices(actor=actor(), on=on, at=now()) if issue else ()
    shown = [
        {
            "id": one.id,
            "office": one.office,
            "issued_on": one.issued_on,
            "due_on": one.due_on,
            "findings": len(one.findings),
            "open": one.open,
            "overdue": one.is_overdue(on),
        }
        for one in queries.notices()
    ]
    show({"issued": len(issued), "notices": shown}, as_json=json)
