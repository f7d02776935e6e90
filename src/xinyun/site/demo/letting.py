"""What is being let go in the demonstration: an objection that was accepted and passed on, a repair that is being verified."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from xinyun.archive import queries as archive
from xinyun.base import Refusal
from xinyun.repair import operations, queries
from xinyun.repair.operations import Contact, Evidence
from xinyun.site.demo.subjects import Subject


def open_cases(cast: list[Subject], *, actor: str, on: date) -> None:
    """One of each, about penalties of two companies; once for all runs."""
    if queries.cases("objection", limit=1):
        return
    lines = _penalties(cast)
    disputed = next(lines, None)
    if disputed is None:
        return
    filed = operations.open_case(
        line=disputed, statement="处罚决定已经复议撤销（演示），公示的内容有误。",
        evidence=[Evidence("复议决定（演示）", "演府复〔2026〕1号")], way="office", contact=Contact("演示联系人", "0851-00000000"),
        actor=actor, on=on,
    )  # fmt: skip
    operations.forward(case=filed.case.id, office=None, actor=actor, on=on)
    for line in lines:
        try:
            asked = operations.apply(
                line=line, statement="罚款已缴清，违法行为已改正（演示）。", evidence=[Evidence("缴款凭证（演示）", "演示票据1号")],
                performed=True, commitment=True, way="portal", actor="portal", on=on,
            )  # fmt: skip
        except Refusal:  # too early, or over: another one then
            continue
        operations.accept(case=asked.case.id, office=asked.case.office, actor=actor, on=on)
        return


def _penalties(cast: list[Subject]) -> Iterator[str]:
    """The penalties of the demonstration's companies, as pages name them."""
    for one in cast:
        if one.prefix == "91":
            for record in archive.find_current("penalty", office=None, code=one.code, limit=1):
                yield str(record.id)
