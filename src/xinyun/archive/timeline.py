"""What happened to a subject's records, told one event at a time. Pure: from histories, the law and a day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.utils.timezone import localtime

from xinyun.archive.history import RecordHistory, StatementView, differing
from xinyun.archive.revisions import RevisionView
from xinyun.base import Text
from xinyun.law import Item, Law, Naming

Row = RevisionView | StatementView
Shown = Callable[[Row, Item], Mapping[str, str]]
"""What the reader may see of a row: the text of each field, those that are not theirs left out."""

KINDS = {
    "registered": (Text("登记", "Registered"), "info"),
    "renamed": (Text("更名", "Renamed"), "info"),
    "moved": (Text("迁址", "Moved"), "info"),
    "cancelled": (Text("注销", "Deregistered"), "mute"),
    "revoked": (Text("吊销或撤销登记", "Registration revoked"), "bad"),
    "revived": (Text("恢复登记", "Registration revived"), "good"),
    "code-change": (Text("代码变更", "Code changed"), "warn"),
    "duplicate": (Text("重复代码合并", "Duplicate code merged"), "warn"),
    "merger": (Text("合并", "Merger"), "warn"),
    "split": (Text("分立", "Split"), "warn"),
    "fork": (Text("一码对应多个代码", "One code that went over into several"), "warn"),
    "joined": (Text("认定为同一主体", "Found to be one subject"), "warn"),
    "kept-apart": (Text("认定为不同主体", "Found to be different subjects"), "info"),
    "undone": (Text("撤销认定", "Finding undone"), "mute"),
    "status": (Text("登记状态变更", "Registration state changed"), "warn"),
    "changed": (Text("登记事项变更", "Registration changed"), "info"),
    "decided": (Text("作出", "Decided"), "info"),
    "corrected": (Text("更正", "Corrected"), "warn"),
    "confirmed": (Text("由目录中在前的部门确认", "Confirmed by a department of higher authority"), "info"),
    "withdrawn": (Text("撤回", "Withdrawn"), "mute"),
    "readmitted": (Text("恢复", "Readmitted"), "info"),
    "ended": (Text("有效期满", "Validity ended"), "mute"),
    "contradicted": (Text("来源不一致", "Sources disagree"), "warn"),
    "settled": (Text("来源不一致消除", "Sources agree again"), "good"),
    "listed": (Text("列入名单", "Listed"), "bad"),
    "honoured": (Text("列入守信名单", "Listed with honour"), "good"),
    "removed": (Text("移出名单", "Removed from a list"), "info"),
    "suspended": (Text("停止执行", "Suspended"), "info"),
    "resumed": (Text("恢复执行", "In force again"), "warn"),
    "term-ended": (Text("名单期限届满", "Term on a list ended"), "mute"),
}
"""Each kind of event in words, with the tone in which it is shown."""
_ASPECTS = {
    "name": "renamed", "address": "moved", "province": "moved", "city": "moved", "status": "status",
}  # fmt: skip
"""Fields of a registration whose change has a name of its own."""
_RUNNING, _CLOSED, _REVOKED = (
    ("存续", "在业", "开业", "在营", "正常"),
    ("注销", "吊销已注销"),
    ("吊销", "撤销"),
)
"""How states begin in which a subject exists, is deregistered, or has lost its registration by a decision."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field that became something else; either side may be empty."""

    title: Text
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event: `day` is that of which it is true, `recorded` that on which the archive learned of it.

    `under` is the code under which it is held, where its subject has several.
    """

    kind: str
    title: str
    about: Text
    day: date | None
    recorded: date | None
    number: str = ""
    office: str = ""
    batch: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = ()
    order: tuple[int, int] = (0, 0)
    under: str = ""

    @property
    def said(self) -> Text:
        """The kind in words."""
        return KINDS[self.kind][0]

    @property
    def tone(self) -> str:
        """The tone in which it is shown."""
        return KINDS[self.kind][1]


def newest_first(events: Iterable[Event]) -> list[Event]:
    """Events by the day of which they are true, or else by that on which they became known."""
    return sorted(events, key=lambda one: (one.day or one.recorded or date.min, one.order), reverse=True)


def events(
    found: RecordHistory, item: Item, shown: Shown, moments: Mapping[int, datetime], now: Law
) -> Iterator[Event]:
    """The events of one record; `moments` are those of the feed's changes by which statements came and went."""
    before: RevisionView | None = None
    for row in found.revisions:
        yield from _revised(before, row, item, shown, now)
        before = row
    for said in found.statements:
        yield from _stated(said, found, item, shown, moments)
    last = found.current
    if last.valid.end and last.valid.end <= now.day and not last.withdrawal:
        yield _event("ended", last, item, shown, None, day=last.valid.end)


def _revised(
    before: RevisionView | None, row: RevisionView, item: Item, shown: Shown, now: Law
) -> Iterator[Event]:
    describes = item.describes_subject
    if before is None:
        yield _event(
            "registered" if describes else _happened(row, item, now),
            row,
            item,
            shown,
            row.recorded_at,
            day=row.decided_on,
        )
    elif row.withdrawal:
        yield _event("withdrawn", row, item, shown, row.recorded_at, reason=row.withdrawal)
    elif before.withdrawal:
        yield _event("readmitted", row, item, shown, row.recorded_at)
    else:
        for kind, names in _aspects(differing(before.content, row.content), describes):
            changes = _changes(before, row, names, item, shown)
            day = _approved(row) if describes else None
            if kind == "status":
                kind = _state(before.content.get("status") or "", row.content.get("status") or "")
            yield _event(kind, row, item, shown, row.recorded_at, day=day, changes=changes)


def _state(before: str, after: str) -> str:
    """What the change of a registration's state is called."""
    if after.startswith(_CLOSED) and after != "注销中":
        return "cancelled"
    if after.startswith(_REVOKED):
        return "revoked"
    lost = before.startswith((*_CLOSED, *_REVOKED)) and before != "注销中"
    return "revived" if lost and after.startswith(_RUNNING) else "status"


def _happened(row: RevisionView, item: Item, now: Law) -> str:
    """What a record says that happened to its subject, where that has a name of its own."""
    content = row.content
    if content.get("cancelled_on"):
        return "cancelled"
    if "名称" in str(content.get("change_item") or ""):
        return "renamed"
    return next((bond for naming, bond in _bonds(now).get(item.id, ()) if naming.is_told(content)), "decided")


@lru_cache(maxsize=8)
def _bonds(now: Law) -> dict[str, list[tuple[Naming, str]]]:
    """What items tell of a change of code, a merger or a split, by the norms of the day."""
    found: dict[str, list[tuple[Naming, str]]] = {}
    for norm in now.identities():
        for item, naming in norm.told.items():
            found.setdefault(item, []).append((naming, norm.bond))
    return found


def _aspects(names: Sequence[str], describes: bool) -> list[tuple[str, list[str]]]:
    """The changed fields by what their change is called; none where another office said the same."""
    if not names:
        return [("confirmed", [])]
    found: dict[str, list[str]] = {}
    for name in names:
        kind = _ASPECTS.get(name, "changed") if describes else "corrected"
        found.setdefault(kind, []).append(name)
    return list(found.items())


def _stated(
    said: StatementView, found: RecordHistory, item: Item, shown: Shown, moments: Mapping[int, datetime]
) -> Iterator[Event]:
    """A statement beside the record, with what it says otherwise than the record did then."""
    then = found.known_by(said.recorded_seq)[-1]
    changes = _changes(then, said, differing(then.content, said.content), item, shown)
    yield _event("contradicted", said, item, shown, moments.get(said.recorded_seq), changes=changes)
    goes_on = any(other.recorded_seq == said.ended_seq for other in found.statements)
    if said.ended_seq is not None and not goes_on:
        yield _event("settled", said, item, shown, moments.get(said.ended_seq), at=said.ended_seq)


def _changes(before: Row, after: Row, names: Iterable[str], item: Item, shown: Shown) -> tuple[Change, ...]:
    """What the reader may see of the fields that differ."""
    one, other, titles = shown(before, item), shown(after, item), titles_of(item)
    return tuple(
        Change(titles[name], one.get(name, ""), other.get(name, ""))
        for name in names
        if name in titles and (name in one or name in other)
    )


def titles_of(item: Item) -> dict[str, Text]:
    """An item's fields by name, as they head a column."""
    return {
        field.name: Text(field.title, field.english[:1].upper() + field.english[1:]) for field in item.fields
    }


def _approved(row: RevisionView) -> date | None:
    told = row.content.get("approved_on")
    return date.fromisoformat(told) if told else None


def _event(
    kind: str,
    row: Row,
    item: Item,
    shown: Shown,
    recorded: datetime | None,
    *,
    day: date | None = None,
    at: int | None = None,
    reason: str = "",
    changes: tuple[Change, ...] = (),
) -> Event:
    values = shown(row, item)
    return Event(
        kind=kind,
        title=values.get(item.display.title) or item.title,
        about=Text(item.title, item.english[:1].upper() + item.english[1:]),
        day=day,
        recorded=localtime(recorded).date() if recorded else None,
        number=values.get(item.display.number, "") if item.display.number != item.subject.code else "",
        office=row.office,
        batch=row.batch,
        reason=reason,
        changes=changes,
        order=(at or row.recorded_seq, row.id),
    )
