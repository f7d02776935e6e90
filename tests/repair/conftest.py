"""A penalty, an entry, and a case about either, taken step by step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.factories import a_penalty, collected
from tests.lists.conftest import a_code, enlist  # noqa: F401 - a fixture
from xinyun.archive import queries as archive
from xinyun.repair import operations
from xinyun.repair.operations import Contact, Evidence
from xinyun.repair.queries import CaseView

OFFICE, LABOUR = "52.market-regulation", "520100.human-resources"
CENTRE, CLERK, SECOND = "user:zhao", "user:qian", "user:sun"
FILED = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
PROOF = Evidence("罚款缴清", "演示收据1号")


@pytest.fixture
def penalty(write_csv: Callable[..., Path]) -> Callable[..., str]:
    """Furnishes a penalty about a new subject; returns the line by which it is named."""

    def put(number: int = 1, **changes: str) -> str:
        code = a_code(number)
        rows = [a_penalty(code, CF_WSH=f"演市监罚〔2026〕{number}号", **changes)]
        collected(write_csv(rows, f"penalty{number}.csv"), "penalty", OFFICE)
        (found,) = archive.find_current("penalty", office=OFFICE, code=code)
        return str(found.id)

    return put


def object_to(line: str, **other: Any) -> operations.Filed:
    given = {
        "line": line, "statement": "处罚决定已被撤销，信息有误。", "evidence": [Evidence("撤销决定", "演示复决〔2026〕3号")],
        "way": "office", "actor": CENTRE, "on": FILED,
    }  # fmt: skip
    return operations.open_case(**given | other)


def ask(line: str, **other: Any) -> operations.Filed:
    given = {
        "line": line, "statement": "已经履行完毕，申请修复。", "evidence": [PROOF], "performed": True, "commitment": True,
        "way": "portal", "actor": "portal", "on": FILED, "contact": Contact("演示人", "0851-0000000"),
    }  # fmt: skip
    return operations.apply(**given | other)


class Course:
    """One case, taken step by step; every step may be told otherwise."""

    def __init__(self, view: CaseView) -> None:
        self.view = view

    def _do(self, verb: Callable[..., CaseView], usual: dict[str, Any], other: dict[str, Any]) -> Course:
        given = {"case": self.view.id, "office": self.view.office, "actor": CLERK, "on": FILED}
        self.view = verb(**given | usual | other)
        return self

    def accept(self, **other: Any) -> Course:
        return self._do(operations.accept, {}, other)

    def reject(self, **other: Any) -> Course:
        return self._do(
            operations.reject, {"ground": "papers-incomplete", "reasons": "缺主体资格证明。"}, other
        )

    def forward(self, **other: Any) -> Course:
        return self._do(operations.forward, {"office": None, "actor": CENTRE}, other)

    def answer(self, outcome: str = "uphold", **other: Any) -> Course:
        return self._do(operations.answer, {"outcome": outcome, "text": "经核查。"}, other)

    def verify(self, **other: Any) -> Course:
        return self._do(operations.verify, {"performed": True, "text": "罚款已缴清，现场核实。"}, other)

    def decide(self, outcome: str = "uphold", **other: Any) -> Course:
        usual = {
            "outcome": outcome,
            "document": "演异决〔2026〕1号",
            "reasons": "事实清楚。",
            "actor": SECOND,
            "at": AT,
        }
        return self._do(operations.decide, usual, other)

    def withdraw(self, **other: Any) -> Course:
        return self._do(operations.withdraw, {"reason": "不再需要。"}, other)
