"""The page of codes for staff: coverage, duplicate and wrong codes, notices to the registering offices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from xinyun import law
from xinyun.base import Text
from xinyun.codes import queries as codes
from xinyun.codes.queries import Finding, Line, Lookup, NoticeView

MOST = 50
"""Lines of a list; the command line tells all."""


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding in words."""

    grounds: tuple[Text, ...]
    holders: tuple[tuple[str, str], ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice with the name of its office."""

    notice: NoticeView
    office: Text
    overdue: bool


@dataclass(frozen=True, slots=True)
class CodesPage:
    """A month; a clerk sees findings and notices of the own office alone, and figures of all."""

    month: str
    months: tuple[str, ...]
    through: date
    whole: Line
    cities: tuple[Line, ...]
    registrars: tuple[Line, ...]
    kinds: tuple[Line, ...]
    findings: tuple[FindingLine, ...]
    finding_count: int
    notices: tuple[NoticeLine, ...]
    outcomes: dict[str, Text]
    how: tuple[Text, ...]


def page(month: date, office: str, on: date) -> CodesPage:
    """A month as known on a day; with `office`, only its findings and notices."""
    told = codes.report(month, on)
    found = [one for one in told.findings if not office or office in _addressees(one, told.norms)]
    return CodesPage(
        month=f"{month:%Y-%m}",
        months=tuple(f"{one:%Y-%m}" for one in codes.months(on)),
        through=told.through,
        whole=told.whole,
        cities=told.cities,
        registrars=tuple(line for line in told.registrars if line.counts.rate)[:MOST],
        kinds=told.kinds,
        findings=tuple(_finding(one) for one in found[:MOST]),
        finding_count=len(found),
        notices=tuple(_notice(one, on) for one in codes.notices(office=office, limit=MOST)),
        outcomes=codes.OUTCOMES,
        how=tuple(codes.HOW.values()),
    )


def _addressees(found: Finding, norms: law.Law) -> set[str]:
    return {codes.addressee(key, norms) for key in found.registrars}


def _finding(found: Finding) -> FindingLine:
    return FindingLine(
        tuple(codes.GROUNDS[ground] for ground, _ in found.grounds),
        tuple((holder.code, holder.name) for holder in found.holders),
        found.names,
    )


def _notice(notice: NoticeView, on: date) -> NoticeLine:
    norms = law.rulebook().on(on)
    known = law.rulebook().offices.get(notice.office)
    title = Text(known.title, known.english) if known else codes.registrar_title(notice.office, norms)
    return NoticeLine(notice, title, notice.is_overdue(on))


def looked_up(given: Any, on: date) -> list[Lookup]:
    """The answers to a text of one number a line.

    :raises TooManyLines: there are more than one look-up takes.
    """
    return codes.look_up_many([line for line in str(given).splitlines() if line.strip()], on)
