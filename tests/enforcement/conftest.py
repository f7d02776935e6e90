"""An office with a roster, somebody on it who is listed, and rounds of matching."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.conftest import DAY
from tests.factories import a_code
from xinyun.accounts import operations as accounts
from xinyun.enforcement import operations, queries
from xinyun.enforcement.matching import Matched
from xinyun.enforcement.models import Task
from xinyun.enforcement.operations import Put
from xinyun.lists import operations as lists

OFFICE, SCENE = "520100.public-resources", "tender-registration"
LABOUR = "520300.human-resources"


def a_key(**changes: Any) -> str:
    """Register a client of the office; returns its key."""
    given: dict[str, Any] = {"name": "演示交易系统", "office": OFFICE, "scenes": [SCENE]} | changes
    return accounts.add_client(**given, actor="t", on=DAY)


def enlist(
    code: str | None = None,
    *,
    number: int = 1,
    decided: date = date(2026, 3, 1),
    name: str = "贵州演示建筑有限公司",
    on: date = DAY,
) -> tuple[str, int]:
    """Put somebody on the list of wage arrears; returns code and entry."""
    code = code or a_code()
    view = lists.enlist(
        list_id="wage-arrears", code=code, document=f"演列{number}号", decided=decided, name=name, office=LABOUR,
        actor="t", on=on,
    )  # fmt: skip
    return code, view.id


def delist(entry: int, on: date = DAY) -> None:
    lists.delist(entry=entry, document="演移1号", reason="依申请修复", office=LABOUR, actor="t", on=on)


def put(*codes: str, replace: bool = False, on: date = DAY, office: str = OFFICE, scene: str = SCENE) -> Put:
    """Put codes on the office's roster."""
    lines = [(code, "", "") for code in codes]
    return operations.put_lines(office=office, scene=scene, lines=lines, replace=replace, actor="t", on=on)


def match(on: date = DAY) -> Matched:
    return operations.follow(actor="t", on=on)


def do(task: int, *, actor: str = "user:甲", on: date = DAY, day: date | None = None) -> queries.TaskView:
    return operations.do(
        task=task,
        what="取消投标资格（演示）",
        day=day or on,
        document="演执1号",
        office=OFFICE,
        actor=actor,
        on=on,
    )


def states(code: str = "") -> dict[str, str]:
    """The measure of each task, of a code or of all, and where the latest one stands."""
    rows = Task.objects.filter(**({"code": code} if code else {})).order_by("pk")
    return {row.measure: row.state for row in rows}
