"""The command that assesses: how offices furnished their data in a month, and the notice about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cyclopts import App

from xinyun.plumbing.writing import USUAL, arriving, demand_apart
from xinyun.site.cli.output import Json, actor, now, set_up, show, today


def register(app: App) -> None:
    """Add the command to the command line."""
    app.command(_assess, name="assess")


def _assess(
    *,
    month: str | None = None,
    office: str = "",
    city: str = "",
    notice: Path | None = None,
    json: Json = False,
) -> None:
    """考核报送质量 | Assess how offices furnished their data in a month: in time, accepted, complete.

    Parameters
    ----------
    month
        年月，如 2026-11；缺省为本月 | the month; this one where left out
    office
        只看一个单位 | one office alone
    city
        只看一个市州的单位，写六位区划代码；520000 为省级单位 | the offices of one city alone
    notice
        另出考核通报，写入的 PDF 文件 | also issue the notice, to this PDF
    """
    set_up()
    from django.conf import settings

    from xinyun.assessment import operations, queries

    on = today()
    first = queries.month_of(month, on) if month else on.replace(day=1)
    told = _told(queries.narrowed(queries.month(first, on), office=office, city=city))
    if notice:
        demand_apart(notice, *settings.XINYUN.own_files)
        with arriving(notice, USUAL) as stream:
            issued = operations.issue_notice(
                month=first, office=office, city=city, actor=actor(), on=on, at=now()
            )
            stream.write(issued.pdf)
        told["notice"] = {"number": issued.number, "file": notice, "sha256": issued.sha256}
    show(told, as_json=json, title=f"{first:%Y-%m}")


def _told(month: Any) -> dict[str, Any]:
    """Each assessment's points with their reasons, and what came."""
    told: dict[str, Any] = {"through": month.through}
    for table in month.tables:
        measures, score = table.whole
        told[table.assessment.id] = {
            "points": None if score.points is None else float(score.points),
            "received": measures.received,
            "rejected": measures.rejected,
            "late": measures.late,
            "indicators": [one.reason.text.both for one in score.indicators],
        }
    return told
