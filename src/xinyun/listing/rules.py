"""What may be done next about a proposed entry: pure functions of (what happened, the list's procedure, the day).

The procedure is that of the day of the act, the list's own edition that of the day of the decision. Working days are
those of `base.calendar`; a period begins on the day after the notice was received.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from xinyun.base import Basis, Refusal, Text
from xinyun.law import Clock, CreditList, Law, Listing, Office
from xinyun.listing import grounds

SERVE, STATE, ANSWER, WAIVE, ASK, HEAR, DECIDE, SPARE, SERVE_DECISION, WITHDRAW = (
    "serve", "state", "answer", "waive", "ask-hearing", "hold-hearing", "decide", "spare", "serve-decision", "withdraw",
)  # fmt: skip
ACTS = (SERVE, STATE, ANSWER, WAIVE, ASK, HEAR, DECIDE, SPARE, SERVE_DECISION, WITHDRAW)
"""What can be done about a case, in the order in which it is done; to spare is to decide not to enter."""

NOTIFIED, STATED, ANSWERED, WAIVED, ASKED, HEARD, DECIDED, REFUSED, SERVED, EFFECTIVE, DROPPED = (
    "notified", "stated", "answered", "waived", "hearing-asked", "heard", "decided", "not-entered", "decision-served",
    "effective", "dropped",
)  # fmt: skip
STEPS = (NOTIFIED, STATED, ANSWERED, WAIVED, ASKED, HEARD, DECIDED, REFUSED, SERVED, EFFECTIVE, DROPPED)
"""What has happened in a case, by what its steps are called; `decided` is to enter, `not-entered` not to."""
CLOSING = (REFUSED, EFFECTIVE, DROPPED)
"""The steps after which nothing more is done about a case."""

PROPOSED = "proposed"
STATES = (PROPOSED, NOTIFIED, DECIDED, EFFECTIVE, REFUSED, DROPPED)
ANNOUNCED, PUBLISHED = "announced", "published"
WAYS = ("direct", "mail", "electronic", "left", "entrusted", ANNOUNCED)
"""How a paper is served on a party: by hand, by mail, electronically, left, through another office, announced."""
CONDUCTS = ("minor", "general", "serious")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened; `counts_from` is the day from which clocks run, where there is such a day."""

    kind: str
    on: date
    actor: str
    counts_from: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A proposed entry as far as the rules care."""

    list_id: str
    office: str
    proposed_by: str
    proposed_on: date
    steps: tuple[Step, ...] = ()

    def last(self, kind: str) -> Step | None:
        """The latest step of a kind."""
        return next((step for step in reversed(self.steps) if step.kind == kind), None)

    @property
    def state(self) -> str:
        """One of `STATES`, from what happened alone."""
        ordered = (DROPPED, EFFECTIVE, REFUSED, DECIDED, NOTIFIED)
        return next((kind for kind in ordered if self.last(kind)), PROPOSED)

    @property
    def unanswered(self) -> Step | None:
        """The earliest statement that nobody has answered yet."""
        found: Step | None = None
        for step in self.steps:
            if step.kind == STATED:
                found = found or step
            elif step.kind == ANSWERED:
                found = None
        return found

    @property
    def is_open(self) -> bool:
        """Whether anything may still be done about it."""
        return self.state in {PROPOSED, NOTIFIED, DECIDED}


@dataclass(frozen=True, slots=True)
class Terms:
    """A list's procedure with its clocks, as it stands on a day for an office that decides."""

    norm: Listing
    credit_list: CreditList
    office: Office
    announced: Clock
    period: Clock | None = None
    hearing: Clock | None = None
    answer: Clock | None = None
    service: Clock | None = None

    @property
    def basis(self) -> tuple[Basis, ...]:
        """The articles of the procedure."""
        return self.norm.basis

    def articles_of(self, clock: Clock) -> tuple[Basis, ...]:
        """A clock's articles in the procedure's own instruments; all of them where the clock is borrowed from others."""
        own = {one.source for one in self.basis}
        return tuple(one for one in clock.basis if one.source in own) or clock.basis


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that is due on a day, or possible from the day after it; with its articles."""

    what: str
    last: date
    basis: tuple[Basis, ...]

    def missed(self, day: date) -> bool:
        """Whether the office should have acted by now; a period of the party's that is over is no fault."""
        return self.what in _DUTIES and self.last < day


_DUTIES = {"answer", "service"}


@dataclass(frozen=True, slots=True)
class Option:
    """An act about a case: possible where there is no `refusal`; `since` is the first day on which it will be."""

    act: str
    refusal: Refusal | None = None
    since: date | None = None


def terms(list_id: str, office: str, now: Law) -> Terms:
    """The procedure by which an office enters a list, on the day of `now`.

    :raises law.UnknownNorm, law.NotInForce: there is no such list, office or clock on that day.
    :raises NoProcedure: no norm in force is about it.
    """
    listed, decider = now.list(list_id), now.office(office)
    close = [(near, norm) for norm in now.listings() if (near := norm.closeness(listed, decider))]
    if not close:
        raise grounds.NoProcedure(
            Text(
                f"法规库没有规定「{listed.title}」怎样列入。",
                f"No norm says how {list_id} is entered.",
            ),
            Text("请在 listings/ 里补上。", "Add one in listings/."),
            listed.basis,
        )
    norm = max(close, key=lambda found: (found[0], found[1].id))[1]
    period, hearing, answer, service = (
        now.clock(id) if id else None for id in (norm.period, norm.hearing, norm.answer, norm.service)
    )
    announced = now.clock("service-by-announcement")
    return Terms(norm, listed, decider, announced, period, hearing, answer, service)


def received(way: str, served: date, announced: Clock) -> date:
    """The day on which a paper counts as received: that of service, or the last one of its announcement."""
    return announced.due(served) if way == ANNOUNCED else served


def period_ends(case: Case, known: Terms) -> date | None:
    """The last day on which the party may state and defend itself (or the public object); `None` before the notice."""
    told = case.last(NOTIFIED)
    return known.period.due(told.counts_from) if told and told.counts_from and known.period else None


def decide_from(case: Case, known: Terms) -> date | None:
    """The first day on which it may be decided to enter; `None` while nothing tells it."""
    if known.norm.notice == "none":
        return case.proposed_on
    last = period_ends(case, known)
    if last is None:
        return None
    ending = [
        step.on
        for step in case.steps
        if (step.kind == WAIVED and "waived" in known.norm.ends_early)
        or (step.kind == STATED and "stated" in known.norm.ends_early)
    ]
    return min([last + timedelta(days=1), *ending])


def deadlines(case: Case, known: Terms) -> tuple[Deadline, ...]:
    """What an open case waits for, the earliest first."""
    if not case.is_open:
        return ()
    found: list[Deadline] = []
    decided, last, told = case.last(DECIDED), period_ends(case, known), case.last(NOTIFIED)
    if decided is None:
        if last and known.period:
            found.append(Deadline("period", last, known.articles_of(known.period)))
        if told and told.counts_from and known.hearing:
            found.append(
                Deadline("hearing", known.hearing.due(told.counts_from), known.articles_of(known.hearing))
            )
        stated = case.unanswered
        if stated and known.answer:
            found.append(Deadline("answer", known.answer.due(stated.on), known.articles_of(known.answer)))
    elif known.service:
        found.append(Deadline("service", known.service.due(decided.on), known.articles_of(known.service)))
    return tuple(sorted(found, key=lambda one: one.last))


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


def demand_conduct(conduct: str, known: Terms) -> None:
    """Check that conduct of this weight may lead to the list.

    :raises ConductTooMinor: it may not, or is none of `CONDUCTS`.
    """
    if conduct in CONDUCTS and (not known.norm.conduct or conduct in known.norm.conduct):
        return
    wanted = known.norm.conduct or CONDUCTS
    raise grounds.ConductTooMinor(
        Text(
            f"「{known.credit_list.title}」不列入这样轻重的行为。",
            f"Conduct of this weight ({conduct[:20] or 'none'}) does not lead to {known.credit_list.id}.",
        ),
        Text(
            f"只列入{'、'.join(_WEIGHTS[one].zh for one in wanted)}的；轻微的可以提示、约谈。",
            f"It takes {', '.join(wanted)} conduct.",
        ),
        known.basis,
        (("conduct", Text("轻重不合", "not grave enough")),),
    )


_WEIGHTS = {
    "minor": Text("轻微", "minor"),
    "general": Text("一般", "general"),
    "serious": Text("严重", "serious"),
}


def demand_considered(case: Case, considered: str, known: Terms) -> None:
    """Check that a decision says how what was stated was weighed, where no answer to the party has said it.

    :raises NotConsidered: something was stated, or a hearing held, and it does not.
    """
    if not considered.strip() and (case.unanswered or case.last(HEARD)):
        raise grounds.NotConsidered(
            Text(
                "决定没有写明怎样复核陈述、申辩。", "The decision does not say how the statement was weighed."
            ),
            Text("请写明采纳与否和理由。", "Say whether it is upheld, and why."),
            known.basis,
            (("considered", Text("必填", "required")),),
        )


def demand_consent(consent: str, known: Terms) -> None:
    """Check that a decision names the consent that it needs.

    :raises NoConsent: an office of this level needs one and none is named.
    """
    needed = known.norm.consent
    if needed and level(known.office) in needed.levels and not consent.strip():
        raise grounds.NoConsent(
            Text(f"决定须经{needed.of}同意。", "The decision needs another office's consent."),
            Text("请填写同意的文号或批准记录。", "Name the document of the consent."),
            known.basis,
            (("consent", Text("必填", "required")),),
        )


def level(office: Office) -> str:
    """`nation`, `province` or `city`, by the office's division."""
    if office.division == "100000":
        return "nation"
    return "province" if office.division.endswith("0000") else "city"


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
