"""Notices to registering offices and their answers, as others see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from xinyun.base import Text
from xinyun.codes import rules
from xinyun.codes.models import CodeAnswer, CodeNotice
from xinyun.codes.rules import Finding, Told
from xinyun.law import Law

CLOCK = "code-correction"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the office answered."""

    outcome: Text
    reason: str
    actor: str
    answered_on: date


@dataclass(frozen=True, slots=True)
class NoticedFinding:
    """A finding as it was sent: `holders` are codes and names, `names` those of one code that has several."""

    key: str
    grounds: tuple[Text, ...]
    holders: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class NoticeView:
    """A notice with its findings; `open` counts those without an answer."""

    id: int
    office: str
    issued_on: date
    due_on: date
    findings: tuple[NoticedFinding, ...]

    @property
    def open(self) -> int:
        """How many findings wait for their answer."""
        return sum(one.answer is None for one in self.findings)

    def is_overdue(self, on: date) -> bool:
        """Whether an answer is missing beyond its day."""
        return bool(self.open) and self.due_on < on


def addressee(key: str, norms: Law) -> str:
    """Where a registrar's findings go: an office of ours by its id, else the registrar itself."""
    office = rules.office_of(key, norms)
    return office.id if office else key


def document(found: Finding) -> dict[str, Any]:
    """A finding as a notice keeps it."""
    return {
        "key": found.key,
        "grounds": [list(ground) for ground in found.grounds],
        "holders": [[holder.code, holder.name] for holder in found.holders],
        "names": list(found.names),
    }


def notices(*, office: str = "", limit: int = 200) -> list[NoticeView]:
    """The newest notices, or an office's own."""
    rows = CodeNotice.objects.order_by("-id").prefetch_related("answers")
    if office:
        rows = rows.filter(office=office)
    return [_view(row) for row in rows[:limit]]


def _view(row: CodeNotice) -> NoticeView:
    answers = {answer.finding: answer for answer in row.answers.all()}
    return NoticeView(
        row.pk,
        row.office,
        row.issued_on,
        row.due_on,
        tuple(_finding(one, answers.get(one["key"])) for one in row.findings),
    )


def _finding(told: dict[str, Any], answer: CodeAnswer | None) -> NoticedFinding:
    return NoticedFinding(
        told["key"],
        tuple(rules.GROUNDS[ground] for ground, _ in told["grounds"]),
        tuple((code, name) for code, name in told["holders"]),
        tuple(told["names"]),
        answer and Answer(rules.OUTCOMES[answer.outcome], answer.reason, answer.actor, answer.answered_on),
    )


def kept_apart() -> dict[tuple[str, str], int]:
    """The pairs of codes, the lower first, of which registering offices last answered that they are different subjects.

    Each with the number of the notice.
    """
    found: dict[tuple[str, str], int] = {}
    for answer in CodeAnswer.objects.order_by("id").select_related("notice"):
        finding = next((one for one in answer.notice.findings if one["key"] == answer.finding), None)
        held = sorted({code for code, _ in finding["holders"]}) if finding else []
        for two in combinations(held, 2):
            if answer.outcome == "kept-apart":
                found[two] = answer.notice_id
            else:
                found.pop(two, None)
    return found


def history() -> dict[tuple[str, str], list[Told]]:
    """For each office and finding every notice about it, with its answer."""
    found: dict[tuple[str, str], list[Told]] = {}
    answers = {(row.notice_id, row.finding): row for row in CodeAnswer.objects.all()}
    for notice in CodeNotice.objects.order_by("id"):
        for one in notice.findings:
            answer = answers.get((notice.pk, one["key"]))
            told = Told(notice.issued_on, notice.due_on)
            if answer:
                told = Told(notice.issued_on, notice.due_on, answer.outcome, answer.answered_on)
            found.setdefault((notice.office, one["key"]), []).append(told)
    return found
