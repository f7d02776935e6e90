"""What may be done next about a proposed entry, by whom, and what stands in the way: pure functions, one check an act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from xinyun.base import Refusal, Text
from xinyun.listing import grounds
from xinyun.listing.rules import (
    ACTS,
    ANSWER,
    ASK,
    ASKED,
    DECIDE,
    DECIDED,
    DROPPED,
    EFFECTIVE,
    HEAR,
    HEARD,
    NOTIFIED,
    REFUSED,
    SERVE,
    SERVE_DECISION,
    SERVED,
    SPARE,
    STATE,
    WAIVE,
    WAIVED,
    WITHDRAW,
    Case,
    Step,
    Terms,
    decide_from,
)


@dataclass(frozen=True, slots=True)
class Option:
    """An act about a case: possible where there is no `refusal`; `since` is the first day on which it will be."""

    act: str
    refusal: Refusal | None = None
    since: date | None = None


def why_not(act: str, case: Case, known: Terms, on: date, *, actor: str, office: str) -> Refusal | None:
    """The refusal that an officer of `office` would meet who did `act` on `on`; `None` where it may be done."""
    return next(
        (
            found
            for check in (_theirs, _still_open, _CHECKS[act])
            if (found := check(case, known, on, actor, office))
        ),
        None,
    )


def demand(act: str, case: Case, known: Terms, on: date, *, actor: str, office: str) -> None:
    """Let an act pass.

    :raises Refusal: the one that `why_not` gives.
    """
    if refusal := why_not(act, case, known, on, actor=actor, office=office):
        raise refusal


def options(case: Case, known: Terms, on: date, *, actor: str, office: str) -> tuple[Option, ...]:
    """Every act with what stands in its way on a day, for this officer; steps that the procedure lacks are left out."""
    if not case.is_open:
        return ()
    found = []
    for act in ACTS:
        refusal = why_not(act, case, known, on, actor=actor, office=office)
        if isinstance(refusal, grounds.NotForeseen | grounds.AlreadyDone):
            continue
        found.append(Option(act, refusal, decide_from(case, known) if act == DECIDE else None))
    return tuple(found)


def _theirs(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    if office == case.office:
        return None
    return grounds.NotTheirCase(
        Text(f"此案由{known.office.title}办理。", f"{case.office} handles this case."),
        Text("请由该单位的人员办理。", "An officer of that office must do it."),
        known.basis,
    )


def _still_open(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    if case.is_open:
        return None
    said = {EFFECTIVE: "已列入", REFUSED: "已决定不列入", DROPPED: "已撤回"}[case.state]
    return grounds.CaseClosed(
        Text(f"此案{said}，不能再办。", f"The case has ended ({case.state})."),
        Text("有新的事实请另立一案；移出用移出程序。", "Open another case; removal has its own way."),
        known.basis,
    )


def _done(what: str, step: Step | None, known: Terms) -> Refusal | None:
    if step is None:
        return None
    return grounds.AlreadyDone(
        Text(f"{what}已于 {step.on} 办理。", f"This was done on {step.on}."),
        Text("有误的请撤回此案，另立一案。", "Where it is wrong, drop the case and open another."),
        known.basis,
    )


def _not_foreseen(what: Text, known: Terms) -> Refusal:
    return grounds.NotForeseen(
        Text(
            f"「{known.credit_list.title}」的列入程序没有{what.zh}。",
            f"The procedure of {known.credit_list.id} knows no {what.en}.",
        ),
        Text("不需要办理这一步。", "There is nothing to do."),
        known.basis,
    )


def _notice_first(known: Terms) -> Refusal:
    public = known.norm.notice == "public"
    return grounds.NoticeFirst(
        Text("还没有向社会公示。", "The public was not told yet.")
        if public
        else Text("还没有把告知书送达当事人。", "The party was not served the notice yet."),
        Text("请先公示，并记下网址。", "Publish it first, and record where.")
        if public
        else Text("请先送达告知书，并记下送达凭证。", "Serve the notice first, and record the proof."),
        known.basis,
    )


def _serve(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    if known.norm.notice == "none":
        return _not_foreseen(Text("事先告知", "prior notice"), known)
    return _done("告知", case.last(NOTIFIED), known)


def _state(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    if known.norm.notice == "none":
        return _not_foreseen(Text("陈述申辩的期间", "period of defence"), known)
    if not case.last(NOTIFIED):
        return _notice_first(known)
    return _done("决定", case.last(DECIDED), known)


def _answer(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    if case.unanswered is None:
        return _not_foreseen(Text("待答复的意见", "statement that waits for an answer"), known)
    return _done("决定", case.last(DECIDED), known)


def _waive(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    if known.norm.notice != "party":
        return _not_foreseen(Text("当事人可以放弃的期间", "period that a party could waive"), known)
    return _state(case, known, on, actor, office) or _done("放弃陈述", case.last(WAIVED), known)


def _ask(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    if not known.hearing:
        return _not_foreseen(Text("听证", "hearing"), known)
    if early := _state(case, known, on, actor, office):
        return early
    told = case.last(NOTIFIED)
    assert told is not None
    assert told.counts_from is not None
    last = known.hearing.due(told.counts_from)
    if on > last:
        return grounds.TooLateToAsk(
            Text(f"要求听证的期限到 {last} 为止。", f"A hearing could be asked for until {last}."),
            Text("仍可以陈述、申辩。", "Statements are still taken."),
            known.hearing.basis,
        )
    return _done("听证要求", case.last(ASKED), known)


def _hear(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    if not known.hearing or not case.last(ASKED):
        return _not_foreseen(Text("听证的要求", "hearing that was asked for"), known)
    return _done("听证", case.last(HEARD), known) or _done("决定", case.last(DECIDED), known)


def _decide(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    if refused := _spare(case, known, on, actor, office):
        return refused
    first = decide_from(case, known)
    if first is None:
        return _notice_first(known)
    if case.last(ASKED) and not case.last(HEARD):
        return grounds.HearingPending(
            Text("当事人要求听证，还没有举行。", "A hearing was asked for and not held yet."),
            Text("请先听证，再决定。", "Hold it first."),
            known.hearing.basis if known.hearing else known.basis,
        )
    if known.answer and case.unanswered:
        return grounds.AnswerFirst(
            Text("当事人的意见还没有核实答复。", "What was stated was not verified and answered yet."),
            Text("请先核实，把结果告知当事人。", "Verify it and tell the party first."),
            known.articles_of(known.answer),
        )
    if on < first:
        assert known.period is not None
        return grounds.PeriodRunning(
            Text(
                f"陈述、申辩（公示）的期间到 {first - timedelta(days=1)} 为止。",
                f"The period of defence or public notice runs until {first - timedelta(days=1)}.",
            ),
            Text(f"{first} 起可以决定。", f"It may be decided from {first}."),
            tuple(dict.fromkeys((*known.articles_of(known.period), *known.basis))),
        )
    return None


def _spare(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    """The ground against deciding at all, even not to enter, which needs no notice and no period."""
    if done := _done("决定", case.last(DECIDED), known):
        return done
    if actor != case.proposed_by:
        return None
    return grounds.SecondOfficer(
        Text("提出列入的人不能自己决定。", "Whoever proposed the entry does not decide it."),
        Text("请由本单位的另一人决定。", "Ask a second officer of your office."),
        known.basis,
    )


def _serve_decision(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    if case.last(DECIDED) is None:
        return grounds.DecisionFirst(
            Text("还没有作出列入决定。", "It was not decided yet to enter."),
            Text("请先由第二人决定。", "A second officer must decide first."),
            known.basis,
        )
    return _done("送达", case.last(SERVED), known)


def _withdraw(case: Case, known: Terms, on: date, actor: str, office: str) -> Refusal | None:
    return None


_CHECKS: Mapping[str, Callable[[Case, Terms, date, str, str], Refusal | None]] = {
    SERVE: _serve,
    STATE: _state,
    ANSWER: _answer,
    WAIVE: _waive,
    ASK: _ask,
    HEAR: _hear,
    DECIDE: _decide,
    SPARE: _spare,
    SERVE_DECISION: _serve_decision,
    WITHDRAW: _withdraw,
}
