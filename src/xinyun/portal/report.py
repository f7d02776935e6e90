"""The credit report: one public snapshot, set on paper, registered, handed out; and verified later.

The same snapshot, number and instant give the same bytes, so a report can be verified byte by byte without
being kept. Nothing here decides what is public: `queries.public_snapshot` has done that.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from xinyun.base import Refusal, Text
from xinyun.ledger import operations as ledger
from xinyun.plumbing.sealing import keyed_hash
from xinyun.portal import paper, queries, rules
from xinyun.portal.models import Report
from xinyun.portal.pages import IssuedReport, ReportVerdict
from xinyun.portal.snapshot import Snapshot

TEMPLATES = ("standard",)
"""Report templates; `standard` follows 公共信用信息报告标准（2022年版） for organisations."""

MOST_NUMBERS = 20
"""How many number-like strings of a file are looked up; a report of ours holds one."""
KEPT_SECONDS = 60
"""For how long the bytes are kept at hand for whoever asks again; only for speed."""


class UnknownTemplate(Refusal):
    """There is no such report template."""

    code = "unknown-template"


def issue(code: str, *, actor: str, on: date, at: datetime, template: str = "standard") -> IssuedReport:
    """Make, register and return the credit report of an organisation as of now.

    The report is in the ledger and in the register before its bytes are returned. While nothing has changed, the
    same day's report is returned again.

    :raises UnknownTemplate: `template` is not one of `TEMPLATES`.
    :raises queries.NoSuchSubject: nobody public has this code.
    :raises paper.FontsMissing: the machine lacks the fonts.
    """
    if template not in TEMPLATES:
        raise UnknownTemplate(
            Text(f"没有名为 {template} 的报告版式。", f"There is no report template {template}."),
            Text(f"可用的版式：{'、'.join(TEMPLATES)}。", f"Templates: {', '.join(TEMPLATES)}."),
        )
    snapshot = queries.public_snapshot(code, on=on)
    if snapshot is None:
        raise queries.NoSuchSubject(code)
    content = paper.contents(snapshot)
    if issued := _again(snapshot, content):
        return issued
    report = _made(content, timezone.localtime(at).replace(microsecond=0))
    _register(snapshot, report, at.replace(microsecond=0), actor=actor, on=on)
    return report


def _made(content: dict[str, Any], made: datetime) -> IssuedReport:
    number = rules.report_number(made, json.dumps(content, sort_keys=True).encode())
    pdf = paper.render(content, number=number, made=made)
    report = IssuedReport(number, pdf, sha256(pdf).hexdigest())
    cache.set(f"report:{report.sha256}", pdf, KEPT_SECONDS)
    return report


def _again(snapshot: Snapshot, content: dict[str, Any]) -> IssuedReport | None:
    """The report that was issued last, if it says the same: set again at its own instant, it is the same bytes.

    So asking again, by whom and how often ever, adds nothing to the ledger until something has changed. Where the
    bytes differ (another typesetter or address of the site), it is another report.
    """
    known = Report.objects.filter(subject=snapshot.code, seq=snapshot.seq).order_by("-id").first()
    if known is None:
        return None
    made = timezone.localtime(known.at)
    if rules.report_number(made, json.dumps(content, sort_keys=True).encode()) != known.number:
        return None
    pdf: bytes | None = cache.get(f"report:{known.sha256}")
    again = IssuedReport(known.number, pdf, known.sha256) if pdf else _made(content, made)
    return again if again.sha256 == known.sha256 else None


def verify(pdf: bytes) -> ReportVerdict:
    """Tell whether a file is a report of ours, byte by byte; a changed copy is known by the number in it."""
    digest = sha256(pdf).hexdigest()
    known = Report.objects.filter(sha256=digest).first()
    if known:
        return _verdict("unchanged", known)
    numbers = list(dict.fromkeys(rules.NUMBER.findall(pdf.decode("latin-1"))))[:MOST_NUMBERS]
    known = Report.objects.filter(number__in=numbers).order_by("id").first()
    return _verdict("changed", known) if known else ReportVerdict("unknown", sha256=digest)


def verify_number(number: str) -> ReportVerdict:
    """Tell whether a report of this number was issued; that alone does not prove a copy unchanged."""
    known = Report.objects.filter(number=number).first()
    return _verdict("registered", known) if known else ReportVerdict("unknown", number=number)


def _register(snapshot: Snapshot, report: IssuedReport, made: datetime, *, actor: str, on: date) -> None:
    """Log first, then register: a report that was handed out is always in the log. Repeating is once."""
    payload = {
        "number": report.number,
        "subject": keyed_hash(snapshot.code.encode()),
        "sha256": report.sha256,
        "seq": snapshot.seq,
        "rulebook": snapshot.rulebook,
    }
    entry = ledger.Entry("report", made, payload, f"report:{report.number}")
    (leaf,) = ledger.append([entry], actor=actor, on=on)
    Report.objects.get_or_create(
        number=report.number,
        defaults={
            "subject": snapshot.code,
            "sha256": report.sha256,
            "at": made,
            "seq": snapshot.seq,
            "ledger_index": leaf.index,
        },
    )


def _verdict(outcome: str, known: Report) -> ReportVerdict:
    return ReportVerdict(
        outcome, known.number, known.subject, known.sha256, known.at, known.seq, known.ledger_index
    )
