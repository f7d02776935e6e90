"""The credit report: one public snapshot, set on paper, registered, handed out; and verified later.

The same snapshot, number and instant give the same bytes, so a report can be verified byte by byte without
being kept. Nothing here decides what is public: `queries.public_snapshot` has done that.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from hashlib import sha256

from django.utils import timezone

from xinyun.base import Refusal, Text
from xinyun.ledger import operations as ledger
from xinyun.plumbing.sealing import keyed_hash
from xinyun.portal import paper, queries, rules
from xinyun.portal.models import Report
from xinyun.portal.pages import IssuedReport, ReportVerdict, Snapshot

TEMPLATES = ("standard",)
"""Report templates; `standard` follows 公共信用信息报告标准（2022年版） for organisations."""


class UnknownTemplate(Refusal):
    """There is no such report template."""

    code = "unknown-template"


def issue(code: str, *, actor: str, on: date, at: datetime, template: str = "standard") -> IssuedReport:
    """Make, register and return the credit report of an organisation as of now.

    The report is in the ledger and in the register before its bytes are returned.

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
    made = timezone.localtime(at).replace(microsecond=0)
    content = paper.contents(snapshot)
    number = rules.report_number(made, json.dumps(content, sort_keys=True).encode())
    pdf = paper.render(content, number=number, made=made)
    digest = sha256(pdf).hexdigest()
    _register(snapshot, number, digest, made, actor=actor, on=on)
    return IssuedReport(number, pdf, digest)


def verify(pdf: bytes) -> ReportVerdict:
    """Tell whether a file is a report of ours, byte by byte; a changed copy is known by the number in it."""
    digest = sha256(pdf).hexdigest()
    known = Report.objects.filter(sha256=digest).first()
    if known:
        return _verdict("unchanged", known)
    for number in dict.fromkeys(rules.NUMBER.findall(pdf.decode("latin-1"))):
        known = Report.objects.filter(number=number).first()
        if known:
            return _verdict("changed", known)
    return ReportVerdict("unknown", sha256=digest)


def verify_number(number: str) -> ReportVerdict:
    """Tell whether a report of this number was issued; that alone does not prove a copy unchanged."""
    known = Report.objects.filter(number=number).first()
    return _verdict("registered", known) if known else ReportVerdict("unknown", number=number)


def _register(snapshot: Snapshot, number: str, digest: str, made: datetime, *, actor: str, on: date) -> None:
    """Log first, then register: a report that was handed out is always in the log. Repeating is once."""
    payload = {
        "number": number,
        "subject": keyed_hash(snapshot.code.encode()),
        "sha256": digest,
        "seq": snapshot.seq,
        "rulebook": snapshot.rulebook,
    }
    (leaf,) = ledger.append([ledger.Entry("report", made, payload, f"report:{number}")], actor=actor, on=on)
    Report.objects.get_or_create(
        number=number,
        defaults={
            "subject": snapshot.code,
            "sha256": digest,
            "at": made,
            "seq": snapshot.seq,
            "ledger_index": leaf.index,
        },
    )


def _verdict(outcome: str, known: Report) -> ReportVerdict:
    return ReportVerdict(
        outcome, known.number, known.subject, known.sha256, known.at, known.seq, known.ledger_index
    )
