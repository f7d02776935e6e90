"""What is done about codes: old numbers are kept, notices issued and answered."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Refusal, Text
from xinyun.codes import finding, notices, rules, sources
from xinyun.codes.models import CodeAnswer, CodeNotice, OldNumber
from xinyun.codes.notices import CLOCK, addressee
from xinyun.law import Item
from xinyun.plumbing import feed

NOTICE, ANSWER = "codes.notice", "codes.answer"
"""The kinds of the feed's rows about notices and their answers."""


class NoSuchNotice(Refusal):
    """The notice does not exist, or does not hold the finding."""

    code = "no-such-notice"
    status = 404


class AnsweredAlready(Refusal):
    """The finding of that notice has its answer."""

    code = "answered-already"
    status = 409


class WrongAnswer(Refusal):
    """The outcome is unknown, no reason is given, or the answer is older than its notice."""

    code = "wrong-answer"


@dataclass(frozen=True, slots=True)
class Issued:
    """A notice that was issued: its id, its office and how many findings it holds."""

    id: int
    office: str
    findings: int
    due_on: date


def keep_old_numbers(*, item: Item, seq: int, actor: str, on: date) -> None:
    """Keep what the records that a change of the feed brought say of old numbers, set-based, in the caller's transaction."""
    table = OldNumber._meta.db_table
    with connection.cursor() as cursor:
        for kind, field, lengths in sources.fields_of(item):
            select, given = archive.told_numbers(item.id, seq, field, lengths)
            cursor.execute(
                f"INSERT INTO {table} (kind, number, code, seq, since)"  # noqa: S608 - our own table, values are parameters
                f" SELECT %s, told.number, told.code, %s, {_day()} FROM ({select}) told WHERE TRUE"
                # sorted rows fall together in the index; written as they come they take half as long again
                " ORDER BY told.number ON CONFLICT DO NOTHING",
                [kind, seq, on.isoformat(), *given],
            )


def _day() -> str:
    return "CAST(%s AS date)" if connection.vendor == "postgresql" else "%s"


def issue_notices(*, actor: str, on: date, at: datetime) -> tuple[Issued, ...]:
    """Send every finding that is new, or was answered and did not go away in time, to the offices that registered it.

    One notice an office. A finding of codes of two offices goes to both; one whose notice waits for its answer, or that
    the office keeps apart, is not sent to it again.
    """
    norms = law.rulebook().on(on)
    clock = norms.clock(CLOCK)
    current = finding.findings(
        feed.head(), norms
    )  # goes through every code: before the lock, so that nobody waits
    wanted: dict[str, list[rules.Finding]] = defaultdict(list)
    with transaction.atomic():
        feed.lock()
        told = notices.history()
        for found in current:
            for office in dict.fromkeys(addressee(key, norms) for key in found.registrars):
                if rules.standing(told.get((office, found.key), ()), clock, on) in rules.TO_NOTIFY:
                    wanted[office].append(found)
        return tuple(
            _issue(office, found, clock.due(on), actor=actor, on=on, at=at)
            for office, found in sorted(wanted.items())
        )


def _issue(
    office: str, found: list[rules.Finding], due_on: date, *, actor: str, on: date, at: datetime
) -> Issued:
    payload = {"office": office, "findings": [one.key for one in found], "due_on": due_on.isoformat()}
    seq = feed.append(NOTICE, payload, actor=actor)
    row = CodeNotice.objects.create(
        office=office,
        findings=[notices.document(one) for one in found],
        issued_on=on,
        due_on=due_on,
        actor=actor,
        seq=seq,
        at=at,
    )
    return Issued(row.pk, office, len(found), due_on)


@transaction.atomic
def answer_notice(*, notice: int, finding: str, outcome: str, reason: str, actor: str, on: date) -> None:
    """Write down what the registering office did about a finding, a key of the notice.

    :raises NoSuchNotice: there is no such notice, or the finding is not in it.
    :raises AnsweredAlready: it has its answer.
    :raises WrongAnswer: an outcome that is none of `OUTCOMES`, no reason, or a day before the notice.
    """
    feed.lock()
    row = CodeNotice.objects.filter(pk=notice).first()
    if row is None or all(one["key"] != finding for one in row.findings):
        raise NoSuchNotice(
            Text("没有这样的通知或线索。", "There is no such notice or finding."),
            Text("请从通知清单中选择。", "Choose from the list of notices."),
        )
    if row.answers.filter(finding=finding).exists():
        raise AnsweredAlready(
            Text("这条线索已经答复。", "This finding has its answer."),
            Text("仍查得到的，期满后会再次通知。", "If it is still found, another notice follows in time."),
        )
    _demand_sound(outcome, reason, on, row.issued_on)
    payload = {"notice": notice, "finding": finding, "outcome": outcome}
    CodeAnswer.objects.create(
        notice=row,
        finding=finding,
        outcome=outcome,
        reason=reason.strip(),
        actor=actor,
        answered_on=on,
        seq=feed.append(ANSWER, payload, actor=actor),
    )


def _demand_sound(outcome: str, reason: str, on: date, issued_on: date) -> None:
    if outcome not in rules.OUTCOMES:
        what = Text("没有写明处理结果。", "The outcome is missing or unknown.")
        words = [text.both for text in rules.OUTCOMES.values()]
        raise WrongAnswer(what, Text(f"可选：{'；'.join(words)}。", f"One of: {', '.join(rules.OUTCOMES)}."))
    if not 0 < len(reason.strip()) <= _LONGEST:
        raise WrongAnswer(
            Text("没有写明理由，或者理由过长。", "The reason is missing or too long."),
            Text(
                f"请用 {_LONGEST} 字以内写明核实的情况。", f"Say what was verified, in {_LONGEST} characters."
            ),
        )
    if on < issued_on:
        raise WrongAnswer(
            Text("答复的日期早于通知。", "The answer is older than its notice."),
            Text("请核对日期。", "Check the day."),
        )


_LONGEST = 500
