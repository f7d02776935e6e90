"""What the papers of a case say, as plain sections of text: the receipt, the answer, the decision. Reads norms only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xinyun.law import Law, Procedure
from xinyun.law.citing import cite_on_paper
from xinyun.plumbing.papers import content, lines
from xinyun.repair import steps
from xinyun.repair.steps import Facts
from xinyun.repair.targets import Target

_ACTS = {
    steps.ACCEPT: "受理", steps.FORWARD: "转交来源单位", steps.ANSWER: "来源单位答复", steps.DECIDE: "告知结果",
}  # fmt: skip
_OUTCOMES = {
    steps.UPHOLD: "经核查，信息无误，不予更正；异议标注自即日起取消。",
    steps.CORRECT: "异议成立，信息予以更正；更正的内容见公示页。",
    steps.REMOVE: "异议成立，信息自即日起撤回，不再公示、共享和使用。",
}
_FREE = "办理异议和信用修复不收取任何费用。"


def receipt(kind: str, found: Target, told: Mapping[str, Any], way: Procedure, now: Law) -> dict[str, Any]:
    """The receipt of an objection or of an application that was filed on the day of `now`."""
    facts = Facts(kind, found.office, now.day)
    due = steps.deadlines(facts, way, now)
    whole = [now.clock(one) for one in way.clocks]
    sections = [
        ("所涉信息", _target(found)),
        ("理由" if kind == steps.OBJECTION else "申请", lines(told["grounds"])),
        ("材料", [f"{one['what']}（{one['document']}）" for one in told["evidence"]]),
        ("办理期限", [
            *(f"{_ACTS[one.act]}：不晚于 {one.last}" for one in due),
            *(f"{clock.title}：{clock.counted_from}起 {clock.span.text.zh}" for clock in whole),
        ]),
        ("查询", ["凭编号和查询码在本网站查询办理情况；查询码只告知一次，请妥善保管。"] if told["followed"] else []),
        ("费用", [_FREE]),
        ("依据", cite_on_paper(way.basis, now)),
    ]  # fmt: skip
    title = "异议申请回执" if kind == steps.OBJECTION else "信用修复申请回执"
    return content(title, (found.name, found.code), _issuer(kind, found, now), sections)


def answer(found: Target, told: Mapping[str, Any], way: Procedure, now: Law) -> dict[str, Any]:
    """What the objector is told: the outcome, what was found, and the ways that remain."""
    sections = [
        ("所涉信息", _target(found)),
        ("结果", [_OUTCOMES[told["outcome"]]]),
        ("核查情况和理由", lines(told["reasons"])),
        ("救济", _remedies(now)),
        ("依据", cite_on_paper(way.basis, now)),
    ]
    return content(
        "异议处理结果告知书", (found.name, found.code), _issuer(steps.OBJECTION, found, now), sections
    )


def refusal(kind: str, found: Target, ground: str, reasons: str, way: Procedure, now: Law) -> dict[str, Any]:
    """That a case is not accepted, or a repair not granted: on which ground, and why."""
    what = "异议" if kind == steps.OBJECTION else "信用修复"
    sections = [
        ("所涉信息", _target(found)),
        ("结果", [f"不予办理：{ground}。"]),
        ("理由", lines(reasons)),
        ("救济", _remedies(now)),
        ("费用", [_FREE]),
        ("依据", cite_on_paper(way.basis, now)),
    ]
    return content(f"{what}不予办理告知书", (found.name, found.code), _issuer(kind, found, now), sections)


def repaired(found: Target, reasons: str, way: Procedure, now: Law) -> dict[str, Any]:
    """The decision that a record or an entry is repaired, from the day of `now`."""
    entry = found.entry is not None
    sections = [
        (
            "决定",
            [
                f"准予修复。自 {now.day} 起"
                + ("移出名单，终止公示。" if entry else "终止公示，停止共享和使用。")
            ],
        ),
        ("所涉信息", _target(found)),
        ("核实情况", lines(reasons)),
        ("效力", [*way.effects]),
        ("承诺不实的后果", [way.false_statement] if way.false_statement else []),
        ("费用", [_FREE]),
        ("依据", cite_on_paper(way.basis, now)),
    ]
    return content("信用修复决定书", (found.name, found.code), _issuer(steps.REPAIR, found, now), sections)


def _issuer(kind: str, found: Target, now: Law) -> str:
    """Who signs: the office that decides on a repair. An objection is the credit centre's to answer, named when printed."""
    if kind == steps.OBJECTION:
        return ""
    office = now.book.offices.get(found.office)
    return office.title if office else found.office


def _target(found: Target) -> list[str]:
    decided = f"，{found.decided_on}" if found.decided_on else ""
    return [f"{found.title.zh}{f'，{found.document}' if found.document else ''}{decided}"]


def _remedies(now: Law) -> list[str]:
    """Where and until when the result can be challenged."""
    review, suit = now.clock("administrative-reconsideration"), now.clock("administrative-litigation")
    spans = [one.span.text.zh for one in (review, suit)]
    return [
        f"不服的，自知道之日起 {spans[0]}内可以申请行政复议，或者 {spans[1]}内提起行政诉讼。",
        *cite_on_paper(review.basis + suit.basis, now),
    ]
