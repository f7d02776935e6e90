"""The pages on which an office enters a subject in a list: its cases, one case with what may be done next, a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from xinyun import law
from xinyun.base import Text
from xinyun.console import listing_words as words
from xinyun.console.collecting import may_submit, person
from xinyun.console.listing_words import Form
from xinyun.law import CreditList, Law
from xinyun.law.citing import cite
from xinyun.listing import queries, rules
from xinyun.listing.queries import CaseView, StepView
from xinyun.listing.rules import Deadline
from xinyun.listing.telling import PUBLIC_NOTICE, TITLES

PAGE, WAITING = 30, 200


class Choice(NamedTuple):
    """One value of a list."""

    value: str
    said: Text


class Waiting(NamedTuple):
    """A deadline of a case; `late` where the office missed it, `over` where it has passed."""

    said: Text
    last: date
    late: bool
    over: bool
    basis: tuple[Text, ...]


class Line(NamedTuple):
    """A case in the list of cases."""

    id: int
    title: Text
    name: str
    code: str
    on: date
    said: Text
    tone: str
    waiting: Waiting | None


class Told(NamedTuple):
    """A step: what it says, line by line."""

    said: Text
    on: date
    actor: str
    lines: tuple[tuple[Text, Text | str], ...]
    counts_from: date | None


class Blocked(NamedTuple):
    """An act that may not be done now, and why."""

    said: Text
    why: Text
    remedy: Text
    basis: tuple[Text, ...]


class Paper(NamedTuple):
    """A paper that can be taken."""

    id: str
    said: Text
    number: str


@dataclass(frozen=True, slots=True)
class ListingsPage:
    """An office's cases, and the lists about which it decides."""

    office: Text
    lines: tuple[Line, ...]
    lists: tuple[Choice, ...]
    page: int
    more: bool
    may_act: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case: what it is about, what happened, what may be done next and what not yet."""

    id: int
    line: Line
    procedure: Text
    procedure_id: str
    confidence: str
    document: str
    proposer: str
    conduct: Text
    facts: str
    evidence: tuple[dict[str, str], ...]
    articles: tuple[Text, ...]
    steps: tuple[Told, ...]
    waiting: tuple[Waiting, ...]
    forms: tuple[Form, ...]
    blocked: tuple[Blocked, ...]
    papers: tuple[Paper, ...]
    entry: int | None


@dataclass(frozen=True, slots=True)
class NewPage:
    """What is asked for a proposal to put somebody on a list."""

    list: Choice
    procedure: Text
    articles: tuple[tuple[str, Text], ...]
    conducts: tuple[Choice, ...]
    needs_notice: bool
    applications: tuple[tuple[str, str, str], ...] | None = None
    """Number, code and name of the recommended applications, where the list is entered on application."""


def listings(user: Any, page: int, on: date) -> ListingsPage:
    """A page of the cases of a person's own office."""
    now = law.rulebook().on(on)
    found = queries.cases(user.office, limit=PAGE + 1, offset=(page - 1) * PAGE)
    lines = tuple(_line(one, now) for one in found[:PAGE])
    office = now.office(user.office)
    lists = tuple(
        _choice(one) for one in now.lists() if office.department in one.authority and _names_firms(one)
    )
    return ListingsPage(
        Text(office.title, office.english), lines, lists if may_submit(user) else (), page, len(found) > PAGE,
        may_submit(user),
    )  # fmt: skip


def case(id: int, user: Any, actor: str, on: date, given: Mapping[str, str]) -> CasePage:
    """A case of a person's own office; `given` is what was sent and refused.

    :raises queries.NoSuchCase: the office has none of that number.
    """
    now, view = law.rulebook().on(on), queries.case(id, user.office)
    known = queries.terms(view, on)
    options = queries.options(view, on, actor=actor, office=user.office) if may_submit(user) else ()
    effective = view.last(rules.EFFECTIVE)
    return CasePage(
        id=view.id,
        line=_line(view, now),
        procedure=Text(known.norm.title, known.norm.english.capitalize()),
        procedure_id=known.norm.id,
        confidence=known.norm.confidence,
        document=view.document,
        proposer=person(view.actor),
        conduct=words.CONDUCTS[view.conduct],
        facts=view.told["facts"],
        evidence=tuple(view.told["evidence"]),
        articles=cite(view.articles, now),
        steps=tuple(_step(one) for one in view.steps),
        waiting=tuple(_waiting(one, now) for one in rules.deadlines(view.facts, known)),
        forms=tuple(
            words.form(one.act, known.norm.notice, known.norm.repair_notice).filled(given, on.isoformat())
            for one in options
            if not one.refusal
        ),
        blocked=tuple(
            Blocked(words.said(one.act), one.refusal.what, one.refusal.remedy, cite(one.refusal.basis, now))
            for one in options
            if one.refusal
        ),
        papers=tuple(
            Paper(id, _paper_title(id, one.content), one.number) for id, one in queries.papers(view).items()
        ),
        entry=effective.entry if effective else None,
    )


def new(list_id: str, user: Any, on: date) -> NewPage:
    """What is asked for a proposal.

    :raises Refusal: there is no such list, or no procedure of entering it.
    """
    now = law.rulebook().on(on)
    known = rules.terms(list_id, user.office, now)
    articles = tuple((str(one), cite((one,), now)[0]) for one in known.credit_list.basis)
    conducts = known.norm.conduct or rules.CONDUCTS
    return NewPage(
        _choice(known.credit_list),
        Text(known.norm.title, known.norm.english.capitalize()),
        articles,
        tuple(Choice(one, words.CONDUCTS[one]) for one in conducts),
        known.norm.notice != "none",
        tuple(
            (str(one.id), one.code, one.name)
            for one in queries.applications(open_only=True, limit=WAITING)
            if one.list_id == list_id and one.state == "recommended"
        )
        if known.norm.application
        else None,
    )


def _names_firms(listed: CreditList) -> bool:
    """Whether the list may name anybody but natural persons, who are not entered here."""
    return any(kind != "person" for kind in listed.kinds)


def _choice(listed: CreditList) -> Choice:
    return Choice(listed.id, Text(listed.title, listed.english.capitalize()))


def _line(view: CaseView, now: Law) -> Line:
    said, tone = words.STATES[view.state]
    waiting = rules.deadlines(view.facts, queries.terms(view, now.day))
    return Line(
        view.id, now.book.title_of("list", view.list_id), view.name, view.code, view.on, said, tone,
        _waiting(waiting[0], now) if waiting else None,
    )  # fmt: skip


def _waiting(one: Deadline, now: Law) -> Waiting:
    return Waiting(
        words.DEADLINES[one.what], one.last, one.missed(now.day), one.last < now.day, cite(one.basis, now)
    )


def _step(one: StepView) -> Told:
    lines = tuple(
        (title, words.WAYS.get(one.told[key], one.told[key]))
        for key, title in words.TOLD.items()
        if one.told.get(key)
    )
    return Told(words.STEPS[one.kind], one.on, person(one.actor), lines, one.counts_from)


def _paper_title(id: str, content: Any) -> Text:
    if content["title"] == PUBLIC_NOTICE:
        return Text(PUBLIC_NOTICE, "Public notice")
    return TITLES[id]
