"""Where a proposed entry stands and what it waits for: pure functions of (what happened, the list's procedure, the day).

The procedure is that of the day of the act, the list's own edition that of the day of the decision. Working days are
those of `base.calendar`; a period begins on the day after the notice was received.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from xinyun.base import Basis, Text
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


def level(office: Office) -> str:
    """`nation`, `province` or `city`, by the office's division."""
    if office.division == "100000":
        return "nation"
    return "province" if office.division.endswith("0000") else "city"
