"""What may be done next about an objection or a repair: pure functions of (what happened, the norms' clocks, the day).

An objection is marked when it is accepted, and the mark is lifted when it is settled. The clocks of an objection are
those of 贵州省社会信用条例第四十条, those of a repair its procedure's; all begin on the day after the one that starts them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinyun.base import Basis, Refusal, Text
from xinyun.law import Clock, Law, Procedure
from xinyun.repair import grounds

OBJECTION, REPAIR = "objection", "repair"
KINDS = (OBJECTION, REPAIR)

ACCEPT, REJECT, FORWARD, ANSWER, VERIFY, DECIDE, WITHDRAW = (
    "accept", "reject", "forward", "answer", "verify", "decide", "withdraw",
)  # fmt: skip
FILED, ACCEPTED, REJECTED, FORWARDED, ANSWERED, VERIFIED, DECIDED, SETTLED, GRANTED, REFUSED, DROPPED = (
    "filed", "accepted", "rejected", "forwarded", "answered", "verified", "decided", "settled", "granted", "refused",
    "dropped",
)  # fmt: skip
"""What has happened in a case; `decided` is an objection whose correction has not arrived yet."""
CLOSED = (REJECTED, SETTLED, GRANTED, REFUSED, DROPPED)
"""The steps after which nothing more is done about a case."""
UPHOLD, CORRECT, REMOVE = "uphold", "correct", "withdraw"
OUTCOMES = (UPHOLD, CORRECT, REMOVE)
"""What an objection comes to: the record stands, is corrected, or is withdrawn."""
GRANT, REFUSE = "grant", "refuse"
FALSE_STATEMENT = "false-statement"
"""The ground of a refusal for false papers or a false commitment, which every procedure with a bar knows."""

_AFTER: dict[str, dict[str, tuple[str, ...]]] = {
    OBJECTION: {
        ACCEPT: (FILED,),
        REJECT: (FILED,),
        FORWARD: (ACCEPTED,),
        ANSWER: (FORWARDED,),
        DECIDE: (ANSWERED, DECIDED),
        WITHDRAW: (FILED, ACCEPTED, FORWARDED, ANSWERED),
    },
    REPAIR: {
        ACCEPT: (FILED,),
        REJECT: (FILED,),
        VERIFY: (ACCEPTED,),
        DECIDE: (VERIFIED,),
        WITHDRAW: (FILED, ACCEPTED, VERIFIED),
    },
}
_CENTRE = {(OBJECTION, ACCEPT), (OBJECTION, REJECT), (OBJECTION, FORWARD)}
"""What the credit centre alone does; it may also record what the office in charge has written."""
_CLOCKS = {FILED: "objection-marking", ACCEPTED: "objection-transfer", FORWARDED: "objection-answer"}


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened."""

    kind: str
    on: date
    actor: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A case as far as the rules care."""

    kind: str
    office: str
    filed_on: date
    steps: tuple[Step, ...] = ()

    @property
    def state(self) -> str:
        """The kind of the last step, or `filed`."""
        return self.steps[-1].kind if self.steps else FILED

    @property
    def is_open(self) -> bool:
        """Whether anything may still be done about it."""
        return self.state not in CLOSED

    @property
    def first_officer(self) -> str:
        """Who answered or verified."""
        return next((one.actor for one in self.steps if one.kind in (ANSWERED, VERIFIED)), "")

    def on_of(self, kind: str) -> date | None:
        """The day of a step."""
        return next((one.on for one in self.steps if one.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Deadline:
    """An act that is due on a day, with its articles; `done` is the day on which it was done, if it was."""

    act: str
    last: date
    basis: tuple[Basis, ...]
    done: date | None = None

    def missed(self, day: date) -> bool:
        """Whether it was done too late, or is not done yet though its day is over."""
        return (self.done or day) > self.last


@dataclass(frozen=True, slots=True)
class Option:
    """An act about a case: possible where there is no `refusal`."""

    act: str
    refusal: Refusal | None = None


def why_not(act: str, case: Facts, procedure: Procedure, *, actor: str, office: str | None) -> Refusal | None:
    """The refusal that an officer of `office`, or of the credit centre where it is `None`, would meet."""
    if office is not None and ((case.kind, act) in _CENTRE or office != case.office):
        return grounds.NotTheirCase(
            Text("此事由其他单位办理。", "Another office does this."),
            Text("异议由信用中心受理、转交，由信息的来源单位核查。", "The credit centre accepts and forwards; the source answers."),
            procedure.basis,
        )  # fmt: skip
    if case.state not in _AFTER[case.kind].get(act, ()):
        return grounds.NotNow(
            Text(f"此案现在是「{SAID[case.state].zh}」，不能办这一步。", f"The case is {case.state}: not this step now."),
            Text("请看案件的经过和下一步。", "See the case's steps and what comes next."),
            procedure.basis,
        )  # fmt: skip
    if act == DECIDE and actor == case.first_officer:
        return grounds.SecondOfficer(
            Text("核查、核实的人不能自己决定。", "Whoever answered or verified does not decide."),
            Text("请由另一位工作人员决定。", "Another officer must decide."),
            procedure.basis,
        )
    return None


def demand(act: str, case: Facts, procedure: Procedure, *, actor: str, office: str | None) -> None:
    """Let an act pass.

    :raises Refusal: the one that `why_not` gives.
    """
    if refusal := why_not(act, case, procedure, actor=actor, office=office):
        raise refusal


def options(case: Facts, procedure: Procedure, *, actor: str, office: str | None) -> tuple[Option, ...]:
    """The acts for which the case is ready, each with what stands in this officer's way."""
    ready = [act for act, after in _AFTER[case.kind].items() if case.state in after]
    return tuple(Option(act, why_not(act, case, procedure, actor=actor, office=office)) for act in ready)


def deadlines(case: Facts, procedure: Procedure, now: Law) -> tuple[Deadline, ...]:
    """Every act that has or had its day, in order: those done, those due; one that a closed case never came to is none."""
    found = _of_objection(case, now) if case.kind == OBJECTION else _of_repair(case, procedure, now)
    return tuple(one for one in found if one.done or case.is_open)


def _of_objection(case: Facts, now: Law) -> list[Deadline]:
    found = []
    ways = ((FILED, ACCEPT, ACCEPTED, case.filed_on), (ACCEPTED, FORWARD, FORWARDED, case.filed_on))
    for state, act, done, start in ways:
        if case.on_of(done) or case.state == state:
            found.append(_deadline(act, now.clock(_CLOCKS[state]), start, case.on_of(done)))
    forwarded, answered = case.on_of(FORWARDED), case.on_of(ANSWERED)
    if forwarded:
        found.append(_deadline(ANSWER, now.clock(_CLOCKS[FORWARDED]), forwarded, answered))
    if answered:
        found.append(_deadline(DECIDE, now.clock("objection-result"), answered, case.on_of(SETTLED)))
    return found


def _of_repair(case: Facts, procedure: Procedure, now: Law) -> list[Deadline]:
    clocks = [now.clock(one) for one in procedure.clocks]
    accepted = case.on_of(ACCEPTED) or case.on_of(REJECTED)
    ended = case.on_of(GRANTED) or case.on_of(REFUSED)
    if len(clocks) < 2:
        return [_deadline(DECIDE, clock, case.filed_on, ended) for clock in clocks]
    found = [_deadline(ACCEPT, clocks[0], case.filed_on, accepted)]
    if case.on_of(ACCEPTED):
        found.append(_deadline(DECIDE, clocks[-1], case.on_of(ACCEPTED) or case.filed_on, ended))
    return found


def _deadline(act: str, clock: Clock, start: date, done: date | None) -> Deadline:
    return Deadline(act, clock.due(start), clock.basis, done)


def known_grounds(procedure: Procedure) -> dict[str, str]:
    """The grounds on which a procedure refuses, by their ids; false papers where it says what follows from them."""
    known = dict(procedure.refusals)
    if procedure.false_statement:
        known.setdefault(FALSE_STATEMENT, "材料虚假或者承诺不实")
    return known


def demand_ground(ground: str, procedure: Procedure) -> str:
    """What a ground of refusal says in the procedure; that of false papers where it bars who gave them.

    :raises UnknownGround: the procedure knows none of that name.
    """
    known = known_grounds(procedure)
    if ground in known:
        return known[ground]
    raise grounds.UnknownGround(
        Text(
            f"程序没有「{ground[:40]}」这个不予办理的理由。",
            f"The procedure knows no ground {ground[:40]!r}.",
        ),
        Text(f"可以是：{'、'.join(known)}。", f"One of {', '.join(known)}."),
        procedure.basis,
        (("ground", Text("没有这个理由", "no such ground")),),
    )


SAID = {
    FILED: Text("已提出", "filed"),
    ACCEPTED: Text("已受理", "accepted"),
    REJECTED: Text("不予受理", "not accepted"),
    FORWARDED: Text("已转交来源单位", "passed to the source"),
    ANSWERED: Text("来源单位已答复", "answered by the source"),
    VERIFIED: Text("已核实", "verified"),
    DECIDED: Text("已决定，等待更正", "decided, the correction is awaited"),
    SETTLED: Text("已办结", "settled"),
    GRANTED: Text("准予修复", "granted"),
    REFUSED: Text("不予修复", "refused"),
    DROPPED: Text("已撤回", "withdrawn"),
}
"""Where a case stands, in words."""
