from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DAY
from tests.factories import a_code, a_licence, a_registration, collected
from xinyun.lists import operations as lists
from xinyun.relations import operations

REGISTRY, TRADING, TAX = "52.market-regulation", "52.public-resources", "52.tax"
PERSON, OTHER_PERSON = "11010519491231002X", "529999190001010018"
"""The specimen number of GB 11643, and one of a division that does not exist."""
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
ASKED: dict[str, Any] = {
    "purpose": "核对招标资格",
    "office": "52.public-resources",
    "actor": "user:test",
    "on": DAY,
    "at": AT,
}
_SOURCE = {"数据来源单位": "演示市市场监督管理局"}


def a_shareholder(code: str, owner: str, **changes: str) -> dict[str, str]:
    """A row that says that `owner` holds a share of `code`."""
    return {
        "主体名称": "贵州演示公司", "统一社会信用代码": code, "股东类型": "企业法人", "单位股东名称": "贵州演示投资公司",
        "单位股东统一社会信用代码": owner, "持股比例（%）": "60", "出资公示日期": "2026-03-01",
    } | _SOURCE | changes  # fmt: skip


def a_branch(code: str, branch: str, **changes: str) -> dict[str, str]:
    """A row that says that `branch` is a branch of `code`."""
    return {
        "主体名称": "贵州演示公司", "统一社会信用代码": code, "分支机构名称": "贵州演示公司分公司",
        "分支机构统一社会信用代码": branch, "分支机构成立日期": "2020-01-02", "分支机构状态": "存续",
        "分支机构登记机关": "演示市市场监督管理局",
    } | _SOURCE | changes  # fmt: skip


def a_contract(code: str, number: str = "演合同2026-1", **changes: str) -> dict[str, str]:
    """A row of a contract that partners won together."""
    return {
        "主体名称": "贵州演示公司", "统一社会信用代码": code, "合同编号": number, "招标项目名称": "演示工程",
        "招标人名称": "演示市交通局", "中标身份": "联合体成员", "合同金额（万元）": "100", "合同签订日期": "2026-04-01",
        "合同完工期限": "2028-04-01", "是否履行": "履行中",
    } | _SOURCE | changes  # fmt: skip


def a_licence_naming(code: str, person: str = PERSON, name: str = "演示甲", **changes: str) -> dict[str, str]:
    """A licence that names its holder's legal representative with the identity number."""
    numbered = {"XK_FRDB": name, "XK_FR_ZJLX": "身份证", "XK_FR_ZJHM": person}
    return a_licence(code) | numbered | changes


Send = Callable[..., Any]


@pytest.fixture
def send(write_csv: Callable[..., Path]) -> Send:
    """Collect rows of an item from an office; every row must be taken."""

    def sent(item: str, *rows: dict[str, str], office: str = REGISTRY) -> Any:
        outcome = collected(write_csv(list(rows), f"{item}.csv"), item, office)
        assert outcome.rejected == 0, outcome
        return outcome

    return sent


@pytest.fixture
def firm(send: Send) -> Callable[..., str]:
    """A registered organisation; returns its code."""

    def made(name: str, person: str = "演示甲", **changes: str) -> str:
        code = a_code()
        send("registration", a_registration(code, 名称=name, 法定代表人=person, **changes))
        return code

    return made


def listed(
    code: str,
    list_id: str = "serious-tax-violation",
    office: str = TAX,
    document: str = "演税确字〔2026〕1号",
) -> None:
    lists.enlist(
        list_id=list_id,
        code=code,
        document=document,
        decided=DAY.replace(month=6),
        office=office,
        actor="test",
        on=DAY,
    )


def near(code: str) -> list[str]:
    """The codes of the listed subjects near one, as an officer is told."""
    from xinyun.relations.rules import Viewer

    answer = operations.associate(code=code, viewer=Viewer.OFFICER, **ASKED)
    return [one.node.key for one in answer.found]
