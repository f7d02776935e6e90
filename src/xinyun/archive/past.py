"""The archive by its two times: as it was valid on one day, and as it was known on another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from xinyun.archive.history import histories
from xinyun.archive.models import Subject
from xinyun.archive.revisions import RevisionView
from xinyun.archive.subjects import SubjectView, header, header_as_told
from xinyun.archive.words import since, word_for
from xinyun.base import Refusal, Text
from xinyun.law import rulebook


class FutureDay(Refusal):
    """Nothing is known yet of a day to come."""

    code = "future-day"


@dataclass(frozen=True, slots=True)
class PastRecord:
    """A revision as it was known; `in_force` says whether it was decided by the day asked for and valid on it."""

    revision: RevisionView
    key: int
    in_force: bool


@dataclass(frozen=True, slots=True)
class Past:
    """A subject on a day, as known at a change of the feed; `since` is the day from which its header holds.

    A `since` after the day asked for says that nothing older is known. `None`: since ever, or nothing was told.
    """

    subject: SubjectView
    since: date | None
    records: tuple[PastRecord, ...]


def demand_past(day: date, today: date) -> None:
    """Let nobody ask for a day to come.

    :raises FutureDay: `day` is after `today`.
    """
    if day > today:
        raise FutureDay(
            Text(
                f"{day} 还没有到，不能按将来的日期查询。",
                f"{day} is still to come; only past days can be asked for.",
            ),
            Text(f"请用 {today} 或更早的日期。", f"Ask for {today} or an earlier day."),
            fields=(("as_of", Text("晚于今天", "after today")),),
        )


def past(code: str, *, valid_on: date, seq: int) -> Past | None:
    """The subject of a code as it was on a day by what the archive knew at `seq`; `None` where it knew of none.

    The header is what the registry, by then, had said for that day: a word counts from its day of approval (核准日期),
    one without from its arrival, and the first from ever. Records are those not withdrawn by then.
    """
    row = Subject.objects.filter(code=code, first_seq__lte=seq).first()
    if row is None:
        return None
    known = {(one.item, one.key): one.known_by(seq) for one in histories(row.pk)}
    standing = {which: told for which, told in known.items() if told and not told[-1].withdrawal}
    describing = [told for (item, _), told in standing.items() if item in rulebook().describing_items]
    word = word_for(describing, valid_on)
    content = word.content if word else {}
    newest = word is None or word.superseded_seq is None
    head = header(row, content) if newest and row.seq <= seq else header_as_told(row, content)
    records = [PastRecord(told[-1], key, in_force(told[-1], valid_on)) for (_, key), told in standing.items()]
    return Past(
        subject=replace(head, item=word.item if word else ""),
        since=since(word) if word else None,
        records=tuple(sorted(records, key=_newest, reverse=True)),
    )


def _newest(one: PastRecord) -> tuple[date, int]:
    return one.revision.decided_on or date.min, one.revision.id


def in_force(one: RevisionView, day: date) -> bool:
    """Whether a record was decided by a day and its validity holds on it."""
    return (one.decided_on is None or one.decided_on <= day) and one.valid.contains(day)
