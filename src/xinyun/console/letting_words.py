"""What the acts about objections and repairs are called on a page, and what each asks for."""

from __future__ import annotations

from xinyun.base import Text
from xinyun.console.listing_words import Control, Form
from xinyun.law import Procedure
from xinyun.repair import steps
from xinyun.repair.queries import CaseView

TITLES = {
    steps.OBJECTION: Text("异议", "Objections"),
    steps.REPAIR: Text("信用修复", "Repair of credit"),
}
TONES = {
    steps.FILED: "warn", steps.ACCEPTED: "info", steps.FORWARDED: "info", steps.ANSWERED: "info", steps.VERIFIED: "info",
    steps.DECIDED: "warn", steps.SETTLED: "good", steps.GRANTED: "good", steps.REFUSED: "mute", steps.REJECTED: "mute",
    steps.DROPPED: "mute",
}  # fmt: skip
OUTCOMES = {
    steps.UPHOLD: Text("无误，维持", "It stands"),
    steps.CORRECT: Text("有误，更正", "It is corrected"),
    steps.REMOVE: Text("有误，撤回或移出", "It is withdrawn or removed"),
    steps.GRANT: Text("准予修复", "Repair granted"),
    steps.REFUSE: Text("不予修复", "Repair refused"),
}
ACTS = {
    steps.ACCEPT: Text("受理", "Accept"),
    steps.REJECT: Text("不予受理", "Do not accept"),
    steps.FORWARD: Text("转交来源单位", "Pass on to the source"),
    steps.ANSWER: Text("登记核查答复", "Record the source's answer"),
    steps.VERIFY: Text("登记核实情况", "Record what was verified"),
    steps.DECIDE: Text("决定", "Decide"),
    steps.WITHDRAW: Text("登记申请人撤回", "Record that the applicant withdraws"),
}
TOLD = {
    "outcome": Text("结果", "Outcome"),
    "document": Text("文号", "Document"),
    "text": Text("核查、核实情况", "What was found"),
    "said": Text("不予办理的理由", "Ground"),
    "reasons": Text("理由", "Reasons"),
    "barred_until": Text("此日前不得申请", "Barred until"),
    "submission": Text("更正的报送编号", "Submission of the correction"),
}
"""What a step says, by its keys, in the order in which a reader wants it."""
_DOCUMENT = Control("document", Text("文号", "Number of the decision"), "line")
_REASONS = Control("reasons", Text("理由", "Reasons"), "area")
_TEXT = Control("text", Text("核查、核实情况", "What was found"), "area")


def form(act: str, view: CaseView, procedure: Procedure) -> Form:
    """What an act about a case asks for."""
    return Form(act, ACTS[act], _controls(act, view, procedure))


def _controls(act: str, view: CaseView, procedure: Procedure) -> tuple[Control, ...]:
    outcomes = steps.OUTCOMES if view.key is not None else (steps.UPHOLD, steps.REMOVE)
    if act == steps.REJECT:
        return (_ground(procedure, required=True), _REASONS)
    if act == steps.ANSWER:
        return (_outcome(outcomes), _TEXT)
    if act == steps.VERIFY:
        done = (
            ("yes", Text("义务已经全部履行", "Every duty is done")),
            ("no", Text("没有", "Not every one")),
        )
        return (Control("performed", Text("履行情况", "Performance"), "choice", options=done), _TEXT)
    if act == steps.WITHDRAW:
        return (Control("reason", Text("理由", "Reason"), "line"),)
    if act == steps.DECIDE and view.kind == steps.REPAIR:
        return (
            _outcome((steps.GRANT, steps.REFUSE)),
            _DOCUMENT,
            _REASONS,
            _ground(procedure, required=False),
        )
    if act == steps.DECIDE:
        values = Control(
            "values", Text("更正的字段", "Corrected fields"), "area", required=False,
            hint=Text("选更正的必填，每行一个：字段=值", "required for a correction, one a line: field=value"),
        )  # fmt: skip
        return (_outcome(outcomes), _DOCUMENT, _REASONS, *((values,) if view.key is not None else ()))
    return ()


def _outcome(outcomes: tuple[str, ...]) -> Control:
    return Control(
        "outcome", Text("结果", "Outcome"), "choice", options=tuple((one, OUTCOMES[one]) for one in outcomes)
    )


def _ground(procedure: Procedure, *, required: bool) -> Control:
    known = "；".join(f"{id} {said}" for id, said in steps.known_grounds(procedure).items())
    return Control(
        "ground", Text("不予办理的理由（代号）", "Ground (its id)"), "line", required=required,
        hint=Text(f"不予办理的必填：{known}", f"required where it is refused: {known}"),
    )  # fmt: skip
