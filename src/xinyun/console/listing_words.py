"""What the states, steps and acts of entering a list are called on a page, and what each act asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from xinyun.base import Text
from xinyun.listing import rules

STATES: dict[str, tuple[Text, str]] = {
    rules.PROPOSED: (Text("已提出，待告知", "Proposed, notice to be given"), "info"),
    rules.NOTIFIED: (Text("已告知，听取意见", "Notified, being heard"), "info"),
    rules.DECIDED: (Text("已决定，待送达", "Decided, to be served"), "warn"),
    rules.EFFECTIVE: (Text("已列入", "On the list"), "good"),
    rules.REFUSED: (Text("不列入", "Not entered"), "mute"),
    rules.DROPPED: (Text("已撤回", "Dropped"), "mute"),
}
STEPS = {
    rules.NOTIFIED: Text("告知书送达（或公示）", "Notice served or published"),
    rules.STATED: Text("陈述、申辩或异议", "Statement or objection"),
    rules.ANSWERED: Text("核实答复", "Verified and answered"),
    rules.WAIVED: Text("放弃陈述、申辩", "Defence waived"),
    rules.ASKED: Text("要求听证", "Hearing asked for"),
    rules.HEARD: Text("举行听证", "Hearing held"),
    rules.DECIDED: Text("决定列入", "Decided to enter"),
    rules.REFUSED: Text("决定不列入", "Decided not to enter"),
    rules.SERVED: Text("决定书送达", "Decision served"),
    rules.EFFECTIVE: Text("列入生效", "Entry in effect"),
    rules.DROPPED: Text("撤回", "Dropped"),
}
WAYS = {
    "direct": Text("直接送达", "by hand"),
    "mail": Text("邮寄送达", "by mail"),
    "electronic": Text("电子送达（经同意）", "electronically, by consent"),
    "left": Text("留置送达", "left"),
    "entrusted": Text("委托送达", "through another office"),
    rules.ANNOUNCED: Text("公告送达", "by announcement"),
    rules.PUBLISHED: Text("向社会公示", "published"),
}
CONDUCTS = {
    "minor": Text("轻微", "minor"),
    "general": Text("一般", "general"),
    "serious": Text("严重", "serious"),
}
DEADLINES = {
    "period": Text("陈述申辩（公示）到", "Defence or public notice until"),
    "hearing": Text("要求听证到", "Hearing may be asked for until"),
    "answer": Text("异议应核实答复，不晚于", "Objection to be answered by"),
    "service": Text("决定书应送达，不晚于", "Decision to be served by"),
}
TOLD = {
    "way": Text("方式", "Way"),
    "served": Text("日期", "Day"),
    "proof": Text("凭证", "Proof"),
    "text": Text("内容", "Text"),
    "document": Text("文号", "Document"),
    "reasons": Text("理由", "Reasons"),
    "considered": Text("对陈述申辩的复核", "How statements were weighed"),
    "consent": Text("同意的文号", "Consent"),
}
"""What a step says, by its keys, in the order in which a reader wants it."""


@dataclass(frozen=True, slots=True)
class Control:
    """One control of a form: `form` is line, area, day, choice or tick."""

    name: str
    label: Text
    form: str
    required: bool = True
    hint: Text | None = None
    options: tuple[tuple[str, Text], ...] = ()
    value: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What an act asks for."""

    act: str
    said: Text
    controls: tuple[Control, ...]
    is_open: bool = False

    def filled(self, given: Mapping[str, str], today: str) -> Form:
        """The form as it was sent, where this is the one that was; a day is today's where none was typed."""
        sent = given.get("act") == self.act
        usual = {"day": today} if not sent else {}
        return replace(
            self,
            is_open=sent,
            controls=tuple(
                replace(one, value=given.get(one.name, "") if sent else usual.get(one.form, ""))
                for one in self.controls
            ),
        )


_PROOF = Control(
    "proof",
    Text("送达凭证", "Proof of service"),
    "line",
    hint=Text("回执、邮单号、网址", "receipt, tracking number, address"),
)
_SERVED = Control("served", Text("日期", "Day"), "day", hint=Text("写作 2026-03-02", "as in 2026-03-02"))
_REASONS = Control("reasons", Text("理由", "Reasons"), "area")


def _way(*ways: str) -> Control:
    return Control("way", Text("方式", "Way"), "choice", options=tuple((one, WAYS[one]) for one in ways))


_FORMS = {
    rules.SERVE: Form(rules.SERVE, Text("登记告知书的送达", "Record that the notice was served"), (_SERVED, _PROOF)),
    rules.STATE: Form(
        rules.STATE, Text("登记陈述、申辩或异议", "Record a statement or objection"),
        (Control("text", Text("内容", "Text"), "area", hint=Text("口头的写明笔录", "of an oral one, its record")),),
    ),
    rules.ANSWER: Form(
        rules.ANSWER, Text("登记核实答复", "Record the answer to a statement"),
        (Control("text", Text("答复", "Answer"), "area", hint=Text("核实的结果和理由", "the result and why")),),
    ),
    rules.WAIVE: Form(
        rules.WAIVE, Text("登记书面放弃陈述", "Record a written waiver"),
        (Control("text", Text("写在哪里", "Where it is written"), "line"),),
    ),
    rules.ASK: Form(
        rules.ASK, Text("登记听证要求", "Record a request for a hearing"),
        (Control("text", Text("写在哪里", "Where it is written"), "line"),),
    ),
    rules.HEAR: Form(
        rules.HEAR, Text("登记听证笔录", "Record the hearing"), (Control("text", Text("笔录", "Record"), "area"),)
    ),
    rules.DECIDE: Form(
        rules.DECIDE, Text("决定列入", "Decide to enter"),
        (
            Control("document", Text("决定书文号", "Number of the decision"), "line"),
            _REASONS,
            Control("considered", Text("对陈述申辩的复核", "How statements were weighed"), "area", required=False,
                    hint=Text("听证的必填；陈述已答复的可不填", "required after a hearing; an answer already given is taken")),
            Control("consent", Text("上级同意的文号", "Document of the consent"), "line", required=False,
                    hint=Text("须报同意的必填", "required where consent is needed")),
        ),
    ),
    rules.SPARE: Form(rules.SPARE, Text("决定不列入", "Decide not to enter"), (_REASONS,)),
    rules.SERVE_DECISION: Form(
        rules.SERVE_DECISION, Text("登记决定书的送达", "Record that the decision was served"), (_SERVED, _PROOF)
    ),
    rules.WITHDRAW: Form(rules.WITHDRAW, Text("撤回此案", "Drop the case"), (replace(_REASONS, name="reason"),)),
}  # fmt: skip


def form(act: str, notice: str, repair_notice: bool) -> Form:
    """What an act asks for in a procedure whose notice goes to `party`, `public` or `none`."""
    found = _FORMS[act]
    if act == rules.SERVE:
        return replace(
            found,
            controls=(_way(*((rules.PUBLISHED,) if notice == "public" else rules.WAYS)), *found.controls),
        )
    if act == rules.SERVE_DECISION:
        ways = rules.WAYS if notice == "party" else (*rules.WAYS, rules.PUBLISHED)
        both = Control(
            "repair_notice", Text("信用修复告知书已同时送达", "The repair notice was served with it"), "tick"
        )
        return replace(found, controls=(_way(*ways), *found.controls, *((both,) if repair_notice else ())))
    return found


def said(act: str) -> Text:
    """What an act is called."""
    return _FORMS[act].said
