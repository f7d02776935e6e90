from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DAY
from tests.factories import a_code, a_registration, collected
from xinyun.identity import operations
from xinyun.lists import operations as lists

REGISTRY = "52.market-regulation"
BY: dict[str, Any] = {"actor": "user:test", "on": DAY}
_SOURCE = {"数据来源单位": "演示市市场监督管理局"}


def an_assignment(code: str, act: str = "换码", **changes: str) -> dict[str, str]:
    """A row in which the registry says what became of a code; `code` is the one that goes on."""
    return {
        "主体名称": "贵州演示公司", "统一社会信用代码": code, "赋码事项": act, "办理日期": "2026-03-01",
        "登记管理部门": "演示市市场监督管理局",
    } | _SOURCE | changes  # fmt: skip


def a_change(code: str, item: str, **changes: str) -> dict[str, str]:
    """A row of a change of registration."""
    return {
        "主体名称": "贵州演示公司", "统一社会信用代码": code, "变更事项": item, "变更日期": "2026-04-01",
        "登记机关": "演示市市场监督管理局",
    } | _SOURCE | changes  # fmt: skip


Send = Callable[..., Any]


@pytest.fixture
def send(write_csv: Callable[..., Path]) -> Send:
    """Collect rows of an item from the registry; every row must be taken."""

    def sent(item: str, *rows: dict[str, str], office: str = REGISTRY) -> Any:
        outcome = collected(write_csv(list(rows), f"{item}.csv"), item, office)
        assert outcome.rejected == 0, outcome
        return outcome

    return sent


Firm = Callable[..., str]


@pytest.fixture
def firm(send: Send) -> Firm:
    """A registered organisation; returns its code."""

    def made(name: str = "贵州演示贸易有限公司", code: str = "", **changes: str) -> str:
        code = code or a_code()
        send("registration", a_registration(code, 名称=name, **changes))
        return code

    return made


def listed(code: str, document: str = "演税确字〔2026〕1号") -> None:
    """Put a code on the list of serious tax violations."""
    lists.enlist(
        list_id="serious-tax-violation", code=code, document=document, decided=DAY.replace(month=6),
        office="52.tax", **BY,
    )  # fmt: skip


def joined(one: str, other: str, current: str = "", reason: str = "核对证照") -> Any:
    """A person joins two codes."""
    return operations.join(code=one, other=other, current=current or other, reason=reason, **BY)


def apart(one: str, other: str, reason: str = "两家不同的公司") -> Any:
    """A person keeps two codes apart."""
    return operations.keep_apart(code=one, other=other, reason=reason, **BY)


def undone(one: str, other: str, reason: str = "判断有误") -> Any:
    """A person undoes a decision about two codes."""
    return operations.undo(code=one, other=other, reason=reason, **BY)
