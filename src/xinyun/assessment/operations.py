"""What is done in assessment: a notice is issued."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.utils import timezone

from xinyun import law
from xinyun.assessment import paper, queries
from xinyun.assessment.models import Notice
from xinyun.assessment.queries import Month
from xinyun.ledger import operations as ledger
from xinyun.plumbing.typesetting import FontsMissing

__all__ = ["EVERYBODY", "FontsMissing", "IssuedNotice", "issue_notice"]

EVERYBODY = "all"
"""The scope of a notice to all offices of the province."""
_SIDE_BY_SIDE = {(True, False): "", (True, True): "", (False, True): "offices", (False, False): "cities"}
"""What a notice compares, by whether it is to an office and to a city."""


@dataclass(frozen=True, slots=True)
class IssuedNotice:
    """A notice with its bytes."""

    number: str
    pdf: bytes
    sha256: str


def issue_notice(
    *, month: date, actor: str, on: date, at: datetime, office: str = "", city: str = ""
) -> IssuedNotice:
    """Make, log, register and return the notice of a month to an office, to a city's offices, or to everybody.

    `month` is the month's first day. While what it says is the same, the same notice is given again, byte by byte.

    :raises law.UnknownNorm: there is no such office.
    :raises NoSuchCity: no office belongs to that division.
    :raises FontsMissing: the machine lacks the fonts.
    """
    told = queries.narrowed(queries.month(month, on), office=office, city=city)
    scope = office or city or EVERYBODY
    to, gaps = _addressee(told, office, city), _gaps(told, office, city)
    content = paper.contents(told, to, gaps, by=_SIDE_BY_SIDE[bool(office), bool(city)])
    if issued := _again(scope, month, content):
        return issued
    made = timezone.localtime(at).replace(microsecond=0)
    issued = _made(content, made)
    _register(issued, scope, told, made, actor=actor, on=on)
    return issued


def _addressee(told: Month, office: str, city: str) -> str:
    if office:
        return told.norms.office(office).title
    return str(queries.city_of(city, told.norms)) if city else "各市（州）、省级有关单位"


def _gaps(told: Month, office: str, city: str) -> paper.Gaps:
    """Of an office, or of a city's offices that sent something; a notice to everybody has no room for them."""
    offices = (
        [office] if office else [one.id for one in told.norms.offices() if city and one.division == city]
    )
    found = {one: queries.missing_numbers(one, told.through) for one in offices}
    return {one: gaps for one, gaps in found.items() if gaps}


def _made(content: dict[str, Any], made: datetime) -> IssuedNotice:
    number = _number(content, made)
    pdf = paper.render(content, number=number, made=made)
    return IssuedNotice(number, pdf, sha256(pdf).hexdigest())


def _number(content: dict[str, Any], made: datetime) -> str:
    """The instant, and eight characters that follow from what the notice says."""
    told = json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    return f"KH{made:%y%m%d%H%M%S}{sha256(told).hexdigest()[:8].upper()}"


def _again(scope: str, month: date, content: dict[str, Any]) -> IssuedNotice | None:
    """The notice that was issued last, if it says the same: set again at its own instant, it is the same bytes."""
    known = Notice.objects.filter(scope=scope, month=month).order_by("-id").first()
    if known is None:
        return None
    made = timezone.localtime(known.at)
    if _number(content, made) != known.number:
        return None
    again = _made(content, made)
    return again if again.sha256 == known.sha256 else None


def _register(issued: IssuedNotice, scope: str, told: Month, made: datetime, *, actor: str, on: date) -> None:
    """Log first, then register: a notice that was handed out is always in the log. Repeating is once."""
    payload = {
        "number": issued.number,
        "scope": scope,
        "month": f"{told.first:%Y-%m}",
        "through": str(told.through),
        "sha256": issued.sha256,
        "rulebook": law.rulebook().hash,
    }
    entry = ledger.Entry("notice", made, payload, f"notice:{issued.number}")
    (leaf,) = ledger.append([entry], actor=actor, on=on)
    Notice.objects.get_or_create(
        number=issued.number,
        defaults={
            "scope": scope,
            "month": told.first,
            "through": told.through,
            "sha256": issued.sha256,
            "at": made,
            "ledger_index": leaf.index,
        },
    )
