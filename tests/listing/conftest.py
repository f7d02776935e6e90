from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from tests.lists.conftest import a_code
from xinyun.listing import operations
from xinyun.listing.operations import Evidence
from xinyun.listing.queries import CaseView

OFFICE = "520100.human-resources"
PROPOSED, SERVED, DECIDED, IN_FORCE = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 11), date(2026, 3, 12)
"""A Monday; the next day; the day after five working days from then; the next day."""
PROPOSER, SECOND = "user:zhang", "user:li"
ARTICLE = "mohrss-45-2021 第五条"


def told(number: int = 1, **other) -> dict:
    """A proposal about a subject of the demonstration's range, for the wage-arrears list unless told otherwise."""
    return {
        "list_id": "wage-arrears",
        "code": a_code(number),
        "name": f"演示建筑{number}有限公司",
        "conduct": "serious",
        "facts": "拖欠二十名工人工资三十万元，责令限期支付后逾期未支付。",
        "articles": [ARTICLE],
        "evidence": [Evidence("责令限期改正后逾期未支付", "筑人社监令〔2026〕8号", "ab" * 32)],
        "document": f"筑人社列告〔2026〕{number}号",
        "office": OFFICE,
        "actor": PROPOSER,
        "on": PROPOSED,
    } | other


class Course:
    """One case, taken step by step; every step may be told otherwise."""

    def __init__(self, number: int = 1, **other) -> None:
        self.office = other.get("office", OFFICE)
        self.view: CaseView = operations.propose(**told(number, **other))

    def _do(self, verb: Callable[..., CaseView], given: dict) -> Course:
        self.view = verb(**({"case": self.view.id, "office": self.office, "actor": PROPOSER} | given))
        return self

    def serve(self, **other) -> Course:
        usual = {"way": "direct", "served": SERVED, "proof": "送达回证第1号", "on": SERVED}
        return self._do(operations.serve, usual | other)

    def state(self, **other) -> Course:
        return self._do(
            operations.state, {"text": "资金已在筹措，请求宽限。", "on": date(2026, 3, 5)} | other
        )

    def answer(self, **other) -> Course:
        return self._do(
            operations.answer, {"text": "已核实，理由不成立，不采纳。", "on": date(2026, 3, 9)} | other
        )

    def decide(self, **other) -> Course:
        usual = {
            "document": "筑人社列〔2026〕1号",
            "reasons": "事实清楚，证据充分。",
            "actor": SECOND,
            "on": DECIDED,
        }
        return self._do(operations.decide, usual | other)

    def spare(self, **other) -> Course:
        return self._do(
            operations.spare, {"reasons": "决定前已改正并书面承诺。", "actor": SECOND, "on": DECIDED} | other
        )

    def serve_decision(self, **other) -> Course:
        usual = {
            "way": "mail", "served": IN_FORCE, "proof": "邮单EX1", "repair_notice": True, "on": IN_FORCE,
        }  # fmt: skip
        return self._do(operations.serve_decision, usual | other)

    def withdraw(self, **other) -> Course:
        return self._do(operations.withdraw, {"reason": "当事人认定有误。", "on": DECIDED} | other)


@pytest.fixture
def course() -> type[Course]:
    """Opens a case when called."""
    return Course
