"""The questions about entering lists: which cases an office has, what happened in each, what is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from xinyun import law
from xinyun.base import Basis, Refusal, Text
from xinyun.identity import queries as identity
from xinyun.law import CreditList
from xinyun.listing import acts, eligibility, rules
from xinyun.listing.acts import Option
from xinyun.listing.models import Application, ApplicationStep, Case, Step
from xinyun.listing.rules import Deadline, Terms
from xinyun.listing.telling import DECISION, NOTICE, REPAIR
from xinyun.lists import queries as lists
from xinyun.plumbing import feed
from xinyun.plumbing.paging import every
from xinyun.plumbing.papers import Paper

__all__ = [
    "RECEIVED",
    "ApplicationView",
    "CaseView",
    "Due",
    "NoSuchApplication",
    "NoSuchCase",
    "StepView",
    "UnderReview",
    "application",
    "applications",
    "case",
    "cases",
    "due",
    "options",
    "papers",
    "standings",
    "terms",
    "under_review",
]


class NoSuchCase(Refusal):
    """There is no case of that number, or it is another office's."""

    code = "no-such-case"
    status = 404

    def __init__(self, id: int) -> None:
        super().__init__(
            Text(f"没有第 {id} 号列入案件。", f"There is no case {id}."),
            Text("编号见列入案件的清单。", "The list of cases tells the numbers."),
        )


@dataclass(frozen=True, slots=True)
class StepView:
    """Something that happened in a case; `told` holds what it says."""

    number: int
    kind: str
    on: date
    actor: str
    at: datetime
    counts_from: date | None
    entry: int | None
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as others see it; `told` holds the proposal's facts, articles, evidence and the notice's text."""

    id: int
    list_id: str
    code: str
    name: str
    office: str
    conduct: str
    document: str
    told: Mapping[str, Any]
    actor: str
    on: date
    at: datetime
    seq: int
    steps: tuple[StepView, ...]

    @property
    def facts(self) -> rules.Case:
        """What the rules need of it."""
        steps = tuple(rules.Step(one.kind, one.on, one.actor, one.counts_from) for one in self.steps)
        return rules.Case(self.list_id, self.office, self.actor, self.on, steps)

    @property
    def state(self) -> str:
        """One of `rules.STATES`."""
        return self.facts.state

    @property
    def articles(self) -> tuple[Basis, ...]:
        """The articles under which the conduct falls."""
        return tuple(Basis(*one) for one in self.told["articles"])

    def last(self, kind: str) -> StepView | None:
        """The latest step of a kind."""
        return next((step for step in reversed(self.steps) if step.kind == kind), None)


@dataclass(frozen=True, slots=True)
class Due:
    """What an open case waits for first; `late` when the office missed that day."""

    case: CaseView
    deadline: Deadline
    late: bool


def case(id: int, office: str = "") -> CaseView:
    """The case of that number; with an `office`, only where it is that office's.

    :raises NoSuchCase: there is none.
    """
    row = _rows().filter(pk=id, **({"office": office} if office else {})).first()
    if row is None:
        raise NoSuchCase(id)
    return _view(row)


def cases(office: str = "", *, open_only: bool = False, limit: int = 50, offset: int = 0) -> list[CaseView]:
    """A page of the cases of an office, or of all, the latest first."""
    rows = _rows().filter(**({"office": office} if office else {})).order_by("-pk")
    if open_only:
        rows = rows.filter(~Exists(Step.objects.filter(case=OuterRef("pk"), kind__in=rules.CLOSING)))
    return [_view(row) for row in rows[offset : offset + limit]]


def due(on: date, office: str = "", *, limit: int = 200) -> list[Due]:
    """What the open cases of an office, or of all, wait for, the most urgent first."""
    found = []
    for view in every(partial(cases, office, open_only=True)):
        waiting = rules.deadlines(view.facts, terms(view, on))
        found += [Due(view, one, one.missed(on)) for one in waiting[:1]]
    return sorted(found, key=lambda one: (one.deadline.last, one.case.id))[:limit]


def terms(view: CaseView, on: date) -> Terms:
    """The procedure of a case, as it stands on a day; that of its first day where the list was repealed since."""
    book = law.rulebook()
    try:
        return rules.terms(view.list_id, view.office, book.on(on))
    except law.NotInForce:  # such a case can still be dropped
        return rules.terms(view.list_id, view.office, book.on(view.on))


def options(view: CaseView, on: date, *, actor: str, office: str) -> tuple[Option, ...]:
    """What this officer may do about a case on a day, and what stands in the way of the rest."""
    return acts.options(view.facts, terms(view, on), on, actor=actor, office=office)


def papers(view: CaseView) -> dict[str, Paper]:
    """The papers that a case has, by what they are."""
    found: dict[str, Paper] = {}
    if view.told.get("notice"):
        found[NOTICE] = Paper(view.document, view.told["notice"], view.on, view.at)
    decided = view.last(rules.DECIDED)
    if decided:
        for name in (DECISION, REPAIR):
            if content := decided.told.get(name):
                found[name] = Paper(decided.told["document"], content, decided.on, decided.at)
    return found


def _rows() -> QuerySet[Case]:
    return Case.objects.prefetch_related("steps")


def _view(row: Case) -> CaseView:
    steps = sorted(row.steps.all(), key=lambda step: step.number)
    return CaseView(
        row.pk, row.list_id, row.code, row.name, row.office, row.conduct, row.document, row.told, row.actor, row.on,
        row.at, row.seq,
        tuple(
            StepView(one.number, one.kind, one.on, one.actor, one.at, one.counts_from, one.entry, one.told)
            for one in steps
        ),
    )  # fmt: skip


RECEIVED = "received"
"""The state of an application that nobody has reviewed."""


class NoSuchApplication(Refusal):
    """There is no application of that number, or another office took it in."""

    code = "no-such-application"
    status = 404

    def __init__(self, id: int) -> None:
        super().__init__(
            Text(f"没有第 {id} 号申报。", f"There is no application {id}."),
            Text("编号见申报的清单。", "The list of applications tells the numbers."),
        )


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """An application as others see it; `state` is `received` or its latest step, `case` the case it went into."""

    id: int
    list_id: str
    code: str
    name: str
    office: str
    told: Mapping[str, Any]
    actor: str
    on: date
    state: str
    reasons: str = ""
    reviewed_by: str = ""
    case: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether anything may still be done with it."""
        return self.state in (RECEIVED, ApplicationStep.Kind.RECOMMENDED)


def application(id: int, office: str | None = None) -> ApplicationView:
    """An application, of an office alone where one is named.

    :raises NoSuchApplication: there is none.
    """
    row = Application.objects.prefetch_related("steps").filter(pk=id).first()
    if row is None or office not in (None, row.office):
        raise NoSuchApplication(id)
    return _application(row)


def applications(
    *, office: str | None = None, open_only: bool = False, limit: int = 50
) -> list[ApplicationView]:
    """The latest applications, of an office that took them in or reviewed them where one is named."""
    rows = Application.objects.prefetch_related("steps").order_by("-id")
    if office is not None:
        rows = rows.filter(Q(office=office) | Q(steps__office=office)).distinct()
    if open_only:
        rows = rows.exclude(steps__kind__in=("turned-down", "withdrawn", "proposed"))
    return [_application(row) for row in rows[:limit]]


def _application(row: Application) -> ApplicationView:
    steps = sorted(row.steps.all(), key=lambda one: one.pk)
    review = next((one for one in steps if one.kind in ("recommended", "turned-down")), None)
    last = steps[-1] if steps else None
    return ApplicationView(
        row.pk,
        row.list_id,
        row.code,
        row.name,
        row.office,
        row.told,
        row.actor,
        row.on,
        last.kind if last else RECEIVED,
        review.reasons if review else "",
        review.office if review else "",
        last.case_id if last else None,
    )


def standings(code: str) -> list[lists.Standing]:
    """Every entry of a subject, under whichever of its codes."""
    codes = identity.identity(code).codes
    return [one for held in lists.standings(codes, feed.head()).values() for one in held]


@dataclass(frozen=True, slots=True)
class UnderReview:
    """Somebody named on application who has come on lists that bar it since: its name is to be reviewed."""

    entry: lists.EntryView
    barred_by: tuple[CreditList, ...]


def under_review(on: date) -> list[UnderReview]:
    """The named whose naming is to be reviewed, of every list that is entered on application."""
    now = law.rulebook().on(on)
    found = []
    for norm in now.listings():
        if norm.application is None:
            continue
        for list_id in norm.lists:
            for entry in every(partial(lists.entries, list_id, on, persons=False)):
                if barring := eligibility.barring(standings(entry.code), norm.application.barred_by, now):
                    found.append(UnderReview(entry, barring))
    return found
