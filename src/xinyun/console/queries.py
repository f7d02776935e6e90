"""How the platform stands, in one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.base import Text
from xinyun.collection import queries as collection
from xinyun.collection.queries import BatchView
from xinyun.law import Field, Item, Law, NotInForce, Office, UnknownNorm
from xinyun.ledger import queries as ledger
from xinyun.lists import queries as lists

ALL_OF_AN_OFFICE = 10_000
"""More batches than one office sends before its oldest ones cease to matter."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One batch of the table of latest batches."""

    batch: str
    item: Text
    office: Text
    at: datetime
    received: int
    accepted: int
    unchanged: int
    revised: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The numbers and tables of the first page."""

    subjects: int
    records: int
    entries: int
    checks: int
    rejected: int
    batches: tuple[BatchRow, ...]
    ledger_size: int
    ledger_kinds: tuple[tuple[Text, int], ...]
    signed_size: int | None
    signed_at: datetime | None
    rulebook: str
    on: date


KINDS = {
    "check": Text("核查", "Checks"),
    "check.replayed": Text("重放核查", "Checks decided again"),
    "checks.sampled": Text("夜间抽样重放", "Nightly samples"),
    "check.offline": Text("离线核查", "Checks answered offline"),
    "bundle": Text("离线包", "Bundles for answering offline"),
    "screen": Text("批量核查", "Batches of checks"),
    "screen.rows": Text("批量核查的主体", "Whom batches asked about"),
    "client.added": Text("发放密钥", "Client keys issued"),
    "client.quota-set": Text("设定接入方限额", "Client quotas set"),
    "mapping.confirmed": Text("确认列名对应", "Column mappings confirmed"),
    "notice": Text("考核通报", "Assessment notices"),
    "record.readmitted": Text("恢复记录", "Records readmitted"),
    "records.withdrawn": Text("撤回记录", "Records withdrawn"),
    "submission.released": Text("复核放行批次", "Held batches released"),
    "submission.turned-away": Text("复核退回批次", "Held batches turned away"),
    "list.entered": Text("列入名单", "Entered on lists"),
    "list.intake": Text("批次列入名单", "Batches entered on lists"),
    "list.removed": Text("移出名单", "Removed from lists"),
    "list.suspended": Text("停止执行", "Entries suspended"),
    "list.resumed": Text("恢复执行", "Entries in force again"),
    "listing.applied": Text("受理申报", "Applications taken in"),
    "listing.application-recommended": Text("推荐申报", "Applications recommended"),
    "listing.application-turned-down": Text("不予推荐", "Applications not recommended"),
    "listing.application-withdrawn": Text("撤回申报", "Applications withdrawn"),
    "listing.application-proposed": Text("申报提出认定", "Applications proposed"),
    "list.disputed": Text("名单条目标注异议", "Entries marked as disputed"),
    "list.settled": Text("名单条目异议办结", "Objections to entries settled"),
    "record.disputed": Text("记录标注异议", "Records marked as disputed"),
    "record.settled": Text("记录异议办结", "Objections to records settled"),
    "objection.filed": Text("提出异议", "Objections filed"),
    "objection.step": Text("办理异议", "Steps of objections"),
    "repair.filed": Text("申请信用修复", "Repairs asked for"),
    "repair.step": Text("办理信用修复", "Steps of repairs"),
    "listing.proposed": Text("提出列入", "Entries proposed"),
    "listing.notified": Text("列入的告知", "Notices of proposed entries"),
    "listing.stated": Text("陈述、申辩", "Statements before entry"),
    "listing.answered": Text("核实答复", "Answers to statements"),
    "listing.waived": Text("放弃陈述", "Defences waived"),
    "listing.hearing-asked": Text("要求听证", "Hearings asked for"),
    "listing.heard": Text("举行听证", "Hearings held"),
    "listing.decided": Text("决定列入", "Decisions to enter"),
    "listing.not-entered": Text("决定不列入", "Decisions not to enter"),
    "listing.decision-served": Text("列入决定送达", "Decisions served"),
    "listing.effective": Text("列入生效", "Entries in effect"),
    "listing.dropped": Text("撤回列入案件", "Cases dropped"),
    "list.taken-back": Text("随记录撤回移出名单", "Entries ended with withdrawn records"),
    "codes.answer": Text("答复代码通知", "Answers to code notices"),
    "codes.notice": Text("统一代码通知", "Code notices"),
    "records.accepted": Text("归集批次", "Batches collected"),
    "report": Text("信用报告", "Credit reports"),
    "rulebook.adopted": Text("规则库版本", "Rulebook editions"),
    "subject.registered": Text("登记主体", "Subjects registered"),
    "user.added": Text("增加账号", "Accounts added"),
}
"""What the ledger's entries are, in words; another kind is shown as it is written."""


def dashboard(on: date, *, office: str | None = None, batches: int = 10) -> Dashboard:
    """The numbers as of now; list entries are those that count on the day `on`.

    With an `office`, batches and refused rows are those of that office alone.
    """
    now = law.rulebook().on(on)
    counts, kinds, head = archive.counts(), ledger.kinds(), ledger.latest_checkpoint()
    return Dashboard(
        subjects=counts.pop("subjects"),
        records=sum(counts.values()),
        entries=sum(lists.counts(on).values()),
        checks=kinds.get("check", 0),
        rejected=_rejected(office),
        batches=tuple(_row(batch, now) for batch in collection.latest(batches, office=office)),
        ledger_size=ledger.size(),
        ledger_kinds=tuple(
            (KINDS.get(kind, Text(kind, kind)), count) for kind, count in sorted(kinds.items())
        ),
        signed_size=head.size if head else None,
        signed_at=head.at if head else None,
        rulebook=law.rulebook().hash,
        on=on,
    )


def _rejected(office: str | None) -> int:
    if office is None:
        return collection.totals()["rejected"]
    return sum(batch.rejected for batch in collection.latest(ALL_OF_AN_OFFICE, office=office))


def _row(batch: BatchView, now: Law) -> BatchRow:
    return BatchRow(
        batch=batch.id,
        item=titled(lambda: now.item(batch.item), batch.item),
        office=titled(lambda: now.office(batch.office), batch.office),
        at=batch.at,
        received=batch.received,
        accepted=batch.accepted,
        unchanged=batch.unchanged,
        revised=batch.revised,
        rejected=batch.rejected,
    )


def titled(get: Callable[[], Item | Office], id: str) -> Text:
    """A norm's title, or its id where the rulebook has dropped it since."""
    try:
        found = get()
    except (UnknownNorm, NotInForce):
        return Text(id, id)
    return Text(found.title, found.english)


def headed(norm: Item | Field) -> Text:
    """A title as it stands alone, at the head of a page or a column: with a capital in English."""
    return Text(norm.title, norm.english[:1].upper() + norm.english[1:])
