"""Whether a decision may put a subject on a list: pure, one refusal for each ground, each with the list's article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinyun.base import Period, Refusal, Text
from xinyun.base.forms import is_one_line
from xinyun.law import CreditList, Office
from xinyun.law.kinds import PEOPLE

DOCUMENT_LENGTH, REASON_LENGTH = 200, 500


class NotCompetent(Refusal):
    """The office may not decide about this list."""

    code = "not-competent"
    status = 403


class KindNotNamed(Refusal):
    """The list may not name subjects of this kind."""

    code = "kind-not-named"


class NotYetDecided(Refusal):
    """The decision is dated after today."""

    code = "not-yet-decided"


class AlreadyEnded(Refusal):
    """The entry's term is over."""

    code = "already-ended"


class NoDocument(Refusal):
    """A listing or a removal needs its decision document."""

    code = "no-document"


class TooLong(Refusal):
    """The text does not fit the field that keeps it."""

    code = "too-long"


class NoReason(Refusal):
    """A removal needs its reason."""

    code = "no-reason"


class EndsTooSoon(Refusal):
    """The decision's end is not after its beginning."""

    code = "ends-too-soon"


class EndsTooLate(Refusal):
    """The decision's end is later than the list's term and its lawful extension allow."""

    code = "ends-too-late"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A decision that would put a subject on a list.

    `office` is an office's id, or the name of one that is not ours, as its document has it. `until` is the first free
    day that the decision itself names, where it names one.
    """

    list_id: str
    subject_id: int
    subject_kind: str
    code: str
    document: str
    office: str
    decided_on: date
    until: date | None = None


def admit(decision: Proposed, credit_list: CreditList, office: Office | None, on: date) -> Period:
    """Check a decision against its list (the edition of the day it was decided) and give the entry's span.

    `office` is `None` for an authority elsewhere, whose competence its own document shows. The span is the list's
    term; an end that the decision itself names counts instead, as far as the list's term and extension reach.

    :raises NoDocument: nothing identifies the decision (or `TooLong`).
    :raises NotYetDecided: it is dated after `on`.
    :raises NotCompetent: the office's department is not among the list's authorities.
    :raises KindNotNamed: the list may not name this kind of subject.
    :raises EndsTooSoon: the decision ends on or before the day it was made.
    :raises EndsTooLate: it ends later than the list's term and extension allow.
    :raises AlreadyEnded: the span was over on `on`.
    """
    demand_document(decision.document)
    if decision.decided_on > on:
        raise _not_yet(decision.decided_on, on)
    if office:
        demand_competence(credit_list, office)
    if decision.subject_kind not in credit_list.kinds:
        raise _kind_not_named(credit_list, decision.subject_kind)
    period = span(credit_list, decision.decided_on, decision.until)
    if period.end and period.end <= on:
        raise _ended(credit_list, period)
    return period


def demand_document(document: str) -> None:
    """Check that a decision document is named, in a number and not in a text.

    :raises NoDocument: it is not named, or what is named is no single line.
    :raises TooLong: it is longer than any document's number.
    """
    if not document.strip() or not is_one_line(document.strip()):
        raise NoDocument(
            Text("没有决定书文号，或文号含有换行、控制字符。", "No decision document is named, on one line."),
            Text("列入和移出都须写明决定书文号。", "Give the number of the decision document."),
            fields=(("document", Text("必填，一行", "required, one line")),),
        )
    _demand_room("document", document, DOCUMENT_LENGTH)


def demand_reason(reason: str) -> None:
    """Check that a removal says why.

    :raises NoReason: it does not.
    :raises TooLong: it says too much.
    """
    if not reason.strip():
        raise NoReason(
            Text("没有写明移出理由。", "No reason for the removal is given."),
            Text("请写明理由，如信用修复、撤销。", "Give the reason, such as repair or revocation."),
            fields=(("reason", Text("必填", "required")),),
        )
    _demand_room("reason", reason, REASON_LENGTH)


def _demand_room(field: str, text: str, length: int) -> None:
    if len(text) > length:
        raise TooLong(
            Text(f"{field} 过长（{len(text)} 字）。", f"{field} is too long ({len(text)} characters)."),
            Text(f"不得超过 {length} 字。", f"At most {length} characters."),
            fields=((field, Text(f"不得超过 {length} 字", f"at most {length} characters")),),
        )


def demand_competence(credit_list: CreditList, office: Office) -> None:
    """Check that the office's department decides about this list.

    :raises NotCompetent: it does not.
    """
    if office.department not in credit_list.authority:
        raise NotCompetent(
            Text(
                f"{office.title}不是「{credit_list.title}」的认定单位。",
                f"{office.id} does not decide about {credit_list.id}.",
            ),
            Text(
                f"认定单位为：{'、'.join(credit_list.authority)}；请移送有权单位。",
                f"These departments do: {', '.join(credit_list.authority)}.",
            ),
            credit_list.basis,
        )


def span(credit_list: CreditList, decided_on: date, until: date | None) -> Period:
    """The span of an entry: the list's term, or up to the end (`until`, the first free day) that its decision names.

    :raises EndsTooSoon: the end is on or before the day of the decision.
    :raises EndsTooLate: the end is beyond the term and its lawful extension.
    """
    if until is None:
        return credit_list.period(decided_on)
    if until <= decided_on:
        raise EndsTooSoon(
            Text(
                f"截止日期不晚于认定日期 {decided_on}。",
                f"It ends on or before the day of the decision, {decided_on}.",
            ),
            Text("请核对决定书的起止日期。", "Check the dates in the decision."),
            credit_list.basis,
        )
    latest = credit_list.latest_end(decided_on)
    if latest and until > latest:
        raise _ends_too_late(credit_list, Period(decided_on, until), Period(decided_on, latest))
    return Period(decided_on, until)


def _ends_too_late(credit_list: CreditList, written: Period, allowed: Period) -> EndsTooLate:
    return EndsTooLate(
        Text(
            f"截止日期 {written.last_day} 超出「{credit_list.title}」的期限，最晚为 {allowed.last_day}。",
            f"It ends on {written.last_day}; {credit_list.id} ends on {allowed.last_day} at the latest.",
        ),
        Text(
            "请核对决定书；没有写明截止日期的请留空，按名单期限计。",
            "Check the decision; leave the end empty where it names none, and the list's term counts.",
        ),
        credit_list.basis,
    )


def _not_yet(decided: date, on: date) -> NotYetDecided:
    return NotYetDecided(
        Text(f"认定日期 {decided} 晚于今天 {on}。", f"The decision is dated {decided}, after {on}."),
        Text("请核对决定书日期；决定作出后再列入。", "Check the date; list the subject once it is decided."),
        fields=(("decided", Text("不得晚于今天", "must not be in the future")),),
    )


def _kind_not_named(credit_list: CreditList, kind: str) -> KindNotNamed:
    named = "、".join(PEOPLE[k].zh for k in credit_list.kinds)
    return KindNotNamed(
        Text(
            f"「{credit_list.title}」不能列入{PEOPLE[kind].zh}。",
            f"{credit_list.id} may not name {PEOPLE[kind].en}.",
        ),
        Text(
            f"该名单只列入{named}。",
            f"It names only {', '.join(PEOPLE[k].en for k in credit_list.kinds)}.",
        ),
        credit_list.basis,
    )


def _ended(credit_list: CreditList, period: Period) -> AlreadyEnded:
    return AlreadyEnded(
        Text(
            f"按「{credit_list.title}」的期限，该条目已于 {period.last_day} 届满。",
            f"By the term of {credit_list.id} this entry ended on {period.last_day}.",
        ),
        Text(
            "期满的决定不再列入；记录可作为历史信息归集。",
            "An ended decision is not listed; collect it as a record.",
        ),
        credit_list.basis,
    )
