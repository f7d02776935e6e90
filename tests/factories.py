"""One plain function a noun. Every name and code is invented; codes carry the sandbox's letters."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path
from typing import Any

from xinyun.base.identifiers import uscc_check_character

_numbers = itertools.count(1)


def a_code(prefix: str = "91", division: str = "520100") -> str:
    """A new, valid unified social credit code."""
    first17 = f"{prefix}{division}XY{next(_numbers):07d}"
    return first17 + uscc_check_character(first17)


def a_registration(code: str | None = None, **changes: str) -> dict[str, str]:
    """A row of the item `registration` under its official titles."""
    number = next(_numbers)
    return {
        "名称": f"贵州演示{number}号科技有限公司",
        "统一社会信用代码": code or a_code(),
        "成立日期": "2015-06-01",
        "类型": "有限责任公司",
        "登记状态": "存续",
    } | changes


def a_penalty(code: str | None = None, **changes: str) -> dict[str, str]:
    """A row of the item `penalty` under its official codes."""
    number = next(_numbers)
    office = a_code("11")
    return {
        "CF_XDR_MC": f"贵州演示{number}号商贸有限公司",
        "CF_XDR_LB": "法人及非法人组织",
        "CF_XDR_SHXYM": code or a_code(),
        "CF_FRDB": "演示人",
        "CF_WSH": f"演市监罚〔2026〕{number}号",
        "CF_WFXW": "未按规定公示",
        "CF_SY": "演示用违法事实",
        "CF_YJ": "演示用依据",
        "CF_CFLB": "罚款",
        "CF_NR": "罚款一万元",
        "CF_NR_FK": "1.0",
        "CF_JDRQ": "2026/05/10",
        "CF_YXQ": "2099/12/31",
        "CF_CFJG": "演示市市场监督管理局",
        "CF_CFJGDM": office,
        "CF_SJLY": "演示市市场监督管理局",
        "CF_SJLYDM": office,
    } | changes


def a_licence(code: str | None = None, **changes: str) -> dict[str, str]:
    """A row of the item `licence` under its official codes."""
    number = next(_numbers)
    office = a_code("11")
    return {
        "XK_XDR_MC": f"贵州演示{number}号建设有限公司",
        "XK_XDR_LB": "法人及非法人组织",
        "XK_XDR_SHXYM": code or a_code(),
        "XK_FRDB": "演示人",
        "XK_XKWS": "演示许可决定书",
        "XK_WSH": f"演许〔2026〕{number}号",
        "XK_XKLB": "普通",
        "XK_XKZS": "演示许可证",
        "XK_XKBH": f"YS{number:08d}",
        "XK_NR": "演示用许可内容",
        "XK_JDRQ": "2026/05/10",
        "XK_YXQZ": "2026/05/10",
        "XK_YXQZI": "2099/12/31",
        "XK_XKJG": "演示市行政审批局",
        "XK_XKJGDM": office,
        "XK_ZT": "1",
        "XK_LYDW": "演示市行政审批局",
        "XK_LYDWDM": office,
    } | changes


def collected(
    path: Path, item: str = "registration", office: str = "52.market-regulation", **given: Any
) -> Any:
    """Collect a file in this process, on the tests' day; names are followed at once, as the worker does in seconds."""
    from xinyun.archive.operations import follow_documents, follow_names
    from xinyun.collection.operations import collect

    given = {"actor": "test", "on": date(2026, 11, 20)} | given
    outcome = collect(item=item, path=path, office=office, **given)
    follow_names(actor="test", on=given["on"])
    follow_documents(actor="test", on=given["on"])
    return outcome
