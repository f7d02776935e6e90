"""The commands about retention: what is due, erasing it, keeping a record for a reason, and what was done."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from cyclopts import App

from xinyun.site.cli.output import Json, actor, add_group, now, set_up, show, today


def register(app: App) -> None:
    """Add the commands to the command line."""
    add_group(
        app, "retention", "保存期限：到期的依法删除 | what the law says to delete, by the clock",
        due=_due, run=_run, hold=_hold, release=_release, report=_report,
    )  # fmt: skip


def _due(*, on: date | None = None, json: Json = False) -> None:
    """试算到期应删的，什么也不改 | What a run would erase, by article, what is held, what cannot be told; changes nothing.

    Parameters
    ----------
    on
        哪一天，默认今天 | on which day
    """
    set_up()
    from xinyun.retention import queries

    day = on or today()
    show({"on": day, "lines": [_line(one) for one in queries.due(day)]}, as_json=json)


def _run(*, json: Json = False) -> None:
    """删除到期的，可随时中断、重跑 | Erase what is due today; what was interrupted goes on with the next run."""
    set_up()
    from xinyun.retention import operations

    told = operations.run(actor=actor(), on=today(), at=now())
    show({"on": told.on, "lines": [_line(one) for one in told.lines], "wiped": told.wiped}, as_json=json)


def _hold(
    record: int,
    /,
    *,
    ground: Literal["objection", "repair", "case", "law"],
    reason: str,
    json: Json = False,
) -> None:
    """命令保留一条记录，到期也不删 | Keep a record though its time may come; prints the order's number.

    Parameters
    ----------
    record
        记录的任一修订的编号 | the id of any of its revisions
    ground
        异议、修复、案件或法律规定 | an objection, a repair, a case, or a law
    reason
        理由，一句话 | why, in a sentence
    """
    set_up()
    from xinyun.retention import operations

    number = operations.hold(record=record, ground=ground, reason=reason, actor=actor(), on=today())
    show({"hold": number}, as_json=json)


def _release(hold: int, /, *, reason: str, json: Json = False) -> None:
    """解除保留令 | End an order to keep a record.

    Parameters
    ----------
    hold
        保留令的编号 | the order's number
    reason
        理由，一句话 | why, in a sentence
    """
    set_up()
    from xinyun.retention import operations

    operations.release(hold=hold, reason=reason, actor=actor(), on=today())
    show({"released": hold}, as_json=json)


def _report(*, limit: int = 30, json: Json = False) -> None:
    """最近几次删除、各删除令的条款，以及在执行的保留令 | The latest runs and orders, and what is kept by order.

    Parameters
    ----------
    limit
        至多几条 | at most so many of each
    """
    set_up()
    from xinyun.ledger import queries as ledger
    from xinyun.retention import queries

    told = {
        "runs": [
            {
                "on": one.on,
                "actor": one.actor,
                "wiped": one.wiped,
                "erased": sum(line.count for line in one.lines if line.outcome == "erased"),
            }
            for one in queries.runs(limit)
        ],
        "orders": [
            {
                "order": one.id,
                "on": one.on,
                "norm": one.norm,
                "basis": one.basis,
                "actor": one.actor,
                "seq": one.seq,
                "rows": sum(one.rows.values()),
            }
            for one in queries.orders(limit)
        ],
        "contents": [
            {"order": one.id, "on": one.on, "norm": one.norm, "basis": one.basis, "count": one.count}
            for one in ledger.orders(limit)
        ],
        "holds": [
            {
                "hold": one.id,
                "record": one.record,
                "item": one.item,
                "ground": one.ground.en,
                "reason": one.reason,
                "on": one.on,
            }
            for one in queries.holds()
        ],
    }
    show(told, as_json=json)


def _line(one: Any) -> dict[str, Any]:
    names = ("outcome", "of", "norm", "item", "count", "basis", "why")
    return {name: getattr(one, name) for name in names}
