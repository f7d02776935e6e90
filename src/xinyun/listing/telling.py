"""What the papers of a case say, as plain sections of text: the notice, the decision, the repair notice. Reads norms only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from xinyun.base import Basis, Text
from xinyun.law import Clock, CreditList, Law, Procedure
from xinyun.law.citing import cite_on_paper
from xinyun.listing.rules import Terms
from xinyun.plumbing.papers import content, lines
from xinyun.repair.rules import OPEN, TOO_EARLY, repair_of_entry

NOTICE, DECISION, REPAIR = "notice", "decision", "repair"
TITLES = {
    NOTICE: Text("列入名单告知书", "Notice of proposed entry"),
    DECISION: Text("列入名单决定书", "Decision to enter"),
    REPAIR: Text("信用修复告知书", "Repair notice"),
}
"""The papers of a case."""
PUBLIC_NOTICE = "拟认定公示"

Content = dict[str, Any]


def notice(told: Mapping[str, Any], to: tuple[str, str], kind: str, known: Terms, now: Law) -> Content:
    """The notice that a subject (`to`: its name and code) is to be entered; `told` are the case's facts."""
    listed, public = known.credit_list, known.norm.notice == "public"
    sections = [
        ("拟列入的名单", [f"{listed.title}，{_term(listed)}"]),
        ("事由", lines(told["facts"])),
        ("证据", [_evidence(one) for one in told["evidence"]]),
        ("依据", cite_on_paper(_bases(told["articles"]), now)),
        ("列入的后果", _measures(listed, kind, now)),
        ("提出异议" if public else "你的权利", _rights(known, now)),
    ]
    return content(PUBLIC_NOTICE if public else TITLES[NOTICE].zh, to, known.office.title, sections)


def decision(
    told: Mapping[str, Any],
    decided: Mapping[str, Any],
    to: tuple[str, str],
    kind: str,
    known: Terms,
    now: Law,
) -> Content:
    """The decision document; `decided` holds its reasons, how statements were weighed, and the consent."""
    listed = known.credit_list
    weighed = decided["considered"] or "当事人没有陈述、申辩。"
    consent = (
        [("同意", [f"{known.norm.consent.of}：{decided['consent']}"])]
        if known.norm.consent and decided["consent"]
        else []
    )
    sections = [
        ("决定", [f"把{to[0]}列入「{listed.title}」，{_term(listed, now.day)}。送达后生效。"]),
        ("事由", [*lines(told["facts"]), *lines(decided["reasons"])]),
        *([("陈述、申辩和复核", lines(weighed))] if known.norm.notice == "party" else []),
        *consent,
        ("依据", cite_on_paper(_bases(told["articles"]), now)),
        ("后果", _measures(listed, kind, now)),
        ("移出", _leaving(listed)),
        ("救济", _remedies(now)),
    ]
    return content(TITLES[DECISION].zh, to, known.office.title, sections)


def repair(to: tuple[str, str], known: Terms, now: Law) -> Content:
    """The repair notice that goes with a decision made on the day of `now`."""
    listed = known.credit_list
    procedure = next(
        (one for one in now.procedures() if one.of == "delisting" and listed.id in one.lists), None
    )
    sections = [
        ("公示的期限", [_term(listed, now.day), "公示渠道：信用中国网站及认定单位指定的网站。"]),
        ("何时可以申请修复", _when(listed, procedure, now)),
        ("条件", [*(listed.early_exit.conditions if listed.early_exit else ()), *(procedure.conditions if procedure else ())]),
        ("材料", list(procedure.documents) if procedure else ["按认定单位的要求提交。"]),
        ("向谁申请", [procedure.handled_by if procedure else known.office.title]),
        ("期限", [_clock(now.clock(id)) for id in procedure.clocks] if procedure else []),
        ("异议", ["认为公示内容、期限有误，或者不服修复结果的，可以向信用中国网站或者认定单位提出。"]),
        ("依据", cite_on_paper((procedure.basis if procedure else ()) + known.basis, now)),
    ]  # fmt: skip
    return content(TITLES[REPAIR].zh, to, known.office.title, sections)


def digest(content: Content) -> str:
    """What identifies a paper's text: the same words give the same digest."""
    return sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _rights(known: Terms, now: Law) -> list[str]:
    period = known.period
    assert period is not None
    if known.norm.notice == "public":
        return [f"任何人有异议的，自公示次日起 {period.span.text.zh}内向{known.office.title}提出。"]
    told = [
        f"收到本告知书次日起 {period.span.text.zh}内，可以向{known.office.title}陈述、申辩，提出异议和证据，书面、口头都可以。"
    ]
    if known.hearing:
        told.append(f"收到本告知书次日起 {known.hearing.span.text.zh}内，可以要求听证。")
    if known.answer:
        told.append(f"提出异议的，{known.office.title}在 {known.answer.span.text.zh}内核实并告知结果。")
    told.append("不因陈述、申辩而加重；逾期没有提出的，视为没有意见。")
    return [*told, *cite_on_paper(known.articles_of(period) + known.basis, now)]


def _measures(listed: CreditList, kind: str, now: Law) -> list[str]:
    bearing = [one for one in now.measures() if listed.id in one.lists and kind in one.targets]
    return [f"{one.title}（{'；'.join(cite_on_paper(one.basis_for(listed.id), now))}）" for one in bearing]


def _leaving(listed: CreditList) -> list[str]:
    early = listed.early_exit
    told = [f"{listed.exit}。"]
    if early:
        told.append(
            f"满 {early.months} 个月起可以申请提前移出：{'；'.join(early.conditions) or '见名单的规定'}。"
        )
    return told


def _remedies(now: Law) -> list[str]:
    """Where and until when the decision can be challenged."""
    reconsideration, litigation = (
        now.clock("administrative-reconsideration"),
        now.clock("administrative-litigation"),
    )
    return [
        f"不服本决定的，自知道之日起 {reconsideration.span.text.zh}内申请行政复议，或者 {litigation.span.text.zh}内提起行政诉讼。",
        *cite_on_paper(reconsideration.basis + litigation.basis, now),
    ]


def _when(listed: CreditList, procedure: Procedure | None, now: Law) -> list[str]:
    if procedure is None or listed.early_exit is None:
        return ["该名单没有提前移出的规定，期满移出。"]
    decision = repair_of_entry(listed, now.day, procedure, now.day)
    first = decision.reasons[0].until
    if decision.outcome in {OPEN, TOO_EARLY} and first:
        return [f"自 {first} 起，符合条件的可以申请提前移出。"]
    return [reason.text.zh for reason in decision.reasons]


def _clock(clock: Clock) -> str:
    return f"{clock.title}：{clock.counted_from}起 {clock.span.text.zh}"


def _term(listed: CreditList, decided: date | None = None) -> str:
    if not listed.term_months:
        return "没有固定期限，到移出为止"
    if decided is None:
        return f"期限 {listed.term_months} 个月，自决定之日起算"
    period = listed.period(decided)
    return f"自 {period.start} 起，至 {period.last_day} 止"


def _evidence(one: Mapping[str, str]) -> str:
    stamp = f"；SHA-256 {one['sha256']}" if one["sha256"] else ""
    return f"{one['what']}（{one['document']}{stamp}）"


def _bases(articles: Iterable[Sequence[str]]) -> tuple[Basis, ...]:
    return tuple(Basis(*one) for one in articles)
