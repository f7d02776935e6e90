"""What offices do with lists: put a subject on one, by a decision; take it off, by a decision."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from xinyun import law
from xinyun.archive import operations as archive
from xinyun.archive import queries as archived
from xinyun.base import Refusal, Text
from xinyun.base.announce import announce
from xinyun.base.forms import is_organisation_name
from xinyun.base.identifiers import is_uscc, normalise
from xinyun.lists import intake
from xinyun.lists.admission import Proposed, admit, demand_competence, demand_document, demand_reason
from xinyun.lists.disputing import dispute, settle
from xinyun.lists.erasing import erase
from xinyun.lists.events import Delisted, Listed
from xinyun.lists.intake import TOLD, Intake, enlist_many, take_back
from xinyun.lists.models import Entry, Removal
from xinyun.lists.queries import EntryView, view
from xinyun.lists.suspending import resume, suspend
from xinyun.plumbing import feed

__all__ = [
    "TOLD", "Intake", "Proposed", "delist", "dispute", "enlist", "enlist_many", "erase", "resume", "settle", "suspend",
    "take_back",
]  # fmt: skip


class NotACode(Refusal):
    """The text is no unified social credit code."""

    code = "not-a-code"


class UnknownSubject(Refusal):
    """The archive does not know the code, and no name was given to register it under."""

    code = "unknown-subject"
    status = 404


class NotAName(Refusal):
    """The text is no full name of an organisation."""

    code = "not-a-name"


class OtherName(Refusal):
    """The archive knows the code by another name: the code may be wrong."""

    code = "other-name"
    status = 409


class AlreadyListed(Refusal):
    """This decision document is entered already, with other particulars or removed since."""

    code = "already-listed"
    status = 409


class NotListed(Refusal):
    """There is nothing to remove."""

    code = "not-listed"
    status = 404


class SeveralEntries(Refusal):
    """Several decisions keep the subject on the list; the one to remove must be named."""

    code = "several-entries"
    status = 409


class RemovedBeforeDecided(Refusal):
    """A removal cannot precede the decision that it removes."""

    code = "removed-before-decided"


@transaction.atomic
def enlist(
    *,
    list_id: str,
    code: str,
    document: str,
    decided: date,
    office: str,
    actor: str,
    on: date,
    name: str | None = None,
) -> EntryView:
    """Put the subject of `code` on a list by an office's decision; the same decision again gives the entry it has.

    `name` registers a subject that the archive does not know yet.

    :raises NotACode: `code` is no unified social credit code.
    :raises UnknownSubject: the archive does not know it and `name` is missing.
    :raises NotAName, OtherName: `name` is no full name, or not the one that the archive knows.
    :raises law.UnknownNorm: there is no such list or office.
    :raises law.NotInForce: the list was not in force on the day of the decision.
    :raises AlreadyListed: the document is entered with other particulars, or was removed.
    :raises Refusal: each ground of `admission.admit`.
    """
    feed.lock()
    credit_list = law.rulebook().on(decided).list(list_id)
    decider = law.rulebook().on(on).office(office)
    subject_id, kind = _subject(code, name, actor, on)
    decision = Proposed(list_id, subject_id, kind, _code(code), document.strip(), office, decided)
    period = admit(decision, credit_list, decider, on)
    same = Entry.objects.filter(subject_id=subject_id, list_id=list_id, document=decision.document)
    if known := same.order_by("pk").last():
        return _same(view(known), decision)
    payload = {
        "list": list_id,
        "code": decision.code,
        "subject": subject_id,
        "document": decision.document,
        "office": office,
    }
    seq = feed.append("list.entered", payload, actor=actor)
    row = intake.row(decision, period, seq=seq)
    row.save(force_insert=True)
    announce(Listed((row.pk,), seq, actor, on))
    return view(row)


@transaction.atomic
def delist(
    *,
    document: str,
    reason: str,
    office: str,
    actor: str,
    on: date,
    entry: int | None = None,
    list_id: str | None = None,
    code: str | None = None,
) -> EntryView:
    """Remove the entry that a subject has on a list from `on`; its measures stop that day.

    Where the subject has several there, `entry` names the one; `entry` alone is enough.

    :raises law.UnknownNorm: there is no such list or office.
    :raises NotListed: there is no such entry, or none in force.
    :raises SeveralEntries: the subject has several on that list; name one.
    :raises RemovedBeforeDecided: `on` is before the entry's decision.
    :raises NotCompetent: the office does not decide about the list.
    :raises NoDocument: nothing identifies the removal's decision.
    :raises NoReason: it does not say why.
    """
    feed.lock()
    demand_document(document)
    demand_reason(reason)
    decider = law.rulebook().on(on).office(office)
    if list_id and list_id not in law.rulebook().ids("list"):  # one that is repealed has entries to remove
        law.rulebook().on(on).list(list_id)
    row = _entry_to_remove(entry, list_id, _code(code) if code else None, on)
    demand_competence(law.rulebook().on(row.decided_on).list(row.list_id), decider)
    payload = {
        "list": row.list_id,
        "code": row.code,
        "subject": row.subject_id,
        "entry": row.pk,
        "document": document.strip(),
        "office": office,
    }
    seq = feed.append("list.removed", payload, actor=actor)
    removal = Removal(
        entry=row, document=document.strip(), reason=reason.strip(), office=office, decided_on=row.decided_on,
        removed_on=on, seq=seq,
    )  # fmt: skip
    removal.save(force_insert=True)
    announce(Delisted(row.pk, seq, actor, on))
    return view(row)


def _code(text: str) -> str:
    code = normalise(text)
    if not is_uscc(code):
        raise NotACode(
            Text(f"{text} 不是有效的统一社会信用代码。", f"{text} is not a unified social credit code."),
            Text("请对照证照核对 18 位代码及其校验码。", "Check its 18 characters against the licence."),
            fields=(("code", Text("校验码不符或位数不对", "wrong check character or length")),),
        )
    return code


def subject_named(text: str, name: str | None, on: date) -> tuple[str, str, str]:
    """The code, name and kind of the subject that an act about a list is to concern; writes nothing.

    :raises NotACode, NotAName, OtherName, UnknownSubject: as `enlist`.
    """
    code = _code(text)
    known, name = archived.subject(code), (name or "").strip()
    if name and not is_organisation_name(name):
        raise NotAName(
            Text(f"「{name!r:.60}」不是完整的法定名称。", f"{name!r:.60} is no full legal name."),
            Text("请填写登记的全称，不带换行和控制字符。", "Write the registered name, on one line."),
            fields=(("name", Text("不是全称", "no full name")),),
        )
    if known and name and not archived.same_name(name, known.name):
        raise OtherName(
            Text(
                f"代码 {code} 登记的名称是「{known.name}」，不是「{name}」。",
                f"{code} is registered as {known.name}, not {name}.",
            ),
            Text(
                "请核对代码；若主体已更名而文书用旧名，请不填名称。",
                "Verify the code; if it was renamed since, leave the name out.",
            ),
            fields=(("name", Text("与登记的名称不一致", "not the registered name")),),
        )
    if known:
        return code, known.name, known.kind
    if not name:
        raise UnknownSubject(
            Text(f"档案中没有代码为 {code} 的主体。", f"The archive has no subject {code}."),
            Text("请同时填写主体名称，即可先行登记。", "Give its name as well, and it will be registered."),
            fields=(("name", Text("主体未登记时必填", "required for an unknown subject")),),
        )
    return code, name, archive.kind_of(code, on)[0]


def _subject(text: str, name: str | None, actor: str, on: date) -> tuple[int, str]:
    """The id and kind of the subject; registers it under `name` where the archive has never heard of it."""
    code, name, kind = subject_named(text, name, on)
    known = archived.subject(code)
    return (known.id if known else archive.register_subject(code=code, name=name, actor=actor, on=on)), kind


def _same(known: EntryView, decision: Proposed) -> EntryView:
    if known.removed_on is None and (known.decided_on, known.office) == (
        decision.decided_on,
        decision.office,
    ):
        return known
    removed = f"，并已于 {known.removed_on} 移出" if known.removed_on else ""
    raise AlreadyListed(
        Text(
            f"决定书 {decision.document} 已列入（条目 {known.id}，{known.decided_on} 由 {known.office} 认定{removed}）。",
            f"Document {decision.document} is entry {known.id}, decided on {known.decided_on} by {known.office}.",
        ),
        Text("如作出新的决定，请使用新的文号。", "A new decision needs a document of its own."),
    )


def _entry_to_remove(entry: int | None, list_id: str | None, code: str | None, on: date) -> Entry:
    rows = Entry.objects.select_related("removal").prefetch_related(
        "suspensions__resumption", "disputes__settlement"
    )
    named = {"pk": entry, "list_id": list_id, "code": code}
    rows = rows.filter(**{key: value for key, value in named.items() if value is not None})
    found = [(row, view(row)) for row in rows.order_by("pk")]
    ahead = [seen for _, seen in found if on < seen.decided_on]
    open_ones = [row for row, seen in found if seen.stands(on) and seen.removed_on is None]
    if len(open_ones) == 1:
        return open_ones[0]
    if open_ones:
        raise _several([row.pk for row in open_ones])
    if ahead:
        raise RemovedBeforeDecided(
            Text(
                f"移出日期 {on} 早于认定日期 {ahead[0].decided_on}。",
                f"{on} is before the decision of {ahead[0].decided_on}.",
            ),
            Text("请核对日期。", "Check the date."),
        )
    raise _not_listed([seen for _, seen in found])


def _several(ids: list[int]) -> SeveralEntries:
    named = "、".join(map(str, ids))
    return SeveralEntries(
        Text(
            f"该主体在此名单上有 {len(ids)} 个条目：{named}。",
            f"The subject has {len(ids)} entries there: {named}.",
        ),
        Text("请指明要移出的条目编号。", "Name the entry to remove by its id."),
    )


def _not_listed(past: list[EntryView]) -> NotListed:
    removed = [seen for seen in past if seen.removed_on]
    if removed:
        what = Text(
            f"该条目已于 {removed[-1].removed_on} 移出。", f"It was removed on {removed[-1].removed_on}."
        )
    elif past:
        what = Text(
            f"该条目已于 {past[-1].period.last_day} 期满。", f"It ended on {past[-1].period.last_day}."
        )
    else:
        what = Text("该主体不在此名单上。", "The subject is not on this list.")
    return NotListed(what, Text("没有可移出的条目。", "There is nothing to remove."))
