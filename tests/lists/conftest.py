from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from xinyun.base.identifiers import uscc_check_character
from xinyun.lists import operations
from xinyun.lists.queries import EntryView

TODAY = date(2026, 3, 2)


def a_code(number: int, kind: str = "91") -> str:
    """A code of the demonstration's own range, right by its check character."""
    body = f"{kind}520100MAD{number:06d}"
    return body + uscc_check_character(body)


@pytest.fixture
def enlist() -> Callable[..., EntryView]:
    """Puts a subject on the wage-arrears list, unless told otherwise."""

    def put(number: int = 1, **other) -> EntryView:
        told = {
            "list_id": "wage-arrears",
            "code": a_code(number),
            "document": f"筑人社列〔2026〕{number}号",
            "decided": date(2026, 3, 1),
            "office": "520100.human-resources",
            "name": f"演示建筑{number}有限公司",
            "actor": "clerk",
            "on": TODAY,
        }
        return operations.enlist(**(told | other))

    return put


@pytest.fixture
def delist() -> Callable[..., EntryView]:
    """Removes a subject from the wage-arrears list, unless told otherwise."""

    def remove(number: int = 1, **other) -> EntryView:
        told = {
            "list_id": "wage-arrears",
            "code": a_code(number),
            "document": f"筑人社移〔2026〕{number}号",
            "reason": "信用修复",
            "office": "520100.human-resources",
            "actor": "clerk",
            "on": TODAY,
        }
        return operations.delist(**(told | other))

    return remove
